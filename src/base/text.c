/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for people: escaping, columns, quoting, and memory for strings. */
#include "config.h"

#include "base/text.h"

#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/error.h"

/* Holds the longest escape, "\u{10FFFF}", and its zero. */
#define UNIT_MAX 12

/* One character of a text, or one byte of it that is none. */
struct unit {
	size_t len;	    /* bytes that it takes in the source */
	uint32_t code;	    /* the character, where `escape` is empty */
	char escape[UNIT_MAX]; /* what stands for it, or "" where it may be shown as it is */
};

size_t
text_decode(const char *text, size_t max, uint32_t *ret)
{
	const unsigned char *s = (const unsigned char *)text;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
	uint32_t code;

	if (len == 0 || len > max)
		return 0;
	code = len == 1 ? s[0] : s[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return len;
}

/* Characters beyond ASCII that change how the text around them is shown. */
static bool
is_format_control(uint32_t code)
{
	return (code >= 0x80 && code <= 0x9f) ||   /* C1: some terminals take U+009B for CSI */
	       code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069) || /* bidirectional controls: they reorder what is read */
	       code == 0x2028 || code == 0x2029;     /* line and paragraph separator */
}

/*
 * Characters of which nothing is seen, or a blank that is none: with them two names look like one. Those with which
 * scripts are written (U+200C, U+200D, variation selectors) are shown as they are.
 */
static bool
is_invisible(uint32_t code)
{
	return code == 0x00ad || code == 0x034f || code == 0x115f || code == 0x1160 || code == 0x17b4 ||
	       code == 0x17b5 || code == 0x180e || code == 0x200b || (code >= 0x2060 && code <= 0x2064) ||
	       (code >= 0x206a && code <= 0x206f) || code == 0x3164 || code == 0xfeff || code == 0xffa0 ||
	       (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
}

bool
text_is_control(uint32_t code)
{
	return code < 0x20 || code == 0x7f || is_format_control(code);
}

bool
text_is_shown(uint32_t code)
{
	return !text_is_control(code) && !is_invisible(code);
}

/* Reads the unit at s, which is not at its end. */
static struct unit
unit_read(const char *s)
{
	const unsigned char *bytes = (const unsigned char *)s;
	struct unit unit = { .len = 1 };
	size_t len = text_decode(s, strnlen(s, 4), &unit.code);

	if (len == 0) {
		snprintf(unit.escape, sizeof(unit.escape), "\\x%02x", bytes[0]);
		return unit;
	}
	unit.len = len;
	if (unit.code == '\n')
		strcpy(unit.escape, "\\n");
	else if (unit.code == '\t')
		strcpy(unit.escape, "\\t");
	else if (unit.code == 0x1b)
		strcpy(unit.escape, "\\e");
	else if (unit.code < 0x20 || unit.code == 0x7f)
		snprintf(unit.escape, sizeof(unit.escape), "\\x%02x", (unsigned)unit.code);
	else if (!text_is_shown(unit.code))
		snprintf(unit.escape, sizeof(unit.escape), "\\u{%04x}", (unsigned)(unit.code & 0x1fffff));
	return unit;
}

char *
text_escape(const char *s)
{
	char *out = NULL;
	size_t len = 0, cap = 0;

	while (*s != '\0') {
		struct unit unit = unit_read(s);
		const char *from = unit.escape[0] != '\0' ? unit.escape : s;
		size_t add = unit.escape[0] != '\0' ? strlen(unit.escape) : unit.len;

		out = array_grow(out, &cap, len + add + 1, 1);
		memcpy(out + len, from, add);
		len += add;
		s += unit.len;
	}
	out = array_grow(out, &cap, len + 1, 1);
	out[len] = '\0';
	return out;
}

void
text_print(FILE *f, const char *s)
{
	while (*s != '\0') {
		struct unit unit = unit_read(s);

		if (unit.escape[0] != '\0')
			fputs(unit.escape, f);
		else
			fwrite(s, 1, unit.len, f);
		s += unit.len;
	}
}

/* The length of the beginning of s, at most n, that is printable ASCII: a column each. */
static size_t
plain_columns(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && s[len] >= ' ' && s[len] <= '~')
		len++;
	return len;
}

/*
 * wcwidth(3) looks in the locale of the calling thread, and this program may run in C: there it knows ASCII only. A
 * UTF-8 locale without a language is on every system of our floor; without it each character counts as one.
 */
int
text_columns(const char *s, size_t n)
{
	static locale_t utf8;
	locale_t before;
	size_t at = plain_columns(s, n);
	int columns;

	if (at == n || s[at] == '\0')
		return (int)at;
	/* Reading the locale is slow, and rarely needed. */
	if (utf8 == (locale_t)0)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;
	columns = (int)at;
	while (at < n && s[at] != '\0') {
		struct unit unit = unit_read(s + at);

		at += unit.len;
		if (at > n)
			break;
		if (unit.escape[0] != '\0') {
			columns += (int)strlen(unit.escape);
		} else {
			int width = wcwidth((wchar_t)unit.code);

			columns += width >= 0 ? width : 1;
		}
	}
	if (utf8 != (locale_t)0)
		uselocale(before);
	return columns;
}

/* Nothing can be unwound usefully without memory, and nothing has been done on the host that would have to be. */
static _Noreturn void
memory_exhausted(void)
{
	static const char message[] = "isolate: out of memory\n";

	/* Neither stdio, which may allocate, nor exit handlers. */
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(STATUS_FAILED);
}

char *
text_room(size_t size)
{
	char *room = malloc(size);

	if (!room)
		memory_exhausted();
	return room;
}

char *
text_dup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		memory_exhausted();
	return copy;
}

char *
text_ndup(const char *s, size_t n)
{
	char *copy = strndup(s, n);

	if (!copy)
		memory_exhausted();
	return copy;
}

char *
text_vformat(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		memory_exhausted();
	return text;
}

char *
text_format(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = text_vformat(fmt, ap);
	va_end(ap);
	return text;
}

uint64_t
text_hash(const char *s)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
	return hash ^ hash >> 32;
}

void *
array_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap > 0 ? *cap : 16;

	if (array && need <= *cap)
		return array;
	while (want < need) {
		if (want > SIZE_MAX / 2)
			memory_exhausted();
		want *= 2;
	}
	array = reallocarray(array, want, size);
	if (!array)
		memory_exhausted();
	*cap = want;
	return array;
}

/* True if every character of s means itself to a shell, wherever in a command s stands. */
static bool
is_shell_plain(const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";

	/* "=ls" is a path to zsh. */
	return s[0] != '\0' && s[0] != '=' && s[strspn(s, plain)] == '\0';
}

static bool
needs_escape(const char *s)
{
	while (*s != '\0') {
		struct unit unit = unit_read(s);

		if (unit.escape[0] != '\0')
			return true;
		s += unit.len;
	}
	return false;
}

/* Writes one unit for $'…': octal, since shells differ in how many digits \x takes. */
static void
ansi_quote_unit(FILE *f, const char *s, const struct unit *unit)
{
	if (unit->code == '\n' || unit->code == '\t')
		fputs(unit->escape, f);
	else if (unit->escape[0] != '\0')
		for (size_t i = 0; i < unit->len; i++)
			fprintf(f, "\\%03o", (unsigned char)s[i]);
	else if (*s == '\'' || *s == '\\')
		fprintf(f, "\\%c", *s);
	else
		fwrite(s, 1, unit->len, f);
}

char *
text_shell_quote(const char *s)
{
	bool ansi = needs_escape(s);
	char *out = NULL;
	size_t size;
	FILE *f;

	if (is_shell_plain(s))
		return text_dup(s);
	f = open_memstream(&out, &size);
	if (!f)
		memory_exhausted();
	fputs(ansi ? "$'" : "'", f);
	while (*s != '\0') {
		struct unit unit = unit_read(s);

		if (ansi)
			ansi_quote_unit(f, s, &unit);
		else if (*s == '\'')
			fputs("'\\''", f);
		else
			fwrite(s, 1, unit.len, f);
		s += unit.len;
	}
	fputc('\'', f);
	if (fclose(f) != 0)
		memory_exhausted();
	return out;
}
