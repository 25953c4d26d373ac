/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words of a command line name: files, commands in the text of a shell, modules below PYTHONPATH. */
#include "config.h"

#include <limits.h>
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

struct words {
	struct collector *collector;
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

static char *
absolute(const struct words *words, const char *token)
{
	const char *cwd = words->collector->query->why.cwd;

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
	struct why why;

	if (strlen(path) >= PATH_MAX)
		return;
	why_ask(&words->collector->query->why, path, &why);
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
	if (token[0] == '/' || strlen(path) >= PATH_MAX ||
	    rootpath_exists(words->collector->query->why.outside, path)) {
		look_at_path(words, token);
		return;
	}
	if (in_text && !strchr(token, '/'))
		collect_replaced_command(words->collector, token);
	look_below_lists(words, token);
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
		words->tokens++;
		look_at_token(words, token, in_text);
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

	for (int i = 1; argv[0] && argv[i] && i < WORDS_MAX; i++)
		look_at_word(&words, argv[i], i > 1 && is_before_text(argv[i - 1]));
}
