/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stops this process as the payload stopped. (Ending as it ended is outcome_exit() of session.h.) */
#ifndef SESSION_IMITATE_H
#define SESSION_IMITATE_H

#include <stdbool.h>

/*
 * Stops this process, or its whole process group, by the signal that stopped the payload: a shell then shows the
 * job as stopped. Returns once it was continued, true; or at once, false, where the kernel does not stop anybody:
 * in an orphaned process group, which no shell would ever continue. Also false if a SIGCONT that came before has
 * not been taken yet. The SIGCONT stays pending, unless a stop signal comes before it is taken: that cancels it.
 */
bool imitate_stop(int number, bool whole_group);

#endif
