/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The leader of a session with a pty (sandbox/launch.h): parent of the payload and owner of the terminal's
 * foreground. It has the payload's wait status, which the manager cannot have, and does what only a member of that
 * session may do.
 *
 * Both sides talk over a SOCK_SEQPACKET pair, one struct a packet. Orders are idempotent and carry no pointers. The
 * payload's pid is used by nobody but the leader, which as its parent knows that it has not been given to another
 * process.
 */
#ifndef SESSION_LEADER_H
#define SESSION_LEADER_H

#include <stdint.h>
#include <sys/types.h>

struct terminal;

enum leader_order_kind {
	ORDER_FOREGROUND,   /* the manager has the user's terminal: give the pty to whoever had it */
	ORDER_BACKGROUND,   /* it has not: whoever reads from the pty shall be stopped by SIGTTIN, as outside */
	ORDER_SIGNAL,	    /* to the payload */
	ORDER_SIGNAL_GROUP, /* to its process group */
	ORDER_STOP_SEEN,    /* the stop that was reported last has been dealt with; the next one may be reported */
};

struct leader_order {
	int32_t kind;
	int32_t number; /* of the signal */
	int32_t queued; /* by sigqueue(3), with `value` */
	int32_t spare;
	int64_t value;
};

enum leader_report_kind {
	REPORT_STOPPED, /* `status` is the signal. Not sent again before ORDER_STOP_SEEN */
	REPORT_ENDED,	/* `code` and `status` as in siginfo_t. The last one about the payload */
	REPORT_FOREGROUND, /* the answer to each ORDER_FOREGROUND: the pty is the payload's, to type into as well */
};

struct leader_report {
	int32_t kind;
	int32_t code;
	int32_t status;
	int32_t background; /* REPORT_STOPPED: the payload was in the background because of ORDER_BACKGROUND */
};

/* Before the launch: what leader_main() will need. `terminal` is in memory that both share. */
void leader_prepare(const struct terminal *terminal);

/* A leader_function. */
void leader_main(int socket, pid_t payload, int tty);

#endif
