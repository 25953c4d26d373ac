/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch-step PID N: kills a process at its N-th entry to, or return from, a system call from now on, and says which
 * call that was.
 */
#include "config.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* struct ptrace_syscall_info (ptrace(2)), which the C library's header has or has not. */
struct syscall_info {
	uint8_t op;
	uint8_t pad[3];
	uint32_t arch;
	uint64_t instruction_pointer, stack_pointer, number;
	uint64_t rest[8];
};
enum { GET_SYSCALL_INFO = 0x420e, ENTRY = 1 };

int
main(int argc, char **argv)
{
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	int left = pid > 0 ? atoi(argv[2]) : 0, status;
	struct syscall_info info = { 0 };

	if (left <= 0 || ptrace(PTRACE_SEIZE, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0) {
		perror("watch-step");
		return 1;
	}
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && --left == 0)
			break;
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	if (left > 0)
		return 1;
	if (syscall(SYS_ptrace, GET_SYSCALL_INFO, pid, sizeof info, &info) < 0)
		return 1;
	printf("%s %ld\n", info.op == ENTRY ? "at" : "after", info.op == ENTRY ? (long)info.number : -1);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, __WALL) == pid && !WIFSIGNALED(status))
		;
	return 0;
}
