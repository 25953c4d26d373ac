/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A watched session, from inside. Theory of operation:
 *
 *	stage	opens /dev/fuse in U1 (the kernel wants the two to belong together) and makes the file system, before it
 *		is in the pid namespace, so that the kernel names askers by the numbers that they have outside
 *	init	builds the root as always, only that the skeleton's place is taken by that file system. Mounting on its
 *		nodes looks them up, which nobody can answer who is about to ask: so a child of init's serves until the
 *		root is complete, and is gone before the payload may do anything
 *	init	serves for the rest of its life. It is the server, and not somebody outside, since the mounts depend on
 *		it: without a server, a look-up that fails in the wrong way detaches what is mounted there
 *
 * Private directories are overlays over directories of that file system (build.c): what is missing in them is asked for
 * there.
 *
 * init never walks a path itself once it serves, holds the device alone (else nothing would wake those who wait when
 * it ends), and waits for nothing but events.
 */
#ifndef SANDBOX_WATCHED_H
#define SANDBOX_WATCHED_H

#include "sandbox/inside.h"

/* In the stage: tries to make the root's file system; says in the shared page what came of it. */
void watched_open(struct setup *setup);

/* In whoever has no part in it: leader, payload. */
void watched_close(struct setup *setup);

/* In the payload, first: init may make processes now. */
void watched_tell_born(const struct setup *setup);

/* In init, around all that looks names up. */
void watched_begin_building(struct setup *setup);
void watched_end_building(struct setup *setup);

/* Between the two: has the kernel learn all names of the root, which is there and empty of mounts, in few requests. */
void watched_tell_names(int root);

/*
 * In the payload, with no_new_privs: where the root could not be one of ours, notifications of system calls take its
 * place. init gets the listener, and passes it on. It keeps it as well: if the supervisor ends, every call would fail.
 * True: there is a filter, and the deny list is in it; it is one, since each takes time to install.
 */
bool watched_install_filter(const struct setup *setup);

/* In init, for the rest of its life; `wanted` are the signals that `take` is called for. */
_Noreturn void watched_serve(struct setup *setup, const sigset_t *wanted,
			     void (*take)(int number, int value, bool outside));

#endif
