/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of the control socket, taken apart. What comes in is not trusted. */
#include "config.h"

#include "cmd/protocol.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"

const char *const verb_names[VERBS] = {
	[VERB_CWD] = "cwd", [VERB_HOME] = "home", [VERB_PID] = "pid",
	[VERB_LISTEN] = "listen", [VERB_JOINED] = "joined", [VERB_TEXT] = "text", [VERB_JSON] = "json",
};

static bool
has_body(enum verb verb)
{
	return verb != VERB_PID && verb != VERB_LISTEN && verb != VERB_JOINED;
}

static uint64_t
largest_number(enum verb verb)
{
	if (verb == VERB_LISTEN)
		return 0;
	if (!has_body(verb))
		return INT32_MAX;
	return verb == VERB_TEXT || verb == VERB_JSON ? PROTOCOL_COMMAND_MAX : PROTOCOL_PATH_MAX;
}

/* One number, as we write it. */
static int
parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	if (text[0] == '0' && text[1] != '\0')
		return -EINVAL;
	return number_parse(text, max, ret) < 0 ? -EINVAL : 0;
}

static int
parse_line(char *line, struct request_message *ret)
{
	char *number = strchr(line, ' ');
	uint64_t value;

	if (!number)
		return -EINVAL;
	*number++ = '\0';
	for (int i = 0; i < VERBS; i++) {
		if (strcmp(line, verb_names[i]) != 0)
			continue;
		ret->verb = (enum verb)i;
		if (parse_number(number, largest_number(ret->verb), &value) < 0)
			return -EINVAL;
		ret->number = (size_t)value;
		return 0;
	}
	return -EINVAL;
}

int
protocol_parse(const char *buf, size_t len, struct request_message *ret)
{
	size_t most = len < PROTOCOL_LINE_MAX ? len : PROTOCOL_LINE_MAX;
	const char *end = memchr(buf, '\n', most);
	char line[PROTOCOL_LINE_MAX];
	size_t head;

	*ret = (struct request_message){ 0 };
	if (!end)
		return most == PROTOCOL_LINE_MAX ? -EINVAL : 0;
	head = (size_t)(end - buf);
	memcpy(line, buf, head);
	line[head] = '\0';
	/* A NUL would hide what stands behind it. */
	if (memchr(line, '\0', head) || parse_line(line, ret) < 0)
		return -EINVAL;
	ret->body = end + 1;
	ret->size = head + 1 + (has_body(ret->verb) ? ret->number : 0);
	if (len < ret->size)
		return 0;
	return has_body(ret->verb) && memchr(ret->body, '\0', ret->number) ? -EINVAL : 1;
}

int
protocol_parse_answer(const char *line, int *ret_status, size_t *ret_out, size_t *ret_err)
{
	static const uint64_t largest[] = { 255, SIZE_MAX / 4, SIZE_MAX / 4 };
	uint64_t numbers[3];
	char copy[PROTOCOL_LINE_MAX * 2];
	char *rest = copy, *word;

	if (strlen(line) >= sizeof copy)
		return -EINVAL;
	strcpy(copy, line);
	word = strsep(&rest, " ");
	if (strcmp(word, "answer") != 0)
		return -EINVAL;
	for (int i = 0; i < 3; i++) {
		word = strsep(&rest, " ");
		if (!word || parse_number(word, largest[i], &numbers[i]) < 0)
			return -EINVAL;
	}
	if (rest)
		return -EINVAL;
	*ret_status = (int)numbers[0];
	*ret_out = (size_t)numbers[1];
	*ret_err = (size_t)numbers[2];
	return 0;
}
