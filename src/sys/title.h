/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ps(1) shows of a process. Those of the sandbox begin as copies of isolate, whose command line (which
 * names the user's directories) everyone inside could read in /proc/1/cmdline.
 */
#ifndef SYS_TITLE_H
#define SYS_TITLE_H

/* To be called once, with main()'s argv, which must stay where it is. */
void title_init(char **argv);

/*
 * Overwrites the command line and the name of the calling process. No heap, no stdio. Without title_init() only
 * the name.
 */
void title_set(const char *title);

/* The command line alone, and only if all of it fits where the original was. */
void title_set_line(const char *line);

#endif
