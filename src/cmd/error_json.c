/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error as JSON, and back. The reader knows this one object, whose members stand in one order. */
#include "config.h"

#include "cmd/error_json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/json.h"

static void
write_hints(FILE *f, const char *hints)
{
	_autofree_ char *copy = hints ? text_dup(hints) : NULL;
	char *rest = copy, *line;

	fputs("\"hints\":[", f);
	while (rest && (line = strsep(&rest, "\n"))) {
		json_string(f, line);
		if (rest)
			fputc(',', f);
	}
	fputc(']', f);
}

void
error_json_write(FILE *f, const struct error *err)
{
	fputs("{\"error\":", f);
	json_string(f, err->message);
	fprintf(f, ",\"status\":%d,\"code\":%d,", err->status, err->code);
	write_hints(f, err->hint);
	fputs(",\"line\":", f);
	if (err->where)
		json_string(f, err->where);
	else
		fputs("null", f);
	fprintf(f, ",\"caret\":%d,\"length\":%d}\n", err->where ? err->caret : 0, err->where ? err->caret_len : 0);
}

static bool
skip(const char **at, const char *text)
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
	if (skip(at, "dbff\\udffdx")) {
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

/* A string; the caller frees. NULL: it is none. No escape is shorter than what it stands for. */
static char *
read_string(const char **at)
{
	_autofree_ char *text = NULL;
	char *to;

	if (!skip(at, "\""))
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

static bool
read_integer(const char **at, const char *name, int *ret)
{
	char *end;
	long value;

	if (!skip(at, name) || **at < '0' || **at > '9')
		return false;
	errno = 0;
	value = strtol(*at, &end, 10);
	if (errno != 0 || value > INT32_MAX)
		return false;
	*at = end;
	*ret = (int)value;
	return true;
}

static bool
read_hints(const char **at, struct error *ret)
{
	if (!skip(at, ",\"hints\":["))
		return false;
	if (skip(at, "]"))
		return true;
	do {
		_autofree_ char *hint = read_string(at);

		if (!hint)
			return false;
		error_hint(ret, "%s", hint);
	} while (skip(at, ","));
	return skip(at, "]");
}

static bool
read_place(const char **at, struct error *ret)
{
	_autofree_ char *line = NULL;
	int caret, length;

	if (!skip(at, ",\"line\":"))
		return false;
	if (!skip(at, "null")) {
		line = read_string(at);
		if (!line)
			return false;
	}
	if (!read_integer(at, ",\"caret\":", &caret) || !read_integer(at, ",\"length\":", &length) || !skip(at, "}\n"))
		return false;
	if (line && (size_t)caret <= strlen(line))
		error_caret(ret, line, caret, length);
	return true;
}

int
error_json_read(const char *text, struct error *ret)
{
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *message = NULL;
	int status, code;

	if (!skip(&text, "{\"error\":"))
		return -EINVAL;
	message = read_string(&text);
	if (!message || !read_integer(&text, ",\"status\":", &status) || !read_integer(&text, ",\"code\":", &code))
		return -EINVAL;
	error_set(&err, 0, "%s", message);
	err.code = code;
	err.status = status;
	if (!read_hints(&text, &err) || !read_place(&text, &err) || *text != '\0')
		return -EINVAL;
	*ret = err;
	err = (struct error)ERROR_INIT;
	return 0;
}
