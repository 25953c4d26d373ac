/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recorded /proc, made of a file of tests/fixtures (see record.sh there) below the current directory. */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

struct proc_tree {
	char path[32];
	int proc; /* stands for /proc */
};

/* Makes the directories above the last component. */
static inline void
proc_tree_parents(int proc, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		char *dir = text_ndup(path, (size_t)(slash - path));

		mkdirat(proc, dir, 0755);
		free(dir);
	}
}

static inline FILE *
proc_tree_create(int proc, const char *path)
{
	int fd;

	proc_tree_parents(proc, path);
	unlinkat(proc, path, 0);
	fd = openat(proc, path, O_WRONLY | O_CREAT | O_EXCL, 0644);
	assert_true(fd >= 0);
	return fdopen(fd, "w");
}

static inline void
proc_tree_link(const struct proc_tree *tree, const char *path, const char *text)
{
	proc_tree_parents(tree->proc, path);
	unlinkat(tree->proc, path, 0);
	assert_int_equal(symlinkat(text, tree->proc, path), 0);
}

static inline void
proc_tree_write(const struct proc_tree *tree, const char *path, const char *text)
{
	FILE *f = proc_tree_create(tree->proc, path);

	fputs(text, f);
	fclose(f);
}

/* One line of a file; \0 is a NUL, and after it there is no newline. */
static inline void
proc_tree_line(FILE *f, const char *line)
{
	bool nul = false;

	while (*line != '\0') {
		nul = strncmp(line, "\\0", 2) == 0;
		fputc(nul ? '\0' : *line, f);
		line += nul ? 2 : 1;
	}
	if (!nul)
		fputc('\n', f);
}

static inline struct proc_tree
proc_tree_load(const char *fixture)
{
	const char *tests = getenv("TESTS");
	char *name = text_format("%s/fixtures/%s", tests ? tests : "tests", fixture);
	struct proc_tree tree = { .path = "proc.XXXXXX" };
	FILE *from = fopen(name, "r"), *to = NULL;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	assert_non_null(from);
	assert_non_null(mkdtemp(tree.path));
	tree.proc = open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while ((len = getline(&line, &size, from)) > 0) {
		line[len - 1] = '\0';
		if (strncmp(line, "== ", 3) == 0 || strncmp(line, "-> ", 3) == 0) {
			if (to)
				fclose(to);
			to = NULL;
		}
		if (strncmp(line, "== ", 3) == 0) {
			to = proc_tree_create(tree.proc, line + 3);
		} else if (strncmp(line, "-> ", 3) == 0) {
			char *text = strchr(line + 3, ' ');

			*text++ = '\0';
			proc_tree_link(&tree, line + 3, text);
		} else if (to) {
			proc_tree_line(to, line);
		}
	}
	if (to)
		fclose(to);
	free(line);
	fclose(from);
	free(name);
	return tree;
}

static inline int
proc_tree_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void
proc_tree_release(struct proc_tree *tree)
{
	close(tree->proc);
	nftw(tree->path, proc_tree_remove, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
