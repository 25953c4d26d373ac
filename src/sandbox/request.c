/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user asked for, as data. */
#include "config.h"

#include "sandbox/request.h"

#include <stdlib.h>

#include "base/text.h"

void
request_init(struct request *req)
{
	static char *no_program[] = { NULL };

	*req = (struct request){ .as = AS_SELF, .net = NET_NONE, .inspect_key = 0x1d, .argv = no_program,
				.mnt_origin = ORIGIN_OPTION, .mnt_from = "--mnt" };
}

void
request_release(struct request *req)
{
	spec_list_release(&req->specs);
	free(req->base);
	free(req->name);
	free(req->hostname);
	free(req->chdir);
	for (size_t i = 0; i < req->env_ops_len; i++) {
		free(req->env_ops[i].name);
		free(req->env_ops[i].value);
	}
	free(req->env_ops);
	for (size_t i = 0; i < req->kept_len; i++)
		free(req->kept[i]);
	free(req->kept);
	free(req->allow);
	if (req->script_text)
		free(req->argv);
	free(req->script_text);
	request_init(req);
}

const char *
request_keep(struct request *req, const char *text)
{
	req->kept = array_grow(req->kept, &req->kept_cap, req->kept_len + 1, sizeof(*req->kept));
	req->kept[req->kept_len] = text_dup(text);
	return req->kept[req->kept_len++];
}

void
request_add_env(struct request *req, enum env_op_kind kind, const char *name, const char *value)
{
	req->env_ops = array_grow(req->env_ops, &req->env_ops_cap, req->env_ops_len + 1, sizeof(*req->env_ops));
	req->env_ops[req->env_ops_len++] = (struct env_op){
		.kind = kind,
		.name = name ? text_dup(name) : NULL,
		.value = value ? text_dup(value) : NULL,
	};
}
