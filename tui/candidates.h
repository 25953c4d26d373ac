/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What completion can offer on this machine: files outside and inside, processes of the sandbox, running sessions.
 *
 * The inside is hostile. Its paths are walked below the root of a process of the sandbox, component by component, and
 * its links are followed as they are in there (inspect/rootpath.h): nothing that the payload does shows files of the
 * outside as its own. Directories are read up to a limit.
 */
#ifndef TUI_CANDIDATES_H
#define TUI_CANDIDATES_H

#include <sys/types.h>

#include "tui/complete.h"

struct candidates {
	struct complete_source source; /* for complete_line(); its arg points to this structure: do not move */
	char *cwd;
	int proc, caller;     /* /proc, and our own directory in it */
	int process;	      /* that of a process inside, or -1 */
	int root;	      /* the root directory of the sandbox, or -1 */
	/*
	 * The answer of :misses for machines, the caller's to free, or NULL. Set by whoever has somebody to ask, after
	 * candidates_init().
	 */
	char *(*misses)(void *arg);
	void *misses_arg;
};

/*
 * `inside` is a process of the sandbox, by its number outside, whose root is the sandbox's: of a session its process 1;
 * 0: there is no sandbox. What cannot be opened has no candidates.
 */
void candidates_init(struct candidates *ret, pid_t inside);
void candidates_release(struct candidates *candidates);

#endif
