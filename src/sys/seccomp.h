/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seccomp(2): the deny list of the payload, one table with a reason a row, and the BPF program made from it. */
#ifndef SYS_SECCOMP_H
#define SYS_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of the deny list. Numbers are -1 where the ABI does not have the call. Rows of one call stand together. */
struct seccomp_row {
	const char *name;
	int nr_native;	/* this build's __NR_… */
	int nr_i386;	/* int 0x80 on x86-64; unused elsewhere */
	int arg;	/* 0: denied whatever the arguments; N: only where the Nth argument (from 1) is `value` */
	uint32_t value; /* compared with the low 32 bits, all that the kernel looks at in an int argument */
	int errnum;	/* what the payload sees: ENOSYS where programs fall back, EPERM where they know a refusal */
	const char *reason;
};
extern const struct seccomp_row seccomp_rows[];
extern const size_t seccomp_rows_len;

/* More than the program takes. */
#define SECCOMP_INSNS_MAX 1024

/* Builds the BPF program into insns[0..cap); returns its length or -E2BIG. Pure: no system call. */
struct sock_filter;
int seccomp_compile(struct sock_filter *insns, size_t cap);

/*
 * Installs the deny list on the calling thread (no_new_privs must be set). Uses neither heap nor stdio: it runs between
 * clone and exec. Calls of a foreign ABI are filtered by their own numbers (i386), refused with ENOSYS (x32, as by a
 * kernel built without it), or end the process with SIGSYS (any other).
 * 0 or -errno. Always passes SECCOMP_FILTER_FLAG_SPEC_ALLOW.
 */
int seccomp_deny_list_install(void);

/* Builds the program that notifies of the calls of sys/pathcalls.h; as seccomp_compile(). */
int seccomp_watch_compile(struct sock_filter *insns, size_t cap);

/*
 * Installs it on the calling thread, as above. The listener (CLOEXEC), for sys/notify.h, or -errno; -EBUSY:
 * there is one already, outside. What the list denies stays denied, whatever a listener answers: an errno goes
 * before a notification.
 */
int seccomp_watch_install(void);

/* Whether a call that has been notified of may wait: then no signal gets it out but one that kills (Linux 5.19). */
bool seccomp_watch_can_hold(void);

#endif
