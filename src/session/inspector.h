/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inspector, from outside: whoever starts isolate-inspect outlives it, and gives the terminal back as it was,
 * however it ended.
 *
 * Over a session. A key (Ctrl-]) that is typed while the session has the terminal is not passed on but opens the
 * inspector. While it is there, it has the terminal, and the relay rests: nothing is read from either side, so the
 * payload waits if it has much to write. Then the relay goes on. Two in one go, or the key at once again in the
 * inspector, are the key itself for the payload.
 *
 * With --inspect the program is shown in a pane beside the inspector's panel, so its terminal is the inspector's while
 * that is there: it has a descriptor of the pty's master, reads and writes it, and sets its size; the relay rests. The
 * size that the program begins with is asked for before.
 * Should it die, what it had read of the output is lost and all the rest is not: the relay goes on, the pty gets the
 * size of the whole terminal, and a program that fills the screen draws it anew for that.
 *
 * If that program fails, or cannot be started, the inspector is told and stays, over a sandbox in which nothing runs:
 * what is missing can be mounted, and the program started again (session/restart.h).
 *
 * A stop (Ctrl-Z in the inspector, or SIGTSTP) is the inspector's: it gives the terminal back and stops, and for that
 * so do we, as the job that the shell knows of. The program inside goes on meanwhile.
 *
 * What the terminal has been told by the payload (alternate screen, mouse, pastes in brackets, ...) is seen on its way
 * and told again; where the payload had the alternate screen, its pty changes its size for a moment, so that it draws
 * anew what is lost.
 */
#ifndef SESSION_INSPECTOR_H
#define SESSION_INSPECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#include "base/error.h"
#include "session/inbox.h"
#include "session/job.h"
#include "session/relay.h"

enum { INSPECTOR_TYPED = 32, INSPECTOR_MODES = 12, INSPECTOR_SEQUENCE = 32 };

/* As isolate-inspect says with its exit status that its key was typed in it. */
enum { INSPECTOR_SENDS_KEY = 3 };

struct inspector {
	char *program;	 /* NULL: there is no such program, or no key */
	const char *name; /* of the session */
	char key;
	bool wanted;	 /* the key was typed, or --inspect was given */
	bool pane;	 /* the program is shown beside it */
	pid_t pid;	 /* 0: it is not there */
	struct relay *input, *output;
	char typed[INSPECTOR_TYPED]; /* behind the key, in one go with it */
	size_t typed_len;
	char *last_words; /* of a program that has ended, which the inspector shows; or NULL: it has not */
	int notice;	  /* the end of a pipe by which it is told so; -1: none */
	/* What the payload told the terminal. */
	char sequence[INSPECTOR_SEQUENCE]; /* an unfinished one */
	size_t sequence_len;
	bool modes[INSPECTOR_MODES];
};

/*
 * Begins to look at what passes through both directions. `key` is a control character, 0: none; `opens`: it is wanted
 * as soon as the program runs, which is shown beside it, and of which nothing is read before. Without a session's name,
 * or where isolate-inspect is not installed, nothing is looked at: negative with err filled, which matters only to who
 * has asked for it.
 */
int inspector_prepare(struct inspector *inspector, const char *name, char key, bool opens, struct relay *input,
		      struct relay *output, struct error *err);

/*
 * The size that a program beside the panel has on a terminal of that size, as isolate-inspect says: it begins with it,
 * and has not to draw anew what it has just drawn. False: it does not say.
 */
bool inspector_pane_size(const struct winsize *terminal, const struct inbox *inbox, struct winsize *ret);

static inline bool
inspector_is_open(const struct inspector *inspector)
{
	return inspector->pid > 0;
}

/* If it is wanted and the moment is right, starts it: the terminal is its from then on. */
void inspector_open(struct inspector *inspector, struct job *job, const struct inbox *inbox);

/* After a SIGCHLD: true if it has ended; then the terminal is the session's again. */
bool inspector_take_end(struct inspector *inspector, struct job *job);

/* After a SIGTSTP: it gives the terminal back first, and stops. */
void inspector_stop(const struct inspector *inspector);

/* If it has stopped we do too, until somebody continues us. The program inside is not stopped for that. */
void inspector_follow_stop(const struct inspector *inspector, const struct job *job);

/* True while the payload's terminal is the inspector's: its size, and what it writes. */
static inline bool
inspector_has_terminal(const struct inspector *inspector)
{
	return inspector->pid > 0 && inspector->pane;
}

/*
 * The payload has failed, and the session stays for who wants to know why and start it again: the inspector is
 * opened, if it is not, and shows `words`, which are taken. Only where inspector_may_stay().
 */
void inspector_tell_end(struct inspector *inspector, char *words);

/* True where that can be: the inspector was asked for beside the program, and is there or about to be. */
static inline bool
inspector_may_stay(const struct inspector *inspector)
{
	return inspector->program && inspector->pane && (inspector->pid > 0 || inspector->wanted);
}

/* Asks it to end: the payload has. */
void inspector_dismiss(const struct inspector *inspector);

/* Ends it at once, and releases what is held. */
void inspector_release(struct inspector *inspector, struct job *job);

/*
 * --inspect=NAME: runs isolate-inspect on a session or a process and waits for its end. Returns its exit status, or
 * negative with err filled.
 */
int inspector_run(const char *name, bool json, struct error *err);

#endif
