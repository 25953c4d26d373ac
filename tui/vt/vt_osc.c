/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operating system commands: titles, colours, links, the clipboard. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

/* "8;params;address": of the parameters only id is known. */
static void
set_link(struct vt *vt, const char *text)
{
	const char *uri = strchr(text, ';');
	const char *id = text;
	size_t id_len = 0;

	if (!uri)
		return;
	while (id < uri && strncmp(id, "id=", 3) != 0) {
		while (id < uri && *id != ':')
			id++;
		id += id < uri;
	}
	if (id < uri) {
		id += 3;
		while (id + id_len < uri && id[id_len] != ':')
			id_len++;
	} else {
		id_len = 0;
	}
	uri++;
	vt->style.link = link_intern(vt, id, id_len, uri, strlen(uri));
	vt->is_style_known = false;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* In place; false if it is not base64. */
static bool
base64_decode(char *text, size_t *ret_n)
{
	uint32_t bits = 0;
	size_t n = 0, in = 0;

	for (; text[in] && text[in] != '='; in++) {
		int v = base64_value(text[in]);

		if (v < 0)
			return false;
		bits = bits << 6 | (uint32_t)v;
		if (in % 4 != 0)
			text[n++] = (char)(bits >> (6 - in % 4 * 2) & 0xff);
	}
	while (text[in] == '=')
		in++;
	*ret_n = n;
	return text[in] == '\0';
}

/* "52;selections;base64". A question gets no answer: what the user has copied is not the program's. */
static void
set_clipboard(struct vt *vt, char *text)
{
	char *data = strchr(text, ';');
	size_t n;

	if (!vt->calls.clipboard || !data)
		return;
	*data++ = '\0';
	if (strcmp(data, "?") == 0 || strspn(text, "cpqs01234567") != strlen(text) || strlen(text) > 16)
		return;
	if (base64_decode(data, &n))
		vt->calls.clipboard(vt->user, *text ? text : "c", data, n);
}

void
osc_dispatch(struct vt *vt)
{
	char *text = vt->parser.string;
	size_t digits = strspn(text, "0123456789");
	int number = digits > 0 && digits < 5 ? atoi(text) : -1;

	/* A zero in it was passed over by the parser, like all controls. */
	if (number < 0 || (text[digits] != ';' && text[digits] != '\0'))
		return;
	text += digits + (text[digits] == ';');
	switch (number) {
	case 0:
	case 1:
	case 2:
		title_take(vt, number != 1, number != 2, text, strlen(text));
		break;
	case 8:
		set_link(vt, text);
		break;
	case 52:
		set_clipboard(vt, text);
		break;
	default:
		color_osc(vt, number, text);
		break;
	}
}
