/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a command writes its answer: once, and it comes out as aligned text for people, or as JSON, or in whatever
 * other form implements the operations below.
 *
 * An answer is a sequence of named fields and tables, and notes. As JSON it is one object on one line:
 *
 *	{"command":"mounts","FIELD":VALUE,"TABLE":[{"COLUMN":VALUE,…},…],"notes":["…"]}
 *
 * A table with a column that is the key is an object of objects instead: {"KEY":{"COLUMN":VALUE,…},…}. Keys are
 * plain words. Names of commands, fields, tables and columns are stable: what is there is not renamed, new ones may
 * come. A command that fails writes nothing here: it reads everything first, fills its error, and only then draws.
 * One exception: what is mounted and busy, where the answer is a table of those who use it.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/value.h"

enum column_flag {
	COLUMN_KEY = 1 << 0,	  /* names its row */
	COLUMN_RIGHT = 1 << 1,	  /* for people: aligned at the right */
	COLUMN_MACHINE = 1 << 2,  /* for machines only */
	COLUMN_PEOPLE = 1 << 3,	  /* for people only */
	COLUMN_OPTIONAL = 1 << 4, /* for people: left out where no row has a value for it */
};

struct column {
	const char *name;  /* the JSON name */
	const char *title; /* the heading for people */
	unsigned flags;	   /* of enum column_flag */
};

struct output;

/* A form of output. Functions are called in the order of the answer; a table's cells row by row. */
struct output_form {
	void (*begin)(struct output *output, const char *command);
	void (*field)(struct output *output, const char *name, const char *title, const struct value *value);
	void (*line)(struct output *output, const char *text);
	void (*prose)(struct output *output, const char *name, const char *text);
	void (*table)(struct output *output, const char *name, const char *title);
	void (*cell)(struct output *output, const struct value *value);
	void (*table_end)(struct output *output);
	void (*note)(struct output *output, const char *text);
	void (*end)(struct output *output);
	void (*release)(struct output *output);
};

/* What every form begins with. */
struct output {
	const struct output_form *form;
	const struct column *columns; /* of the table that is being written, else NULL */
	size_t columns_len;
	size_t column; /* the next cell's */
};

/* Both write to f, which stays the caller's, and are freed by output_free(). */
struct output *output_new_text(FILE *f);
struct output *output_new_json(FILE *f);
void output_free(struct output *output);

void output_begin(struct output *output, const char *command);

/* One value by itself; for people "TITLE: VALUE". Without a title it is for machines only. */
void output_field(struct output *output, const char *name, const char *title, struct value value);

/* A line as it is, never broken, for people only: what machines get as a table. */
void output_line(struct output *output, const char *text);

/* Sentences, which people get in lines; an empty line separates paragraphs. Without a name they are for people only. */
void output_prose(struct output *output, const char *name, const char *text);

/*
 * A table; `columns` has to live until its end. For people the title, if there is one, stands above it, and there is
 * nothing at all where there are no rows.
 */
void output_table(struct output *output, const char *name, const char *title, const struct column *columns, size_t n);
void output_cell(struct output *output, struct value value);
void output_table_end(struct output *output);

/* A sentence about the answer, in lower case, without a full stop. Notes come last, wherever they were made. */
void output_note(struct output *output, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void output_end(struct output *output);

#endif
