/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands on live mounts, from the caller's side: start a helper, take down what it says, make sense of how it
 * ended.
 */
#include "config.h"

#include "session/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "session/live_breaks.h"
#include "session/live_helper.h"
#include "session/live_holders.h"
#include "session/live_remover.h"
#include "session/live_words.h"

/* A process inside may be moving the place by chance. */
enum { MOVED_TRIES = 3, HOLDERS_NAMED = 10 };

/* What a helper has said. */
struct minutes {
	struct live_change change;
	struct live_report *report;
	struct live_record last; /* RECORD_FAILED or RECORD_ERROR */
	char *text[RECORD_TEXTS];
};

/* What a helper is to do: in the memory that it has a copy of. */
struct job {
	struct live_target target;
	const struct spec_list *specs;
	const struct live_context *context;
	struct live_journal *journal;
	struct live_removal removal;
	const struct live_change *change; /* to take back */
	const uint64_t *numbers;	  /* of mounts whose users are asked for */
	size_t numbers_len;
	enum live_search search;
	bool ro;
};

static char *
copy(const char *text)
{
	return text ? text_dup(text) : NULL;
}

static void
minutes_clear(struct minutes *minutes)
{
	live_change_release(&minutes->change);
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		free(take_ptr(minutes->text[i]));
}

static void
add_item(struct live_change *change, const struct live_record *record, const char *const text[RECORD_TEXTS], int fd)
{
	struct live_item *item;

	change->items = array_grow(change->items, &change->cap, change->len + 1, sizeof *change->items);
	item = &change->items[change->len++];
	*item = (struct live_item){ .kind = (enum live_kind)record->code,
				    .path = text_dup(text[0] ? text[0] : "/"),
				    .source = copy(text[1]),
				    .spec = copy(text[2]),
				    .attrs = record->attrs,
				    .is_dir = record->flag & ITEM_IS_DIR,
				    .on_top = record->flag & ITEM_ON_TOP,
				    .id = record->id,
				    .number = record->number,
				    .dev = record->dev,
				    .ino = record->ino,
				    .fd = fd };
}

static void
add_holder(struct live_report *report, const struct live_record *record, const char *const text[RECORD_TEXTS])
{
	report->holders =
		array_grow(report->holders, &report->holders_cap, report->holders_len + 1, sizeof *report->holders);
	report->holders[report->holders_len++] = (struct live_holder){ .pid = record->index,
								       .inner_pid = record->code,
								       .how = (enum live_hold)record->step,
								       .fd = (int)record->attrs,
								       .writes = record->flag,
								       .name = text_dup(text[0] ? text[0] : ""),
								       .path = text_dup(text[1] ? text[1] : "") };
}

static void
take_down(void *arg, const struct live_record *record, const char *const text[RECORD_TEXTS], int fd)
{
	struct minutes *minutes = arg;
	struct live_change *change = &minutes->change;
	struct live_report *report = minutes->report;

	if (record->kind == RECORD_ITEM) {
		add_item(change, record, text, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	if (record->kind == RECORD_NOTE && report) {
		report->notes =
			array_grow(report->notes, &report->notes_cap, report->notes_len + 1, sizeof *report->notes);
		report->notes[report->notes_len++] = text_dup(text[0] ? text[0] : "");
	} else if (record->kind == RECORD_MADE && text[0]) {
		change->made = array_grow(change->made, &change->made_cap, change->made_len + 1, sizeof *change->made);
		change->made[change->made_len++] = (struct live_made){ text_dup(text[0]), record->flag };
	} else if (record->kind == RECORD_HOLDER && report) {
		add_holder(report, record, text);
	} else if (record->kind == RECORD_DONE && report) {
		report->holders_late = record->flag;
	} else if (record->kind == RECORD_FAILED || record->kind == RECORD_ERROR) {
		minutes->last = *record;
		for (size_t i = 0; i < RECORD_TEXTS; i++)
			minutes->text[i] = copy(text[i]);
	}
}

/* In a helper: its socket, for what the log is given there. */
static int note_socket = -1;

static void
note_sink(enum log_level level, const char *text)
{
	static const struct live_record record = { .kind = RECORD_NOTE };

	if (level == LOG_NORMAL)
		live_tell(note_socket, &record, text, NULL, NULL, -1);
}

static void
take_notes(int socket)
{
	note_socket = socket;
	log_set_sink(note_sink);
	log_set_level(LOG_NORMAL);
}

static void
mount_work(int socket, void *arg)
{
	const struct job *job = arg;
	struct live_pieces pieces = { 0 };
	struct live_mounter mounter = { .socket = socket, .target = job->target, .pieces = &pieces };
	_autoerror_ struct error err = ERROR_INIT;

	take_notes(socket);
	if (live_pieces_resolve(&pieces, job->specs, job->context, job->journal, &err) < 0)
		live_tell_error(socket, &err);
	else if (live_pieces_check_links(&pieces, job->specs, job->context, job->target.process, &mounter.places,
					 &mounter.spec) < 0)
		live_tell_fault(&mounter);
	else
		live_mounter_run(&mounter);
}

static void
unmount_work(int socket, void *arg)
{
	const struct job *job = arg;
	struct live_mounter mounter = { .socket = socket, .target = job->target };

	take_notes(socket);
	live_unmount_run(&mounter, &job->removal);
}

static void
remount_work(int socket, void *arg)
{
	const struct job *job = arg;
	struct live_mounter mounter = { .socket = socket, .target = job->target };

	take_notes(socket);
	live_remount_run(&mounter, &job->removal, job->ro);
}

static void
take_back_work(int socket, void *arg)
{
	const struct job *job = arg;
	struct live_mounter mounter = { .socket = socket, .target = job->target };

	take_notes(socket);
	live_take_back_run(&mounter, job->change, job->removal.how);
}

/* What was removed, mounted again: from the copy that was kept, or from its source if that is still the same. */
static void
restore_work(int socket, void *arg)
{
	const struct job *job = arg;
	struct live_pieces pieces = { 0 };
	struct live_mounter mounter = { .socket = socket, .target = job->target, .pieces = &pieces };

	take_notes(socket);
	for (size_t i = 0; i < job->change->len; i++) {
		const struct live_item *item = &job->change->items[i];
		struct live_piece *piece = live_pieces_add(&pieces, PIECE_MOUNT, item->kind, text_dup(item->path));

		piece->source = copy(item->source);
		piece->asked = copy(item->spec);
		piece->attrs = item->attrs;
		piece->is_dir = item->is_dir;
		piece->expect = true;
		piece->dev = item->dev;
		piece->ino = item->ino;
		piece->mount = item->fd;
	}
	live_mounter_run(&mounter);
}

static void
holders_work(int socket, void *arg)
{
	const struct job *job = arg;

	live_holders_run(socket, job->target.process, job->numbers, job->numbers_len, job->search);
}

/* The helper keeps the target, and what a removed mount was kept in. */
static int
run(live_work *work, struct job *job, struct minutes *minutes)
{
	const struct live_target *target = &job->target;
	size_t kept = job->change ? job->change->len : 0, cap = 0;
	_autofree_ int *keep = array_grow(NULL, &cap, kept + 4, sizeof *keep);

	for (size_t i = 0; i < kept; i++)
		keep[i] = job->change->items[i].fd;
	keep[kept] = target->process;
	keep[kept + 1] = target->mounts;
	keep[kept + 2] = target->owner;
	keep[kept + 3] = target->root;
	return live_helper_run(work, job, keep, kept + 4, take_down, minutes);
}

/* It died, or hangs, in the middle: what it has done so far is to go, whoever uses it. */
static void
sweep_up(struct job *job, const struct minutes *minutes)
{
	struct job sweep = { .target = job->target, .change = &minutes->change, .removal = { .how = REMOVE_LAZY } };
	struct minutes ignored = { 0 };

	if (broken("live-sweep"))
		return;
	if (minutes->change.len > 0 || minutes->change.made_len > 0)
		run(take_back_work, &sweep, &ignored);
	minutes_clear(&ignored);
}

/* The error of a helper that did not say RECORD_DONE. */
static int
explain(int fate, const struct minutes *minutes, const struct spec_list *specs, struct error *err)
{
	int r;

	if (fate == FATE_FAILED)
		return live_words(&minutes->last, (const char *const *)minutes->text, specs, err);
	if (fate < 0) {
		r = error_set(err, -fate, "cannot start a helper process");
		if (fate == -EAGAIN)
			error_hint(err, "you have as many processes as you may have (ulimit -u), inside and outside");
		return r;
	}
	if (fate == FATE_LOST) {
		r = error_set(err, 0, "the helper in the sandbox was killed, so nothing was changed");
		error_hint(err, "without a pid namespace of its own a sandbox can do that: try again");
		return r;
	}
	r = error_set(err, ETIMEDOUT, "the sandbox, or a file system, did not answer within %d seconds",
		      LIVE_MILLISECONDS / 1000);
	error_hint(err, "is there a network mount whose server is gone, or a file server that runs inside?");
	return r;
}

static void
journal_add(struct live_journal *journal, struct live_change *change)
{
	journal->changes = array_grow(journal->changes, &journal->cap, journal->len + 1, sizeof *journal->changes);
	journal->changes[journal->len++] = *change;
	*change = (struct live_change){ 0 };
}

int
live_mount(const struct live_target *target, const struct spec_list *specs, const struct live_context *context,
	   struct live_journal *journal, struct live_report *report, struct error *err)
{
	struct job job = { .target = *target, .specs = specs, .context = context, .journal = journal };
	struct minutes minutes = { .report = report };
	int fate = FATE_FAILED, r = 0;

	for (int i = 0; i < MOVED_TRIES; i++) {
		minutes_clear(&minutes);
		live_report_release(report);
		fate = run(mount_work, &job, &minutes);
		if (fate != FATE_FAILED || minutes.last.step != LIVE_FOUND_MOVED || minutes.last.kind != RECORD_FAILED)
			break;
	}
	if (fate == FATE_LOST || fate == FATE_LATE)
		sweep_up(&job, &minutes);
	for (size_t i = 0; i < minutes.change.len; i++)
		minutes.change.items[i].origin = specs->items[0].origin;
	if (fate != FATE_DONE)
		r = explain(fate, &minutes, specs, err);
	else if (minutes.change.len > 0 || minutes.change.made_len > 0)
		journal_add(journal, &minutes.change);
	minutes_clear(&minutes);
	return r;
}

/* One holder, in words. */
static void
hint_holder(const struct live_holder *holder, struct error *err)
{
	switch (holder->how) {
	case LIVE_HOLD_FD:
		error_hint(err, "process %d (%s) has '%s' open as descriptor %d%s", (int)holder->pid, holder->name,
			   holder->path, holder->fd, holder->writes ? ", for writing" : "");
		break;
	case LIVE_HOLD_CWD:
		error_hint(err, "process %d (%s) has '%s' as its current directory", (int)holder->pid, holder->name,
			   holder->path);
		break;
	case LIVE_HOLD_ROOT:
		error_hint(err, "process %d (%s) has '%s' as its root directory", (int)holder->pid, holder->name,
			   holder->path);
		break;
	case LIVE_HOLD_EXE:
		error_hint(err, "process %d (%s) runs the program '%s'", (int)holder->pid, holder->name, holder->path);
		break;
	default:
		error_hint(err, "process %d (%s) has '%s' mapped into its memory", (int)holder->pid, holder->name,
			   holder->path);
		break;
	}
}

static void
hint_holders(const struct live_report *report, bool can_be_lazy, struct error *err)
{
	for (size_t i = 0; i < report->holders_len && i < HOLDERS_NAMED; i++)
		hint_holder(&report->holders[i], err);
	if (report->holders_len > HOLDERS_NAMED)
		error_hint(err, "and %zu more", report->holders_len - HOLDERS_NAMED);
	if (report->holders_late)
		error_hint(err, "who%s uses it could not be found out in time",
			   report->holders_len > 0 ? " else" : "");
	else if (report->holders_len == 0)
		error_hint(err, "who uses it is not to be seen: another user's process, or a socket");
	if (can_be_lazy)
		error_hint(err, "with -l it is taken away from sight, and who uses it keeps it");
}

/* Fills report->holders. True if somebody was found, or if it could not be found out. */
static bool
look_for_holders(const struct live_target *target, const uint64_t *numbers, size_t n, enum live_search search,
		 struct live_report *report)
{
	struct job job = { .target = *target, .numbers = numbers, .numbers_len = n, .search = search };
	struct minutes minutes = { .report = report };
	int fate = run(holders_work, &job, &minutes);

	minutes_clear(&minutes);
	if (fate != FATE_DONE)
		report->holders_late = true;
	return report->holders_late || report->holders_len > 0;
}

static bool
is_busy(int fate, const struct minutes *minutes, enum live_step step)
{
	return fate == FATE_FAILED && minutes->last.kind == RECORD_FAILED && minutes->last.step == (int)step &&
	       minutes->last.code == EBUSY;
}

/*
 * Runs a removal. If the kernel refuses because other mounts lie on one that is to go, they are taken away together,
 * provided that nobody is found to use them.
 */
static int
run_removal(live_work *work, struct job *job, const uint64_t *numbers, size_t n, struct minutes *minutes,
	    struct error *err)
{
	int fate = run(work, job, minutes);
	bool tree = minutes->last.flag;

	if (is_busy(fate, minutes, LIVE_UNMOUNT)) {
		bool used = look_for_holders(&job->target, n > 0 ? numbers : &minutes->last.number, n > 0 ? n : 1,
					     tree ? SEARCH_USERS : SEARCH_ALL, minutes->report);

		if (tree && !used) {
			minutes_clear(minutes);
			job->removal.how = REMOVE_TREES;
			fate = run(work, job, minutes);
		}
	}
	if (fate == FATE_DONE)
		return 0;
	explain(fate, minutes, NULL, err);
	if (is_busy(fate, minutes, LIVE_UNMOUNT))
		hint_holders(minutes->report, job->removal.path, err);
	return fate == FATE_FAILED && minutes->last.code > 0 ? -minutes->last.code : -1;
}

int
live_umount(const struct live_target *target, const char *path, bool lazy, const struct live_context *context,
	    struct live_journal *journal, struct live_report *report, struct error *err)
{
	struct job job = { .target = *target,
			   .removal = { path, context, journal, lazy ? REMOVE_LAZY : REMOVE_PLAIN } };
	struct minutes minutes = { .report = report };
	int r = run_removal(unmount_work, &job, NULL, 0, &minutes, err);

	if (r == 0) {
		const struct live_item *old =
			minutes.change.len > 0 ? live_journal_find(journal, minutes.change.items[0].id) : NULL;

		if (old && old->spec && !minutes.change.items[0].spec)
			minutes.change.items[0].spec = text_dup(old->spec);
		minutes.change.verb = LIVE_UMOUNT;
		journal_add(journal, &minutes.change);
	}
	minutes_clear(&minutes);
	return r;
}

int
live_remount(const struct live_target *target, const char *path, bool ro, const struct live_context *context,
	     struct live_journal *journal, struct live_report *report, struct error *err)
{
	struct job job = { .target = *target, .removal = { path, context, journal, REMOVE_PLAIN }, .ro = ro };
	struct minutes minutes = { .report = report };
	int fate = run(remount_work, &job, &minutes);
	int r = 0;

	minutes.change.verb = LIVE_REMOUNT;
	minutes.change.ro = ro;
	if (fate != FATE_DONE) {
		r = explain(fate, &minutes, NULL, err);
		if (is_busy(fate, &minutes, LIVE_CHANGE)) {
			look_for_holders(target, &minutes.last.number, 1, SEARCH_WRITERS, report);
			hint_holders(report, false, err);
		}
	} else if (minutes.change.len > 0) {
		journal_add(journal, &minutes.change);
	}
	minutes_clear(&minutes);
	return r;
}

/* A removed mount is there again, under another id: the changes that know it by the old one have to be told. */
static void
rename_items(struct live_journal *journal, const struct live_change *removed, const struct live_change *restored)
{
	for (size_t i = 0; i < journal->len; i++)
		for (size_t k = 0; k < journal->changes[i].len; k++) {
			struct live_item *item = &journal->changes[i].items[k];

			for (size_t m = 0; m < removed->len && m < restored->len; m++)
				if (item->id == removed->items[m].id) {
					item->id = restored->items[m].id;
					item->number = restored->items[m].number;
				}
		}
}

static int
restore(struct job *job, struct minutes *minutes, struct error *err)
{
	int fate;

	for (size_t i = 0; i < job->change->len; i++) {
		const struct live_item *item = &job->change->items[i];

		if (item->fd < 0 && !item->source) {
			error_set(err, 0,
				  "what was mounted at '%s' is not to be seen outside, so it cannot be mounted again",
				  item->path);
			return -1;
		}
	}
	fate = run(restore_work, job, minutes);
	if (fate == FATE_LOST || fate == FATE_LATE)
		sweep_up(job, minutes);
	if (fate != FATE_DONE)
		return explain(fate, minutes, NULL, err);
	rename_items(job->journal, job->change, &minutes->change);
	return 0;
}

static int
take_back(struct job *job, struct minutes *minutes, struct error *err)
{
	const struct live_change *change = job->change;
	size_t cap = 0, n = 0;
	_autofree_ uint64_t *numbers = array_grow(NULL, &cap, change->len + 1, sizeof *numbers);

	for (size_t i = 0; i < change->len; i++)
		if (!change->items[i].on_top)
			numbers[n++] = change->items[i].number;
	return run_removal(take_back_work, job, numbers, n, minutes, err);
}

int
live_undo(const struct live_target *target, const struct live_context *context, struct live_journal *journal,
	  struct live_change *ret, struct live_report *report, struct error *err)
{
	struct job job = { .target = *target, .context = context, .journal = journal };
	struct minutes minutes = { .report = report };
	struct live_change *last;
	int r;

	if (journal->len == 0) {
		error_set(err, 0, "there is nothing to undo");
		return -ENOENT;
	}
	last = &journal->changes[journal->len - 1];
	job.change = last;
	r = last->verb == LIVE_UMOUNT ? restore(&job, &minutes, err) : take_back(&job, &minutes, err);
	minutes_clear(&minutes);
	if (r < 0) {
		error_context(err, "cannot undo");
		return r;
	}
	journal->len--;
	if (ret)
		*ret = *last;
	else
		live_change_release(last);
	return 0;
}
