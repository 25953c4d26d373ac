/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal's other side: history, another size, text and search, keys, mouse and pasted text. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/vt/vt.h"

static char sent[4096];
static size_t sent_len;

static void
keep(void *user, const char *bytes, size_t n)
{
	(void)user;
	assert_true(sent_len + n < sizeof sent);
	memcpy(sent + sent_len, bytes, n);
	sent_len += n;
	sent[sent_len] = '\0';
}

static struct vt *
make(int rows, int cols, size_t history)
{
	const struct vt_config config = { .rows = rows, .cols = cols, .history_lines = history };
	const struct vt_calls calls = { .write = keep };
	struct vt *vt = vt_new(&config, &calls, NULL);

	assert_non_null(vt);
	sent_len = 0;
	sent[0] = '\0';
	return vt;
}

static void
feed(struct vt *vt, const char *text)
{
	vt_feed(vt, text, strlen(text));
	vt_check(vt);
}

/* All the text there is, the history in front, without the blank lines at the end. */
static char *
all_text(const struct vt *vt)
{
	static char text[65536];
	struct vt_place from = { vt_first_line(vt), 0 }, to = { vt_screen_line(vt) + VT_ROWS_MAX, 0 };
	char *got = vt_text(vt, from, to, false, NULL);
	size_t n;

	assert_non_null(got);
	n = strlen(got);
	while (n > 0 && got[n - 1] == '\n')
		n--;
	assert_true(n < sizeof text);
	memcpy(text, got, n);
	text[n] = '\0';
	free(got);
	return text;
}

static void
expect_cursor(const struct vt *vt, int row, int col)
{
	struct vt_cursor cursor;

	vt_cursor(vt, &cursor);
	assert_int_equal(cursor.row, row);
	assert_int_equal(cursor.col, col);
}

static void
rows_become_history(void **state)
{
	struct vt *vt = make(3, 10, 4);
	struct vt_cell cells[10];
	char line[16];

	(void)state;
	for (int i = 0; i < 9; i++) {
		snprintf(line, sizeof line, "%sline %d", i ? "\r\n" : "", i);
		feed(vt, line);
	}
	assert_int_equal(vt_screen_line(vt), 6);
	assert_int_equal(vt_first_line(vt), 2);
	assert_string_equal(all_text(vt), "line 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8");
	assert_true(vt_row_read(vt, 2, cells, 10, NULL));
	assert_int_equal(cells[5].chars[0], '2');
	assert_false(vt_row_read(vt, 1, cells, 10, NULL));
	assert_int_equal(cells[5].chars[0], 0);
	assert_false(vt_row_read(vt, 9, cells, 10, NULL));
	/* Neither the other screen's rows nor those of a region below the top, nor deleted ones. */
	feed(vt, "\033[?1049h\r\na\r\nb\r\nc\r\nd\033[?1049l\033[2;3r\033[3H\n\n\n\033[r\033[H\033[2M");
	assert_int_equal(vt_screen_line(vt), 6);
	feed(vt, "\033[3J");
	assert_int_equal(vt_first_line(vt), 6);
	vt_free(vt);
}

/* What is packed comes back as it was. */
static void
history_keeps_styles_and_characters(void **state)
{
	static const char text[] = "a\033[1;38;2;1;2;3;48;5;9mb\xcc\x81\xcc\x82\xe4\xb8\xad\033[m"
				   "\033[5Cx\033]8;;u:1\033\\y\033]8;;\033\\"
				   "\033[58:5:3;4:3mz\xf0\x9f\x98\x80\033[0;41m\033[K";
	struct vt *vt = make(2, 20, 10);
	struct vt_cell before[20], after[20];

	(void)state;
	feed(vt, text);
	vt_row_read(vt, 0, before, 20, NULL);
	feed(vt, "\033[m\r\n\r\n\r\n");
	assert_true(vt_screen_line(vt) > 0);
	vt_row_read(vt, 0, after, 20, NULL);
	for (int x = 0; x < 20; x++) {
		assert_memory_equal(before[x].chars, after[x].chars, sizeof before[x].chars);
		assert_memory_equal(&before[x].style, &after[x].style, sizeof before[x].style);
		assert_int_equal(before[x].width, after[x].width);
	}
	vt_free(vt);
}

static void
history_fits_its_bytes(void **state)
{
	const struct vt_config config = { .rows = 24, .cols = 200, .history_lines = 10000 };
	struct vt *vt = vt_new(&config, NULL, NULL);
	char line[256];

	(void)state;
	memset(line, 'x', 200);
	for (int i = 0; i < 10024; i++)
		vt_feed(vt, line, 200);
	vt_check(vt);
	assert_int_equal(vt_screen_line(vt) - vt_first_line(vt), 10000);
	assert_true(vt_memory(vt) < 4 << 20);
	/* Each cell in a colour of its own, and three characters in it: fewer lines, not more bytes. */
	for (int i = 0; i < 10024 * 200; i++) {
		int n = snprintf(line, sizeof line, "\033[38;2;%d;%d;%dmx\xcc\x81\xcc\x82", i >> 16 & 255, i >> 8 & 255,
				 i & 255);

		vt_feed(vt, line, (size_t)n);
	}
	vt_check(vt);
	assert_true(vt_screen_line(vt) - vt_first_line(vt) > 1000);
	assert_true(vt_memory(vt) < 18 << 20);
	vt_free(vt);
}

#define WIDE "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad"

static void
wraps_anew(void **state)
{
	static const char text[] = "0123456789abcdefghij\r\nshort\r\n" WIDE "$ ";
	struct vt *vt = make(4, 10, 100);
	char *before;

	(void)state;
	feed(vt, text);
	before = strdup(all_text(vt));
	assert_non_null(before);
	for (int cols = 2; cols < 40; cols += 3) {
		assert_int_equal(vt_resize(vt, 4, cols), 0);
		vt_check(vt);
		assert_string_equal(all_text(vt), before);
	}
	free(before);
	vt_free(vt);

	vt = make(4, 10, 100);
	feed(vt, text);
	expect_cursor(vt, 3, 2);
	vt_resize(vt, 4, 5);
	vt_check(vt);
	assert_string_equal(all_text(vt), "0123456789abcdefghij\nshort\n" WIDE "$");
	expect_cursor(vt, 3, 4);
	vt_resize(vt, 4, 40);
	vt_check(vt);
	expect_cursor(vt, 2, 12);
	vt_free(vt);
}

/* A line that was wrapped ends where the row that it went on in is blank or gone. */
static void
ends_a_line_whose_rest_is_gone(void **state)
{
	/* Two rows of five columns are the history's last, or the screen's first, and then row 2 of them goes. */
	static const struct {
		const char *before, *then, *wanted;
	} cases[] = {
		{ "abcdefg\r\n\r\n\n", "\033[H\033[2Jnew", "abcde\nnew" },
		{ "abcdefg\r\n\r\n\n", "\033[H\033[Jnew", "abcde\nnew" },
		{ "abcdefg\r\n\r\n\n", "\033[H\033[Mnew", "abcde\nnew" },
		{ "abcdefg\r\n\r\n\n", "\033[H\033[Lnew", "abcde\nnew\nfg" },
		{ "abcdefg\r\n\r\n\n", "\033cnew", "abcde\nnew" },
		{ "abcdefg", "\033[2;1H\033[Knew", "abcde\nnew" },
		{ "abcdefg", "\033[2;1H\033[Lnew", "abcde\nnew\nfg" },
		{ "abcdefg", "\033[2;1H\033[Mnew", "abcde\nnew" },
		{ "abcdefg", "\033[2;4r\033[2;1H\033Mnew", "abcde\nnew\nfg" },
		{ "abcdefg", "\033[2;4r\033[4;1H\n\033[2;1Hnew", "abcde\nnew" },
		/* The rest is there. */
		{ "abcdefg\r\n\r\n\n", "\033[Hnew", "abcdenew" },
		{ "abcdefg\r\n\r\n\n", "\033[1;3H\033[J", "abcdefg" },
		{ "\r\n\n\nabcdefg", "", "\n\n\nabcdefg" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct vt *vt = make(4, 5, 100);

		feed(vt, cases[i].before);
		feed(vt, cases[i].then);
		vt_resize(vt, 4, 20);
		vt_check(vt);
		assert_string_equal(all_text(vt), cases[i].wanted);
		vt_free(vt);
	}
}

/* The history belongs to the main screen: its last line does not go on in the alternate one. */
static void
ends_history_before_the_other_screen(void **state)
{
	struct vt *vt = make(3, 5, 100);
	struct vt_place from, to;

	(void)state;
	feed(vt, "abcdefg\r\n\n\033[?1049h\033[Hother");
	vt_line_at(vt, (struct vt_place){ vt_screen_line(vt), 0 }, &from, &to);
	assert_int_equal(from.line, vt_screen_line(vt));
	feed(vt, "\033[?1049l");
	vt_line_at(vt, (struct vt_place){ vt_screen_line(vt), 0 }, &from, &to);
	assert_int_equal(from.line, vt_screen_line(vt) - 1);
	vt_free(vt);
}

static void
height_moves_rows_between_screen_and_history(void **state)
{
	struct vt *vt = make(5, 10, 100);

	(void)state;
	feed(vt, "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7");
	assert_int_equal(vt_screen_line(vt), 2);
	vt_resize(vt, 3, 10);
	assert_int_equal(vt_screen_line(vt), 4);
	expect_cursor(vt, 2, 1);
	vt_resize(vt, 6, 10);
	assert_int_equal(vt_screen_line(vt), 1);
	expect_cursor(vt, 5, 1);
	assert_string_equal(all_text(vt), "1\n2\n3\n4\n5\n6\n7");
	/* A cleared screen stays clear. */
	feed(vt, "\033[H\033[2Jx");
	vt_resize(vt, 8, 10);
	expect_cursor(vt, 0, 1);
	assert_int_equal(vt_screen_line(vt), 1);
	/* The other screen is cut, and the cursor with it. */
	feed(vt, "\033[?1049h\033[8;10Hz\xe4\xb8\xad");
	vt_resize(vt, 4, 3);
	vt_check(vt);
	expect_cursor(vt, 3, 2);
	feed(vt, "\033[?1049l");
	expect_cursor(vt, 0, 1);
	vt_free(vt);
}

static void
text_of_a_selection(void **state)
{
	struct vt *vt = make(5, 10, 100);
	struct vt_place from, to;
	char *text;
	size_t n;

	(void)state;
	feed(vt, "one two-three four\r\n\r\nfive");
	text = vt_text(vt, (struct vt_place){ 0, 4 }, (struct vt_place){ 1, 2 }, false, &n);
	assert_string_equal(text, "two-three");
	assert_int_equal(n, 9);
	free(text);
	text = vt_text(vt, (struct vt_place){ 3, 3 }, (struct vt_place){ 0, 4 }, false, NULL);
	assert_string_equal(text, "two-three four\n\nfive");
	free(text);
	text = vt_text(vt, (struct vt_place){ 0, 4 }, (struct vt_place){ 1, 6 }, true, NULL);
	assert_string_equal(text, "two\nfou");
	free(text);
	vt_word_at(vt, (struct vt_place){ 1, 1 }, NULL, &from, &to);
	assert_int_equal(from.line, 0);
	assert_int_equal(from.col, 4);
	assert_int_equal(to.line, 1);
	assert_int_equal(to.col, 2);
	vt_word_at(vt, (struct vt_place){ 0, 5 }, "-", &from, &to);
	assert_int_equal(to.col, 6);
	vt_line_at(vt, (struct vt_place){ 1, 0 }, &from, &to);
	assert_int_equal(from.line, 0);
	assert_int_equal(to.line, 1);
	text = vt_text(vt, (struct vt_place){ -100, 0 }, (struct vt_place){ 100, 0 }, false, NULL);
	assert_string_equal(text, "one two-three four\n\nfive\n");
	free(text);
	vt_free(vt);
}

static void
finds_text(void **state)
{
	struct vt *vt = make(3, 10, 100);
	struct vt_place from, to, all = { -1, 0 };

	(void)state;
	feed(vt, "needle one\r\nxxxxxxxxneedle two\r\n\r\n\r\nNeedle \xc3\x84\xe4\xb8\xad");
	assert_true(vt_search(vt, "needle", all, 0, &from, &to));
	assert_int_equal(from.line, 0);
	assert_int_equal(to.col, 5);
	assert_true(vt_search(vt, "needle", from, 0, &from, &to));
	assert_int_equal(from.line, 1);
	assert_int_equal(from.col, 8);
	assert_int_equal(to.line, 2);
	assert_int_equal(to.col, 3);
	assert_false(vt_search(vt, "needle", from, 0, &from, &to));
	assert_true(vt_search(vt, "NEEDLE", from, VT_SEARCH_ANY_CASE, &from, &to));
	assert_int_equal(from.line, 5);
	assert_true(vt_search(vt, "needle", from, VT_SEARCH_BACKWARD, &from, &to));
	assert_int_equal(from.line, 1);
	assert_true(vt_search(vt, "\xc3\xa4\xe4\xb8\xad", all, VT_SEARCH_ANY_CASE, &from, &to));
	assert_int_equal(from.col, 7);
	assert_int_equal(to.col, 9);
	assert_false(vt_search(vt, "", all, 0, &from, &to));
	assert_false(vt_search(vt, "absent", all, 0, &from, &to));
	vt_free(vt);
}

static void
keys_have_bytes(void **state)
{
	static const struct {
		const char *setup;
		uint32_t key;
		unsigned modifiers;
		const char *bytes;
	} keys[] = {
		{ "", 'a', 0, "a" },
		{ "", 0xe4, 0, "\xc3\xa4" },
		{ "", 'a', VT_ALT, "\033a" },
		{ "", 'c', VT_CTRL, "\003" },
		{ "", 'c', VT_CTRL | VT_ALT, "\033\003" },
		{ "", '[', VT_CTRL, "\033" },
		{ "", VT_KEY_UP, 0, "\033[A" },
		{ "\033[?1h", VT_KEY_UP, 0, "\033OA" },
		{ "\033[?1h", VT_KEY_UP, VT_CTRL, "\033[1;5A" },
		{ "", VT_KEY_LEFT, VT_SHIFT, "\033[1;2D" },
		{ "", VT_KEY_HOME, 0, "\033[H" },
		{ "", VT_KEY_END, VT_ALT, "\033[1;3F" },
		{ "", VT_KEY_DELETE, 0, "\033[3~" },
		{ "", VT_KEY_PAGE_UP, VT_SHIFT, "\033[5;2~" },
		{ "", VT_KEY_F1, 0, "\033OP" },
		{ "", VT_KEY_F1 + 3, VT_SHIFT, "\033[1;2S" },
		{ "", VT_KEY_F1 + 4, 0, "\033[15~" },
		{ "", VT_KEY_F1 + 11, VT_CTRL, "\033[24;5~" },
		{ "", VT_KEY_F20, 0, "\033[34~" },
		{ "", VT_KEY_ENTER, 0, "\r" },
		{ "\033[20h", VT_KEY_ENTER, 0, "\r\n" },
		{ "", VT_KEY_TAB, VT_SHIFT, "\033[Z" },
		{ "", VT_KEY_BACKSPACE, 0, "\177" },
		{ "\033[?67h", VT_KEY_BACKSPACE, 0, "\b" },
		{ "", VT_KEY_BACKSPACE, VT_CTRL, "\b" },
		{ "", VT_KEY_BACKSPACE, VT_ALT, "\033\177" },
		{ "", VT_KEY_ESCAPE, 0, "\033" },
		{ "", VT_KEY_KP_0 + 5, 0, "5" },
		{ "\033=", VT_KEY_KP_0 + 5, 0, "\033Ou" },
		{ "\033=", VT_KEY_KP_ENTER, 0, "\033OM" },
		{ "\033[>4;1m", ',', VT_CTRL, "\033[27;5;44~" },
		{ "\033[>4;1m", 'a', VT_CTRL, "\001" },
		{ "\033[>4;1m", VT_KEY_ENTER, VT_CTRL, "\033[27;5;13~" },
		{ "\033[>4;2m", 'a', VT_CTRL, "\033[27;5;97~" },
		{ "\033[>4;2m", 'A', VT_SHIFT, "A" },
		{ "\033[>4;2m", VT_KEY_TAB, VT_CTRL, "\033[27;5;9~" },
		{ "\033[>4;2m\033[>4m", VT_KEY_TAB, VT_CTRL, "\t" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct vt *vt = make(3, 10, 0);

		feed(vt, keys[i].setup);
		assert_true(vt_key(vt, keys[i].key, keys[i].modifiers));
		assert_string_equal(sent, keys[i].bytes);
		vt_free(vt);
	}
	struct vt *vt = make(3, 10, 0);

	assert_true(vt_key(vt, ' ', VT_CTRL));
	assert_int_equal(sent_len, 1);
	assert_int_equal(sent[0], 0);
	assert_false(vt_key(vt, 0x110000, 0));
	assert_false(vt_key(vt, VT_KEY_LAST + 1, 0));
	for (uint32_t key = VT_KEY_FIRST; key <= VT_KEY_LAST; key++) {
		sent_len = 0;
		assert_true(vt_key(vt, key, 0));
		assert_true(sent_len > 0);
	}
	vt_free(vt);
}

static void
mouse_goes_where_it_is_wanted(void **state)
{
	static const struct {
		const char *setup;
		enum vt_mouse_action action;
		enum vt_button button;
		unsigned modifiers;
		bool is_taken;
		const char *bytes;
	} events[] = {
		{ "", VT_MOUSE_PRESS, VT_BUTTON_LEFT, 0, false, "" },
		{ "\033[?1000h", VT_MOUSE_PRESS, VT_BUTTON_LEFT, 0, true, "\033[M %\"" },
		{ "\033[?1000h", VT_MOUSE_RELEASE, VT_BUTTON_LEFT, 0, true, "\033[M#%\"" },
		{ "\033[?1000h", VT_MOUSE_MOVE, VT_BUTTON_LEFT, 0, true, "" },
		{ "\033[?1000h\033[?1006h", VT_MOUSE_PRESS, VT_BUTTON_RIGHT, VT_CTRL, true, "\033[<18;5;2M" },
		{ "\033[?1000h\033[?1006h", VT_MOUSE_RELEASE, VT_BUTTON_RIGHT, 0, true, "\033[<2;5;2m" },
		{ "\033[?1002h\033[?1006h", VT_MOUSE_MOVE, VT_BUTTON_LEFT, 0, true, "\033[<32;5;2M" },
		{ "\033[?1002h\033[?1006h", VT_MOUSE_MOVE, VT_BUTTON_NONE, 0, true, "" },
		{ "\033[?1003h\033[?1006h", VT_MOUSE_MOVE, VT_BUTTON_NONE, 0, true, "\033[<35;5;2M" },
		{ "\033[?1000h\033[?1015h", VT_MOUSE_PRESS, VT_BUTTON_WHEEL_UP, 0, true, "\033[96;5;2M" },
		{ "\033[?1000h\033[?1000l", VT_MOUSE_PRESS, VT_BUTTON_LEFT, 0, false, "" },
		{ "", VT_MOUSE_PRESS, VT_BUTTON_WHEEL_UP, 0, false, "" },
		{ "\033[?1049h", VT_MOUSE_PRESS, VT_BUTTON_WHEEL_UP, 0, true, "\033[A\033[A\033[A" },
		{ "\033[?1049h\033[?1007l", VT_MOUSE_PRESS, VT_BUTTON_WHEEL_UP, 0, false, "" },
		{ "\033[?9h", VT_MOUSE_RELEASE, VT_BUTTON_LEFT, 0, true, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		struct vt *vt = make(3, 10, 0);

		feed(vt, events[i].setup);
		assert_int_equal(vt_mouse(vt, events[i].action, events[i].button, events[i].modifiers, 1, 4),
				 events[i].is_taken);
		assert_string_equal(sent, events[i].bytes);
		vt_free(vt);
	}
}

static void
pastes_no_keys(void **state)
{
	struct vt *vt = make(3, 10, 0);
	char *large = calloc(1, 100000);

	(void)state;
	vt_paste(vt, "a\nb\r\nc\033[201~\003\td", 15);
	assert_string_equal(sent, "a\rb\rc[201~\td");
	sent_len = 0;
	feed(vt, "\033[?2004h");
	vt_paste(vt, "x\033[201~\xc2\x9by", 10);
	assert_string_equal(sent, "\033[200~x[201~y\033[201~");
	sent_len = 0;
	feed(vt, "\033[?1004h");
	vt_focus(vt, true);
	vt_focus(vt, false);
	assert_string_equal(sent, "\033[I\033[O");
	sent_len = 0;
	assert_non_null(large);
	memset(large, 'x', 4000);
	vt_paste(vt, large, 4000);
	assert_int_equal(sent_len, 4012);
	free(large);
	vt_free(vt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_history),
		cmocka_unit_test(history_keeps_styles_and_characters),
		cmocka_unit_test(history_fits_its_bytes),
		cmocka_unit_test(wraps_anew),
		cmocka_unit_test(ends_a_line_whose_rest_is_gone),
		cmocka_unit_test(ends_history_before_the_other_screen),
		cmocka_unit_test(height_moves_rows_between_screen_and_history),
		cmocka_unit_test(text_of_a_selection),
		cmocka_unit_test(finds_text),
		cmocka_unit_test(keys_have_bytes),
		cmocka_unit_test(mouse_goes_where_it_is_wanted),
		cmocka_unit_test(pastes_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
