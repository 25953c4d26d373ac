/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Confining a process of ours: the list of what it may still call, and the BPF program made from it. */
#include "config.h"

#include "sys/confine.h"
#include "sys/bpf.h"
#include "sys/landlock.h"

#include <asm/ioctl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Theory of operation
 *
 * The payload's filter (sys/seccomp.c) is a list of what is denied, since the payload can be any program. Here it is
 * the other way round: the program is ours, has one thread, and when it is confined everything is open. What it still
 * does fits on a page, so that is the list, and whatever kernels will bring later is denied.
 *
 * What is not in the list fails with ENOSYS and does not end the process. Which call the C library makes for poll(3),
 * fstat(3) or a pause differs from version to version and between ABIs, and it takes ENOSYS for an older kernel and
 * asks by another name; a list that is too short for the C library of next year must not take away somebody's screen.
 * For whoever has taken the process over, a refusal is as good a wall as the end.
 *
 * What the sanitizers of a test build call while all is well is in the list too (memory, sigaltstack, sched_yield). To
 * look for leaks they start a thread that traces this one: who confines itself tells them not to (tui/confine.c).
 *
 * Calls that are allowed by their number alone are found in the kernel's cache of verdicts (Linux 5.11) and do not run
 * the program: reading, writing and waiting cost what they did before.
 */

/* Calls that some architectures lack. */
#ifndef __NR__llseek
#define __NR__llseek -1
#endif
#ifndef __NR__newselect
#define __NR__newselect -1
#endif
#ifndef __NR_clock_gettime64
#define __NR_clock_gettime64 -1
#endif
#ifndef __NR_clock_nanosleep_time64
#define __NR_clock_nanosleep_time64 -1
#endif
#ifndef __NR_fcntl64
#define __NR_fcntl64 -1
#endif
#ifndef __NR_fstat
#define __NR_fstat -1
#endif
#ifndef __NR_fstat64
#define __NR_fstat64 -1
#endif
#ifndef __NR_fstatat64
#define __NR_fstatat64 -1
#endif
#ifndef __NR_futex
#define __NR_futex -1
#endif
#ifndef __NR_futex_time64
#define __NR_futex_time64 -1
#endif
#ifndef __NR_getpgrp
#define __NR_getpgrp -1
#endif
#ifndef __NR_mmap
#define __NR_mmap -1
#endif
#ifndef __NR_mmap2
#define __NR_mmap2 -1
#endif
#ifndef __NR_newfstatat
#define __NR_newfstatat -1
#endif
#ifndef __NR_poll
#define __NR_poll -1
#endif
#ifndef __NR_ppoll_time64
#define __NR_ppoll_time64 -1
#endif
#ifndef __NR_pselect6_time64
#define __NR_pselect6_time64 -1
#endif
#ifndef __NR_recv
#define __NR_recv -1
#endif
#ifndef __NR_rt_sigtimedwait_time64
#define __NR_rt_sigtimedwait_time64 -1
#endif
#ifndef __NR_select
#define __NR_select -1
#endif
#ifndef __NR_send
#define __NR_send -1
#endif
#ifndef __NR_sigreturn
#define __NR_sigreturn -1
#endif
#ifndef __NR_socketcall
#define __NR_socketcall -1
#endif
#ifndef __NR_wait4
#define __NR_wait4 -1
#endif
#ifndef __NR_time
#define __NR_time -1
#endif

/* As glibc from 2.42 on gets and sets modes; struct termios2 is in no header that can stand beside ours. */
#define TERMIOS2_GET _IOC(_IOC_READ, 'T', 0x2a, 44)
#define TERMIOS2_SET(n) _IOC(_IOC_WRITE, 'T', 0x2a + (n), 44)

enum test {
	ALWAYS,
	ONE_OF,	 /* the argument is one of the values */
	WITHOUT, /* no bit of values[0] is set in it */
	WITH,	 /* one is */
	SELF,	 /* it is our process's number */
};

enum { VALUES_MAX = 16 };

struct row {
	int nr; /* -1: this ABI does not have the call */
	enum test test;
	int arg; /* from 1 on; its low 32 bits are all that the kernel looks at in these */
	uint32_t values[VALUES_MAX]; /* up to the first 0 */
};

/* The operations of socketcall(2) that take a socket which is there; <linux/net.h> SYS_SEND… */
#define SOCKETCALLS { 9, 10, 11, 12, 13, 16, 17 }

/* Not among them: what makes the kernel send signals (F_SETOWN, F_SETSIG, F_NOTIFY), and locks. */
#define FCNTLS { F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC }

/* Those of a terminal that a program with a screen uses. Above all not TIOCSTI, which types for its user. */
#define IOCTLS \
	{ TCGETS, TCSETS, TCSETSW, TCSETSF, TERMIOS2_GET, TERMIOS2_SET(1), TERMIOS2_SET(2), TERMIOS2_SET(3), \
	  TIOCGWINSZ, TIOCSWINSZ, TIOCGPGRP, FIONREAD, TCFLSH, TCSBRK, TCXONC }

/* clang-format off */
#define ALLOW(call) { __NR_##call, ALWAYS, 0, { 0 } }
#define ALLOW_IF(call, test, arg, ...) { __NR_##call, test, arg, __VA_ARGS__ }

static const struct row rows[] = {
	/* What is open. A message takes no descriptor out of the process that its receiver was not to be given. */
	ALLOW(read), ALLOW(write), ALLOW(readv), ALLOW(writev),
	ALLOW(recv), ALLOW(send), ALLOW(recvfrom), ALLOW(sendto), ALLOW(recvmsg), ALLOW(sendmsg),
	ALLOW(shutdown),
	ALLOW_IF(socketcall, ONE_OF, 1, SOCKETCALLS),
	ALLOW(lseek), ALLOW(_llseek), ALLOW(close), ALLOW(fstat), ALLOW(fstat64),
	ALLOW_IF(newfstatat, WITH, 4, { AT_EMPTY_PATH }),
	ALLOW_IF(fstatat64, WITH, 4, { AT_EMPTY_PATH }),
	ALLOW_IF(fcntl, ONE_OF, 2, FCNTLS),
	ALLOW_IF(fcntl64, ONE_OF, 2, FCNTLS),
	ALLOW_IF(ioctl, ONE_OF, 2, IOCTLS),

	/* Waiting, and the time. */
	ALLOW(poll), ALLOW(ppoll), ALLOW(ppoll_time64), ALLOW(select), ALLOW(_newselect),
	ALLOW(pselect6), ALLOW(pselect6_time64),
	ALLOW(nanosleep), ALLOW(clock_nanosleep), ALLOW(clock_nanosleep_time64), ALLOW(restart_syscall),
	ALLOW(clock_gettime), ALLOW(clock_gettime64), ALLOW(gettimeofday), ALLOW(time),
	ALLOW(futex), ALLOW(futex_time64), ALLOW(sched_yield),

	/* Memory, none of which becomes code. sysinfo: qsort(3) asks how much there is. */
	ALLOW(brk), ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW(sysinfo),
	ALLOW_IF(mmap, WITHOUT, 3, { PROT_EXEC }),
	ALLOW_IF(mmap2, WITHOUT, 3, { PROT_EXEC }),
	ALLOW_IF(mprotect, WITHOUT, 3, { PROT_EXEC }),
	ALLOW(getrandom),

	/* Signals to ourselves: stopping, and abort(3). */
	ALLOW_IF(kill, SELF, 1, { 0 }),
	ALLOW_IF(tgkill, SELF, 1, { 0 }),
	ALLOW(rt_sigaction), ALLOW(rt_sigprocmask), ALLOW(rt_sigpending),
	ALLOW(rt_sigtimedwait), ALLOW(rt_sigtimedwait_time64),
	ALLOW(rt_sigreturn), ALLOW(sigreturn), ALLOW(sigaltstack), ALLOW(signalfd4),

	ALLOW(getpid), ALLOW(gettid), ALLOW(getppid), ALLOW(getpgrp), ALLOW(getpgid),
	ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid),
	/* For the aide (tui/aide.h): it has no other child, and makes none. */
	ALLOW(wait4), ALLOW(waitid),
	ALLOW(exit), ALLOW(exit_group),
};
/* clang-format on */

static size_t
values_len(const struct row *row)
{
	size_t n = 0;

	while (n < VALUES_MAX && row->values[n] != 0)
		n++;
	return n;
}

/* The call's number having been compared: a verdict in each case. */
static void
emit_test(struct emitter *e, const struct row *row)
{
	size_t n = values_len(row);

	if (row->test != ALWAYS)
		emit_load(e, arg_offset(row->arg));
	switch (row->test) {
	case ALWAYS:
		emit_return(e, SECCOMP_RET_ALLOW);
		return;
	case ONE_OF:
		for (size_t i = 0; i < n; i++) {
			emit_unless_skip(e, row->values[i], 1);
			emit_return(e, SECCOMP_RET_ALLOW);
		}
		break;
	case SELF:
		emit_unless_skip(e, (uint32_t)getpid(), 1);
		emit_return(e, SECCOMP_RET_ALLOW);
		break;
	case WITH:
	case WITHOUT:
		emit(e, BPF_JMP | BPF_JSET | BPF_K, row->values[0], row->test == WITHOUT, row->test == WITH);
		emit_return(e, SECCOMP_RET_ALLOW);
		break;
	}
	emit_return(e, verdict_errno(EPERM));
}

int
confine_compile(struct sock_filter *insns, size_t cap)
{
	struct emitter e = { .insns = insns, .cap = cap };

	/* Whoever makes calls of another ABI is not us any more. */
	emit_load(&e, offsetof(struct seccomp_data, arch));
	emit(&e, BPF_JMP | BPF_JEQ | BPF_K, ARCH_NATIVE, 1, 0);
	emit_return(&e, SECCOMP_RET_KILL_PROCESS);
	/* Those of x32 have numbers that are in no row. */
	emit_load(&e, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct emitter measure = { .insns = NULL };

		if (rows[i].nr < 0)
			continue;
		emit_test(&measure, &rows[i]);
		emit_unless_skip(&e, (uint32_t)rows[i].nr, measure.len);
		emit_test(&e, &rows[i]);
	}
	emit_return(&e, verdict_errno(ENOSYS));
	return e.len > cap ? -E2BIG : (int)e.len;
}

int
confine_self(void)
{
	struct sock_filter insns[CONFINE_INSNS_MAX];
	struct sock_fprog program = { .filter = insns };
	int len = confine_compile(insns, CONFINE_INSNS_MAX), r;

	if (len < 0)
		return len;
	program.len = (unsigned short)len;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	r = landlock_give_up_all();
	if (r < 0)
		return r;
	/* SPEC_ALLOW: as in sys/seccomp.c. */
	if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) < 0)
		return -errno;
	return 0;
}
