/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event in words, for a row of the list: what it is about first, numbers last. */
#ifndef TUI_EVENT_WORDS_H
#define TUI_EVENT_WORDS_H

#include <jansson.h>

/* `event` is a line of :events in JSON; its name and its time are left out. The caller frees. */
char *event_words(const json_t *event);

#endif
