/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody would try who has taken the inspector over, as a command (":attempt exec"), in the program of that name
 * that is made for the tests only (tests/screen/attempts.c). In the inspector itself nothing of it is there.
 */
#ifndef TUI_ATTEMPTS_H
#define TUI_ATTEMPTS_H

#include <stdbool.h>

struct app;

#ifdef ISOLATE_TEST_BREAKS
/* The action ":attempt": a line for each, "NAME worked" or "NAME stopped". */
void attempt_run(struct app *app, const char *arguments);

/* ISOLATE_BREAK=confinement: the attempts are seen to work. */
bool attempt_unconfined(void);

/* ISOLATE_BREAK=confine: as on a kernel that refuses the filter. */
bool attempt_refused(void);
#else
#define attempt_unconfined() false
#define attempt_refused() false
#endif

#endif
