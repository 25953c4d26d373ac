/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of users and groups below another root. */
#include "config.h"

#include "inspect/accounts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "base/wire.h"
#include "inspect/rootpath.h"
#include "sys/nsask.h"

/* Beyond it names are missing, which is no harm. */
enum { ACCOUNTS_MAX = 1024 * 1024 };

static char *
read_bounded(int root, const char *path)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *text = NULL;
	_autoclose_ int fd = -1;
	size_t len = 0, cap = 0;

	if (rootpath_walk(root, path, &found) < 0)
		return NULL;
	fd = rootpath_open(root, &found);
	if (fd < 0)
		return NULL;
	for (;;) {
		ssize_t n;

		text = array_grow(text, &cap, len + 4096, 1);
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || (len += (size_t)n) > ACCOUNTS_MAX)
			break;
	}
	text[len] = '\0';
	return take_ptr(text);
}

void
accounts_read(int root, struct accounts *ret)
{
	memset(ret, 0, sizeof *ret);
	if (root < 0)
		return;
	ret->passwd = read_bounded(root, "/etc/passwd");
	ret->group = read_bounded(root, "/etc/group");
}

static void
answer(void *arg, char **ret, size_t *ret_len)
{
	struct wire wire = { 0 };
	struct accounts accounts;

	accounts_read(*(const int *)arg, &accounts);
	wire_put_text(&wire, accounts.passwd);
	wire_put_text(&wire, accounts.group);
	accounts_release(&accounts);
	*ret = wire.data;
	*ret_len = wire.len;
}

void
accounts_ask(int userns, int root, struct accounts *ret)
{
	_autowire_ struct wire wire = { 0 };

	memset(ret, 0, sizeof *ret);
	if (root < 0 || userns < 0 || nsask(userns, &root, 1, answer, &root, &wire.data, &wire.len) < 0)
		return;
	ret->passwd = wire_get_text(&wire);
	ret->group = wire_get_text(&wire);
}

void
accounts_release(struct accounts *accounts)
{
	free(accounts->passwd);
	free(accounts->group);
	memset(accounts, 0, sizeof *accounts);
}

/* True if the third of the fields at `line` is the number. */
static bool
has_id(const char *line, uint32_t id)
{
	const char *end = line + strcspn(line, "\n");
	_autofree_ char *digits = NULL;
	uint64_t n;

	for (int field = 0; field < 2; field++) {
		line += strcspn(line, ":\n");
		if (line == end)
			return false;
		line++;
	}
	digits = text_ndup(line, strcspn(line, ":\n"));
	return number_parse(digits, UINT32_MAX, &n) == 0 && n == id;
}

static char *
find_name(const char *text, uint32_t id)
{
	const char *line = text;

	while (line && *line != '\0') {
		size_t name_len = strcspn(line, ":\n");

		if (name_len > 0 && has_id(line, id))
			return text_ndup(line, name_len);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

char *
accounts_user(const struct accounts *accounts, uint32_t uid)
{
	return find_name(accounts->passwd, uid);
}

char *
accounts_group(const struct accounts *accounts, uint32_t gid)
{
	return find_name(accounts->group, gid);
}
