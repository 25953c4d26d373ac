/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line with one of the inspector's own commands can go on with. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/actions.h"
#include "tui/typed.h"

struct words {
	const char **items; /* those that others own */
	size_t len, cap;
};

static void
add(struct words *words, const char *word)
{
	words->items = array_grow(words->items, &words->cap, words->len + 1, sizeof *words->items);
	words->items[words->len++] = word;
}

static void
add_names(const struct app *app, const struct action *action, struct words *words)
{
	bool themes = strcmp(action->name, "theme") == 0;

	for (size_t i = 0; themes && i < app->settings.themes_len; i++)
		add(words, app->settings.themes[i].name);
	for (int i = 0; !themes && i < TABS; i++)
		add(words, tab_table[i].name);
}

/* Of "NAME|next" the words that stand for themselves, and the names. `usage` is cut up. */
static void
add_arguments(const struct app *app, const struct action *action, char *usage, struct words *words)
{
	for (char *one = strsep(&usage, "[|]"); one; one = strsep(&usage, "[|]")) {
		if (islower((unsigned char)*one))
			add(words, one);
		else if (strcmp(one, "NAME") == 0)
			add_names(app, action, words);
	}
}

void
actions_complete(const struct app *app, const char *line, size_t cursor, struct complete *complete)
{
	struct words words = { 0 };
	struct complete ours;
	struct typed_list typed;
	_autofree_ char *usage = NULL;
	const struct action *action;
	const char *rest;

	typed_split(line, cursor, &typed);
	if (typed.len == 1) {
		for (size_t i = 0; i < action_table_len; i++)
			if (action_table[i].use == FOR_ALL)
				add(&words, action_table[i].name);
	} else if (typed.len == 2 && (action = action_find(typed.items[0].text, &rest))) {
		usage = text_dup(action->arguments);
		add_arguments(app, action, usage, &words);
	}
	typed_list_release(&typed);
	complete_words(line, cursor, words.items, words.len, &ours);
	complete_merge(complete, &ours);
	free(words.items);
}
