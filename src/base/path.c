/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as strings: nothing here looks at the file system. */
#include "config.h"

#include "base/path.h"

#include <string.h>

#include "base/text.h"

/* Appends the components of path to out, which holds len bytes of a clean path ("" for "/"). Returns the new length. */
static size_t
append_components(char *out, size_t len, const char *path)
{
	while (*path != '\0') {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (len > 0 && out[--len] != '/')
				;
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
		path += strspn(path, "/");
	}
	return len;
}

char *
path_absolute(const char *base, const char *path)
{
	/* Each component takes itself and one slash, whatever it had before. */
	char *out = text_room(strlen(base) + strlen(path) + sizeof "//");
	size_t len = 0;

	if (path[0] != '/')
		len = append_components(out, len, base);
	len = append_components(out, len, path);
	if (len == 0)
		out[len++] = '/';
	out[len] = '\0';
	return out;
}

char *
path_join(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len;
	char *out;

	while (a_len > 0 && a[a_len - 1] == '/')
		a_len--;
	b += strspn(b, "/");
	b_len = strlen(b);
	out = text_room(a_len + b_len + sizeof "/");
	memcpy(out, a, a_len);
	out[a_len] = '/';
	memcpy(out + a_len + 1, b, b_len);
	out[a_len + 1 + b_len] = '\0';
	return out;
}

const char *
path_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (len == 1)
		return path + 1;
	if (strncmp(path, dir, len) != 0)
		return NULL;
	if (path[len] == '\0')
		return path + len;
	return path[len] == '/' ? path + len + 1 : NULL;
}

bool
path_is_below(const char *path, const char *dir)
{
	return path_below(path, dir) != NULL;
}

int
path_depth(const char *path)
{
	int depth = 0;

	for (size_t i = 0; path[i] != '\0'; i++)
		if (path[i] == '/' && path[i + 1] != '\0')
			depth++;
	return depth;
}

char *
path_parent(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return text_dup("/");
	return text_ndup(path, (size_t)(slash - path));
}

const char *
path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
