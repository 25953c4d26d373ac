/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front for those who call isolate.sh; what it has to be like is in doc/isolate.sh.1. */
#include "config.h"

#include "script.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "options.h"

/*
 * The script's own view, beside /proc, /dev and /etc/passwd, of which the plan knows. The two in /etc the script
 * lacked, and notebooks failed: links in /usr lead to the first (Debian's BLAS, for numpy), and Debian's matplotlib
 * insists on the second.
 */
static const char *const view[] = { "/bin", "/usr", "/lib", "/lib64", "/etc/alternatives", "/etc/matplotlibrc" };

/* As the script had it: all that is written to places that are no mount shares so much. */
static const char tmpfs_size_default[] = "32M";

/* What the command line says. */
struct words {
	const char *mnt; /* the last -m counts */
	const char *base;
	bool verbose;
	bool host_network;
	char **argv; /* what is left: the command */
};

bool
script_is_invoked(const char *argv0)
{
	const char *name = options_program_name(argv0);
	size_t len = strlen(name);

	return len > 3 && strcmp(name + len - 3, ".sh") == 0;
}

/* A variable that is set and not empty. */
static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] != '\0' ? value : NULL;
}

/*
 * The options end at the first word that is none of them. --mnt=SPECS is one here, though the script did not know it:
 * there it was the name of a program that nobody has.
 */
static int
read_words(char **argv, struct words *words, struct error *err)
{
	char **at = argv;

	while (*at) {
		const char **value = NULL;
		const char *word = *at;

		if (strcmp(word, "-m") == 0 || strcmp(word, "--mnt") == 0)
			value = &words->mnt;
		else if (strcmp(word, "-b") == 0)
			value = &words->base;
		else if (strncmp(word, "--mnt=", 6) == 0)
			words->mnt = word + 6;
		else if (strcmp(word, "-v") == 0)
			words->verbose = true;
		else if (strcmp(word, "--no-net") == 0)
			words->host_network = true;
		else
			break;
		at++;
		if (!value)
			continue;
		if (!*at)
			return error_set(err, 0, "%s needs an argument: %s", word,
					 value == &words->mnt ? "SPECS" : "DIR");
		*value = *at++;
	}
	if (*at && strcmp(*at, "--") == 0)
		at++;
	words->argv = at;
	return 0;
}

/* A size as mount(8) takes it for a tmpfs: number_parse_size(), or N% of the machine's memory. */
static int
parse_tmpfs_size(const char *text, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	_autofree_ char *number = text_ndup(text, digits);
	uint64_t percent;
	int r;

	if (strcmp(text + digits, "%") != 0)
		return number_parse_size(text, ret);
	r = number_parse(number, 100, &percent);
	if (r < 0)
		return r;
	*ret = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / 100 * percent;
	return 0;
}

static int
set_tmpfs_size(struct request *req, struct error *err)
{
	const char *size = variable("NI_TMPFS_SIZE");

	if (parse_tmpfs_size(size ? size : tmpfs_size_default, &req->tmpfs_size) == 0)
		return 0;
	error_set(err, 0, "NI_TMPFS_SIZE: '%s' is not a size", size);
	error_hint(err, "a size is a number of bytes with k, m, g or t after it, or a percentage: NI_TMPFS_SIZE=64M");
	return -1;
}

static int
add_specs(struct request *req, const char *text, enum origin origin, const char *from, struct error *err)
{
	return spec_list_parse(&req->specs, text, origin, from, err);
}

/*
 * A private, writable $HOME. In the script all of the root was a tmpfs that the program could write to, and so could
 * make its home there; here the root is read-only, and programs that insist on a home still need one.
 */
static int
add_home(struct request *req, struct error *err)
{
	const char *home = variable("HOME");
	_autofree_ char *quoted = NULL;
	_autofree_ char *spec = NULL;

	if (!home || home[0] != '/' || home[strspn(home, "/")] == '\0' || access(home, F_OK) < 0)
		return 0;
	quoted = spec_quote(home);
	spec = text_format("%s=none", quoted);
	return add_specs(req, spec, ORIGIN_DEFAULT, "the view of isolate.sh", err);
}

static int
set_specs(struct request *req, const char *mnt, struct error *err)
{
	const char *from = "the view of isolate.sh";
	const char *mntdirs = variable("MNTDIRS");
	size_t before;
	int ret;

	for (size_t i = 0; i < sizeof(view) / sizeof(view[0]); i++) {
		_autofree_ char *spec = text_format("ro:%s", view[i]);

		/* No machine has to have them all. */
		if (access(view[i], F_OK) == 0 && add_specs(req, spec, ORIGIN_DEFAULT, from, err) < 0)
			return -1;
	}
	if (add_specs(req, "/tmp=none", ORIGIN_DEFAULT, from, err) < 0 || add_home(req, err) < 0)
		return -1;

	before = req->specs.len;
	if (mnt)
		ret = add_specs(req, mnt, ORIGIN_OPTION, "--mnt", err);
	else
		ret = mntdirs ? add_specs(req, mntdirs, ORIGIN_OPTION, "MNTDIRS", err) : 0;
	if (ret < 0 || req->specs.len > before)
		return ret;
	return add_specs(req, ".", ORIGIN_OPTION, "the default '.'", err);
}

/* The script left the environment as it was, but for what it exported itself. */
static void
set_environment(struct request *req, const struct words *words)
{
	static const char *const users[] = { "USER", "LOGNAME" };

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		if (getenv(users[i]))
			request_add_env(req, ENV_SET, users[i], getenv(users[i]));
	/* For an isolate.sh inside. */
	if (words->mnt)
		request_add_env(req, ENV_SET, "MNTDIRS", words->mnt);
	if (words->verbose)
		request_add_env(req, ENV_SET, "VERBOSE", "1");
}

/*
 * The shell that runs inside, with the arguments as its own: there they are joined with blanks and read again as a
 * command. The shell stops at the first command that fails, as the script did, and so at the evaluated ones too.
 */
static void
set_command(struct request *req, char **words)
{
	const char *shell = access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
	const char *trace = req->verbose ? "set -ex" : "set -e";
	/* whoami comes from inside: it is for the user to see whom the program takes itself for. */
	const char *who = req->quiet ? "" : "printf '%s in %s\\n' \"$(whoami 2>/dev/null)\" \"$PWD\"\n";
	const char *what = req->quiet || !words[0] ? "" : "printf 'running command %s\\n' \"$*\"\n";
	/* Bash finds out $SHELL by itself where it is not set; others do not. */
	const char *run = words[0] ? "eval \"$@\"" : "exec \"${SHELL:-/bin/sh}\"";
	size_t n = 0, cap = 0;
	char **argv;

	while (words[n])
		n++;
	argv = array_grow(NULL, &cap, n + 5, sizeof(*argv));
	req->script_text = text_format("%s\n%s%s%s", trace, who, what, run);
	argv[0] = (char *)shell;
	argv[1] = (char *)"-c";
	argv[2] = req->script_text;
	argv[3] = (char *)"isolate.sh";
	memcpy(argv + 4, words, (n + 1) * sizeof(*words));
	req->argv = argv;
}

int
script_parse(int argc, char **argv, struct request *req, struct error *err)
{
	struct words words = { 0 };

	/* Before anything can fail: the messages are the script's. */
	req->script = true;
	log_set_program("isolate.sh");
	if (read_words(argv + (argc > 0 ? 1 : 0), &words, err) < 0)
		return -1;
	req->no_defaults = true;
	req->as = AS_ROOT;
	req->net = words.host_network ? NET_HOST : NET_NONE;
	req->verbose = words.verbose || variable("VERBOSE");
	req->quiet = variable("NI_QUIET") != NULL;
	if (words.base && words.base[0] != '\0')
		req->base = text_dup(words.base);
	/* The script entered the physical directory, and ended where that was not there. */
	req->chdir = getcwd(NULL, 0);
	if (!req->chdir)
		return error_set(err, errno, "cannot find out the current directory");
	if (set_tmpfs_size(req, err) < 0 || set_specs(req, words.mnt, err) < 0)
		return -1;
	set_environment(req, &words);
	set_command(req, words.argv);
	return 0;
}
