/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion of command lines: which argument, which names, and how they are put into the line. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/arguments.h"
#include "cmd/words.h"
#include "tui/complete.h"
#include "tui/typed.h"

/* A machine with a few files; a name that ends with a slash is a directory. */
struct folder {
	enum complete_kind kind;
	const char *path;
	const char *names[12];
};

static const struct folder folders[] = {
	{ COMPLETE_OUTSIDE, "/", { "opt/", "home/", "odd", ".hidden/" } },
	{ COMPLETE_OUTSIDE, "/opt",
	  { "a b/", "colon:", "eq=", "it's", "q\"", "b\\", "bin/", "b\xc3\xa9", "b\xc3\xa8" } },
	{ COMPLETE_OUTSIDE, "/home/alice", { "src/", "notes", "~tilde", "-dash", "none", "ro" } },
	{ COMPLETE_OUTSIDE, "/home/alice/src", { "main.c" } },
	{ COMPLETE_INSIDE, "/", { "usr/", "tmp/" } },
	{ COMPLETE_INSIDE, "/tmp",
	  { "bad\033[31m", "bad\n", "bad\xff", "bad\xe2\x80\xae", "\xc2\x9b" "bad", "good one" } },
	{ COMPLETE_INSIDE, "/home/alice", { "inside" } },
	{ COMPLETE_PROCESSES, NULL, { "1200", "1234", "77" } },
	{ COMPLETE_SESSIONS, NULL, { "project-77", "project-78", "other" } },
};

static void
list(void *arg, enum complete_kind kind, const char *directory, struct complete_names *ret)
{
	(void)arg;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		const struct folder *folder = &folders[i];

		if (folder->kind != kind || (directory && strcmp(folder->path, directory) != 0))
			continue;
		for (size_t j = 0; folder->names[j]; j++) {
			size_t n = strlen(folder->names[j]);
			bool is_dir = n > 0 && folder->names[j][n - 1] == '/';
			_autofree_ char *name = text_ndup(folder->names[j], n - is_dir);

			complete_names_add(ret, name, is_dir);
		}
	}
}

static const struct complete_source source = { .list = list, .cwd = "/home/alice", .home = "/home/alice" };

static const struct complete_source behind_colon = {
	.list = list, .cwd = "/home/alice", .home = "/home/alice", .has_colon = true,
};

/* What can follow, as "AT:TEXT|TEXT|…"; ">" behind one that goes on. The caller frees. */
static char *
completed(const char *line)
{
	struct complete complete;
	char *text;

	complete_line(command_table, command_table_len, line, strlen(line), &source, &complete);
	assert_int_equal(complete.at + complete.len, strlen(line));
	text = text_format("%zu:", complete.at);
	for (size_t i = 0; i < complete.matches_len; i++) {
		char *longer = text_format("%s%s%s%s", text, i > 0 ? "|" : "", complete.matches[i].text,
					   complete.matches[i].open ? ">" : "");

		free(text);
		text = longer;
	}
	complete_release(&complete);
	return text;
}

struct sample {
	const char *line, *completed;
};

static void
check_samples(const struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_autofree_ char *text = completed(samples[i].line);

		if (strcmp(text, samples[i].completed) != 0)
			print_error("of \"%s\"\n", samples[i].line);
		assert_string_equal(text, samples[i].completed);
	}
}

#define CHECK(samples) check_samples(samples, sizeof(samples) / sizeof *(samples))

static void
completes_commands(void **state)
{
	static const struct sample samples[] = {
		{ "mou", "0:mount|mounts" },
		{ "  :mou", "2::mount|:mounts" },
		{ ":rem", "0::remount" },
		{ ":nothing", "0:" },
		{ ":nothing ", "9:" },
		{ ":help rem", "6:remount" },
		{ ":help :rem", "6::remount" },
		{ ":help remount ", "14:" },
	};
	static const char *const words[] = { "theme", "tab", "close" };
	_autofree_ char *all = completed(""), *help = completed(":help ");
	struct complete complete;

	(void)state;
	CHECK(samples);
	/* Behind a prompt that is a colon they need none. */
	complete_line(command_table, command_table_len, "", 0, &behind_colon, &complete);
	assert_int_equal(complete.matches_len, command_table_len);
	assert_string_equal(complete.matches[0].text, "allow");
	complete_release(&complete);
	complete_words("x t", 3, words, 3, &complete);
	assert_int_equal(complete.at, 2);
	assert_int_equal(complete.matches_len, 2);
	assert_string_equal(complete.matches[0].text, "tab");
	complete_release(&complete);
	/* With nothing typed all of them, with the colon that they are known by. */
	for (size_t i = 0; i < command_table_len; i++) {
		_autofree_ char *name = text_format(":%s", command_table[i].name);

		assert_non_null(strstr(all, name));
		assert_non_null(strstr(help, name + 1));
		assert_null(strstr(help + 2, name));
	}
}

static void
completes_arguments(void **state)
{
	static const struct sample samples[] = {
		{ ":kill ", "6:1200|1234|77" },
		{ ":kill 12", "6:1200|1234" },
		{ ":kill -9 12", "9:1200|1234" },
		{ ":kill -ter", "6:-TERM" },
		{ ":kill -KI", "6:-KILL" },
		{ ":kill -KILL 77 ", "15:" },
		{ ":who 7", "5:77" },
		{ ":mounts --", "8:--origin" },
		{ ":mounts --origin l", "17:live" },
		{ ":mounts --origin live --", "22:" },
		{ ":mounts --origin live /u", "22:/usr/>" },
		{ ":mounts --origin live /usr ", "27:" },
		{ ":remount r", "9:ro|rw" },
		{ ":remount ro /u", "12:/usr/>" },
		{ ":umount -", "8:-l" },
		{ ":umount -l /t", "11:/tmp/>" },
		{ ":umount /t -", "11:-l" },
		/* Relative to the caller's directory, of what is inside. */
		{ ":umount in", "8:inside" },
		{ ":umount ~/in", "8:~/inside" },
		{ ":ps ", "4:" },
	};

	(void)state;
	CHECK(samples);
}

static void
completes_specs(void **state)
{
	static const struct sample samples[] = {
		{ ":mount r", "7:rbind:>|ro|ro:>|rw:>" },
		{ ":mount ro,n", "7:ro,noexec:>" },
		{ ":mount ro,r", "7:ro,rbind:>|ro,rw:>" },
		{ ":mount ro:s", "10:src/>" },
		{ ":mount ro:/o", "10:/odd|/opt/>" },
		{ ":mount ro:/x=/o", "13:/odd|/opt/>" },
		{ ":mount /x=no", "10:./none|none|notes" },
		{ ":mount /x=n:o", "10:" },
		{ ":mount ro:/opt ~/s", "15:~/src/>" },
		{ ":mount ~", "7:~/>" },
		{ ":mount ~/src/", "7:~/src/main.c" },
		{ ":mount ~root/", "7:" },
		{ ":mount src/../src/m", "7:src/../src/main.c" },
		{ ":mount /opt/a", "7:/opt/a\\ b/>" },
		{ ":mount /opt/a\\ ", "7:/opt/a\\ b/>" },
		{ ":mount ro:\"/opt/a", "10:\"/opt/a b/>" },
		{ ":mount '/opt/a ", "7:'/opt/a b/>" },
		{ ":mount '/opt/co", "7:'/opt/colon:'" },
		{ ":mount '/opt/it", "7:/opt/it\\'s" },
		{ ":mount \"/opt/q", "7:\"/opt/q\\\"\"" },
		{ ":mount /opt/co", "7:/opt/colon\\:" },
		{ ":mount /x=/opt/e", "10:/opt/eq\\=" },
		/* A protected mark separates nothing. */
		{ ":mount 'ro:/o", "7:" },
		{ ":mount /opt/colon\\:", "7:/opt/colon\\:" },
		{ ":mount /h", "7:/home/>" },
		{ ":mount /.", "7:/.hidden/>" },
		/* What would mean something else in front. */
		{ ":mount ./", "7:./-dash|./none|./notes|./ro|./src/>|./~tilde" },
		{ ":mount /x=-", "10:./-dash" },
		{ ":mount /x=\\~", "10:./~tilde" },
	};

	(void)state;
	CHECK(samples);
}

static void
offers_nothing_that_cannot_be_shown(void **state)
{
	static const struct sample samples[] = {
		{ ":mounts /tmp/", "8:/tmp/good\\ one" },
		{ ":mounts /tmp/bad", "8:" },
	};

	(void)state;
	CHECK(samples);
}

static void
looks_at_what_is_before_the_cursor(void **state)
{
	struct complete complete;

	(void)state;
	complete_line(command_table, command_table_len, ":rem /usr", 4, &source, &complete);
	assert_int_equal(complete.matches_len, 1);
	assert_string_equal(complete.matches[0].text, ":remount");
	assert_int_equal(complete.at, 0);
	assert_int_equal(complete.len, 4);
	complete_release(&complete);
	complete_session("proj", 4, &source, &complete);
	assert_int_equal(complete.matches_len, 2);
	assert_string_equal(complete.matches[0].text, "project-77");
	complete_release(&complete);
	complete_session("project-77 ", 11, &source, &complete);
	assert_int_equal(complete.matches_len, 0);
	complete_release(&complete);
}

/* The text that all matches of the line begin with. The caller frees. */
static char *
common(const char *line)
{
	struct complete complete;
	char *text;

	complete_line(command_table, command_table_len, line, strlen(line), &source, &complete);
	text = complete_common(&complete);
	complete_release(&complete);
	return text;
}

static void
finds_what_is_common(void **state)
{
	static const struct sample samples[] = {
		{ ":mou", ":mount" }, { ":nothing", ":nothing" }, { ":kill 1", "12" }, { ":mount /o", "/o" },
		/* Neither half a character nor a backslash without what it protects. */
		{ ":mount /opt/b\xc3", "/opt/b\xc3" }, { ":mount /opt/b", "/opt/b" },
		/* Never less than there was: these are quoted in two ways. */
		{ ":mount '/opt/", "'/opt/" }, { ":mount /x=n", "n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		_autofree_ char *text = common(samples[i].line);

		assert_string_equal(text, samples[i].completed);
	}
}

/* Whatever is offered is read as it was meant. */
static void
quotes_what_is_read_back(void **state)
{
	static const char *const paths[] = {
		"/plain", "/a b", "/it's", "/\"", "/back\\slash", "/a:b=c", "/'\"\\ ", "/\xc3\xa9",
	};
	static const char quotes[] = { '\0', '\'', '"' };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		for (size_t j = 0; j < 2 * sizeof quotes; j++) {
			_autofree_ char *quoted = typed_quote(paths[i], j % 2, quotes[j / 2], true);
			struct typed_list typed;
			struct word_list words;

			assert_int_equal(words_split(quoted, &words, NULL), 0);
			assert_int_equal(words.len, 1);
			assert_string_equal(words.items[0].text, paths[i]);
			typed_split(quoted, strlen(quoted), &typed);
			assert_int_equal(typed.len, 1);
			assert_string_equal(typed.items[0].text, paths[i]);
			typed_list_release(&typed);
			words_release(&words);
		}
	}
}

/* Wherever the cursor is, also between quotes. */
static void
reads_every_prefix_of_a_line(void **state)
{
	static const char line[] = " :mount ro,'noexec':\"/o d\"=~/\\x 'y :kill -9 \"12";

	(void)state;
	for (size_t n = 0; n < sizeof line; n++) {
		_autofree_ char *start = text_ndup(line, n);
		_autofree_ char *text = completed(start);

		assert_non_null(text);
	}
}

/* What is inside and what is outside, of the same text. */
static void
merges_two_lists(void **state)
{
	static const char inside[] = "umount /t", outside[] = "mount ro:/op", both[] = "umount /";
	struct complete one, other;
	_autofree_ char *common = NULL;

	(void)state;
	complete_line(command_table, command_table_len, both, strlen(both), &source, &one);
	complete_line(command_table, command_table_len, both, strlen(both), &source, &other);
	complete_merge(&one, &other);
	assert_int_equal(one.matches_len, 2); /* each once */
	complete_release(&one);

	/* Only the second has any. */
	complete_line(command_table, command_table_len, "umount /op", 10, &source, &one);
	assert_int_equal(one.matches_len, 0);
	complete_line(command_table, command_table_len, outside, strlen(outside), &source, &other);
	complete_merge(&one, &other);
	common = complete_common(&one);
	assert_string_equal(common, "/opt/");
	complete_release(&one);

	/* Those of another place in the line are dropped. */
	complete_line(command_table, command_table_len, inside, strlen(inside), &source, &one);
	complete_line(command_table, command_table_len, outside, strlen(outside), &source, &other);
	complete_merge(&one, &other);
	assert_int_equal(one.matches_len, 1);
	complete_release(&one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completes_commands),
		cmocka_unit_test(completes_arguments),
		cmocka_unit_test(completes_specs),
		cmocka_unit_test(offers_nothing_that_cannot_be_shown),
		cmocka_unit_test(looks_at_what_is_before_the_cursor),
		cmocka_unit_test(finds_what_is_common),
		cmocka_unit_test(merges_two_lists),
		cmocka_unit_test(quotes_what_is_read_back),
		cmocka_unit_test(reads_every_prefix_of_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
