/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a terminal sends, cut up for the pane. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tui/input.h"

/* How many answers about colours are expected. */
static int colors;

/* The kinds of all pieces of the bytes, given `step` at a time, as letters; and all bytes that were not lost. */
static void
cut(const char *bytes, size_t len, size_t step, char *kinds, char *back, size_t *back_len)
{
	static const char letters[] = { [INPUT_BYTES] = 'b', [INPUT_PASTED] = 'p', [INPUT_PASTE_BEGIN] = '<',
					[INPUT_PASTE_END] = '>', [INPUT_PREFIX] = '!', [INPUT_CURSOR_KEY] = 'c',
					[INPUT_MOUSE] = 'm', [INPUT_FOCUS] = 'f', [INPUT_COLOR] = 'k' };
	struct input input = { .prefix = 0x1d, .colors = colors };
	struct input_piece piece;
	size_t n = 0;

	*back_len = 0;
	for (size_t i = 0; i < len + step; i += step) {
		size_t at = 0, part = i >= len ? 0 : len - i < step ? len - i : step;

		while (input_next(&input, bytes + (i < len ? i : 0), part, &at, i >= len, &piece)) {
			/* Pieces of one kind in a row depend on how they came. */
			if (n == 0 || kinds[n - 1] != letters[piece.kind] || strchr("!cmfk", kinds[n - 1]))
				kinds[n++] = letters[piece.kind];
			memcpy(back + *back_len, piece.bytes, piece.len);
			*back_len += piece.len;
		}
	}
	kinds[n] = '\0';
}

static void
check(const char *bytes, size_t len, const char *wanted)
{
	for (size_t step = 1; step <= len; step++) {
		char kinds[200], back[200];
		size_t back_len;

		cut(bytes, len, step, kinds, back, &back_len);
		assert_string_equal(kinds, wanted);
		assert_int_equal(back_len, len);
		assert_memory_equal(back, bytes, len);
	}
}

#define CHECK(bytes, wanted) check(bytes, sizeof(bytes) - 1, wanted)

static void
test_pieces(void **state)
{
	(void)state;
	CHECK("plain \303\244", "b");
	CHECK("a\035\035b", "b!!b");
	CHECK("\033[A\033OB\033[1;5C", "ccb");
	CHECK("x\033[I\033[Oy", "bffb");
	CHECK("\033[<0;10;5M\033[<0;10;5m", "mm");
	CHECK("\033[<0;0;5M", "b");
	CHECK("\033[200~with \035 and \033[A and \033\033[201~z", "<p>b");
	CHECK("\033\033x\033", "b");
	CHECK("\033[[F\033[24~", "b");
	/* Home and End of tmux, screen and rxvt. */
	CHECK("\033[1~\033[8~\033[3~", "ccb");
}

/* F1 and F5 of the Linux console are xterm's; in a paste they are what they are. */
static void
test_other_keys(void **state)
{
	static const char keys[] = "\033[[A\033[[E", wanted[] = "\033OP\033[15~";
	static const char paste[] = "\033[200~\033[[A\033[1~\033[201~";
	char kinds[200], back[200];
	size_t len;

	(void)state;
	cut(keys, sizeof keys - 1, 1, kinds, back, &len);
	assert_string_equal(kinds, "b");
	assert_int_equal(len, sizeof wanted - 1);
	assert_memory_equal(back, wanted, len);
	CHECK(paste, "<p>");
}

/* Answers are told from what is typed while they are expected, however they come; otherwise Esc ] is Alt-]. */
static void
test_colors(void **state)
{
	static const char answers[] = "\033]10;rgb:ffff/8080/0000\033\\\033]11;rgb:01/02/03\a";
	struct input input = { .colors = 2 };
	struct input_piece piece;
	size_t at = 0;

	(void)state;
	assert_true(input_next(&input, answers, sizeof answers - 1, &at, false, &piece));
	assert_int_equal(piece.kind, INPUT_COLOR);
	assert_int_equal(piece.color, 10);
	assert_int_equal(piece.rgb, 0xff8000);
	assert_true(input_next(&input, answers, sizeof answers - 1, &at, false, &piece));
	assert_int_equal(piece.color, 11);
	assert_int_equal(piece.rgb, 0x010203);
	assert_int_equal(input.colors, 0);
	CHECK("\033]10;rgb:1/2/3\a", "b");
	colors = 2;
	CHECK("a\033]10;rgb:ffff/8080/0000\033\\b\033]11;rgb:0101/0202/0303\ac\033]x", "bkbkb");
	CHECK("\033]11;rgb:0101/0202/0303\033[Ax", "bcb");
	CHECK("\033]\033[A\033]\r", "bcb");
	CHECK("\033]10;rgba:0101/0202/0303/0404\033\\\033[A", "bc");
	colors = 0;
}

static void
test_endless_sequence(void **state)
{
	char bytes[150], kinds[200], back[200];
	size_t len;

	(void)state;
	memset(bytes, '1', sizeof bytes);
	memcpy(bytes, "\033[", 2);
	cut(bytes, sizeof bytes, 7, kinds, back, &len);
	assert_string_equal(kinds, "b");
	assert_int_equal(len, sizeof bytes);
	assert_memory_equal(back, bytes, sizeof bytes);
}

static void
test_mouse(void **state)
{
	static const char bytes[] = "\033[<34;12;7m";
	struct input input = { 0 };
	struct input_piece piece;
	size_t at = 0;

	(void)state;
	assert_true(input_next(&input, bytes, sizeof bytes - 1, &at, false, &piece));
	assert_int_equal(piece.kind, INPUT_MOUSE);
	assert_int_equal(piece.button, 34);
	assert_int_equal(piece.x, 11);
	assert_int_equal(piece.y, 6);
	assert_true(piece.released);
	at = 0;
	assert_false(input_next(&input, "\033", 1, &at, false, &piece));
	assert_true(input_waits(&input));
	at = 0;
	assert_true(input_next(&input, NULL, 0, &at, true, &piece));
	assert_int_equal(piece.kind, INPUT_BYTES);
	assert_int_equal(piece.len, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_other_keys),
		cmocka_unit_test(test_colors),
		cmocka_unit_test(test_endless_sequence),
		cmocka_unit_test(test_mouse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
