/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grammar of --mnt: texts to specs and back. */
#include "config.h"

#include "sandbox/spec.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct spec_flag_row spec_flags[] = {
	{ "ro", SPEC_RO, SPEC_RW, "read-only, with all that is mounted below it" },
	{ "rw", SPEC_RW, SPEC_RO, "writable as outside (the default)" },
	{ "bind", SPEC_BIND, SPEC_MOVE, "with all that is mounted below it (the default)" },
	{ "rbind", SPEC_RBIND, SPEC_MOVE, "the same as bind" },
	{ "move", SPEC_MOVE, SPEC_BIND | SPEC_RBIND, "SOURCE is to be seen at MNTPOINT only, its own place is empty" },
	{ "try", SPEC_TRY, 0, "leave it out, with a note, where SOURCE does not exist" },
	{ "exec", SPEC_EXEC, SPEC_NOEXEC, "programs in it can be executed (the default)" },
	{ "noexec", SPEC_NOEXEC, SPEC_EXEC, "programs in it cannot be executed" },
	{ "dev", SPEC_DEV, 0, "devices in it can be opened" },
	{ "suid", SPEC_SUID, 0, "set-user-ID bits are not masked (no_new_privs stays)" },
};
const size_t spec_flags_len = sizeof spec_flags / sizeof *spec_flags;

const char *const origin_names[] = {
	[ORIGIN_DEFAULT] = "default", [ORIGIN_OPTION] = "option", [ORIGIN_PROFILE] = "profile",
	[ORIGIN_LIVE] = "live",	      [ORIGIN_MISS] = "miss",	  [ORIGIN_FOREIGN] = "foreign",
};

/* One spec as it stands in the text: where it ends, and where the characters are that mean something. */
struct scan {
	const char *start, *end;
	const char *colon, *second_colon; /* unprotected, in front of any "=" */
	const char *equals, *second_equals;
	const char *from; /* what is parsed, for messages */
};

void
spec_release(struct spec *spec)
{
	free(spec->text);
	free(spec->mntpoint);
	free(spec->source);
	*spec = (struct spec){ 0 };
}

void
spec_list_release(struct spec_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		spec_release(&list->items[i]);
	free(list->items);
	*list = (struct spec_list){ 0 };
}

/* As isspace(3) in the C locale: the same text is split the same way for every user. */
static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Shows the spec with len bytes underlined, and says what it came from. Returns what error_set() returned. */
static int
at_place(const struct scan *scan, const char *place, size_t len, int ret, struct error *err)
{
	_autofree_ char *text = NULL;

	if (!err)
		return ret;
	text = text_ndup(scan->start, (size_t)(scan->end - scan->start));
	error_from(err, "from %s", scan->from);
	error_caret(err, text, (int)(place - scan->start), (int)len);
	return ret;
}

/* A quote that is not closed swallows all that follows, thousands of specs perhaps: shows its first word only. */
static int
unterminated(struct scan *scan, const char *quote, struct error *err)
{
	const char *end = quote + 1;

	while (*end != '\0' && !is_blank(*end))
		end++;
	scan->end = end;
	return at_place(scan, quote, (size_t)(end - quote), error_set(err, 0, "unterminated quote"), err);
}

/* The closing quote that belongs to the one at p, or NULL. */
static const char *
closing_quote(const char *p)
{
	char quote = *p;

	for (p++; *p != '\0' && *p != quote; p++)
		if (quote == '"' && *p == '\\' && p[1] != '\0')
			p++;
	return *p == quote ? p : NULL;
}

/* Reads from scan->start to the end of the spec. */
static int
scan_spec(struct scan *scan, struct error *err)
{
	const char *p;

	for (p = scan->start; *p != '\0' && !is_blank(*p); p++) {
		const char *quote = p;

		if (*p == '\\') {
			if (*++p == '\0') {
				scan->end = p;
				return at_place(scan, p - 1, 1, error_set(err, 0, "trailing backslash"), err);
			}
		} else if (*p == '\'' || *p == '"') {
			p = closing_quote(p);
			if (!p)
				return unterminated(scan, quote, err);
		} else if (*p == ':' && !scan->equals) {
			if (!scan->colon)
				scan->colon = p;
			else if (!scan->second_colon)
				scan->second_colon = p;
		} else if (*p == '=') {
			if (!scan->equals)
				scan->equals = p;
			else if (!scan->second_equals)
				scan->second_equals = p;
		}
	}
	scan->end = p;
	return 0;
}

/* The text between two places without what protects it. The caller frees. */
static char *
unquote(const char *p, const char *end)
{
	char *text = text_ndup(p, (size_t)(end - p));
	char *out = text;
	char quote = '\0';

	for (; p < end; p++) {
		if (quote == '\0' && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (*p == quote)
			quote = '\0';
		else if (*p == '\\' && (quote == '\0' || (quote == '"' && (p[1] == '"' || p[1] == '\\'))))
			*out++ = *++p;
		else
			*out++ = *p;
	}
	*out = '\0';
	return text;
}

static const struct spec_flag_row *
find_flag(const char *name, size_t len)
{
	for (size_t i = 0; i < spec_flags_len; i++)
		if (strlen(spec_flags[i].name) == len && memcmp(spec_flags[i].name, name, len) == 0)
			return &spec_flags[i];
	return NULL;
}

/* "ro, rw, bind, …" into out, which is large enough for all of the table. */
#define FLAG_NAMES_MAX 128
static void
join_flags(char *out, unsigned flags, const char *separator)
{
	char *end = out;

	*out = '\0';
	for (size_t i = 0; i < spec_flags_len; i++)
		if (flags & spec_flags[i].flag)
			end += snprintf(end, (size_t)(out + FLAG_NAMES_MAX - end), "%s%s", end == out ? "" : separator,
					spec_flags[i].name);
}

/*
 * What others write SOURCE:MNTPOINT[:ro], as docker and podman, or with the flags behind the path: says how it is
 * written here. A path was found where flags stand.
 */
static void
hint_order(const struct scan *scan, struct error *err)
{
	const char *right = scan->colon + 1, *end = scan->second_colon ? scan->second_colon : scan->end;
	size_t left_len = (size_t)(scan->colon - scan->start), len = (size_t)(end - right);
	_autofree_ char *left = text_ndup(scan->start, left_len);
	const struct spec_flag_row *last =
		scan->second_colon ? find_flag(end + 1, (size_t)(scan->end - end - 1)) : NULL;
	bool ro = last && last->flag == SPEC_RO;

	if (scan->equals || len == 0)
		return;
	if (!scan->second_colon && find_flag(right, len))
		error_hint(err, "flags stand in front: '%.*s:%s'", (int)len, right, left);
	else if (len == left_len && memcmp(right, left, len) == 0)
		error_hint(err, "one path is enough where it is the same inside: '%s%s'", ro ? "ro:" : "", left);
	else if (strchr("/.~", *right))
		error_hint(err, "what is to be seen at another place is written MNTPOINT=SOURCE: '%s%.*s=%s'",
			   ro ? "ro:" : "", (int)len, right, left);
}

static int
unknown_flag(const struct scan *scan, const char *name, size_t len, struct error *err)
{
	const char *names[sizeof spec_flags / sizeof *spec_flags];
	_autofree_ char *word = text_ndup(name, len);
	char all[FLAG_NAMES_MAX];
	const char *near;

	for (size_t i = 0; i < spec_flags_len; i++)
		names[i] = spec_flags[i].name;
	near = text_nearest(word, names, spec_flags_len);
	error_set(err, 0, "unknown flag '%s'", word);
	if (near)
		error_hint(err, "did you mean '%s'?", near);
	else if (strpbrk(word, "/~.")) {
		hint_order(scan, err);
		error_hint(err, "a ':' that belongs to a path is written '\\:'");
	}
	join_flags(all, ~0u, ", ");
	if (!near && !strpbrk(word, "/~."))
		error_hint(err, "the flags are %s", all);
	return at_place(scan, name, len, -1, err);
}

/* Flags that were given and that row contradicts: the name of the first. */
static const char *
contradicted(const struct spec_flag_row *row, unsigned given)
{
	for (size_t i = 0; i < spec_flags_len; i++)
		if (spec_flags[i].flag & row->excludes & given)
			return spec_flags[i].name;
	return NULL;
}

static int
parse_flags(const struct scan *scan, unsigned *ret, struct error *err)
{
	unsigned flags = 0;
	const char *name = scan->start;

	for (;;) {
		size_t len = 0;
		const struct spec_flag_row *row;
		const char *other;

		while (name + len < scan->colon && name[len] != ',')
			len++;
		if (len == 0)
			return at_place(scan, name, 1, error_set(err, 0, "empty flag"), err);
		row = find_flag(name, len);
		if (!row)
			return unknown_flag(scan, name, len, err);
		other = contradicted(row, flags);
		if (other)
			return at_place(scan, name, len,
					error_set(err, 0, "flag '%s' contradicts '%s'", row->name, other), err);
		flags |= row->flag;
		if (name + len == scan->colon)
			break;
		name += len + 1;
	}
	*ret = flags;
	return 0;
}

/* What can be said of the places of ":" and "=" alone. */
static int
check_marks(const struct scan *scan, struct error *err)
{
	if (scan->second_colon) {
		error_set(err, 0, "a second ':'");
		error_hint(err, "flags are separated by commas; a ':' that belongs to MNTPOINT is written '\\:'");
		return at_place(scan, scan->second_colon, 1, -1, err);
	}
	if (scan->second_equals) {
		error_set(err, 0, "a second '='");
		error_hint(err, "a '=' that belongs to a path is written '\\='");
		return at_place(scan, scan->second_equals, 1, -1, err);
	}
	return 0;
}

static int
parse_source(const struct scan *scan, struct spec *spec, struct error *err)
{
	const char *source = scan->equals + 1;
	size_t len = (size_t)(scan->end - source);

	spec->at_source = (int)(source - scan->start);
	if (len == 4 && memcmp(source, "none", 4) == 0) {
		spec->none = true;
		if (spec->flags & SPEC_MOVE)
			return at_place(scan, source, len, error_set(err, 0, "'none' cannot be moved"), err);
		return 0;
	}
	spec->source = unquote(source, scan->end);
	spec->source_tilde = *source == '~';
	if (*spec->source == '\0')
		return at_place(scan, source, len, error_set(err, 0, "nothing behind the '='"), err);
	return 0;
}

/* From the scanned text to a spec; on an error the caller releases it. */
static int
parse_spec(const struct scan *scan, struct spec *spec, struct error *err)
{
	const char *mntpoint = scan->colon ? scan->colon + 1 : scan->start;
	const char *end = scan->equals ? scan->equals : scan->end;
	int r;

	spec->text = text_ndup(scan->start, (size_t)(scan->end - scan->start));
	if (scan->colon) {
		r = parse_flags(scan, &spec->flags, err);
		if (r < 0)
			return r;
	}
	r = check_marks(scan, err);
	if (r < 0)
		return r;
	spec->at_mntpoint = (int)(mntpoint - scan->start);
	spec->mntpoint = unquote(mntpoint, end);
	spec->mntpoint_tilde = *mntpoint == '~';
	if (*spec->mntpoint == '\0')
		return at_place(scan, mntpoint, (size_t)(end - mntpoint), error_set(err, 0, "empty mount point"), err);
	spec->at_source = -1;
	return scan->equals ? parse_source(scan, spec, err) : 0;
}

int
spec_list_parse(struct spec_list *list, const char *text, enum origin origin, const char *from, struct error *err)
{
	size_t before = list->len;

	for (;;) {
		struct scan scan = { .from = from };
		struct spec spec = { .from = from, .origin = origin };
		int r;

		while (is_blank(*text))
			text++;
		if (*text == '\0')
			return 0;
		scan.start = text;
		r = scan_spec(&scan, err);
		if (r == 0)
			r = parse_spec(&scan, &spec, err);
		if (r < 0) {
			spec_release(&spec);
			while (list->len > before)
				spec_release(&list->items[--list->len]);
			return r;
		}
		list->items = array_grow(list->items, &list->cap, list->len + 1, sizeof *list->items);
		list->items[list->len++] = spec;
		text = scan.end;
	}
}

static bool
is_special(char c)
{
	return is_blank(c) || c == ':' || c == '=' || c == '\'' || c == '"' || c == '\\';
}

/*
 * In single quotes, which read best; where the text has one itself, with a backslash before each special character, but
 * for blanks, which are in quotes: at the end of a line of a profile one behind a backslash would be lost.
 */
char *
spec_quote(const char *path)
{
	size_t specials = 0;
	char *text, *out;

	for (const char *p = path; *p != '\0'; p++)
		specials += is_special(*p);
	if (*path != '\0' && *path != '~' && specials == 0 && strcmp(path, "none") != 0)
		return text_dup(path);
	if (!strchr(path, '\''))
		return text_format("'%s'", path);
	/* A "~" is protected where it is the first; "none" has no quote. */
	out = text = array_grow(NULL, &(size_t){ 0 }, 3 * strlen(path) + 1, 1);
	for (const char *p = path; *p != '\0'; p++) {
		bool blank = is_blank(*p);

		if (blank)
			*out++ = '"';
		else if (is_special(*p) || (p == path && *p == '~'))
			*out++ = '\\';
		*out++ = *p;
		if (blank)
			*out++ = '"';
	}
	*out = '\0';
	return text;
}

/* A path whose leading tilde, if it has one, is to be expanded. */
static char *
quote_tilde(const char *path, bool tilde)
{
	_autofree_ char *rest = NULL;

	if (!tilde)
		return spec_quote(path);
	rest = path[1] == '\0' ? text_dup("") : spec_quote(path + 1);
	return text_format("~%s", rest);
}

char *
spec_format(const struct spec *spec)
{
	_autofree_ char *mntpoint = quote_tilde(spec->mntpoint, spec->mntpoint_tilde);
	_autofree_ char *source = spec->source ? quote_tilde(spec->source, spec->source_tilde) : NULL;
	char flags[FLAG_NAMES_MAX];

	join_flags(flags, spec->flags, ",");
	return text_format("%s%s%s%s%s", flags, spec->flags ? ":" : "", mntpoint, source || spec->none ? "=" : "",
			   source ? source : spec->none ? "none" : "");
}
