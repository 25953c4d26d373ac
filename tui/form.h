/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form for a new mount: two paths, some switches, and the command that they make. */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>

#include "tui/complete.h"
#include "tui/keys.h"

enum { FORM_INSIDE, FORM_OUTSIDE, FORM_READ_ONLY, FORM_NOEXEC, FORM_DEVICES, FORM_SUID, FORM_TRY,
       FORM_FIELDS };

struct form {
	char *paths[2];	  /* as typed: quoted as in specs */
	bool on[FORM_FIELDS]; /* of the switches */
	int focus;
	const struct complete_source *names; /* for completion; NULL: it is not open */
};

enum form_state { FORM_EDITING, FORM_DONE, FORM_CANCELLED };

/* `names` outlives it. */
void form_open(struct form *form, const struct complete_source *names);
void form_release(struct form *form);

/* The focus is on a path, not on a switch. */
static inline bool
form_on_path(const struct form *form)
{
	return form->focus <= FORM_OUTSIDE;
}

/* What was done with cannot be done so: it is edited again. */
void form_resume(struct form *form);

enum form_state form_key(struct form *form, const struct key *key);

/* "mount ro:/data=/srv/data", or NULL: it is not complete. The caller frees. */
char *form_command(const struct form *form);

/* True if so many lines have room for all of it, the command included. */
bool form_is_framed(const struct form *form, int lines);

/* In the middle of the lines from `top` to `bottom`; completions may take those up to `end`. */
void form_draw(struct form *form, int top, int bottom, int end);

#endif
