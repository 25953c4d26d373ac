/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain of files that starting a program takes: the program, the interpreter in its "#!" line, the ELF loader, the
 * libraries. It is followed inside; what is missing inside is followed outside, so that everything that is missing is
 * found at once. Values only: execchain.c makes the sentences.
 */
#ifndef INSPECT_CHAIN_H
#define INSPECT_CHAIN_H

#include <stdbool.h>

#include "inspect/execchain.h"
#include "inspect/libsearch.h"
#include "inspect/rootpath.h"
#include "inspect/shebang.h"
#include "inspect/unit.h"

/* What a file is in the chain. */
enum role {
	ROLE_PROGRAM,
	ROLE_INTERPRETER, /* named in a "#!" line */
	ROLE_COMMAND,	  /* looked up in PATH by env(1) for a "#!" line */
	ROLE_HANDED_OVER, /* executed by a shell script in the long-path form of pip and conda */
	ROLE_LOADER,	  /* of an ELF file */
};

enum fault_kind {
	FAULT_NONE,
	FAULT_MISSING, /* the walk to it fails; see fault.inside */
	FAULT_NOT_IN_PATH,
	FAULT_DIRECTORY,
	FAULT_NOT_REGULAR, /* a device, a FIFO, a socket */
	FAULT_NOT_EXECUTABLE,
	FAULT_NOEXEC,	     /* on a mount that has noexec */
	FAULT_NOT_A_PROGRAM, /* neither ELF nor "#!" */
	FAULT_BAD_SHEBANG,
	FAULT_DAMAGED,	   /* an ELF file that is none for the kernel */
	FAULT_OBJECT_FILE, /* ELF, but not a program: an object file, a core dump */
	FAULT_MACHINE,	   /* for another machine */
	FAULT_TOO_DEEP,	   /* scripts as interpreters of scripts, too many */
	FAULT_LIBRARIES,   /* see chain.libraries */
};

/* How it is with the same file outside. */
enum outside { OUTSIDE_MISSING, OUTSIDE_SAME_FAULT, OUTSIDE_GOOD };

struct fault {
	enum fault_kind kind;
	enum role role;
	int code;		/* the errno that it gives */
	char *path;		/* of the file at fault; a name where it was looked up in PATH and found nowhere */
	char *by;		/* the file that asks for it; NULL for the program itself */
	struct rootpath inside; /* FAULT_MISSING: where the walk ended */
	enum outside outside;
	struct elf elf; /* FAULT_MACHINE: its head */
};

struct chain {
	struct fault fault;	    /* the first that explains the query's errnum */
	bool unknown;		    /* something in it could not be judged: nothing is to be claimed */
	struct libsearch libraries; /* of the last ELF file that was looked at and has any missing */
	struct place_list places;   /* outside: everything on the chain that was not found inside */
};

void chain_follow(const struct execchain_query *query, struct chain *ret);
void chain_release(struct chain *chain);

/*
 * The directories of a search path, one after the other, absolute: NULL at the end. Start with *at the text. The caller
 * frees.
 */
char *chain_next_directory(const char **at, const char *cwd);

#endif
