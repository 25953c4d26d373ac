/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel knows about signals of other processes, and when it is known for sure. */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The bit of a signal in the sets that procfs shows. */
#define SIGNAL_BIT(number) (UINT64_C(1) << ((number) - 1))

struct signals_state {
	uint64_t pending; /* one SIGNAL_BIT() each */
	bool stopped;
};

/*
 * The signals that are pending for process `pid` as a whole (ShdPnd of proc_pid_status(5)): what kill(2) leaves
 * there, to the process or to its group; and whether it is stopped. 0 or -errno; -ENOENT where procfs hides the
 * process (hidepid).
 */
int signals_read(pid_t pid, struct signals_state *ret);

/*
 * Returns when every signal to a process group, by kill(2) or by a terminal, that any member has received already
 * has reached all members.
 */
void signals_settle(void);

#endif
