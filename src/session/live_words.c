/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a helper's record to a sentence, with the cure. */
#include "config.h"

#include "session/live_words.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum live_end { END_NONE, END_MNTPOINT, END_SOURCE };

/* A %s stands for the object. For a step the words follow "cannot "; a finding is a sentence of its own. */
struct live_row {
	const char *words;
	enum live_end end; /* what the caret stands under */
	const char *hint;
};

static const struct live_row rows[] = {
	[LIVE_JOIN_USER] = { "enter the sandbox's user namespace", END_NONE, NULL },
	[LIVE_COPY] = { "make a private copy of this machine's mounts", END_NONE, NULL },
	[LIVE_SOURCE] = { "open '%s'", END_SOURCE, NULL },
	[LIVE_ATTRS] = { "set the flags of '%s'", END_SOURCE, NULL },
	[LIVE_TMPFS] = { "make an empty directory for '%s'", END_MNTPOINT, NULL },
	[LIVE_JOIN_MOUNTS] = { "enter the sandbox's mount namespace", END_NONE, NULL },
	[LIVE_ASSEMBLE] = { "put the mounts together", END_NONE, NULL },
	[LIVE_WALK] = { "reach '%s' inside", END_MNTPOINT, NULL },
	[LIVE_MAKE] = { "make the mount point '%s' inside", END_MNTPOINT, NULL },
	[LIVE_LINK] = { "make the symbolic link '%s' inside", END_MNTPOINT, NULL },
	[LIVE_LIST] = { "list '%s', in which a mount point has to be made", END_MNTPOINT, NULL },
	[LIVE_ATTACH] = { "mount on '%s'", END_MNTPOINT, NULL },
	[LIVE_UNMOUNT] = { "unmount '%s'", END_NONE, NULL },
	[LIVE_CHANGE] = { "change the mount '%s'", END_NONE, NULL },
	[LIVE_READ_MOUNTS] = { "read the mounts of the sandbox", END_NONE, NULL },
	[LIVE_FOUND_LINK] = { "'%s' is a symbolic link inside", END_MNTPOINT, "name the place that it leads to" },
	[LIVE_FOUND_FILE_ABOVE] = { "'%s' is not a directory inside", END_MNTPOINT, NULL },
	[LIVE_FOUND_FILE] = { "'%s' is a file inside, and a directory cannot be mounted on it", END_MNTPOINT, NULL },
	[LIVE_FOUND_DIR] = { "'%s' is a directory inside, and a file cannot be mounted on it", END_MNTPOINT, NULL },
	[LIVE_FOUND_OTHER] = { "'%s' is something else inside than the symbolic link that it is outside", END_MNTPOINT,
			       "name the place that the link leads to" },
	[LIVE_FOUND_HOST] = { "the mount point would have to be created on the host, in what is '%s' inside",
			      END_MNTPOINT, "create it there yourself first, or choose another place" },
	[LIVE_FOUND_HOST_ROOT] = { "the mount point would have to be created in '%s', which is the host's own and "
				   "read-only",
				   END_MNTPOINT, "choose a place in a directory that exists" },
	[LIVE_FOUND_CROWD] = { "the mount point would have to be made in '%s', which is read-only and has too many "
			       "entries to be taken apart",
			       END_MNTPOINT, "choose a place that exists, or one in another directory" },
	[LIVE_FOUND_ROOT] = { "the root of a running sandbox cannot be changed", END_MNTPOINT,
			      "processes keep the root that they have: start another sandbox" },
	[LIVE_FOUND_MOVED] = { "'%s' was moved or covered by a process inside while it was mounted, so nothing was "
			       "changed",
			       END_MNTPOINT, "try again, or choose a place that the sandbox cannot write to" },
	[LIVE_FOUND_SHARED] = { "'%s' is in a mount that other namespaces share, where the new one would appear too",
				END_MNTPOINT, "make it private first: mount --make-private" },
	[LIVE_FOUND_NO_MOUNT] = { "nothing is mounted at '%s' inside", END_NONE, "':mounts' shows what is" },
	[LIVE_FOUND_NEEDED] = { "'%s' is the sandbox's own, and programs cannot do without it", END_NONE, NULL },
	[LIVE_FOUND_MOUNTS_ON_IT] = { "other mounts lie on it: '%s'", END_NONE,
				      "remove those first, or use -l, which takes all of them away" },
	[LIVE_FOUND_CHANGED] = { "'%s' is not what it was when it was removed", END_NONE, "mount it anew" },
	[LIVE_FOUND_ELUSIVE] = { "what was mounted at '%s' is being moved all the time by a process inside", END_NONE,
				 "try again, or stop the process" },
	[LIVE_FOUND_PLANTED] = { "'%s' is a symbolic link that the sandbox can change", END_NONE,
				 "name the place that it leads to, if that is what you mean" },
};
static_assert(sizeof rows / sizeof *rows == LIVE_STEPS, "a row for each step");

static const char *
hint_of(enum live_step step, int errnum)
{
	if (errnum == 0)
		return rows[step].hint;
	if ((step == LIVE_COPY || step == LIVE_ASSEMBLE) && errnum == ENOSPC)
		return "there are too many mount namespaces, or mounts (sysctl user.max_mnt_namespaces, fs.mount-max)";
	if (step == LIVE_ATTACH && errnum == ENOSPC)
		return "there are too many mounts inside (sysctl fs.mount-max)";
	if (step == LIVE_MAKE && errnum == ENOSPC)
		return "the sandbox has filled the directory: free some space inside, or choose a place outside of it";
	if (step == LIVE_UNMOUNT && errnum == EINVAL)
		return "it came with a copy of other mounts, and the kernel keeps those together";
	if (step == LIVE_CHANGE && errnum == EPERM)
		return "it is read-only outside, or it came with a copy of the host's mounts, whose flags the kernel "
		       "keeps";
	if (step == LIVE_SOURCE && errnum == ELOOP)
		return "a part of the path has become a symbolic link";
	if ((step == LIVE_JOIN_USER || step == LIVE_JOIN_MOUNTS) && errnum == EPERM)
		return "the kernel lets only its owner do that";
	if (errnum == EMFILE)
		return "each mount needs a descriptor while they are made: give fewer at once, or raise the limit "
		       "(ulimit -Hn)";
	return NULL;
}

/* The texts of the table are ours; the only conversion in them is one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
fill(const char *words, const char *object)
{
	return text_format(words, object ? object : "");
}
#pragma GCC diagnostic pop

static void
point_at(const struct spec *spec, enum live_end end, struct error *err)
{
	int len = (int)strlen(spec->text);

	error_from(err, "from %s", spec->from);
	if (end == END_SOURCE && spec->at_source >= 0)
		error_caret(err, spec->text, spec->at_source, len - spec->at_source);
	else if (end != END_NONE)
		error_caret(err, spec->text, spec->at_mntpoint,
			    (spec->at_source >= 0 ? spec->at_source - 1 : len) - spec->at_mntpoint);
}

static int
words_of_step(const struct live_record *record, const char *object, const struct spec_list *specs, struct error *err)
{
	const struct live_row *row = &rows[record->step];
	_autofree_ char *text = fill(row->words, object);
	const char *hint = hint_of((enum live_step)record->step, record->code);
	int r;

	if (record->step < LIVE_FOUND_LINK)
		r = error_set(err, record->code, "cannot %s", text);
	else
		r = error_set(err, 0, "%s", text);
	if (specs && record->index >= 0 && (size_t)record->index < specs->len)
		point_at(&specs->items[record->index], row->end, err);
	if (hint)
		error_hint(err, "%s", hint);
	return r;
}

static void
hint_lines(const char *lines, struct error *err)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		_autofree_ char *line = text_ndup(lines, len);

		error_hint(err, "%s", line);
		lines += len + (lines[len] == '\n');
	}
}

int
live_words(const struct live_record *record, const char *const text[RECORD_TEXTS], const struct spec_list *specs,
	   struct error *err)
{
	int r;

	if (record->kind == RECORD_FAILED && record->step >= 0 && record->step < LIVE_STEPS)
		return words_of_step(record, text[0], specs, err);
	/* Its own words: they were made outside, with errno in them already. */
	r = error_set(err, 0, "%s", text[0] ? text[0] : "it did not work");
	if (err && record->kind == RECORD_ERROR) {
		err->code = record->code;
		err->status = record->step;
		if (text[1])
			error_caret(err, text[1], record->caret, record->caret_len);
		hint_lines(text[2] ? text[2] : "", err);
	}
	return record->kind == RECORD_ERROR && record->code > 0 ? -record->code : r;
}
