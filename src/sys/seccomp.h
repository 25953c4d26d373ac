/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seccomp(2): the deny list of the payload, one table with a reason a row, and the BPF program made from it. */
#ifndef SYS_SECCOMP_H
#define SYS_SECCOMP_H

#include <stddef.h>

struct sock_fprog;

/* A row of the deny list. Numbers are -1 where the ABI does not have the call. */
struct seccomp_row {
	const char *name;
	int nr_native; /* this build's __NR_… */
	int nr_i386;   /* int 0x80 on x86-64; unused elsewhere */
	int errnum;    /* what the payload sees: ENOSYS where programs then fall back, EPERM where they expect a refusal */
	const char *reason;
};
extern const struct seccomp_row seccomp_rows[];
extern const size_t seccomp_rows_len;

/* Builds the BPF program into insns[0..cap); returns its length or -E2BIG. Pure: no system call. */
struct sock_filter;
int seccomp_compile(struct sock_filter *insns, size_t cap);

/*
 * Installs the deny list on the calling thread (no_new_privs must be set). Uses neither heap nor stdio: it runs between
 * clone and exec. Calls of a foreign ABI are filtered by their own numbers (i386) or refused (x32, anything unknown).
 * 0 or -errno. Always passes SECCOMP_FILTER_FLAG_SPEC_ALLOW.
 */
int seccomp_deny_list_install(void);

#endif
