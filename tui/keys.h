/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a terminal sends, as keys: a byte stream is cut into characters, keys, clicks and pastes. Read raw, since curses
 * loses sequences that it does not know and cannot tell a paste from typing.
 *
 * Whoever sits at the terminal is trusted, its bytes are not: all lengths are bounded.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys that are no character. A control character is itself: Ctrl-A is 1, Enter 13, Tab 9, Backspace 127. */
enum key_code {
	KEY_CODE_FIRST = 0x110000,
	KEYS_UP = KEY_CODE_FIRST,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_HOME,
	KEYS_END,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_INSERT,
	KEYS_DELETE,
	KEYS_BACK_TAB,
	KEYS_F1, /* to F12 */
	KEYS_F12 = KEYS_F1 + 11,
	KEYS_ESCAPE, /* alone: nothing followed within KEYS_ESCAPE_MS */
	KEYS_CLICK,
	KEYS_WHEEL_UP,
	KEYS_WHEEL_DOWN,
	KEYS_PASTE,
	KEYS_UNKNOWN, /* a sequence that means nothing here */
};

enum { KEYS_ESCAPE_MS = 40 };

/* What a paste may hold; the rest of it is dropped. */
enum { KEYS_PASTE_MAX = 16 * 1024 };

struct key {
	uint32_t code;	   /* a character, or of enum key_code */
	bool alt;	   /* Esc was in front of it */
	int x, y;	   /* of a click or the wheel, from 0 */
	const char *bytes; /* as they came; of a paste what is in it. Valid until the next call */
	size_t len;
};

struct keys {
	char pending[64];
	size_t len;
	size_t used; /* of pending, by the last key */
	bool pasting;
	char *paste;
	size_t paste_len, paste_cap;
};

void keys_init(struct keys *keys);
void keys_release(struct keys *keys);

/* How many bytes keys_feed() takes at the moment; never 0 after keys_next() has returned false. */
size_t keys_room(const struct keys *keys);
void keys_feed(struct keys *keys, const char *bytes, size_t len);

/*
 * The next key. False: there is none that is complete. `flush`: nothing more has come for KEYS_ESCAPE_MS, so an Esc is
 * an Esc.
 */
bool keys_next(struct keys *keys, bool flush, struct key *ret);

/* True if something incomplete is pending that time will complete. */
bool keys_wait(const struct keys *keys);

/* "ctrl-x", "f1", "page-down", "alt-x", "a": the code of a key as the configuration writes it; 0: no such key. */
uint32_t keys_parse(const char *name, bool *ret_alt);

/* The same backwards, for people: "Ctrl-X", "F1", "PgDn". Into buf, which is returned. */
const char *keys_name(uint32_t code, bool alt, char *buf, size_t size);

#endif
