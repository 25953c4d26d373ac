/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pane: the master of the program's pty on one side, and an emulated terminal on the other. What the program writes
 * goes into the terminal, a bounded piece at a time; what is for the program waits in a bounded queue. It knows nothing
 * of the screen.
 *
 * The program is hostile. It may write without end, ask the terminal without end and never read: see tui/vt/vt.h for
 * what it cannot do.
 */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/vt/vt.h"

/*
 * Replies that nobody reads are dropped early: who asks has to read. What the user typed or pasted is kept much longer,
 * but never so that a program which does not read makes us wait for it.
 */
enum { PANE_REPLIES_MAX = 64 * 1024, PANE_TYPED_MAX = 4 * 1024 * 1024 };

struct pane {
	int fd; /* the master, which does not block; not ours to close */
	struct vt *vt;
	int rows, cols;
	bool more;    /* the last look at the program's output ended before it did */
	bool ended;   /* no program has the terminal open, or it is gone */
	bool bell;    /* it rang since this was set to false */
	bool asks_colors; /* ... asked for the default colours, which are not known */
	char *copied; /* what the program wants on the clipboard (OSC 52): any bytes; or NULL */
	size_t copied_len;
	bool may_copy;
	bool typing;  /* what is written now is the user's */
	char *queue;  /* for the program */
	size_t queue_start, queue_len, queue_cap;
};

/* For the whole process, before it is confined: its timers are to be exact. */
void pane_prepare(void);

/* 0, or -ENOMEM. Its size is the pty's, so far. */
int pane_open(struct pane *pane, int fd, size_t history_lines, bool may_copy);
void pane_release(struct pane *pane);

/* The size of the terminal, and of the pty: the kernel tells the program (SIGWINCH). */
void pane_resize(struct pane *pane, int rows, int cols);

/* Takes what the program has written, at most so much that a key does not wait. */
void pane_read(struct pane *pane);

/* Gives the program what waits for it, as far as it takes it. */
void pane_write(struct pane *pane);

static inline bool
pane_has_to_write(const struct pane *pane)
{
	return pane->queue_len > 0;
}

/* Bytes for the program, from the user. False: there are too many that it did not read. */
bool pane_type(struct pane *pane, const char *bytes, size_t len);

/* What the user does goes through the terminal, as vt_key() and its like: between these two. */
void pane_typing_begin(struct pane *pane);
void pane_typing_end(struct pane *pane);

#endif
