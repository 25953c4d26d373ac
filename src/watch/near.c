/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a wake-up on another processor takes longer than what it is for: being on the same one for a while. */
#include "config.h"

#include <sched.h>

#include "base/clock.h"
#include "sys/processor.h"
#include "watch/supervisor_parts.h"

/* pid 1 and we go where the one is who asks for so much, and may go elsewhere when that is over. */
void
near_move(struct supervisor *s, pid_t task)
{
	int cpu = task_processor(s->proc, task);

	s->near_until = clock_ms() + NEAR_MS;
	if (cpu < 0 || cpu == s->near)
		return;
	if (s->near < 0 && (sched_getaffinity(s->job->init, sizeof s->anywhere, &s->anywhere) < 0 ||
			    sched_getaffinity(0, sizeof s->anywhere_self, &s->anywhere_self) < 0))
		return;
	if (processor_bind(s->job->init, cpu) == 0)
		s->near = cpu;
	processor_bind(0, cpu);
}

void
near_let_go(struct supervisor *s)
{
	if (s->near < 0 || clock_ms() < s->near_until)
		return;
	sched_setaffinity(s->job->init, sizeof s->anywhere, &s->anywhere);
	sched_setaffinity(0, sizeof s->anywhere_self, &s->anywhere_self);
	s->near = -1;
}
