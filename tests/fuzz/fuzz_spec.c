/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text to the parser of --mnt: it neither crashes nor leaks, a caret stands inside the text that it points into,
 * and what was read is written and read back the same.
 *
 * With libFuzzer (clang -fsanitize=fuzzer,address -DFUZZ_LIBFUZZER) it runs as such; by itself it tries as many
 * mutations of good and bad specs as the first argument says, from the seed that the second one gives, or a new one,
 * which it prints.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/spec.h"

/* Not assert(3), which NDEBUG takes away. */
static void
expect(bool truth, const char *what, const char *text)
{
	if (truth)
		return;
	fprintf(stderr, "failed: %s, on '", what);
	text_print(stderr, text);
	fputs("'\n", stderr);
	abort();
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void
expect_round_trip(const struct spec *spec)
{
	_autofree_ char *text = spec_format(spec);
	_autoerror_ struct error err = ERROR_INIT;
	struct spec_list list = { 0 };
	struct spec *again;

	expect(spec_list_parse(&list, text, ORIGIN_OPTION, "fuzz", &err) == 0, "what was written is read", text);
	expect(list.len == 1, "one spec is read as one", text);
	again = &list.items[0];
	expect(again->flags == spec->flags, "same flags", text);
	expect(same_text(again->mntpoint, spec->mntpoint), "same mount point", text);
	expect(same_text(again->source, spec->source), "same source", text);
	expect(again->none == spec->none && again->mntpoint_tilde == spec->mntpoint_tilde &&
		       again->source_tilde == spec->source_tilde,
	       "same tildes and none", text);
	spec_list_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = text_ndup((const char *)data, size);
	_autoerror_ struct error err = ERROR_INIT;
	struct spec_list list = { 0 };

	if (spec_list_parse(&list, text, ORIGIN_OPTION, "fuzz", &err) < 0) {
		expect(list.len == 0, "nothing is kept after an error", text);
		expect(err.message && err.where, "an error shows its place", text);
		expect(strstr(text, err.where) != NULL, "the place is part of the text", text);
		expect(err.caret >= 0 && (size_t)err.caret <= strlen(err.where), "the caret is inside", text);
		expect(err.caret_len >= 1, "the caret is to be seen", text);
	}
	for (size_t i = 0; i < list.len; i++)
		expect_round_trip(&list.items[i]);
	spec_list_release(&list);
	return 0;
}

#ifndef FUZZ_LIBFUZZER
static uint64_t state;

static unsigned
random_below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

static void
mutate(char *text, size_t *len, size_t max)
{
	static const char marks[] = " \t\n:=,'\"\\~/nr.o";
	size_t at = random_below((unsigned)*len + 1);
	size_t cut = random_below(4);

	switch (random_below(3)) {
	case 0: /* one byte more */
		if (*len >= max)
			return;
		memmove(text + at + 1, text + at, *len - at);
		text[at] = random_below(4) ? marks[random_below(sizeof marks - 1)] : (char)random_below(256);
		++*len;
		return;
	case 1: /* some bytes less */
		cut = cut > *len - at ? *len - at : cut;
		memmove(text + at, text + at + cut, *len - at - cut);
		*len -= cut;
		return;
	default: /* another byte */
		if (at < *len)
			text[at] = marks[random_below(sizeof marks - 1)];
	}
}

static const char *const seeds[] = {
	"ro,rbind:/usr ~/a=~bob/b /x=none",
	"'a b':c \"d\\\"e\"=f\\ g",
	"try,noexec,dev,suid:/a\\:b=/c:d move:/x=/y",
	"ro,rw:/a foo:bar :x =y z=",
};

int
main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	char text[256];

	if (argc > 2)
		state = strtoull(argv[2], NULL, 0);
	else if (getrandom(&state, sizeof state, 0) < 0)
		return 1;
	state = state ? state : 1;
	printf("# %lu runs, seed %#llx\n", runs, (unsigned long long)state);
	fflush(stdout);
	for (unsigned long i = 0; i < runs; i++) {
		const char *seed = seeds[random_below(sizeof seeds / sizeof *seeds)];
		size_t len = strlen(seed);

		memcpy(text, seed, len);
		for (unsigned n = random_below(12); n > 0; n--)
			mutate(text, &len, sizeof text);
		LLVMFuzzerTestOneInput((const uint8_t *)text, len);
	}
	printf("ok 1 - no text breaks the parser\n1..1\n");
	return 0;
}
#endif
