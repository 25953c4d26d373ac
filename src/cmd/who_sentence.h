/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all that :who tells means, in one sentence. */
#ifndef CMD_WHO_SENTENCE_H
#define CMD_WHO_SENTENCE_H

#include "inspect/who.h"

/* The names that the sentence uses; NULL where somebody has none. */
struct who_names {
	const char *user_inside;  /* of who->user.inside, in there */
	const char *user_outside; /* of who->user.outside */
	const char *file_outside; /* of who->file_user.outside */
};

/*
 * "you look like root; files you create belong to alice; you have no capability in here, and nobody outside would obey
 * you": said to the process. Only what follows from `who` is said. The caller frees.
 */
char *who_sentence(const struct who *who, const struct who_names *names);

#endif
