/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines that were given before, in a file of the user's: $XDG_STATE_HOME/isolate/history, or
 * ~/.local/state/isolate/history. A line a command, the latest last, each once, HISTORY_LINES at most. Nobody else can
 * read it.
 *
 * Several prompts may run at once: what one has added is put behind what the file holds by then.
 */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stddef.h>

enum { HISTORY_LINES = 1000 };

struct history {
	char **lines; /* oldest first, each once */
	size_t len, cap;
	size_t old; /* so many of them came from the file */
};

/* No file, no directory, nothing to read: an empty history. */
void history_read(struct history *ret);

/* Appends a line, and takes an earlier one that is the same away. Not a blank one, nor one with line breaks. */
void history_add(struct history *history, const char *line);

/* Writes the file anew. What cannot be written is lost: a prompt has better things to tell. */
void history_write(const struct history *history);
void history_release(struct history *history);

/*
 * For whoever is about to have a line edited. Readline (8.2) keeps with each line of its history what was changed in
 * that, and with some keys (Meta-Ctrl-M, Ctrl-R) frees it twice when a later line ends: so those lists are let go.
 */
void history_forget_changes(void);

#endif
