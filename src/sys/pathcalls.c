/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system calls that take paths. */
#include "config.h"

#include "sys/pathcalls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* What some architectures lack, or our headers. */
#ifndef __NR_open
#define __NR_open -1
#endif
#ifndef __NR_creat
#define __NR_creat -1
#endif
#ifndef __NR_stat
#define __NR_stat -1
#endif
#ifndef __NR_lstat
#define __NR_lstat -1
#endif
#ifndef __NR_newfstatat
#define __NR_newfstatat -1
#endif
#ifndef __NR_access
#define __NR_access -1
#endif
#ifndef __NR_readlink
#define __NR_readlink -1
#endif
#ifndef __NR_mkdir
#define __NR_mkdir -1
#endif
#ifndef __NR_rmdir
#define __NR_rmdir -1
#endif
#ifndef __NR_unlink
#define __NR_unlink -1
#endif
#ifndef __NR_rename
#define __NR_rename -1
#endif
#ifndef __NR_renameat
#define __NR_renameat -1
#endif
#ifndef __NR_link
#define __NR_link -1
#endif
#ifndef __NR_symlink
#define __NR_symlink -1
#endif
#ifndef __NR_chmod
#define __NR_chmod -1
#endif
#ifndef __NR_chown
#define __NR_chown -1
#endif
#ifndef __NR_lchown
#define __NR_lchown -1
#endif
#ifndef __NR_mknod
#define __NR_mknod -1
#endif
#ifndef __NR_utime
#define __NR_utime -1
#endif
#ifndef __NR_utimes
#define __NR_utimes -1
#endif
#ifndef __NR_futimesat
#define __NR_futimesat -1
#endif
#ifndef __NR_faccessat2
#define __NR_faccessat2 439
#endif

#define CALL(call, native, i386, ...) { .name = call, .nr_native = native, .nr_i386 = i386, .paths = __VA_ARGS__ }
#define PATH(n) { { .path = (n) } }
#define AT(d) { { .dir = (d), .path = (d) + 1 } }

/* clang-format off */
const struct pathcall pathcalls[] = {
	CALL("open",	__NR_open,	5,   PATH(1), .open_flags = 2),
	CALL("openat",	__NR_openat,	295, AT(1), .open_flags = 3),
	CALL("openat2",	__NR_openat2,	437, AT(1)),
	CALL("creat",	__NR_creat,	8,   { { .path = 1, .creates = true } }),
	CALL("stat",	__NR_stat,	106, PATH(1)),
	CALL("stat",	-1,		195, PATH(1)),
	CALL("lstat",	__NR_lstat,	107, PATH(1)),
	CALL("lstat",	-1,		196, PATH(1)),
	CALL("newfstatat",	__NR_newfstatat, 300, AT(1), .at_flags = 4),
	CALL("statx",	__NR_statx,	383, AT(1), .at_flags = 3),
	CALL("statfs",	__NR_statfs,	99,  PATH(1), .unwatched = true),
	CALL("statfs64",	-1,		268, PATH(1), .unwatched = true),
	CALL("access",	__NR_access,	33,  PATH(1)),
	CALL("faccessat",	__NR_faccessat,	307, AT(1)),
	CALL("faccessat2",	__NR_faccessat2, 439, AT(1), .at_flags = 4),
	CALL("execve",	__NR_execve,	11,  PATH(1), .executes = true),
	CALL("execveat",	__NR_execveat,	358, AT(1), .at_flags = 5, .executes = true),
	CALL("chdir",	__NR_chdir,	12,  PATH(1)),
	CALL("chroot",	__NR_chroot,	61,  PATH(1), .unwatched = true),
	CALL("readlink",	__NR_readlink,	85,  PATH(1), .unwatched = true),
	CALL("readlinkat",	__NR_readlinkat, 305, AT(1), .unwatched = true),
	CALL("truncate",	__NR_truncate,	92,  PATH(1), .unwatched = true),
	CALL("truncate64",	-1,		193, PATH(1), .unwatched = true),
	CALL("mkdir",	__NR_mkdir,	39,  { { .path = 1, .creates = true } }),
	CALL("mkdirat",	__NR_mkdirat,	296, { { .dir = 1, .path = 2, .creates = true } }),
	CALL("mknod",	__NR_mknod,	14,  { { .path = 1, .creates = true } }),
	CALL("mknodat",	__NR_mknodat,	297, { { .dir = 1, .path = 2, .creates = true } }),
	CALL("rmdir",	__NR_rmdir,	40,  PATH(1), .unwatched = true),
	CALL("unlink",	__NR_unlink,	10,  PATH(1), .unwatched = true),
	CALL("unlinkat",	__NR_unlinkat,	301, AT(1), .unwatched = true),
	CALL("rename",	__NR_rename,	38,  { { .path = 1 }, { .path = 2, .creates = true } }),
	CALL("renameat",	__NR_renameat,	302,
	     { { .dir = 1, .path = 2 }, { .dir = 3, .path = 4, .creates = true } }),
	CALL("renameat2",	__NR_renameat2,	353,
	     { { .dir = 1, .path = 2 }, { .dir = 3, .path = 4, .creates = true } }),
	CALL("link",	__NR_link,	9,   { { .path = 1 }, { .path = 2, .creates = true } }),
	CALL("linkat",	__NR_linkat,	303, { { .dir = 1, .path = 2 }, { .dir = 3, .path = 4, .creates = true } }),
	CALL("symlink",	__NR_symlink,	83,  { { .path = 2, .creates = true } }, .unwatched = true),
	CALL("symlinkat",	__NR_symlinkat,	304, { { .dir = 2, .path = 3, .creates = true } }, .unwatched = true),
	CALL("chmod",	__NR_chmod,	15,  PATH(1), .unwatched = true),
	CALL("fchmodat",	__NR_fchmodat,	306, AT(1), .unwatched = true),
	CALL("chown",	__NR_chown,	182, PATH(1), .unwatched = true),
	CALL("chown",	-1,		212, PATH(1), .unwatched = true),
	CALL("lchown",	__NR_lchown,	16,  PATH(1), .unwatched = true),
	CALL("lchown",	-1,		198, PATH(1), .unwatched = true),
	CALL("fchownat",	__NR_fchownat,	298, AT(1), .at_flags = 5, .unwatched = true),
	CALL("utime",	__NR_utime,	30,  PATH(1), .unwatched = true),
	CALL("utimes",	__NR_utimes,	271, PATH(1), .unwatched = true),
	CALL("futimesat",	__NR_futimesat,	299, AT(1), .unwatched = true),
	CALL("utimensat",	__NR_utimensat,	320, AT(1), .at_flags = 4, .unwatched = true),
	CALL("getxattr",	__NR_getxattr,	229, PATH(1), .unwatched = true),
	CALL("lgetxattr",	__NR_lgetxattr,	230, PATH(1), .unwatched = true),
	CALL("listxattr",	__NR_listxattr,	232, PATH(1), .unwatched = true),
	CALL("llistxattr",	__NR_llistxattr, 233, PATH(1), .unwatched = true),
	CALL("setxattr",	__NR_setxattr,	226, PATH(1), .unwatched = true),
	CALL("lsetxattr",	__NR_lsetxattr,	227, PATH(1), .unwatched = true),
	CALL("inotify_add_watch", __NR_inotify_add_watch, 292, PATH(2), .unwatched = true),
	CALL("name_to_handle_at", __NR_name_to_handle_at, 341, AT(1), .at_flags = 5, .unwatched = true),
	CALL("open_tree",	__NR_open_tree,	428, AT(1), .at_flags = 3, .unwatched = true),
	CALL("mount",	__NR_mount,	21,  { { .path = 1 }, { .path = 2 } }, .unwatched = true),
	CALL("connect",	__NR_connect,	362, { { .path = 2, .socket = true } }),
	CALL("bind",	__NR_bind,	361, { { .path = 2, .socket = true, .creates = true } }, .unwatched = true),
};
const size_t pathcalls_len = sizeof pathcalls / sizeof *pathcalls;
/* clang-format on */

int
pathcall_parse(const char *line, struct pathcall_registers *ret)
{
	struct pathcall_registers registers = { 0 };
	uint64_t stack = 0;
	char *end;

	if (strncmp(line, "running", 7) == 0)
		return -EAGAIN;
	registers.number = strtol(line, &end, 10);
	if (end == line || registers.number < 0)
		return end == line ? -EINVAL : -EAGAIN;
	for (int i = 0; i < 7; i++) {
		const char *start = end;
		unsigned long long value = strtoull(start, &end, 16);

		if (end == start)
			return -EINVAL;
		if (i < 6)
			registers.args[i] = value;
		else
			stack = value;
	}
#ifdef __x86_64__
	/* Nothing says by which table it is: but the stack of a 64-bit program never lies in the lowest 4 GiB. */
	registers.i386 = stack <= UINT32_MAX;
#else
	(void)stack;
#endif
	*ret = registers;
	return 0;
}

const struct pathcall *
pathcall_find(const struct pathcall_registers *registers)
{
	for (size_t i = 0; i < pathcalls_len; i++) {
		int number = registers->i386 ? pathcalls[i].nr_i386 : pathcalls[i].nr_native;

		if (number >= 0 && number == registers->number)
			return &pathcalls[i];
	}
	return NULL;
}
