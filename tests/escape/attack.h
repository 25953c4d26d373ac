/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An attack: something that a hostile payload tries. The same program is run outside, where it works, and inside. */
#ifndef ESCAPE_ATTACK_H
#define ESCAPE_ATTACK_H

/* Exit statuses. Not 0 and 1: that a shell or isolate itself failed must not look like a success of the sandbox. */
enum {
	WORKED = 0,   /* the attack reached what it was after */
	STOPPED = 40, /* it did not */
	UNTRIED = 41, /* it could not be tried: a wrong argument, a call that has nothing to do with it failed */
};

struct attack {
	const char *name;
	const char *args; /* for the usage message */
	int argc;	  /* how many it must have */
	int (*run)(char **argv);
};

/* Each file of attacks has one of these tables, ended by a row without a name. */
extern const struct attack call_attacks[];
extern const struct attack file_attacks[];
extern const struct attack lifetime_attacks[];
extern const struct attack mount_attacks[];
extern const struct attack process_attacks[];
extern const struct attack socket_attacks[];
extern const struct attack terminal_attacks[];

/* What victims hold and attacks look for. */
#define SECRET "the-secret-of-the-victim"

/* Tries the attack that argv[0] names, with the arguments after it; -1 if there is none or it has too few. */
int attack_run(char **argv);

/* Say on standard error what happened, with errno where it failed, and return the status. `what` names the call. */
int worked(const char *what);
int stopped(const char *what);
int untried(const char *what);

/* WORKED if SECRET is in the first 64 KiB that fd gives. Closes fd; -1 is a failed open of `what`. */
int look_for_secret(int fd, const char *what);

#endif
