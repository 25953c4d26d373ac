/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to programs: what the terminal is, where its cursor is. None holds text that a program has sent. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "tui/vt/vt_impl.h"

void
vt_reply(struct vt *vt, const void *bytes, size_t n)
{
	if (vt->calls.write && n > 0)
		vt->calls.write(vt->user, bytes, n);
}

void
reply(struct vt *vt, const char *format, ...)
{
	char buf[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf, sizeof buf, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < sizeof buf)
		vt_reply(vt, buf, (size_t)n);
}

/*
 * A VT500 with 132 columns, selective erase, replaceable sets, horizontal scrolling, colours, rectangles: no more
 * than is so.
 */
void
report_attributes(struct vt *vt)
{
	if (arg(vt, 0, 0) == 0)
		reply(vt, "\033[?65;1;6;9;21;22;28c");
}

/* The number in the middle is the version of xterm whose features programs may expect. */
void
report_attributes2(struct vt *vt)
{
	if (arg(vt, 0, 0) == 0)
		reply(vt, "\033[>64;379;0c");
}

void
report_attributes3(struct vt *vt)
{
	if (arg(vt, 0, 0) == 0)
		reply(vt, "\033P!|00000000\033\\");
}

/* DECREPTPARM, as xterm answers. */
void
report_parameters(struct vt *vt)
{
	int kind = arg(vt, 0, 0);

	if (kind < 2)
		reply(vt, "\033[%d;1;1;128;128;1;0x", kind + 2);
}

void
report_version(struct vt *vt)
{
	if (arg(vt, 0, 0) == 0)
		reply(vt, "\033P>|vt(1)\033\\");
}

static void
report_cursor(struct vt *vt, const char *prefix, const char *suffix)
{
	int y = vt->y + 1 - (is_set(vt, MODE_ORIGIN) ? vt->top : 0);
	int x = vt->x + 1 - (is_set(vt, MODE_ORIGIN) ? vt->left : 0);

	reply(vt, "\033[%s%d;%d%sR", prefix, y, x, suffix);
}

void
report_status(struct vt *vt)
{
	if (arg(vt, 0, 0) == 5)
		reply(vt, "\033[0n");
	else if (arg(vt, 0, 0) == 6)
		report_cursor(vt, "", "");
}

/* There is no printer, no locator, no macro: but those who ask wait for an answer. */
void
report_status_dec(struct vt *vt)
{
	switch (arg(vt, 0, 0)) {
	case 6:
		report_cursor(vt, "?", ";1");
		break;
	case 15:
		reply(vt, "\033[?13n");
		break;
	case 25:
		reply(vt, "\033[?20n");
		break;
	case 26:
		reply(vt, "\033[?27;1;0;0n");
		break;
	case 53:
	case 55:
		reply(vt, "\033[?50n");
		break;
	case 56:
		reply(vt, "\033[?57;0n");
		break;
	case 62:
		reply(vt, "\033[0*{");
		break;
	case 63:
		reply(vt, "\033P%d!~0000\033\\", arg(vt, 1, 0));
		break;
	case 75:
		reply(vt, "\033[?70n");
		break;
	case 85:
		reply(vt, "\033[?83n");
		break;
	default:
		break;
	}
}

/* XTWINOPS: the size in cells, and the stack of titles; all else is the embedder's, who has the window. */
void
report_window(struct vt *vt)
{
	int op = arg(vt, 0, 0);

	switch (op) {
	case 18:
		reply(vt, "\033[8;%d;%dt", vt->rows, vt->cols);
		break;
	case 20:
	case 21:
		title_report(vt, op == 20);
		break;
	case 22:
		title_push(vt, arg(vt, 1, 0));
		break;
	case 23:
		title_pop(vt, arg(vt, 1, 0));
		break;
	default:
		if (vt->calls.window && vt->parser.n_args > 0)
			vt->calls.window(vt->user, op, vt->parser.args + 1, vt->parser.n_args - 1);
		break;
	}
}
