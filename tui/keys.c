/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a terminal sends, as keys. */
#include "config.h"

#include "tui/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { ESC = 27, DEL = 127 };

static const struct key_word {
	const char *name, *shown;
	uint32_t code;
} words[] = {
	{ "up", "Up", KEYS_UP },	      { "down", "Down", KEYS_DOWN },
	{ "left", "Left", KEYS_LEFT },	      { "right", "Right", KEYS_RIGHT },
	{ "home", "Home", KEYS_HOME },	      { "end", "End", KEYS_END },
	{ "page-up", "PgUp", KEYS_PAGE_UP },  { "page-down", "PgDn", KEYS_PAGE_DOWN },
	{ "insert", "Ins", KEYS_INSERT },     { "delete", "Del", KEYS_DELETE },
	{ "back-tab", "S-Tab", KEYS_BACK_TAB }, { "escape", "Esc", KEYS_ESCAPE },
	{ "tab", "Tab", '\t' },		      { "enter", "Enter", '\r' },
	{ "space", "Space", ' ' },	      { "backspace", "Bksp", DEL },
	{ "click", "Click", KEYS_CLICK },     { "wheel-up", "WheelUp", KEYS_WHEEL_UP },
	{ "wheel-down", "WheelDn", KEYS_WHEEL_DOWN },
};

void
keys_init(struct keys *keys)
{
	*keys = (struct keys){ 0 };
}

void
keys_release(struct keys *keys)
{
	free(keys->paste);
	*keys = (struct keys){ 0 };
}

size_t
keys_room(const struct keys *keys)
{
	return sizeof keys->pending - (keys->len - keys->used);
}

static void
drop_used(struct keys *keys)
{
	memmove(keys->pending, keys->pending + keys->used, keys->len - keys->used);
	keys->len -= keys->used;
	keys->used = 0;
}

void
keys_feed(struct keys *keys, const char *bytes, size_t len)
{
	drop_used(keys);
	if (len > sizeof keys->pending - keys->len)
		len = sizeof keys->pending - keys->len;
	memcpy(keys->pending + keys->len, bytes, len);
	keys->len += len;
}

/* The final byte of a CSI or SS3 sequence without a number. */
static uint32_t
letter_key(char letter)
{
	switch (letter) {
	case 'A': return KEYS_UP;
	case 'B': return KEYS_DOWN;
	case 'C': return KEYS_RIGHT;
	case 'D': return KEYS_LEFT;
	case 'F': return KEYS_END;
	case 'H': return KEYS_HOME;
	case 'Z': return KEYS_BACK_TAB;
	case 'M': return '\r'; /* the keypad's */
	case 'P': case 'Q': case 'R': case 'S': return KEYS_F1 + (uint32_t)(letter - 'P');
	default: return KEYS_UNKNOWN;
	}
}

/* CSI NUMBER ~ */
static uint32_t
number_key(int number)
{
	static const uint32_t first[] = { KEYS_UNKNOWN, KEYS_HOME, KEYS_INSERT, KEYS_DELETE, KEYS_END, KEYS_PAGE_UP,
					  KEYS_PAGE_DOWN, KEYS_HOME, KEYS_END };

	if (number >= 0 && number < (int)(sizeof first / sizeof first[0]))
		return first[number];
	/* F1 to F5, F6 to F10, F11 and F12: the gaps are the VT220's. */
	if (number >= 11 && number <= 15)
		return KEYS_F1 + (uint32_t)(number - 11);
	if (number >= 17 && number <= 21)
		return KEYS_F1 + (uint32_t)(number - 12);
	if (number >= 23 && number <= 24)
		return KEYS_F1 + (uint32_t)(number - 13);
	return KEYS_UNKNOWN;
}

/* CSI < BUTTON ; COLUMN ; LINE M: pressed; m: released. */
static void
mouse_key(const char *parameters, bool pressed, struct key *ret)
{
	unsigned button = 0;

	ret->code = KEYS_UNKNOWN;
	if (sscanf(parameters, "<%u;%d;%d", &button, &ret->x, &ret->y) != 3 || !pressed)
		return;
	ret->x--;
	ret->y--;
	if (button == 0)
		ret->code = KEYS_CLICK;
	else if (button == 64)
		ret->code = KEYS_WHEEL_UP;
	else if (button == 65)
		ret->code = KEYS_WHEEL_DOWN;
}

/* Behind ESC [. Returns the length with those two, or 0: not complete. */
static size_t
take_csi(struct keys *keys, const char *p, size_t len, struct key *ret)
{
	char parameters[sizeof keys->pending + 1];
	size_t at = 2;

	/* The Linux console's F1 to F5. */
	if (len >= 3 && p[2] == '[') {
		if (len < 4)
			return 0;
		ret->code = p[3] >= 'A' && p[3] <= 'E' ? KEYS_F1 + (uint32_t)(p[3] - 'A') : KEYS_UNKNOWN;
		return 4;
	}
	while (at < len && p[at] >= 0x20 && p[at] <= 0x3f)
		at++;
	if (at == len)
		return 0;
	memcpy(parameters, p + 2, at - 2);
	parameters[at - 2] = '\0';
	if (parameters[0] == '<')
		mouse_key(parameters, p[at] == 'M', ret);
	else if (p[at] == '~')
		ret->code = number_key(atoi(parameters));
	else
		ret->code = letter_key(p[at]);
	if (p[at] == '~' && atoi(parameters) == 200) {
		keys->pasting = true;
		keys->paste_len = 0;
		ret->code = KEYS_UNKNOWN;
	}
	return at + 1;
}

/* Behind ESC. */
static size_t
take_escape(struct keys *keys, const char *p, size_t len, bool flush, struct key *ret)
{
	uint32_t code;
	size_t n;

	if (len >= 2 && p[1] == '[')
		n = take_csi(keys, p, len, ret);
	else if (len >= 3 && p[1] == 'O')
		n = (ret->code = letter_key(p[2]), 3);
	else if (len >= 2 && p[1] != 'O' && p[1] != ESC) {
		n = text_decode(p + 1, len - 1, &code);
		ret->code = n ? code : KEYS_UNKNOWN;
		ret->alt = true;
		n = n ? n + 1 : 2;
	} else {
		n = len >= 2 && p[1] == ESC ? 1 : 0;
		ret->code = KEYS_ESCAPE;
	}
	/* A sequence that does not end is given up with the whole buffer. */
	if (n == 0 && (flush || len == sizeof keys->pending)) {
		ret->code = len == 1 ? KEYS_ESCAPE : KEYS_UNKNOWN;
		n = len;
	}
	return n;
}

static size_t
take_character(const char *p, size_t len, bool flush, struct key *ret)
{
	unsigned char lead = (unsigned char)p[0];
	size_t wanted = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	size_t n = text_decode(p, len, &ret->code);

	if (n > 0) {
		if (ret->code == '\n')
			ret->code = '\r';
		else if (ret->code == '\b')
			ret->code = DEL;
		return n;
	}
	if (len < wanted && !flush)
		return 0;
	ret->code = KEYS_UNKNOWN;
	return 1;
}

/* Everything up to ESC [ 201 ~ is pasted. True with the paste once it is complete. */
static bool
take_paste(struct keys *keys, struct key *ret)
{
	static const char end[] = "\033[201~";

	while (keys->used < keys->len) {
		const char *p = keys->pending + keys->used;
		size_t left = keys->len - keys->used, n = left < sizeof end - 1 ? left : sizeof end - 1;

		if (memcmp(p, end, n) == 0) {
			if (n < sizeof end - 1)
				return false;
			keys->used += n;
			keys->pasting = false;
			*ret = (struct key){ .code = KEYS_PASTE, .bytes = keys->paste, .len = keys->paste_len };
			return true;
		}
		keys->paste = array_grow(keys->paste, &keys->paste_cap, keys->paste_len + 1, 1);
		if (keys->paste_len < KEYS_PASTE_MAX)
			keys->paste[keys->paste_len++] = *p;
		keys->used++;
	}
	return false;
}

bool
keys_next(struct keys *keys, bool flush, struct key *ret)
{
	const char *p;
	size_t len, n;

	drop_used(keys);
	if (keys->pasting)
		return take_paste(keys, ret);
	if (keys->len == 0)
		return false;
	p = keys->pending;
	len = keys->len;
	*ret = (struct key){ .bytes = p };
	n = p[0] == ESC ? take_escape(keys, p, len, flush, ret) : take_character(p, len, flush, ret);
	keys->used = n;
	ret->len = n;
	return n > 0;
}

bool
keys_wait(const struct keys *keys)
{
	return !keys->pasting && keys->len > keys->used;
}

uint32_t
keys_parse(const char *name, bool *ret_alt)
{
	uint32_t code;
	int number, end = 0;

	*ret_alt = strncmp(name, "alt-", 4) == 0;
	if (*ret_alt)
		name += 4;
	if (strncasecmp(name, "ctrl-", 5) == 0 && name[5] && !name[6])
		return (uint32_t)(name[5] & 0x1f);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(name, words[i].name) == 0)
			return words[i].code;
	if ((sscanf(name, "f%d%n", &number, &end) == 1 || sscanf(name, "F%d%n", &number, &end) == 1) && !name[end] &&
	    number >= 1 && number <= 12)
		return KEYS_F1 + (uint32_t)(number - 1);
	if (name[0] && text_decode(name, strlen(name), &code) == strlen(name))
		return code;
	return 0;
}

const char *
keys_name(uint32_t code, bool alt, char *buf, size_t size)
{
	const char *prefix = alt ? "Alt-" : "";

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (code == words[i].code) {
			snprintf(buf, size, "%s%s", prefix, words[i].shown);
			return buf;
		}
	}
	if (code >= KEYS_F1 && code <= KEYS_F12)
		snprintf(buf, size, "%sF%d", prefix, (int)(code - KEYS_F1) + 1);
	else if (code < 32)
		snprintf(buf, size, "%sCtrl-%c", prefix, (int)(code + 64));
	else if (code < 127)
		snprintf(buf, size, "%s%c", prefix, (int)code);
	else
		snprintf(buf, size, "%sU+%04X", prefix, (unsigned)code);
	return buf;
}
