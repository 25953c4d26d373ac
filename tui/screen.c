/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal as a grid that is drawn on. */
#include "config.h"

#define NCURSES_WIDECHAR 1

#include "tui/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/truecolor.h"

/* What goes to the terminal beside curses: an update as one (mode 2026), clicks, pastes in brackets. */
#define UPDATE_BEGIN "\033[?2026h"
#define UPDATE_END   "\033[?2026l"
#define MOUSE_ON     "\033[?1000h\033[?1006h"
#define MOUSE_OFF    "\033[?1006l\033[?1000l"
#define PASTE_ON     "\033[?2004h"
#define PASTE_OFF    "\033[?2004l"

/* Twice as many places as pairs in use at most, so that one is found soon; enough for a picture made of cells. */
enum { PAIRS = 32768, PAIRS_USED = PAIRS / 2 };

static struct {
	SCREEN *curses;
	FILE *out;
	struct screen_options options;
	bool ascii, mono;
	bool extras; /* the terminal is one that passes over what it does not know */
	int y, x, lines, columns; /* the part that is drawn in */
	int cursor_y, cursor_x;	  /* of the whole */
	attr_t attributes[ROLES];
	int role_pairs[ROLES];
	/* Pairs of colours beside those of the roles, found by their hash; `next` is the first that is free. */
	struct pair {
		int32_t fg, bg;
		int number; /* 0: the place is empty */
	} pairs[PAIRS];
	int next;
	unsigned lost;
} screen;

void
screen_whole(void)
{
	screen.y = screen.x = 0;
	screen.lines = LINES;
	screen.columns = COLS;
}

void
screen_part(int y, int x, int lines, int columns)
{
	screen.y = y < 0 ? 0 : y < LINES ? y : LINES - 1;
	screen.x = x < 0 ? 0 : x < COLS ? x : COLS - 1;
	screen.lines = lines < 0 ? 0 : lines < LINES - screen.y ? lines : LINES - screen.y;
	screen.columns = columns < 0 ? 0 : columns < COLS - screen.x ? columns : COLS - screen.x;
}

void
screen_send(const char *sequence)
{
	if (screen.extras && !screen.options.size) {
		fputs(sequence, screen.out);
		fflush(screen.out);
	}
}

static attr_t
attributes_of(unsigned attributes)
{
	attr_t result = 0;

	result |= attributes & STYLE_BOLD ? A_BOLD : 0;
	result |= attributes & STYLE_DIM ? A_DIM : 0;
	result |= attributes & STYLE_UNDERLINE ? A_UNDERLINE : 0;
	result |= attributes & STYLE_REVERSE ? A_REVERSE : 0;
	result |= attributes & STYLE_ITALIC ? A_ITALIC : 0;
	result |= attributes & STYLE_BLINK ? A_BLINK : 0;
	return result;
}

void
screen_restyle(void)
{
	for (int i = 0; i < ROLES; i++) {
		const struct style *style = &screen.options.styles[i];
		bool bold = (style->attributes & STYLE_BOLD) != 0, ignored = false;

		if (!screen.mono) {
			int fg = color_for(style->fg, COLORS, &bold);
			int bg = color_for(style->bg, COLORS, &ignored);

			/* Its own are no colours: those exclude attributes on some terminals (ncv in terminfo). */
			screen.role_pairs[i] = fg < 0 && bg < 0 ? 0 : i + 1;
			init_extended_pair(i + 1, fg, bg);
		}
		screen.attributes[i] = attributes_of(style->attributes & ~(unsigned)STYLE_BOLD) | (bold ? A_BOLD : 0);
	}
}

static void
no_stop(int number)
{
	(void)number;
}

/*
 * Curses has a way of its own to stop and go on, which knows nothing of the pane nor of who waits for us. Worse, it
 * ignores SIGTSTP while it draws, and with that the kernel forgets one that is blocked and waits for loop.c to read it.
 * If somebody has a handler for it when the first screen is made, it leaves the signal alone for ever.
 */
static SCREEN *
start_curses(const char *term, FILE *in)
{
	sigset_t stop, before;
	SCREEN *curses;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, &before);
	signal(SIGTSTP, no_stop);
	curses = screen.options.size || screen.options.mono ? NULL : truecolor_newterm(term, screen.out, in);
	if (!curses)
		curses = newterm(term, screen.out, in);
	signal(SIGTSTP, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return curses;
}

static int
open_curses(const struct screen_options *options, struct error *err)
{
	const char *term = options->size ? "xterm" : getenv("TERM");
	int lines, columns;

	if (options->size && (sscanf(options->size, "%dx%d", &columns, &lines) != 2 || columns < 1 || lines < 1 ||
			      columns > 1000 || lines > 1000))
		return error_set(err, 0, "'%s' is not COLUMNSxLINES, as in 80x24", options->size);
	screen.out = options->size ? fopen("/dev/null", "re+") : stdout;
	if (!screen.out)
		return error_set(err, 0, "cannot open '/dev/null'");
	/* The kernel knows the size better than the environment, which is that of another time, and than terminfo. */
	use_env(FALSE);
	use_tioctl(TRUE);
	screen.curses = start_curses(term, options->size ? screen.out : stdin);
	if (!screen.curses) {
		error_set(err, 0, "the terminal '%s' (TERM) is not known here, or can do too little", term ? term : "");
		error_hint(err, "TERM=xterm, or TERM=vt100, is understood by most");
		return -1;
	}
	if (options->size)
		resizeterm(lines, columns);
	screen_whole();
	return 0;
}

int
screen_open(const struct screen_options *options, struct error *err)
{
	const char *cup;
	int r;

	screen.options = *options;
	r = open_curses(options, err);
	if (r < 0)
		return r;
	cup = tigetstr("cup");
	if (!cup || cup == (char *)-1) {
		screen_close();
		return error_set(err, 0, "the terminal '%s' (TERM) cannot move its cursor", getenv("TERM"));
	}
	raw();
	noecho();
	nonl();
	leaveok(stdscr, FALSE);
	/* We decode what comes, so nothing is to be asked of the keypad but that it sends what it does. */
	screen.extras = strncmp(cup, "\033[", 2) == 0;
	screen.ascii = options->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	screen.mono = options->mono || !has_colors() || start_color() == ERR;
	if (!screen.mono)
		use_default_colors();
	screen.next = ROLES + 1;
	screen_restyle();
	screen_whole();
	screen_send(PASTE_ON);
	if (options->mouse)
		screen_send(MOUSE_ON);
	return 0;
}

bool
screen_is_shown(void)
{
	return screen.curses && !screen.options.size;
}

void
screen_leave(void)
{
	screen_send(PASTE_OFF);
	if (screen.options.mouse)
		screen_send(MOUSE_OFF);
	curs_set(1);
	endwin();
}

void
screen_enter(void)
{
	screen_send(PASTE_ON);
	if (screen.options.mouse)
		screen_send(MOUSE_ON);
	clearok(curscr, TRUE);
	refresh();
}

void
screen_close(void)
{
	if (!screen.curses)
		return;
	screen_leave();
	delscreen(screen.curses);
	screen.curses = NULL;
	if (screen.options.size)
		fclose(screen.out);
}

void
screen_resize(void)
{
	struct winsize size;

	if (screen.options.size || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 1 || size.ws_col < 1)
		return;
	resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	screen_whole();
}

int
screen_lines(void)
{
	return screen.lines;
}

int
screen_columns(void)
{
	return screen.columns;
}

/* --- cells in colours of others --- */

static struct pair *
pair_find(int32_t fg, int32_t bg)
{
	uint32_t at = ((uint32_t)fg * 0x9e3779b1u ^ (uint32_t)bg * 0x85ebca6bu) >> 7;

	for (;; at++) {
		struct pair *pair = &screen.pairs[at % PAIRS];

		if (pair->number == 0 || (pair->fg == fg && pair->bg == bg))
			return pair;
	}
}

/* Where there are no more, all are given up: who draws has to begin anew (screen_colors_lost()). */
static int
pair_for(int32_t fg, int32_t bg)
{
	struct pair *pair;

	if (screen.mono || (fg < 0 && bg < 0))
		return 0;
	pair = pair_find(fg, bg);
	if (pair->number > 0)
		return pair->number;
	if (screen.next - ROLES > PAIRS_USED || screen.next >= COLOR_PAIRS) {
		memset(screen.pairs, 0, sizeof screen.pairs);
		screen.next = ROLES + 1;
		screen.lost++;
		pair = pair_find(fg, bg);
	}
	if (screen.next >= COLOR_PAIRS || init_extended_pair(screen.next, fg, bg) == ERR)
		return 0;
	*pair = (struct pair){ fg, bg, screen.next++ };
	return pair->number;
}

unsigned
screen_colors_lost(void)
{
	return screen.lost;
}

/*
 * Of a joiner, a selector of emoji or text and a colour of skin terminals have their own minds: some draw the
 * characters around it in the columns of one, or one in the columns of two, and everything behind it were off.
 */
static bool
is_joining(uint32_t ch)
{
	return ch == 0x200d || ch == 0xfe0e || ch == 0xfe0f;
}

static bool
is_skin(uint32_t ch)
{
	return ch >= 0x1f3fb && ch <= 0x1f3ff;
}

void
screen_cell(int y, int x, const uint32_t *chars, size_t n, int width, const struct style *style)
{
	wchar_t wide[CCHARW_MAX + 1] = { L' ' };
	bool bold = false, ignored = false, hidden = style->attributes & STYLE_INVISIBLE;
	int fg = color_for(style->fg, COLORS, &bold), bg = color_for(style->bg, COLORS, &ignored);
	int pair = pair_for(fg, bg);
	size_t len = 1;
	cchar_t cell;

	if (y < 0 || y >= screen.lines || x < 0 || x + width > screen.columns)
		return;
	if (n > 0 && !hidden && !is_skin(chars[0])) {
		wide[0] = chars[0] < 128 ? (wchar_t)chars[0] : screen.ascii ? L'?' : (wchar_t)chars[0];
		if (chars[0] >= 128 && !screen.ascii && (wcwidth(wide[0]) != width || text_is_control(chars[0])))
			wide[0] = 0xfffd;
	}
	for (size_t i = 1; i < n && !hidden && !screen.ascii && len < CCHARW_MAX; i++)
		if (wcwidth((wchar_t)chars[i]) == 0 && !text_is_control(chars[i]) && !is_joining(chars[i]))
			wide[len++] = (wchar_t)chars[i];
	setcchar(&cell, wide, attributes_of(style->attributes) | (bold ? A_BOLD : 0), (short)pair, &pair);
	mvadd_wch(screen.y + y, screen.x + x, &cell);
	/* What is narrower here than there leaves room. */
	if (width == 2 && (wide[0] < 128 || wide[0] == 0xfffd))
		mvaddch(screen.y + y, screen.x + x + 1, ' ');
}

static void
set_role(enum role role)
{
	int pair = screen.role_pairs[role];

	attr_set(screen.attributes[role], (short)pair, &pair);
}

void
screen_erase(void)
{
	screen.cursor_y = screen.cursor_x = -1;
	if (screen.lines == LINES && screen.columns == COLS) {
		set_role(ROLE_NORMAL);
		erase();
		return;
	}
	for (int y = 0; y < screen.lines; y++)
		screen_fill(y, 0, screen.columns, ROLE_NORMAL);
}

void
screen_fill(int y, int x, int width, enum role role)
{
	if (y < 0 || y >= screen.lines || x < 0 || x >= screen.columns || width <= 0)
		return;
	set_role(role);
	for (int i = 0; i < width && x + i < screen.columns; i++)
		mvaddch(screen.y + y, screen.x + x + i, ' ');
}

const char *
screen_ellipsis(void)
{
	return screen.ascii ? "~" : "…";
}

/* The escaped text as characters that the locale has. The caller frees. */
static wchar_t *
wide_of(const char *text, size_t *ret_len)
{
	_autofree_ char *shown = text_escape(text);
	size_t len = strlen(shown), cap = 0, n = 0;
	wchar_t *wide = array_grow(NULL, &cap, len + 1, sizeof *wide);

	for (size_t at = 0; at < len;) {
		uint32_t code = '?';
		size_t bytes = text_decode(shown + at, len - at, &code);

		at += bytes ? bytes : 1;
		/* What the C library has no width for would be drawn by the terminal as it likes. */
		if (code >= 128 && (screen.ascii || wcwidth((wchar_t)code) < 0))
			code = screen.ascii ? '?' : 0xfffd;
		if (is_skin(code)) {
			wide[n++] = L' ';
			code = ' ';
		}
		if (!is_joining(code))
			wide[n++] = (wchar_t)code;
	}
	*ret_len = n;
	return wide;
}

static int
width_of(const wchar_t *wide, size_t n)
{
	int width = 0;

	for (size_t i = 0; i < n; i++)
		width += wide[i] < 128 ? 1 : wcwidth(wide[i]);
	return width;
}

/* The first characters that take at most `width` columns; *ret_used: how many they take. */
static size_t
fitting(const wchar_t *wide, size_t n, int width, int *ret_used)
{
	size_t i = 0;

	*ret_used = 0;
	while (i < n) {
		int w = wide[i] < 128 ? 1 : wcwidth(wide[i]);

		if (*ret_used + w > width)
			break;
		*ret_used += w;
		i++;
	}
	return i;
}

static void
put(int y, int x, enum role role, const wchar_t *wide, size_t n)
{
	set_role(role);
	if (n > 0)
		mvaddnwstr(screen.y + y, screen.x + x, wide, (int)n);
}

/* The room there really is, or 0. */
static int
room(int y, int x, int width)
{
	if (y < 0 || y >= screen.lines || x < 0 || x >= screen.columns)
		return 0;
	return width < screen.columns - x ? width : screen.columns - x;
}

static int
draw(int y, int x, int width, enum role role, const char *text, bool keep_end)
{
	size_t len, n, from = 0;
	_autofree_ wchar_t *wide = wide_of(text, &len);
	wchar_t sign = screen.ascii ? L'~' : 0x2026;
	int used;

	width = room(y, x, width);
	if (width <= 0)
		return 0;
	if (width_of(wide, len) <= width) {
		put(y, x, role, wide, len);
		return width_of(wide, len);
	}
	if (!keep_end) {
		n = fitting(wide, len, width - 1, &used);
		put(y, x, role, wide, n);
		put(y, x + used, role, &sign, 1);
		return used + 1;
	}
	while (from < len && width_of(wide + from, len - from) > width - 1)
		from++;
	/* What combines with the character before it would combine with the sign. */
	while (from < len && wide[from] >= 128 && wcwidth(wide[from]) == 0)
		from++;
	put(y, x, role, &sign, 1);
	put(y, x + 1, role, wide + from, len - from);
	return 1 + width_of(wide + from, len - from);
}

int
screen_text(int y, int x, int width, enum role role, const char *text)
{
	return draw(y, x, width, role, text, false);
}

int
screen_text_end(int y, int x, int width, enum role role, const char *text)
{
	return draw(y, x, width, role, text, true);
}

void
screen_mark(int y, int x, int width, enum role role)
{
	int pair = screen.mono ? 0 : (int)role + 1;

	width = room(y, x, width);
	if (width > 0)
		mvchgat(screen.y + y, screen.x + x, width, screen.attributes[role] | A_UNDERLINE, (short)pair, &pair);
}

int
screen_text_from(int y, int x, int width, enum role role, const char *text, int skip)
{
	size_t len, n, from;
	_autofree_ wchar_t *wide = wide_of(text, &len);
	int used;

	from = fitting(wide, len, skip, &used);
	/* Half of a wide character is a blank. */
	for (bool half = used < skip && from < len; half; half = from < len && wcwidth(wide[from]) == 0)
		from++;
	if (used < skip && from < len) {
		x++;
		width--;
	}
	width = room(y, x, width);
	n = fitting(wide + from, len - from, width, &used);
	if (width > 0)
		put(y, x, role, wide + from, n);
	return width > 0 ? used : 0;
}

int
screen_width(const char *text, size_t len)
{
	_autofree_ char *copy = NULL;
	_autofree_ wchar_t *wide = NULL;
	size_t n = 0;

	/* Long lists are measured whole, and nearly all of them is plain. */
	while (n < len && text[n] >= ' ' && text[n] < 127)
		n++;
	if (n == len)
		return (int)len;
	copy = text_ndup(text, len);
	wide = wide_of(copy, &n);
	return width_of(wide, n);
}

void
screen_box(int y, int x, int height, int width, const char *title, enum role role)
{
	static const wchar_t ascii[] = L"+-+|++", lines[] = { 0x256d, 0x2500, 0x256e, 0x2502, 0x2570, 0x256f, 0 };
	const wchar_t *signs = screen.ascii ? ascii : lines;

	for (int i = 0; i < height; i++)
		screen_fill(y + i, x, width, role);
	if (height < 2 || width < 2)
		return;
	for (int i = 0; i < width; i++) {
		put(y, x + i, role, &signs[i == 0 ? 0 : i == width - 1 ? 2 : 1], 1);
		put(y + height - 1, x + i, role, &signs[i == 0 ? 4 : i == width - 1 ? 5 : 1], 1);
	}
	for (int i = 1; i < height - 1; i++) {
		put(y + i, x, role, &signs[3], 1);
		put(y + i, x + width - 1, role, &signs[3], 1);
	}
	if (title && width > 6) {
		_autofree_ char *padded = text_format(" %s ", title);

		screen_text(y, x + 2, width - 4, ROLE_TITLE, padded);
	}
}

void
screen_line(int y, int x, int len, bool down, enum role role)
{
	wchar_t sign = down ? (screen.ascii ? L'|' : 0x2502) : (screen.ascii ? L'-' : 0x2500);

	for (int i = 0; i < len; i++)
		if (room(down ? y + i : y, down ? x : x + i, 1) > 0)
			put(down ? y + i : y, down ? x : x + i, role, &sign, 1);
}

void
screen_cursor(int y, int x)
{
	screen.cursor_y = y < 0 ? -1 : screen.y + y;
	screen.cursor_x = x < 0 ? -1 : screen.x + (x < screen.columns ? x : screen.columns - 1);
}

void
screen_show(void)
{
	bool seen = screen.cursor_y >= 0 && screen.cursor_y < LINES && screen.cursor_x >= 0;

	curs_set(seen);
	if (seen)
		move(screen.cursor_y, screen.cursor_x);
	if (screen.options.size) {
		refresh();
		return;
	}
	screen_send(UPDATE_BEGIN);
	refresh();
	screen_send(UPDATE_END);
}

void
screen_dump(FILE *f)
{
	for (int y = 0; y < LINES; y++) {
		/* What combines with a character takes no column of its own. */
		wchar_t line[4 * 1000 + 1];
		_autofree_ char *bytes = NULL;
		size_t end, size = sizeof line / sizeof line[0] * MB_CUR_MAX;

		if (mvinnwstr(y, 0, line, sizeof line / sizeof line[0] - 1) == ERR)
			line[0] = L'\0';
		for (end = wcslen(line); end > 0 && line[end - 1] == L' '; end--)
			;
		line[end] = L'\0';
		bytes = text_room(size);
		if (wcstombs(bytes, line, size) == (size_t)-1)
			bytes[0] = '\0';
		fprintf(f, "%s\n", bytes);
	}
}

void
screen_beep(void)
{
	if (!screen.options.size)
		beep();
}

bool
screen_is_mono(void)
{
	return screen.mono;
}
