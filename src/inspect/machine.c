/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine allows, and the cure for what it does not. */
#include "config.h"

#include "inspect/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/features.h"
#include "inspect/refusal.h"

/* Each try takes microseconds; more than this is a machine that hangs. */
#define LIMIT_MS 5000

/* All that a sandbox makes of namespaces, in order. */
static int
try_all_namespaces(const struct feature *feature, struct probe_result *ret)
{
	int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWNET;
	int r = feature_enter_namespaces(flags, ret);

	(void)feature;
	if (r < 0)
		return r;
	r = feature_enter_namespaces(0, ret);
	if (r < 0)
		ret->step = USERNS_INNER;
	return r;
}

void
machine_explain_userns(struct error *err)
{
	static const struct feature all = { .probe = try_all_namespaces };
	_autoclose_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct userns_facts facts;
	struct probe_result result;

	feature_try(&all, LIMIT_MS, &result);
	userns_facts_read(root, geteuid(), getegid(), &facts);
	if (result.code != 0)
		userns_explain(&facts, result.step, result.code, err);
	else
		userns_explain(&facts, USERNS_UNKNOWN, err->code, err);
}

void
machine_explain_proc(struct error *err)
{
	_autoclose_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct proc_facts facts;

	proc_facts_read(root, &facts);
	proc_explain(&facts, err);
	proc_facts_release(&facts);
}

static void
print_lines(FILE *f, const char *lines)
{
	while (lines && *lines) {
		size_t len = strcspn(lines, "\n");
		_autofree_ char *line = text_ndup(lines, len);

		fputs("       ", f);
		text_print(f, line);
		fputc('\n', f);
		lines += len + (lines[len] == '\n');
	}
}

/* What the kernel said, and the remedy. */
static void
print_refusal(FILE *f, const struct feature *feature, const struct probe_result *result)
{
	_autoerror_ struct error err = ERROR_INIT;

	error_set(&err, result->code, result->doing ? "cannot %s" : "refused%.0s", result->doing ? result->doing : "");
	print_lines(f, err.message);
	/* What was to be tried in it may be all right. */
	if (result->step != USERNS_UNKNOWN)
		machine_explain_userns(&err);
	else if (feature->explain)
		feature->explain(&err);
	else
		print_lines(f, feature->remedy);
	print_lines(f, err.hint);
}

static int
name_width(void)
{
	size_t width = 0;

	for (size_t i = 0; i < features_len; i++)
		width = strlen(features[i].name) > width ? strlen(features[i].name) : width;
	return (int)width;
}

static void
print_feature(FILE *f, const struct feature *feature, const struct probe_result *result)
{
	fprintf(f, "%-4s %-*s  %s", result->code == 0 ? "yes" : "no", name_width(), feature->name, feature->purpose);
	if (result->code == 0 && (feature->before_value || feature->after_value))
		fprintf(f, " (%s%ld%s)", feature->before_value ? feature->before_value : "", result->value,
			feature->after_value ? feature->after_value : "");
	fputs(feature->needed ? "\n" : " (optional)\n", f);
}

/* Appends a name to a list. Takes over the list. */
static char *
append_name(char *list, const char *name)
{
	char *longer = text_format("%s%s%s", list, *list ? ", " : "", name);

	free(list);
	return longer;
}

int
machine_check(FILE *f)
{
	_autofree_ char *missing = text_dup("");
	const struct feature *watches = NULL;
	bool no_userns = false;

	for (size_t i = 0; i < features_len; i++) {
		struct probe_result result;

		/* So that nothing is printed twice, and what comes before a machine that hangs is seen. */
		fflush(f);
		feature_try(&features[i], LIMIT_MS, &result);
		print_feature(f, &features[i], &result);
		if (result.code == 0 && !watches && features[i].watches)
			watches = &features[i];
		if (result.code == 0)
			continue;
		/* Told once: most features need a user namespace to be tried in. */
		if (no_userns && (result.step == USERNS_CREATE || result.step == USERNS_MAP)) {
			print_lines(f, "not tried: it needs user namespaces");
			continue;
		}
		no_userns |= result.step == USERNS_CREATE || result.step == USERNS_MAP;
		print_refusal(f, &features[i], &result);
		if (features[i].needed)
			missing = append_name(missing, features[i].name);
	}
	if (*missing)
		fprintf(f, "This machine does not allow what a session needs: %s.\n", missing);
	else
		fputs("This machine allows all that a session needs.\n", f);
	fprintf(f, "--trace watches for what is missing %s.\n", watches ? watches->watches : "by files alone (tier 0)");
	fprintf(f, "A shell on a terminal is %s.\n",
		watches && watches->watches_unasked ? "watched so unasked, but for its private directories" :
						      "not watched unasked: only the file system of the root costs "
						      "nothing");
	return *missing ? 1 : 0;
}
