/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --report FILE: what was missed, and how it ended, for programs. */
#include "config.h"

#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "cmd/json.h"

/* The directory that holds the file, and the name that a new one has there until it is complete. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash ? text_dup(".") : slash == path ? text_dup("/") : text_ndup(path, (size_t)(slash - path));
}

static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int
report_check(const char *path, struct error *err)
{
	_autofree_ char *dir = directory_of(path);
	struct stat st;
	int r = 0;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		r = EISDIR;
	else if (is_special(path) ? access(path, W_OK) < 0 : access(dir, W_OK | X_OK) < 0)
		r = errno;
	if (r == 0)
		return 0;
	error_set(err, r, "cannot write the report '%s'", path);
	error_from(err, "from --report");
	return -r;
}

static void
put_text(FILE *f, const char *name, const char *text)
{
	fprintf(f, "\"%s\":", name);
	if (text)
		json_string(f, text);
	else
		fputs("null", f);
}

static void
put_cure(FILE *f, const struct why *why)
{
	fputs("\"cure\":", f);
	if (!why->cure) {
		fputs("null", f);
		return;
	}
	fputc('{', f);
	put_text(f, "spec", why->cure);
	fputc(',', f);
	put_text(f, "unit", why->units.len > 0 ? why->units.items[0] : NULL);
	fputc('}', f);
}

static void
put_chain(FILE *f, const struct why *why)
{
	fputs("\"chain\":[", f);
	for (size_t i = 0; i < why->chain_len; i++) {
		fputs(i > 0 ? ",{" : "{", f);
		put_text(f, "via", miss_via_names[why->chain[i].via]);
		fputc(',', f);
		put_text(f, "path", why->chain[i].path);
		fputc('}', f);
	}
	fputc(']', f);
}

static void
put_mount(FILE *f, const struct why_mount *mount)
{
	fputs("\"mount\":", f);
	if (!mount) {
		fputs("null", f);
		return;
	}
	fputc('{', f);
	put_text(f, "path", mount->path);
	fputc(',', f);
	put_text(f, "spec", mount->spec);
	fputc(',', f);
	put_text(f, "from", mount->from);
	fputc('}', f);
}

/* Members that a miss and a variable have in common. */
static void
put_finding(FILE *f, const struct finding *finding)
{
	const struct why *why = &finding->why;

	put_text(f, "path", why->path);
	fputc(',', f);
	put_text(f, "reason", why_names[why->kind]);
	fputc(',', f);
	put_text(f, "sentence", finding->sentence);
	fputc(',', f);
	put_text(f, "place", why->place);
	fputc(',', f);
	put_chain(f, why);
	fputc(',', f);
	put_mount(f, why->mount);
	fputc(',', f);
	put_text(f, "worth", finding_worth_names[finding->worth]);
	fprintf(f, ",\"silent\":%s,", finding->silent ? "true" : "false");
	put_cure(f, why);
}

static void
put_number_or_null(FILE *f, const char *name, uint64_t number)
{
	if (number > 0)
		fprintf(f, "\"%s\":%llu", name, (unsigned long long)number);
	else
		fprintf(f, "\"%s\":null", name);
}

/* Times in seconds since 1970, with what is behind the point. */
static void
put_time(FILE *f, const char *name, int64_t ns)
{
	if (ns > 0)
		fprintf(f, "\"%s\":%lld.%06lld", name, (long long)(ns / 1000000000),
			(long long)(ns % 1000000000 / 1000));
	else
		fprintf(f, "\"%s\":null", name);
}

static void
put_miss(FILE *f, const struct finding *finding)
{
	fputc('{', f);
	put_finding(f, finding);
	fputc(',', f);
	put_text(f, "source", finding_source_names[finding->source]);
	fputc(',', f);
	put_text(f, "noise", finding->noise);
	fputc(',', f);
	put_number_or_null(f, "pid", (uint64_t)finding->pid);
	fputc(',', f);
	put_text(f, "comm", finding->comm);
	fputc(',', f);
	put_text(f, "call", finding->call);
	fprintf(f, ",\"count\":%llu,", (unsigned long long)finding->count);
	put_time(f, "first", finding->first);
	fputc(',', f);
	put_time(f, "last", finding->last);
	fputc('}', f);
}

static void
put_variable(FILE *f, const struct finding *finding)
{
	fputc('{', f);
	put_text(f, "variable", finding->variable);
	fputc(',', f);
	put_text(f, "value", finding->value);
	fputc(',', f);
	put_finding(f, finding);
	fputc('}', f);
}

static void
put_findings(FILE *f, const struct finding_list *list, bool of_environment)
{
	bool first = true;

	fputc('[', f);
	for (size_t i = 0; i < list->len; i++) {
		const struct finding *finding = &list->items[i];

		if ((finding->source == FINDING_ENVIRONMENT) != of_environment)
			continue;
		if (!first)
			fputc(',', f);
		first = false;
		if (of_environment)
			put_variable(f, finding);
		else
			put_miss(f, finding);
	}
	fputc(']', f);
}

void
report_print(FILE *f, const struct story *story, const struct outcome *outcome, const struct error *failure)
{
	const struct finding_list *list = &story->findings;

	fprintf(f, "{\"status\":%d,", outcome->signal ? 128 + outcome->signal : outcome->status);
	put_number_or_null(f, "signal", (uint64_t)outcome->signal);
	fputc(',', f);
	put_text(f, "error", failure->message);
	fputc(',', f);
	put_text(f, "hint", failure->hint);
	fprintf(f, ",\"tier\":%d,\"misses\":", story->tier);
	put_findings(f, list, false);
	fprintf(f, ",\"left_out\":%llu,\"environment\":", (unsigned long long)list->left_out);
	put_findings(f, list, true);
	fputs(",\"suggest\":[", f);
	if (list->suggest) {
		fputs("\"-m\",", f);
		json_string(f, list->suggest);
	}
	fputs("]}\n", f);
}

int
report_write(const char *path, const struct story *story, const struct outcome *outcome, const struct error *failure)
{
	_autofree_ char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	_autoclose_ int fd = -1;

	if (!f)
		return -errno;
	report_print(f, story, outcome, failure);
	if (fclose(f) == EOF)
		return -errno;
	if (!is_special(path))
		return file_replace(path, text, len, FILE_MODE_UMASK);
	fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	return fd < 0 ? -errno : file_write_all(fd, text, len);
}
