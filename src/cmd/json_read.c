/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we have written as JSON, read. */
#include "config.h"

#include "cmd/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

bool
json_skip(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

static int
hex_value(const char *digits, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		char c = digits[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (c - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static char *
put_character(char *to, int code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* What stands behind a backslash; json_string() writes no other escapes. NULL: it is none of them. */
static char *
read_escape(const char **at, char *to)
{
	int code;

	switch (*(*at)++) {
	case '"':
	case '\\':
		*to++ = (*at)[-1];
		return to;
	case 'n':
		*to++ = '\n';
		return to;
	case 't':
		*to++ = '\t';
		return to;
	case 'u':
		break;
	default:
		return NULL;
	}
	/* U+10FFFD and a byte, see json.h. */
	if (json_skip(at, "dbff\\udffdx")) {
		code = hex_value(*at, 2);
		*at += code < 0 ? 0 : 2;
		if (code > 0)
			*to++ = (char)code;
		return code > 0 ? to : NULL;
	}
	code = hex_value(*at, 4);
	if (code <= 0 || (code >= 0xd800 && code <= 0xdfff))
		return NULL;
	*at += 4;
	return put_character(to, code);
}

/* No escape is shorter than what it stands for. */
char *
json_read_string(const char **at)
{
	_autofree_ char *text = NULL;
	char *to;

	if (!json_skip(at, "\""))
		return NULL;
	to = text = text_room(strlen(*at) + 1);
	while (**at != '"') {
		if (**at == '\0')
			return NULL;
		if (**at != '\\') {
			*to++ = *(*at)++;
			continue;
		}
		++*at;
		to = read_escape(at, to);
		if (!to)
			return NULL;
	}
	++*at;
	*to = '\0';
	return take_ptr(text);
}

/* A quote within a string has a backslash before it: what is found is a member's name. */
static const char *
find_member(const char *at, const char *name)
{
	_autofree_ char *key = text_format("\"%s\":", name);

	at = strstr(at, key);
	return at ? at + strlen(key) : NULL;
}

char *
json_next_string(const char **at, const char *name)
{
	const char *value;

	while ((value = find_member(*at, name))) {
		char *text;

		*at = value;
		text = json_read_string(at);
		if (text)
			return text;
	}
	return NULL;
}

long
json_next_number(const char **at, const char *name)
{
	const char *value = find_member(*at, name);

	if (!value || *value < '0' || *value > '9')
		return -1;
	*at = value;
	return strtol(value, NULL, 10);
}
