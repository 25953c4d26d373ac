/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of the style in use: looked up when something is written after a change, not at each SGR. */
#include "config.h"

#include "tui/vt/vt_impl.h"

void
style_settle(struct vt *vt)
{
	const struct vt_style erase = { .bg = vt->style.bg };

	/* The second look-up may sweep, and so renumber what the first one gave. */
	do {
		vt->is_style_known = true;
		vt->style_id = pool_intern(vt, &vt->styles, &vt->style);
		vt->erase_id = pool_intern(vt, &vt->styles, &erase);
	} while (!vt->is_style_known);
}
