/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The processes of a sandbox as a tree. */
#include "config.h"

#include "inspect/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "sys/nsfs.h"
#include "sys/procfs.h"

enum member { MEMBER_NO, MEMBER_YES, MEMBER_OPEN, MEMBER_TAKEN };

/* A process of the machine that may be one of the sandbox's. */
struct candidate {
	struct process_view view;
	enum member member;
	pid_t own_pid;	/* in its own pid namespace */
	size_t levels;	/* pid namespaces from ours to its own */
};

struct search {
	enum process_scope scope;
	enum ns_kind kind;
	uint64_t number;  /* of that namespace */
	size_t levels;	  /* SCOPE_PID: those of the process that was asked for */
	pid_t init;	  /* SCOPE_PID: pid 1 as we see it, or 0 where the kernel cannot tell */
	struct candidate *candidates; /* by their numbers */
	size_t len, cap;
	size_t *by_parent; /* their indexes, in the order of parent and number */
};

void
process_release_command(struct process_view *view)
{
	for (size_t i = 0; i < view->argc; i++)
		free(view->argv[i]);
	free(view->argv);
}

static int
choose_scope(int caller, int process, struct search *search)
{
	static const struct {
		enum ns_kind kind;
		enum process_scope scope;
	} scopes[] = { { NS_PID, SCOPE_PID }, { NS_MNT, SCOPE_MNT }, { NS_USER, SCOPE_USER } };

	search->scope = SCOPE_NONE;
	for (size_t i = 0; i < sizeof scopes / sizeof *scopes && search->scope == SCOPE_NONE; i++) {
		uint64_t callers;
		int r = procfs_ns_number(caller, scopes[i].kind, &callers);

		if (r == 0)
			r = procfs_ns_number(process, scopes[i].kind, &search->number);
		if (r < 0)
			return r;
		if (search->number != callers) {
			search->scope = scopes[i].scope;
			search->kind = scopes[i].kind;
		}
	}
	return 0;
}

static void
find_init(int process, struct search *search)
{
	_autoclose_ int ns = nsfs_open(process, NS_PID);
	int pid = ns < 0 ? ns : nsfs_outer_pid(ns, 1);

	search->init = pid > 0 ? (pid_t)pid : 0;
}

/*
 * Whether the process belongs to the sandbox, as far as it shows by itself. Open is what may not be looked at (pid 1 of
 * a sandbox often is not dumpable), and what is in a pid namespace within the sandbox's or beside it.
 */
static enum member
judge(const struct search *search, int process, const struct procfs_status *status)
{
	uint64_t number;
	int r;

	if (search->scope == SCOPE_PID && status->levels < search->levels)
		return MEMBER_NO;
	if (search->init != 0 && status->pids[0] == search->init)
		return MEMBER_YES;
	r = procfs_ns_number(process, search->kind, &number);
	if (r == 0 && number == search->number)
		return MEMBER_YES;
	if (search->scope != SCOPE_PID)
		return MEMBER_NO;
	return r < 0 || status->levels > search->levels ? MEMBER_OPEN : MEMBER_NO;
}

static void
add_argument(struct process_view *view, size_t *cap, char *text)
{
	view->argv = array_grow(view->argv, cap, view->argc + 1, sizeof *view->argv);
	view->argv[view->argc++] = text;
}

void
process_read_command(int process, const char *name, struct process_view *view)
{
	char text[COMMAND_BYTES + 1];
	ssize_t n = procfs_read_some(process, "cmdline", text, sizeof text);
	size_t cap = 0;

	/* A process that writes its title leaves NULs behind it. */
	while (n > 0 && text[n - 1] == '\0')
		n--;
	for (ssize_t at = 0; at < n; at += (ssize_t)strlen(text + at) + 1)
		add_argument(view, &cap, text_dup(text + at));
	if (n <= 0)
		add_argument(view, &cap, text_format("[%s]", name));
}

static void
add_candidate(struct search *search, int process)
{
	struct procfs_status status;
	struct procfs_times times;
	struct candidate candidate;
	enum member member;

	if (procfs_status(process, &status) < 0)
		return;
	member = judge(search, process, &status);
	if (member != MEMBER_NO) {
		size_t level = search->scope == SCOPE_PID ? search->levels - 1 : 0;

		candidate = (struct candidate){
			.view = { .outside = status.pids[0],
				  .inside = status.pids[level],
				  .parent = status.parent,
				  .state = status.state,
				  .uid = status.uids[1],
				  .resident = status.resident,
				  .cpu = procfs_times(process, &times) < 0 ? PROCESS_CPU_UNKNOWN : times.cpu },
			.member = member,
			.own_pid = status.pids[status.levels - 1],
			.levels = status.levels,
		};
		process_read_command(process, status.name, &candidate.view);
		search->candidates = array_grow(search->candidates, &search->cap, search->len + 1, sizeof candidate);
		search->candidates[search->len++] = candidate;
	}
	procfs_status_release(&status);
}

static int
scan(int proc, struct search *search)
{
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_autoclosedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		_autoclose_ int process = -1;
		uint64_t pid;

		if (number_parse(entry->d_name, INT32_MAX, &pid) < 0)
			continue;
		process = procfs_open_named(proc, entry->d_name);
		if (process >= 0)
			add_candidate(search, process);
	}
	return 0;
}

static int
order_by_pid(const void *a, const void *b)
{
	pid_t one = ((const struct candidate *)a)->view.outside, other = ((const struct candidate *)b)->view.outside;

	return one < other ? -1 : one > other;
}

static struct candidate *
find_candidate(const struct search *search, pid_t pid)
{
	const struct candidate key = { .view = { .outside = pid } };

	return search->len > 0 ? bsearch(&key, search->candidates, search->len, sizeof key, order_by_pid) : NULL;
}

/* True if `pid` is above the process that was asked for, the first process of the machine not counted. */
static bool
is_ancestor(int proc, int process, pid_t pid)
{
	struct procfs_status status;
	_autoclose_ int at = dup(process);

	while (at >= 0 && procfs_status(at, &status) == 0) {
		pid_t parent = status.parent;

		procfs_status_release(&status);
		if (parent == pid && pid > 1)
			return true;
		close(at);
		at = parent > 1 ? procfs_open_process(proc, parent) : -1;
	}
	return false;
}

/* The place in by_parent where the children of a process begin. */
static size_t
first_child(const struct search *search, pid_t parent)
{
	size_t from = 0, to = search->len;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (search->candidates[search->by_parent[middle]].view.parent < parent)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* One more of the children that begin at *at, or NULL. */
static struct candidate *
next_child(const struct search *search, size_t *at, pid_t parent)
{
	struct candidate *child = *at < search->len ? &search->candidates[search->by_parent[*at]] : NULL;

	if (!child || child->view.parent != parent)
		return NULL;
	++*at;
	return child;
}

static int
order_by_parent(const void *a, const void *b, void *search)
{
	const struct candidate *candidates = ((const struct search *)search)->candidates;
	const struct candidate *one = &candidates[*(const size_t *)a], *other = &candidates[*(const size_t *)b];

	if (one->view.parent != other->view.parent)
		return one->view.parent < other->view.parent ? -1 : 1;
	return order_by_pid(one, other);
}

static void
sort_candidates(struct search *search)
{
	size_t cap = 0;

	if (search->len > 0)
		qsort(search->candidates, search->len, sizeof *search->candidates, order_by_pid);
	search->by_parent = array_grow(NULL, &cap, search->len, sizeof *search->by_parent);
	for (size_t i = 0; i < search->len; i++)
		search->by_parent[i] = i;
	qsort_r(search->by_parent, search->len, sizeof *search->by_parent, order_by_parent, search);
}

/*
 * Before Linux 6.11, and where pid 1 may not be looked at: it is the process with number 1, in as many pid namespaces,
 * whose parent is above the process that was asked for.
 */
static void
guess_init(int proc, int process, struct search *search)
{
	for (size_t i = 0; i < search->len && search->init == 0; i++) {
		struct candidate *candidate = &search->candidates[i];

		if (candidate->member != MEMBER_OPEN || candidate->own_pid != 1 || candidate->levels != search->levels)
			continue;
		if (is_ancestor(proc, process, candidate->view.parent))
			candidate->member = MEMBER_YES;
	}
}

/*
 * Of those left open, whose parent is in the sandbox is in it. A list of what is left to do, not recursion: the tree is
 * the payload's.
 */
static void
adopt(struct search *search)
{
	_autofree_ size_t *todo = NULL;
	size_t cap = 0, len = 0;

	todo = array_grow(NULL, &cap, search->len, sizeof *todo);
	for (size_t i = 0; i < search->len; i++)
		if (search->candidates[i].member == MEMBER_YES)
			todo[len++] = i;
	/* Each gets on the list once: when it becomes a member. */
	while (len > 0) {
		pid_t parent = search->candidates[todo[--len]].view.outside;
		size_t at = first_child(search, parent);
		struct candidate *child;

		while ((child = next_child(search, &at, parent))) {
			if (child->member != MEMBER_OPEN)
				continue;
			child->member = MEMBER_YES;
			todo[len++] = (size_t)(child - search->candidates);
		}
	}
}

/* Moves a process and all below it to the list, each before its children. */
static void
take_tree(struct search *search, struct candidate *top, struct process_list *list, size_t *todo)
{
	size_t len = 0;

	todo[len++] = (size_t)(top - search->candidates);
	while (len > 0) {
		struct candidate *candidate = &search->candidates[todo[--len]];
		size_t at = first_child(search, candidate->view.outside), before = len;
		struct candidate *child;

		candidate->member = MEMBER_TAKEN;
		list->items[list->len++] = candidate->view;
		while ((child = next_child(search, &at, candidate->view.outside))) {
			if (child->member != MEMBER_YES)
				continue;
			child->view.depth = candidate->view.depth + 1;
			todo[len++] = (size_t)(child - search->candidates);
		}
		/* The last one in is the first one out. */
		for (size_t i = before, j = len; i + 1 < j; i++) {
			size_t swap = todo[i];

			todo[i] = todo[--j];
			todo[j] = swap;
		}
	}
}

static void
take_members(struct search *search, struct process_list *list)
{
	_autofree_ size_t *todo = NULL;
	size_t cap = 0;

	todo = array_grow(NULL, &cap, search->len, sizeof *todo);
	cap = 0;
	list->items = array_grow(NULL, &cap, search->len, sizeof *list->items);
	for (size_t i = 0; i < search->len; i++) {
		struct candidate *candidate = &search->candidates[i];
		const struct candidate *parent = find_candidate(search, candidate->view.parent);

		if (candidate->member == MEMBER_YES && (!parent || parent == candidate || parent->member != MEMBER_YES))
			take_tree(search, candidate, list, todo);
	}
}

static void
search_release(struct search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (search->candidates[i].member != MEMBER_TAKEN)
			process_release_command(&search->candidates[i].view);
	free(search->candidates);
	free(search->by_parent);
}

int
processes_read(int proc, int caller, int process, struct process_list *ret)
{
	struct process_list list = { 0 };
	struct search search = { 0 };
	struct procfs_status status;
	int r = choose_scope(caller, process, &search);

	if (r == 0)
		r = procfs_status(process, &status);
	if (r < 0)
		return r;
	search.levels = status.levels;
	procfs_status_release(&status);
	list.scope = search.scope;
	if (search.scope == SCOPE_PID)
		find_init(process, &search);
	if (search.scope != SCOPE_NONE)
		r = scan(proc, &search);
	if (r == 0) {
		sort_candidates(&search);
		if (search.scope == SCOPE_PID)
			guess_init(proc, process, &search);
		adopt(&search);
		take_members(&search, &list);
		*ret = list;
	}
	search_release(&search);
	return r;
}

void
processes_release(struct process_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		process_release_command(&list->items[i]);
	free(list->items);
	memset(list, 0, sizeof *list);
}
