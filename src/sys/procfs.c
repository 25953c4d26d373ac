/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of proc(5), read whole; the status of a process as values. */
#include "config.h"

#include "sys/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"

enum { FIRST_READ = 16 * 1024, READ_MAX = 256 * 1024 * 1024 };

int
procfs_open(void)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int
procfs_open_named(int proc, const char *name)
{
	int fd = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int
procfs_open_process(int proc, pid_t pid)
{
	char name[16];

	snprintf(name, sizeof name, "%d", (int)pid);
	return procfs_open_named(proc, name);
}

int
procfs_read(int dir, const char *name, char **ret, size_t *ret_len)
{
	_autoclose_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	_autofree_ char *text = NULL;
	size_t len = 0, cap = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n;

		/* Much room at once: the kernel makes the lines anew for each read(2), and fills what it is given. */
		if (cap - len < FIRST_READ)
			text = array_grow(text, &cap, len + FIRST_READ + 1, 1);
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > READ_MAX)
			return -EFBIG;
	}
	text[len] = '\0';
	if (ret_len)
		*ret_len = len;
	*ret = take_ptr(text);
	return 0;
}

ssize_t
procfs_read_some(int dir, const char *name, char *buf, size_t size)
{
	_autoclose_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && len < size - 1) {
		n = read(fd, buf + len, size - 1 - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	if (n < 0)
		return -errno;
	buf[len] = '\0';
	return (ssize_t)len;
}

int
procfs_readlink(int dir, const char *name, char **ret)
{
	_autofree_ char *text = NULL;
	size_t cap = 0, want = 256;

	for (;; want = cap * 2) {
		ssize_t n;

		text = array_grow(text, &cap, want, 1);
		n = readlinkat(dir, name, text, cap);
		if (n < 0)
			return -errno;
		if ((size_t)n == cap)
			continue;
		text[n] = '\0';
		*ret = take_ptr(text);
		return 0;
	}
}

int
procfs_ns_number(int process, enum ns_kind kind, uint64_t *ret)
{
	_autofree_ char *text = NULL;
	char name[24] = "ns/";
	char *digits, *end;
	int r;

	strcat(name, ns_rows[kind].name);
	r = procfs_readlink(process, name, &text);
	if (r < 0)
		return r;
	/* "mnt:[4026531832]" */
	digits = strchr(text, '['); /* NOLINT(clang-analyzer-core.NonNullParamChecker): r < 0 where it is NULL */
	end = digits ? strchr(digits, ']') : NULL;
	if (!end)
		return -EINVAL;
	*end = '\0';
	return number_parse(digits + 1, UINT64_MAX, ret);
}

bool
procfs_ns_is_same(int one, int other, enum ns_kind kind)
{
	uint64_t a, b;

	return procfs_ns_number(one, kind, &a) == 0 && procfs_ns_number(other, kind, &b) == 0 && a == b;
}

uint32_t
procfs_overflow_id(int proc, const char *name)
{
	_autofree_ char *path = text_format("sys/kernel/%s", name);
	_autofree_ char *text = NULL;
	uint64_t id;

	if (procfs_read(proc, path, &text, NULL) < 0)
		return 65534;
	text[strcspn(text, "\n")] = '\0';
	return number_parse(text, UINT32_MAX, &id) < 0 ? 65534 : (uint32_t)id;
}

/* Up to `max` decimal numbers, separated by blanks; how many there are. */
static size_t
take_numbers(const char *text, uint32_t *ret, size_t max)
{
	size_t n = 0;
	char *end;

	for (; n < max; n++) {
		unsigned long value = strtoul(text, &end, 10);

		if (end == text)
			break;
		ret[n] = (uint32_t)value;
		text = end;
	}
	return n;
}

static void
take_ids(const char *value, uint32_t ret[4])
{
	uint32_t ids[4];

	if (take_numbers(value, ids, 4) == 4)
		memcpy(ret, ids, sizeof ids);
}

static void
take_groups(const char *value, struct procfs_status *status)
{
	size_t cap = 0;
	uint32_t id;

	/* One at a time: there may be 65,536. */
	while (take_numbers(value, &id, 1) == 1) {
		status->groups = array_grow(status->groups, &cap, status->groups_len + 1, sizeof *status->groups);
		status->groups[status->groups_len++] = id;
		value += strspn(value, " \t");
		value += strcspn(value, " \t");
	}
}

static size_t
take_levels(const char *value, pid_t ret[PROCFS_LEVELS])
{
	uint32_t ids[PROCFS_LEVELS];
	size_t n = take_numbers(value, ids, PROCFS_LEVELS);

	for (size_t i = 0; i < n; i++)
		ret[i] = (pid_t)ids[i];
	return n;
}

/* The kernel writes a newline in the name as \n and a backslash as \\. */
static char *
unescape_name(const char *value)
{
	char *name = text_dup(value);
	char *to = name;

	for (const char *from = name; *from != '\0'; from++) {
		if (from[0] == '\\' && (from[1] == 'n' || from[1] == '\\'))
			*to++ = *++from == 'n' ? '\n' : '\\';
		else
			*to++ = *from;
	}
	*to = '\0';
	return name;
}

static void
take_line(const char *key, const char *value, struct procfs_status *status)
{
	static const struct {
		const char *key;
		size_t offset;
	} sets[] = {
		{ "CapInh", offsetof(struct procfs_status, caps.inheritable) },
		{ "CapPrm", offsetof(struct procfs_status, caps.permitted) },
		{ "CapEff", offsetof(struct procfs_status, caps.effective) },
		{ "CapBnd", offsetof(struct procfs_status, caps.bounding) },
		{ "CapAmb", offsetof(struct procfs_status, caps.ambient) },
	};

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (strcmp(key, sets[i].key) == 0)
			*(uint64_t *)((char *)status + sets[i].offset) = strtoull(value, NULL, 16);
	if (strcmp(key, "Name") == 0 && !status->name)
		status->name = unescape_name(value);
	else if (strcmp(key, "State") == 0)
		status->state = *value;
	else if (strcmp(key, "PPid") == 0)
		status->parent = (pid_t)strtol(value, NULL, 10);
	else if (strcmp(key, "Uid") == 0)
		take_ids(value, status->uids);
	else if (strcmp(key, "Gid") == 0)
		take_ids(value, status->gids);
	else if (strcmp(key, "Groups") == 0 && !status->groups)
		take_groups(value, status);
	else if (strcmp(key, "NSpid") == 0)
		status->levels = take_levels(value, status->pids);
	else if (strcmp(key, "NSsid") == 0)
		take_levels(value, status->sessions);
	else if (strcmp(key, "Umask") == 0)
		status->umask = (int)strtol(value, NULL, 8);
	else if (strcmp(key, "NoNewPrivs") == 0)
		status->no_new_privs = *value == '1';
	else if (strcmp(key, "Seccomp") == 0)
		status->seccomp = (int)strtol(value, NULL, 10);
	else if (strcmp(key, "Seccomp_filters") == 0)
		status->seccomp_filters = (int)strtol(value, NULL, 10);
	else if (strcmp(key, "VmRSS") == 0)
		status->resident = strtoull(value, NULL, 10);
}

int
procfs_status(int process, struct procfs_status *ret)
{
	struct procfs_status status = { .umask = -1, .seccomp = -1, .seccomp_filters = -1 };
	_autofree_ char *text = NULL;
	char *rest;
	int r = procfs_read(process, "status", &text, NULL);

	if (r < 0)
		return r;
	rest = text;
	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		char *value = strchr(line, ':');

		if (!value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \t");
		take_line(line, value, &status);
	}
	if (!status.name || status.levels == 0) {
		procfs_status_release(&status);
		return -EINVAL;
	}
	*ret = status;
	return 0;
}

void
procfs_status_release(struct procfs_status *status)
{
	free(status->name);
	free(status->groups);
	memset(status, 0, sizeof *status);
}

/* PF_FORKNOEXEC */
#define FLAG_FORKED_ONLY 0x40

int
procfs_times(int process, struct procfs_times *ret)
{
	enum { FIRST = 3, FLAGS = 9, USER_TIME = 14, KERNEL_TIME = 15, STARTED = 22, FIELDS };
	uint64_t fields[FIELDS] = { 0 }, second = (uint64_t)sysconf(_SC_CLK_TCK);
	char text[1024], *rest, *word;
	ssize_t n = procfs_read_some(process, "stat", text, sizeof text);
	int field = FIRST;

	if (n < 0)
		return (int)n;
	/* The second field is a name that the process has chosen: it ends with the last parenthesis. */
	rest = strrchr(text, ')');
	if (!rest || rest[1] != ' ')
		return -EINVAL;
	rest += 2;
	for (; field < FIELDS && (word = strsep(&rest, " ")); field++)
		fields[field] = strtoull(word, NULL, 10);
	if (field < FIELDS)
		return -EINVAL;
	*ret = (struct procfs_times){ .cpu = (fields[USER_TIME] + fields[KERNEL_TIME]) * 1000 / second,
				      .started = fields[STARTED] * 1000 / second,
				      .forked_only = fields[FLAGS] & FLAG_FORKED_ONLY };
	return 0;
}

size_t
procfs_children(int proc, pid_t pid, pid_t *ret, size_t max)
{
	_autofree_ char *text = NULL;
	char path[64], *at, *end;
	size_t len = 0;

	/* Absent where the kernel was built without CONFIG_PROC_CHILDREN. */
	snprintf(path, sizeof path, "%d/task/%d/children", (int)pid, (int)pid);
	if (procfs_read(proc, path, &text, NULL) < 0)
		return 0;
	for (at = text; at && len < max; at = end) {
		long child = strtol(at, &end, 10);

		if (end == at || child <= 0)
			break;
		ret[len++] = (pid_t)child;
	}
	return len;
}
