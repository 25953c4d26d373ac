/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is known of a row, for people: the members of the answer that it was made of, in words. */
#ifndef TUI_DETAILS_H
#define TUI_DETAILS_H

#include "tui/rows.h"
#include "tui/sheet.h"
#include "tui/tabs.h"

/* Adds it to a sheet that is empty: sentences, the command lines that would make the row, and each member. */
void details_tell(const struct tab *tab, const struct row *row, struct sheet *sheet);

#endif
