/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a session with a pty stands in the user's terminal: in the foreground, in the background, stopped, or without a
 * terminal that is left. What holds for us is made to hold for the payload in its pty.
 */
#ifndef SESSION_JOB_H
#define SESSION_JOB_H

#include <stdbool.h>
#include <sys/ioctl.h>

#include "sandbox/launch.h"
#include "session/inbox.h"
#include "session/leader.h"
#include "session/relay.h"
#include "session/terminal.h"

struct job {
	struct sandbox *sb;
	struct terminal *terminal;		  /* in memory shared with the leader */
	struct relay_end to_payload, from_payload; /* the pty's master, twice; fd -1 once hung up */
	struct winsize size;			  /* of the pty */
	bool executed;	     /* the payload runs; until then the terminal stays as it is, so that Ctrl-C is a signal */
	bool ended;	     /* it has ended */
	bool foreground;     /* as the leader was told last */
	int unconfirmed;     /* times that it was told so, and has not answered yet */
	bool resuming;	     /* we go on after a stop, and the SIGCONT for that has not been taken yet */
	bool borrowed_modes; /* we started in the background: the pty has the modes that the shell has for itself */
};

/* Has the leader do something; `letter` is the signal, where the order is about one. */
void job_order(struct job *job, enum leader_order_kind kind, const struct letter *letter);

/* Gives the pty the terminal's size. True if it was another: the kernel then sends SIGWINCH to the pty's foreground. */
bool job_pass_on_size(struct job *job);

/*
 * Finds out whether the terminal is ours, and acts on it: in the foreground it is made raw, and its size, its modes and
 * its foreground are passed on. Tells the leader even if nothing has changed.
 */
void job_look_at_foreground(struct job *job);

/* True if what is typed may go into the pty: a key that makes a signal finds the payload in the pty's foreground. */
bool job_may_type(const struct job *job);

/* The payload was stopped, as reported, and all that it wrote is shown: stops us. Returns when we go on. */
void job_follow_stop(struct job *job, const struct leader_report *stop);

/* Likewise, but nobody is stopped for it: the payload goes on. For where nobody outside could continue it. */
void job_decline_stop(struct job *job, const struct leader_report *stop);

/*
 * Of the signals that were taken: the SIGCONT after a stop is not among them if a later stop signal has cancelled it
 * before. Then this continues the payload, which would stay stopped while we run.
 */
void job_make_up_for_continue(struct job *job, const struct letter *letters, size_t len);

/*
 * The user's terminal is gone: closes the pty. The payload's reads are then at their end, and its writes fail. The
 * kernel sends SIGHUP for it to the session's leader alone, which is ours and does not mind: the payload gets those
 * that reach us.
 */
void job_hang_up(struct job *job);

#endif
