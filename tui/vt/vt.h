/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A terminal without a screen: bytes that a program writes go in, and a grid of cells, a cursor, a history and
 * replies come out. It acts as xterm does with TERM=xterm-256color, is drawn by whoever embeds it, and needs the C
 * library only.
 *
 * The program behind it is taken to be hostile. So:
 *   - There is no input that it does not survive. Bytes that mean nothing are passed over.
 *   - Its memory is bounded by the size of the screen and by what struct vt_config says of the history; nothing in the
 *     input can raise that. The work for a byte is bounded as well: by the number of the screen's cells.
 *   - No reply holds text that the program has sent. (A terminal that repeats text types it at the shell's prompt.)
 *     VT_TEST_REPORTS is the one exception, for a test suite.
 *   - Where memory is exhausted a line of history, a colour or a title is lost; nothing ends.
 *
 *	struct vt *vt = vt_new(&config, &calls, NULL);
 *	n = read(pty, buf, sizeof buf);
 *	vt_feed(vt, buf, n);				replies and bells arrive through the calls meanwhile
 *	for (int y = 0; y < rows; y++)
 *		if (vt_damage_row(vt, y))
 *			vt_row_read(vt, vt_screen_line(vt) + y, cells, cols, NULL), draw(y, cells);
 *	vt_damage_clear(vt);
 *	vt_cursor(vt, &cursor), draw_cursor(&cursor);
 *
 * It is not thread-safe, and nothing of it may be called from within a call that it makes itself.
 *
 * Rows and columns count from 0. A *line* is a row's number that does not change while more arrives: the screen's
 * top row is vt_screen_line(), the oldest row of the history vt_first_line(); between them there is no gap. Lines
 * keep their meaning until vt_resize() changes the width, or the history is cleared: then vt_generation() changes.
 */
#ifndef VT_H
#define VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vt;

enum {
	VT_ROWS_MAX = 1000,
	VT_COLS_MAX = 1000,
	VT_CELL_CHARS = 8,	  /* a character and what combines with it; more is dropped */
	VT_HISTORY_MAX = 1000000, /* lines */
};

/* ---- Colours and styles ---- */

/*
 * A colour is one number: which kind in the highest byte, which one in the rest. The default is 0.
 *	0			the default foreground, background, or underline (the foreground's)
 *	VT_COLOR_INDEX | n	number n of the palette, 0..255
 *	VT_COLOR_RGB | 0xRRGGBB
 */
#define VT_COLOR_KIND 0xff000000u
#define VT_COLOR_INDEX 0x01000000u
#define VT_COLOR_RGB 0x02000000u
#define VT_COLOR_VALUE 0x00ffffffu

enum vt_attr {
	VT_BOLD = 1 << 0,
	VT_FAINT = 1 << 1,
	VT_ITALIC = 1 << 2,
	VT_BLINK = 1 << 3,
	VT_REVERSE = 1 << 4,
	VT_INVISIBLE = 1 << 5,
	VT_STRIKE = 1 << 6,
	VT_OVERLINE = 1 << 7,
	VT_UNDERLINE = 7 << 8, /* these bits hold one of the following, or 0 */
	VT_UNDERLINE_SINGLE = 1 << 8,
	VT_UNDERLINE_DOUBLE = 2 << 8,
	VT_UNDERLINE_CURLY = 3 << 8,
	VT_UNDERLINE_DOTTED = 4 << 8,
	VT_UNDERLINE_DASHED = 5 << 8,
};

struct vt_style {
	uint32_t fg, bg, underline; /* colours */
	uint32_t attrs;		    /* enum vt_attr */
	uint32_t link;		    /* for vt_link(), or 0 */
};

struct vt_cell {
	uint32_t chars[VT_CELL_CHARS]; /* ended by 0 if fewer; none at all where nothing was written */
	uint8_t width;		       /* 1; 2: a wide character; 0: the right half of the wide one before it */
	bool is_protected;	       /* by DECSCA */
	struct vt_style style;
};

/* ---- Life ---- */

enum vt_option {
	/*
	 * For conformance tests, never in front of a hostile program: checksums of the screen's text (DECRQCRA),
	 * and reports of titles, which repeat what the program has sent.
	 */
	VT_TEST_REPORTS = 1 << 0,
};

struct vt_config {
	int rows, cols;	      /* made to fit in 1..VT_ROWS_MAX, 1..VT_COLS_MAX */
	size_t history_lines; /* 0: no history; at most VT_HISTORY_MAX */
	size_t history_bytes; /* the history drops its oldest lines above that: 0 means 16 MiB */
	unsigned options;     /* enum vt_option */
	/*
	 * What the default colours are in truth (0xRRGGBB), for programs that ask (OSC 10, 11). Both the same: that is
	 * not known, and nobody is told, since a program would choose colours that cannot be read.
	 */
	uint32_t fg, bg;
};

/*
 * What it tells its embedder, each with the `user` of vt_new(). Any may be NULL.
 *
 * Text is UTF-8 without control characters, ended by a zero, and belongs to the terminal.
 */
struct vt_calls {
	/*
	 * Bytes for the program: replies to its questions, and what vt_key() and its like send. A program can ask
	 * without ever reading: what does not fit in a bounded buffer has to be dropped, never kept without bound.
	 */
	void (*write)(void *user, const char *bytes, size_t n);
	void (*bell)(void *user);
	/* vt_title() or vt_icon_title() has changed. */
	void (*title)(void *user);
	/* The program asks for default colours (OSC 10, 11) that are not known: vt_tell_colors() answers, or will. */
	void (*colors)(void *user);
	/*
	 * OSC 52: the program wants the clipboard (or another selection: the letters of xterm, "c" if none) to hold
	 * these bytes, which may be anything. Without this call they are not even collected. It cannot ask what the
	 * clipboard holds.
	 */
	void (*clipboard)(void *user, const char *selection, const char *bytes, size_t n);
	/*
	 * Window operations (XTWINOPS) that concern a window which the terminal does not have: 1 to 10, 24 and
	 * above, 11, 13 to 16, 19. `n` is the number of arguments (op not among them), -1 stands for one that was
	 * left out. To refuse them all leave it NULL. An answer is to be sent with vt_reply(); a new size may be
	 * set with vt_resize(), which is allowed in this call.
	 */
	void (*window)(void *user, int op, const int *args, int n);
};

/* NULL where there is no memory for it. Config and calls are copied. */
struct vt *vt_new(const struct vt_config *config, const struct vt_calls *calls, void *user);
void vt_free(struct vt *vt);

/* Takes what the program wrote. Any bytes; a character or a sequence may go on in the next call. */
void vt_feed(struct vt *vt, const void *bytes, size_t n);

/*
 * Another size (made to fit). The normal screen's wrapped lines are joined and wrapped anew, in the history too;
 * the alternate screen is cut or filled. 0, or -ENOMEM, and then nothing has changed.
 */
int vt_resize(struct vt *vt, int rows, int cols);

/* To the state after vt_new(), as RIS does (which leaves the history alone, too). */
void vt_reset(struct vt *vt);

/* ---- What is on the screen ---- */

void vt_size(const struct vt *vt, int *ret_rows, int *ret_cols);

long vt_first_line(const struct vt *vt);
long vt_screen_line(const struct vt *vt);
/* Counts the times that lines got another meaning: see the head of this file. */
unsigned vt_generation(const struct vt *vt);

enum vt_row_flag {
	VT_ROW_WRAPPED = 1 << 0, /* the text goes on in the next row, without a line's end */
	VT_ROW_DOUBLE_WIDTH = 1 << 1, /* DECDWL: only half as many columns are to be seen. A drawer may ignore it */
};

/*
 * Reads the first n cells of a line, of the screen or of the history; those beyond its end are blank. False if there is
 * no such line, and then all are. `ret_flags` may be NULL.
 */
bool vt_row_read(const struct vt *vt, long line, struct vt_cell *cells, int n, unsigned *ret_flags);

/*
 * The address that a cell's link leads to (OSC 8), or NULL: only the last few thousand are known. Until the next
 * vt_feed().
 */
const char *vt_link(const struct vt *vt, uint32_t link);

enum vt_cursor_shape {
	VT_CURSOR_BLOCK,
	VT_CURSOR_UNDERLINE,
	VT_CURSOR_BAR,
};

struct vt_cursor {
	int row, col; /* within the screen also where the next character will be wrapped */
	bool is_visible;
	bool blinks;
	enum vt_cursor_shape shape;
};

void vt_cursor(const struct vt *vt, struct vt_cursor *ret);

/* What changed since vt_damage_clear(): rows of the screen; anything at all (rows, cursor, palette, reverse video). */
bool vt_damage_row(const struct vt *vt, int row);
bool vt_damage_any(const struct vt *vt);
void vt_damage_clear(struct vt *vt);

/*
 * True while the program asks not to be drawn (synchronized output, mode 2026). An embedder gives it a limited
 * time, for instance 150 ms from when this became true, then calls vt_sync_end() and draws.
 */
bool vt_sync(const struct vt *vt);
void vt_sync_end(struct vt *vt);

/* Titles as the program set them: never NULL, at most 1023 bytes, without control characters. */
const char *vt_title(const struct vt *vt);
const char *vt_icon_title(const struct vt *vt);

/*
 * A colour of the palette as 0xRRGGBB; programs may change it (OSC 4), and the default colours too (OSC 10, 11).
 * True if the program has changed it.
 */
bool vt_palette(const struct vt *vt, int index, uint32_t *ret_rgb);
bool vt_default_colors(const struct vt *vt, uint32_t *ret_fg, uint32_t *ret_bg);

/* What they are in truth, as in vt_config, when that was found out late. A program that has asked is answered. */
void vt_tell_colors(struct vt *vt, uint32_t fg, uint32_t bg);

enum vt_mode {
	VT_MODE_ALTERNATE,	 /* the alternate screen is shown: scrolling the wheel means nothing to the history */
	VT_MODE_APP_CURSOR,	 /* DECCKM */
	VT_MODE_APP_KEYPAD,	 /* DECNKM */
	VT_MODE_PASTE,		 /* bracketed paste, 2004 */
	VT_MODE_FOCUS,		 /* 1004 */
	VT_MODE_MOUSE,		 /* the program wants mouse events of any kind */
	VT_MODE_MOUSE_DRAG,	 /* moves with a button held, too (1002, 1003) */
	VT_MODE_MOUSE_MOVE,	 /* all moves (1003) */
	VT_MODE_REVERSE_VIDEO,	 /* DECSCNM: the whole screen is reversed */
	VT_MODE_ALTERNATE_SCROLL, /* 1007: in the alternate screen the wheel sends cursor keys */
};

bool vt_mode(const struct vt *vt, enum vt_mode mode);

/* ---- What the user does: sent to the program through the call `write` ---- */

/* Beyond the characters of Unicode. */
enum vt_key {
	VT_KEY_FIRST = 0x200000,
	VT_KEY_UP = VT_KEY_FIRST,
	VT_KEY_DOWN,
	VT_KEY_RIGHT,
	VT_KEY_LEFT,
	VT_KEY_HOME,
	VT_KEY_END,
	VT_KEY_INSERT,
	VT_KEY_DELETE,
	VT_KEY_PAGE_UP,
	VT_KEY_PAGE_DOWN,
	VT_KEY_BEGIN, /* the 5 of the keypad */
	VT_KEY_ENTER,
	VT_KEY_TAB,
	VT_KEY_BACKSPACE,
	VT_KEY_ESCAPE,
	VT_KEY_F1, /* F1 to F20 follow each other */
	VT_KEY_F20 = VT_KEY_F1 + 19,
	VT_KEY_KP_0, /* the keypad's: digits follow each other */
	VT_KEY_KP_9 = VT_KEY_KP_0 + 9,
	VT_KEY_KP_ENTER,
	VT_KEY_KP_ADD,
	VT_KEY_KP_SUBTRACT,
	VT_KEY_KP_MULTIPLY,
	VT_KEY_KP_DIVIDE,
	VT_KEY_KP_DECIMAL,
	VT_KEY_KP_SEPARATOR,
	VT_KEY_KP_EQUAL,
	VT_KEY_LAST = VT_KEY_KP_EQUAL,
};

enum vt_modifier {
	VT_SHIFT = 1 << 0,
	VT_ALT = 1 << 1,
	VT_CTRL = 1 << 2,
	VT_META = 1 << 3,
};

/*
 * A key, which is one of enum vt_key or a character as it was typed: 'A' for Shift-a (VT_SHIFT may be given, too),
 * 'a' with VT_CTRL for Ctrl-a. Written as xterm does in the modes that the program has set (DECCKM, DECNKM,
 * modifyOtherKeys, DECBKM). False if it has no bytes.
 */
bool vt_key(struct vt *vt, uint32_t key, unsigned modifiers);

/* Bytes as they are, e.g. those that the outer terminal sent for a key that needs no change. */
void vt_reply(struct vt *vt, const void *bytes, size_t n);

/*
 * Pasted text, in brackets if the program asked for them. Line ends become CR; other control characters but tab are
 * left out: so no text can end the bracket or act as keys.
 */
void vt_paste(struct vt *vt, const char *text, size_t n);

/* The pane got or lost the focus: sent if the program wants to know. */
void vt_focus(struct vt *vt, bool has_focus);

enum vt_mouse_action {
	VT_MOUSE_PRESS,
	VT_MOUSE_RELEASE,
	VT_MOUSE_MOVE, /* `button` is the one held, or VT_BUTTON_NONE */
};

enum vt_button {
	VT_BUTTON_NONE,
	VT_BUTTON_LEFT,
	VT_BUTTON_MIDDLE,
	VT_BUTTON_RIGHT,
	VT_BUTTON_WHEEL_UP, /* the wheel has presses alone */
	VT_BUTTON_WHEEL_DOWN,
	VT_BUTTON_WHEEL_LEFT,
	VT_BUTTON_WHEEL_RIGHT,
};

/*
 * The mouse, at a cell of the screen. True if it was the program's: it asked for such events, or it is in the
 * alternate screen and gets cursor keys for the wheel. False: the embedder may use it to select or scroll.
 */
bool vt_mouse(struct vt *vt, enum vt_mouse_action action, enum vt_button button, unsigned modifiers, int row,
	      int col);

/* ---- Text of the screen and of the history ---- */

struct vt_place {
	long line;
	int col;
};

/*
 * The text from one place to another, both included (in either order), as UTF-8: wrapped rows are joined, blanks at
 * the ends of lines are left out, and '\n' parts lines. With `block` it is the rectangle between them. The caller
 * frees; NULL where there is no memory. *ret_n may be NULL.
 */
char *vt_text(const struct vt *vt, struct vt_place from, struct vt_place to, bool block, size_t *ret_n);

/*
 * The first and the last place of the word (blank-separated, `extra` characters parting words as well) or of the
 * whole joined line at a place.
 */
void vt_word_at(const struct vt *vt, struct vt_place at, const char *extra, struct vt_place *ret_from,
		struct vt_place *ret_to);
void vt_line_at(const struct vt *vt, struct vt_place at, struct vt_place *ret_from, struct vt_place *ret_to);

enum vt_search_flag {
	VT_SEARCH_BACKWARD = 1 << 0,
	VT_SEARCH_ANY_CASE = 1 << 1, /* of letters */
};

/*
 * The nearest place of a text (UTF-8, literally) in screen and history, that begins after (or before) `from`. Found
 * across the rows of a wrapped line. False if there is none; no wrapping around the ends.
 */
bool vt_search(const struct vt *vt, const char *text, struct vt_place from, unsigned flags, struct vt_place *ret_from,
	       struct vt_place *ret_to);

/* ---- For tests and for those who watch ---- */

/* The bytes that it holds just now, and aborts the program if what it holds is inconsistent. */
size_t vt_memory(const struct vt *vt);
void vt_check(const struct vt *vt);

/* The columns of a character: 0, 1 or 2 (from Unicode's tables, in no locale). Control characters have 0. */
int vt_char_width(uint32_t ch);

#endif
