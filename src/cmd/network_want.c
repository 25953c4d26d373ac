/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that want a network, in a sandbox that has none. */
#include "config.h"

#include "cmd/network_want.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/* A connection file has some three hundred bytes. */
enum { CONNECTION_MAX = 4096 };

/* The program, and the first argument with which it needs one; NULL: any. */
static const struct {
	const char *program, *argument;
} clients[] = {
	{ "apt", NULL },      { "apt-get", NULL },   { "conda", "install" }, { "curl", NULL },	 { "dig", NULL },
	{ "dnf", NULL },      { "git", "clone" },    { "git", "fetch" },     { "git", "pull" },	 { "git", "push" },
	{ "host", NULL },     { "npm", "install" },  { "nslookup", NULL },   { "ping", NULL },	 { "pip", "download" },
	{ "pip", "install" }, { "pip3", "install" }, { "rsync", NULL },	     { "scp", NULL },	 { "sftp", NULL },
	{ "ssh", NULL },      { "telnet", NULL },    { "traceroute", NULL }, { "wget", NULL },	 { "yum", NULL },
};

static bool
is_address(const char *word)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://", "ssh://", "git://", "ws://", "wss://" };
	static const char *const here[] = { "localhost", "127.", "[::1]" };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i]);
		bool is_here = false;

		if (strncmp(word, schemes[i], len) != 0)
			continue;
		for (size_t k = 0; k < sizeof here / sizeof *here; k++)
			is_here |= strncmp(word + len, here[k], strlen(here[k])) == 0;
		return !is_here;
	}
	return false;
}

bool
network_is_wanted(char *const *argv)
{
	const char *name = argv[0] ? path_name(argv[0]) : "";

	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
		if (strcmp(name, clients[i].program) == 0 &&
		    (!clients[i].argument || (argv[1] && strcmp(argv[1], clients[i].argument) == 0)))
			return true;
	for (size_t i = 1; argv[0] && argv[i]; i++)
		if (is_address(argv[i]))
			return true;
	return false;
}

/* The value of "transport" in what Jupyter writes: a flat object of texts and numbers. */
static bool
says_tcp(const char *file)
{
	_autoclose_ int fd = open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char text[CONNECTION_MAX], *at;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n <= 0)
		return false;
	text[n] = '\0';
	at = strstr(text, "\"transport\"");
	if (!at)
		return false;
	at += strlen("\"transport\"");
	at += strspn(at, " \t\n:");
	return strncmp(at, "\"tcp\"", 5) == 0;
}

bool
network_kernel_is_lost(const struct plan *plan, const char **ret_file)
{
	bool is_kernel = false;

	if (plan->req->net != NET_NONE)
		return false;
	for (size_t i = 0; plan->argv[i]; i++) {
		const char *word = plan->argv[i];

		is_kernel |= strncmp(word, "ipykernel", 9) == 0;
		/* How kernels of all languages are told: by a file. */
		if (i == 0 || fnmatch("*.json", word, 0) != 0)
			continue;
		*ret_file = word;
		if ((is_kernel || getenv("JPY_PARENT_PID")) && says_tcp(word))
			return true;
	}
	return false;
}
