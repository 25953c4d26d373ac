/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --learn: the order of runs and replays, and what is said of them. */
#include "config.h"

#include "learn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "learn_parts.h"

enum {
	ROUNDS_MAX = 8,
	LIMIT_MS = 20000, /* so long a replay may take, and ten times what the first run took */
	LIMIT_TIMES = 10,
	SHOWN = 5,
};

struct learning {
	const struct request *req;
	struct learn_file file;
	struct input input;
	struct need need;
	struct run first, replay;
	struct learned learned; /* what the profile has now */
	bool recorded;		/* what the first run asked for is known */
	bool replayed;
	enum need_level level;
};

static int
check_options(const struct request *req, struct error *err)
{
	const char *with = req->why		     ? "--why" :
			   req->report		     ? "--report" :
			   req->base		     ? "--base" :
			   req->on_miss != ON_MISS_REPORT ? "--on-miss" :
			   req->dry_run		     ? "--dry-run" :
			   req->inspect_new	     ? "--inspect" :
						       NULL;

	return with ? error_set(err, 0, "--learn makes no sense with %s", with) : 0;
}

/* The same ending: what is learned is to make the program end as it did. */
static bool
ends_alike(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && a->signal == b->signal;
}

static char *
ending(const struct run *run)
{
	if (run->late)
		return text_dup("did not end");
	if (!run->started)
		return text_dup("did not start");
	if (run->outcome.signal)
		return text_format("was ended by signal %d (%s)", run->outcome.signal, strsignal(run->outcome.signal));
	return text_format("ended with status %d", run->outcome.status);
}

/* Why there can be no replay, or NULL. */
static const char *
no_replay(const struct learning *l)
{
	static const int wishes[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGKILL };

	if (l->req->no_replay)
		return "none was wanted";
	if (!l->req->argv[0])
		return "a shell does what it is told";
	if (l->first.outcome.typed)
		return "what was typed cannot be typed again";
	if (l->input.incomplete)
		return "its input was too much to be kept";
	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
		if (l->first.outcome.signal == wishes[i])
			return "the program was ended from outside";
	return NULL;
}

/* Writes the profile with what is known up to now. */
static int
write_profile(struct learning *l, struct error *err)
{
	enum log_level level = log_level();
	_autofree_ char *text = NULL;
	int r;

	/* Making plans to see what they show is nothing to be told of. */
	log_set_level(LOG_QUIET);
	learned_release(&l->learned);
	need_make(&l->need, l->level, &l->learned);
	log_set_level(level);
	text = learn_file_text(&l->file, &l->learned);
	r = file_renew(l->file.path, text, strlen(text));
	return r < 0 ? error_set(err, -r, "cannot write '%s'", l->file.path) : 0;
}

static int
replay(struct learning *l, struct error *err)
{
	int limit = LIMIT_MS + (l->first.ms < 1000000 ? LIMIT_TIMES * l->first.ms : 10000000);
	_autofree_ char *text = learn_file_text(&l->file, &l->learned);
	struct request req;
	int r = learn_file_request(&l->file, text, l->req, &req, err);
	if (r < 0)
		return r;
	run_release(&l->replay);
	r = run_replay(&req, &l->input, limit, &l->replay, err);
	request_release(&req);
	l->replayed = r == 0;
	return r;
}

/*
 * What is worth trying next: what the replay has missed; and where that is nothing new, what was left out of what the
 * first run asked for. False: there is nothing.
 */
static bool
learn_more(struct learning *l)
{
	for (;;) {
		if (need_add_misses(&l->need, &l->replay, (enum finding_worth)l->level))
			return true;
		if (l->level + 1 == NEED_LEVELS)
			return false;
		l->level++;
		if (need_has_level(&l->need, l->level))
			return true;
	}
}

/* Until it ends as it did, or nothing is left to be tried. */
static int
replay_until_alike(struct learning *l, struct error *err)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		int r = replay(l, err);

		if (r < 0 || l->replay.interrupted || ends_alike(&l->first.outcome, &l->replay.outcome))
			return r;
		if (!learn_more(l))
			return 0;
		log_verbose("the program ends otherwise with '%s': another mount is tried", l->file.path);
		r = write_profile(l, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static void
say(const char *text)
{
	fputs("isolate: learn: ", stderr);
	text_print(stderr, text);
	fputc('\n', stderr);
}

static void
say_list(const struct place_list *list, const char *prefix, size_t max)
{
	for (size_t i = 0; i < list->len && i < max; i++) {
		_autofree_ char *line = text_format("  %s%s", prefix, list->items[i]);

		say(line);
	}
	if (list->len > max) {
		_autofree_ char *line = text_format("  and %zu more", list->len - max);

		say(line);
	}
}

static void
say_profile(const struct learning *l)
{
	size_t own = l->need.req.specs.len, learned = l->learned.names.len + l->learned.empty.len;
	_autofree_ char *line = text_format("'%s' has %zu mount%s%s, %zu of them learned", l->file.path, own + learned,
					    own + learned == 1 ? "" : "s",
					    l->need.req.no_defaults ? "" : " beside the default view", learned);

	say(line);
	say_list(&l->learned.names, "ro:", SIZE_MAX);
	say_list(&l->learned.empty, "empty: ", SIZE_MAX);
	if (l->need.refused.len == 0)
		return;
	say("it wanted to write to what is only to be read; if it is to, say so with -m:");
	say_list(&l->need.refused, "", SHOWN);
}

static void
say_misses(const struct learning *l)
{
	size_t shown = 0, worth[FINDING_WORTHS] = { 0 };
	_autofree_ char *line = NULL;

	for (size_t i = 0; i < l->replay.len; i++)
		worth[l->replay.misses[i].worth]++;
	if (l->replay.len == 0) {
		say("the replay missed nothing");
		return;
	}
	line = text_format("the replay missed %zu path%s, of which %zu could matter%s", l->replay.len,
			   l->replay.len == 1 ? "" : "s", worth[FINDING_STRONG],
			   worth[FINDING_STRONG] > 0 ? ":" : "");
	say(line);
	for (size_t i = 0; i < l->replay.len && shown < SHOWN; i++) {
		_autofree_ char *text = NULL;

		if (l->replay.misses[i].worth != FINDING_STRONG)
			continue;
		text = text_format("  %s", l->replay.misses[i].sentence);
		say(text);
		shown++;
	}
}

static void
say_use(const struct learning *l)
{
	bool has_slash = strchr(l->file.path, '/') != NULL;
	_autofree_ char *path = text_format("%s%s", has_slash ? "" : "./", l->file.path);
	_autofree_ char *quoted = text_shell_quote(path), *line = NULL;

	line = text_format("start from it: isolate --profile %s", quoted);
	say(line);
}

static void
say_result(const struct learning *l, const char *why_not)
{
	_autofree_ char *how = ending(&l->first);
	_autofree_ char *line = NULL;

	if (log_level() == LOG_QUIET)
		return;
	if (l->first.outcome.status != 0 || l->first.outcome.signal != 0) {
		_autofree_ char *failed = text_format("with the whole machine to be seen the program %s", how);

		say(failed);
	}
	say_profile(l);
	if (why_not) {
		line = text_format("not verified by a replay: %s", why_not);
		say(line);
	} else {
		line = text_format("replayed with it, the program %s, as before", how);
		say(line);
		say_misses(l);
	}
	say_use(l);
}

/* What a replay said before it ended otherwise: the end of that. */
static void
say_last_words(const struct run *replay)
{
	char *text = replay->said, *from = text + strlen(text);
	int lines = 0;

	while (from > text && lines <= SHOWN)
		lines += *--from == '\n';
	if (lines > SHOWN)
		from++;
	for (char *rest = from, *line; (line = strsep(&rest, "\n"));) {
		_autofree_ char *shown = text_format("  said: %s", line);

		if (*line != '\0')
			say(shown);
	}
}

static int
refuse_profile(const struct learning *l, struct error *err)
{
	_autofree_ char *before = ending(&l->first), *now = ending(&l->replay);

	if (log_level() > LOG_QUIET) {
		say_profile(l);
		say_misses(l);
		say_last_words(&l->replay);
	}
	error_set(err, 0, "the program %s, but with '%s' it %s", before, l->file.path, now);
	error_hint(err, "what it may lack is no path: a terminal, the network (--net=host), a place to write to (-m), "
			"another program that talks to it");
	return -1;
}

/* Nobody can see what the program asks for. */
static int
refuse_blind(const struct learning *l, struct error *err)
{
	int calls = l->first.refused_calls;

	if (l->file.is_new)
		unlink(l->file.path);
	error_set(err, 0, "nothing can be learned here: %s",
		  calls == EBUSY ? "somebody outside is notified of system calls already" :
				   "system calls cannot be notified of");
	error_hint(err, "isolate --check says what this machine allows; the root's file system needs /dev/fuse");
	return -1;
}

static int
learn_from(struct learning *l, struct outcome *ret, struct error *err)
{
	const char *why_not = no_replay(l);
	bool alike;
	int r = write_profile(l, err);

	if (r == 0 && !why_not)
		r = replay_until_alike(l, err);
	if (r < 0)
		return r;
	if (l->replay.interrupted) {
		log_note("'%s' is written, and not verified", l->file.path);
		*ret = (struct outcome){ .signal = l->replay.interrupted };
		return 0;
	}
	alike = !why_not && ends_alike(&l->first.outcome, &l->replay.outcome);
	if (!alike && !l->recorded && l->replay.tier < WATCH_ROOT)
		return refuse_blind(l, err);
	if (!alike && !why_not)
		return refuse_profile(l, err);
	say_result(l, why_not);
	*ret = l->first.outcome;
	return 0;
}

static int
run_and_learn(struct learning *l, struct outcome *ret, struct error *err)
{
	_autoclose_ int record = record_make();
	struct record_list records = { 0 };
	int r;

	if (record < 0)
		return error_set(err, -record, "cannot record what the program asks for");
	r = run_first(&l->need.req, record, &l->input, &l->first, err);
	if (r < 0)
		return r;
	*ret = l->first.outcome;
	/* It was ended before it was executed: there was nothing to be seen. */
	if (!l->first.started || (l->first.outcome.signal && l->first.tier < WATCH_ROOT && !l->first.refused_calls))
		return 0;
	l->recorded = l->first.tier == WATCH_SECCOMP;
	r = record_read(record, &records);
	if (r < 0)
		return error_set(err, -r, "cannot read what the program asked for");
	need_add_records(&l->need, &records);
	if (records.lost && l->recorded)
		log_note("the program asked for more than could be recorded: what is learned is not all");
	record_list_release(&records);
	return learn_from(l, ret, err);
}

int
learn(const struct request *req, struct outcome *ret, struct error *err)
{
	struct learning l = { .req = req, .need.outside = -1 };
	int r = check_options(req, err);

	if (r < 0)
		return r;
	r = input_open(&l.input);
	if (r < 0)
		return error_set(err, -r, "cannot keep what the program reads");
	r = learn_file_open(&l.file, req, err);
	if (r == 0)
		r = need_open(&l.need, &l.file, req, err);
	if (r == 0)
		r = run_and_learn(&l, ret, err);
	need_release(&l.need);
	learned_release(&l.learned);
	run_release(&l.first);
	run_release(&l.replay);
	learn_file_release(&l.file);
	input_release(&l.input);
	return r;
}
