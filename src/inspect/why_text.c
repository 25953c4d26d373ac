/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was found out about a path, in words. */
#include "config.h"

#include "inspect/why_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

char *
why_mount_text(const struct why_mount *mount)
{
	if (!mount)
		return text_dup("what is mounted there");
	if (mount->spec && mount->from)
		return text_format("the spec '%s' (%s)", mount->spec, mount->from);
	if (mount->spec)
		return text_format("the spec '%s'", mount->spec);
	if (mount->from)
		return text_format("'%s' of %s", mount->path, mount->from);
	if (mount->type)
		return text_format("what is mounted on '%s' (%s)", mount->path, mount->type);
	return text_format("what is mounted on '%s'", mount->path);
}

static const char *
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a regular file";
	case S_IFDIR:
		return "a directory";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFBLK:
	case S_IFCHR:
		return "a device";
	default:
		return "something else";
	}
}

/* "'/a/b' exists outside": or the path, and the part of it that is missing. */
static char *
subject_of(const struct why *why)
{
	if (why->creating)
		return text_format("'%s' is to be made, and its directory exists outside", why->path);
	return text_format("'%s' exists outside", why->path);
}

static char *
say_not_mounted(const struct why *why)
{
	_autofree_ char *subject = subject_of(why);

	if (strcmp(why->place, why->path) == 0)
		return text_format("%s and not inside: nothing is mounted there", subject);
	return text_format("%s; inside nothing is mounted from '%s' on", subject, why->place);
}

static char *
say_masked(const struct why *why)
{
	_autofree_ char *subject = subject_of(why);
	_autofree_ char *mount = why_mount_text(why->mount);

	if (why->mount && why->mount->source)
		return text_format("%s; inside %s shows '%s' in its place", subject, mount, why->mount->source);
	return text_format("%s; inside %s covers it with an empty directory", subject, mount);
}

static char *
say_link(const struct why *why)
{
	bool direct = strcmp(why->link, why->path) == 0;
	_autofree_ char *way = direct ? text_format("'%s' is a symbolic link to '%s'", why->path, why->target)
				      : text_format("'%s' leads through the symbolic link '%s' to '%s'", why->path,
						    why->link, why->target);

	return text_format("%s, and '%s' exists outside and not inside", way, why->place);
}

static char *
say_outside(const struct why *why)
{
	_autofree_ char *detail = NULL;

	if (why->sentence)
		return text_format("it fails outside in the same way: %s", why->sentence);
	if (!why->place)
		return text_dup("it fails outside in the same way");
	switch (why->code) {
	case ENOENT:
		detail = why->link ? text_format("the symbolic link '%s' leads to '%s', which does not exist outside "
						 "either",
						 why->link, why->place)
				   : text_format("'%s' does not exist outside either", why->place);
		break;
	case EACCES:
		detail = text_format("outside too you have no permission for '%s'", why->place);
		break;
	case ENOTDIR:
		detail = text_format("outside too '%s' is not a directory", why->place);
		break;
	case ELOOP:
		detail = text_format("outside too the symbolic links at '%s' lead in a circle", why->place);
		break;
	default:
		detail = text_format("outside too '%s' cannot be reached: %s", why->place, strerror(why->code));
	}
	return text_format("%s: no mount is to blame", detail);
}

static char *
say_read_only(const struct why *why)
{
	_autofree_ char *mount = why_mount_text(why->mount);

	if (why->creating)
		return text_format("'%s' could be made outside; inside '%s' is read-only, by %s", why->path,
				   why->place, mount);
	return text_format("'%s' is there and can be read; %s makes it read-only, and outside you may write it",
			   why->path, mount);
}

static char *
say_kind(const struct why *why)
{
	if (why->code == ENOTDIR)
		return text_format("'%s' exists outside; inside '%s' is not a directory", why->path, why->place);
	if (S_ISREG(why->inside) && (S_ISCHR(why->outside) || S_ISBLK(why->outside)))
		return text_format("'%s' is a regular file inside, which some program has made, where a device "
				   "should be: "
				   "what is written to it can be read again",
				   why->path);
	return text_format("'%s' is %s inside and %s outside", why->path, kind_of(why->inside),
			   kind_of(why->outside));
}

static char *
say_stale(const struct why *why)
{
	const struct why_mount *mount = why->mount;

	if (mount->gone)
		return text_format("inside, '%s' is what was at '%s' when it was mounted, which has been removed or "
				   "replaced outside since",
				   mount->path, mount->source);
	return text_format("inside, '%s' is what was at '%s' when it was mounted; since then another file has taken "
			   "its "
			   "place outside",
			   mount->path, mount->source);
}

static char *
say_works(const struct why *why)
{
	if (why->outside == 0 && !S_ISCHR(why->inside))
		return text_format("'%s' is there inside, and does not exist outside", why->path);
	if (why->other)
		return text_format("'%s' is there inside, though not the one that is outside", why->path);
	return text_format("'%s' is there inside, the same as outside", why->path);
}

char *
why_sentence(const struct why *why)
{
	switch (why->kind) {
	case WHY_WORKS:
		return say_works(why);
	case WHY_OUTSIDE:
		return say_outside(why);
	case WHY_NOT_MOUNTED:
		return say_not_mounted(why);
	case WHY_MASKED:
		return say_masked(why);
	case WHY_LINK:
		return say_link(why);
	case WHY_INTERPRETER:
	case WHY_LOADER:
	case WHY_LIBRARY:
		return text_dup(why->sentence ? why->sentence : "what it needs to start is not there inside");
	case WHY_READ_ONLY:
		return say_read_only(why);
	case WHY_IDENTITY:
		return text_format("who you are inside has no permission for '%s', which you have outside", why->place);
	case WHY_KIND:
		return say_kind(why);
	case WHY_STALE:
		return say_stale(why);
	case WHY_NOEXEC:
		return text_format("'%s' is on a mount from which nothing may be executed (noexec)", why->path);
	case WHY_UNKNOWN:
	case WHY_KINDS:
		break;
	}
	return text_format("it cannot be told from here what '%s' is inside: it means something else to every "
			   "process",
			   why->path);
}
