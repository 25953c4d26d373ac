/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a terminal sends, cut up only as far as is needed to tell for whom it is. */
#include "config.h"

#include "tui/input.h"

#include <stdio.h>
#include <string.h>

enum { ESC = 27 };

#define PASTE_END "\033[201~"

/* CSI < BUTTON ; COLUMN ; LINE, and M, or m where it was released. */
static bool
read_mouse(const char *p, size_t len, struct input_piece *ret)
{
	char text[INPUT_PENDING + 1];
	unsigned x, y;
	char final;

	memcpy(text, p, len);
	text[len] = '\0';
	if (sscanf(text, "\033[<%u;%u;%u%c", &ret->button, &x, &y, &final) != 4 || x < 1 || y < 1 || x > 100000 ||
	    y > 100000)
		return false;
	ret->kind = INPUT_MOUSE;
	ret->released = final == 'm';
	ret->x = (int)x - 1;
	ret->y = (int)y - 1;
	return true;
}

/* OSC 10 or 11 ; rgb:R/G/B, of two or four digits each. */
static bool
read_color(const char *p, size_t len, struct input_piece *ret)
{
	char text[INPUT_PENDING + 1], digits[3][5];
	int end = 0;

	memcpy(text, p, len);
	text[len] = '\0';
	if (sscanf(text, "\033]%d;rgb:%4[0-9a-fA-F]/%4[0-9a-fA-F]/%4[0-9a-fA-F]%n", &ret->color, digits[0], digits[1],
		   digits[2], &end) != 4 || (strcmp(text + end, "\a") != 0 && strcmp(text + end, "\033\\") != 0))
		return false;
	ret->kind = INPUT_COLOR;
	ret->rgb = 0;
	for (int i = 0; i < 3; i++) {
		unsigned value = 0;

		/* The two that count. */
		digits[i][2] = '\0';
		sscanf(digits[i], "%x", &value);
		ret->rgb = ret->rgb << 8 | value;
	}
	return true;
}

/*
 * Keys that some terminals (tmux, screen, rxvt, the Linux console) send in other words than xterm, which is what the
 * program in the pane takes its terminal for. `letter`: a cursor key.
 */
static bool
read_other_key(const char *p, size_t len, struct input_piece *ret)
{
	static const struct {
		const char *bytes, *as_xterm;
		char letter;
	} keys[] = {
		{ "\033[1~", NULL, 'H' }, { "\033[7~", NULL, 'H' }, { "\033[4~", NULL, 'F' }, { "\033[8~", NULL, 'F' },
		{ "\033[[A", "\033OP", 0 }, { "\033[[B", "\033OQ", 0 }, { "\033[[C", "\033OR", 0 },
		{ "\033[[D", "\033OS", 0 }, { "\033[[E", "\033[15~", 0 },
	};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strlen(keys[i].bytes) != len || memcmp(keys[i].bytes, p, len) != 0)
			continue;
		if (keys[i].letter) {
			ret->kind = INPUT_CURSOR_KEY;
			ret->letter = keys[i].letter;
		} else {
			ret->bytes = keys[i].as_xterm;
			ret->len = strlen(keys[i].as_xterm);
		}
		return true;
	}
	return false;
}

/* What a complete sequence is. */
static void
tell_apart(struct input *input, const char *p, size_t len, struct input_piece *ret)
{
	char final = p[len - 1];

	if (!input->pasting && read_other_key(p, len, ret))
		return;
	if (len >= 3 && (p[1] == '[' || p[1] == 'O') && len == 3 && strchr("ABCDFH", final)) {
		ret->kind = INPUT_CURSOR_KEY;
		ret->letter = final;
	} else if (len == 3 && p[1] == '[' && (final == 'I' || final == 'O')) {
		ret->kind = INPUT_FOCUS;
		ret->has_focus = final == 'I';
	} else if (len == 6 && memcmp(p, "\033[200~", 6) == 0) {
		ret->kind = INPUT_PASTE_BEGIN;
		input->pasting = true;
	} else if (len == 6 && memcmp(p, PASTE_END, 6) == 0) {
		ret->kind = INPUT_PASTE_END;
		input->pasting = false;
	} else if (len > 3 && p[1] == '[' && p[2] == '<') {
		read_mouse(p, len, ret);
	} else if (len > 3 && p[1] == ']' && read_color(p, len, ret)) {
		input->colors--;
	}
}

/* Up to BEL or ST; what is none of the two ends it as well. 0: it goes on. */
static size_t
osc_length(const char *p, size_t len)
{
	for (size_t at = 2; at < len; at++) {
		if (p[at] == '\a')
			return at + 1;
		if (p[at] == ESC)
			return at + 1 == len ? 0 : p[at + 1] == '\\' ? at + 2 : at;
		if (p[at] < 0x20 || p[at] > 0x7e)
			return at;
	}
	return 0;
}

/* The length of the sequence at p, which begins with Esc; 0: it goes on. */
static size_t
sequence_length(const struct input *input)
{
	const char *p = input->pending;
	size_t at = 2, len = input->len;

	if (len < 2)
		return 0;
	if (p[1] == ']' && input->colors > 0)
		return osc_length(p, len);
	/* Esc twice: the first is one by itself. */
	if (p[1] == ESC)
		return 1;
	if (p[1] == 'O')
		return len >= 3 ? 3 : 0;
	if (p[1] != '[')
		return 2;
	while (at < len && p[at] >= 0x20 && p[at] <= 0x3f)
		at++;
	/* The Linux console's F1 to F5. */
	if (at == 2 && at < len && p[at] == '[')
		return len >= 4 ? 4 : 0;
	return at < len ? at + 1 : 0;
}

/* In a paste only its end is looked for. */
static size_t
pasted_length(const struct input *input)
{
	size_t n = input->len < 6 ? input->len : 6;

	if (memcmp(input->pending, PASTE_END, n) != 0)
		return 1;
	return n == 6 ? 6 : 0;
}

/* Something that begins with Esc, gathered in `pending`, since it may come in parts. */
static bool
take_pending(struct input *input, const char *bytes, size_t len, size_t *at, bool flush, struct input_piece *ret)
{
	size_t n;

	for (;;) {
		n = (input->pasting ? pasted_length : sequence_length)(input);
		if (n > 0 || *at == len || input->len == INPUT_PENDING)
			break;
		input->pending[input->len++] = bytes[(*at)++];
	}
	/* A sequence that does not end is given up. */
	if (n == 0 && (flush || input->len == INPUT_PENDING))
		n = input->len;
	if (n == 0)
		return false;
	*ret = (struct input_piece){ .kind = input->pasting ? INPUT_PASTED : INPUT_BYTES, .bytes = input->pending,
				     .len = n };
	if (n > 1)
		tell_apart(input, input->pending, n, ret);
	input->used = n;
	return true;
}

bool
input_next(struct input *input, const char *bytes, size_t len, size_t *at, bool flush, struct input_piece *ret)
{
	size_t from = *at;

	memmove(input->pending, input->pending + input->used, input->len - input->used);
	input->len -= input->used;
	input->used = 0;
	if (input->len > 0 && input->pending[0] == ESC)
		return take_pending(input, bytes, len, at, flush, ret);
	/* What is left behind something that was given up. */
	if (input->len > 0) {
		const char *escape = memchr(input->pending, ESC, input->len);

		input->used = escape ? (size_t)(escape - input->pending) : input->len;
		*ret = (struct input_piece){ .kind = input->pasting ? INPUT_PASTED : INPUT_BYTES,
					     .bytes = input->pending, .len = input->used };
		return true;
	}
	if (from == len)
		return false;
	if (bytes[from] == ESC)
		return take_pending(input, bytes, len, at, flush, ret);
	if (!input->pasting && input->prefix && bytes[from] == input->prefix) {
		*ret = (struct input_piece){ .kind = INPUT_PREFIX, .bytes = bytes + from, .len = 1 };
		++*at;
		return true;
	}
	while (*at < len && bytes[*at] != ESC && (input->pasting || !input->prefix || bytes[*at] != input->prefix))
		++*at;
	*ret = (struct input_piece){ .kind = input->pasting ? INPUT_PASTED : INPUT_BYTES, .bytes = bytes + from,
				     .len = *at - from };
	return true;
}
