/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form for a new mount: two paths, some switches, and the command that they make. */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>

#include "tui/keys.h"

enum { FORM_INSIDE, FORM_OUTSIDE, FORM_READ_ONLY, FORM_NOEXEC, FORM_DEVICES, FORM_FIELDS };

struct form {
	char *paths[2];	  /* as typed: quoted as in specs */
	bool on[FORM_FIELDS]; /* of the switches */
	int focus;
	void *candidates; /* for completion */
};

enum form_state { FORM_EDITING, FORM_DONE, FORM_CANCELLED };

/* `inside` is a process of the sandbox, 0: none. */
void form_open(struct form *form, int inside);
void form_release(struct form *form);
enum form_state form_key(struct form *form, const struct key *key);

/* "mount ro:/data=/srv/data", or NULL: it is not complete. The caller frees. */
char *form_command(const struct form *form);

/* In the middle of the lines from `top` to `bottom`. */
void form_draw(struct form *form, int top, int bottom);

#endif
