/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command line could go on with: the prompt's and the inspector's Tab key.
 *
 * All of it follows from the table of the commands (cmd/table.h): which argument the cursor is in, of which kind that
 * is, and what such an argument can be. Nothing here looks at the machine: files, processes and sessions come from a
 * source that the caller gives, so that it can be tested.
 *
 * Names of files inside may have been chosen by a hostile program. A name that holds what a terminal would obey or hide
 * (text_is_shown()), or is not UTF-8, is not offered: it could not be shown in the line as it is, and the line is to
 * be read before it is sent.
 */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/table.h"

/* A list of plain texts that a source fills. */
struct complete_name {
	char *text;
	bool is_dir;
};

struct complete_names {
	struct complete_name *items;
	size_t len, cap;
};

/* Appends a copy. */
void complete_names_add(struct complete_names *names, const char *text, bool is_dir);
void complete_names_release(struct complete_names *names);

/* The names as bytes that go to another process, for the caller to free; and back, as far as they make sense. */
char *complete_names_pack(const struct complete_names *names, size_t *ret_len);
void complete_names_unpack(struct complete_names *names, const char *bytes, size_t len);

enum complete_kind {
	COMPLETE_OUTSIDE,   /* the names in the directory `directory`, outside */
	COMPLETE_INSIDE,    /* the same inside */
	COMPLETE_PROCESSES, /* numbers outside; `directory` is NULL */
	COMPLETE_SESSIONS,  /* names of running sessions */
	COMPLETE_MISSES,    /* paths that were missed; `directory` is NULL */
	COMPLETE_CURES,	    /* specs that cure them */
};

/* Where names come from. What cannot be read has no names: nobody is told. */
struct complete_source {
	void (*list)(void *arg, enum complete_kind kind, const char *directory, struct complete_names *ret);
	void *arg;
	const char *cwd;  /* absolute: relative names are relative to it */
	const char *home; /* ~; NULL: there is none */
	bool has_colon;	  /* the line stands behind one: the names of commands are offered without */
};

struct complete_match {
	char *text;  /* what is to stand in the range: quoted, with the slash of a directory; no blank behind it */
	char *shown; /* for a list: without quotes and without the directories before it */
	bool open;   /* it goes on: no blank behind it */
};

struct complete {
	size_t at, len; /* the range in the line that a match takes the place of, up to the cursor */
	char *typed;	/* what stands there */
	struct complete_match *matches; /* sorted by `shown`, each once */
	size_t matches_len, matches_cap;
};

/* What the text before byte `cursor` of the line can go on with. Release in any case. */
void complete_line(const struct command *table, size_t table_len, const char *line, size_t cursor,
		   const struct complete_source *source, struct complete *ret);

/* The same for any words that the one at the cursor can go on with. */
void complete_words(const char *line, size_t cursor, const char *const *words, size_t words_len, struct complete *ret);

/* The same for a line that is the name of a session. */
void complete_session(const char *line, size_t cursor, const struct complete_source *source, struct complete *ret);

/* Adds the matches of `other`, of the same text, and releases it. */
void complete_merge(struct complete *complete, struct complete *other);

/*
 * The longest text that all matches begin with; where they are quoted in different ways and that is shorter than what
 * was typed, that. The caller frees.
 */
char *complete_common(const struct complete *complete);
void complete_release(struct complete *complete);

#endif
