/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program may have missed: collected, folded, put in order. */
#include "config.h"

#include "inspect/finding.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/environment.h"
#include "inspect/finding_parts.h"
#include "inspect/memo.h"
#include "inspect/permission.h"
#include "inspect/rootpath.h"
#include "inspect/why_text.h"

/* So many sights are explained, the newest; so many findings and units go into one suggestion. */
enum { SIGHTS_MAX = 512, SUGGEST_FROM = 16, SUGGEST_MAX = 6 };

const char *const finding_source_names[FINDING_SOURCES] = {
	[FINDING_PROGRAM] = "program",
	[FINDING_SEEN] = "seen",
	[FINDING_WORD] = "word",
	[FINDING_PLACE] = "place",
	[FINDING_ENVIRONMENT] = "environment",
};

const char *const finding_worth_names[FINDING_WORTHS] = {
	[FINDING_STRONG] = "strong",
	[FINDING_WEAK] = "weak",
	[FINDING_FOLDED] = "folded",
};

static void
release_one(struct finding *finding)
{
	why_release(&finding->why);
	free(finding->sentence);
	free(finding->variable);
	free(finding->value);
	free(finding->noise);
	free(finding->comm);
	free(finding->call);
}

void
findings_release(struct finding_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		release_one(&list->items[i]);
	free(list->items);
	free(list->suggest);
	*list = (struct finding_list){ 0 };
}

size_t
findings_count(const struct finding_list *list, enum finding_worth worth)
{
	size_t n = 0;

	for (size_t i = 0; i < list->len; i++)
		n += list->items[i].worth == worth;
	return n;
}

/* The finding of that path that is no variable's, or NULL. */
static struct finding *
find_same(const struct collector *collector, const char *path)
{
	size_t i = place_list_find(&collector->paths, path);

	return i < collector->paths.len ? &collector->list->items[i] : NULL;
}

struct finding *
collector_add(struct collector *collector, enum finding_source source, enum finding_worth worth, struct why *why)
{
	struct finding_list *list = collector->list;
	struct finding *finding = source == FINDING_ENVIRONMENT ? NULL : find_same(collector, why->path);

	if (collector->has_cause && worth == FINDING_STRONG)
		worth = FINDING_WEAK;
	if (finding) {
		if (worth < finding->worth)
			finding->worth = worth;
		why_release(why);
		return NULL;
	}
	if (source != FINDING_ENVIRONMENT)
		place_list_add(&collector->paths, why->path);
	list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
	finding = &list->items[list->len++];
	*finding = (struct finding){ .source = source, .worth = worth, .why = *why };
	finding->sentence = why_sentence(&finding->why);
	*why = (struct why){ 0 };
	return finding;
}

struct finding *
collector_ask(struct collector *collector, enum finding_source source, enum finding_worth worth, const char *path,
	      enum why_kind *ret_kind)
{
	struct why why;

	why_ask(&collector->query->why, path, &why);
	if (ret_kind)
		*ret_kind = why.kind;
	if (why_is_innocent(&why) || (why.kind == WHY_READ_ONLY && !why.creating)) {
		why_release(&why);
		return NULL;
	}
	return collector_add(collector, source, worth, &why);
}

bool
collector_runs(const struct collector *collector, const char *pattern)
{
	char *const *argv = collector->query->argv;

	for (int i = 0; argv[0] && argv[i] && i < 8; i++) {
		const char *at = argv[i];
		char *token;

		for (int n = 0; n < 64 && (token = next_token(&at)); n++) {
			bool same = fnmatch(pattern, path_name(token), 0) == 0;

			free(token);
			if (same)
				return true;
		}
	}
	return false;
}

static bool
looks_like_library(const char *path)
{
	return strstr(path_name(path), ".so") != NULL;
}

/* A library that was looked for in several places, and found in a later one, where it is the same outside. */
static bool
is_found_later(const struct collector *collector, const char *path)
{
	static const char *const dirs[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib" };
	const struct why_query *query = &collector->query->why;
	const char *at = query->library_path;

	if (!looks_like_library(path))
		return false;
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		_autofree_ char *other = path_join(dirs[i], path_name(path));

		if (rootpath_exists(query->inside, other))
			return true;
	}
	while (at && *at) {
		size_t len = strcspn(at, ":");
		_autofree_ char *dir = text_ndup(at, len);
		_autofree_ char *other = dir[0] == '/' ? path_join(dir, path_name(path)) : NULL;

		if (other && rootpath_exists(query->inside, other))
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}

/* What a sight is worth, with the reason where it is not much. */
static enum finding_worth
judge_sight(const struct collector *collector, const struct miss *miss, const struct why *why,
	    const char **ret_reason)
{
	const struct noise_row *row = noise_find(miss->path, collector->query->why.home);

	*ret_reason = NULL;
	if (miss->state == MISS_IGNORED) {
		*ret_reason = "it was ignored by you";
		return FINDING_FOLDED;
	}
	if (row) {
		*ret_reason = row->reason;
		return row->kind == NOISE_WEAK ? FINDING_WEAK : FINDING_FOLDED;
	}
	if (is_found_later(collector, miss->path)) {
		*ret_reason = "the library was found later on the search path";
		return FINDING_FOLDED;
	}
	/* Somebody has mounted it since, or it was made. */
	if (why_is_innocent(why) || (why->kind == WHY_READ_ONLY && !why->creating)) {
		*ret_reason = why->kind == WHY_OUTSIDE ? "it fails outside too" : "it is there by now";
		return FINDING_FOLDED;
	}
	if (miss->chain_len > 0 && miss->chain[miss->chain_len - 1].via == VIA_WITHIN) {
		*ret_reason = strcmp(miss->chain[miss->chain_len - 1].path, miss->path) == 0 ?
				      "what was asked for there is not known: the program had gone on" :
				      "what was asked for in it is not outside either; what was asked for next, in the "
				      "same private directory, could not be seen";
		return FINDING_WEAK;
	}
	return FINDING_STRONG;
}

/* What the watcher knows of the way goes before what was worked out. */
static void
join_chains(struct why *why, const struct miss *miss)
{
	struct miss_step *chain;
	size_t len = 0, cap = miss->chain_len + why->chain_len;

	if (miss->chain_len == 0)
		return;
	chain = array_grow(NULL, &cap, cap, sizeof *chain);
	for (size_t i = 0; i < miss->chain_len && len < MISS_STEPS_MAX; i++)
		chain[len++] = (struct miss_step){ miss->chain[i].via, text_dup(miss->chain[i].path) };
	for (size_t i = 0; i < why->chain_len; i++) {
		if (len < MISS_STEPS_MAX)
			chain[len++] = why->chain[i];
		else
			free(why->chain[i].path);
	}
	free(why->chain);
	why->chain = chain;
	why->chain_len = len;
	why->chain_cap = cap;
}

/* The name that was asked for, where a link led from it to the path that was missed. The caller frees. */
static char *
asked_name(const struct collector *collector, const struct why *why)
{
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	const struct miss_step *first = why->chain_len > 0 ? &why->chain[0] : NULL;
	const char *rest;

	if (!first || first->via != VIA_SYMLINK ||
	    rootpath_walk(collector->query->why.outside, first->path, &found) < 0)
		return NULL;
	rest = path_below(why->path, found.place);
	return rest && *rest ? path_join(first->path, rest) : NULL;
}

static void
tell_link(const struct collector *collector, struct finding *finding)
{
	_autofree_ char *asked = asked_name(collector, &finding->why);
	char *longer;

	if (!asked)
		return;
	longer = text_format("'%s' leads through the symbolic link '%s': %s", asked, finding->why.chain[0].path,
			     finding->sentence);
	free(finding->sentence);
	finding->sentence = longer;
}

static void
collect_sight(struct collector *collector, const struct miss *miss)
{
	struct finding *finding;
	enum finding_worth worth;
	const char *reason;
	struct why why;

	why_ask(&collector->query->why, miss->path, &why);
	worth = judge_sight(collector, miss, &why, &reason);
	join_chains(&why, miss);
	finding = collector_add(collector, FINDING_SEEN, worth, &why);
	if (finding) {
		tell_link(collector, finding);
		finding->noise = reason ? text_dup(reason) : NULL;
	} else {
		/* The program itself, which somebody asked for as well. */
		finding = find_same(collector, miss->path);
	}
	finding->pid = miss->pid;
	finding->comm = miss->comm[0] ? text_dup(miss->comm) : NULL;
	finding->call = miss->call ? text_dup(miss->call) : NULL;
	finding->count = miss->count;
	finding->first = miss->first;
	finding->last = miss->last;
	finding->state = miss->state;
}

static void
collect_sights(struct collector *collector)
{
	const struct miss_list *misses = collector->query->misses;
	_autofree_ struct miss **newest = misses ? miss_list_newest(misses) : NULL;

	for (size_t i = 0; misses && i < misses->len && i < SIGHTS_MAX; i++)
		collect_sight(collector, newest[i]);
	if (misses && misses->len > SIGHTS_MAX)
		collector->list->left_out = misses->len - SIGHTS_MAX;
	if (misses)
		collector->list->left_out += misses->lost;
}

/* Places that programs take for granted. */
static void
collect_places(struct collector *collector)
{
	static const char *const vital[] = { "/dev/null", "/tmp", "/etc/passwd", "/etc/group", "/proc" };

	for (size_t i = 0; i < sizeof vital / sizeof *vital; i++) {
		enum finding_worth worth = strcmp(vital[i], "/etc/group") == 0 ? FINDING_WEAK : FINDING_STRONG;
		struct finding *finding = collector_ask(collector, FINDING_PLACE, worth, vital[i], NULL);

		if (!finding)
			continue;
		finding->silent = finding->why.kind == WHY_KIND;
	}
}

/*
 * A variable that was set counts for the programs that read it. PATH and the like name many directories that nobody
 * misses: what is missed in them is told where a command or a library is found elsewhere (finding_program.c).
 */
static enum finding_worth
judge_gap(const struct collector *collector, const struct environment_gap *gap)
{
	static const char *const searched[] = { "PATH", "LD_LIBRARY_PATH", "CONDA_PREFIX", "VIRTUAL_ENV", "TMPDIR" };
	const char *readers = gap->row->readers;
	const char *at = readers;

	if (!gap->value && !readers)
		return FINDING_WEAK;
	if (gap->value && gap->row->fallback)
		return FINDING_STRONG;
	for (size_t i = 0; i < sizeof searched / sizeof *searched; i++)
		if (strcmp(gap->row->name, searched[i]) == 0)
			return FINDING_WEAK;
	if (!readers)
		return FINDING_STRONG;
	while (*at) {
		size_t len = strcspn(at, " ");
		_autofree_ char *pattern = text_ndup(at, len);

		if (collector_runs(collector, pattern))
			return FINDING_STRONG;
		at += len + (at[len] == ' ');
	}
	return FINDING_WEAK;
}

static void
collect_environment(struct collector *collector)
{
	struct environment_gaps gaps;

	environment_find(&collector->query->why, collector->query->env, &gaps);
	for (size_t i = 0; i < gaps.len; i++) {
		struct environment_gap *gap = &gaps.items[i];
		enum finding_worth worth = judge_gap(collector, gap);
		char *sentence = environment_sentence(gap);
		struct finding *finding = collector_add(collector, FINDING_ENVIRONMENT, worth, &gap->why);

		free(finding->sentence);
		finding->sentence = sentence;
		finding->silent = gap->row->silent;
		finding->variable = text_dup(gap->row->name);
		finding->value = gap->value ? text_dup(gap->value) : NULL;
	}
	environment_gaps_release(&gaps);
}

static int
compare_findings(const void *a, const void *b)
{
	static const int order[FINDING_SOURCES] = {
		[FINDING_PROGRAM] = 0, [FINDING_SEEN] = 1,	  [FINDING_WORD] = 2,
		[FINDING_PLACE] = 3,   [FINDING_ENVIRONMENT] = 4,
	};
	const struct finding *x = a, *y = b;

	if (x->worth != y->worth)
		return x->worth < y->worth ? -1 : 1;
	if (x->source != y->source)
		return order[x->source] < order[y->source] ? -1 : 1;
	/* What came last is nearest to the end. */
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return strcmp(x->why.path, y->why.path);
}

static bool
has_word(const char *specs, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = specs; (at = strstr(at, word)); at++)
		if ((at == specs || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void
append_specs(char **specs, const char *more)
{
	char *longer;

	if (has_word(*specs, more))
		return;
	longer = text_format("%s%s%s", *specs, **specs ? " " : "", more);
	free(*specs);
	*specs = longer;
}

/* The mounts that cure the strong ones: those of one kind together, so that none is below another. */
static void
suggest(struct collector *collector)
{
	const struct why_query *query = &collector->query->why;
	struct finding_list *list = collector->list;
	struct place_list places = { 0 }, units = { 0 };
	_autofree_ char *special = text_dup("");
	size_t n = 0;

	for (size_t i = 0; i < list->len && n < SUGGEST_FROM && list->items[i].worth == FINDING_STRONG; i++) {
		const struct why *why = &list->items[i].why;

		if (!why->cure)
			continue;
		n++;
		if (strncmp(why->cure, "ro:", 3) != 0 || why->places.len == 0)
			append_specs(&special, why->cure);
		else
			for (size_t j = 0; j < why->places.len; j++)
				place_list_add(&places, why->places.items[j]);
	}
	units_find(&(struct unit_query){ query->inside, query->outside, query->home, query->memo }, &places, &units);
	while (units.len > SUGGEST_MAX)
		place_list_remove(&units, units.len - 1);
	if (units.len > 0 || *special) {
		const char *dot = collector->query->default_specs ? "." : "";
		_autofree_ char *all = units_specs(&units, "ro", dot);

		list->suggest = *special ? text_format("%s%s%s", all, *all ? " " : "", special) : take_ptr(all);
	}
	place_list_release(&places);
	place_list_release(&units);
}

/*
 * Of who may not be looked into nothing is known but the first component that is missing. Where something below it is
 * known to be missing, that says more.
 */
static void
weaken_guesses(struct finding_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		struct finding *guess = &list->items[i];

		if (guess->source != FINDING_SEEN || guess->call || guess->worth != FINDING_STRONG)
			continue;
		for (size_t j = 0; j < list->len && guess->worth == FINDING_STRONG; j++) {
			const struct finding *other = &list->items[j];

			if (j == i || other->worth != FINDING_STRONG ||
			    !path_is_below(other->why.path, guess->why.path))
				continue;
			guess->worth = FINDING_WEAK;
			guess->noise = text_dup("who asked may not be looked into; what is below it says more");
		}
	}
}

void
findings_make(const struct finding_query *query, struct finding_list *ret)
{
	struct memo memo = { 0 };
	struct finding_query asked = *query;
	struct collector collector = { .query = &asked, .list = ret };

	*ret = (struct finding_list){ 0 };
	asked.why.memo = &memo;
	if (!query->only_seen)
		collect_program(&collector);
	collect_sights(&collector);
	if (!query->only_seen) {
		collect_words(&collector);
		collect_places(&collector);
		collect_environment(&collector);
	}
	weaken_guesses(ret);
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof *ret->items, compare_findings);
	if (!query->only_seen)
		suggest(&collector);
	place_list_release(&collector.paths);
	memo_release(&memo);
}
