/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What namespaces are, in plain words: for :ns, for the inspector's tab, and for --explain. */
#ifndef CMD_NS_WORDS_H
#define CMD_NS_WORDS_H

#include "inspect/namespaces.h"
#include "sys/ns.h"

struct ns_words {
	const char *name;  /* "process ids": of which a sandbox has its own */
	const char *about; /* what it is, in sentences */
	const char *look;  /* a command, to be run inside, that shows the difference */
	const char *make;  /* a command that makes one */
};
extern const struct ns_words ns_words[NS_KINDS];

/* What of it is its own, and what it shares with the caller, in one sentence. The caller frees. */
char *ns_summary(const struct ns_view views[NS_KINDS]);

#endif
