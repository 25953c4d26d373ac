/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting a session's program again, with the mounts as they are now. */
#include "config.h"

#include "session/restart.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "session/restate.h"

struct word_list {
	char **items;
	size_t len, cap;
};

int
restart_open(struct restart *restart)
{
	restart->words = memfd_create("isolate-restart", MFD_CLOEXEC);
	restart->wake = restart->words < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return restart->wake < 0 ? -errno : 0;
}

void
restart_close(struct restart *restart)
{
	if (restart->words >= 0)
		close(restart->words);
	if (restart->wake >= 0)
		close(restart->wake);
	*restart = (struct restart)RESTART_INIT;
}

/* Takes the word; NULL ends the list. */
static void
add(struct word_list *list, char *word)
{
	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
	list->items[list->len++] = word;
}

/* What looks on, which restate() leaves out since it does not last. */
static void
add_watching(struct word_list *list, const struct request *req, const char *name)
{
	static const char *const on_miss[] = { [ON_MISS_REPORT] = "report", [ON_MISS_ASK] = "ask",
					       [ON_MISS_MOUNT] = "mount" };

	int key = (unsigned char)req->inspect_key;

	add(list, text_format("--name=%s", name));
	if (req->base)
		add(list, text_format("--base=%s", req->base));
	if (req->inspect_new)
		add(list, text_dup("--inspect"));
	/* Ctrl-A is 1, and so on; behind Ctrl-Z come those of ] and its like. */
	if (req->inspect_key)
		add(list, text_format("--inspect-key=ctrl-%c", key + (key <= 26 ? 0x60 : 0x40)));
	else
		add(list, text_dup("--inspect-key=none"));
	if (req->trace)
		add(list, text_dup("--trace"));
	if (req->no_trace)
		add(list, text_dup("--no-trace"));
	if (req->on_miss != ON_MISS_REPORT)
		add(list, text_format("--on-miss=%s", on_miss[req->on_miss]));
	for (size_t i = 0; i < req->allow_len; i++)
		add(list, text_format("--allow=%s", req->allow[i]));
	if (req->report)
		add(list, text_format("--report=%s", req->report));
	if (req->quiet)
		add(list, text_dup("--quiet"));
	if (req->verbose)
		add(list, text_dup("--verbose"));
}

char **
restart_words(const struct plan *plan, const struct live_journal *journal, const char *name, char *const *argv)
{
	_autofree_ char *cwd = plan_logical_cwd();
	struct restatement now;
	struct word_list list = { 0 };
	char **options;

	/* It starts where this one did. */
	restate(plan, journal, cwd ? cwd : plan->cwd, true, &now);
	options = restatement_words(&now);
	restatement_release(&now);
	add(&list, text_dup("isolate"));
	for (size_t i = 0; options && options[i]; i++)
		add(&list, options[i]);
	free(options);
	add_watching(&list, plan->req, name);
	add(&list, text_dup("--"));
	for (size_t i = 0; argv[i]; i++)
		add(&list, text_dup(argv[i]));
	add(&list, NULL);
	return list.items;
}

/* One behind the other, each with its zero byte. */
static int
write_words(int fd, char *const *words)
{
	if (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	for (size_t i = 0; words[i]; i++) {
		size_t len = strlen(words[i]) + 1;

		if (write(fd, words[i], len) != (ssize_t)len)
			return -EIO;
	}
	return 0;
}

int
restart_ask(const struct restart *restart, const struct plan *plan, const struct live_journal *journal,
	    const char *name, char *const *argv)
{
	const uint64_t one = 1;
	char **words = restart_words(plan, journal, name, argv);
	int r = write_words(restart->words, words);

	for (size_t i = 0; words[i]; i++)
		free(words[i]);
	free(words);
	if (r == 0 && write(restart->wake, &one, sizeof one) != sizeof one)
		r = -errno;
	return r;
}

bool
restart_is_asked(const struct restart *restart)
{
	uint64_t n;

	return restart->wake >= 0 && read(restart->wake, &n, sizeof n) == sizeof n;
}

int
restart_execute(const struct restart *restart, const struct inbox *inbox)
{
	struct word_list words = { 0 };
	struct stat st;
	char *text;

	if (fstat(restart->words, &st) < 0 || st.st_size == 0)
		return -errno;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, restart->words, 0);
	if (text == MAP_FAILED)
		return -errno;
	for (char *at = text; at < text + st.st_size; at += strlen(at) + 1)
		add(&words, at);
	add(&words, NULL);
	if (inbox->ignored_child)
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, &inbox->original, NULL);
	/* By itself, not by a name that may be another program's by now. */
	execv("/proc/self/exe", words.items);
	return -errno;
}
