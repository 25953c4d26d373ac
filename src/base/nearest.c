/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nearest word to a misspelt one. */
#include "config.h"

#include <string.h>

#include "base/text.h"

/* Longer words are not option names; the bound keeps the table on the stack. */
#define WORD_MAX 64

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions, deletions,
 * replacements and swaps of neighbours, no part edited twice. Both words are at most WORD_MAX bytes long.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	size_t a_len = strlen(a), b_len = strlen(b);

	for (size_t j = 0; j <= b_len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = fold(a[i - 1]) == fold(b[j - 1]);

			row[j] = min(min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]))
				row[j] = min(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[b_len];
}

/* The candidate that `word` is the beginning of, if it is the beginning of no other. */
static const char *
only_completion(const char *word, const char *const *candidates, size_t n)
{
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(candidates[i], word, strlen(word)) != 0)
			continue;
		if (found)
			return NULL;
		found = candidates[i];
	}
	return found;
}

const char *
text_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	size_t limit = len / 3 > 1 ? len / 3 : 1;
	const char *nearest;

	if (len == 0 || len > WORD_MAX)
		return NULL;
	nearest = only_completion(word, candidates, n);
	if (nearest)
		return nearest;
	for (size_t i = 0; i < n; i++) {
		size_t edits;

		if (strlen(candidates[i]) > WORD_MAX)
			continue;
		edits = distance(word, candidates[i]);
		/* A word of which nothing is left was not misspelt: "x" is not "v". */
		if (edits > limit || edits >= len)
			continue;
		nearest = candidates[i];
		if (edits == 0)
			break;
		limit = edits - 1;
	}
	return nearest;
}
