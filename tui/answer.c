/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON answers of commands as text. */
#include "config.h"

#include "tui/answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* U+10FFFD in UTF-8: see cmd/json.h. */
#define BYTE_MARK "\364\217\277\275x"

json_t *
answer_parse(const char *text, size_t len, struct error *err)
{
	json_error_t json_err;
	json_t *answer = json_loadb(text, len, JSON_REJECT_DUPLICATES, &json_err);

	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	error_set(err, 0, "the answer cannot be read: %s", answer ? "it is no object" : json_err.text);
	return NULL;
}

static int
digit(char c)
{
	return c <= '9' ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

char *
answer_bytes(const char *string)
{
	const size_t mark = strlen(BYTE_MARK);
	char *bytes = text_dup(string), *to = bytes;

	for (const char *at = bytes; *at;) {
		if (strncmp(at, BYTE_MARK, mark) == 0 && isxdigit((unsigned char)at[mark]) &&
		    isxdigit((unsigned char)at[mark + 1])) {
			*to++ = (char)(digit(at[mark]) << 4 | digit(at[mark + 1]));
			at += mark + 2;
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
	return bytes;
}

char *
answer_size(json_int_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	int unit = 0;

	while (value >= 1024 && unit < 4) {
		value /= 1024;
		unit++;
	}
	return text_format(unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

static char *
list_text(const json_t *list, const char *separator)
{
	char *text = text_dup("");
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		_autofree_ char *one = answer_text(item);
		char *longer = text_format("%s%s%s", text, i > 0 ? separator : "", one);

		free(text);
		text = longer;
	}
	return text;
}

/* A user, a path, a filter, a limit (doc/COMMANDS.md), or anything. */
static char *
object_text(const json_t *object)
{
	_autofree_ char *first = NULL, *second = NULL;
	const json_t *id = json_object_get(object, "id"), *path = json_object_get(object, "path");

	if (id) {
		first = answer_text(json_object_get(object, "name"));
		second = answer_text(id);
		return json_is_string(json_object_get(object, "name")) ? text_format("%s (%s)", first, second) :
									 take_ptr(second);
	}
	if (path) {
		first = answer_text(path);
		second = answer_member(object, "state");
		if (!json_is_string(path))
			return text_dup("(inside only)");
		return strcmp(second, "shown") == 0 ? take_ptr(first) : text_format("%s (%s)", first, second);
	}
	if (json_object_get(object, "mode")) {
		first = answer_member(object, "mode");
		second = answer_text(json_object_get(object, "filters"));
		return strcmp(first, "filter") == 0 ? text_format("%s (%s)", first, second) : take_ptr(first);
	}
	if (json_object_get(object, "soft")) {
		first = answer_text(json_object_get(object, "soft"));
		second = answer_text(json_object_get(object, "hard"));
		return text_format("%s, at most %s", first, second);
	}
	first = json_dumps(object, JSON_COMPACT);
	return text_dup(first ? first : "-");
}

char *
answer_text(const json_t *value)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		return answer_bytes(json_string_value(value));
	case JSON_INTEGER:
		return text_format("%lld", (long long)json_integer_value(value));
	case JSON_REAL:
		return text_format("%g", json_real_value(value));
	case JSON_TRUE:
		return text_dup("yes");
	case JSON_FALSE:
		return text_dup("no");
	case JSON_ARRAY:
		return json_array_size(value) > 0 ? list_text(value, ", ") : text_dup("none");
	case JSON_OBJECT:
		return object_text(value);
	case JSON_NULL:
		break;
	}
	return text_dup("-");
}

char *
answer_member(const json_t *object, const char *name)
{
	const char *string = json_string_value(json_object_get(object, name));

	return string ? answer_bytes(string) : text_dup("");
}

int
answer_list_has(const json_t *list, const char *word)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), word) == 0)
			return 1;
	return 0;
}
