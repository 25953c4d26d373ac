/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor of a watched session, and what the manager gives it. */
#ifndef WATCH_SUPERVISOR_H
#define WATCH_SUPERVISOR_H

#include "sandbox/plan.h"
#include "sandbox/sensor.h"
#include "watch/watch.h"

struct supervisor_job {
	const struct plan *plan;
	struct sensor_page *page;
	pid_t init;
	int sensor;		    /* its end of the socket to pid 1 */
	int readers[WATCH_READERS]; /* its ends of theirs */
	int news;		    /* eventfd */
	int record;		    /* watch/record.h; -1: nothing is recorded */
	const struct watch_mounter *mounter;
};

/* In a process of its own, which has nothing open but what is in the job. Returns when the session is over. */
void supervisor_run(const struct supervisor_job *job);

#endif
