/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/answer.h"

#include <stdlib.h>

void
client_answer_release(struct client_answer *answer)
{
	free(answer->out);
	error_release(&answer->error);
	*answer = (struct client_answer){ .error = ERROR_INIT };
}
