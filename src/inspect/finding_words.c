/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words of a command line name: files, commands in the text of a shell, modules below PYTHONPATH. */
#include "config.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/finding_parts.h"
#include "inspect/rootpath.h"

/* A command line may be megabytes long; the beginning has to do. */
enum { WORDS_MAX = 256, TOKENS_MAX = 256, TEXT_MAX = 64 << 10, INNOCENT_MAX = 4, DIRECTORIES_MAX = 32 };

/* Whose words are to be read, and never to be made. */
static const char *const readers[] = {
	"[",	 "cat",	 "cd",	"cmp",	    "diff",	"du",	"egrep",     "fgrep",	"file",	   "find",
	"grep",	 "head", "ls",	"less",	    "md5sum",	"more", "od",	     "readlink", "realpath", "sha1sum",
	"sha256sum", "source", "stat", "strings", "tail", "test", "wc", "xxd", "zcat", "zgrep",
};

/* Whose first word is. */
static const char *const interpreters[] = { "Rscript", "bash", "dash", "node", "perl", "python*", "ruby", "sh", "zsh" };

struct words {
	struct collector *collector;
	bool reads; /* the command that the word belongs to reads it */
	int tokens;
	int innocent; /* paths that fail outside too, which are worth a line in a report */
};

/* What stands around paths and names in shells' and programs' text. */
static bool
is_boundary(char c)
{
	return c == '\0' || strchr(" \t\r\n'\"`;|&()<>{}[]=,:!?*#$\\", c);
}

char *
next_token(const char **at)
{
	const char *start;

	while (**at != '\0' && is_boundary(**at))
		(*at)++;
	start = *at;
	while (!is_boundary(**at))
		(*at)++;
	return *at > start ? text_ndup(start, (size_t)(*at - start)) : NULL;
}

static bool
is_among(const char *const names[], size_t len, const char *command)
{
	for (size_t i = 0; i < len; i++)
		if (fnmatch(names[i], path_name(command), 0) == 0)
			return true;
	return false;
}

static bool
is_reader(const char *command)
{
	return is_among(readers, sizeof readers / sizeof *readers, command);
}

/* "~/" is a shell's, in a text. */
static char *
absolute(const struct words *words, const char *token)
{
	const char *cwd = words->collector->query->why.cwd, *home = words->collector->query->why.home;

	if (home && strncmp(token, "~/", 2) == 0)
		return path_join(home, token + 2);
	return token[0] == '/' ? text_dup(token) : path_join(cwd ? cwd : "/", token);
}

/* Existing files that are read-only are often named, and seldom the cause. */
static enum finding_worth
worth_of(const struct why *why)
{
	return why->kind == WHY_READ_ONLY && !why->creating ? FINDING_WEAK : FINDING_STRONG;
}

static void
look_at_path(struct words *words, const char *token)
{
	_autofree_ char *path = absolute(words, token);
	struct why_query query = words->collector->query->why;
	struct why why;

	if (strlen(path) >= PATH_MAX)
		return;
	query.reads = words->reads;
	why_ask(&query, path, &why);
	if (!why_is_innocent(&why)) {
		collector_add(words->collector, FINDING_WORD, worth_of(&why), &why);
	} else if (why.kind == WHY_OUTSIDE && token[0] == '/' && token[1] != '\0' &&
		   words->innocent++ < INNOCENT_MAX) {
		collector_add(words->collector, FINDING_WORD, FINDING_WEAK, &why);
	} else {
		why_release(&why);
	}
}

/* A module, a package: what python would find by that name below the directories of PYTHONPATH. */
static void
look_below_lists(struct words *words, const char *token)
{
	static const char *const lists[] = { "PYTHONPATH=", "PERL5LIB=", "R_LIBS=", "MODULEPATH=" };
	const struct finding_query *query = words->collector->query;

	for (char *const *env = query->env; *env; env++) {
		for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
			const char *at = *env + strlen(lists[i]);

			if (strncmp(*env, lists[i], strlen(lists[i])) != 0)
				continue;
			for (int n = 0; at && n < DIRECTORIES_MAX; n++) {
				size_t len = strcspn(at, ":");
				_autofree_ char *dir = text_ndup(at, len);
				_autofree_ char *path = dir[0] == '/' ? path_join(dir, token) : NULL;

				if (path && rootpath_exists(query->why.outside, path))
					collector_ask(words->collector, FINDING_WORD, FINDING_STRONG, path, NULL);
				at = at[len] ? at + len + 1 : NULL;
			}
		}
	}
}

static void
look_at_token(struct words *words, const char *token, bool in_text)
{
	_autofree_ char *path = NULL;

	if (token[0] == '-' || strcmp(token, ".") == 0 || strcmp(token, "..") == 0)
		return;
	path = absolute(words, token);
	if (token[0] == '/' || token[0] == '~' || strlen(path) >= PATH_MAX ||
	    rootpath_exists(words->collector->query->why.outside, path)) {
		look_at_path(words, token);
		return;
	}
	if (in_text && !strchr(token, '/'))
		collect_replaced_command(words->collector, token);
	look_below_lists(words, token);
}

/* What is in front of a token but blanks; a text begins as a line does. */
static char
char_before(const char *text, const char *token)
{
	while (token > text && (token[-1] == ' ' || token[-1] == '\t'))
		token--;
	return token > text ? token[-1] : '\n';
}

static void
look_at_word(struct words *words, const char *word, bool is_text)
{
	_autofree_ char *text = text_ndup(word, strnlen(word, TEXT_MAX));
	_autofree_ char *path = absolute(words, text);
	bool in_text = is_text || strpbrk(text, " \t\n;") != NULL;
	const char *at = text;
	char *token;

	/* A name with blanks and brackets in it may still be a name. */
	if (text[0] != '-' && strlen(path) < PATH_MAX &&
	    rootpath_exists(words->collector->query->why.outside, path)) {
		look_at_path(words, text);
		return;
	}
	while (words->tokens < TOKENS_MAX && (token = next_token(&at))) {
		char before = char_before(text, at - strlen(token));
		bool reads = words->reads;

		words->tokens++;
		if (in_text && strchr(";|&(`\n", before))
			reads = is_reader(token);
		words->reads = reads && before != '>';
		look_at_token(words, token, in_text);
		words->reads = reads;
		free(token);
	}
}

/* `sh -c`, `bash -lc`: what follows is a text, if it is one word only. */
static bool
is_before_text(const char *word)
{
	size_t len = strlen(word);

	return len > 1 && word[0] == '-' && word[1] != '-' && word[len - 1] == 'c';
}

void
collect_words(struct collector *collector)
{
	struct words words = { .collector = collector };
	char *const *argv = collector->query->argv;
	bool is_script = argv[0] && is_among(interpreters, sizeof interpreters / sizeof *interpreters, argv[0]);

	for (int i = 1; argv[0] && argv[i] && i < WORDS_MAX; i++) {
		bool is_text = i > 1 && is_before_text(argv[i - 1]);

		words.reads = !is_text && (is_script || is_reader(argv[0]));
		look_at_word(&words, argv[i], is_text);
		is_script = is_script && argv[i][0] == '-';
	}
}
