/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of links (OSC 8): the latest ones, numbered as they came. Cells whose address has been dropped have
 * no link any more.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tui/vt/vt_impl.h"

enum { LOOK_BACK = 16 }; /* programs repeat the address that they are at, not old ones */

static char **
slot(const struct links *links, uint32_t number)
{
	return &links->items[number % LINKS_MAX];
}

static size_t
size_of(const char *item)
{
	size_t id = strlen(item) + 1;

	return id + strlen(item + id) + 1;
}

static void
drop_oldest(struct links *links)
{
	char **oldest = slot(links, links->first++);

	links->bytes -= size_of(*oldest);
	free(*oldest);
	*oldest = NULL;
}

static uint32_t
find(const struct links *links, const char *item, size_t size)
{
	for (uint32_t n = links->next; n > links->first && links->next - n < LOOK_BACK; n--) {
		const char *other = *slot(links, n - 1);

		if (size_of(other) == size && memcmp(other, item, size) == 0)
			return n - 1;
	}
	return 0;
}

/*
 * An id and an address are of the bytes that can be printed: nothing that a drawer hands to a terminal can do
 * anything else.
 */
static bool
is_clean(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)s[i] <= ' ' || (uint8_t)s[i] >= 0x7f)
			return false;
	return true;
}

uint32_t
link_intern(struct vt *vt, const char *id, size_t id_len, const char *uri, size_t uri_len)
{
	struct links *links = &vt->links;
	size_t size = id_len + uri_len + 2;
	uint32_t number;
	char *item;

	if (uri_len == 0 || size > LINK_SIZE_MAX || !is_clean(id, id_len) || !is_clean(uri, uri_len))
		return 0;
	if (!links->items) {
		links->items = calloc(LINKS_MAX, sizeof *links->items);
		links->first = links->next = 1;
		if (!links->items)
			return 0;
	}
	item = malloc(size);
	if (!item)
		return 0;
	memcpy(item, id, id_len);
	item[id_len] = '\0';
	memcpy(item + id_len + 1, uri, uri_len);
	item[size - 1] = '\0';
	number = find(links, item, size);
	/* Four thousand million addresses later there are no more links, rather than wrong ones. */
	if (number || links->next == UINT32_MAX) {
		free(item);
		return number;
	}
	while (links->next - links->first == LINKS_MAX ||
	       (links->first < links->next && links->bytes + size > LINKS_BYTES_MAX))
		drop_oldest(links);
	*slot(links, links->next) = item;
	links->bytes += size;
	return links->next++;
}

const char *
vt_link(const struct vt *vt, uint32_t link)
{
	const char *item;

	if (link == 0 || link < vt->links.first || link >= vt->links.next)
		return NULL;
	item = *slot(&vt->links, link);
	return item + strlen(item) + 1;
}

void
links_release(struct links *links)
{
	while (links->items && links->first < links->next)
		drop_oldest(links);
	free(links->items);
	*links = (struct links){ 0 };
}
