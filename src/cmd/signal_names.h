/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals as kill(1) names them. */
#ifndef CMD_SIGNAL_NAMES_H
#define CMD_SIGNAL_NAMES_H

/* "TERM", "SIGTERM", "term", "15"; "RTMIN", "RTMIN+3" and "RTMAX-3" too. The number, or 0: there is none. */
int signal_of(const char *text);

/* The name that was probably meant, or NULL. */
const char *signal_nearest(const char *text);

/* "TERM", or NULL: it has a number only. */
const char *signal_name(int signal);

#endif
