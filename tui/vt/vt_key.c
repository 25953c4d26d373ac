/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, pasted text and the focus, as bytes for the program. As xterm does with its settings of the beginning. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

/* The number for modifiers that xterm puts into sequences. */
static int
modifier_number(unsigned modifiers)
{
	return 1 + (int)(modifiers & (VT_SHIFT | VT_ALT | VT_CTRL | VT_META));
}

static void
send_char(struct vt *vt, uint32_t ch, unsigned modifiers)
{
	char buf[8];
	size_t n = 0;

	if (modifiers & (VT_ALT | VT_META))
		buf[n++] = '\033';
	n += utf8_write(ch, buf + n);
	vt_reply(vt, buf, n);
}

/* CSI 1 ; modifiers final, or without modifiers CSI or SS3 final. */
static void
send_letter(struct vt *vt, char final, unsigned modifiers, bool is_ss3)
{
	if (modifiers)
		reply(vt, "\033[1;%d%c", modifier_number(modifiers), final);
	else
		reply(vt, "\033%c%c", is_ss3 ? 'O' : '[', final);
}

static void
send_number(struct vt *vt, int number, unsigned modifiers)
{
	if (modifiers)
		reply(vt, "\033[%d;%d~", number, modifier_number(modifiers));
	else
		reply(vt, "\033[%d~", number);
}

static void
send_other(struct vt *vt, uint32_t code, unsigned modifiers)
{
	reply(vt, "\033[27;%d;%u~", modifier_number(modifiers), code);
}

/* The control character that Ctrl makes of a character, or -1. */
static int
control_of(uint32_t ch)
{
	static const char digits[] = { 0x00, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x7f };

	if (ch >= 'a' && ch <= 'z')
		return (int)ch & 0x1f;
	if (ch >= '@' && ch <= '_')
		return (int)ch & 0x1f;
	if (ch >= '2' && ch <= '8')
		return digits[ch - '2'];
	if (ch == ' ' || ch == '`')
		return 0;
	return ch == '/' ? 0x1f : ch == '?' ? 0x7f : ch == '~' ? 0x1e : -1;
}

static void
key_char(struct vt *vt, uint32_t ch, unsigned modifiers)
{
	int control = modifiers & VT_CTRL ? control_of(ch) : -1;

	if (vt->modify_other_keys == 2 && modifiers & ~(unsigned)VT_SHIFT)
		send_other(vt, ch, modifiers);
	else if (vt->modify_other_keys == 1 && modifiers & VT_CTRL && control < 0)
		send_other(vt, ch, modifiers);
	else
		send_char(vt, control >= 0 ? (uint32_t)control : ch, modifiers);
}

/*
 * Enter, Tab, Backspace and Escape: characters of their own, that only modifyOtherKeys can tell from each other
 * when modified.
 */
static void
key_control(struct vt *vt, uint32_t key, unsigned modifiers)
{
	bool is_backspace_bs = is_set(vt, MODE_BACKSPACE) != !!(modifiers & VT_CTRL);
	uint32_t code = key == VT_KEY_ENTER ? '\r' : key == VT_KEY_TAB ? '\t' : key == VT_KEY_ESCAPE ? 0x1b : 0x7f;
	bool is_plain = key == VT_KEY_BACKSPACE || key == VT_KEY_ESCAPE || !(modifiers & VT_CTRL);
	bool is_told = vt->modify_other_keys == 2 || (vt->modify_other_keys == 1 && !is_plain);

	if (key == VT_KEY_TAB && modifiers == VT_SHIFT)
		reply(vt, "\033[Z");
	else if (modifiers && is_told)
		send_other(vt, code, modifiers);
	else if (key == VT_KEY_BACKSPACE)
		send_char(vt, is_backspace_bs ? 0x08 : 0x7f, modifiers);
	else if (key == VT_KEY_ENTER && is_set(vt, MODE_NEWLINE))
		vt_reply(vt, "\r\n", 2);
	else
		send_char(vt, code, modifiers);
}

static void
key_function(struct vt *vt, int n, unsigned modifiers)
{
	static const uint8_t numbers[] = { 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34 };

	if (n <= 4)
		send_letter(vt, (char)('P' + n - 1), modifiers, true);
	else
		send_number(vt, numbers[n - 5], modifiers);
}

static void
key_pad(struct vt *vt, uint32_t key, unsigned modifiers)
{
	static const struct {
		char plain, application;
	} others[] = { { '\r', 'M' }, { '+', 'k' }, { '-', 'm' }, { '*', 'j' },
		       { '/', 'o' },  { '.', 'n' }, { ',', 'l' }, { '=', 'X' } };
	bool is_digit = key <= VT_KEY_KP_9;
	char plain = is_digit ? (char)('0' + key - VT_KEY_KP_0) : others[key - VT_KEY_KP_ENTER].plain;
	char application = is_digit ? (char)('p' + key - VT_KEY_KP_0) : others[key - VT_KEY_KP_ENTER].application;

	if (is_set(vt, MODE_APP_KEYPAD))
		reply(vt, "\033O%c", application);
	else
		send_char(vt, (uint32_t)plain, modifiers);
}

bool
vt_key(struct vt *vt, uint32_t key, unsigned modifiers)
{
	static const char letters[] = { 'A', 'B', 'C', 'D', 'H', 'F' };
	static const uint8_t numbers[] = { 2, 3, 5, 6 };

	if (key < VT_KEY_FIRST) {
		if (key > 0x10ffff || (key >= 0xd800 && key < 0xe000))
			return false;
		key_char(vt, key, modifiers);
	} else if (key <= VT_KEY_END) {
		send_letter(vt, letters[key - VT_KEY_UP], modifiers, is_set(vt, MODE_APP_CURSOR));
	} else if (key <= VT_KEY_PAGE_DOWN) {
		send_number(vt, numbers[key - VT_KEY_INSERT], modifiers);
	} else if (key == VT_KEY_BEGIN) {
		send_letter(vt, 'E', modifiers, is_set(vt, MODE_APP_CURSOR));
	} else if (key <= VT_KEY_ESCAPE) {
		key_control(vt, key, modifiers);
	} else if (key <= VT_KEY_F20) {
		key_function(vt, (int)(key - VT_KEY_F1) + 1, modifiers);
	} else if (key <= VT_KEY_LAST) {
		key_pad(vt, key, modifiers);
	} else {
		return false;
	}
	return true;
}

/* What of a pasted character is sent: line ends as Enter sends them, no other control but tab. 0: nothing. */
static size_t
paste_char(uint32_t ch, char *ret)
{
	if (ch == '\n')
		ch = '\r';
	if ((ch < 0x20 && ch != '\r' && ch != '\t') || (ch >= 0x7f && ch < 0xa0))
		return 0;
	return utf8_write(ch, ret);
}

void
vt_paste(struct vt *vt, const char *text, size_t n)
{
	char buf[1024];
	size_t len = 0;

	if (is_set(vt, MODE_PASTE))
		reply(vt, "\033[200~");
	for (size_t i = 0; i < n;) {
		uint32_t ch;

		/* CR LF is one line end. */
		if (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n')
			i++;
		i += utf8_read(text + i, n - i, &ch);
		len += paste_char(ch, buf + len);
		if (len > sizeof buf - 4) {
			vt_reply(vt, buf, len);
			len = 0;
		}
	}
	vt_reply(vt, buf, len);
	if (is_set(vt, MODE_PASTE))
		reply(vt, "\033[201~");
}

void
vt_focus(struct vt *vt, bool has_focus)
{
	if (is_set(vt, MODE_FOCUS))
		reply(vt, "\033[%c", has_focus ? 'I' : 'O');
}
