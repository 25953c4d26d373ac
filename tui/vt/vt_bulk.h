/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ASCII into cells and out of them, eight at a time: nearly all that a terminal is given is such text, and a compiler
 * does not find this by itself at -O2. What it cannot do in eights is left to loops that do one.
 */
#ifndef VT_BULK_H
#define VT_BULK_H

#include <string.h>

#include "tui/vt/vt_impl.h"

typedef uint64_t cells2 __attribute__((vector_size(16)));

_Static_assert(sizeof(struct cell) == sizeof(uint64_t), "a cell is one word");

/* A cell as a number: what is in the character's half, with the style above it. */
static inline uint64_t
cell_word(uint32_t ch, uint32_t style)
{
	struct cell cell = { ch, style };
	uint64_t word;

	memcpy(&word, &cell, sizeof word);
	return word;
}

/* The shift from a byte to a cell's character. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { CELL_SHIFT = 32 };
#else
enum { CELL_SHIFT = 0 };
#endif

/* Writes n characters, each with these flags and this style. */
static inline void
cells_put_ascii(struct cell *cells, const uint8_t *text, int n, uint32_t flags, uint32_t style)
{
	const uint64_t rest = cell_word(flags, style);
	int i = 0;

	for (; i + 8 <= n; i += 8) {
		for (int k = 0; k < 8; k++) {
			const uint64_t word = (uint64_t)text[i + k] << CELL_SHIFT | rest;

			memcpy(cells + i + k, &word, sizeof word);
		}
	}
	for (; i < n; i++)
		cells[i] = (struct cell){ text[i] | flags, style };
}

/* True if all of them are ASCII, or nothing, without flags, in the default style. */
static inline bool
cells_are_plain(const struct cell *cells, int n)
{
	const uint64_t others = ~cell_word(0x7f, 0);
	uint64_t all;
	cells2 some = { 0 }, more = { 0 };
	int i = 0;

	for (; i + 8 <= n; i += 8) {
		cells2 words[4];

		memcpy(words, cells + i, sizeof words);
		some |= words[0] | words[1];
		more |= words[2] | words[3];
	}
	some |= more;
	all = some[0] | some[1];
	for (; i < n; i++)
		all |= cell_word(cells[i].ch, cells[i].style);
	return (all & others) == 0;
}

/* The characters of plain cells. */
static inline void
cells_get_ascii(const struct cell *cells, uint8_t *text, int n)
{
	int i = 0;

	for (; i + 8 <= n; i += 8) {
		const struct cell *c = cells + i;
		const uint32_t low = c[0].ch | c[1].ch << 8 | c[2].ch << 16 | c[3].ch << 24;
		const uint32_t high = c[4].ch | c[5].ch << 8 | c[6].ch << 16 | c[7].ch << 24;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		const uint64_t bytes = __builtin_bswap64((uint64_t)high << 32 | low);
#else
		const uint64_t bytes = (uint64_t)high << 32 | low;
#endif

		memcpy(text + i, &bytes, sizeof bytes);
	}
	for (; i < n; i++)
		text[i] = (uint8_t)cells[i].ch;
}

#endif
