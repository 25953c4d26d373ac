/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Misses that are no cause of anything. */
#include "config.h"

#include "inspect/noise.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

const struct noise_row noise_rows[] = {
	{ "/run/nscd/**", NOISE_FOLDED, "the C library asks for a cache of names, and does without" },
	{ "/var/run/nscd/**", NOISE_FOLDED, "the C library asks for a cache of names, and does without" },
	{ "/run/systemd/userdb/**", NOISE_FOLDED, "the name service asks for users that services made up" },
	{ "/run/systemd/machines/**", NOISE_FOLDED, "the name service asks for containers" },
	{ "/selinux/**", NOISE_FOLDED, "programs ask whether SELinux is on" },
	{ "/sys/fs/selinux/**", NOISE_FOLDED, "programs ask whether SELinux is on" },
	{ "/etc/selinux/**", NOISE_FOLDED, "programs ask whether SELinux is on" },
	{ "/usr/share/locale/**", NOISE_FOLDED, "translations are looked for under several names" },
	{ "/usr/share/locale-langpack/**", NOISE_FOLDED, "translations are looked for under several names" },
	{ "/usr/lib/locale/*/**", NOISE_FOLDED, "locales are looked for under several names" },
	{ "**/glibc-hwcaps/**", NOISE_FOLDED,
	  "the loader looks for variants of a library that this machine could use" },
	{ "/etc/ld.so.preload", NOISE_FOLDED, "the loader asks for libraries that belong into every program" },
	{ "/etc/ld.so.nohwcap", NOISE_FOLDED, "the loader asks whether to leave out variants of libraries" },
	{ "/sys/devices/system/**", NOISE_FOLDED, "numerical libraries count processors, and have another way" },
	{ "/sys/kernel/mm/**", NOISE_FOLDED, "memory allocators ask for the size of pages" },
	{ "/sys/fs/cgroup/**", NOISE_FOLDED, "programs ask how much they may use" },
	{ "/etc/locale.alias", NOISE_FOLDED, "locales are looked for under several names" },
	{ "/etc/ld.so.cache", NOISE_WEAK, "the loader has other ways to find libraries" },
	{ "/etc/localtime", NOISE_WEAK, "times are told in UTC then" },
	{ "/etc/nsswitch.conf", NOISE_WEAK, "names are looked up by the C library's own rules then" },
	{ "/dev/tty", NOISE_WEAK, "programs ask whether they have a terminal" },
	{ "/dev/fuse", NOISE_WEAK, "isolate within isolate asks for it to watch, and has another way" },
	{ "/etc/gnutls/**", NOISE_FOLDED, "a library asks for settings of this machine" },
	{ "/etc/krb5.conf.d/**", NOISE_FOLDED, "a library asks for settings of this machine" },
	{ "/etc/terminfo/**", NOISE_FOLDED, "terminals are looked up in several places" },
	{ "/lib/terminfo/**", NOISE_FOLDED, "terminals are looked up in several places" },
	{ "~/.terminfo/**", NOISE_FOLDED, "terminals are looked up in several places" },
	{ "~/.config/**", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.cache/**", NOISE_FOLDED, "a cache of yours: the home directory inside is private" },
	{ "~/.ipython/**", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.jupyter/**", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.local/share/**", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.bash*", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.inputrc", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.profile", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.python_history", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.vim*/**", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.z*", NOISE_FOLDED, "settings of yours: the home directory inside is private" },
	{ "~/.local/lib/**", NOISE_WEAK,
	  "python asks for packages that you have installed for yourself at every start" },
};
const size_t noise_rows_len = sizeof noise_rows / sizeof *noise_rows;

/* The next component of a path, without its slash, cut to a name's length; NULL at the end. */
static const char *
next_component(const char **at, char name[NAME_MAX + 1])
{
	size_t len;

	*at += strspn(*at, "/");
	len = strcspn(*at, "/");
	if (len == 0)
		return NULL;
	*at += len;
	if (len > NAME_MAX)
		len = NAME_MAX;
	memcpy(name, *at - len, len);
	name[len] = '\0';
	return name;
}

/* Both begin at a component. */
static bool
matches(const char *pattern, const char *path)
{
	char wanted[NAME_MAX + 1], name[NAME_MAX + 1];

	while (next_component(&pattern, wanted)) {
		if (strcmp(wanted, "**") == 0)
			return true;
		if (!next_component(&path, name) || fnmatch(wanted, name, 0) != 0)
			return false;
	}
	return !next_component(&path, name);
}

static bool
row_matches(const struct noise_row *row, const char *path, const char *home)
{
	if (row->pattern[0] == '~') {
		size_t len = home ? strlen(home) : 0;

		/* "/" as a home directory would make noise of everything. */
		return len > 1 && strncmp(path, home, len) == 0 && path[len] == '/' &&
		       matches(row->pattern + 1, path + len);
	}
	if (row->pattern[0] != '*')
		return matches(row->pattern, path);
	for (const char *at = path; *at != '\0'; at++)
		if (*at == '/' && matches(row->pattern + 2, at))
			return true;
	return false;
}

const struct noise_row *
noise_find(const char *path, const char *home)
{
	for (size_t i = 0; i < noise_rows_len; i++)
		if (row_matches(&noise_rows[i], path, home))
			return &noise_rows[i];
	return NULL;
}
