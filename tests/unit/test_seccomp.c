/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The deny list: its numbers against libseccomp's, its program in an interpreter, its effect in the kernel. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "../escape/i386.h"
#include "sys/pathcalls.h"
#include "sys/seccomp.h"

/* ---- the table ---- */

static void
test_rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < seccomp_rows_len; i++) {
		const struct seccomp_row *row = &seccomp_rows[i];

		assert_true(strlen(row->reason) > 4);
		assert_in_range(row->arg, 0, 6);
		if (row->errnum != EPERM && row->errnum != ENOSYS && row->errnum != EACCES &&
		    row->errnum != EAFNOSUPPORT)
			fail_msg("%s: errno %d", row->name, row->errnum);
		for (size_t j = 0; j < i; j++) {
			if (strcmp(seccomp_rows[j].name, row->name) != 0)
				continue;
			/* Rows of one call stand together, look at one argument and are told apart by its value. */
			assert_string_equal(seccomp_rows[i - 1].name, row->name);
			assert_int_not_equal(row->arg, 0);
			assert_int_equal(seccomp_rows[j].arg, row->arg);
			assert_int_not_equal(seccomp_rows[j].value, row->value);
		}
	}
}

/* What libseccomp thinks that a call's number is; -1 where the architecture does not have it. */
static int
number_by_libseccomp(uint32_t arch, const char *name, int ours)
{
	int nr = seccomp_syscall_resolve_name_arch(arch, name);

	/* What was reached through socketcall(2) alone before Linux 4.3 has a pseudo number: ask by the real one. */
	if (nr <= -100 && ours >= 0) {
		char *known = seccomp_syscall_resolve_num_arch(arch, ours);

		if (known && strcmp(known, name) == 0)
			nr = ours;
		free(known);
	}
	return nr < 0 ? -1 : nr;
}

static void
test_numbers(void **state)
{
	uint32_t native = seccomp_arch_native();

	(void)state;
	for (size_t i = 0; i < seccomp_rows_len; i++) {
		const struct seccomp_row *row = &seccomp_rows[i];
		int want = number_by_libseccomp(native, row->name, row->nr_native);

		/* The one number that is left out on purpose: where the native C library needs the call. */
		if (strcmp(row->name, "socketcall") == 0)
			want = -1;
		if (row->nr_native != want)
			fail_msg("%s: %d, libseccomp says %d", row->name, row->nr_native, want);
		want = number_by_libseccomp(SCMP_ARCH_X86, row->name, row->nr_i386);
		if (row->nr_i386 != want)
			fail_msg("%s on i386: %d, libseccomp says %d", row->name, row->nr_i386, want);
	}
}

/* ---- the program, interpreted ---- */

struct program {
	struct sock_filter insns[SECCOMP_INSNS_MAX];
	size_t len;
	bool watches; /* calls that name paths are notified of */
};

/* Runs the program as the kernel does; *looked says whether the verdict depended on an argument. */
static uint32_t
interpret(const struct program *p, const struct seccomp_data *data, bool *looked)
{
	uint32_t a = 0;

	*looked = false;
	for (size_t pc = 0; pc < p->len; pc++) {
		const struct sock_filter *in = &p->insns[pc];

		switch (in->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(in->k % 4 == 0 && in->k + 4 <= sizeof(*data));
			if (in->k >= offsetof(struct seccomp_data, instruction_pointer))
				*looked = true;
			memcpy(&a, (const char *)data + in->k, sizeof(a));
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == in->k ? in->jt : in->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= in->k ? in->jt : in->jf;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			pc += a & in->k ? in->jt : in->jf;
			break;
		case BPF_JMP | BPF_JA:
			pc += in->k;
			break;
		case BPF_RET | BPF_K:
			return in->k;
		default:
			fail_msg("instruction %zu: code %#x", pc, in->code);
		}
	}
	fail_msg("the program runs past its end");
	return 0;
}

static struct program
compile(bool watches)
{
	struct program p = { .watches = watches };
	int len = watches ? seccomp_watch_compile(p.insns, SECCOMP_INSNS_MAX) :
			    seccomp_compile(p.insns, SECCOMP_INSNS_MAX);

	assert_true(len > 0);
	p.len = (size_t)len;
	return p;
}

static uint32_t
arch_native(void)
{
	/* libseccomp's architecture tokens are the kernel's AUDIT_ARCH_… (but for x32, which has none of its own). */
	return seccomp_arch_native();
}

/* Likewise, of what is notified of. */
static uint32_t
wanted_of_path(bool i386, int nr, const uint64_t *args, bool *may_look)
{
	for (size_t i = 0; i < pathcalls_len; i++) {
		const struct pathcall *call = &pathcalls[i];
		int dir = call->paths[0].dir, flags = call->at_flags;

		if ((i386 ? call->nr_i386 : call->nr_native) != nr || call->unwatched)
			continue;
		*may_look = dir || flags;
		if ((dir && (int32_t)args[dir - 1] != AT_FDCWD) || (flags && args[flags - 1] & AT_EMPTY_PATH))
			return SECCOMP_RET_ALLOW;
		return SECCOMP_RET_USER_NOTIF;
	}
	return SECCOMP_RET_ALLOW;
}

/* The verdict that the tables ask for, found without the program. */
static uint32_t
wanted(const struct program *p, bool i386, int nr, const uint64_t *args, bool *may_look)
{
	*may_look = false;
	for (size_t i = 0; i < seccomp_rows_len; i++) {
		const struct seccomp_row *row = &seccomp_rows[i];

		if ((i386 ? row->nr_i386 : row->nr_native) != nr)
			continue;
		if (row->arg > 0)
			*may_look = true;
		if (row->arg == 0 || (uint32_t)args[row->arg - 1] == row->value)
			return SECCOMP_RET_ERRNO | (uint32_t)row->errnum;
	}
	return p->watches ? wanted_of_path(i386, nr, args, may_look) : SECCOMP_RET_ALLOW;
}

static void
compare(const struct program *p, uint32_t arch, bool i386, int nr, const uint64_t *args)
{
	struct seccomp_data data = { .nr = nr, .arch = arch };
	bool looked, may_look;
	uint32_t want = wanted(p, i386, nr, args, &may_look), got;

	memcpy(data.args, args, sizeof(data.args));
	got = interpret(p, &data, &looked);
	if (got != want)
		fail_msg("arch %#x call %d: %#x instead of %#x", arch, nr, got, want);
	/* What the kernel's cache of verdicts rests on: only rows with an argument make the program look at one. */
	if (looked && !may_look)
		fail_msg("arch %#x call %d: decided by an argument", arch, nr);
}

/* All numbers of an ABI, each with every value that some row looks for, plain and with other high bits. */
static void
compare_abi(const struct program *p, uint32_t arch, bool i386)
{
	static const uint64_t high[] = { 0, 0xffffffff00000000, 0x8000000000000000, 0x0000000100000000 };

	for (int nr = 0; nr < 1024; nr++) {
		uint64_t args[6] = { 0 };

		compare(p, arch, i386, nr, args);
		memset(args, 0xff, sizeof(args));
		compare(p, arch, i386, nr, args);
		for (size_t i = 0; i < seccomp_rows_len; i++) {
			for (size_t h = 0; seccomp_rows[i].arg > 0 && h < sizeof(high) / sizeof(high[0]); h++) {
				memset(args, 0, sizeof(args));
				args[seccomp_rows[i].arg - 1] = seccomp_rows[i].value | high[h];
				compare(p, arch, i386, nr, args);
				/* The value in the high half is another number. */
				args[seccomp_rows[i].arg - 1] = (uint64_t)seccomp_rows[i].value << 32;
				compare(p, arch, i386, nr, args);
			}
		}
		/* What a call that names a path is told by. */
		for (unsigned which = 0; which < 1 << 6; which++) {
			for (size_t i = 0; i < 6; i++)
				args[i] = which & 1u << i ? (uint32_t)AT_FDCWD : AT_SYMLINK_NOFOLLOW;
			compare(p, arch, i386, nr, args);
			for (size_t i = 0; i < 6; i++)
				args[i] = which & 1u << i ? AT_EMPTY_PATH : UINT32_MAX & ~(uint32_t)AT_EMPTY_PATH;
			compare(p, arch, i386, nr, args);
			for (size_t i = 0; i < 6; i++)
				args[i] = which & 1u << i ? (uint32_t)AT_FDCWD : 0;
			compare(p, arch, i386, nr, args);
		}
	}
}

static void
test_verdicts(void **state)
{
	(void)state;
	for (int watches = 0; watches < 2; watches++) {
		struct program p = compile(watches);

		compare_abi(&p, arch_native(), false);
#ifdef __x86_64__
		compare_abi(&p, AUDIT_ARCH_I386, true);
#endif
	}
}

/* No call is in both tables: there an errno would go before the notification, and nobody would be told. */
static void
test_tables_are_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < pathcalls_len; i++)
		for (size_t j = 0; j < seccomp_rows_len && !pathcalls[i].unwatched; j++)
			assert_string_not_equal(pathcalls[i].name, seccomp_rows[j].name);
}

static void
look_at_foreign_abis(const struct program *p)
{
	static const uint32_t arches[] = {
		0, 0xffffffff, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_AARCH64,
		AUDIT_ARCH_PPC64LE, AUDIT_ARCH_RISCV64, AUDIT_ARCH_S390X,
	};
	bool looked;

	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		if (arches[i] == arch_native())
			continue;
#ifdef __x86_64__
		if (arches[i] == AUDIT_ARCH_I386)
			continue;
#endif
		for (int nr = -1; nr < 1024; nr++) {
			struct seccomp_data data = { .nr = nr, .arch = arches[i] };

			assert_int_equal(interpret(p, &data, &looked), SECCOMP_RET_KILL_PROCESS);
		}
	}
#ifdef __x86_64__
	for (int nr = -1; nr < 1024; nr++) {
		struct seccomp_data data = { .nr = (int)((unsigned)nr | __X32_SYSCALL_BIT), .arch = AUDIT_ARCH_X86_64 };

		assert_int_equal(interpret(p, &data, &looked), SECCOMP_RET_ERRNO | ENOSYS);
	}
#endif
}

static void
test_foreign_abis(void **state)
{
	struct program plain = compile(false), watching = compile(true);

	(void)state;
	look_at_foreign_abis(&plain);
	look_at_foreign_abis(&watching);
}

static void
test_too_small(void **state)
{
	int (*const compilers[])(struct sock_filter *, size_t) = { seccomp_compile, seccomp_watch_compile };
	struct sock_filter insns[SECCOMP_INSNS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int len = compilers[i](insns, SECCOMP_INSNS_MAX);

		for (int cap = 0; cap < len; cap++) {
			memset(insns, 0x5a, sizeof(insns));
			assert_int_equal(compilers[i](insns, (size_t)cap), -E2BIG);
			assert_int_equal(insns[cap].code, 0x5a5a); /* nothing was written past the end */
		}
		assert_int_equal(compilers[i](insns, (size_t)len), len);
	}
}

/* ---- the kernel ---- */

enum filter { NONE, PLAIN, WATCHING };

static int
install(enum filter filter)
{
	if (filter == NONE)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return filter == WATCHING ? seccomp_watch_install() : seccomp_deny_list_install();
}

/* Runs work() in a child, with the deny list or without; returns what it returned (0..126), or 128 + its signal. */
static int
in_child(int (*work)(size_t), size_t n, enum filter filter)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setsid(); /* vhangup(2) finds no terminal */
		if (install(filter) < 0)
			_exit(127);
		_exit(work(n));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	if (WEXITSTATUS(status) == 127)
		fail_msg("the deny list could not be installed");
	return WEXITSTATUS(status);
}

/* The call of a row with arguments that can have no effect: -1 wherever no row asks for a value. Its errno, or 0. */
static int
call_native(size_t n)
{
	const struct seccomp_row *row = &seccomp_rows[n];
	unsigned long args[6];

	memset(args, 0xff, sizeof(args));
	if (row->arg > 0)
		args[row->arg - 1] = row->value | 0x5afe5afe00000000; /* the kernel does not see it, nor may we */
	if (syscall(row->nr_native, args[0], args[1], args[2], args[3], args[4], args[5]) < 0)
		return errno;
	return 0;
}

#ifdef __x86_64__
static int
call_i386(size_t n)
{
	const struct seccomp_row *row = &seccomp_rows[n];
	uint32_t args[3] = { UINT32_MAX, UINT32_MAX, UINT32_MAX };
	long r;

	if (row->arg > 0)
		args[row->arg - 1] = row->value;
	r = i386_call(row->nr_i386, args[0], args[1], args[2]);
	return r < 0 ? (int)-r : 0;
}

static int
getpid_i386(size_t n)
{
	(void)n;
	return i386_call(20, 0, 0, 0) == getpid() ? 0 : 1;
}

static int
getpid_x32(size_t n)
{
	(void)n;
	return syscall(__X32_SYSCALL_BIT | (unsigned)__NR_getpid) < 0 ? errno : 0;
}
#endif

/* Whether an ordinary user gets another answer without the deny list, so that the one with it is ours. */
static bool
tells_apart(const struct seccomp_row *row)
{
	static const char *const refused_anyway[] = {
		"acct",	       "bpf",	     "clock_settime", "delete_module",	   "finit_module", "init_module",
		"ioperm",      "iopl",	     "kexec_load",    "kexec_file_load",   "reboot",	   "swapoff",
		"swapon",      "syslog",     "vhangup",	      "open_by_handle_at", "lookup_dcookie", "uselib",
		"settimeofday", "clock_settime64", "stime",   "vm86",		   "vm86old",	   "socketcall",
	};

	for (size_t i = 0; i < sizeof(refused_anyway) / sizeof(refused_anyway[0]); i++)
		if (strcmp(refused_anyway[i], row->name) == 0)
			return false;
	return true;
}

static void
test_calls_are_denied(void **state)
{
	size_t told_apart = 0;

	(void)state;
	for (size_t i = 0; i < seccomp_rows_len; i++) {
		const struct seccomp_row *row = &seccomp_rows[i];
		int inside, outside;

		if (row->nr_native < 0)
			continue;
		inside = in_child(call_native, i, PLAIN);
		assert_int_equal(in_child(call_native, i, WATCHING), inside);
		outside = in_child(call_native, i, NONE);
		if (inside != row->errnum)
			fail_msg("%s: errno %d instead of %d", row->name, inside, row->errnum);
		if (outside != inside)
			told_apart++;
		else if (tells_apart(row))
			fail_msg("%s: errno %d without the deny list too", row->name, outside);
	}
	assert_true(told_apart >= 15);
}

static void
test_i386_calls_are_denied(void **state)
{
	(void)state;
#ifdef __x86_64__
	if (in_child(getpid_i386, 0, NONE) != 0)
		skip(); /* the kernel has no 32-bit calls */
	assert_int_equal(in_child(getpid_i386, 0, PLAIN), 0);
	for (size_t i = 0; i < seccomp_rows_len; i++) {
		const struct seccomp_row *row = &seccomp_rows[i];
		int inside, outside;

		if (row->nr_i386 < 0)
			continue;
		inside = in_child(call_i386, i, PLAIN);
		assert_int_equal(in_child(call_i386, i, WATCHING), inside);
		outside = in_child(call_i386, i, NONE);
		if (inside != row->errnum)
			fail_msg("%s: errno %d instead of %d", row->name, inside, row->errnum);
		if (outside == inside && (tells_apart(row) || strcmp(row->name, "socketcall") == 0))
			fail_msg("%s: errno %d without the deny list too", row->name, outside);
	}
	assert_int_equal(in_child(getpid_x32, 0, PLAIN), ENOSYS);
#else
	skip();
#endif
}

/* ---- attacks that work, and then do not ---- */

/* Pushes a byte into the input of a terminal that is this process's own; 0 if it can be read back. */
static int
push_into_terminal(size_t n)
{
	char c = '!', back = 0, name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	struct termios raw;

	(void)n;
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, sizeof(name)) != 0)
		return 126;
	slave = open(name, O_RDWR); /* the child is a session leader: this makes it the controlling terminal */
	if (slave < 0 || tcgetattr(slave, &raw) < 0)
		return 126;
	cfmakeraw(&raw);
	if (tcsetattr(slave, TCSANOW, &raw) < 0)
		return 126;
	if (ioctl(slave, TIOCSTI, &c) < 0)
		return errno;
	return read(slave, &back, 1) == 1 && back == c ? 0 : 125;
}

static int
make_io_uring(size_t n)
{
	struct io_uring_params params = { 0 };

	(void)n;
	return syscall(__NR_io_uring_setup, 4, &params) < 0 ? errno : 0;
}

static int
find_session_keyring(size_t n)
{
	(void)n;
	return syscall(__NR_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1) < 0 ? errno : 0;
}

static int
make_userfaultfd(size_t n)
{
	(void)n;
	return syscall(__NR_userfaultfd, O_CLOEXEC | 1 /* UFFD_USER_MODE_ONLY */) < 0 ? errno : 0;
}

static void
test_attacks(void **state)
{
	static const struct {
		const char *name;
		int (*work)(size_t);
		int errnum;
		int off; /* what a kernel says that has it switched off: EIO is dev.tty.legacy_tiocsti=0 */
	} attacks[] = {
		{ "TIOCSTI", push_into_terminal, EPERM, EIO },
		{ "io_uring", make_io_uring, ENOSYS, EPERM },
		{ "keyctl", find_session_keyring, ENOSYS, 0 },
		{ "userfaultfd", make_userfaultfd, EPERM, ENOSYS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		int outside = in_child(attacks[i].work, 0, NONE), inside = in_child(attacks[i].work, 0, PLAIN);

		if (outside == attacks[i].off && outside != 0)
			print_message("# %s: this kernel has it switched off\n", attacks[i].name);
		else if (outside != 0)
			fail_msg("%s fails without the deny list: errno %d", attacks[i].name, outside);
		if (inside != attacks[i].errnum)
			fail_msg("%s: errno %d instead of %d", attacks[i].name, inside, attacks[i].errnum);
	}
}

/* ---- what programs need ---- */

static int
nest(size_t n)
{
	(void)n;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC) < 0)
		return errno;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("x", "/tmp", "tmpfs", 0, NULL) < 0)
		return errno;
	return umount2("/tmp", MNT_DETACH) < 0 ? errno : 0;
}

static int
trace(size_t n)
{
	pid_t pid = fork();
	int status, r = 0;

	(void)n;
	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? errno : 0);
	if (waitpid(pid, &status, 0) == pid)
		r = WEXITSTATUS(status);
	return r;
}

static int
various_calls(size_t n)
{
	struct timex tx = { .modes = 0 };
	struct winsize size;
	int fd;

	switch (n) {
	case 0:
		return adjtimex(&tx) < 0 ? errno : 0;
	case 1:
		return personality(ADDR_NO_RANDOMIZE) < 0 ? errno : 0;
	case 2:
		return (fd = socket(AF_INET, SOCK_STREAM, 0)) < 0 ? errno : 0;
	case 3:
		return (fd = socket(AF_UNIX, SOCK_DGRAM, 0)) < 0 ? errno : 0;
	case 4:
		fd = posix_openpt(O_RDWR | O_NOCTTY);
		return ioctl(fd, TIOCGWINSZ, &size) < 0 ? errno : 0;
	case 5:
		return (int)syscall(-1) < 0 ? errno : 0;
	default:
		return 126;
	}
}

static void
test_programs_see_no_difference(void **state)
{
	(void)state;
	assert_int_equal(in_child(nest, 0, PLAIN), in_child(nest, 0, NONE));
	assert_int_equal(in_child(trace, 0, PLAIN), in_child(trace, 0, NONE));
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(in_child(various_calls, i, PLAIN), in_child(various_calls, i, NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_sound),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_tables_are_apart),
		cmocka_unit_test(test_foreign_abis),
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_calls_are_denied),
		cmocka_unit_test(test_i386_calls_are_denied),
		cmocka_unit_test(test_attacks),
		cmocka_unit_test(test_programs_see_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
