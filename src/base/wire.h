/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts and numbers in a row of bytes, from one process to another: what a child has found out, for its parent. Each
 * item says what it is and how long, so that a reader notices at once what is cut short or was not written by us.
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	char *data;
	size_t len, cap;
	size_t at; /* where the next item is read */
	bool bad;  /* something else was there than was asked for; from then on all reads give 0 and NULL */
};

void wire_put_number(struct wire *wire, uint64_t number);

/* NULL is an item of its own. */
void wire_put_text(struct wire *wire, const char *text);

/* 0 where there is none, or one above max: then wire->bad. */
uint64_t wire_get_number(struct wire *wire, uint64_t max);

/* The caller frees. NULL also where there is none: then wire->bad. */
char *wire_get_text(struct wire *wire);

void wire_release(struct wire *wire);

#define _autowire_ __attribute__((cleanup(wire_release)))

#endif
