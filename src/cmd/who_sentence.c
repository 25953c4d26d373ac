/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all that :who tells means, in one sentence. */
#include "config.h"

#include "cmd/who_sentence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inspect/capnames.h"

static void
print_user(FILE *f, const char *name, uint32_t id)
{
	if (name)
		fputs(name, f);
	else
		fprintf(f, "user %u", (unsigned)id);
}

static void
print_look(FILE *f, const struct who *who, const struct who_names *names)
{
	const struct who_id *user = &who->user;

	if (who->same_userns) {
		fputs("you are ", f);
		print_user(f, names->user_outside, user->outside);
		fputs(", inside and outside", f);
		return;
	}
	fputs("you look like ", f);
	if (user->lost)
		fputs("nobody in particular, since the map has no id for you", f);
	else if (user->inside == user->outside)
		fputs("yourself, ", f);
	if (!user->lost)
		print_user(f, names->user_inside, user->inside);
}

static void
print_files(FILE *f, const struct who *who, const struct who_names *names)
{
	fputs("; files you create belong to ", f);
	if (who->file_user.outside == MAPPING_NO_ID)
		fputs("somebody whom nobody here can name", f);
	else
		print_user(f, names->file_outside, who->file_user.outside);
}

/* Groups that still count when a file is opened, though inside they have no number. */
static void
print_groups(FILE *f, const struct who *who)
{
	size_t lost = 0;

	for (size_t i = 0; i < who->groups_len; i++)
		lost += who->groups[i].lost;
	if (lost > 0)
		fprintf(f, "; you keep the rights of %zu group%s that you cannot name", lost, lost == 1 ? "" : "s");
}

static void
print_power(FILE *f, const struct who *who)
{
	uint64_t held = who->process.caps.effective, all = who->all_capabilities;
	_autofree_ char *all_text = capabilities_format(held, all);

	if (held == 0)
		fputs("; you have no capability", f);
	else if (held == all)
		fprintf(f, "; you have %s capabilities", all_text);
	else
		fprintf(f, "; you have %d of %d capabilities", __builtin_popcountll(held), __builtin_popcountll(all));
	if (!who->same_userns)
		fputs(" in here, and nobody outside would obey you", f);
}

char *
who_sentence(const struct who *who, const struct who_names *names)
{
	_autofree_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return text_dup("");
	print_look(f, who, names);
	print_files(f, who, names);
	print_groups(f, who);
	print_power(f, who);
	return fclose(f) == 0 ? take_ptr(text) : text_dup("");
}
