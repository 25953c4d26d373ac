/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: what its lines do. */
#include "config.h"

#include "tui/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/table.h"
#include "tui/actions.h"

enum { FILE_MAX = 256 * 1024 };

/* The next word of *rest, cut off in place; NULL: there is none. */
static char *
next_word(char **rest)
{
	char *word;

	*rest += strspn(*rest, " \t");
	if (!**rest)
		return NULL;
	word = strsep(rest, " \t");
	if (!*rest)
		*rest = word + strlen(word);
	return word;
}

static int
place_find(const char *name)
{
	return strcmp(name, "all") == 0 ? PLACE_ALL : tab_find(name);
}

/* Its first word is a command: of the inspector or of the session. What is asked about first is looked at likewise. */
static bool
is_command(const char *line, char **ret_word)
{
	const char *rest;
	const struct action *action;

	line += strspn(line, " \t:");
	*ret_word = text_ndup(line, strcspn(line, " \t"));
	action = action_find(line, &rest);
	if (!action)
		return command_find(*ret_word);
	if (strcmp(action->name, "confirm") != 0)
		return true;
	free(*ret_word);
	return is_command(rest, ret_word);
}

static int
check_command(const char *key, const char *command, struct error *err)
{
	_autofree_ char *word = NULL;

	if (!*command)
		return error_set(err, 0, "the key '%s' has no command", key);
	return is_command(command, &word) ? 0 : error_set(err, 0, "'%s' is no command", word);
}

static int
read_key(struct settings *settings, char *rest, struct error *err)
{
	char *place_name = next_word(&rest), *key_name = next_word(&rest), *label = next_word(&rest);
	struct binding *binding = NULL;
	uint32_t code;
	bool alt;
	int place;

	if (!label)
		return error_set(err, 0, "'key' takes a place, a key, a label and a command");
	place = place_find(place_name);
	code = keys_parse(key_name, &alt);
	if (place < 0)
		return error_set(err, 0, "'%s' is no tab, and not 'all'", place_name);
	if (!code)
		return error_set(err, 0, "'%s' is no key", key_name);
	rest += strspn(rest, " \t:");
	if ((*rest || strcmp(label, "none") != 0) && check_command(key_name, rest, err) < 0)
		return -1;
	for (size_t i = 0; i < settings->bindings_len && !binding; i++) {
		struct binding *other = &settings->bindings[i];

		if (other->place == place && other->code == code && other->alt == alt)
			binding = other;
	}
	if (binding && binding->line > 0)
		return error_set(err, 0, "the key '%s' of %s is that of line %d already", key_name, place_name,
				 binding->line);
	if (!binding) {
		settings->bindings = array_grow(settings->bindings, &settings->bindings_cap, settings->bindings_len + 1,
					      sizeof *settings->bindings);
		binding = &settings->bindings[settings->bindings_len++];
		*binding = (struct binding){ .place = place, .code = code, .alt = alt };
	}
	free(binding->label);
	free(binding->command);
	binding->line = settings->line;
	binding->label = *rest && strcmp(label, "-") != 0 ? text_dup(label) : NULL;
	binding->command = *rest ? text_dup(rest) : NULL;
	return 0;
}

static struct theme *
theme_named(struct settings *settings, const char *name)
{
	struct theme *theme;

	for (size_t i = 0; i < settings->themes_len; i++)
		if (strcmp(settings->themes[i].name, name) == 0)
			return &settings->themes[i];
	settings->themes =
		array_grow(settings->themes, &settings->themes_cap, settings->themes_len + 1, sizeof *settings->themes);
	theme = &settings->themes[settings->themes_len++];
	theme->name = text_dup(name);
	for (int i = 0; i < ROLES; i++)
		theme->styles[i] = (struct style){ COLOR_OWN, COLOR_OWN, 0 };
	return theme;
}

static int
read_color(struct settings *settings, char *rest, struct error *err)
{
	static const char *const attributes[] = { "bold", "dim", "underline", "reverse" };
	char *theme = next_word(&rest), *role_word = next_word(&rest), *fg = next_word(&rest), *bg = next_word(&rest);
	struct style style = { 0 };
	int role;

	if (!bg)
		return error_set(err, 0, "'color' takes a theme, a role and two colours");
	role = role_find(role_word);
	if (role < 0)
		return error_set(err, 0, "'%s' is no role", role_word);
	if (!color_parse(fg, &style.fg) || !color_parse(bg, &style.bg))
		return error_set(err, 0, "'%s' or '%s' is no colour", fg, bg);
	for (char *word = next_word(&rest); word; word = next_word(&rest)) {
		int i = 0;

		while (i < 4 && strcmp(word, attributes[i]) != 0)
			i++;
		if (i == 4)
			return error_set(err, 0, "'%s' is not bold, dim, underline or reverse", word);
		style.attributes |= 1u << i;
	}
	theme_named(settings, theme)->styles[role] = style;
	return 0;
}

static int
read_columns(struct settings *settings, char *rest, struct error *err)
{
	char *name = next_word(&rest);
	int tab = name ? tab_find(name) : -1;
	int columns[COLUMNS_MAX], n = 0;

	if (tab < 0)
		return error_set(err, 0, "'%s' is no tab", name ? name : "");
	for (char *word = next_word(&rest); word; word = next_word(&rest)) {
		int i = 0;

		while (i < tab_table[tab].columns_len && strcmp(tab_table[tab].columns[i].name, word) != 0)
			i++;
		if (i == tab_table[tab].columns_len || n == COLUMNS_MAX)
			return error_set(err, 0, "'%s' is no column of %s", word, name);
		for (int other = 0; other < n; other++)
			if (columns[other] == i)
				return error_set(err, 0, "the column '%s' stands there twice", word);
		columns[n++] = i;
	}
	if (n == 0)
		return error_set(err, 0, "%s is left without a column", name);
	memcpy(settings->columns[tab], columns, sizeof columns[0] * (size_t)n);
	settings->columns_len[tab] = n;
	return 0;
}

static int
read_choice(const char *what, char *rest, const char *yes, const char *no, bool *ret, struct error *err)
{
	char *word = next_word(&rest);

	if (!word || (strcmp(word, yes) != 0 && strcmp(word, no) != 0))
		return error_set(err, 0, "'%s' is %s or %s", what, yes, no);
	*ret = strcmp(word, yes) == 0;
	return 0;
}

/* One of three words. */
static int
read_word(const char *what, char *rest, const char *const words[3], int *ret, struct error *err)
{
	char *word = next_word(&rest);

	for (int i = 0; word && i < 3; i++) {
		if (strcmp(word, words[i]) == 0) {
			*ret = i;
			return 0;
		}
	}
	return error_set(err, 0, "'%s' is %s, %s or %s", what, words[0], words[1], words[2]);
}

static int
read_line(struct settings *settings, char *line, struct error *err)
{
	static const char *const clipboards[] = { "off", "on", "program" }, *const keys[] = { "auto", "vi", "emacs" },
						*const panels[] = { "right", "below", "away" };
	char *rest = line, *word = next_word(&rest), *name;

	if (!word || word[0] == '#')
		return 0;
	if (strcmp(word, "key") == 0)
		return read_key(settings, rest, err);
	if (strcmp(word, "color") == 0)
		return read_color(settings, rest, err);
	if (strcmp(word, "columns") == 0)
		return read_columns(settings, rest, err);
	if (strcmp(word, "mouse") == 0)
		return read_choice(word, rest, "on", "off", &settings->mouse, err);
	if (strcmp(word, "lines") == 0)
		return read_choice(word, rest, "ascii", "auto", &settings->ascii, err);
	if (strcmp(word, "clipboard") == 0)
		return read_word(word, rest, clipboards, &settings->clipboard, err);
	if (strcmp(word, "copy-keys") == 0)
		return read_word(word, rest, keys, &settings->copy_keys, err);
	if (strcmp(word, "panel") == 0)
		return read_word(word, rest, panels, &settings->panel, err);
	if (strcmp(word, "theme") == 0) {
		name = next_word(&rest);
		if (name && settings_use_theme(settings, name))
			return 0;
		return error_set(err, 0, "there is no theme '%s'", name ? name : "");
	}
	return error_set(err, 0, "'%.40s' is none of the settings that --print-config shows", word);
}

/*
 * All lines of text, which is cut up. A mistake does not keep the other lines from being read; the first few are told,
 * in one message.
 */
static int
read_lines(struct settings *settings, char *text, const char *path, struct error *err)
{
	enum { ERRORS_TOLD = 3 };
	_autofree_ char *said = NULL;
	int number = 0, errors = 0;

	for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n")) {
		_autoerror_ struct error one = ERROR_INIT;
		char *longer;

		settings->line = ++number;
		if (read_line(settings, line, &one) >= 0 || errors++ >= ERRORS_TOLD)
			continue;
		longer = said ? text_format("%s; line %d: %s", said, number, one.message) :
				text_format("%s:%d: %s", path, number, one.message);
		free(said);
		said = longer;
	}
	for (size_t i = 0; i < settings->bindings_len; i++)
		settings->bindings[i].line = 0;
	if (errors > ERRORS_TOLD)
		return error_set(err, 0, "%s; and %d more", said, errors - ERRORS_TOLD);
	return errors > 0 ? error_set(err, 0, "%s", said) : 0;
}

void
settings_init(struct settings *settings)
{
	_autofree_ char *text = text_dup(settings_defaults);
	_autoerror_ struct error err = ERROR_INIT;

	*settings = (struct settings){ 0 };
	if (read_lines(settings, text, "defaults", &err) < 0)
		error_print(&err, stderr, "isolate-inspect");
}

void
settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings->bindings_len; i++) {
		free(settings->bindings[i].label);
		free(settings->bindings[i].command);
	}
	for (size_t i = 0; i < settings->themes_len; i++)
		free(settings->themes[i].name);
	free(settings->bindings);
	free(settings->themes);
	*settings = (struct settings){ 0 };
}

int
settings_read(struct settings *settings, const char *path, struct error *err)
{
	_autofree_ char *text = NULL;
	int r = file_read(AT_FDCWD, path, 0, FILE_MAX, &text);

	switch (-r) {
	case 0:
		return read_lines(settings, text, path, err);
	case ENOENT:
		return 0;
	case EINVAL:
		return error_set(err, 0, "cannot read '%s': it is no regular file", path);
	case EILSEQ:
		return error_set(err, 0, "cannot read '%s': it is no text", path);
	default:
		return error_set(err, -r, "cannot read '%s'", path);
	}
}

char *
settings_path(void)
{
	const char *directory = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (directory && directory[0] == '/')
		return path_join(directory, "isolate/inspect.conf");
	return home && home[0] == '/' ? path_join(home, ".config/isolate/inspect.conf") : NULL;
}

const struct binding *
settings_find(const struct settings *settings, int place, const struct key *key)
{
	const struct binding *found = NULL;

	for (size_t i = 0; i < settings->bindings_len; i++) {
		const struct binding *binding = &settings->bindings[i];

		if (binding->code != key->code || binding->alt != key->alt)
			continue;
		if (binding->place == place)
			return binding;
		if (binding->place == PLACE_ALL)
			found = binding;
	}
	return found;
}

const char *
settings_key(const struct settings *settings, int place, const char *command, char *ret, size_t size)
{
	for (size_t i = 0; i < settings->bindings_len; i++) {
		const struct binding *binding = &settings->bindings[i];

		if ((binding->place == place || binding->place == PLACE_ALL) && binding->command &&
		    strncmp(binding->command, command, strlen(command)) == 0)
			return keys_name(binding->code, binding->alt, ret, size);
	}
	return NULL;
}

bool
settings_copy_is_emacs(const struct settings *settings)
{
	const char *editor = getenv("VISUAL");

	editor = editor && *editor ? editor : getenv("EDITOR");
	if (settings->copy_keys != 0)
		return settings->copy_keys == 2;
	return editor && strstr(editor, "emacs");
}

bool
settings_use_theme(struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->themes_len; i++) {
		if (strcmp(settings->themes[i].name, name) != 0)
			continue;
		settings->theme = i;
		return true;
	}
	return false;
}
