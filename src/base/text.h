/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for people: escaping, and the nearest word to a misspelt one. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A copy of s in which nothing can move the cursor, colour the screen or fake a line: control
 * characters (C0, DEL, C1 as U+0080..U+009F), the bidirectional controls, the line separators U+2028
 * and U+2029 and bytes that are not valid UTF-8 are written \n, \t, \e, \xNN or \u{NNNN}. A backslash stays as it
 * is. Never NULL: when memory is exhausted the program ends (see text_dup). The caller frees.
 * No locale is consulted: the result is the same in every one.
 */
char *text_escape(const char *s);

/* text_escape() straight to f, without allocating. */
void text_print(FILE *f, const char *s);

/* Columns that the escaped form of the first n bytes of s takes on a terminal (wcwidth(3) after UTF-8 decoding). */
int text_columns(const char *s, size_t n);

/*
 * Decodes the character at s, of at most `max` bytes, which are at least one. Returns its length, or 0 where the bytes
 * are not UTF-8: too long a form, a surrogate, above U+10FFFF, cut short (RFC 3629); then *ret is untouched.
 */
size_t text_decode(const char *s, size_t max, uint32_t *ret);

/* True for the characters that act on a terminal, or on how it shows what is around them. */
bool text_is_control(uint32_t code);

/* True for the characters that text_escape() lets through: neither controls nor invisible. */
bool text_is_shown(uint32_t code);

/*
 * The word of candidates[0..n) nearest to `word` by Damerau-Levenshtein distance, if it is near
 * enough to be what was meant (at most 1 edit for short words, a third of the length for long ones);
 * else NULL. Prefixes of exactly one candidate count as near. Of two as near the first is taken; the case of ASCII
 * letters does not count.
 */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

/* strdup(3), asprintf(3) that end the program with status 125 when there is no memory. */
char *text_dup(const char *s);
char *text_room(size_t size); /* malloc(3), likewise: for a text of size - 1 bytes */
char *text_ndup(const char *s, size_t n);
char *text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *text_vformat(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* FNV-1a, for tables in memory. Who makes texts collide on purpose makes his own program slow. */
uint64_t text_hash(const char *s);

/* realloc(3) for an array of *cap elements of `size` bytes to hold at least `need`; doubles; ends like text_dup(). */
void *array_grow(void *array, size_t *cap, size_t need, size_t size);

/*
 * Quotes s for a POSIX shell: unchanged where it needs none, else in single quotes, or $'…' where it holds
 * what text_escape() would change, so that the result can be both printed and pasted. The caller frees.
 */
char *text_shell_quote(const char *s);

#endif
