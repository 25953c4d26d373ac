/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands: from a line to its words and arguments; an answer as text and as JSON; the sentence of :who; the table. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/arguments.h"
#include "cmd/cmd.h"
#include "cmd/json.h"
#include "cmd/output.h"
#include "cmd/signal_names.h"
#include "cmd/table.h"
#include "cmd/who_chain.h"
#include "cmd/who_sentence.h"
#include "cmd/words.h"

static void
splits_words(void **state)
{
	struct word_list words;

	(void)state;
	assert_int_equal(words_split("  :mounts\t--origin 'a b' \"c\\\"'\\\\\\d\" e\\ f'g'\\' ''\n", &words, NULL), 0);
	assert_int_equal(words.len, 6);
	assert_string_equal(words.items[0].text, ":mounts");
	assert_int_equal(words.items[0].at, 2);
	assert_int_equal(words.items[0].len, 7);
	assert_string_equal(words.items[2].text, "a b");
	assert_int_equal(words.items[2].len, 5);
	/* Within double quotes a backslash protects a quote and itself, nothing else. */
	assert_string_equal(words.items[3].text, "c\"'\\\\d");
	assert_string_equal(words.items[4].text, "e fg'");
	assert_string_equal(words.items[5].text, "");
	words_release(&words);
	assert_int_equal(words_split(" \t ", &words, NULL), 0);
	assert_int_equal(words.len, 0);
	words_release(&words);
}

static void
refuses_open_quotes(void **state)
{
	static const struct {
		const char *line;
		int caret;
	} cases[] = { { ":ps 'x", 4 }, { ":ps a\"b c", 5 }, { ":ps \\", 4 }, { ":ps \"a\\", 4 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		_autoerror_ struct error err = ERROR_INIT;
		struct word_list words;

		assert_true(words_split(cases[i].line, &words, &err) < 0);
		assert_non_null(err.message);
		assert_int_equal(err.caret, cases[i].caret);
		words_release(&words);
	}
}

static int
parse(const char *line, struct word_list *words, struct call *call, struct error *err)
{
	assert_int_equal(words_split(line, words, NULL), 0);
	return arguments_parse(line, words, call, err);
}

static void
takes_arguments(void **state)
{
	struct word_list words;
	struct call call;

	(void)state;
	assert_int_equal(parse(":mounts --origin live /a", &words, &call, NULL), 0);
	assert_string_equal(call.command->name, "mounts");
	assert_string_equal(call.values[0], "live");
	assert_string_equal(call.values[1], "/a");
	words_release(&words);
	/* The option may stand behind, the colon be left out. */
	assert_int_equal(parse("mounts /a --origin foreign", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "foreign");
	assert_string_equal(call.values[1], "/a");
	words_release(&words);
	assert_int_equal(parse(":who 12", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "12");
	words_release(&words);
	assert_int_equal(parse(":help :who", &words, &call, NULL), 0);
	words_release(&words);
	assert_int_equal(parse(":ns", &words, &call, NULL), 0);
	assert_null(call.values[0]);
	words_release(&words);
}

static void
refuses_arguments(void **state)
{
	static const struct {
		const char *line, *message, *hint;
		int caret;
	} cases[] = {
		{ "", "there is no command", ":help", 0 },
		{ ":mouns", "there is no command ':mouns'", "did you mean ':mounts'?", 0 },
		{ ":zzzzzzz", "there is no command", "':help' lists them", 0 },
		{ ":mounts usr", "does not begin with '/'", NULL, 8 },
		{ ":mounts /a /b", "has no use for '/b'", "usage: :mounts [--origin ORIGIN] [PATH]", 11 },
		{ ":mounts --orign x", "has no option '--orign'", "did you mean '--origin'?", 8 },
		{ ":mounts --origin", "needs a value", NULL, 8 },
		{ ":mounts --origin liv", "is none of", "did you mean 'live'?", 17 },
		{ ":who -1", "is not the number of a process", NULL, 5 },
		{ ":who 0", "is not the number of a process", NULL, 5 },
		{ ":who 99999999999", "is not the number of a process", NULL, 5 },
		{ ":help whom", "there is no command ':whom'", "did you mean ':who'?", 6 },
		{ ":ps x", "has no use for 'x'", "usage: :ps", 4 },
		{ ":ps --x", "has no option '--x'", NULL, 4 },
		{ ":mount", "':mount' needs SPEC…", "usage: :mount SPEC…", -1 },
		{ ":mount --lazy", "has no option '--lazy'", NULL, 7 },
		{ ":umount", "':umount' needs PATH", "usage: :umount [-l] PATH", -1 },
		{ ":umount -f /a", "has no option '-f'", NULL, 8 },
		{ ":umount /a /b", "has no use for '/b'", NULL, 11 },
		{ ":umount ''", "an empty path", NULL, 8 },
		{ ":remount r /a", "'r' is none of: ro rw", NULL, 9 },
		{ ":remount ro", "needs PATH", "usage: :remount ro|rw PATH", -1 },
		{ ":kill", "needs PID", "usage: :kill [-SIG] PID", -1 },
		{ ":kill -HUB 1", "'HUB' is no signal", "did you mean '-HUP'?", 6 },
		{ ":kill -0 1", "'0' is no signal", NULL, 6 },
		{ ":kill --signal 1", "has no option '--signal'", NULL, 6 },
		{ ":kill x", "is not the number of a process", NULL, 6 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		_autoerror_ struct error err = ERROR_INIT;
		struct word_list words;
		struct call call;

		assert_true(parse(cases[i].line, &words, &call, &err) < 0);
		if (!strstr(err.message, cases[i].message))
			fail_msg("%s: %s", cases[i].line, err.message);
		if (cases[i].hint)
			assert_non_null(strstr(err.hint, cases[i].hint));
		if (cases[i].caret >= 0)
			assert_int_equal(err.caret, cases[i].caret);
		else
			assert_null(err.where);
		words_release(&words);
	}
}

static void
takes_flags_and_the_rest(void **state)
{
	static const char mount[] = ":mount  'ro:/a b'=/c \"x\"\\ y";
	struct word_list words;
	struct call call;

	(void)state;
	/* Specs have quotes of their own: they are left as they are. */
	assert_int_equal(parse(mount, &words, &call, NULL), 0);
	assert_ptr_equal(call.values[0], mount + 8);
	words_release(&words);
	assert_int_equal(parse(":mount -x", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "-x");
	words_release(&words);
	assert_int_equal(parse(":umount /a -l", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "-l");
	assert_string_equal(call.values[1], "/a");
	words_release(&words);
	assert_int_equal(parse(":umount a/b", &words, &call, NULL), 0);
	assert_null(call.values[0]);
	assert_string_equal(call.values[1], "a/b");
	words_release(&words);
	assert_int_equal(parse(":kill -KILL 7", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "KILL");
	assert_string_equal(call.values[1], "7");
	words_release(&words);
	assert_int_equal(parse(":kill 7 -9", &words, &call, NULL), 0);
	assert_string_equal(call.values[0], "9");
	words_release(&words);
	assert_int_equal(parse(":remount rw -x", &words, &call, NULL), 0);
	assert_string_equal(call.values[1], "-x");
	words_release(&words);
}

static void
names_signals(void **state)
{
	(void)state;
	assert_int_equal(signal_of("TERM"), SIGTERM);
	assert_int_equal(signal_of("SIGTERM"), SIGTERM);
	assert_int_equal(signal_of("sigkill"), SIGKILL);
	assert_int_equal(signal_of("9"), 9);
	assert_int_equal(signal_of("RTMIN"), SIGRTMIN);
	assert_int_equal(signal_of("SIGRTMIN+2"), SIGRTMIN + 2);
	assert_int_equal(signal_of("rtmax-1"), SIGRTMAX - 1);
	assert_int_equal(signal_of("64"), SIGRTMAX);
	assert_int_equal(signal_of("65"), 0);
	assert_int_equal(signal_of("0"), 0);
	assert_int_equal(signal_of(""), 0);
	assert_int_equal(signal_of("SIG"), 0);
	assert_int_equal(signal_of("SIG9"), 0);
	assert_int_equal(signal_of("RTMIN-1"), 0);
	assert_int_equal(signal_of("RTMIN+99"), 0);
	assert_int_equal(signal_of("RTMIN+"), 0);
	assert_string_equal(signal_name(SIGTERM), "TERM");
	assert_null(signal_name(SIGRTMIN + 1));
}

static char *
json_of(const char *s)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	json_string(f, s);
	fclose(f);
	return text;
}

static void
writes_json_strings(void **state)
{
	static const char *const cases[][2] = {
		{ "", "\"\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "a\nb\tc\x1b[31m\x7f", "\"a\\nb\\tc\\u001b[31m\\u007f\"" },
		{ "\xc3\xa4\xe6\xbc\xa2\xf0\x9f\x98\x80", "\"\xc3\xa4\xe6\xbc\xa2\xf0\x9f\x98\x80\"" },
		/* C1, right-to-left override, line separator: valid, and not for a terminal. */
		{ "\xc2\x9b\xe2\x80\xae\xe2\x80\xa8", "\"\\u009b\\u202e\\u2028\"" },
		/* Bytes that are no UTF-8: alone, cut short, too long a form, a surrogate. */
		{ "a\xff", "\"a\\udbff\\udffdxff\"" },
		{ "\xc3", "\"\\udbff\\udffdxc3\"" },
		{ "\xc0\x80", "\"\\udbff\\udffdxc0\\udbff\\udffdx80\"" },
		{ "\xed\xa0\x80", "\"\\udbff\\udffdxed\\udbff\\udffdxa0\\udbff\\udffdx80\"" },
		/* The mark itself, so that nobody can fake a byte. */
		{ "\xf4\x8f\xbf\xbdxff",
		  "\"\\udbff\\udffdxf4\\udbff\\udffdx8f\\udbff\\udffdxbf\\udbff\\udffdxbdxff\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		_autofree_ char *seen = json_of(cases[i][0]);

		assert_string_equal(seen, cases[i][1]);
	}
}

/* What a reader does, as cmd/json.h says: the bytes are had back. */
static size_t
read_back(const char *json, unsigned char *bytes)
{
	static const char mark[] = "\\udbff\\udffdx";
	size_t n = 0;

	for (const char *at = json + 1; at[1] != '\0'; n++) {
		if (strncmp(at, mark, sizeof mark - 1) == 0) {
			bytes[n] = (unsigned char)strtoul((char[]){ at[13], at[14], '\0' }, NULL, 16);
			at += 15;
		} else if (*at == '\\' && at[1] == 'u') {
			/* Only ASCII here: the test makes no other. */
			bytes[n] = (unsigned char)strtoul((char[]){ at[4], at[5], '\0' }, NULL, 16);
			at += 6;
		} else if (*at == '\\') {
			bytes[n] = at[1] == 'n' ? '\n' : at[1] == 't' ? '\t' : (unsigned char)at[1];
			at += 2;
		} else {
			bytes[n] = (unsigned char)*at++;
		}
	}
	return n;
}

static void
loses_no_byte(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char bytes[32];
		unsigned char seen[sizeof bytes];
		size_t len = (size_t)rand_r(&seed) % (sizeof bytes - 1);

		for (size_t i = 0; i < len; i++) {
			/* Above ASCII only what belongs to no character, so that read_back() need not know UTF-8. */
			int byte = 1 + rand_r(&seed) % 255;

			bytes[i] = (char)(byte >= 0xc0 && byte < 0xf5 ? 0xff : byte);
		}
		bytes[len] = '\0';
		_autofree_ char *json = json_of(bytes);

		assert_int_equal(read_back(json, seen), len);
		assert_memory_equal(seen, bytes, len);
	}
}

static const struct column columns[] = {
	{ "name", "NAME", 0 },	      { "size", "SIZE", COLUMN_RIGHT },	   { "secret", "", COLUMN_MACHINE },
	{ "shape", "SHAPE", COLUMN_PEOPLE }, { "note", "NOTE", COLUMN_OPTIONAL },
};

static void
write_answer(struct output *output, bool notes)
{
	const struct value list[] = { value_string("a"), value_number(2), value_none() };
	const struct field record[] = { { "id", value_number(7) }, { "ok", value_truth(true) } };

	output_begin(output, "test");
	output_field(output, "pid", NULL, value_number(5));
	output_field(output, "is", "It is", value_list(list, COUNT(list)));
	output_table(output, "rows", "Rows", columns, COUNT(columns));
	output_cell(output, value_string("\xe6\xbc\xa2\xe5\xad\x97"));
	output_cell(output, value_number(10));
	output_cell(output, value_record(record, COUNT(record)));
	output_cell(output, value_string("round"));
	output_cell(output, value_none());
	output_cell(output, value_string("a\x1b]0;x\nb"));
	output_cell(output, value_reads(value_number(2000), "2 thousand"));
	output_cell(output, value_list(NULL, 0));
	output_cell(output, value_none());
	output_cell(output, notes ? value_string("\xff") : value_none());
	output_table_end(output);
	output_table(output, "empty", "Nothing", columns, COUNT(columns));
	output_table_end(output);
	output_note(output, "one %s", "\x1b[2J");
	output_prose(output, "prose", "word word");
	output_note(output, "two");
	output_end(output);
}

static char *
answer(bool json, bool notes)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct output *output = json ? output_new_json(f) : output_new_text(f);

	write_answer(output, notes);
	output_free(output);
	fclose(f);
	return text;
}

static void
aligns_text(void **state)
{
	_autofree_ char *plain = answer(false, false);
	_autofree_ char *noted = answer(false, true);

	(void)state;
	/*
	 * Two wide characters take four columns; an escape takes what it shows as; nothing stands behind the last
	 * column.
	 */
	assert_string_equal(plain, "It is: a, 2, -\n"
				   "\n"
				   "Rows\n"
				   "NAME              SIZE  SHAPE\n"
				   "\xe6\xbc\xa2\xe5\xad\x97                10  round\n"
				   "a\\e]0;x\\nb  2 thousand  -\n"
				   "\n"
				   "word word\n"
				   "\n"
				   "note: one \\e[2J\n"
				   "note: two\n");
	assert_non_null(strstr(noted, "NAME              SIZE  SHAPE  NOTE\n"));
	assert_non_null(strstr(noted, "10  round\n"));
	assert_non_null(strstr(noted, "-      \\xff\n"));
}

static void
writes_json(void **state)
{
	_autofree_ char *json = answer(true, true);

	(void)state;
	assert_string_equal(json, "{\"command\":\"test\",\"pid\":5,\"is\":[\"a\",2,null],"
				  "\"rows\":[{\"name\":\"\xe6\xbc\xa2\xe5\xad\x97\",\"size\":10,"
				  "\"secret\":{\"id\":7,\"ok\":true},\"note\":null},"
				  "{\"name\":\"a\\u001b]0;x\\nb\",\"size\":2000,\"secret\":[],"
				  "\"note\":\"\\udbff\\udffdxff\"}],"
				  "\"empty\":[],\"prose\":\"word word\",\"notes\":[\"one \\u001b[2J\",\"two\"]}\n");
}

static void
writes_tables_with_keys(void **state)
{
	static const struct column keyed[] = { { "what", "", COLUMN_KEY }, { "outside", "OUTSIDE", 0 } };
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct output *output = output_new_json(f);

	(void)state;
	output_begin(output, "test");
	output_table(output, "rows", NULL, keyed, COUNT(keyed));
	output_cell(output, value_reads(value_string("no_new_privs"), "no new privileges"));
	output_cell(output, value_truth(false));
	output_cell(output, value_string("user"));
	output_cell(output, value_none());
	output_table_end(output);
	output_end(output);
	output_free(output);
	fclose(f);
	assert_string_equal(text, "{\"command\":\"test\",\"rows\":{\"no_new_privs\":{\"outside\":false},"
				  "\"user\":{\"outside\":null}},\"notes\":[]}\n");
}

static void
wraps_prose(void **state)
{
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct output *output = output_new_text(f);

	(void)state;
	output_prose(output, NULL,
		     "eleven-long eleven-long eleven-long eleven-long eleven-long eleven-long eleven-l ab c\n\nnext");
	output_free(output);
	fclose(f);
	assert_string_equal(text, "eleven-long eleven-long eleven-long eleven-long eleven-long eleven-long\n"
				  "eleven-l ab c\n\nnext\n");
}

/* Somebody with these facts: everything else is nothing. */
static char *
sentence(struct who who, const char *inside, const char *outside)
{
	who.all_capabilities = 0x1ffffffffff;
	return who_sentence(&who, &(struct who_names){ inside, outside, outside });
}

static void
says_what_it_means(void **state)
{
	struct who_id groups[] = { { 44, 65534, true }, { 100, 100, false } };
	struct who root = { .user = { 1001, 0, false }, .file_user = { 1001, 0, false } };
	struct who self = { .user = { 1001, 1001, false }, .file_user = { 1001, 1001, false } };
	struct who lost = { .user = { 5, 65534, true }, .file_user = { MAPPING_NO_ID, 65534, true } };
	struct who outside = { .user = { 1001, 1001, false }, .file_user = { 1001, 1001, false }, .same_userns = true };
	_autofree_ char *as_root = sentence(root, "root", "alice");
	_autofree_ char *as_self = NULL;
	_autofree_ char *as_lost = sentence(lost, NULL, "games");
	_autofree_ char *as_outside = sentence(outside, NULL, "alice");
	_autofree_ char *ruler = NULL;

	(void)state;
	assert_string_equal(as_root, "you look like root; files you create belong to alice; "
				     "you have no capability in here, and nobody outside would obey you");
	self.groups = groups;
	self.groups_len = COUNT(groups);
	as_self = sentence(self, NULL, NULL);
	assert_string_equal(as_self, "you look like yourself, user 1001; files you create belong to user 1001; "
				     "you keep the rights of 1 group that you cannot name; "
				     "you have no capability in here, and nobody outside would obey you");
	assert_string_equal(as_lost, "you look like nobody in particular, since the map has no id for you; "
				     "files you create belong to somebody whom nobody here can name; "
				     "you have no capability in here, and nobody outside would obey you");
	assert_string_equal(as_outside, "you are alice, inside and outside; files you create belong to alice; "
					"you have no capability");
	root.process.caps.effective = 0x1ffffffffff;
	ruler = sentence(root, "root", "alice");
	assert_non_null(strstr(ruler, "; you have all 41 capabilities in here, and nobody outside would obey you"));
}

static void
keeps_its_table_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_table_len; i++) {
		const struct command *command = &command_table[i];
		_autofree_ char *usage = command_usage(command);
		size_t man = strlen(command->man);

		assert_ptr_equal(command_find(command->name), command);
		assert_non_null(command->run);
		assert_true(islower((unsigned char)command->help[0]));
		assert_true(command->help[strlen(command->help) - 1] != '.');
		assert_true(command->man[man - 1] == '.');
		/* Two columns of :help on 100 columns. */
		assert_true(strlen(usage) + strlen(command->help) < 96);
		for (size_t j = 0; j + 1 < ARGUMENTS_MAX; j++)
			assert_false(!command->arguments[j].name && command->arguments[j + 1].name);
		for (size_t j = 0; j < ARGUMENTS_MAX; j++) {
			const struct argument *argument = &command->arguments[j];

			assert_int_equal(argument->kind == ARGUMENT_WORDS, argument->words != NULL);
		}
	}
}

static void
fails_without_a_word(void **state)
{
	static const struct {
		const char *line, *name, *message;
	} cases[] = {
		{ ":ps", NULL, "needs a session" },
		{ ":ps", "nobody", "no session 'nobody'" },
		{ ":ps", "0", "no session '0'" },
		{ ":ps", "2147483647", "there is no process 2147483647" },
		{ ":psx", "1", "no command" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		_autoerror_ struct error err = ERROR_INIT;
		_autofree_ char *text = NULL;
		size_t size;
		FILE *f = open_memstream(&text, &size);

		assert_int_equal(cmd_main(cases[i].line, cases[i].name, i % 2 == 0, f, &err), STATUS_FAILED);
		fclose(f);
		assert_int_equal(size, 0);
		assert_non_null(strstr(err.message, cases[i].message));
	}
}

static void
shows_maps(void **state)
{
	struct mapping_range first[] = { { 0, 4000000001u, 1 }, { 1, 3000000000u, 65536 } };
	struct mapping_range second[] = { { 7, 4000000001u, 1 } };
	struct userns items[] = {
		{ .number = 1, .is_callers = true },
		{ .number = 2, .owner_status = -1, .uids = { first, 2 }, .gids = { first, 2 } },
		{ .number = 3, .owner_status = -1, .uids = { second, 1 }, .gids = { NULL, 0 } },
		{ .number = 4, .owner_status = -1, .map_status = -1 },
	};
	struct userns_chain chain = { items, COUNT(items), -1 };
	_autofree_ char *text = NULL;
	struct names names;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct output *output = output_new_text(f);

	(void)state;
	mapping_identity(&items[0].uids);
	mapping_identity(&items[0].gids);
	names_init(&names);
	who_write_chain(&chain, &names, output);
	output_end(output);
	output_free(output);
	fclose(f);
	names_release(&names);
	assert_non_null(strstr(text, "1, yours"));
	assert_non_null(strstr(text, "as they are"));
	assert_non_null(strstr(text, "0 is 4000000001; 1 to 65536 are 3000000000 to 3000065535  "));
	assert_non_null(strstr(text, "7 is 0 above, 4000000001 outside"));
	assert_non_null(strstr(text, "none: no map has been written"));
	assert_non_null(strstr(text, "(cannot be read: Operation not permitted)"));
	assert_non_null(strstr(text, "note: the user namespaces above these cannot be seen"));
	mapping_release(&items[0].uids);
	mapping_release(&items[0].gids);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_words),
		cmocka_unit_test(refuses_open_quotes),
		cmocka_unit_test(takes_arguments),
		cmocka_unit_test(refuses_arguments),
		cmocka_unit_test(takes_flags_and_the_rest),
		cmocka_unit_test(names_signals),
		cmocka_unit_test(writes_json_strings),
		cmocka_unit_test(loses_no_byte),
		cmocka_unit_test(aligns_text),
		cmocka_unit_test(writes_json),
		cmocka_unit_test(writes_tables_with_keys),
		cmocka_unit_test(wraps_prose),
		cmocka_unit_test(says_what_it_means),
		cmocka_unit_test(keeps_its_table_in_order),
		cmocka_unit_test(fails_without_a_word),
		cmocka_unit_test(shows_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
