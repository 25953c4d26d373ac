/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device control strings: DECRQSS and XTGETTCAP, the two that are questions. Others have no effect. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

/* The setting that a control sequence with this end makes, as its arguments. False for those that are not known. */
static bool
setting(const struct vt *vt, const char *what, char *ret, size_t size)
{
	if (strcmp(what, "m") == 0)
		sgr_write(&vt->style, ret, size);
	else if (strcmp(what, "r") == 0)
		snprintf(ret, size, "%d;%d", vt->top + 1, vt->bottom + 1);
	else if (strcmp(what, "s") == 0)
		snprintf(ret, size, "%d;%d", vt->left + 1, vt->right + 1);
	else if (strcmp(what, "t") == 0 || strcmp(what, "*|") == 0)
		snprintf(ret, size, "%d", vt->rows);
	else if (strcmp(what, "$|") == 0)
		snprintf(ret, size, "%d", vt->cols);
	else if (strcmp(what, " q") == 0)
		snprintf(ret, size, "%d", vt->cursor_style);
	else if (strcmp(what, "\"q") == 0)
		snprintf(ret, size, "%d", vt->is_protecting);
	else if (strcmp(what, "\"p") == 0)
		snprintf(ret, size, "%d;%d", vt->conformance, vt->c1_bits);
	else if (strcmp(what, "*x") == 0)
		snprintf(ret, size, "%d", vt->change_extent);
	else if (strcmp(what, "$}") == 0 || strcmp(what, "$~") == 0)
		snprintf(ret, size, "0");
	else if (strcmp(what, ">m") == 0)
		snprintf(ret, size, ">4;%d", vt->modify_other_keys);
	else
		return false;
	return true;
}

/*
 * What is asked for is repeated in the answer only where it is one of the texts above, so it is none of the program's.
 */
static void
request_setting(struct vt *vt)
{
	char value[160];

	if (setting(vt, vt->parser.string, value, sizeof value))
		reply(vt, "\033P1$r%s%s\033\\", value, vt->parser.string);
	else
		reply(vt, "\033P0$r\033\\");
}

/* Names of terminfo, in hexadecimal: the few whose answer programs act on. */
static void
request_capability(struct vt *vt)
{
	static const struct {
		const char *name, *value;
	} known[] = {
		{ "436F", "323536" },			      /* Co: 256 */
		{ "636F6C6F7273", "323536" },		      /* colors: 256 */
		{ "544E", "787465726D2D323536636F6C6F72" }, /* TN: xterm-256color */
		{ "524742", "38" },			      /* RGB: 8 */
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(vt->parser.string, known[i].name) == 0) {
			reply(vt, "\033P1+r%s=%s\033\\", known[i].name, known[i].value);
			return;
		}
	reply(vt, "\033P0+r\033\\");
}

void
dcs_dispatch(struct vt *vt)
{
	const struct parser *p = &vt->parser;

	if (p->prefix || p->dcs_final != 'q')
		return;
	if (p->intermediate == '$')
		request_setting(vt);
	else if (p->intermediate == '+')
		request_capability(vt);
}
