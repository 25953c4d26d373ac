/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who the payload appears to be.
 *
 * The files made here have a line for every id that can be seen inside: the payload's own, 65534 for all that is not
 * mapped, and root, which programs look up by name though nothing belongs to it. What comes from the environment or
 * from a name service is cut to what a field can hold: no value begins a line of its own.
 */
#include "config.h"

#include "sandbox/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "sys/getent.h"

enum {
	ID_NOBODY = 65534, /* what the kernel shows for ids without a mapping (/proc/sys/kernel/overflowuid) */
	LINE_MAX_BYTES = 4096,
};

/* The fields of passwd(5) that are taken over. */
struct account {
	char *name, *gecos, *home, *shell;
};

static void
account_release(struct account *account)
{
	free(account->name);
	free(account->gecos);
	free(account->home);
	free(account->shell);
	*account = (struct account){ 0 };
}

void
identity_release(struct identity *identity)
{
	free(identity->user);
	free(identity->outer_user);
	free(identity->gecos);
	free(identity->home);
	free(identity->shell);
	free(identity->group);
	*identity = (struct identity){ 0 };
}

/* What would end the field or the line, or move the cursor of whoever prints it. */
static bool
breaks_field(char c)
{
	return c == ':' || (unsigned char)c < 0x20 || c == 0x7f;
}

static bool
is_field(const char *text)
{
	while (*text != '\0' && !breaks_field(*text))
		text++;
	return *text == '\0';
}

static char *
field(const char *text)
{
	char *copy = text_dup(text ? text : "");

	for (char *p = copy; *p != '\0'; p++)
		if (breaks_field(*p))
			*p = '_';
	return copy;
}

static void
account_copy(const struct passwd *pw, struct account *ret)
{
	*ret = (struct account){ field(pw->pw_name), field(pw->pw_gecos), field(pw->pw_dir), field(pw->pw_shell) };
}

/* fgetpwent_r(3) and its like ask for the position at each line; once it was set, the C library knows it. */
static FILE *
open_lines(const char *path)
{
	FILE *f = fopen(path, "re");

	if (f)
		fseek(f, 0, SEEK_SET);
	return f;
}

/* The first line of f with that user id, or, where `name` is given, with that name. */
static bool
scan_users(FILE *f, uid_t uid, const char *name, struct account *ret)
{
	char buf[LINE_MAX_BYTES];
	struct passwd pw, *found;

	/* ERANGE ends it too: a line too long for us, and the name service may still have the user. */
	while (f && fgetpwent_r(f, &pw, buf, sizeof buf, &found) == 0)
		if (name ? strcmp(pw.pw_name, name) == 0 : pw.pw_uid == uid) {
			account_copy(&pw, ret);
			return true;
		}
	return false;
}

/* Asks the file itself, then the name service. *ret_in_file says which had it. */
static bool
find_user(const char *path, uid_t uid, const char *name, bool *ret_in_file, struct account *ret)
{
	_autofclose_ FILE *f = open_lines(path);
	char key[16];
	struct getent service;
	bool found;

	*ret_in_file = scan_users(f, uid, name, ret);
	if (*ret_in_file)
		return true;
	snprintf(key, sizeof key, "%u", (unsigned)uid);
	service = getent_open("passwd", name ? name : key);
	found = scan_users(service.lines, uid, name, ret);
	getent_close(&service);
	return found;
}

static char *
scan_groups(FILE *f, gid_t gid)
{
	/* Not on the stack: it is probed page by page, and each would be there, in every process of a session. */
	static char buf[16 * LINE_MAX_BYTES];
	struct group gr, *found;

	while (f && fgetgrent_r(f, &gr, buf, sizeof buf, &found) == 0)
		if (gr.gr_gid == gid)
			return field(gr.gr_name);
	return NULL;
}

/* Name of a group, from the file, else from the name service; NULL if it has none. */
static char *
find_group(const char *path, gid_t gid)
{
	_autofclose_ FILE *f = open_lines(path);
	char *name = scan_groups(f, gid);
	char key[16];
	struct getent service;

	if (name)
		return name;
	snprintf(key, sizeof key, "%u", (unsigned)gid);
	service = getent_open("group", key);
	name = scan_groups(service.lines, gid);
	getent_close(&service);
	return name;
}

char *
identity_home_of(const char *name)
{
	struct account account = { NULL, NULL, NULL, NULL };
	bool in_file;
	char *home;

	if (!find_user("/etc/passwd", 0, name, &in_file, &account))
		return NULL;
	home = text_dup(account.home);
	account_release(&account);
	return home;
}

static void
choose_ids(const struct request *req, struct identity *ret)
{
	ret->outer_uid = geteuid();
	ret->outer_gid = getegid();
	switch (req->as) {
	case AS_SELF:
		ret->inner_uid = ret->outer_uid;
		ret->inner_gid = ret->outer_gid;
		break;
	case AS_ROOT:
		ret->inner_uid = 0;
		ret->inner_gid = 0;
		break;
	case AS_IDS:
		ret->inner_uid = req->as_uid;
		ret->inner_gid = req->as_gid;
		break;
	}
}

/* $HOME, as all programs have it; the account's where that is no directory's name. */
static char *
choose_home(const char *env, const char *account)
{
	if (env && env[0] == '/')
		return path_absolute("/", env);
	if (account && account[0] == '/')
		return path_absolute("/", account);
	return text_dup("/");
}

/* The name inside for an id that is not the caller's own. */
static char *
name_for(uid_t uid, const char *passwd)
{
	_autofclose_ FILE *f = open_lines(passwd);
	struct account account = { 0 };
	char *name;

	if (uid == 0)
		return text_dup("root");
	if (uid == ID_NOBODY)
		return text_dup("nobody");
	name = scan_users(f, uid, NULL, &account) && account.name[0] != '\0' ? text_dup(account.name) :
									       text_format("user%u", uid);
	account_release(&account);
	return name;
}

static void
add_line(char **text, const char *name, unsigned id, const char *rest)
{
	char *longer = text_format("%s%s:x:%u:%s\n", *text, name, id, rest);

	free(*text);
	*text = longer;
}

/* One's own line first: lookups take the first that matches. */
char *
identity_passwd(const struct identity *id, const char *shell)
{
	const char *gecos = id->inner_uid == id->outer_uid ? id->gecos : id->user;
	const char *home = is_field(id->home) ? id->home : "/";
	const char *login = is_field(shell) ? shell : "/bin/sh";
	_autofree_ char *own = text_format("%u:%s:%s:%s", id->inner_gid, gecos, home, login);
	char *text = text_dup("");

	add_line(&text, id->user, id->inner_uid, own);
	if (id->inner_uid != 0) {
		add_line(&text, "root", 0, "0:root:/root:/bin/sh");
	} else if (id->outer_uid != 0) {
		/* As root, one's own name still leads to one's own home. */
		_autofree_ char *outer = text_format("%u:%s:%s:%s", id->outer_gid, id->gecos, home, login);

		add_line(&text, id->outer_user, id->outer_uid, outer);
	}
	if (id->inner_uid != ID_NOBODY)
		add_line(&text, "nobody", ID_NOBODY, "65534:nobody:/nonexistent:/usr/sbin/nologin");
	return text;
}

char *
identity_group(const struct identity *id)
{
	char *text = text_dup("");

	add_line(&text, id->group, id->inner_gid, "");
	if (id->inner_gid != 0)
		add_line(&text, "root", 0, "");
	if (id->inner_gid != ID_NOBODY)
		add_line(&text, "nogroup", ID_NOBODY, "");
	return text;
}

/* The group's name inside: nogroup and root have theirs whatever the file says. */
static char *
name_for_group(gid_t gid, const char *group_file)
{
	_autofree_ char *known = NULL;

	if (gid == 0)
		return text_dup("root");
	if (gid == ID_NOBODY)
		return text_dup("nogroup");
	known = find_group(group_file, gid);
	return known && known[0] != '\0' ? take_ptr(known) : text_format("group%u", gid);
}

/*
 * An ordinary user can map one group, his primary one (user_namespaces(7)). The rest stay in force and have no names.
 */
static void
explain_groups(gid_t primary)
{
	gid_t groups[256];
	int len, others = 0;

	if (log_level() < LOG_VERBOSE)
		return;
	len = getgroups(sizeof groups / sizeof *groups, groups);
	for (int i = 0; i < len; i++)
		others += groups[i] != primary;
	if (others > 0)
		log_verbose("%d supplementary %s stay%s in force for access to files, but the kernel lets an ordinary "
			    "user map one group only: inside %s shown as nogroup (65534)",
			    others, others == 1 ? "group" : "groups", others == 1 ? "s" : "",
			    others == 1 ? "it is" : "they are");
}

void
identity_make(const struct request *req, const struct identity_sources *sources, struct identity *ret)
{
	struct account account = { 0 };
	bool in_file;

	*ret = (struct identity){ 0 };
	choose_ids(req, ret);
	find_user(sources->passwd, ret->outer_uid, NULL, &in_file, &account);
	ret->local = in_file && ret->inner_uid == ret->outer_uid && ret->inner_gid == ret->outer_gid;
	if (!account.name || account.name[0] == '\0') {
		account_release(&account);
		account.name = text_format("user%u", ret->outer_uid);
		account.gecos = text_format("user %u", ret->outer_uid);
	}
	ret->outer_user = take_ptr(account.name);
	ret->gecos = take_ptr(account.gecos);
	ret->user = ret->inner_uid == ret->outer_uid ? text_dup(ret->outer_user) :
						       name_for(ret->inner_uid, sources->passwd);
	ret->home = choose_home(sources->home, account.home);
	ret->shell = text_dup(account.shell && account.shell[0] == '/' ? account.shell : "/bin/sh");
	ret->group = name_for_group(ret->inner_gid, sources->group);
	explain_groups(ret->outer_gid);
	account_release(&account);
}
