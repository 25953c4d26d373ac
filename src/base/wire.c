/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts and numbers in a row of bytes. */
#include "config.h"

#include "base/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What an item begins with. */
enum { ITEM_NUMBER = 'n', ITEM_TEXT = 't', ITEM_NULL = '0' };

static void
put(struct wire *wire, const void *bytes, size_t len)
{
	wire->data = array_grow(wire->data, &wire->cap, wire->len + len, 1);
	memcpy(wire->data + wire->len, bytes, len);
	wire->len += len;
}

void
wire_put_number(struct wire *wire, uint64_t number)
{
	put(wire, &(char){ ITEM_NUMBER }, 1);
	put(wire, &number, sizeof number);
}

void
wire_put_text(struct wire *wire, const char *text)
{
	uint32_t len;

	if (!text) {
		put(wire, &(char){ ITEM_NULL }, 1);
		return;
	}
	len = (uint32_t)strlen(text);
	put(wire, &(char){ ITEM_TEXT }, 1);
	put(wire, &len, sizeof len);
	put(wire, text, len);
}

/* True if so many bytes come next; copies them. */
static bool
get(struct wire *wire, void *ret, size_t len)
{
	if (wire->bad || wire->len - wire->at < len) {
		wire->bad = true;
		return false;
	}
	memcpy(ret, wire->data + wire->at, len);
	wire->at += len;
	return true;
}

uint64_t
wire_get_number(struct wire *wire, uint64_t max)
{
	uint64_t number;
	char item;

	if (!get(wire, &item, 1))
		return 0;
	if (item != ITEM_NUMBER || !get(wire, &number, sizeof number) || number > max) {
		wire->bad = true;
		return 0;
	}
	return number;
}

char *
wire_get_text(struct wire *wire)
{
	uint32_t len;
	char *text;
	char item;

	if (!get(wire, &item, 1) || item == ITEM_NULL)
		return NULL;
	/* A text holds no NUL: a second end would be taken for the first. */
	if (item != ITEM_TEXT || !get(wire, &len, sizeof len) || wire->len - wire->at < len ||
	    memchr(wire->data + wire->at, '\0', len)) {
		wire->bad = true;
		return NULL;
	}
	text = text_ndup(wire->data + wire->at, len);
	wire->at += len;
	return text;
}

void
wire_release(struct wire *wire)
{
	free(wire->data);
	*wire = (struct wire){ 0 };
}
