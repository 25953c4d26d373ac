/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --learn FILE: finds out what a program needs, and writes it as a profile. Theory of operation:
 *
 *	run	the program runs once, with the host to be seen and not to be changed (learn_run.c); all that it
 *		asks for is recorded (watch/record.h)
 *	need	what exists outside, and is not in the view that the profile starts from anyway, is folded into few
 *		mounts (learn_need.c, inspect/fold.h), and named so that the links that led there are inside too
 *	replay	the program runs again, from the written profile alone (learn_file.c). If it ends otherwise, what it
 *		missed is added, and of what the first run asked for that which is left out at first; then again, a
 *		few times at most
 *
 * Who sees everything does other things than who sees little, and asks for much that is of no use to him: that is
 * why the replay has the last word, and why noise (inspect/noise.h) is left out until the replay fails.
 *
 * The first run is the user's: its output, its status. What a replay prints nobody sees.
 */
#ifndef LEARN_H
#define LEARN_H

#include "base/error.h"
#include "sandbox/request.h"
#include "session/session.h"

/*
 * 0 with *ret filled as the first run ended, or with 125 if the profile does not do; negative with err filled. What was
 * learned is told on standard error.
 */
int learn(const struct request *req, struct outcome *ret, struct error *err);

#endif
