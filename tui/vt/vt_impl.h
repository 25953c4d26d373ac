/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the terminal: for the files of this folder alone.
 *
 *	vt_parse	bytes -> characters, controls, sequences
 *	vt_print	characters -> cells
 *	vt_csi, vt_esc, vt_osc, vt_dcs, vt_mode, vt_sgr, vt_report	one kind of sequence each -> what is done
 *	vt_screen	rows, and all that moves or erases them; vt_rect the rectangles
 *	vt_pool, vt_link	what cells refer to: styles, clusters of characters, addresses
 *	vt_history	rows that have left the screen, packed; vt_resize both in another width
 *	vt_key, vt_mouse	the way back; vt_text, vt_search	text for people
 *
 * Two things hold at all times, and vt_check() looks at them: a wide character's halves stand side by side in one
 * row, and no cell that differs from a blank one stands at or behind its row's `used`. Who writes cells by hand
 * calls row_split() at the borders of what it overwrites before, and row_touch() after.
 */
#ifndef VT_IMPL_H
#define VT_IMPL_H

#include <limits.h>

#include "tui/vt/vt.h"

/*
 * A cell. `ch` is 0 (nothing there), or a character, or with CELL_CLUSTER the number of a cluster, with flags. A
 * tail has nothing but its flags. `style` is a number in the pool of styles, 0 the default.
 */
struct cell {
	uint32_t ch;
	uint32_t style;
};

#define CELL_CHAR 0x1fffffu
#define CELL_CLUSTER (1u << 21)
#define CELL_WIDE (1u << 22)
#define CELL_TAIL (1u << 23)
#define CELL_PROTECTED (1u << 24)

struct row {
	struct cell *cells; /* as many as the screen has columns */
	uint16_t used;	    /* from here on all are blank, in the default style */
	bool is_wrapped;
	bool is_double;
	bool is_dirty;
};

/* Rows are a ring, so that scrolling the whole screen moves nothing: row y is rows[(top + y) % n]. */
struct screen {
	struct row *rows;
	struct cell *slab;
	int top;
};

/*
 * Equal items have equal numbers; item 0 is there from the start. When it is full, what no cell refers to is
 * dropped, and only if that is too little it grows: so it never holds more than about four times as many items as
 * there are cells.
 */
struct pool {
	void *items;
	size_t item_size;
	uint32_t n, cap;
	uint32_t *slots; /* 1 + an item's number, or 0; cap * 2 of them, a power of two */
};

struct cluster {
	uint32_t chars[VT_CELL_CHARS];
};

/* The latest addresses; a number that has left the ring leads nowhere. */
enum {
	LINKS_MAX = 4096,
	LINKS_BYTES_MAX = 1 << 20,
	LINK_SIZE_MAX = 2048, /* of an address, its zero included */
};

struct links {
	char **items; /* LINKS_MAX; "id" zero "address" zero */
	uint32_t first, next;
	size_t bytes;
};

/* A part of the history's memory: rows are put behind each other. */
struct block {
	struct block *next;
	uint32_t size, used;
	uint32_t lines; /* that still count */
	uint8_t data[];
};

struct history {
	struct block *oldest, *newest, *spare;
	uint8_t **index; /* a ring of packed rows */
	size_t index_cap, first, n;
	size_t max_lines, max_bytes;
	size_t bytes; /* of the blocks */
	long base;    /* the line of the first */
};

enum charset {
	CHARSET_ASCII,
	CHARSET_GRAPHICS,
	CHARSET_UK,
};

/* What DECSC keeps. */
struct saved {
	int x, y;
	bool is_wrapping, origin;
	bool is_protecting;
	struct vt_style style;
	uint8_t charsets[4], gl;
};

/* Each mode is one bit. The ones that the terminal itself asks for have names; see vt_mode.c for their numbers. */
enum mode {
	MODE_KEYBOARD_LOCK,
	MODE_INSERT,
	MODE_SEND_RECEIVE,
	MODE_NEWLINE,
	MODE_APP_CURSOR,
	MODE_COLUMNS_132,
	MODE_SMOOTH_SCROLL,
	MODE_REVERSE,
	MODE_ORIGIN,
	MODE_WRAP,
	MODE_MOUSE_X10,
	MODE_CURSOR_BLINK,
	MODE_PRINT_FORM_FEED,
	MODE_PRINT_EXTENT,
	MODE_CURSOR,
	MODE_ALLOW_132,
	MODE_MORE_FIX,
	MODE_NATIONAL,
	MODE_REVERSE_WRAP,
	MODE_ALTERNATE,
	MODE_APP_KEYPAD,
	MODE_BACKSPACE,
	MODE_MARGINS,
	MODE_NO_CLEAR,
	MODE_MOUSE,
	MODE_MOUSE_DRAG,
	MODE_MOUSE_MOVE,
	MODE_FOCUS,
	MODE_MOUSE_UTF8,
	MODE_MOUSE_SGR,
	MODE_ALTERNATE_SCROLL,
	MODE_MOUSE_URXVT,
	MODE_REVERSE_WRAP_EXTENDED,
	MODE_ALTERNATE_CLEAR,
	MODE_SAVE_CURSOR,
	MODE_ALTERNATE_SAVE,
	MODE_PASTE,
	MODE_SYNC,
	MODE_HEBREW_KEYBOARD,
	MODE_META_ESC,
	MODE_COUNT,
};

enum parser_state {
	STATE_GROUND,
	STATE_ESCAPE,
	STATE_ESCAPE_INTERMEDIATE,
	STATE_CSI_ENTRY,
	STATE_CSI_PARAM,
	STATE_CSI_INTERMEDIATE,
	STATE_CSI_IGNORE,
	STATE_DCS_ENTRY,
	STATE_DCS_PARAM,
	STATE_DCS_INTERMEDIATE,
	STATE_DCS_STRING,
	STATE_DCS_IGNORE,
	STATE_OSC,
	STATE_STRING_IGNORE, /* SOS, PM, APC */
};

enum {
	ARGS_MAX = 32,
	ARG_MAX = 65535,
	STRING_MAX = 4096,		/* of OSC and DCS */
	CLIPBOARD_STRING_MAX = 1 << 20, /* of OSC 52, where it is wanted at all */
	TITLE_SIZE = 1024,
	TITLES_MAX = 10,
	SGR_STACK_MAX = 10,
	COLOR_SPECIAL = 256,	     /* OSC 5: bold, underline, blink, reverse, italic */
	COLOR_DYNAMIC = 256 + 5,     /* OSC 10 to 19 */
	COLOR_COUNT = 256 + 5 + 10,
};

struct parser {
	enum parser_state state;
	uint8_t prefix, intermediate; /* of a sequence; two intermediates are none that we know: 0xff */
	int args[ARGS_MAX];	      /* -1: left out */
	bool is_sub[ARGS_MAX];	      /* parted by ':' from the one before */
	int n_args;
	char *string; /* of OSC and DCS: string_len bytes */
	size_t string_len, string_cap;
	bool is_too_long;
	uint8_t dcs_final;
	uint32_t utf8;		 /* what has been read of a character */
	uint8_t utf8_left;	 /* bytes to come */
	uint8_t utf8_min, utf8_max; /* between which the next one has to be */
};

struct titles {
	char *window[TITLES_MAX], *icon[TITLES_MAX]; /* NULL: not pushed */
	int n;
};

struct vt {
	struct vt_calls calls;
	void *user;
	unsigned options;
	uint32_t initial_fg, initial_bg;
	bool colors_asked[2]; /* ... for which, while they are not known */

	int rows, cols;
	struct screen main, alternate;
	struct screen *screen; /* the one that is shown */
	struct saved saved[2]; /* of the main and of the alternate screen */
	struct history history;
	unsigned generation;

	/* The cursor; x is that of the last column where the next character is to be wrapped. */
	int x, y;
	bool is_wrapping;
	int top, bottom, left, right; /* margins, both within */

	struct vt_style style; /* of what is written next */
	uint32_t style_id, erase_id;
	bool is_style_known; /* the two numbers above are those of `style` */
	bool is_protecting;
	bool is_protection_iso; /* by SPA and EPA, and not by DECSCA */
	struct vt_style sgr_stack[SGR_STACK_MAX];
	int sgr_stack_len;
	uint8_t charsets[4], gl, single_shift;
	uint32_t last_char; /* for REP, or 0 */

	uint64_t modes, saved_modes;
	int modify_other_keys;
	int cursor_style; /* of DECSCUSR */
	int change_extent; /* of DECSACE */
	int conformance, c1_bits;
	unsigned title_modes;
	uint8_t tabs[(VT_COLS_MAX + 7) / 8];

	struct pool styles, clusters;
	struct cell *more_cells; /* that refer to the pools, too, while a row is handled outside of the screens */
	size_t more_cells_len;
	uint64_t hash_key;
	struct links links;

	uint32_t colors[COLOR_COUNT];
	uint8_t colors_changed[(COLOR_COUNT + 7) / 8];
	char title[TITLE_SIZE], icon_title[TITLE_SIZE];
	struct titles titles;

	struct parser parser;
	bool is_damaged, is_all_damaged;
};

static inline struct row *
screen_row(const struct vt *vt, const struct screen *s, int y)
{
	int at = s->top + y;

	return &s->rows[at < vt->rows ? at : at - vt->rows];
}

static inline struct row *
vt_row(const struct vt *vt, int y)
{
	return screen_row(vt, vt->screen, y);
}

static inline bool
is_set(const struct vt *vt, enum mode mode)
{
	return vt->modes >> mode & 1;
}

static inline int
clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static inline int
max_of(int a, int b)
{
	return a > b ? a : b;
}

static inline int
min_of(int a, int b)
{
	return a < b ? a : b;
}

/* As vt_row_read() tells them. */
static inline unsigned
row_flags(const struct row *row)
{
	return (row->is_wrapped ? VT_ROW_WRAPPED : 0) | (row->is_double ? VT_ROW_DOUBLE_WIDTH : 0);
}

/* vt_parse.c: argument i, with what it is when left out or 0. */
static inline int
arg(const struct vt *vt, int i, int otherwise)
{
	return i < vt->parser.n_args && vt->parser.args[i] > 0 ? vt->parser.args[i] : otherwise;
}

void parser_release(struct parser *parser);
void parser_reset(struct parser *parser);

/* vt_print.c */
void print_ascii(struct vt *vt, const uint8_t *text, size_t n);
void print_char(struct vt *vt, uint32_t ch);
void print_repeat(struct vt *vt, int n);

/* vt_style.c: the numbers of the current style, and of erased cells. */
void style_settle(struct vt *vt);
static inline uint32_t
style_now(struct vt *vt)
{
	if (!vt->is_style_known)
		style_settle(vt);
	return vt->style_id;
}
static inline uint32_t
style_erase(struct vt *vt)
{
	if (!vt->is_style_known)
		style_settle(vt);
	return vt->erase_id;
}

/*
 * vt_pool.c: the number of an equal item; 0 where there is no memory. It may renumber all items: hold no numbers
 * over it but in cells.
 */
int pool_init(struct pool *pool, size_t item_size);
void pool_release(struct pool *pool);
uint32_t pool_intern(struct vt *vt, struct pool *pool, const void *item);
static inline const struct vt_style *
style_at(const struct vt *vt, uint32_t id)
{
	return (const struct vt_style *)vt->styles.items + id;
}
static inline const struct cluster *
cluster_at(const struct vt *vt, uint32_t id)
{
	return (const struct cluster *)vt->clusters.items + id;
}

/* vt_link.c: the number of an address; 0 where it cannot be kept. */
uint32_t link_intern(struct vt *vt, const char *id, size_t id_len, const char *uri, size_t uri_len);
void links_release(struct links *links);

/* vt_cell.c: characters of a cell: their number; `ret` has room for VT_CELL_CHARS, and is filled up with zeros. */
int cell_chars(const struct vt *vt, struct cell cell, uint32_t *ret);
void cell_export(const struct vt *vt, struct cell cell, struct vt_cell *ret);
size_t utf8_write(uint32_t ch, char *ret);
/* One character of valid or invalid UTF-8 (then U+FFFD) at s; returns its bytes, at least 1. */
size_t utf8_read(const char *s, size_t n, uint32_t *ret);

/* vt_screen.c */
int screen_init(struct screen *s, int rows, int cols);
void screen_release(struct screen *s);
void row_touch(struct row *row, int end);
void row_split(struct row *row, int x, int cols);
void row_fill(struct vt *vt, int y, int from, int to, struct cell with);
void row_erase(struct vt *vt, int y, int from, int to);
void row_erase_selective(struct vt *vt, int y, int from, int to);
void row_insert(struct vt *vt, int y, int x, int right, int n);
void row_delete(struct vt *vt, int y, int x, int right, int n);
void row_clear(struct row *row);
/* Row y does not go on from the one above any more: that, or the newest of the history, ends its line. */
void row_begin_line(struct vt *vt, int y);
void scroll_up(struct vt *vt, int top, int bottom, int n, bool to_history);
void scroll_down(struct vt *vt, int top, int bottom, int n);
void damage_all(struct vt *vt);

/* vt_cursor.c */
void cursor_to(struct vt *vt, int y, int x); /* within the screen */
void cursor_to_origin(struct vt *vt, int y, int x); /* as CUP counts: in origin mode from the margins on */
void cursor_up(struct vt *vt, int n);
void cursor_down(struct vt *vt, int n);
void cursor_left(struct vt *vt, int n);
void cursor_right(struct vt *vt, int n);
void cursor_back(struct vt *vt, int n); /* as BS and CUB go, perhaps around the left border */
void cursor_tab(struct vt *vt, int n);
void cursor_tab_back(struct vt *vt, int n);
void cursor_return(struct vt *vt);
void cursor_save(struct vt *vt);
void cursor_restore(struct vt *vt);
void line_feed(struct vt *vt);
void line_index(struct vt *vt);
void line_reverse_index(struct vt *vt);
void tabs_reset(struct vt *vt);
static inline bool
is_in_margins(const struct vt *vt)
{
	return vt->x >= vt->left && vt->x <= vt->right && vt->y >= vt->top && vt->y <= vt->bottom;
}

/* vt_csi.c, vt_esc.c, vt_osc.c, vt_dcs.c: what the parser calls. */
void csi_dispatch(struct vt *vt, uint8_t final);
void esc_dispatch(struct vt *vt, uint8_t final);
void control_execute(struct vt *vt, uint8_t c);
void osc_dispatch(struct vt *vt);
void dcs_dispatch(struct vt *vt);
void reset_soft(struct vt *vt);
void margins_reset(struct vt *vt);

/* vt_rect.c: sequences on rectangles. */
void rect_change_attributes(struct vt *vt);
void rect_reverse_attributes(struct vt *vt);
void rect_copy(struct vt *vt);
void rect_fill(struct vt *vt);
void rect_erase(struct vt *vt);
void rect_erase_selective(struct vt *vt);
void rect_checksum(struct vt *vt);

/* vt_sgr.c */
void sgr_apply(struct vt *vt, int first, struct vt_style *style);
size_t sgr_write(const struct vt_style *style, char *ret, size_t size);

/* vt_mode.c */
void mode_set(struct vt *vt, enum mode mode, bool on);
void mode_set_numbers(struct vt *vt, bool is_dec, bool on);
void mode_report(struct vt *vt, bool is_dec);
void mode_save(struct vt *vt);
void mode_restore(struct vt *vt);
extern const uint64_t modes_initial;

/* vt_report.c */
void reply(struct vt *vt, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_attributes(struct vt *vt);
void report_attributes2(struct vt *vt);
void report_attributes3(struct vt *vt);
void report_parameters(struct vt *vt);
void report_status(struct vt *vt);
void report_status_dec(struct vt *vt);
void report_version(struct vt *vt);
void report_window(struct vt *vt);

/* vt_title.c */
void title_take(struct vt *vt, bool window, bool icon, const char *text, size_t n);
void title_push(struct vt *vt, int which);
void title_pop(struct vt *vt, int which);
void title_report(struct vt *vt, bool is_icon);
void titles_release(struct vt *vt);

/* vt_color.c */
void colors_reset(struct vt *vt);
void color_osc(struct vt *vt, int number, char *text); /* which it cuts up */

/* vt_history.c */
void vt_history_init(struct history *h, size_t lines, size_t bytes);
void vt_history_release(struct history *h);
void vt_history_clear(struct vt *vt);
/* The newest row does not go on in what comes next. */
void vt_history_end_line(struct history *h);
void vt_history_push(struct vt *vt, struct history *h, const struct row *row, int cols);
/* Unpacks number i into n cells, that are blank behind its end; returns how many it has. */
/* False: it has to be wrapped anew. */
bool vt_history_copy(struct history *h, const struct history *from, size_t i, int cols);
unsigned vt_history_flags(const struct history *h, size_t i);
int vt_history_read(const struct history *h, size_t i, struct vt_cell *cells, int n, unsigned *ret_flags);

#endif
