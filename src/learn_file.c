/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The profile that --learn writes. What was learned stands in lines of one form, "mnt ro:NAME", each by itself, and is
 * put together anew each time; all other lines are the user's, and stay as they are.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"
#include "learn_parts.h"
#include "options.h"
#include "profile.h"
#include "session/restate.h"

static const char headline[] = "# Written by isolate --learn, which refines it if it is given again.\n";

static void
append(char **text, const char *line)
{
	char *longer = text_format("%s%s\n", *text ? *text : "", line);

	free(*text);
	*text = longer;
}

/* The name in a line of what was learned, or NULL. The caller frees. */
static char *
learned_name(const char *line)
{
	static const char form[] = "mnt ro:";
	struct spec_list specs = { 0 };
	char *name = NULL;

	if (strncmp(line, form, sizeof form - 1) != 0 ||
	    spec_list_parse(&specs, line + 4, ORIGIN_PROFILE, "", NULL) < 0)
		return NULL;
	if (specs.len == 1 && specs.items[0].flags == SPEC_RO && !specs.items[0].source && !specs.items[0].none &&
	    specs.items[0].mntpoint[0] == '/')
		name = text_dup(specs.items[0].mntpoint);
	spec_list_release(&specs);
	return name;
}

static bool
mounts(const char *line)
{
	line += strspn(line, " \t");
	line += strncmp(line, "--", 2) == 0 ? 2 : 0;
	return strncmp(line, "mnt", 3) == 0 && (line[3] == ' ' || line[3] == '\t');
}

/* True if `text` has that line. */
static bool
has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, line, len) == 0 && (at[len] == '\n' || at[len] == '\0'))
			return true;
	}
	return false;
}

/* Takes the text apart. True if one of the lines that stay mounts something. */
static bool
part_lines(struct learn_file *file, char *text)
{
	bool found = false;
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		_autofree_ char *name = learned_name(line);

		if (name)
			place_list_add(&file->learned, name);
		else
			append(&file->kept, line);
		found = found || (!name && mounts(line));
	}
	return found;
}

/* The options of this time, as lines. `mounts_already`: the default "." is not wanted. */
static int
add_options(struct learn_file *file, const struct request *req, bool mounts_already, struct error *err)
{
	struct restatement restatement;
	struct plan plan;
	int r = plan_make(req, &plan, err);

	if (r < 0)
		return r;
	restate(&plan, NULL, NULL, true, &restatement);
	for (size_t i = 0; r == 0 && i < restatement.len; i++) {
		const struct restated *item = &restatement.items[i];
		_autofree_ char *line = NULL;

		if (strcmp(item->name, "mnt") == 0 && req->specs_are_default && mounts_already)
			continue;
		line = restated_line(item, err);
		if (!line)
			r = -1;
		else if (!has_line(file->kept, line))
			append(&file->kept, line);
	}
	restatement_release(&restatement);
	plan_release(&plan);
	return r;
}

/* That it is a profile at all. */
static int
check_profile(const struct learn_file *file, const char *text, struct error *err)
{
	_autofree_ char *copy = text_dup(text);
	struct request own;
	int r;

	request_init(&own);
	r = profile_apply_text(&own, copy, file->path, err);
	request_release(&own);
	if (r < 0) {
		error_context(err, "--learn");
		error_hint(err, "a file that is there has to be a profile: it is refined, not written over");
	}
	return r;
}

static int
refuse(const char *path, int code, struct error *err)
{
	if (code == EINVAL)
		error_set(err, 0, "cannot write '%s': it is not a file", path);
	else if (code == EILSEQ || code == EFBIG)
		error_set(err, 0, "cannot refine '%s': it is no profile", path);
	else
		error_set(err, code, "cannot write '%s'", path);
	error_from(err, "from --learn");
	return -1;
}

/* Before anything runs: whether a new file can take its place. */
static int
check_writable(const char *path, struct error *err)
{
	/* Of a link, that which it leads to is renewed. */
	_autofree_ char *target = realpath(path, NULL);
	const char *place = target ? target : path;
	const char *slash = strrchr(place, '/');
	_autofree_ char *dir = !slash ? text_dup(".") : slash == place ? text_dup("/") :
								       text_ndup(place, (size_t)(slash - place));

	if (access(dir, W_OK | X_OK) < 0)
		return refuse(path, errno, err);
	return slash && slash[1] == '\0' ? refuse(path, EISDIR, err) : 0;
}

int
learn_file_open(struct learn_file *file, const struct request *req, struct error *err)
{
	_autofree_ char *text = NULL;
	bool mounts_already = false;
	int r;

	*file = (struct learn_file){ .path = req->learn };
	r = file_read(AT_FDCWD, req->learn, 0, PROFILE_SIZE, &text);
	if (r < 0 && r != -ENOENT)
		return refuse(req->learn, -r, err);
	file->is_new = !text;
	if (check_writable(req->learn, err) < 0)
		return -1;
	if (text && check_profile(file, text, err) < 0)
		return -1;
	if (text && *text != '\0')
		mounts_already = part_lines(file, text);
	else
		file->kept = text_dup(headline);
	if (!file->kept)
		file->kept = text_dup("");
	return add_options(file, req, mounts_already, err);
}

char *
learn_file_text(const struct learn_file *file, const struct learned *learned)
{
	char *text = text_dup(file->kept);

	for (size_t i = 0; i < learned->empty.len; i++) {
		_autofree_ char *quoted = spec_quote(learned->empty.items[i]);
		_autofree_ char *line = text_format("mnt %s=none", quoted);

		append(&text, line);
	}
	for (size_t i = 0; i < learned->names.len; i++) {
		_autofree_ char *quoted = spec_quote(learned->names.items[i]);
		_autofree_ char *line = text_format("mnt ro:%s", quoted);

		if (!strchr(line, '\n'))
			append(&text, line);
	}
	return text;
}

void
learned_release(struct learned *learned)
{
	place_list_release(&learned->names);
	place_list_release(&learned->empty);
}

int
learn_file_request(const struct learn_file *file, const char *text, const struct request *like, struct request *ret,
		   struct error *err)
{
	_autofree_ char *copy = text_dup(text);
	int r;

	request_init(ret);
	r = profile_apply_text(ret, copy, file->path, err);
	if (r == 0 && ret->specs.len == 0)
		r = options_default_specs(ret, err);
	ret->argv = like->argv;
	ret->inspect_key = like->inspect_key;
	ret->quiet = like->quiet;
	ret->verbose = like->verbose;
	if (like->name)
		ret->name = text_dup(like->name);
	if (r < 0)
		request_release(ret);
	return r;
}

void
learn_file_release(struct learn_file *file)
{
	free(file->kept);
	place_list_release(&file->learned);
}
