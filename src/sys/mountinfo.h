/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/PID/mountinfo (proc_pid_mountinfo(5)), line by line. The lines come from the kernel, the paths in them from
 * anyone who may mount. No heap, no stdio: the payload reads it between clone and exec.
 */
#ifndef SYS_MOUNTINFO_H
#define SYS_MOUNTINFO_H

#include <stddef.h>
#include <stdint.h>

struct mountinfo {
	uint64_t id, parent;
	unsigned major, minor;
	char *root;	   /* of the mount within its file system; unescaped */
	char *mount_point; /* relative to the reader's root; unescaped */
	char *options;	   /* of the mount: "ro,nosuid,nodev,relatime" */
	char *optional;	   /* "shared:1 master:2", or "" */
	char *type;
	char *source;	   /* unescaped */
	char *super_options;
};

/* Splits one line in place (no newline at its end). 0 or -EINVAL. */
int mountinfo_parse(char *line, struct mountinfo *ret);

/*
 * The kernel writes blank, tab, newline, backslash and # as \ooo, in options a comma too. In place; done already for
 * "unescaped" fields.
 */
void mountinfo_unescape(char *text);

/* True if the comma-separated options hold the word. */
int mountinfo_has_option(const char *options, const char *word);

/*
 * A reader over an open descriptor, with a buffer of the caller's. A line longer than the buffer is an error.
 */
struct mountinfo_reader {
	int fd;
	char *buf;
	size_t size, start, end;
};

/* 1 with *ret filled (valid until the next call), 0 at the end, -errno. */
int mountinfo_next(struct mountinfo_reader *reader, struct mountinfo *ret);

#endif
