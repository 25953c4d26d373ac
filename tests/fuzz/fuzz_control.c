/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes to the parsers of the control socket and of a session's record: they neither crash nor read beyond their
 * end, a message keeps its bounds and is the same when the rest of the stream follows, and what was read of a record is
 * written and read back the same.
 *
 * With libFuzzer (clang -fsanitize=fuzzer,address -DFUZZ_LIBFUZZER) it runs as such; by itself it tries as many
 * mutations of good messages and records as the first argument says, from the seed that the second one gives, or a new
 * one, which it prints.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/error_json.h"
#include "cmd/protocol.h"
#include "session/registry_record.h"

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

/* From a buffer of just this length, so that a sanitizer sees what is read beyond it. */
static int
parse_exactly(const char *text, size_t len, struct request_message *ret)
{
	char *copy = malloc(len ? len : 1);
	int r;

	if (!copy)
		abort();
	memcpy(copy, text, len);
	r = protocol_parse(copy, len, ret);
	if (r == 1)
		ret->body = text + (ret->body - copy);
	free(copy);
	return r;
}

static void
try_message(const char *text, size_t len)
{
	struct request_message message, cut;
	int r = parse_exactly(text, len, &message);

	if (r == 0)
		expect(message.size == 0 || message.size > len, "what is not complete is longer", text);
	if (r != 1)
		return;
	expect(message.verb < VERBS && message.size <= len && message.size > 0, "a message is within the buffer", text);
	expect(message.body > text && message.body <= text + message.size, "its body too", text);
	expect(parse_exactly(text, message.size, &cut) == 1, "it needs nothing that follows", text);
	expect(cut.verb == message.verb && cut.number == message.number && cut.size == message.size,
	       "it is the same", text);
	expect(parse_exactly(text, message.size - 1, &cut) == 0, "without its end it is not complete", text);
}

static void
try_record(const char *text)
{
	_autofree_ char *copy = text_dup(text), *written = NULL, *again_text = NULL, *again_written = NULL;
	struct session_record record, again;

	if (record_parse(copy, &record) < 0) {
		expect(!record.argv && !record.cwd && !record.user, "nothing is kept of what is no record", text);
		return;
	}
	written = record_text(&record);
	again_text = text_dup(written);
	expect(record_parse(again_text, &again) == 0, "what was written is read", written);
	again_written = record_text(&again);
	expect(strcmp(written, again_written) == 0, "and is the same", written);
	session_record_release(&record);
	session_record_release(&again);
}

static void
try_error(const char *text)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (error_json_read(text, &err) < 0)
		expect(!err.message && !err.where && !err.hint, "nothing is kept of what is no error", text);
	else
		expect(!err.where || (size_t)err.caret <= strlen(err.where), "the caret is inside", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = text_ndup((const char *)data, size);
	size_t out, err;
	int status;

	try_message((const char *)data, size);
	try_record(text);
	try_error(text);
	if (protocol_parse_answer(text, &status, &out, &err) == 0)
		expect(status >= 0 && status <= 255, "a status is one", text);
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
	static const char marks[] = " \n0179\"\\xu,:{}[]-\0";
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
	"cwd 5\n/homehome 1\n/text 4\n:who",
	"json 7\n:mounts",
	"pid 12\njoined 7\n",
	"answer 125 0 17",
	"isolate 1\npid 12\npidns 4026531836\nstarted 1764000000\ninit 13\npayload 14\nuid 0\nuser \"a\"\n"
	"cwd \"/a \\\"b\\\" \\\\ \\xc3\"\nargv \"sh\" \"-c\" \"\\x0a\"\nend\n",
	"{\"error\":\"a\\n\\u001b\\udbff\\udffdxff\",\"status\":125,\"code\":2,\"hints\":[\"b\",\"c\"],\"line\":\"d\","
	"\"caret\":0,\"length\":1}\n",
};

int
main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	char text[512];

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
		for (unsigned n = random_below(6); n > 0; n--)
			mutate(text, &len, sizeof text);
		LLVMFuzzerTestOneInput((const uint8_t *)text, len);
	}
	printf("ok 1 - no bytes break the parsers\n1..1\n");
	return 0;
}
#endif
