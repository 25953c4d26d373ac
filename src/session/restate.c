/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that start a session like this one is now. */
#include "config.h"

#include "session/restate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* A spec on its way through the changes. The strings are owned; spec.text and spec.from are not used. */
struct place {
	struct spec spec;
	char *physical; /* where the mount is */
};

struct places {
	struct place *items;
	size_t len, cap;
};

static void
place_release(struct place *place)
{
	free(place->spec.mntpoint);
	free(place->spec.source);
	free(place->physical);
}

static void
places_release(struct places *places)
{
	for (size_t i = 0; places->items && i < places->len; i++)
		place_release(&places->items[i]);
	free(places->items);
}

static struct place *
places_add(struct places *places, const char *mntpoint, const char *source, const char *physical)
{
	struct place *place;

	places->items = array_grow(places->items, &places->cap, places->len + 1, sizeof(*places->items));
	place = &places->items[places->len++];
	*place = (struct place){ .spec.mntpoint = text_dup(mntpoint),
				 .spec.source = source ? text_dup(source) : NULL,
				 .physical = text_dup(physical) };
	return place;
}

static void
places_remove(struct places *places, size_t at)
{
	if (!places->items)
		return;
	place_release(&places->items[at]);
	memmove(&places->items[at], &places->items[at + 1], (--places->len - at) * sizeof(*places->items));
}

/* The uppermost place at `path`; places->len: there is none. */
static size_t
places_find(const struct places *places, const char *path)
{
	for (size_t i = places->len; i-- > 0;)
		if (strcmp(places->items[i].physical, path) == 0)
			return i;
	return places->len;
}

/*
 * Removes what is uppermost at `path`, with all that lies on it, and says whether there was anything. What it covered
 * is there again.
 */
static bool
places_remove_at(struct places *places, const char *path)
{
	size_t at = places_find(places, path), from;

	if (at == places->len)
		return false;
	places_remove(places, at);
	/* What was there before it lies on what it covered. */
	from = places_find(places, path) == places->len ? 0 : at;
	for (size_t i = places->len; i-- > from;)
		if (path_is_below(places->items[i].physical, path) && strcmp(places->items[i].physical, path) != 0)
			places_remove(places, i);
	return true;
}

/* True if another lies on it: of two at the same place a start takes the later. */
static bool
is_covered(const struct places *places, size_t at)
{
	for (size_t i = at + 1; i < places->len; i++)
		if (strcmp(places->items[i].physical, places->items[at].physical) == 0)
			return places->items[at].physical[0] != '\0';
	return false;
}

/* Where the plan has put what the spec asked for: of several entries, of a link and what it leads to, the mount. */
static const char *
physical_place(const struct plan *plan, const struct spec *spec)
{
	const char *found = NULL;

	for (size_t i = 0; i < plan->len; i++) {
		const struct plan_entry *entry = &plan->entries[i];

		if (entry->spec != spec || entry->kind == PLAN_SYMLINK)
			continue;
		if (!found || strlen(entry->path) < strlen(found))
			found = entry->path;
	}
	return found;
}

static char *
on_directory(const char *path, bool tilde, const char *cwd, bool keep_relative)
{
	return tilde || path[0] == '/' || keep_relative || !cwd ? text_dup(path) : path_absolute(cwd, path);
}

static void
add_started(const struct plan *plan, const char *cwd, bool keep_relative, struct places *ret)
{
	for (size_t i = 0; i < plan->req->specs.len; i++) {
		const struct spec *spec = &plan->req->specs.items[i];
		const char *physical = physical_place(plan, spec);
		_autofree_ char *mntpoint = NULL, *source = NULL;
		struct place *place;

		/* A `try` whose source is absent has no place; the next start may find it. */
		if (spec->origin == ORIGIN_DEFAULT || (!physical && !(spec->flags & SPEC_TRY)))
			continue;
		mntpoint = on_directory(spec->mntpoint, spec->mntpoint_tilde, cwd, keep_relative);
		if (spec->source)
			source = on_directory(spec->source, spec->source_tilde, cwd, keep_relative);
		place = places_add(ret, mntpoint, source, physical ? physical : "");
		place->spec.flags = spec->flags;
		place->spec.none = spec->none;
		place->spec.mntpoint_tilde = spec->mntpoint_tilde;
		place->spec.source_tilde = spec->source_tilde;
	}
}

/* True if the directory that the session started in was brought by a mount that is not there any more. */
static bool
has_lost_cwd(const struct plan *plan, const struct places *places)
{
	int at = plan_find(plan, plan->cwd);

	return at >= 0 && plan->entries[at].spec && places_find(places, plan->entries[at].path) == places->len;
}

static unsigned
flags_of(unsigned attrs)
{
	return (attrs & PLAN_RO ? SPEC_RO : 0) | (attrs & PLAN_NOEXEC ? SPEC_NOEXEC : 0) |
	       (attrs & PLAN_DEV ? SPEC_DEV : 0) | (attrs & PLAN_SUID ? SPEC_SUID : 0);
}

static void
replay_mount(struct places *places, const struct live_change *change)
{
	for (size_t i = 0; i < change->len; i++) {
		const struct live_item *item = &change->items[i];
		bool same = item->source && strcmp(item->source, item->path) == 0;
		struct place *place;

		/* What nobody asked for comes by itself the next time too. */
		if (!item->spec || (item->kind != LIVE_BIND && item->kind != LIVE_EMPTY))
			continue;
		place = places_add(places, item->path, same ? NULL : item->source, item->path);
		place->spec.none = item->kind == LIVE_EMPTY;
		place->spec.flags = flags_of(item->attrs);
	}
}

static void
replay_umount(struct places *places, const struct live_change *change)
{
	for (size_t i = 0; i < change->len; i++) {
		const struct live_item *item = &change->items[i];

		if (places_remove_at(places, item->path) || item->on_top)
			continue;
		/* It came with the default view, or from a host that mounts it again. */
		places_add(places, item->path, NULL, item->path)->spec.none = true;
	}
}

static void
replay_remount(struct places *places, const struct live_change *change)
{
	const struct live_item *highest = change->len > 0 ? &change->items[0] : NULL;
	const char *top;
	unsigned wanted = change->ro ? SPEC_RO : SPEC_RW;
	bool found = false;

	for (size_t i = 1; i < change->len; i++)
		if (strlen(change->items[i].path) < strlen(highest->path))
			highest = &change->items[i];
	top = highest ? highest->path : NULL;
	for (size_t i = 0; top && i < places->len; i++) {
		struct place *place = &places->items[i];

		if (!path_is_below(place->physical, top))
			continue;
		place->spec.flags = (place->spec.flags & ~(unsigned)(SPEC_RO | SPEC_RW)) | (change->ro ? SPEC_RO : 0);
		found = found || strcmp(place->physical, top) == 0;
	}
	if (top && !found) {
		struct place *place = places_add(places, top, NULL, top);

		place->spec.flags = wanted;
		/* Memory of the sandbox's own is not to become the host's directory of that name. */
		place->spec.none = !highest->source;
	}
}

static void
replay(struct places *places, const struct live_journal *journal)
{
	for (size_t i = 0; journal && i < journal->len; i++) {
		const struct live_change *change = &journal->changes[i];

		if (change->verb == LIVE_MOUNT)
			replay_mount(places, change);
		else if (change->verb == LIVE_UMOUNT)
			replay_umount(places, change);
		else
			replay_remount(places, change);
	}
}

/* Takes the values. */
static void
add(struct restatement *restatement, const char *name, char *value, char *value2)
{
	restatement->items = array_grow(restatement->items, &restatement->cap, restatement->len + 1,
					sizeof(*restatement->items));
	restatement->items[restatement->len++] = (struct restated){ name, value, value2 };
}

static void
add_environment(struct restatement *ret, const struct request *req)
{
	for (size_t i = 0; i < req->env_ops_len; i++) {
		const struct env_op *op = &req->env_ops[i];

		if (op->kind == ENV_SET)
			add(ret, "setenv", text_dup(op->name), text_dup(op->value));
		else if (op->kind == ENV_UNSET)
			add(ret, "unsetenv", text_dup(op->name), NULL);
		else
			add(ret, "clearenv", NULL, NULL);
	}
}

static void
add_identity(struct restatement *ret, const struct request *req)
{
	if (req->as == AS_ROOT)
		add(ret, "as", text_dup("root"), NULL);
	if (req->as == AS_IDS)
		add(ret, "as", text_format("%lu:%lu", (unsigned long)req->as_uid, (unsigned long)req->as_gid), NULL);
	if (req->hostname)
		add(ret, "hostname", text_dup(req->hostname), NULL);
	if (req->net == NET_HOST)
		add(ret, "net", text_dup("host"), NULL);
}

void
restate(const struct plan *plan, const struct live_journal *journal, const char *cwd, bool keep_relative,
	struct restatement *ret)
{
	const struct request *req = plan->req;
	struct places places = { 0 };
	bool lost_cwd;

	*ret = (struct restatement){ 0 };
	add_started(plan, cwd, keep_relative, &places);
	replay(&places, journal);
	lost_cwd = has_lost_cwd(plan, &places);
	/* Without any, a start would take the directory that it happens in. */
	if (places.len == 0)
		places_add(&places, keep_relative || !cwd ? "." : cwd, NULL, "")->spec.none = true;
	for (size_t i = 0; i < places.len; i++)
		if (!is_covered(&places, i))
			add(ret, "mnt", spec_format(&places.items[i].spec), NULL);
	places_release(&places);
	if (req->no_defaults)
		add(ret, "no-defaults", NULL, NULL);
	if (req->tmpfs_size > 0)
		add(ret, "tmpfs-size", text_format("%llu", (unsigned long long)req->tmpfs_size), NULL);
	add_identity(ret, req);
	add_environment(ret, req);
	if ((plan->cwd_asked || !keep_relative) && !lost_cwd)
		add(ret, "chdir", text_dup(plan->cwd), NULL);
	if (req->die_with_parent)
		add(ret, "die-with-parent", NULL, NULL);
}

void
restatement_release(struct restatement *restatement)
{
	for (size_t i = 0; i < restatement->len; i++) {
		free(restatement->items[i].value);
		free(restatement->items[i].value2);
	}
	free(restatement->items);
	*restatement = (struct restatement){ 0 };
}

/* Blanks at the end of a line are none of the option. */
static bool
ends_in_blank(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && strchr(" \t\r", text[len - 1]);
}

char *
restated_line(const struct restated *item, struct error *err)
{
	const char *value = item->value ? item->value : "", *value2 = item->value2 ? item->value2 : "";
	const char *last = item->value2 ? value2 : value;

	if (strchr(value, '\n') || strchr(value2, '\n')) {
		error_set(err, 0, "'%s' has a line break in it, which a profile cannot hold",
			  strchr(value, '\n') ? value : value2);
		return NULL;
	}
	if (ends_in_blank(last)) {
		error_set(err, 0, "'%s' ends in a blank, which a profile cannot hold", last);
		return NULL;
	}
	return text_format("%s%s%s%s%s", item->name, *value ? " " : "", value, item->value2 ? " " : "", value2);
}

static void
append(char **text, const char *more)
{
	char *longer = *text ? text_format("%s %s", *text, more) : text_dup(more);

	free(*text);
	*text = longer;
}

char **
restatement_words(const struct restatement *restatement)
{
	/* At most three words an option, "-m" and the specs, the end. */
	char **words = calloc(3 * restatement->len + 3, sizeof(*words));
	char *specs = NULL;
	size_t len = 0;

	if (!words)
		return NULL;
	for (size_t i = 0; i < restatement->len; i++)
		if (strcmp(restatement->items[i].name, "mnt") == 0)
			append(&specs, restatement->items[i].value);
	if (specs) {
		words[len++] = text_dup("-m");
		words[len++] = specs;
	}
	for (size_t i = 0; i < restatement->len; i++) {
		const struct restated *item = &restatement->items[i];

		if (strcmp(item->name, "mnt") == 0)
			continue;
		if (item->value && !item->value2) {
			words[len++] = text_format("--%s=%s", item->name, item->value);
			continue;
		}
		words[len++] = text_format("--%s", item->name);
		if (item->value) {
			words[len++] = text_dup(item->value);
			words[len++] = text_dup(item->value2);
		}
	}
	return words;
}
