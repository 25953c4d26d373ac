/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What processes do, as a line of :events. */
#ifndef CMD_EVENT_PROCESS_H
#define CMD_EVENT_PROCESS_H

#include <stdbool.h>

#include "inspect/procwatch.h"

/* NULL: no memory. The caller frees. */
char *event_process_line(bool json, const struct procwatch_news *news);

/* That nobody tells of processes, and why: `errnum` is procwatch_open()'s. */
char *event_process_unwatched(bool json, int errnum);

#endif
