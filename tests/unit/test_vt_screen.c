/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal: tables of what goes in and what is on the screen then, with the cursor and the replies. */
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

struct replies {
	char bytes[4096];
	size_t len;
	int bells;
	char clipboard[64];
};

static void
keep(void *user, const char *bytes, size_t n)
{
	struct replies *r = user;

	assert_true(r->len + n < sizeof r->bytes);
	memcpy(r->bytes + r->len, bytes, n);
	r->len += n;
	r->bytes[r->len] = '\0';
}

static void
ring(void *user)
{
	((struct replies *)user)->bells++;
}

static void
copy(void *user, const char *selection, const char *bytes, size_t n)
{
	struct replies *r = user;

	snprintf(r->clipboard, sizeof r->clipboard, "%s:%.*s", selection, (int)n, bytes);
}

static struct vt *
make(int rows, int cols, struct replies *replies, bool with_clipboard)
{
	const struct vt_config config = { .rows = rows, .cols = cols, .history_lines = 100, .fg = 0xe5e5e5 };
	const struct vt_calls calls = { .write = keep, .bell = ring, .clipboard = with_clipboard ? copy : NULL };
	struct vt *vt = vt_new(&config, &calls, replies);

	assert_non_null(vt);
	return vt;
}

static void
feed(struct vt *vt, const char *text)
{
	/* Whole, and byte by byte: where a read ends means nothing. */
	vt_feed(vt, text, strlen(text));
	vt_check(vt);
}

/* The screen's rows, joined by '|', blanks as '.', ends trimmed. */
static char *
screen(struct vt *vt)
{
	static char text[8192];
	struct vt_cell cells[VT_COLS_MAX];
	int rows, cols;
	size_t n = 0;

	vt_size(vt, &rows, &cols);
	for (int y = 0; y < rows; y++) {
		size_t end = n;

		vt_row_read(vt, vt_screen_line(vt) + y, cells, cols, NULL);
		for (int x = 0; x < cols; x++) {
			if (cells[x].width == 0)
				continue;
			if (!cells[x].chars[0])
				text[n++] = '.';
			for (int i = 0; i < VT_CELL_CHARS && cells[x].chars[i]; i++) {
				wchar_t ch = (wchar_t)cells[x].chars[i];

				n += ch < 0x80 ? (size_t)sprintf(text + n, "%c", (char)ch) :
						 (size_t)sprintf(text + n, "<%x>", (unsigned)ch);
			}
			if (cells[x].chars[0])
				end = n;
		}
		n = end;
		text[n++] = '|';
	}
	while (n > 0 && text[n - 1] == '|')
		n--;
	text[n] = '\0';
	return text;
}

struct example {
	const char *input, *screen;
	int row, col;
};

/* Five rows of ten columns. */
static const struct example examples[] = {
	{ "abc", "abc", 0, 3 },
	{ "abc\r\ndef", "abc|def", 1, 3 },
	{ "0123456789", "0123456789", 0, 9 },
	{ "0123456789a", "0123456789|a", 1, 1 },
	{ "0123456789\ra", "a123456789", 0, 1 },
	{ "\033[?7l0123456789abc", "012345678c", 0, 9 },
	{ "1\r\n2\r\n3\r\n4\r\n5\r\n6", "2|3|4|5|6", 4, 1 },
	{ "\033[2;3HX", "|..X", 1, 3 },
	{ "\033[99;99HX", "||||.........X", 4, 9 },
	{ "abcdef\033[3D\033[K", "abc", 0, 3 },
	{ "abcdef\033[3D\033[1K", "....ef", 0, 3 },
	{ "0123456789\033[Ka", "0123456789|a", 1, 1 },
	{ "\nb\r\033[A0123456789\033[J", "0123456789", 0, 9 },
	{ "abcdef\033[3D\033[2@X", "abcX.def", 0, 4 },
	{ "abcdef\033[5D\033[2P", "adef", 0, 1 },
	{ "abcdef\033[5D\033[2X", "a..def", 0, 1 },
	{ "a\r\nb\r\nc\033[1;1H\033[L", "|a|b|c", 0, 0 },
	{ "a\r\nb\r\nc\033[1;1H\033[M", "b|c", 0, 0 },
	{ "a\r\nb\r\nc\033[S", "b|c", 2, 1 },
	{ "a\r\nb\r\nc\033[T", "|a|b|c", 2, 1 },
	{ "\033[2;4ra\r\nb\r\nc\r\nd\r\ne\r\n", "a|d|e", 3, 0 },
	{ "\033[2;4r\033[2H1\r\n2\r\n3\r\n4", "|2|3|4", 3, 1 },
	{ "a\033[5b", "aaaaaa", 0, 6 },
	{ "\033[5b", "", 0, 0 },
	{ "a\xe4\xb8\xad\033[99b", /* as many as the screen has cells, and no more */
	  "<4e2d><4e2d><4e2d><4e2d><4e2d>|<4e2d><4e2d><4e2d><4e2d><4e2d>|<4e2d><4e2d><4e2d><4e2d><4e2d>|"
	  "<4e2d><4e2d><4e2d><4e2d><4e2d>|<4e2d><4e2d>",
	  4, 4 },
	{ "a\xcc\x81" "b", "a<301>b", 0, 2 },
	{ "\xcc\x81" "a", "a", 0, 1 },
	{ "\xe4\xb8\xad" "x", "<4e2d>x", 0, 3 },
	{ "012345678\xe4\xb8\xad", "012345678|<4e2d>", 1, 2 },
	{ "\xe4\xb8\xad\033[2GX", ".X", 0, 2 },
	{ "\xe4\xb8\xad\rX", "X", 0, 1 },
	{ "\xff" "a\xe4\xb8" "b\xed\xa0\x80", "<fffd>a<fffd>b<fffd><fffd><fffd>", 0, 7 },
	{ "a\tb", "a.......b", 0, 9 },
	{ "\033[3g\033[1;5H\033H\ra\tb", "a...b", 0, 5 },
	{ "a\033[4hb\rX\033[4lY", "XY" "b", 0, 2 },
	{ "\033(0qx\033(Bq", "<2500><2502>q", 0, 3 },
	{ "\016\033)0q\017q", "<2500>q", 0, 2 },
	{ "ab\0337\033[4;4Hx\0338c", "abc|||...x", 0, 3 },
	{ "\033[?1049hzzz\033[?1049lab", "ab", 0, 2 },
	{ "ab\033[?1049h", "", 0, 2 },
	{ "ab\033[?47hcd\033[?47l", "ab", 0, 4 },
	{ "\033#8\033[2J", "", 0, 0 },
	{ "a\bb\ac", "bc", 0, 2 },
	{ "a\033[31", "a", 0, 1 },
	{ "a\033[3\x18" "b", "ab", 0, 2 },
	{ "a\033[3\nCb", "a|....b", 1, 5 },
	{ "\033]0;title\ab\033]2;x\033\\c", "bc", 0, 2 },
	{ "\033P$qm\033\\\033_secret\033\\x\033^y\033\\", "x", 0, 1 },
	{ "\033[?69h\033[3;6s\033[1;3Habcdef", "..abcd|..ef", 1, 4 },
	{ "\033[?69h\033[3;6s\033[1;1H\033[2;3Hx\033[L", "||..x", 1, 2 },
	{ "\033[65;1;1;2;3$x", "AAA|AAA", 0, 0 },
	{ "\033[65;1;1;2;3$x\033[1;1;1;2$z", "..A|AAA", 0, 0 },
	{ "ab\033[1;1;1;2;1;3;5$v", "ab||....ab", 0, 2 },
	{ "a\033[1\"qb\033[0\"qc\033[?2K", ".b", 0, 3 },
	{ "abc\033[2G\033['}", "a.bc", 0, 1 },
	{ "abc\033[2G\033['~", "ac", 0, 1 },
	{ "abc\033c", "", 0, 0 },
	{ "\033[?6h\033[2;4r\033[1;1Hx", "|x", 1, 1 },
	{ "a\r\nb\033Mc\033Dd\033Ee", "ac|b.d|e", 2, 1 },
	{ "\033[4294967299Cx", ".........x", 0, 9 },
	{ "\033[1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9mx", "x", 0, 1 },
};

static void
shows_what_was_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *e = &examples[i];
		struct vt_cursor cursor;

		for (int whole = 0; whole < 2; whole++) {
			struct replies replies = { .len = 0 };
			struct vt *vt = make(5, 10, &replies, false);

			if (whole)
				feed(vt, e->input);
			for (const char *p = e->input; !whole && *p; p++)
				vt_feed(vt, p, 1);
			vt_check(vt);
			if (strcmp(screen(vt), e->screen) != 0)
				print_message("# example %zu\n", i);
			assert_string_equal(screen(vt), e->screen);
			vt_cursor(vt, &cursor);
			if (cursor.row != e->row || cursor.col != e->col)
				print_message("# example %zu: %s\n", i, e->screen);
			assert_int_equal(cursor.row, e->row);
			assert_int_equal(cursor.col, e->col);
			vt_free(vt);
		}
	}
}

static void
answers_questions(void **state)
{
	static const struct {
		const char *input, *reply;
	} questions[] = {
		{ "\033[c", "\033[?65;1;6;9;21;22;28c" },
		{ "\033[>c", "\033[>64;379;0c" },
		{ "\033[5n", "\033[0n" },
		{ "ab\033[6n", "\033[1;3R" },
		{ "\033[?6n", "\033[?1;1;1R" },
		{ "\033[18t", "\033[8;5;10t" },
		{ "\033[?2004$p", "\033[?2004;2$y" },
		{ "\033[?2004h\033[?2004$p", "\033[?2004;1$y" },
		{ "\033[?9999$p", "\033[?9999;0$y" },
		{ "\033[4$p", "\033[4;2$y" },
		{ "\033[1;38;5;200;4:3m\033P$qm\033\\", "\033P1$r0;1;4:3;38:5:200m\033\\" },
		{ "\033[31;48:2::1:2:3m\033P$qm\033\\", "\033P1$r0;31;48:2::1:2:3m\033\\" },
		{ "\033P$qrm\033\\", "\033P0$r\033\\" },
		{ "\033[4 q\033P$q q\033\\", "\033P1$r4 q\033\\" },
		{ "\033]11;?\033\\", "\033]11;rgb:0000/0000/0000\033\\" },
		{ "\033]4;1;#123456\033\\\033]4;1;?\033\\", "\033]4;1;rgb:1212/3434/5656\033\\" },
		{ "\033]4;1;rgb:f/8/0\033\\\033]4;1;?\033\\", "\033]4;1;rgb:ffff/8888/0000\033\\" },
		{ "\033]104\033\\\033]4;1;?\033\\", "\033]4;1;rgb:cdcd/0000/0000\033\\" },
		/* Nothing that was sent comes back. */
		{ "\033]0;rm -rf\a\033[21t\033[20t", "" },
		{ "abc\033[1;1;1;1;5;10*y", "" },
		{ "\033]52;c;?\033\\", "" },
		{ "\033P+q4142\033\\", "\033P0+r\033\\" },
		{ "\033]4;1;rm -rf\033\\", "" },
		{ "\005", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		struct replies replies = { .len = 0 };
		struct vt *vt = make(5, 10, &replies, false);

		feed(vt, questions[i].input);
		assert_string_equal(replies.bytes, questions[i].reply);
		vt_free(vt);
	}
}

/* Colours that are not known are not made up; those that the program has set are known. */
static void
knows_no_colours_that_it_was_not_told(void **state)
{
	const struct vt_config config = { .rows = 5, .cols = 10 };
	const struct vt_calls calls = { .write = keep };
	struct replies replies = { .len = 0 };
	struct vt *vt = vt_new(&config, &calls, &replies);

	(void)state;
	assert_non_null(vt);
	feed(vt, "\033]11;?\033\\\033]10;?\033\\");
	assert_string_equal(replies.bytes, "");
	feed(vt, "\033]11;#010203\033\\\033]10;?;?\033\\");
	assert_string_equal(replies.bytes, "\033]11;rgb:0101/0202/0303\033\\");
	vt_free(vt);
}

/* Found out late: who has asked is answered once, who asks later at once, and what the program has set stays. */
static void
tells_colours_late(void **state)
{
	const struct vt_config config = { .rows = 5, .cols = 10 };
	const struct vt_calls calls = { .write = keep };
	struct replies replies = { .len = 0 };
	struct vt *vt = vt_new(&config, &calls, &replies);
	uint32_t fg, bg;

	(void)state;
	assert_non_null(vt);
	feed(vt, "\033]10;#112233\033\\\033]11;?;?;?\033\\\033]11;?\033\\");
	assert_string_equal(replies.bytes, "");
	vt_tell_colors(vt, 0xffffff, 0x010203);
	assert_string_equal(replies.bytes, "\033]11;rgb:0101/0202/0303\033\\");
	replies.len = 0;
	vt_tell_colors(vt, 0xffffff, 0x040506);
	assert_int_equal(replies.len, 0);
	feed(vt, "\033]10;?;?\033\\");
	assert_string_equal(replies.bytes, "\033]10;rgb:1111/2222/3333\033\\\033]11;rgb:0404/0505/0606\033\\");
	assert_true(vt_default_colors(vt, &fg, &bg));
	feed(vt, "\033]110\033\\");
	assert_false(vt_default_colors(vt, &fg, &bg));
	vt_free(vt);
}

static struct vt_style
style_after(const char *sgr)
{
	struct replies replies = { .len = 0 };
	struct vt *vt = make(2, 4, &replies, false);
	struct vt_cell cell;

	feed(vt, sgr);
	feed(vt, "x");
	vt_row_read(vt, 0, &cell, 1, NULL);
	vt_free(vt);
	return cell.style;
}

static void
colours_and_attributes(void **state)
{
	static const struct {
		const char *sgr;
		struct vt_style style;
	} table[] = {
		{ "", { .attrs = 0 } },
		{ "\033[1;3;9m", { .attrs = VT_BOLD | VT_ITALIC | VT_STRIKE } },
		{ "\033[1;2m\033[22m", { .attrs = 0 } },
		{ "\033[4m", { .attrs = VT_UNDERLINE_SINGLE } },
		{ "\033[4:3m", { .attrs = VT_UNDERLINE_CURLY } },
		{ "\033[4:3;1m", { .attrs = VT_UNDERLINE_CURLY | VT_BOLD } },
		{ "\033[21m", { .attrs = VT_UNDERLINE_DOUBLE } },
		{ "\033[4:9m", { .attrs = 0 } },
		{ "\033[31;42m", { .fg = VT_COLOR_INDEX | 1, .bg = VT_COLOR_INDEX | 2 } },
		{ "\033[91;102m", { .fg = VT_COLOR_INDEX | 9, .bg = VT_COLOR_INDEX | 10 } },
		{ "\033[38;5;200m", { .fg = VT_COLOR_INDEX | 200 } },
		{ "\033[38:5:200;1m", { .fg = VT_COLOR_INDEX | 200, .attrs = VT_BOLD } },
		{ "\033[38;2;1;2;3;1m", { .fg = VT_COLOR_RGB | 0x010203, .attrs = VT_BOLD } },
		{ "\033[48:2:1:2:3m", { .bg = VT_COLOR_RGB | 0x010203 } },
		{ "\033[48:2::1:2:3m", { .bg = VT_COLOR_RGB | 0x010203 } },
		{ "\033[58:5:3m", { .underline = VT_COLOR_INDEX | 3 } },
		{ "\033[58:5:3;59m", { .underline = 0 } },
		{ "\033[38;5;256m", { .fg = 0 } },
		{ "\033[31;38;2;300;1;1m", { .fg = VT_COLOR_INDEX | 1 } },
		{ "\033[38;5m", { .fg = 0 } },
		{ "\033[31m\033[m", { .fg = 0 } },
		{ "\033[53m\033[7m", { .attrs = VT_OVERLINE | VT_REVERSE } },
		{ "\033[31m\033[#{\033[32m\033[#}", { .fg = VT_COLOR_INDEX | 1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct vt_style got = style_after(table[i].sgr);

		assert_memory_equal(&got, &table[i].style, sizeof got);
	}
}

static void
erases_in_the_background_colour(void **state)
{
	struct replies replies = { .len = 0 };
	struct vt *vt = make(3, 4, &replies, false);
	struct vt_cell cells[4];

	(void)state;
	feed(vt, "\033[41m\033[K\033[3;1H\n");
	vt_row_read(vt, vt_screen_line(vt) + 2, cells, 4, NULL);
	assert_int_equal(cells[3].style.bg, VT_COLOR_INDEX | 1);
	assert_int_equal(cells[3].chars[0], 0);
	vt_row_read(vt, vt_screen_line(vt) - 1, cells, 4, NULL);
	assert_int_equal(cells[3].style.bg, VT_COLOR_INDEX | 1);
	vt_free(vt);
}

static void
tells_titles_bells_and_clipboard(void **state)
{
	struct replies replies = { .len = 0 };
	struct vt *vt = make(3, 4, &replies, true);

	(void)state;
	feed(vt, "\033]2;a\xe2\x80\xae" "b\xff\033\\");
	assert_string_equal(vt_title(vt), "ab\xef\xbf\xbd");
	assert_string_equal(vt_icon_title(vt), "");
	feed(vt, "\033[22t\033]0;other\a\033[23t\a\a");
	assert_string_equal(vt_title(vt), "ab\xef\xbf\xbd");
	assert_int_equal(replies.bells, 2);
	feed(vt, "\033]52;;aGVsbG8=\a");
	assert_string_equal(replies.clipboard, "c:hello");
	feed(vt, "\033]52;p;!!\a\033]52;c;?\a");
	assert_string_equal(replies.clipboard, "c:hello");
	assert_int_equal(replies.len, 0);
	vt_free(vt);
}

static void
links_lead_somewhere(void **state)
{
	struct replies replies = { .len = 0 };
	struct vt *vt = make(3, 10, &replies, false);
	struct vt_cell cells[4];

	(void)state;
	feed(vt, "\033]8;id=1;http://x/\033\\ab\033]8;;\033\\c\033]8;;bad uri\033\\d");
	vt_row_read(vt, 0, cells, 4, NULL);
	assert_string_equal(vt_link(vt, cells[0].style.link), "http://x/");
	assert_int_equal(cells[0].style.link, cells[1].style.link);
	assert_int_equal(cells[2].style.link, 0);
	assert_int_equal(cells[3].style.link, 0);
	assert_null(vt_link(vt, 0));
	assert_null(vt_link(vt, 77));
	/* Older ones than are kept lead nowhere, and not elsewhere. */
	for (int i = 0; i < 5000; i++) {
		char link[64];

		snprintf(link, sizeof link, "\033]8;;http://%d/\033\\\033[3;1Hx", i);
		feed(vt, link);
	}
	assert_null(vt_link(vt, cells[0].style.link));
	vt_free(vt);
}

static void
damage_is_by_rows(void **state)
{
	struct replies replies = { .len = 0 };
	struct vt *vt = make(5, 10, &replies, false);

	(void)state;
	vt_damage_clear(vt);
	assert_false(vt_damage_any(vt));
	feed(vt, "\033[3;1Hx");
	assert_true(vt_damage_any(vt));
	for (int y = 0; y < 5; y++)
		assert_int_equal(vt_damage_row(vt, y), y == 2);
	vt_damage_clear(vt);
	feed(vt, "\033[5;1H\n");
	for (int y = 0; y < 5; y++)
		assert_true(vt_damage_row(vt, y));
	vt_damage_clear(vt);
	feed(vt, "\033[1;1H");
	assert_true(vt_damage_any(vt));
	assert_false(vt_damage_row(vt, 0));
	feed(vt, "\033[?2026h");
	assert_true(vt_sync(vt));
	vt_sync_end(vt);
	assert_false(vt_sync(vt));
	vt_free(vt);
}

/* What a hostile program can fill stays within bounds: strings, titles, links, colours, clusters, history. */
static void
memory_is_bounded(void **state)
{
	struct replies replies = { .len = 0 };
	const struct vt_config config = { .rows = 24, .cols = 80, .history_lines = 10000, .history_bytes = 1 << 20 };
	struct vt *vt = vt_new(&config, NULL, &replies);
	char buf[256];

	(void)state;
	assert_non_null(vt);
	for (int i = 0; i < 100000; i++) {
		int n = snprintf(buf, sizeof buf, "\033[38;2;%d;%d;%dm\033]8;;u:%d\033\\e%s%s%s\033[22t", i & 255,
				 i >> 8 & 255, i >> 16, i, i & 1 ? "\xcc\x81" : "",
				 i & 2 ? "\xcc\x82" : "", i & 4 ? "\xcc\x83" : "");

		vt_feed(vt, buf, (size_t)n);
	}
	vt_check(vt);
	vt_feed(vt, "\033]2;", 4);
	memset(buf, 'x', sizeof buf);
	for (int i = 0; i < 100000; i++)
		vt_feed(vt, buf, sizeof buf);
	vt_feed(vt, "\a", 1);
	assert_string_equal(vt_title(vt), "");
	assert_true(vt_memory(vt) < 4 << 20);
	vt_check(vt);
	vt_free(vt);
}

/* 10,000 lines of 200 columns, each cell with a style and marks of its own: as the pane has its history. */
static void
worst_history_is_bounded(void **state)
{
	const struct vt_config config = { .rows = 50, .cols = 200, .history_lines = 10000, .history_bytes = 12 << 20 };
	struct vt *vt = vt_new(&config, NULL, NULL);
	size_t most = 0;
	char buf[128];

	(void)state;
	assert_non_null(vt);
	for (int i = 0; i < 200 * 10100; i++) {
		int n = snprintf(buf, sizeof buf,
				 "\033[4;38;2;%d;%d;%d;48;2;%d;%d;1;58:2::%d:%d:3m\xc4%c\xcc%c\xcc%c", i & 255,
				 i >> 8 & 255, i >> 16, i & 127, i >> 7 & 127, i & 63, i >> 6 & 63, 0x80 + (i & 31),
				 0x80 + (i >> 5 & 31), 0x80 + (i >> 10 & 31));

		vt_feed(vt, buf, (size_t)n);
		if (i % 1000 == 0 && vt_memory(vt) > most)
			most = vt_memory(vt);
	}
	print_message("# %zu KiB at the worst\n", most >> 10);
	assert_true(most < 16 << 20);
	vt_check(vt);
	vt_free(vt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_was_written),
		cmocka_unit_test(answers_questions),
		cmocka_unit_test(knows_no_colours_that_it_was_not_told),
		cmocka_unit_test(tells_colours_late),
		cmocka_unit_test(colours_and_attributes),
		cmocka_unit_test(erases_in_the_background_colour),
		cmocka_unit_test(tells_titles_bells_and_clipboard),
		cmocka_unit_test(links_lead_somewhere),
		cmocka_unit_test(damage_is_by_rows),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(worst_history_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
