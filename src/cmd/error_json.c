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
#include "cmd/json_read.h"

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
read_integer(const char **at, const char *name, int *ret)
{
	char *end;
	long value;

	if (!json_skip(at, name) || **at < '0' || **at > '9')
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
	if (!json_skip(at, ",\"hints\":["))
		return false;
	if (json_skip(at, "]"))
		return true;
	do {
		_autofree_ char *hint = json_read_string(at);

		if (!hint)
			return false;
		error_hint(ret, "%s", hint);
	} while (json_skip(at, ","));
	return json_skip(at, "]");
}

static bool
read_place(const char **at, struct error *ret)
{
	_autofree_ char *line = NULL;
	int caret, length;

	if (!json_skip(at, ",\"line\":"))
		return false;
	if (!json_skip(at, "null")) {
		line = json_read_string(at);
		if (!line)
			return false;
	}
	if (!read_integer(at, ",\"caret\":", &caret) || !read_integer(at, ",\"length\":", &length) ||
	    !json_skip(at, "}\n"))
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

	if (!json_skip(&text, "{\"error\":"))
		return -EINVAL;
	message = json_read_string(&text);
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
