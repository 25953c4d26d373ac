/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program inside may do with a file. */
#include "config.h"

#include "inspect/permission.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/caps.h"

bool
permission_is_privileged(void)
{
	/* Not by the user: who asks in the sandbox's user namespace is uid 0 there, and has no capability. */
	return caps_effective() & (1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH);
}

static bool
is_our_group(gid_t group)
{
	_autofree_ gid_t *groups = NULL;
	int n = getgroups(0, NULL);

	if (group == getegid())
		return true;
	if (n <= 0)
		return false;
	groups = array_grow(NULL, &(size_t){ (size_t)n }, (size_t)n, sizeof *groups);
	n = getgroups(n, groups);
	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* As acl_permission_check() in the kernel, for one without capabilities and a file without an ACL. */
static bool
bits_allow(const struct stat *st, int mode)
{
	unsigned bits = st->st_mode & 07;

	if (st->st_uid == geteuid())
		bits = (st->st_mode >> 6) & 07;
	else if (is_our_group(st->st_gid))
		bits = (st->st_mode >> 3) & 07;
	return (bits & (unsigned)mode) == (unsigned)mode;
}

int
permission_to(const struct rootpath *found, int mode)
{
	struct statvfs fs;
	bool is_fixed = fstatvfs(found->fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
	bool allowed;

	/* Devices, FIFOs and sockets can be written on a read-only file system too. */
	is_fixed = is_fixed && (S_ISREG(found->st.st_mode) || S_ISDIR(found->st.st_mode));
	/* The kernel would say EROFS before it looks at anything else. */
	if (is_fixed || permission_is_privileged())
		allowed = bits_allow(&found->st, mode);
	else
		allowed = faccessat(found->fd, "", mode, AT_EMPTY_PATH | AT_EACCESS) == 0 ||
			  (errno != EACCES && bits_allow(&found->st, mode));
	if (!allowed)
		return -EACCES;
	return (mode & W_OK) && is_fixed ? -EROFS : 0;
}
