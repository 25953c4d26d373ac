/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer to a command, as whoever gave it has it. */
#ifndef CMD_ANSWER_H
#define CMD_ANSWER_H

#include <stddef.h>

#include "base/error.h"

/* What a command said. Zero-initialised, or as the last client_run() left it; released in any case. */
struct client_answer {
	int status;	    /* exit status: 0, or error.status */
	char *out;	    /* the answer, text or one line of JSON, with a NUL after it; never NULL after a run */
	size_t out_len;
	struct error error; /* error.message is NULL if it worked. As the session put it: message, hints, caret */
};
void client_answer_release(struct client_answer *answer);

#endif
