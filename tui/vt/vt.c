/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal as its embedder has it: its life, and what can be seen of it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tui/vt/vt_impl.h"

enum { HISTORY_BYTES = 16 << 20 };

static uint64_t
hash_key(const struct vt *vt)
{
	uint64_t key;

	/* Where the kernel gives none, an address is hard enough to guess. */
	if (getentropy(&key, sizeof key) < 0)
		key = (uint64_t)(uintptr_t)vt ^ (uint64_t)time(NULL) << 32;
	return key;
}

struct vt *
vt_new(const struct vt_config *config, const struct vt_calls *calls, void *user)
{
	struct vt *vt = calloc(1, sizeof *vt);
	size_t lines = config->history_lines;

	if (!vt)
		return NULL;
	if (calls)
		vt->calls = *calls;
	vt->user = user;
	vt->options = config->options;
	vt->initial_fg = config->fg & VT_COLOR_VALUE;
	vt->initial_bg = config->bg & VT_COLOR_VALUE;
	vt->rows = clamp(config->rows, 1, VT_ROWS_MAX);
	vt->cols = clamp(config->cols, 1, VT_COLS_MAX);
	vt->hash_key = hash_key(vt);
	vt_history_init(&vt->history, lines < VT_HISTORY_MAX ? lines : VT_HISTORY_MAX,
		     config->history_bytes ? config->history_bytes : HISTORY_BYTES);
	if (screen_init(&vt->main, vt->rows, vt->cols) < 0 || screen_init(&vt->alternate, vt->rows, vt->cols) < 0 ||
	    pool_init(&vt->styles, sizeof(struct vt_style)) < 0 ||
	    pool_init(&vt->clusters, sizeof(struct cluster)) < 0) {
		vt_free(vt);
		return NULL;
	}
	vt->screen = &vt->main;
	vt_reset(vt);
	return vt;
}

void
vt_free(struct vt *vt)
{
	if (!vt)
		return;
	screen_release(&vt->main);
	screen_release(&vt->alternate);
	pool_release(&vt->styles);
	pool_release(&vt->clusters);
	vt_history_release(&vt->history);
	links_release(&vt->links);
	titles_release(vt);
	parser_release(&vt->parser);
	free(vt);
}

void
vt_size(const struct vt *vt, int *ret_rows, int *ret_cols)
{
	*ret_rows = vt->rows;
	*ret_cols = vt->cols;
}

long
vt_first_line(const struct vt *vt)
{
	return vt->history.base;
}

long
vt_screen_line(const struct vt *vt)
{
	return vt->history.base + (long)vt->history.n;
}

unsigned
vt_generation(const struct vt *vt)
{
	return vt->generation;
}

static void
screen_read(const struct vt *vt, int y, struct vt_cell *cells, int n, unsigned *ret_flags)
{
	const struct row *row = vt_row(vt, y);

	for (int x = 0; x < n; x++)
		cell_export(vt, x < row->used ? row->cells[x] : (struct cell){ 0, 0 }, &cells[x]);
	/* Half of a wide character is none. */
	if (n > 0 && cells[n - 1].width == 2)
		cells[n - 1] = (struct vt_cell){ .width = 1, .style = cells[n - 1].style };
	*ret_flags = row_flags(row);
}

bool
vt_row_read(const struct vt *vt, long line, struct vt_cell *cells, int n, unsigned *ret_flags)
{
	long first = vt->history.base, top = vt_screen_line(vt);
	unsigned flags = 0;
	bool exists = line >= first && line < top + vt->rows;

	n = max_of(n, 0);
	if (!exists)
		for (int x = 0; x < n; x++)
			cells[x] = (struct vt_cell){ .width = 1 };
	else if (line < top)
		vt_history_read(&vt->history, (size_t)(line - first), cells, n, &flags);
	else
		screen_read(vt, (int)(line - top), cells, n, &flags);
	/* What goes on in the main screen does not in the other one. */
	if (line == top - 1 && vt->screen == &vt->alternate)
		flags &= ~(unsigned)VT_ROW_WRAPPED;
	if (ret_flags)
		*ret_flags = flags;
	return exists;
}

void
vt_cursor(const struct vt *vt, struct vt_cursor *ret)
{
	int style = vt->cursor_style;

	*ret = (struct vt_cursor){
		.row = vt->y,
		.col = vt->x,
		.is_visible = is_set(vt, MODE_CURSOR),
		.blinks = is_set(vt, MODE_CURSOR_BLINK) || (style > 0 && style % 2 == 1),
		.shape = style < 3 ? VT_CURSOR_BLOCK : style < 5 ? VT_CURSOR_UNDERLINE : VT_CURSOR_BAR,
	};
}

bool
vt_damage_row(const struct vt *vt, int row)
{
	return row >= 0 && row < vt->rows && (vt->is_all_damaged || vt_row(vt, row)->is_dirty);
}

bool
vt_damage_any(const struct vt *vt)
{
	return vt->is_damaged;
}

void
vt_damage_clear(struct vt *vt)
{
	vt->is_damaged = vt->is_all_damaged = false;
	for (int y = 0; y < vt->rows; y++)
		vt_row(vt, y)->is_dirty = false;
}
