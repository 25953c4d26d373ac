/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes become characters, controls and sequences: the automaton that Paul Williams drew of DEC's terminals
 * (vt100.net/emu/dec_ansi_parser), with UTF-8 in its ground state in place of C1 bytes. Nothing of a sequence is
 * kept but a fixed number of arguments, and strings up to a limit: one that is longer is read to its end and has no
 * effect.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { ESC = 0x1b, CAN = 0x18, SUB = 0x1a, BEL = 0x07, DEL = 0x7f, INTERMEDIATE_UNKNOWN = 0xff };

void
parser_release(struct parser *parser)
{
	free(parser->string);
	*parser = (struct parser){ 0 };
}

/* The start of a sequence. */
static void
clear(struct parser *p)
{
	p->prefix = p->intermediate = 0;
	p->n_args = 0;
	p->string_len = 0;
	p->is_too_long = false;
}

void
parser_reset(struct parser *p)
{
	clear(p);
	p->state = STATE_GROUND;
	p->utf8_left = 0;
	/* Space for a clipboard is not kept for a title. */
	if (p->string_cap > STRING_MAX) {
		free(p->string);
		p->string = NULL;
		p->string_cap = 0;
	}
}

static void
collect(struct parser *p, uint8_t c)
{
	p->intermediate = p->intermediate ? INTERMEDIATE_UNKNOWN : c;
}

static void
next_arg(struct parser *p, bool is_sub)
{
	if (p->n_args < ARGS_MAX) {
		p->args[p->n_args] = -1;
		p->is_sub[p->n_args] = is_sub;
	}
	/* One more than there is room for stands for all of them. */
	if (p->n_args <= ARGS_MAX)
		p->n_args++;
}

static void
param(struct parser *p, uint8_t c)
{
	int *value;

	if (p->n_args == 0)
		next_arg(p, false);
	if (c == ';' || c == ':') {
		next_arg(p, c == ':');
		return;
	}
	if (p->n_args > ARGS_MAX)
		return;
	value = &p->args[p->n_args - 1];
	*value = min_of((*value < 0 ? 0 : *value) * 10 + (c - '0'), ARG_MAX);
}

static size_t
string_limit(const struct vt *vt)
{
	const struct parser *p = &vt->parser;

	if (vt->calls.clipboard && p->state == STATE_OSC && p->string_len >= 3 && memcmp(p->string, "52;", 3) == 0)
		return CLIPBOARD_STRING_MAX;
	return STRING_MAX;
}

/* Part of a string: n bytes at once, since strings can be long. */
static void
put(struct vt *vt, const uint8_t *bytes, size_t n)
{
	struct parser *p = &vt->parser;

	if (p->is_too_long)
		return;
	if (p->string_len + n > p->string_cap) {
		size_t limit = string_limit(vt), cap = p->string_cap ? p->string_cap * 2 : 256;
		char *more = NULL;

		while (cap < p->string_len + n)
			cap *= 2;
		if (p->string_len + n <= limit)
			more = realloc(p->string, cap);
		if (!more) {
			p->is_too_long = true;
			return;
		}
		p->string = more;
		p->string_cap = cap;
	}
	memcpy(p->string + p->string_len, bytes, n);
	p->string_len += n;
}

static void
string_end(struct vt *vt)
{
	struct parser *p = &vt->parser;
	const uint8_t zero = 0;

	put(vt, &zero, 1);
	if (!p->is_too_long) {
		p->string_len--;
		if (p->state == STATE_OSC)
			osc_dispatch(vt);
		else if (p->state == STATE_DCS_STRING)
			dcs_dispatch(vt);
	}
	parser_reset(p);
}

static void
escape(struct vt *vt, uint8_t c)
{
	static const struct {
		uint8_t c;
		uint8_t state;
	} strings[] = {
		{ '[', STATE_CSI_ENTRY },     { ']', STATE_OSC },	    { 'P', STATE_DCS_ENTRY },
		{ 'X', STATE_STRING_IGNORE }, { '^', STATE_STRING_IGNORE }, { '_', STATE_STRING_IGNORE },
	};
	struct parser *p = &vt->parser;

	if (c < 0x30) {
		collect(p, c);
		p->state = STATE_ESCAPE_INTERMEDIATE;
		return;
	}
	if (p->state == STATE_ESCAPE)
		for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
			if (c == strings[i].c) {
				p->state = strings[i].state;
				return;
			}
	p->state = STATE_GROUND;
	vt->last_char = 0;
	if (c < DEL)
		esc_dispatch(vt, c);
}

/* CSI and the head of DCS: the same but for what follows. */
static void
sequence(struct vt *vt, uint8_t c, bool is_dcs)
{
	struct parser *p = &vt->parser;
	enum parser_state entry = is_dcs ? STATE_DCS_ENTRY : STATE_CSI_ENTRY;
	enum parser_state params = is_dcs ? STATE_DCS_PARAM : STATE_CSI_PARAM;
	enum parser_state intermediate = is_dcs ? STATE_DCS_INTERMEDIATE : STATE_CSI_INTERMEDIATE;

	if (c < 0x30) {
		collect(p, c);
		p->state = intermediate;
	} else if (c < 0x3c && p->state != intermediate) {
		param(p, c);
		p->state = params;
	} else if (c < 0x40 && p->state == entry) {
		p->prefix = c;
		p->state = params;
	} else if (c < 0x40) {
		p->state = is_dcs ? STATE_DCS_IGNORE : STATE_CSI_IGNORE;
	} else if (c < DEL) {
		p->state = is_dcs ? STATE_DCS_STRING : STATE_GROUND;
		p->dcs_final = c;
		p->n_args = min_of(p->n_args, ARGS_MAX);
		if (!is_dcs)
			csi_dispatch(vt, c);
		/* REP repeats what stands right before it. */
		vt->last_char = 0;
	}
}

/* A byte of a character that needs several; see table 3-7 of the Unicode standard. */
static void
utf8_start(struct parser *p, uint8_t c)
{
	p->utf8_min = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	p->utf8_max = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	p->utf8_left = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	p->utf8 = c & (0x3f >> p->utf8_left);
}

/* Returns false if the byte is none of the character that was begun: then it is to be looked at anew. */
static bool
utf8_next(struct vt *vt, uint8_t c)
{
	struct parser *p = &vt->parser;

	if (c < p->utf8_min || c > p->utf8_max) {
		p->utf8_left = 0;
		print_char(vt, 0xfffd);
		return false;
	}
	p->utf8 = p->utf8 << 6 | (c & 0x3f);
	p->utf8_min = 0x80;
	p->utf8_max = 0xbf;
	if (--p->utf8_left == 0)
		print_char(vt, p->utf8);
	return true;
}

static void
ground(struct vt *vt, uint8_t c)
{
	struct parser *p = &vt->parser;

	if (p->utf8_left && utf8_next(vt, c))
		return;
	if (c < 0x20) {
		control_execute(vt, c);
		vt->last_char = 0;
	} else if (c < DEL) {
		print_ascii(vt, &c, 1);
	} else if (c >= 0xc2 && c < 0xf5) {
		utf8_start(p, c);
	} else if (c > DEL) {
		print_char(vt, 0xfffd);
	}
}

/* One byte; the ones that act in every state first. */
static void
step(struct vt *vt, uint8_t c)
{
	struct parser *p = &vt->parser;
	bool in_string = p->state >= STATE_DCS_STRING;

	if (c == ESC) {
		if (p->utf8_left)
			print_char(vt, 0xfffd);
		/* ESC \ ends a string; so does any other escape sequence, and then goes on. */
		if (in_string)
			string_end(vt);
		parser_reset(p);
		p->state = STATE_ESCAPE;
		return;
	}
	if ((c == CAN || c == SUB) && p->state != STATE_GROUND) {
		parser_reset(p);
		return;
	}
	if (p->state == STATE_GROUND) {
		ground(vt, c);
		return;
	}
	if (in_string) {
		if (c == BEL && p->state == STATE_OSC)
			string_end(vt);
		else if (c >= 0x20 && p->state != STATE_DCS_IGNORE && p->state != STATE_STRING_IGNORE)
			put(vt, &c, 1);
		return;
	}
	if (c < 0x20) {
		if (p->state < STATE_DCS_ENTRY)
			control_execute(vt, c);
		return;
	}
	if (c >= DEL) {
		if (c > DEL) {
			parser_reset(p);
			ground(vt, c);
		}
		return;
	}
	if (p->state <= STATE_ESCAPE_INTERMEDIATE)
		escape(vt, c);
	else if (p->state != STATE_CSI_IGNORE)
		sequence(vt, c, p->state >= STATE_DCS_ENTRY);
	else if (c >= 0x40)
		p->state = STATE_GROUND;
}

/* The length of the run of 0x20 to 0x7e at the start: eight bytes at a time as long as there are. */
static size_t
ascii_run(const uint8_t *p, size_t n)
{
	const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
	size_t i = 0;
	uint64_t w;

	for (; i + 8 <= n; i += 8) {
		memcpy(&w, p + i, 8);
		/* The high bit of a byte is set where it was, or is 0x7f, or where (below 0x80) it is under 0x20. */
		if (((w + ones) | w | ~((w & ~high) + ones * 0x60)) & high)
			break;
	}
	while (i < n && p[i] >= 0x20 && p[i] < DEL)
		i++;
	return i;
}

void
vt_feed(struct vt *vt, const void *bytes, size_t n)
{
	const uint8_t *p = bytes, *end = p + n;

	while (p < end) {
		if (vt->parser.state == STATE_GROUND && *p >= 0x20 && *p < DEL && !vt->parser.utf8_left) {
			size_t run = ascii_run(p, (size_t)(end - p));

			print_ascii(vt, p, run);
			p += run;
			continue;
		}
		if (vt->parser.state == STATE_GROUND && *p >= 0xc2 && !vt->parser.utf8_left) {
			uint32_t ch;
			size_t len = utf8_read((const char *)p, (size_t)(end - p), &ch);

			/* What is not right, or not whole, the slow way can tell apart. */
			if (len > 1) {
				print_char(vt, ch);
				p += len;
				continue;
			}
		}
		step(vt, *p++);
	}
}
