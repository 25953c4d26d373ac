/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first line of a script, as the kernel reads it (execve(2), "Interpreter scripts"), and as env(1) reads on. */
#ifndef INSPECT_SHEBANG_H
#define INSPECT_SHEBANG_H

#include <stddef.h>

/* As many bytes of a file as the kernel looks at (BINPRM_BUF_SIZE, Linux 5.1). */
#define SHEBANG_SIZE 256

struct shebang {
	char interpreter[SHEBANG_SIZE];
	char argument[SHEBANG_SIZE]; /* the rest of the line as one word, or "" */
};

/*
 * Reads the first `len` bytes of a file. 0; -ENOENT: no "#!"; -ENOEXEC: there is one that the kernel refuses (empty, or
 * too long).
 */
int shebang_parse(const char *head, size_t len, struct shebang *ret);

/*
 * If the interpreter is env(1): the command that env looks up in PATH, into ret. 1; 0: it is not env; -EINVAL: env in a
 * way that we do not follow (other options).
 */
int shebang_env_command(const struct shebang *line, char ret[SHEBANG_SIZE]);

/*
 * The program that a shell script of two or three lines hands over to, as pip and conda write it where the path is too
 * long for a "#!" line:  '''exec' /long/path/bin/python "$0" "$@". 1 with ret filled, 0: it is none.
 */
int shebang_exec_trick(const char *head, size_t len, char *ret, size_t size);

#endif
