/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What inspect/why.h has found out, in words. */
#ifndef INSPECT_WHY_TEXT_H
#define INSPECT_WHY_TEXT_H

#include "inspect/why.h"

/*
 * One sentence in lower case, without a full stop; names are as they come, to be escaped by whoever shows it. The
 * caller frees.
 */
char *why_sentence(const struct why *why);

/* What a mount is to the user: "the spec 'ro:/opt' (--mnt)", "the default view", "the tmpfs on '/opt'". The caller
 * frees. */
char *why_mount_text(const struct why_mount *mount);

#endif
