/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notified system calls, from inside. Who is notified of them is the supervisor outside; pid 1 has each listener as
 * well, and does nothing with it as long as there is a supervisor: without a listener every such call would fail, so
 * when the supervisor has ended the calls are pid 1's to continue.
 *
 * The payload has the first listener (sandbox/watched.h). A program that joins comes from elsewhere, and has a filter
 * and a listener of its own: it hands that to the supervisor, by way of a socket that whoever joins was given by the
 * session's control process. The payload can reach neither of these.
 */
#ifndef SANDBOX_KEEPER_H
#define SANDBOX_KEEPER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/inside.h"
#include "sandbox/sensor.h"

/*
 * In a program that joins, with no_new_privs: installs the filter (the deny list is in it), and is watched from then
 * on, if the door says so. False: there is no filter.
 */
bool keeper_hand_in(const struct setup *setup);

/*
 * The rest in init. At the place, below SENSOR_LISTENERS_MAX, takes the place of what is there. The descriptor is taken
 * in any case.
 */
void keeper_add(uint64_t place, int listener);

/* The payload's, or -1. */
int keeper_first(void);

/* Into fds, room for SENSOR_LISTENERS_MAX; `alone`: there is no supervisor. How many. */
nfds_t keeper_poll(struct pollfd *fds, bool alone);

/* What poll(2) said of these. */
void keeper_take(const struct pollfd *fds, nfds_t n);

/* The supervisor has gone: what it had received and not answered goes on. */
void keeper_continue_left(struct sensor_page *page);

#endif
