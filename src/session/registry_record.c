/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's record, from values to text and back: one table of what stands in it. */
#include "config.h"

#include "session/registry_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"

/* Arguments are cut where they are longer together. A byte takes four in the worst case. */
enum { ARGUMENTS_BYTES_MAX = RECORD_BYTES_MAX / 8 };

static const char first_line[] = "isolate 1";
static const char last_line[] = "end";

enum key_kind { KEY_PID, KEY_ID, KEY_NUMBER, KEY_TEXT };

static const struct key {
	const char *name;
	enum key_kind kind;
	size_t at;
} keys[] = {
#define ROW(kind, member) { #member, kind, offsetof(struct session_record, member) }
	ROW(KEY_PID, pid),	  ROW(KEY_NUMBER, pidns),	  ROW(KEY_NUMBER, started), ROW(KEY_PID, init),
	ROW(KEY_PID, payload),	  ROW(KEY_NUMBER, sandbox_pidns), ROW(KEY_ID, uid),	    ROW(KEY_ID, gid),
	ROW(KEY_ID, outer_uid),	  ROW(KEY_ID, outer_gid),	  ROW(KEY_TEXT, user),	    ROW(KEY_TEXT, net),
	ROW(KEY_TEXT, group),	  ROW(KEY_TEXT, hostname),	  ROW(KEY_TEXT, cwd),	    ROW(KEY_TEXT, home),
	ROW(KEY_TEXT, shell),	  ROW(KEY_TEXT, watch),		  ROW(KEY_TEXT, prompt),
	ROW(KEY_NUMBER, init_started),
#undef ROW
};
_Static_assert(sizeof(uid_t) == sizeof(uint32_t) && sizeof(gid_t) == sizeof(uint32_t), "an id is 32 bits");

static void
write_quoted(FILE *f, const char *text)
{
	fputs(" \"", f);
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(f, "\\%c", *p);
		else if (*p < ' ' || *p > '~')
			fprintf(f, "\\x%02x", *p);
		else
			fputc(*p, f);
	}
	fputc('"', f);
}

static void
write_key(FILE *f, const struct key *key, const struct session_record *record)
{
	const char *at = (const char *)record + key->at;
	const char *text;
	uint32_t id;
	pid_t pid;
	uint64_t number;

	switch (key->kind) {
	case KEY_PID:
		memcpy(&pid, at, sizeof pid);
		fprintf(f, "%s %d\n", key->name, (int)pid);
		break;
	case KEY_ID:
		memcpy(&id, at, sizeof id);
		fprintf(f, "%s %" PRIu32 "\n", key->name, id);
		break;
	case KEY_NUMBER:
		memcpy(&number, at, sizeof number);
		fprintf(f, "%s %" PRIu64 "\n", key->name, number);
		break;
	case KEY_TEXT:
		memcpy(&text, at, sizeof text);
		if (!text)
			break;
		fputs(key->name, f);
		write_quoted(f, text);
		fputc('\n', f);
		break;
	}
}

char *
record_text(const struct session_record *record)
{
	char *text = NULL;
	size_t len, spent = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return text_dup("");
	fprintf(f, "%s\n", first_line);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		write_key(f, &keys[i], record);
	fputs("argv", f);
	for (char **arg = record->argv; arg && *arg; arg++) {
		spent += strlen(*arg) + 1;
		if (spent > ARGUMENTS_BYTES_MAX)
			break;
		write_quoted(f, *arg);
	}
	fprintf(f, "\n%s\n", last_line);
	if (fclose(f) == EOF) {
		free(text);
		return text_dup("");
	}
	return text;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes the quoted text at *at in place and moves *at behind it. NULL: it is none. */
static char *
read_quoted(char **at)
{
	char *from = *at, *to = *at, *start = *at;

	if (*from++ != '"')
		return NULL;
	for (; *from != '"'; from++) {
		if (*from == '\0')
			return NULL;
		if (*from == '\\') {
			from++;
			if (*from == 'x') {
				int high = hex_digit(from[1]);
				int low = high < 0 ? -1 : hex_digit(from[2]);

				if (low < 0 || (high == 0 && low == 0))
					return NULL;
				*to++ = (char)(high << 4 | low);
				from += 2;
				continue;
			}
			if (*from != '"' && *from != '\\')
				return NULL;
		}
		*to++ = *from;
	}
	*to = '\0';
	*at = from + 1;
	return start;
}

static int
read_key(const struct key *key, char *value, struct session_record *ret)
{
	char *at = (char *)ret + key->at;
	uint64_t number;
	uint32_t id;
	pid_t pid;

	if (key->kind == KEY_TEXT) {
		char *text = read_quoted(&value), *old;

		if (!text || *value != '\0')
			return -EINVAL;
		memcpy(&old, at, sizeof old);
		free(old);
		text = text_dup(text);
		memcpy(at, &text, sizeof text);
		return 0;
	}
	if (number_parse(value, key->kind == KEY_PID ? INT32_MAX : key->kind == KEY_ID ? UINT32_MAX : UINT64_MAX,
			 &number) < 0)
		return -EINVAL;
	pid = (pid_t)number;
	id = (uint32_t)number;
	if (key->kind == KEY_PID)
		memcpy(at, &pid, sizeof pid);
	else if (key->kind == KEY_ID)
		memcpy(at, &id, sizeof id);
	else
		memcpy(at, &number, sizeof number);
	return 0;
}

static int
read_arguments(char *value, struct session_record *ret)
{
	size_t len = 0, cap = 0;

	if (ret->argv)
		return -EINVAL;
	ret->argv = array_grow(NULL, &cap, 1, sizeof *ret->argv);
	ret->argv[0] = NULL;
	while (*value != '\0') {
		char *text = read_quoted(&value);

		if (!text || (*value != ' ' && *value != '\0'))
			return -EINVAL;
		value += *value == ' ';
		ret->argv = array_grow(ret->argv, &cap, len + 2, sizeof *ret->argv);
		ret->argv[len++] = text_dup(text);
		ret->argv[len] = NULL;
	}
	return 0;
}

static int
read_line(char *line, struct session_record *ret)
{
	char *value = strchrnul(line, ' ');

	if (*value == ' ')
		*value++ = '\0';
	if (strcmp(line, "argv") == 0)
		return read_arguments(value, ret);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(line, keys[i].name) == 0)
			return read_key(&keys[i], value, ret);
	return 0;
}

int
record_parse(char *text, struct session_record *ret)
{
	bool begun = false, ended = false;
	char *rest = text, *line;
	int r = 0;

	*ret = (struct session_record){ 0 };
	while (r == 0 && !ended && (line = strsep(&rest, "\n")) && rest) {
		if (!begun) {
			begun = true;
			r = strcmp(line, first_line) == 0 ? 0 : -EINVAL;
		} else if (strcmp(line, last_line) == 0) {
			ended = true;
		} else {
			r = read_line(line, ret);
		}
	}
	if (r == 0 && ended && ret->pid > 0 && ret->argv)
		return 0;
	session_record_release(ret);
	return -EINVAL;
}
