/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event as a line. */
#include "config.h"

#include "cmd/event_line.h"

#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cmd/json.h"

bool
event_line_begin(struct event_line *line, bool json, const char *event)
{
	time_t now = time(NULL);
	struct tm tm;

	*line = (struct event_line){ .json = json };
	line->f = open_memstream(&line->text, &line->size);
	if (!line->f)
		return false;
	if (json)
		fprintf(line->f, "{\"event\":\"%s\",\"time\":%lld", event, (long long)now);
	else if (localtime_r(&now, &tm))
		fprintf(line->f, "%02d:%02d:%02d  %s", tm.tm_hour, tm.tm_min, tm.tm_sec, event);
	return true;
}

void
event_line_text(struct event_line *line, const char *name, const char *before, const char *value)
{
	if (line->json) {
		fprintf(line->f, ",\"%s\":", name);
		if (value)
			json_string(line->f, value);
		else
			fputs("null", line->f);
	} else if (before && value) {
		fputs(before, line->f);
		text_print(line->f, value);
	}
}

void
event_line_number(struct event_line *line, const char *name, const char *before, long long value)
{
	if (line->json)
		fprintf(line->f, ",\"%s\":%lld", name, value);
	else if (before)
		fprintf(line->f, "%s%lld", before, value);
}

void
event_line_value(struct event_line *line, const char *name, const struct value *value)
{
	if (!line->json)
		return;
	fprintf(line->f, ",\"%s\":", name);
	json_value(line->f, value);
}

void
event_line_words(struct event_line *line, const char *words)
{
	if (!line->json)
		text_print(line->f, words);
}

char *
event_line_end(struct event_line *line)
{
	fputs(line->json ? "}\n" : "\n", line->f);
	if (fclose(line->f) == EOF) {
		free(line->text);
		return NULL;
	}
	return line->text;
}
