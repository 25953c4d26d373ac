/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a command answers, piece by piece: values that can be shown to people and written for machines.
 *
 * A value owns nothing: all it points to has to live until the output has taken it, which it does at once.
 */
#ifndef CMD_VALUE_H
#define CMD_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind { VALUE_NONE, VALUE_STRING, VALUE_NUMBER, VALUE_TRUTH, VALUE_LIST, VALUE_RECORD };

struct value {
	enum value_kind kind;
	const char *text; /* what people read, where it is not made from the rest; NULL: it is */
	union {
		const char *string; /* bytes as they come */
		uint64_t number;
		bool truth;
		struct {
			const struct value *items;
			size_t len;
		} list;
		struct {
			const struct field *fields;
			size_t len;
		} record;
	} as;
};

/* A member of a record; name is a JSON name: lower case, words joined by "_". */
struct field {
	const char *name;
	struct value value;
};

/* Not known, or there is none: null, "-". */
static inline struct value
value_none(void)
{
	return (struct value){ .kind = VALUE_NONE };
}

/* NULL is none. */
static inline struct value
value_string(const char *string)
{
	return string ? (struct value){ .kind = VALUE_STRING, .as.string = string } : value_none();
}

static inline struct value
value_number(uint64_t number)
{
	return (struct value){ .kind = VALUE_NUMBER, .as.number = number };
}

/* true, "yes". */
static inline struct value
value_truth(bool truth)
{
	return (struct value){ .kind = VALUE_TRUTH, .as.truth = truth };
}

/* [a, b], "a, b"; an empty one is "none" for people. */
static inline struct value
value_list(const struct value *items, size_t len)
{
	return (struct value){ .kind = VALUE_LIST, .as.list = { items, len } };
}

/* {"a": …}; for people it needs a text. */
static inline struct value
value_record(const struct field *fields, size_t len)
{
	return (struct value){ .kind = VALUE_RECORD, .as.record = { fields, len } };
}

/* The same with another text for people. */
static inline struct value
value_reads(struct value value, const char *text)
{
	value.text = text;
	return value;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
