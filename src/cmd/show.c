/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How commands show what several of them have in their answers. */
#include "config.h"

#include "cmd/show.h"

#include <stdlib.h>

#include "base/text.h"

char *
place_text(const struct place *place)
{
	static const char *const states[PLACE_KINDS] = {
		[PLACE_DELETED] = "removed",	[PLACE_COVERED] = "covered",   [PLACE_PART] = "not mounted outside",
		[PLACE_INSIDE] = "inside only", [PLACE_UNKNOWN] = "not known",
	};

	if (place->kind == PLACE_SHOWN)
		return text_dup(place->path);
	if (!place->path)
		return text_format("(%s)", states[place->kind]);
	return text_format("(%s) %s", states[place->kind], place->path);
}

void
show_id(struct shown_id *ret, uint32_t id, char *name)
{
	ret->name = name;
	ret->text = names_text(name, id);
	ret->fields[0] = (struct field){ "id", value_number(id) };
	ret->fields[1] = (struct field){ "name", value_string(name) };
	ret->value = value_reads(value_record(ret->fields, COUNT(ret->fields)), ret->text);
}

void
shown_id_release(struct shown_id *id)
{
	free(id->name);
	free(id->text);
}
