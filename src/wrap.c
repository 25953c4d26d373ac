/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --kernelspec: from the options on the command line to a kernelspec that starts a kernel with them. */
#include "config.h"

#include "wrap.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sandbox/plan.h"
#include "session/programs.h"
#include "session/restate.h"

static int
check(const struct request *req, struct error *err)
{
	if (!req->name) {
		error_set(err, 0, "--kernelspec needs a name for the new kernelspec");
		error_hint(err, "isolate --kernelspec %s --name NAME [OPTION]...", req->kernelspec);
		return -1;
	}
	if (req->argv[0]) {
		error_set(err, 0, "--kernelspec takes no program: '%s'", req->argv[0]);
		error_hint(err, "the program is that of the kernelspec '%s'", req->kernelspec);
		return -1;
	}
	return 0;
}

struct words {
	char **items;
	size_t len, cap;
};

static void
add(struct words *words, const char *word)
{
	words->items = array_grow(words->items, &words->cap, words->len + 1, sizeof(*words->items));
	words->items[words->len++] = (char *)word;
}

/* What a session that is saved forgets (session/restate.h), and was asked for here. */
static void
add_looks(struct words *words, const struct request *req)
{
	if (req->quiet)
		add(words, "--quiet");
	if (req->verbose)
		add(words, "--verbose");
	if (req->on_miss != ON_MISS_REPORT) {
		add(words, "--on-miss");
		add(words, req->on_miss == ON_MISS_ASK ? "ask" : "mount");
	} else if (req->trace) {
		add(words, "--trace");
	}
	for (size_t i = 0; i < req->allow_len; i++) {
		add(words, "--allow");
		add(words, req->allow[i]);
	}
	if (req->report) {
		add(words, "--report");
		add(words, req->report);
	}
}

int
wrap_kernelspec(const struct request *req, struct error *err)
{
	_autofree_ char *self = realpath("/proc/self/exe", NULL);
	struct words argv = { 0 };
	struct restatement restatement;
	struct plan plan;
	char **options;
	int r = check(req, err);

	if (r == 0)
		r = plan_make(req, &plan, err);
	if (r < 0)
		return r;
	/* A kernel is started in the notebook's directory: what is relative here is so there. */
	restate(&plan, NULL, NULL, true, &restatement);
	options = restatement_words(&restatement);
	add(&argv, NULL); /* put in by program_execute() */
	add(&argv, "wrap");
	add(&argv, req->kernelspec);
	add(&argv, req->name);
	add(&argv, self ? self : "isolate");
	for (size_t i = 0; options && options[i]; i++)
		add(&argv, options[i]);
	add_looks(&argv, req);
	add(&argv, NULL);
	r = program_execute("isolate-kernelspec", argv.items, err);
	for (size_t i = 0; options && options[i]; i++)
		free(options[i]);
	free(options);
	free(argv.items);
	restatement_release(&restatement);
	plan_release(&plan);
	return r;
}
