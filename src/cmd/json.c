/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes JSON. */
#include "config.h"

#include "cmd/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

/* A private character that Unicode leaves to nobody, and that no font has. */
#define BYTE_MARK 0x10fffdu

static void
write_byte(FILE *f, unsigned char byte)
{
	fprintf(f, "\\udbff\\udffdx%02x", byte);
}

static void
write_character(FILE *f, const char *s, size_t len, uint32_t code)
{
	if (code == '"' || code == '\\')
		fprintf(f, "\\%c", (char)code);
	else if (code == '\n')
		fputs("\\n", f);
	else if (code == '\t')
		fputs("\\t", f);
	else if (text_is_control(code))
		fprintf(f, "\\u%04x", (unsigned)code);
	else
		fwrite(s, 1, len, f);
}

/* Bytes at s that need no thought. */
static size_t
plain_length(const char *s)
{
	size_t len = 0;

	while (s[len] >= ' ' && s[len] < 0x7f && s[len] != '"' && s[len] != '\\')
		len++;
	return len;
}

void
json_string(FILE *f, const char *s)
{
	putc_unlocked('"', f);
	while (*s != '\0') {
		size_t len = plain_length(s);
		uint32_t code;

		fwrite(s, 1, len, f);
		s += len;
		if (*s == '\0')
			break;
		len = text_decode(s, strnlen(s, 4), &code);
		if (len == 0) {
			write_byte(f, (unsigned char)*s);
			len = 1;
		} else if (code == BYTE_MARK) {
			for (size_t i = 0; i < len; i++)
				write_byte(f, (unsigned char)s[i]);
		} else {
			write_character(f, s, len, code);
		}
		s += len;
	}
	putc_unlocked('"', f);
}

static void
write_list(FILE *f, const struct value *items, size_t len)
{
	putc_unlocked('[', f);
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			putc_unlocked(',', f);
		json_value(f, &items[i]);
	}
	putc_unlocked(']', f);
}

static void
write_record(FILE *f, const struct field *fields, size_t len)
{
	putc_unlocked('{', f);
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			putc_unlocked(',', f);
		json_string(f, fields[i].name);
		putc_unlocked(':', f);
		json_value(f, &fields[i].value);
	}
	putc_unlocked('}', f);
}

void
json_value(FILE *f, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NONE:
		fputs("null", f);
		break;
	case VALUE_STRING:
		json_string(f, value->as.string);
		break;
	case VALUE_NUMBER:
		fprintf(f, "%" PRIu64, value->as.number);
		break;
	case VALUE_TRUTH:
		fputs(value->as.truth ? "true" : "false", f);
		break;
	case VALUE_LIST:
		write_list(f, value->as.list.items, value->as.list.len);
		break;
	case VALUE_RECORD:
		write_record(f, value->as.record.fields, value->as.record.len);
		break;
	}
}
