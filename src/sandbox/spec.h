/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One item of --mnt:  [FLAG[,FLAG]…:]MNTPOINT[=SOURCE]
 *
 * A pure parser: it looks neither at the file system nor at the environment. Tilde and relative names are
 * resolved by the plan, which knows the user and the directory.
 *
 *	specs     = white space, spec, white space, …
 *	spec      = [ flag { "," flag } ":" ] path [ "=" path | "=none" ]
 *	flag      = "ro" | "rw" | "bind" | "rbind" | "move" | "try" | "exec" | "noexec" | "dev" | "suid"
 *	path      = a text in which \C, '…' and "…" protect white space, ":", "=", quotes and backslashes
 *
 * A ":" that no flag list stands before belongs to the path only if it is protected: "foo:bar" is an error
 * ("unknown flag 'foo'"), so that a misspelt flag cannot become a path. Behind a flag list the same holds for
 * MNTPOINT ("ro:rw:/x" is a mistake). Behind the "=" a ":" can be nothing but part of SOURCE, and needs no protection;
 * a second "=" does.
 *
 * '…' protects all but itself, and "…" all but itself and the backslash, which protects '"' and '\' there and else
 * stands for itself. `none` and a leading "~" have their meaning only where no part of them is protected.
 */
#ifndef SANDBOX_SPEC_H
#define SANDBOX_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum spec_flag {
	SPEC_RO = 1 << 0,
	SPEC_RW = 1 << 1,
	SPEC_BIND = 1 << 2,
	SPEC_RBIND = 1 << 3,
	SPEC_MOVE = 1 << 4,
	SPEC_TRY = 1 << 5,
	SPEC_EXEC = 1 << 6,
	SPEC_NOEXEC = 1 << 7,
	SPEC_DEV = 1 << 8,
	SPEC_SUID = 1 << 9,
};

/* The table of flags: the parser, --help, the man page, completions and messages are made from it. */
struct spec_flag_row {
	const char *name;
	enum spec_flag flag;
	unsigned excludes; /* flags that contradict it */
	const char *help;  /* one line, for the man page and --help */
};
extern const struct spec_flag_row spec_flags[];
extern const size_t spec_flags_len;

/* Where a spec came from; kept so that an error can name it and :mounts can show it. */
enum origin {
	ORIGIN_DEFAULT, /* the default view */
	ORIGIN_OPTION,	/* --mnt, MNTDIRS or the default "." */
	ORIGIN_PROFILE, /* a later issue */
	ORIGIN_LIVE,
	ORIGIN_MISS,
	ORIGIN_FOREIGN,
};
extern const char *const origin_names[];

struct spec {
	char *text;	 /* this spec as it was written, quotes and all */
	const char *from; /* what asked for it: "--mnt", "MNTDIRS", "the default view"; static */
	enum origin origin;
	unsigned flags;	 /* enum spec_flag, as written */
	char *mntpoint;	 /* unquoted, never empty, not yet absolute */
	char *source;	 /* unquoted; NULL where none was written, or `none` */
	bool none;	 /* =none (unquoted) */
	bool mntpoint_tilde; /* begins with an unprotected ~ */
	bool source_tilde;
	int at_flags, at_mntpoint, at_source; /* byte offsets into text, for carets; at_source -1: none was written */
};

struct spec_list {
	struct spec *items;
	size_t len, cap;
};

void spec_release(struct spec *spec);
void spec_list_release(struct spec_list *list);

/*
 * Parses the white-space separated specs of text and appends them. On an error nothing is appended and err has
 * the caret under the place in the offending spec. `from` is kept, not copied. 0 or a negative number.
 */
int spec_list_parse(struct spec_list *list, const char *text, enum origin origin, const char *from, struct error *err);

/* `path` quoted such that spec_list_parse() reads it back as one path. The caller frees. */
char *spec_quote(const char *path);

/* The canonical text of a spec: flags in table order, paths quoted where they need it. The caller frees. */
char *spec_format(const struct spec *spec);

#endif
