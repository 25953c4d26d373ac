/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan for people to read: --dry-run. */
#include "config.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/environ.h"
#include "sandbox/plan.h"

#include <string.h>

enum {
	KIND_WIDTH = 7,
	PATH_WIDTH_MAX = 40, /* longer paths push their line out, not all lines */
	FLAGS_WIDTH = 9,
};

static int
columns(const char *text)
{
	return text_columns(text, strlen(text));
}

static void
print_padded(FILE *f, const char *text, int width)
{
	text_print(f, text);
	fprintf(f, "%*s", width > columns(text) ? width - columns(text) : 0, "");
}

static int
path_width(const struct plan *plan)
{
	int width = 0;

	for (size_t i = 0; i < plan->len; i++) {
		int own = columns(plan->entries[i].path);

		if (own > width && own <= PATH_WIDTH_MAX)
			width = own;
	}
	return width;
}

/* "ro,noexec,dev"; "" where the word would mean nothing. */
static void
print_flags(FILE *f, const struct plan_entry *entry)
{
	char text[32] = "";

	if (entry->kind == PLAN_BIND || entry->kind == PLAN_TMPFS)
		snprintf(text, sizeof text, "%s%s%s%s", entry->attrs & PLAN_RO ? "ro" : "rw",
			 entry->attrs & PLAN_NOEXEC ? ",noexec" : "", entry->attrs & PLAN_DEV ? ",dev" : "",
			 entry->attrs & PLAN_SUID ? ",suid" : "");
	print_padded(f, text, FLAGS_WIDTH);
}

static void
print_entry(FILE *f, const struct plan_entry *entry, int width)
{
	print_padded(f, plan_kind_names[entry->kind], KIND_WIDTH);
	print_padded(f, entry->path, width + 2);
	print_flags(f, entry);
	fputs(entry->spec ? entry->spec->from : "default", f);
	if (entry->kind == PLAN_BIND && strcmp(entry->source, entry->path) != 0) {
		fputs("  from ", f);
		text_print(f, entry->source);
	} else if (entry->kind == PLAN_SYMLINK) {
		fputs("  -> ", f);
		text_print(f, entry->content);
	}
	fputc('\n', f);
}

static void
print_command(FILE *f, char *const *argv)
{
	fputs("command    ", f);
	for (size_t i = 0; argv[i]; i++) {
		_autofree_ char *word = text_shell_quote(argv[i]);

		fputs(i > 0 ? " " : "", f);
		text_print(f, word);
	}
	fputc('\n', f);
}

static void
print_line(FILE *f, const char *name, const char *value)
{
	fprintf(f, "%-11s", name);
	text_print(f, value);
	fputc('\n', f);
}

void
plan_print(const struct plan *plan, FILE *f)
{
	int width = path_width(plan);
	const char *user = environ_get(plan->envp, "USER");

	for (size_t i = 0; i < plan->len; i++)
		print_entry(f, &plan->entries[i], width);
	fprintf(f, "\nuser       %u (", plan->inner_uid);
	text_print(f, user ? user : "");
	fprintf(f, "), outside %u\n", plan->outer_uid);
	fprintf(f, "group      %u, outside %u\n", plan->inner_gid, plan->outer_gid);
	print_line(f, "network", plan->req->net == NET_HOST ? "the host's" : "private, loopback only");
	if (plan->hostname)
		print_line(f, "host name", plan->hostname);
	if (plan->base)
		print_line(f, "base", plan->base);
	print_line(f, "directory", plan->cwd);
	print_command(f, plan->argv);
}
