/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outside, for the supervisor: whether a path is there, and which names the directories have that the
 * sandbox's root has too.
 *
 * The paths are the payload's to choose. Looking one up must have no effect that somebody else can see: nothing is
 * opened but as a place (O_PATH), and no automount is triggered, which could send a name of the payload's choice to a
 * server on the network.
 */
#ifndef WATCH_OUTSIDE_H
#define WATCH_OUTSIDE_H

#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/plan.h"
#include "sandbox/sensor.h"

/* True if there is something at an absolute path, links followed, that we could get at. */
bool outside_has(const char *path);

/* S_IFDIR or S_IFREG: as what such a path has its place inside. 0: it is a link, or not there. */
mode_t outside_type(const char *path);

/* The same of a directory's parent: where something could be made. */
bool outside_has_parent(const char *path);

/*
 * Puts all names into the filter that the directories of the sandbox's root have outside.
 */
void outside_fill(const struct plan *plan, struct sensor_page *page);

/*
 * Watches for new ones (inotify(7)), and puts those in that have come since. Not at once: most sessions are
 * shorter than letting go of what watches takes. Returns the descriptor that is readable when there are some,
 * or -1.
 */
int outside_watch(const struct plan *plan, struct sensor_page *page);

/* Reads what it says. */
void outside_take_news(int inotify, struct sensor_page *page);

#endif
