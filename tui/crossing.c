/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes from the pane to the panel and to the terminal. */
#include "config.h"

#include "tui/crossing.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "tui/screen.h"
#include "tui/tabs.h"

/* What terminals take at most: xterm's limit, and others have about the same. */
enum { CLIPBOARD_MAX = 74994 };

void
crossing_hand(struct desk *desk, const char *command)
{
	struct vt_cursor cursor;
	struct vt_place at = desk->copy.at;
	_autofree_ char *path = NULL, *word = NULL, *line = NULL;

	if (!desk->copy.active) {
		vt_cursor(desk->pane.vt, &cursor);
		at = (struct vt_place){ vt_screen_line(desk->pane.vt) + cursor.row, cursor.col };
	}
	path = copy_path(&desk->copy, at);
	/* A drag of the mouse has copied what it selected, and is over. */
	if (!path && !desk->copy.active)
		path = copy_path_copied(&desk->copy);
	copy_end(&desk->copy);
	desk->pane_stale = desk->panel_stale = true;
	desk_focus(desk, true);
	if (!path) {
		app_say(desk->app, true, "there is no path at the cursor of the pane, and none was copied");
		return;
	}
	word = tab_quote(path, strcmp(command, "mount") == 0);
	line = text_format("%s %s", command, word);
	app_command_line(desk->app, MODE_COMMAND, line);
}

/* In letters that no terminal takes for anything else (RFC 4648). */
static char *
base64(const char *bytes, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = text_room((len + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = (uint32_t)(unsigned char)bytes[i] << 16;

		if (i + 1 < len)
			three |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
		if (i + 2 < len)
			three |= (unsigned char)bytes[i + 2];
		*to++ = letters[three >> 18];
		*to++ = letters[three >> 12 & 63];
		*to++ = i + 1 < len ? letters[three >> 6 & 63] : '=';
		*to++ = i + 2 < len ? letters[three & 63] : '=';
	}
	*to = '\0';
	return text;
}

static bool
send_clipboard(const char *bytes, size_t len)
{
	_autofree_ char *text = NULL, *sequence = NULL;

	if (len > CLIPBOARD_MAX)
		return false;
	text = base64(bytes, len);
	sequence = text_format("\033]52;c;%s\033\\", text);
	screen_send(sequence);
	return true;
}

void
crossing_copied(struct desk *desk)
{
	const struct copy *copy = &desk->copy;
	char prefix[24] = "";
	bool sent = desk->app->settings.clipboard != CLIPBOARD_OFF && send_clipboard(copy->text, copy->len);

	/* The key is the panel's. */
	if (!desk->in_panel && desk->input.prefix)
		keys_name((uint32_t)desk->input.prefix, false, prefix, sizeof prefix);
	app_say(desk->app, false, "%zu bytes copied%s; %s%s] types them", copy->len,
		sent ? ", to the clipboard too" : "", prefix, *prefix ? " " : "");
	desk->panel_stale = true;
}

void
crossing_program_copied(struct desk *desk)
{
	struct pane *pane = &desk->pane;

	if (pane->may_copy)
		send_clipboard(pane->copied, pane->copied_len);
	free(pane->copied);
	pane->copied = NULL;
}
