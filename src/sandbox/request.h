/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the user asked for, as data. Made by the option parser (or by the isolate.sh front), read by the plan.
 * Nothing in it has been checked against the machine yet.
 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/spec.h"

enum net { NET_NONE, NET_HOST };

/* --on-miss: what becomes of a call that asks for what is missing inside. */
enum on_miss {
	ON_MISS_REPORT, /* it fails */
	ON_MISS_ASK,	/* it waits, if somebody is there to decide */
	ON_MISS_MOUNT,	/* what a pattern of --allow names is mounted */
};

/* --as: whom the payload appears to be. */
enum as_kind { AS_SELF, AS_ROOT, AS_IDS };

/* One --setenv, --unsetenv or --clearenv, in the order given; later ones win. */
enum env_op_kind { ENV_SET, ENV_UNSET, ENV_CLEAR };
struct env_op {
	enum env_op_kind kind;
	char *name;
	char *value;
};

struct request {
	struct spec_list specs;	  /* in the order given; the default "." is already in it */
	enum origin mnt_origin;	  /* of the specs that are read next: --mnt's, or a profile's */
	const char *mnt_from;	  /* likewise what asked for them; static, or by request_keep() */
	bool specs_are_default;	  /* neither --mnt nor MNTDIRS was given: the list is the default "." */
	bool no_defaults;
	char *base;		  /* --base, or NULL */
	uint64_t tmpfs_size;	  /* bytes; 0: the kernel's own default */
	enum as_kind as;
	uid_t as_uid;		  /* AS_IDS */
	gid_t as_gid;		  /* AS_IDS; equals as_uid where only UID was given */
	enum net net;
	char *name;		  /* --name, or NULL */
	char *hostname;		  /* --hostname, or NULL: the host's own */
	struct env_op *env_ops;
	size_t env_ops_len, env_ops_cap;
	char *chdir;		  /* --chdir, or NULL: the directory we were started in */
	bool die_with_parent;	  /* --die-with-parent */
	bool explain, step;	  /* --explain, --step: each step is taught; and waited for */
	bool dry_run, check, quiet, verbose;
	bool trace;		  /* --trace: misses are watched for */
	bool no_trace;		  /* --no-trace: nor unasked */
	bool watch_unasked;	  /* nobody asked, and it costs nothing: by the root's file system, or not at all */
	enum on_miss on_miss;	  /* --on-miss */
	const char **allow;	  /* --allow: patterns of what may be mounted for a miss, kept as by request_keep() */
	size_t allow_len, allow_cap;
	const char *learn;	  /* --learn: the file, in main()'s argv; or NULL */
	bool no_replay;		  /* --no-replay */
	struct teacher *teacher;  /* who is told before each step (sandbox/tell.h), or NULL */
	bool host_visible;	  /* the first run of --learn: what is private shows what there is outside */
	int record_fd;		  /* a file for what the program asks for (watch/record.h), or 0 */
	const char *command;	  /* --command: a `:` command instead of a session, in main()'s argv; or NULL */
	bool prompt;		  /* --prompt: the same, with the commands from the user */
	bool json;		  /* --json */
	const char *report;	  /* --report: the file, in main()'s argv; or NULL */
	const char *why;	  /* --why: the path, in main()'s argv; or NULL */
	bool list;		  /* --list */
	const char *kill;	  /* --kill: the session to end, in main()'s argv; or NULL */
	const char *join;	  /* --join: the session to run argv in, in main()'s argv; or NULL */
	const char *kernelspec;	  /* --kernelspec: the one to wrap, in main()'s argv; or NULL */
	char **kept;		  /* texts that others point into: request_keep() */
	size_t kept_len, kept_cap;
	const char *inspect;	  /* --inspect=SESSION|PID, in main()'s argv; or NULL */
	bool inspect_new;	  /* --inspect: over the session that is started */
	char inspect_key;	  /* --inspect-key: a control character; 0: none */
	char **argv;		  /* the payload, in main()'s argv (but see `script`), NULL-terminated; empty: $SHELL */

	/*
	 * Invoked as isolate.sh (src/script.h). Then no_defaults is set, the script's own default view is in `specs`
	 * with ORIGIN_DEFAULT, and the plan adds to /proc and /dev only an /etc that holds nothing but a passwd and
	 * what those specs ask for. argv is never empty: a shell with a text of ours.
	 */
	bool script;
	char *script_text; /* that text, owned; where it is set, the array argv is owned too */
};

/* A request for nothing: $SHELL, as self, no network, no specs. */
void request_init(struct request *req);
void request_release(struct request *req);

/* A copy of the text that lives as long as the request. */
const char *request_keep(struct request *req, const char *text);

/* Appends a change of the environment. Copies both; NULL where the kind has none. */
void request_add_env(struct request *req, enum env_op_kind kind, const char *name, const char *value);

#endif
