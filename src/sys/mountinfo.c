/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/mountinfo, line by line. */
#include "config.h"

#include "sys/mountinfo.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The next blank-separated word, NUL-terminated in place, or NULL. */
static char *
take_word(char **at)
{
	char *word = *at;
	char *end;

	if (!word || !*word)
		return NULL;
	end = strchr(word, ' ');
	if (end)
		*end++ = '\0';
	*at = end;
	return word;
}

static int
take_number(char **at, char until, uint64_t *ret)
{
	const char *digits = *at;
	uint64_t n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (n > (UINT64_MAX - 9) / 10)
			return -EINVAL;
		n = n * 10 + (uint64_t)(**at - '0');
	}
	if (*at == digits || **at != until)
		return -EINVAL;
	(*at)++;
	*ret = n;
	return 0;
}

void
mountinfo_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' && from[2] <= '7' &&
		    from[3] >= '0' && from[3] <= '7') {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* The optional fields end at a word that is "-". */
static char *
take_optional(char **at)
{
	char *begin = *at;
	char *dash;

	if (!begin)
		return NULL;
	if (strncmp(begin, "- ", 2) == 0) {
		*at = begin + 2;
		*begin = '\0';
		return begin;
	}
	dash = strstr(begin, " - ");
	if (!dash)
		return NULL;
	*dash = '\0';
	*at = dash + 3;
	return begin;
}

int
mountinfo_parse(char *line, struct mountinfo *ret)
{
	uint64_t major, minor;
	char *at = line;

	if (take_number(&at, ' ', &ret->id) < 0 || take_number(&at, ' ', &ret->parent) < 0)
		return -EINVAL;
	if (take_number(&at, ':', &major) < 0 || take_number(&at, ' ', &minor) < 0)
		return -EINVAL;
	ret->major = (unsigned)major;
	ret->minor = (unsigned)minor;
	ret->root = take_word(&at);
	ret->mount_point = take_word(&at);
	ret->options = take_word(&at);
	ret->optional = take_optional(&at);
	if (!ret->root || !ret->mount_point || !ret->options || !ret->optional)
		return -EINVAL;
	ret->type = take_word(&at);
	/* An empty source ("none" is not empty) shows as two blanks. */
	ret->source = at;
	if (!ret->type || !at)
		return -EINVAL;
	at = strchr(at, ' ');
	if (!at)
		return -EINVAL;
	*at++ = '\0';
	ret->super_options = at;
	mountinfo_unescape(ret->root);
	mountinfo_unescape(ret->mount_point);
	mountinfo_unescape(ret->source);
	return 0;
}

int
mountinfo_has_option(const char *options, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = options; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0'))
			return 1;
	return 0;
}

int
mountinfo_next(struct mountinfo_reader *reader, struct mountinfo *ret)
{
	for (;;) {
		char *line = reader->buf + reader->start;
		char *newline = memchr(line, '\n', reader->end - reader->start);
		ssize_t n;

		if (newline) {
			*newline = '\0';
			reader->start = (size_t)(newline + 1 - reader->buf);
			return mountinfo_parse(line, ret) < 0 ? -EINVAL : 1;
		}
		memmove(reader->buf, line, reader->end - reader->start);
		reader->end -= reader->start;
		reader->start = 0;
		if (reader->end == reader->size)
			return -E2BIG;
		n = read(reader->fd, reader->buf + reader->end, reader->size - reader->end);
		if (n < 0)
			return -errno;
		if (n == 0)
			return reader->end == 0 ? 0 : -EINVAL;
		reader->end += (size_t)n;
	}
}
