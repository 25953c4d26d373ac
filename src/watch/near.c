/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a wake-up on another processor takes longer than what it is for: being on the same one for a while. */
#include "config.h"

#include <sched.h>

#include "base/clock.h"
#include "sys/processor.h"
#include "watch/supervisor_parts.h"

void
near_move(struct supervisor *s, pid_t task, bool come_too)
{
	int cpu = task_processor(s->proc, task);

	s->near_until = clock_ms() + NEAR_MS;
	s->near_bursts = atomic_load_explicit(&s->job->page->bursts, memory_order_relaxed);
	if (cpu < 0)
		return;
	if (s->near < 0 && (sched_getaffinity(s->job->init, sizeof s->anywhere, &s->anywhere) < 0 ||
			    sched_getaffinity(0, sizeof s->anywhere_self, &s->anywhere_self) < 0))
		return;
	if (cpu != s->near && processor_bind(s->job->init, cpu) == 0)
		s->near = cpu;
	if (come_too && cpu != s->near_self && processor_bind(0, cpu) == 0)
		s->near_self = cpu;
}

void
near_let_go(struct supervisor *s)
{
	uint64_t bursts = atomic_load_explicit(&s->job->page->bursts, memory_order_relaxed);

	if (s->near < 0 || clock_ms() < s->near_until)
		return;
	/* It goes on, and well: then we are not told. */
	if (bursts != s->near_bursts) {
		s->near_bursts = bursts;
		s->near_until = clock_ms() + NEAR_MS;
		return;
	}
	sched_setaffinity(s->job->init, sizeof s->anywhere, &s->anywhere);
	if (s->near_self >= 0)
		sched_setaffinity(0, sizeof s->anywhere_self, &s->anywhere_self);
	s->near = s->near_self = -1;
}
