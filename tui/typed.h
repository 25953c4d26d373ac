/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line that is still being typed, as words: like cmd/words.h, but a quote need not be closed and a backslash may have
 * nothing behind it yet; and of each byte it is known whether it was protected, and where it stands in the line.
 */
#ifndef TUI_TYPED_H
#define TUI_TYPED_H

#include <stdbool.h>
#include <stddef.h>

struct typed {
	char *text;	 /* without quotes and backslashes */
	size_t len;
	bool *protected; /* of each byte of it: a backslash or quotes protect it */
	size_t *from;	 /* of each byte: where it stands in the line */
	size_t at;	 /* where the word begins in the line */
	char quote;	 /* that is open at the end; 0: none */
};

struct typed_list {
	struct typed *items;
	size_t len, cap;
};

/* The first n bytes of the line. The last item is the word that the end is in; empty where a new one would begin. */
void typed_split(const char *line, size_t n, struct typed_list *ret);
void typed_list_release(struct typed_list *list);

/*
 * `text` protected such that it is read back as part of one word, or, with `spec`, as a path of a spec: between the
 * quotes `quote` if that is not 0 and can be, else with backslashes. `closed`: with the second quote. The caller frees.
 */
char *typed_quote(const char *text, bool spec, char quote, bool closed);

#endif
