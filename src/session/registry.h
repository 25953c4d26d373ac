/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sessions of this user that run: a directory with two files for each, NAME.session (the record) and NAME.sock (the
 * control socket).
 *
 * The directory is $XDG_RUNTIME_DIR/isolate if that variable names a directory of ours that nobody else can write to,
 * else /tmp/isolate-UID. It has to be a directory, ours, and closed to everybody else: where it is not, nothing is read
 * from it and nothing made in it.
 *
 * A record is empty while its session is being started. The manager keeps it locked (flock(2)) while it lives: a record
 * that can be locked is a left-over of a crash, whatever process has the number by now and in whichever pid namespace.
 * Reading needs no connection and wakes nobody.
 */
#ifndef SESSION_REGISTRY_H
#define SESSION_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* So that the socket's name fits into a socket address. */
enum { SESSION_NAME_MAX = 64 };

/* All that can be known of a session without asking it. Pids are as the manager sees them. */
struct session_record {
	char *name;
	pid_t pid;	      /* the manager */
	uint64_t pidns;	      /* number of the manager's pid namespace */
	uint64_t started;     /* seconds since the epoch */
	pid_t init, payload;
	uint64_t init_started; /* field 22 of proc_pid_stat(5): where it differs it is another; 0: not known */
	uint64_t sandbox_pidns; /* number of the sandbox's pid namespace; 0: not known */
	uid_t uid;	      /* inside */
	gid_t gid;
	uid_t outer_uid;
	gid_t outer_gid;
	char *user;	      /* name inside */
	char *net;	      /* "none", "host" */
	char *group;	      /* how the payload stands to the terminal: "own", "shared", "pty" */
	char *hostname;	      /* inside, where it was set; else NULL */
	char *cwd, *home, *shell; /* inside */
	char *watch;	      /* whether misses are watched for: "on", "off" */
	char *prompt;	      /* debian_chroot inside; NULL: not set */
	char **argv;	      /* of the payload, NULL-terminated; cut where it is very long */
};

struct session_list {
	struct session_record *items; /* by name */
	size_t len, cap;
};

/* What environ_session_name() makes: letters, digits, '.', '_', '-', not beginning with '.' or '-'. */
bool registry_name_is_valid(const char *name);

/*
 * All sessions that run; removes what crashed ones left. 0, also where there is no directory yet; negative with err
 * filled if it cannot be trusted or read.
 */
int registry_list(struct session_list *ret, struct error *err);
void session_list_release(struct session_list *list);

/* One by its name: 0, or negative with err filled ("did you mean"); -ENOENT: none has that name. */
int registry_find(const char *name, struct session_record *ret, struct error *err);

/* The one whose sandbox the process is in, which may be none: 0 or -ENOENT. Nothing is said. */
int registry_find_process(pid_t pid, struct session_record *ret);
void session_record_release(struct session_record *record);

/* A connection to the session's control socket (SOCK_STREAM, CLOEXEC), or -errno: -ECONNREFUSED: it has ended. */
int registry_connect(const char *name);

/*
 * The manager's side. `directory` and `record` are descriptors; the lock goes with `record`, so nobody else may keep
 * it open.
 */
struct registration {
	int directory, record;
	int socket;    /* listening; -1 before registration_publish() */
	char *name;    /* NULL: nothing is registered */
};
#define REGISTRATION_INIT { .directory = -1, .record = -1, .socket = -1 }

/* Takes the name. -EEXIST with err filled if a session has it; otherwise negative: no session can have a name here. */
int registration_reserve(struct registration *reg, const char *name, struct error *err);

/* Makes the socket, and the record, under the name that was reserved or under record->name. */
int registration_publish(struct registration *reg, const struct session_record *record, struct error *err);

/* Removes both files and closes everything. May be called twice. */
void registration_end(struct registration *reg);

#endif
