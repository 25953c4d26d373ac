/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last lines: which keys do what, here and now. */
#include "config.h"

#include "tui/view_keys.h"

#include <string.h>

#include "tui/desk.h"
#include "tui/line.h"
#include "tui/screen.h"

struct hint {
	const char *key, *label;
};

/* What the keys are for while it is not the list that has them. */
static const struct hint text_hints[] = { { "Esc", "back" }, { "Up Down", "scroll" }, { NULL, NULL } };
static const struct hint command_hints[] = {
	{ "Enter", "run" }, { "Tab", "complete" }, { "Up", "history" }, { "Esc", "cancel" }, { NULL, NULL },
};
static const struct hint list_hints[] = {
	{ "Up Down", "choose" }, { "Enter", "take" }, { "Esc", "leave" }, { NULL, NULL },
};
static const struct hint filter_hints[] = {
	{ "Enter", "keep" }, { "!", "not" }, { "Esc", "cancel" }, { NULL, NULL },
};
static const struct hint ask_hints[] = { { "y", "do it" }, { "any other key", "leave it" }, { NULL, NULL } };
static const struct hint form_path_hints[] = {
	{ "Enter", "mount" }, { "Tab", "complete" }, { "Esc", "cancel" }, { "Down", "next" }, { NULL, NULL },
};
static const struct hint form_switch_hints[] = {
	{ "Enter", "mount" }, { "Space", "switch" }, { "Esc", "cancel" }, { "Down", "next" }, { NULL, NULL },
};

/* With so many lines on the screen, keys for which one line is too short get another, and a third. */
enum { LEAST_FOR_TWO = 12, LEAST_FOR_THREE = 20 };

/* Where the next hint goes, and the last line that there is for them. */
struct hint_place {
	int y, x, last;
	bool measures; /* nothing is drawn */
};

static int
hint_width(const char *key, const char *label)
{
	return screen_width(key, strlen(key)) + 1 + screen_width(label, strlen(label));
}

static int
first_column(void)
{
	return screen_columns() > 3 ? 1 : 0;
}

/* Where there is not room for it, false; `kept` columns of the last line are for something else. */
static bool
draw_hint(struct hint_place *place, const char *key, const char *label, int kept)
{
	int width = hint_width(key, label), after = kept > 0 ? 2 + kept : 0;

	if (place->y < place->last && place->x + width > screen_columns()) {
		place->y++;
		place->x = first_column();
	}
	if (place->x + width + (place->y == place->last ? after : 0) > screen_columns())
		return false;
	if (!place->measures) {
		int key_width = screen_text(place->y, place->x, width, ROLE_KEY, key);

		screen_text(place->y, place->x + key_width + 1, width - key_width - 1, ROLE_LABEL, label);
	}
	place->x += width + 2;
	return true;
}

/* The key that gives the keys to the program beside the panel and takes them from it; NULL: there is none. */
static const char *
prefix_name(const struct app *app, char *ret, size_t size)
{
	return app->desk && app->desk->input.prefix ?
		       keys_name((uint32_t)app->desk->input.prefix, false, ret, size) : NULL;
}

static const char *const prefix_labels[] = { "gives the keys to this panel", "keys here", "here" };
static const char prefix_back[] = "back";

/* While the program has the keys: the one that is not its. */
static void
draw_prefix_hint(const struct app *app, struct hint_place *place)
{
	char name[24];
	const char *prefix = prefix_name(app, name, sizeof name);

	for (size_t i = 0; prefix && i < sizeof prefix_labels / sizeof prefix_labels[0]; i++)
		if (draw_hint(place, prefix, prefix_labels[i], 0))
			return;
}

/* The key that lists all others, or NULL. */
static const struct binding *
help_binding(const struct app *app)
{
	for (size_t i = 0; i < app->settings.bindings_len; i++) {
		const struct binding *binding = &app->settings.bindings[i];

		if (binding->label && binding->place == PLACE_ALL && strcmp(binding->command, "keys") == 0)
			return binding;
	}
	return NULL;
}

static bool
draw_binding(struct hint_place *place, const struct binding *binding, int kept)
{
	char key[24];

	return draw_hint(place, keys_name(binding->code, binding->alt, key, sizeof key), binding->label, kept);
}

/* What the tab has of its own, and the way back to the program; `kept` as of draw_hint(). */
static void
draw_own(const struct app *app, struct hint_place *place, int kept)
{
	char name[24];
	const char *prefix = prefix_name(app, name, sizeof name);

	for (size_t i = 0; i < app->settings.bindings_len; i++) {
		const struct binding *binding = &app->settings.bindings[i];

		if (binding->label && binding->place == app->tab)
			draw_binding(place, binding, kept);
	}
	if (prefix)
		draw_hint(place, prefix, prefix_back, kept);
}

/* First what the tab has of its own; but there is always room for the key that lists all of them. */
static void
draw_bindings(const struct app *app, struct hint_place *place)
{
	const struct binding *help = help_binding(app);
	char key[24];
	int kept = help ? hint_width(keys_name(help->code, help->alt, key, sizeof key), help->label) : 0;

	draw_own(app, place, kept);
	for (size_t i = 0; i < app->settings.bindings_len; i++) {
		const struct binding *binding = &app->settings.bindings[i];

		if (!binding->label || binding->place != PLACE_ALL)
			continue;
		if (binding == help)
			kept = 0;
		draw_binding(place, binding, kept);
	}
}

/* Where it is not the list that has the keys. */
static void
draw_hints(const struct app *app, struct hint_place *place)
{
	static const struct hint *const hints[] = {
		[MODE_TEXT] = text_hints, [MODE_COMMAND] = command_hints, [MODE_FILTER] = filter_hints,
		[MODE_ASK] = ask_hints,	  [MODE_FORM] = form_path_hints,  [MODE_LIST] = NULL,
	};
	const struct hint *hint = hints[app->mode];

	if (app->mode == MODE_FORM && !form_on_path(&app->form))
		hint = form_switch_hints;
	if (app->mode != MODE_TEXT && app->mode != MODE_ASK && line_lists())
		hint = list_hints;
	for (; hint && hint->key; hint++)
		draw_hint(place, strcmp(hint->label, "cancel") == 0 ? line_cancel_key() : hint->key, hint->label, 0);
}

int
view_keys_lines(const struct app *app)
{
	const struct binding *help = help_binding(app);
	int lines = screen_lines(), most = lines >= LEAST_FOR_THREE ? 3 : lines >= LEAST_FOR_TWO ? 2 : 1;
	struct hint_place place = { .x = first_column(), .last = most - 1, .measures = true };

	if (app->mode != MODE_LIST) {
		draw_hints(app, &place);
		return place.y + 1;
	}
	draw_own(app, &place, 0);
	if (help)
		draw_binding(&place, help, 0);
	return place.y + 1;
}

void
view_keys_draw(const struct app *app, int y, int lines)
{
	struct hint_place place = { .y = y, .x = first_column(), .last = y + lines - 1 };

	if (app->desk && !app->desk->in_panel) {
		place.y = place.last;
		draw_prefix_hint(app, &place);
	} else if (app->mode == MODE_LIST) {
		draw_bindings(app, &place);
	} else {
		draw_hints(app, &place);
	}
}
