/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration: keys as command lines, colours, columns. What is compiled in is such a file itself, in
 * tui/defaults.c; $XDG_CONFIG_HOME/isolate/inspect.conf comes after it, line by line. A line is one of
 *
 *	key PLACE KEY LABEL COMMAND…    PLACE: a tab, or all; LABEL: a word for the key bar, - for none
 *	key PLACE KEY none              the key does nothing
 *	color THEME ROLE FG BG [bold] [dim] [underline] [reverse]
 *	theme NAME
 *	columns TAB NAME…
 *	mouse on|off
 *	lines auto|ascii
 *	clipboard off|on|program	    who may put text on the terminal's clipboard (OSC 52): nobody; you,
 *					    by copying; the program in the pane as well
 *	copy-keys auto|vi|emacs		    auto: as VISUAL or EDITOR says
 *	panel right|below|away
 *
 * and # begins a comment.
 */
#ifndef TUI_SETTINGS_H
#define TUI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/keys.h"
#include "tui/tabs.h"
#include "tui/theme.h"

enum { PLACE_ALL = TABS };

struct binding {
	int place; /* of enum tab_id, or PLACE_ALL */
	uint32_t code;
	bool alt;
	char *label;   /* NULL: not in the key bar */
	char *command; /* without a colon; NULL: nothing */
	int line;      /* of the file that is being read; 0: it is from another one */
};

struct theme {
	char *name;
	struct style styles[ROLES];
};

enum { COLUMNS_MAX = ROW_CELLS };

struct settings {
	struct binding *bindings; /* each key of a place once */
	size_t bindings_len, bindings_cap;
	int line; /* the one that is being read */
	struct theme *themes;
	size_t themes_len, themes_cap;
	size_t theme; /* of themes: the one in use */
	bool mouse, ascii;
	int clipboard; /* enum clipboard */
	int copy_keys; /* 0: auto, 1: vi, 2: emacs */
	int panel;     /* enum desk_place */
	int columns[TABS][COLUMNS_MAX]; /* which of the tab's, in this order */
	int columns_len[TABS];
};

enum clipboard { CLIPBOARD_OFF, CLIPBOARD_ON, CLIPBOARD_PROGRAM };

/* What is compiled in. */
extern const char settings_defaults[];

/* The defaults. Release in any case. */
void settings_init(struct settings *settings);
void settings_release(struct settings *settings);

/* One file after what there is; one that does not exist is empty. 0, or negative with err filled: file and line. */
int settings_read(struct settings *settings, const char *path, struct error *err);

/* $XDG_CONFIG_HOME/isolate/inspect.conf, or below ~/.config; NULL: there is no such place. The caller frees. */
char *settings_path(void);

/* The binding of the key in this tab, or in all of them; NULL: none. */
const struct binding *settings_find(const struct settings *settings, int place, const struct key *key);

/* The name of a key for a command that begins so, in this tab or in all of them: put into ret; NULL: none has it. */
const char *settings_key(const struct settings *settings, int place, const char *command, char *ret, size_t size);

/* The keys for looking back in the pane: emacs's, or else vi's. */
bool settings_copy_is_emacs(const struct settings *settings);

/* Makes the theme of that name the one in use. False: there is none. */
bool settings_use_theme(struct settings *settings, const char *name);

#endif
