/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes to the terminal, with other sizes in between: it does not crash, what it holds fits together, its memory is
 * bounded, and no reply holds what was sent.
 *
 * With libFuzzer (clang -fsanitize=fuzzer,address -DFUZZ_LIBFUZZER) it runs as such; by itself it makes as many
 * streams of sequences and mutates them as the first argument says, from the seed that the second one gives, or a
 * new one, which it prints. A third argument is the number of bytes to stop at, for long runs. Files given after
 * that are the streams, unchanged.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "tui/vt/vt.h"

enum { STREAM_MAX = 4096, HISTORY_LINES = 200, HISTORY_BYTES = 1 << 18, MEMORY_MAX = 24 << 20, REPLY_MAX = 256 };

/* Not assert(3), which NDEBUG takes away. */
static void
expect(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "failed: %s\n", what);
	abort();
}

/* The mark is in the streams as text of every kind; no reply may hold it. */
#define MARK "QZJX"

static void
look(void *user, const char *bytes, size_t n)
{
	(void)user;
	expect(n <= REPLY_MAX * 4, "a reply is short");
	expect(!memmem(bytes, n, MARK, strlen(MARK)), "no reply holds what was sent");
}

static void
look_at_clipboard(void *user, const char *selection, const char *bytes, size_t n)
{
	(void)user;
	(void)bytes;
	expect(strlen(selection) <= 16 && n <= 1 << 20, "a clipboard is bounded");
}

/* The embedder that does what it is asked for, in the call. */
static void
window(void *user, int op, const int *args, int n)
{
	struct vt **vt = user;

	if (op == 8 && n >= 2)
		vt_resize(*vt, args[0] % 60, args[1] % 150);
}

static void
use(struct vt *vt, uint8_t what)
{
	static struct vt_cell cells[VT_COLS_MAX];
	long top = vt_screen_line(vt);
	struct vt_place from = { top - what, what }, to = { top + what, 3 };
	int rows, cols;

	vt_size(vt, &rows, &cols);
	vt_row_read(vt, top - what, cells, what & 1 ? cols : what, NULL);
	switch (what % 8) {
	case 0:
		free(vt_text(vt, from, to, what & 16, NULL));
		break;
	case 1:
		vt_search(vt, "ab", from, what >> 4, &from, &to);
		break;
	case 2:
		vt_word_at(vt, to, "-", &from, &to);
		vt_line_at(vt, to, &from, &to);
		break;
	case 3:
		vt_key(vt, VT_KEY_FIRST + what / 4, what & 15);
		vt_mouse(vt, what % 3, what % 8, what & 7, what, what);
		break;
	case 4:
		vt_damage_clear(vt);
		vt_sync_end(vt);
		break;
	case 5:
		vt_tell_colors(vt, what >> 3 & 1 ? 0xffffff : 0, what >> 4);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A byte of 0xfe, which no text has, and the three behind it are an act of the embedder. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct vt_config config = {
		.rows = 12,
		.cols = 40,
		.history_lines = HISTORY_LINES,
		.history_bytes = HISTORY_BYTES,
	};
	const struct vt_calls calls = { .write = look, .clipboard = look_at_clipboard, .window = window };
	struct vt *vt = NULL;
	size_t done = 0;

	vt = vt_new(&config, &calls, &vt);
	expect(vt != NULL, "there is memory");
	while (done < size) {
		const uint8_t *act = memchr(data + done, 0xfe, size - done);
		size_t n = act ? (size_t)(act - data) - done : size - done;

		vt_feed(vt, data + done, n);
		done += n;
		if (!act || size - done < 4)
			break;
		if (act[1] & 1)
			vt_resize(vt, act[2] % 64, act[3] % 200);
		else
			use(vt, act[2]);
		done += 4;
		vt_check(vt);
	}
	vt_check(vt);
	expect(vt_memory(vt) < MEMORY_MAX, "memory is bounded");
	vt_free(vt);
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

static size_t
add(uint8_t *to, size_t at, const char *bytes, size_t n)
{
	if (at + n > STREAM_MAX)
		return at;
	memcpy(to + at, bytes, n);
	return at + n;
}

static size_t
add_control(uint8_t *to, size_t at)
{
	static const char finals[] = "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnqrstuxyz{|}~";
	static const char *const prefixes[] = { "", "", "", "", "?", "?", ">", "=" };
	static const char *const intermediates[] = { "", "", "", "", "", "$", "'", " ", "\"", "*", "!", "#" };
	static const int numbers[] = { 0,   1,	 2,   3,   4,	 5,    6,    7,	   9,	 12,   18,   20,   25,
				       31,  38,	 45,  48,  47,	 69,   100,  107,  200,	 255,  999,  1000, 1003,
				       1006, 1045, 1047, 1049, 2004, 2026, 65536, 99999999 };
	char text[64];
	int n = snprintf(text, sizeof text, "\033[%s", prefixes[random_below(8)]);

	for (unsigned args = random_below(6); args > 0; args--)
		n += snprintf(text + n, sizeof text - (size_t)n, "%d%c",
			      random_below(2) ? (int)random_below(45) :
						numbers[random_below(sizeof numbers / sizeof *numbers)],
			      args > 1 ? (random_below(6) ? ';' : ':') : ' ');
	if (text[n - 1] == ' ')
		n--;
	n += snprintf(text + n, sizeof text - (size_t)n, "%s%c", intermediates[random_below(12)],
		      finals[random_below(sizeof finals - 1)]);
	return add(to, at, text, (size_t)n);
}

static size_t
add_piece(uint8_t *to, size_t at)
{
	static const char *const pieces[] = {
		"\r\n",	     "\n",	 "\t",		   "\b",	       "\033D",	      "\033M",	     "\0337",
		"\0338",     "\033(0",	 "\033(B",	   "\016",	       "\017",	      "\033H",	     "\033c",
		"\033#8",    "\033#6",	 "\0336",	   "\0339",	       "\033V",	      "\033W",	     "\033N",
		"\xe4\xb8\xad", "\xf0\x9f\x98\x80", "\xcc\x81", "\xe2\x80\x8d", "\xff", "\xe4\xb8", "\xc2\x9b", "a",
		"\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89", "abcdefghijklmnop", MARK,
		"\033]0;" MARK "\a", "\033]2;" MARK "\033\\", "\033]8;;http://" MARK "\033\\", "\033]8;;\033\\",
		"\033]52;c;UVpKWA==\a", "\033]4;1;" MARK "\a", "\033]4;5;?;6;?\a", "\033]10;?\a",
		"\033P$q" MARK "\033\\", "\033P$qm\033\\", "\033P+q" MARK "\033\\", "\033_" MARK "\033\\",
		"\033[21t", "\033[20t", "\033[22t", "\033[23t", "\033[?69h", "\033[?6h", "\033[4h", "\033[?7l",
		"\033[?7h", "\033[1\"q", "\033[?1049h", "\033[?1049l", "\033[?45h", "\033[?1045h",
		"\033[8;30;90t", "\033[3J",
	};
	const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];

	return add(to, at, piece, strlen(piece));
}

static size_t
make_stream(uint8_t *to)
{
	size_t n = 0, pieces = 20 + random_below(400);

	for (; pieces > 0; pieces--) {
		unsigned kind = random_below(32);
		char act[4] = { (char)0xfe };

		for (int i = 1; i < 4; i++)
			act[i] = (char)random_below(256);

		if (kind == 0)
			n = add(to, n, act, sizeof act);
		else if (kind < 16)
			n = add_control(to, n);
		else
			n = add_piece(to, n);
	}
	return n;
}

static void
mutate(uint8_t *data, size_t size)
{
	for (unsigned n = random_below(6); n > 0 && size > 0; n--) {
		size_t at = random_below((unsigned)size), from = random_below((unsigned)size);
		size_t len = random_below(16);

		if (random_below(2))
			data[at] = (uint8_t)random_below(256);
		else if (at + len < size && from + len < size)
			memmove(data + at, data + from, len);
	}
}

static int
run_file(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f) {
		perror(path);
		return 1;
	}
	n = fread(data, 1, sizeof data, f);
	fclose(f);
	return LLVMFuzzerTestOneInput(data, n);
}

int
main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned long long bytes = 0, most = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	static uint8_t data[STREAM_MAX];

	if (argc > 2)
		state = strtoull(argv[2], NULL, 0);
	else if (getrandom(&state, sizeof state, 0) < 0)
		return 1;
	state = state ? state : 1;
	for (int i = 4; i < argc; i++)
		if (run_file(argv[i]) != 0)
			return 1;
	printf("# %lu runs, seed %#llx\n", runs, (unsigned long long)state);
	fflush(stdout);
	for (unsigned long i = 0; i < runs || (most && bytes < most); i++) {
		size_t size = make_stream(data);

		mutate(data, size);
		LLVMFuzzerTestOneInput(data, size);
		bytes += size;
	}
	printf("# %llu bytes\nok 1 - no stream breaks the terminal\n1..1\n", bytes);
	return 0;
}
#endif
