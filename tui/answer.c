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

/* The quote at the end of the string at `at`. */
static const char *
string_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		at += *at == '\\';
	return at;
}

/* Behind the value at `at`. Whether all of it is JSON is for the parser. */
static const char *
value_end(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '"')
			at = string_end(at, end);
		else if (*at == '[' || *at == '{')
			depth++;
		else if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
			return at;
		else if (*at == ']' || *at == '}')
			depth--;
	}
	return end;
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	return at;
}

/* The list of that name among the members of the object: between its brackets. */
static struct answer_list
find_list(const char *text, size_t len, const char *name)
{
	const char *end = text + len, *at = skip_blanks(text, end);

	/* Behind the brace, and then behind each comma. */
	for (at++; at < end; at++) {
		const char *key = skip_blanks(at, end), *key_end, *value, *last;

		if (key >= end || *key != '"')
			break;
		key_end = string_end(key, end);
		value = skip_blanks(key_end + 1, end);
		if (value >= end || *value != ':')
			break;
		value = skip_blanks(value + 1, end);
		at = value_end(value, end);
		if (value >= at || *value != '[' || (size_t)(key_end - key - 1) != strlen(name) ||
		    strncmp(key + 1, name, strlen(name)) != 0)
			continue;
		for (last = at - 1; last > value && *last != ']'; last--)
			;
		if (last > value)
			return (struct answer_list){ value + 1, last };
	}
	return (struct answer_list){ end, end };
}

json_t *
answer_parse_but(const char *text, size_t len, const char *name, struct answer_list *ret, struct error *err)
{
	_autofree_ char *rest = NULL;
	size_t before, behind;

	*ret = name ? find_list(text, len, name) : (struct answer_list){ text + len, text + len };
	before = (size_t)(ret->at - text);
	behind = (size_t)(text + len - ret->end);
	rest = text_room(before + behind + 1);
	memcpy(rest, text, before);
	memcpy(rest + before, ret->end, behind);
	return answer_parse(rest, before + behind, err);
}

json_t *
answer_next(struct answer_list *list, const char **ret_text, size_t *ret_len, struct error *err)
{
	json_error_t json_err;
	json_t *item;

	list->at = skip_blanks(list->at, list->end);
	if (list->at >= list->end)
		return NULL;
	item = json_loadb(list->at, (size_t)(list->end - list->at), JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK,
			  &json_err);
	if (!item) {
		error_set(err, 0, "the answer cannot be read: %s", json_err.text);
		return NULL;
	}
	*ret_text = list->at;
	*ret_len = (size_t)json_err.position;
	list->at = skip_blanks(list->at + json_err.position, list->end);
	list->at += list->at < list->end && *list->at == ',';
	return item;
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
