/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --command: one `:` command, given to a sandbox, and its answer. */
#include "config.h"

#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cmd/client.h"
#include "cmd/context.h"

/* Until the session has ended: which is how it is to be. */
static int
follow(struct client *client, const char *line, bool json, FILE *f, struct error *err)
{
	int r = client_follow(client, line, json, err);

	while (r >= 0) {
		_autofree_ char *event = NULL;

		r = client_event(client, true, &event, err);
		if (r > 0 && (fputs(event, f) == EOF || fflush(f) == EOF))
			return error_set(err, errno, "cannot write");
	}
	if (err->code != EPIPE)
		return r;
	error_release(err);
	return 0;
}

static int
run(struct client *client, const char *line, bool json, FILE *f, struct error *err)
{
	struct client_answer answer = { 0 };
	int r = client_run(client, line, json, &answer, err);

	if (r == 0) {
		fwrite(answer.out, 1, answer.out_len, f);
		r = answer.error.message ? -1 : 0;
		*err = answer.error;
		answer.error = (struct error)ERROR_INIT;
	}
	client_answer_release(&answer);
	return r;
}

int
cmd_main(const char *line, const char *name, bool json, FILE *f, struct error *err)
{
	struct client *client = client_open(name, err);
	int r;

	if (!client)
		return err->status;
	if (context_is_command(line, "events"))
		r = follow(client, line, json, f, err);
	else
		r = run(client, line, json, f, err);
	client_close(client);
	return r == 0 ? 0 : err->status;
}
