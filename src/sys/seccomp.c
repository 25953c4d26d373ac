/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seccomp(2): the deny list of the payload and the BPF program made from it. */
#include "config.h"

#include "sys/seccomp.h"
#include "sys/bpftree.h"
#include "sys/pathcalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Theory of operation
 *
 * The walls of the sandbox are its namespaces. This list is for what namespaces do not divide (the terminal's input
 * queue, AF_VSOCK, keys, the kernel's log, the clock) and for calls that are large, seldom needed and rich in past
 * holes, where the programs that know them also know how to do without.
 *
 * It is a list of what is denied and not of what is allowed, because the payload is any program at all: whoever runs a
 * test suite inside must see the verdicts that it gives outside. So a call is here only if an ordinary user's program
 * cannot use it, or can do without it. Left out for that reason, though other lists have them:
 *	mount, pivot_root, unshare, setns, clone with CLONE_NEWUSER: sandboxes nest
 *	ptrace, process_vm_*, kcmp, pidfd_getfd: gdb, strace, Mesa; they reach only what is inside
 *	personality, modify_ldt: setarch -R, gdb; Wine
 *	adjtimex, clock_adjtime: everyone may read the state of the clock; setting it takes CAP_SYS_TIME outside
 *	mbind, set_mempolicy, move_pages: numerical programs
 *	name_to_handle_at: it only names a file; opening by that name is denied below
 *	fanotify_init: without privileges it is another inotify
 * Calls that no kernel from 5.14 on has (_sysctl, nfsservctl, create_module, …) need no row.
 *
 * The program is made for the kernel's cache of verdicts (Linux 5.11): a call that is allowed by its number alone
 * never runs it. Only ioctl(2), socket(2) and socketcall(2) look at an argument.
 *
 * A tracer inside cannot get past it: since Linux 4.8 the filter sees the number that the tracer left behind. io_uring
 * could, as its requests are no system calls, which is one more reason for its rows.
 */

/* Calls that some architectures lack. quotactl_fd(2) has one number everywhere; our headers may be older. */
#ifndef __NR_iopl
#define __NR_iopl -1
#endif
#ifndef __NR_ioperm
#define __NR_ioperm -1
#endif
#ifndef __NR_kexec_file_load
#define __NR_kexec_file_load -1
#endif
#ifndef __NR_uselib
#define __NR_uselib -1
#endif
#ifndef __NR_vm86
#define __NR_vm86 -1
#endif
#ifndef __NR_vm86old
#define __NR_vm86old -1
#endif
#ifndef __NR_stime
#define __NR_stime -1
#endif
#ifndef __NR_settimeofday
#define __NR_settimeofday -1
#endif
#ifndef __NR_clock_settime
#define __NR_clock_settime -1
#endif
#ifndef __NR_clock_settime64
#define __NR_clock_settime64 -1
#endif
#ifndef __NR_lookup_dcookie
#define __NR_lookup_dcookie -1
#endif
#ifndef __NR_quotactl_fd
#define __NR_quotactl_fd 443
#endif

/* Address families that our C library may not name yet. */
#define FAMILY_VSOCK 40
#define FAMILY_QIPCRTR 42
/* The first argument of socketcall(2) that means socket(2); <linux/net.h> SYS_SOCKET. */
#define SOCKETCALL_SOCKET 1

/* clang-format off */
#define DENY(call, i386, errnum, reason) \
	{ #call, __NR_##call, i386, 0, 0, errnum, reason }
#define DENY_ARG(call, i386, n, val, errnum, reason) \
	{ #call, __NR_##call, i386, n, val, errnum, reason }

const struct seccomp_row seccomp_rows[] = {
	/* The terminal, where a descriptor of the real one has to pass through (a pipeline). */
	DENY_ARG(ioctl, 54, 2, TIOCSTI, EPERM,
		 "types into the terminal's input, which the caller's shell reads next"),
	DENY_ARG(ioctl, 54, 2, TIOCLINUX, EPERM,
		 "pastes into a virtual console's input"),
	DENY_ARG(ioctl, 54, 2, TIOCSETD, EPERM,
		 "changes the line discipline: takes the caller's terminal away; drivers with many past holes"),
	DENY(vhangup, 111, EPERM,
	     "hangs up the caller's terminal"),

	/* Networks that network namespaces do not divide. */
	DENY_ARG(socket, 359, 1, FAMILY_VSOCK, EAFNOSUPPORT,
		 "reaches the hypervisor and its agents past any network namespace"),
	DENY_ARG(socket, 359, 1, FAMILY_QIPCRTR, EAFNOSUPPORT,
		 "reaches modem and DSP firmware past any network namespace"),
	/*
	 * socketcall(2) has the family in memory, where a filter cannot look; so a 32-bit program has to use socket(2),
	 * which i386 has since Linux 4.3. C libraries that do not (glibc built for older kernels) get no sockets in
	 * 32-bit programs. That is the price: the payload chooses its ABI, and with this open the two rows above would
	 * be worth nothing. It is not paid where the native C library needs socketcall (s390x, powerpc).
	 */
	{ "socketcall", -1, 102, 1, SOCKETCALL_SOCKET, ENOSYS,
	  "as socket, by a road where the family cannot be seen" },

	/* Keys are found by user, not by namespace. ENOSYS, as by a kernel without them: programs then use files. */
	DENY(keyctl, 288, ENOSYS,
	     "reads and searches the keys of the same user outside"),
	DENY(add_key, 286, ENOSYS,
	     "as keyctl"),
	DENY(request_key, 287, ENOSYS,
	     "as keyctl; and makes the kernel start a program outside"),

	/* Large, seldom needed, rich in holes. */
	DENY(io_uring_setup, 425, ENOSYS,
	     "works out of sight of this filter, many past holes; libraries fall back to epoll and threads"),
	DENY(io_uring_enter, 426, ENOSYS,
	     "as io_uring_setup"),
	DENY(io_uring_register, 427, ENOSYS,
	     "as io_uring_setup"),
	DENY(userfaultfd, 374, EPERM,
	     "stops the kernel in the middle of a copy, which makes its races easy to win"),
	DENY(bpf, 357, EPERM,
	     "loads programs into the kernel"),
	DENY(perf_event_open, 336, EACCES,
	     "watches other processes and the kernel, many past holes; answers as kernel.perf_event_paranoid=3 does"),
	DENY(lookup_dcookie, 253, ENOSYS,
	     "names files outside the view; gone since Linux 6.7"),
	DENY(uselib, 86, ENOSYS,
	     "maps a library of 1995 with the checks of 1995"),
	DENY(vm86, 166, ENOSYS,
	     "an old mode of the processor with a kernel entry of its own"),
	DENY(vm86old, 113, ENOSYS,
	     "as vm86"),

	/* Since Linux 6.11 the capability that it takes can be that of a user namespace made inside. */
	DENY(open_by_handle_at, 342, EPERM,
	     "opens files that no path inside leads to; namespaces too, since Linux 6.18"),

	/* The machine as a whole. The kernel refuses these to users without capabilities outside: a second lock. */
	DENY(syslog, 103, EPERM,
	     "reads the kernel's log, which tells of programs and addresses outside"),
	DENY(acct, 51, EPERM,
	     "process accounting of the whole machine"),
	DENY(swapon, 87, EPERM,
	     "the machine's swap space"),
	DENY(swapoff, 115, EPERM,
	     "as swapon"),
	DENY(reboot, 88, EPERM,
	     "restarts the machine"),
	DENY(kexec_load, 283, EPERM,
	     "loads another kernel"),
	DENY(kexec_file_load, -1, EPERM,
	     "as kexec_load"),
	DENY(init_module, 128, EPERM,
	     "loads a kernel module"),
	DENY(finit_module, 350, EPERM,
	     "as init_module"),
	DENY(delete_module, 129, EPERM,
	     "removes a kernel module"),
	DENY(quotactl, 131, EPERM,
	     "quotas of whole file systems"),
	DENY(quotactl_fd, 443, EPERM,
	     "as quotactl"),
	DENY(iopl, 110, EPERM,
	     "the machine's I/O ports"),
	DENY(ioperm, 101, EPERM,
	     "as iopl"),
	DENY(settimeofday, 79, EPERM,
	     "the machine's clock"),
	DENY(clock_settime, 264, EPERM,
	     "as settimeofday"),
	DENY(clock_settime64, 404, EPERM,
	     "as settimeofday, on 32-bit ABIs"),
	DENY(stime, 25, EPERM,
	     "as settimeofday, on old ABIs"),
};
const size_t seccomp_rows_len = sizeof(seccomp_rows) / sizeof(seccomp_rows[0]);
/* clang-format on */

enum { ARGS_MAX = 6 };

/* SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV; our headers may be older. */
#define FLAG_WAIT_KILLABLE (1u << 5)

/* What the deny list does to the calls of one ABI. `i386`: by the numbers of that column. */
static void
add_denied(struct bpf_tree *tree, bool i386)
{
	size_t n;

	for (size_t i = 0; i < seccomp_rows_len; i += n) {
		const struct seccomp_row *row = &seccomp_rows[i];
		int nr = i386 ? row->nr_i386 : row->nr_native;
		size_t to = bpf_tree_return(tree, SECCOMP_RET_ALLOW);

		for (n = 1; row->arg > 0 && i + n < seccomp_rows_len && row[n].arg == row->arg; n++)
			if ((i386 ? row[n].nr_i386 : row[n].nr_native) != nr)
				break;
		if (nr < 0)
			continue;
		if (row->arg == 0) {
			bpf_tree_case(tree, (uint32_t)nr, bpf_tree_return(tree, verdict_errno(row->errnum)));
			continue;
		}
		for (size_t j = 0; j < n; j++)
			bpf_tree_return(tree, verdict_errno(row[j].errnum));
		for (size_t j = n; j-- > 0;)
			to = bpf_tree_jump(tree, BPF_JEQ, row[j].value,
					   bpf_tree_return(tree, verdict_errno(row[j].errnum)), to);
		bpf_tree_case(tree, (uint32_t)nr, bpf_tree_load(tree, arg_offset(row->arg)));
	}
}

/*
 * What is notified of. A path that is relative to a descriptor is not one that the sandbox lacks, as good as always,
 * and find(1) and its like ask for nothing else; fstat(2) is newfstatat(2) with AT_EMPTY_PATH.
 */
static void
add_watched(struct bpf_tree *tree, bool i386)
{
	const size_t allow = bpf_tree_return(tree, SECCOMP_RET_ALLOW);
	const size_t notify = bpf_tree_return(tree, SECCOMP_RET_USER_NOTIF);
	size_t made[ARGS_MAX + 1][ARGS_MAX + 1] = { { notify } }; /* by the arguments that are looked at; 0: none yet */

	for (size_t i = 0; i < pathcalls_len; i++) {
		const struct pathcall *call = &pathcalls[i];
		int nr = i386 ? call->nr_i386 : call->nr_native;
		size_t dir = (size_t)call->paths[0].dir, flags = (size_t)call->at_flags, to = notify;

		if (nr < 0 || call->unwatched)
			continue;
		if (made[dir][flags] == 0) {
			if (flags > 0) {
				bpf_tree_jump(tree, BPF_JSET, AT_EMPTY_PATH, allow, to);
				to = bpf_tree_load(tree, arg_offset((int)flags));
			}
			if (dir > 0) {
				bpf_tree_jump(tree, BPF_JEQ, (uint32_t)AT_FDCWD, to, allow);
				to = bpf_tree_load(tree, arg_offset((int)dir));
			}
			made[dir][flags] = to;
		}
		bpf_tree_case(tree, (uint32_t)nr, made[dir][flags]);
	}
}

/* The part of one ABI; its place. */
static size_t
add_abi(struct bpf_tree *tree, bool i386, bool watched)
{
	size_t allow;

	bpf_tree_begin(tree);
	allow = bpf_tree_return(tree, SECCOMP_RET_ALLOW);
	/* First: where both say something an errno goes before a notification. */
	add_denied(tree, i386);
	if (watched)
		add_watched(tree, i386);
	allow = bpf_tree_grow(tree, allow);
#ifdef HAVE_ARCH_I386
	/* x32 has the same AUDIT_ARCH, and numbers marked by this bit. -1, "no call", comes here too. */
	if (!i386) {
		size_t foreign = bpf_tree_return(tree, verdict_errno(ENOSYS));

		bpf_tree_jump(tree, BPF_JGE, __X32_SYSCALL_BIT, foreign, allow);
	}
#endif
	return bpf_tree_load(tree, offsetof(struct seccomp_data, nr));
}

/* A program for all ABIs that may be. */
static int
compile(struct sock_filter *insns, size_t cap, bool watched)
{
	struct bpf_tree tree = { .e = { .insns = insns, .cap = cap } };
	size_t native, foreign;

#ifdef HAVE_ARCH_I386
	size_t i386 = add_abi(&tree, true, watched);
#endif
	native = add_abi(&tree, false, watched);
	/*
	 * A process of a foreign ABI is ended, not refused call by call: where each call fails, exit(2) among them, a
	 * program spins or stumbles on; SIGSYS says what happened.
	 */
	foreign = bpf_tree_return(&tree, SECCOMP_RET_KILL_PROCESS);
	native = bpf_tree_jump(&tree, BPF_JEQ, ARCH_NATIVE, native, foreign);
#ifdef HAVE_ARCH_I386
	/* A conditional jump does not reach so far, BPF_JA any distance. */
	emit(&tree.e, BPF_JMP | BPF_JA, (uint32_t)(tree.e.len - i386 - 1), 0, 0);
	bpf_tree_jump(&tree, BPF_JEQ, AUDIT_ARCH_I386, tree.e.len - 1, native);
#endif
	bpf_tree_load(&tree, offsetof(struct seccomp_data, arch));
	return bpf_tree_finish(&tree);
}

int
seccomp_compile(struct sock_filter *insns, size_t cap)
{
	return compile(insns, cap, false);
}

int
seccomp_watch_compile(struct sock_filter *insns, size_t cap)
{
	return compile(insns, cap, true);
}

int
seccomp_deny_list_install(void)
{
	struct sock_filter insns[SECCOMP_INSNS_MAX];
	struct sock_fprog program = { .filter = insns };
	int len = seccomp_compile(insns, SECCOMP_INSNS_MAX);

	if (len < 0)
		return len;
	program.len = (unsigned short)len;
	/*
	 * SPEC_ALLOW: up to Linux 5.15 every other filter came with the mitigation of speculative store bypass, which
	 * costs some programs a tenth of their speed and protects a process from itself. Who needs it asks by prctl(2).
	 */
	if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) < 0)
		return -errno;
	return 0;
}

int
seccomp_watch_install(void)
{
	struct sock_filter insns[SECCOMP_INSNS_MAX];
	struct sock_fprog program = { .filter = insns };
	int len = seccomp_watch_compile(insns, SECCOMP_INSNS_MAX);
	unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int fd;

	if (len < 0)
		return len;
	program.len = (unsigned short)len;
	/*
	 * Once a notification has been received only a signal that ends the program gets it out of the wait
	 * (Linux 5.19).
	 */
	fd = (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags | FLAG_WAIT_KILLABLE, &program);
	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	return fd < 0 ? -errno : fd;
}

bool
seccomp_watch_can_hold(void)
{
	/* Where the flag is known it is the filter that is missed. */
	syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | FLAG_WAIT_KILLABLE, NULL);
	return errno == EFAULT;
}
