/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The default view.
 *
 * In /etc the rule is: what programs need to run as they do outside, and never what could be a secret. So there is no
 * row for settings that may hold a password or a token (wgetrc, gitconfig, pip.conf, environment, profile.d, maven,
 * php), and none for a whole directory of which a part is private (ssl, pki). Permissions hold inside as outside. A row
 * of something that a machine does not have costs nothing, and of most others no system call: /etc is listed once.
 */
#include "config.h"

#include "sandbox/defaults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"

#define TREE(path, reason) { DEFAULT_TREE, WHEN_VIEW, path, NULL, reason }
#define ETC(name, reason) { DEFAULT_ETC, WHEN_VIEW, "/etc/" name, NULL, reason }
#define ETC_LIKE(name, reason) { DEFAULT_ETC_LIKE, WHEN_VIEW, "/etc/" name, NULL, reason }
#define DEVICE(name, reason) { DEFAULT_DEVICE, WHEN_ALWAYS, "/dev/" name, NULL, reason }
#define LINK(when, path, target, reason) { DEFAULT_LINK, when, path, target, reason }

const struct default_row default_rows[] = {
	TREE("/usr", "programs and libraries"),
	TREE("/bin", "programs; a link to usr/bin on most systems"),
	TREE("/sbin", "programs; a link to usr/sbin or usr/bin on most systems"),
	TREE("/lib", "libraries and loaders; a link to usr/lib on most systems"),
	TREE("/lib32", "libraries of 32-bit programs"),
	TREE("/lib64", "the ELF loader's name on x86-64 and others"),
	TREE("/libx32", "libraries of x32 programs"),

	{ DEFAULT_PROC, WHEN_ALWAYS, "/proc", NULL, "loaders expand $ORIGIN through it; with the pids of inside" },

	{ DEFAULT_DIR, WHEN_ALWAYS, "/dev", NULL, "the few devices that all programs take for granted" },
	DEVICE("full", "always full: tests of error handling"),
	DEVICE("null", "programs redirect to it"),
	DEVICE("random", "random numbers"),
	DEVICE("tty", "the controlling terminal, whichever that is"),
	DEVICE("urandom", "random numbers"),
	DEVICE("zero", "memory and files of zeros"),
	LINK(WHEN_ALWAYS, "/dev/fd", "/proc/self/fd", "<(…) in shells"),
	LINK(WHEN_ALWAYS, "/dev/ptmx", "pts/ptmx", "new terminals come from the sandbox's own devpts"),
	LINK(WHEN_ALWAYS, "/dev/stderr", "/proc/self/fd/2", "scripts write to it"),
	LINK(WHEN_ALWAYS, "/dev/stdin", "/proc/self/fd/0", "scripts read from it"),
	LINK(WHEN_ALWAYS, "/dev/stdout", "/proc/self/fd/1", "scripts write to it"),
	{ DEFAULT_DEVPTS, WHEN_ALWAYS, "/dev/pts", NULL, "terminals; the host's are the users' own" },
	{ DEFAULT_PRIVATE, WHEN_ALWAYS, "/dev/shm", NULL, "POSIX shared memory; the host's is open to all" },

	{ DEFAULT_PRIVATE, WHEN_SCRIPT, "/tmp", NULL, "temporary files; the host's holds other programs' sockets" },
	{ DEFAULT_HOME, WHEN_VIEW, NULL, NULL, "histories, caches, settings: kept out, and not missed" },

	{ DEFAULT_PASSWD, WHEN_SCRIPT, "/etc/passwd", NULL, "getpwuid(3): shells, ssh, git, Python's getpass" },
	{ DEFAULT_GROUP, WHEN_VIEW, "/etc/group", NULL, "getgrgid(3): ls, id" },
	LINK(WHEN_VIEW, "/etc/mtab", "/proc/self/mounts", "getmntent(3) in df and others"),

	ETC("R", "R's own start-up files, linked from its library"),
	ETC("alternatives", "Debian's awk, java, libblas, … are links that lead through it"),
	ETC("bash.bashrc", "Debian: prompt and completion of interactive bash"),
	ETC("bashrc", "Fedora: the same"),
	ETC("ca-certificates/extracted", "Arch: certificates of the authorities"),
	ETC("crypto-policies", "Fedora: included by the settings of OpenSSL, GnuTLS, Java"),
	ETC("csh", "tcsh: listed by csh.cshrc, which complains where it is not there"),
	ETC("csh.cshrc", "tcsh: path and prompt"),
	ETC("csh.login", "tcsh: of login shells"),
	ETC("default/locale", "the system's language"),
	ETC("dictionaries-common", "Debian: /usr/share/dict/words leads through it"),
	ETC("fish", "fish: system-wide settings"),
	ETC("fonts", "fontconfig: without it no text in pictures"),
	ETC("gai.conf", "getaddrinfo(3): order of addresses"),
	ETC("gitconfig", "git: system-wide settings"),
	ETC("glvnd", "OpenGL: which driver"),
	ETC("gnutls", "GnuTLS: allowed algorithms"),
	ETC("groff", "Debian: linked from groff's macros, which man uses"),
	ETC("host.conf", "resolver"),
	ETC("hosts", "resolver: localhost"),
	ETC("inputrc", "readline: the keys of shells"),
	ETC("ipython", "IPython kernels: system-wide settings"),
	ETC("julia", "Julia: start-up file, linked from its library"),
	ETC("ld.so.cache", "where the loader finds libraries outside of /usr/lib"),
	ETC("ld.so.conf", "where the linker finds them"),
	ETC("ld.so.conf.d", "included by ld.so.conf"),
	ETC("locale.alias", "names of languages, linked from /usr/share/locale"),
	ETC("locale.conf", "the system's language"),
	ETC("localtime", "the time zone; without it all is UTC"),
	ETC("lsb-release", "which system this is"),
	ETC("mailcap", "which program shows what"),
	ETC("man_db.conf", "Fedora: man does not start without it"),
	ETC("manpath.config", "Debian: the same"),
	ETC("matplotlibrc", "Debian: `import matplotlib` fails without it"),
	ETC("mime.types", "Python's mimetypes, web servers"),
	ETC("mkshrc", "mksh: prompt and aliases"),
	ETC("nanorc", "nano: colours and keys"),
	ETC("networks", "getnetent(3)"),
	ETC("nsswitch.conf", "where users, hosts and services are looked up"),
	ETC("octave.conf", "Octave: start-up file, linked from its library"),
	ETC("os-release", "which system this is; a link into /usr on most"),
	ETC("pki/ca-trust/extracted", "Fedora: certificates of the authorities"),
	ETC("pki/java", "Fedora: the same for Java, links into ca-trust"),
	ETC("pki/tls/cert.pem", "Fedora: the same, a link"),
	ETC("pki/tls/certs", "Fedora: the same, links"),
	ETC("pki/tls/openssl.cnf", "Fedora: OpenSSL's settings"),
	ETC("profile", "PATH and prompt of login shells"),
	ETC("protocols", "getprotobyname(3)"),
	ETC("redhat-release", "which system this is"),
	ETC("resolv.conf", "resolver; often a link to a file in /run, which is brought along"),
	ETC("screenrc", "screen: system-wide settings"),
	ETC("services", "getservbyname(3)"),
	ETC("ssl/ca-bundle.pem", "SUSE: certificates of the authorities"),
	ETC("ssl/cert.pem", "Alpine: the same"),
	ETC("ssl/certs", "certificates of the authorities; not ssl/private"),
	ETC("ssl/openssl.cnf", "OpenSSL's settings"),
	ETC("system-release", "which system this is"),
	ETC("terminfo", "terminals that the administrator added"),
	ETC("timezone", "Debian: name of the time zone"),
	ETC("tmux.conf", "tmux: system-wide settings"),
	ETC("vim", "Debian: linked from vim's own directory"),
	ETC("vimrc", "Fedora: vim's settings"),
	ETC("vulkan", "Vulkan: which driver"),
	ETC("yashrc", "yash: prompt and aliases"),
	ETC("zsh", "Debian: zsh, system-wide settings"),
	ETC("zshenv", "Fedora: the same"),
	ETC("zshrc", "Fedora: the same"),

	ETC_LIKE("ImageMagick", "what convert may read and how much memory it may take"),
	ETC_LIKE("OpenCL", "which drivers"),
	ETC_LIKE("java", "Java's own settings, linked from its directory: it does not start without"),
	ETC_LIKE("python3", "Debian: sitecustomize.py is a link to it"),
};
const size_t default_rows_len = sizeof default_rows / sizeof *default_rows;

static const size_t etc_prefix = sizeof "/etc/" - 1;

/* What the rows are added with. */
struct defaults {
	struct draft *draft;
	const struct request *req;
	const struct identity *identity;
	char *etc;  /* physical path of /etc */
	int etc_fd; /* to list it, or -1 */
	char *home; /* physical path of the private home directory, if there is one */
};

static bool
counts(const struct default_row *row, const struct request *req)
{
	if (row->when == WHEN_VIEW)
		return !req->no_defaults && !req->script;
	return row->when == WHEN_ALWAYS || req->script || !req->no_defaults;
}

static void
add_bind(struct defaults *d, char *path, mode_t mode, unsigned attrs, unsigned flags)
{
	struct draft_entry *entry = draft_add(d->draft, PLAN_BIND, path, RANK_DEFAULT, flags | DRAFT_VIEW);

	entry->e.source = text_dup(path);
	entry->e.is_dir = S_ISDIR(mode);
	entry->e.attrs = attrs;
	entry->outside = mode;
}

/* The links on the way and what they lead to. */
static void
add_walked(struct defaults *d, const char *path, unsigned flags)
{
	struct view view;
	int r = view_walk(path, NULL, &view);

	if (r == 0 && view.mode != 0) {
		draft_add_stops(d->draft, &view, RANK_DEFAULT, flags | DRAFT_VIEW, NULL);
		add_bind(d, take_ptr(view.path), view.mode, PLAN_RO, flags);
	}
	view_release(&view);
}

/*
 * A name in /etc that a row matches. Its type is in the listing, unless it is a link or the row is about something in
 * it.
 */
static void
add_etc(struct defaults *d, const struct default_row *row, const struct dirent *found)
{
	const char *name = row->kind == DEFAULT_ETC_LIKE ? found->d_name : row->path + etc_prefix;
	char *path = path_join(d->etc, name);

	if (found->d_type == DT_UNKNOWN || found->d_type == DT_LNK || strchr(name, '/')) {
		add_walked(d, path, DRAFT_YIELDS);
		free(path);
	} else {
		add_bind(d, path, DTTOIF(found->d_type), PLAN_RO, DRAFT_YIELDS);
	}
}

/* The order of a name to the first component of a row's path in /etc. */
static int
compare_first(const char *name, const struct default_row *row)
{
	const char *row_name = row->path + etc_prefix;

	while (*name != '\0' && *name == *row_name) {
		name++;
		row_name++;
	}
	return (unsigned char)*name - (*row_name == '/' ? 0 : (unsigned char)*row_name);
}

/* First row of DEFAULT_ETC whose path does not come before the name: bisection, for /etc has more names than rows. */
static const struct default_row *
first_etc_row(const struct default_row *from, const struct default_row *to, const char *name)
{
	while (from < to) {
		const struct default_row *middle = from + (to - from) / 2;

		if (compare_first(name, middle) > 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static void
match_etc(struct defaults *d, const struct default_row *from, const struct default_row *to, const struct dirent *found)
{
	const char *name = found->d_name;

	for (const struct default_row *row = first_etc_row(from, to, name); row < to; row++) {
		if (compare_first(name, row) != 0)
			break;
		add_etc(d, row, found);
	}
	for (const struct default_row *row = default_rows + default_rows_len - 1; row->kind == DEFAULT_ETC_LIKE; row--)
		if (row->path[etc_prefix] == name[0] &&
		    strncmp(name, row->path + etc_prefix, strlen(row->path + etc_prefix)) == 0)
			add_etc(d, row, found);
}

static void
add_all_etc(struct defaults *d)
{
	const struct default_row *from = default_rows;
	const struct default_row *to;
	_autoclosedir_ DIR *dir = d->etc_fd >= 0 ? fdopendir(d->etc_fd) : NULL;
	const struct dirent *entry;

	if (!dir) {
		log_verbose("'%s' cannot be listed: the default view has nothing of it", d->etc);
		return;
	}
	d->etc_fd = -1;
	while (from->kind != DEFAULT_ETC)
		from++;
	for (to = from; to->kind == DEFAULT_ETC; to++)
		;
	while ((entry = readdir(dir)))
		match_etc(d, from, to, entry);
}

/* Where /etc is a link, its rows belong to the place that it leads to. */
static void
find_etc(struct defaults *d)
{
	struct view view;

	d->etc_fd = open("/etc", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->etc_fd >= 0 || view_walk("/etc", NULL, &view) < 0) {
		d->etc = text_dup("/etc");
		return;
	}
	draft_add_stops(d->draft, &view, RANK_DEFAULT, DRAFT_VIEW, NULL);
	d->etc = take_ptr(view.path);
	d->etc_fd = open(d->etc, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	view_release(&view);
}

static void
add_device(struct defaults *d, const struct default_row *row)
{
	struct stat st;

	if (lstat(row->path, &st) < 0)
		return;
	/* A file of this name would give back what was written to it. */
	if (!S_ISCHR(st.st_mode)) {
		log_note("'%s' is no device on this machine, and is left out", row->path);
		return;
	}
	add_bind(d, text_dup(row->path), st.st_mode, PLAN_DEV, 0);
}

static struct draft_entry *
add_private(struct defaults *d, const char *path, unsigned mode, unsigned flags)
{
	struct view view;
	struct draft_entry *entry;

	if (view_walk(path, NULL, &view) < 0) {
		log_verbose("the private '%s' is left out: %s", path, strerror(view.why));
		view_release(&view);
		return NULL;
	}
	draft_add_stops(d->draft, &view, RANK_DEFAULT, DRAFT_VIEW, NULL);
	entry = draft_add(d->draft, PLAN_TMPFS, take_ptr(view.path), RANK_DEFAULT, flags | DRAFT_VIEW);
	entry->e.mode = mode;
	if (d->req->host_visible && S_ISDIR(view.mode) && !path_is_below(entry->e.path, "/dev"))
		entry->e.source = text_dup(entry->e.path);
	entry->outside = view.mode != 0 || view.why == ENOENT ? view.mode : OUTSIDE_UNKNOWN;
	view_release(&view);
	return entry;
}

/* Accounts of services live in /bin, /dev, /: an empty directory there would hide what all programs need. */
static bool
is_system_place(const char *path)
{
	for (size_t i = 0; i < default_rows_len; i++) {
		enum default_kind kind = default_rows[i].kind;

		if ((kind == DEFAULT_TREE || kind == DEFAULT_PROC || kind == DEFAULT_DIR) &&
		    path_is_below(path, default_rows[i].path))
			return true;
	}
	return strcmp(path, "/") == 0 || path_is_below(path, "/etc");
}

static void
add_home(struct defaults *d)
{
	const char *home = d->identity->home;
	const struct draft_entry *entry;

	if (is_system_place(home)) {
		log_verbose("the home directory '%s' is a place of the system and stays what it is", home);
		return;
	}
	entry = add_private(d, home, 0700, DRAFT_KEEP);
	if (entry)
		d->home = text_dup(entry->e.path);
}

/* Contents are put in when the rest of the plan is known: which shell there is. */
static void
add_file(struct defaults *d, const struct default_row *row)
{
	unsigned yields = d->identity->local ? DRAFT_YIELDS : 0;

	draft_add(d->draft, PLAN_FILE, path_join(d->etc, row->path + etc_prefix), RANK_DEFAULT, DRAFT_VIEW | yields);
}

static void
add_row(struct defaults *d, const struct default_row *row)
{
	struct draft_entry *entry;

	switch (row->kind) {
	case DEFAULT_TREE:
		add_walked(d, row->path, 0);
		break;
	case DEFAULT_PROC:
		entry = draft_add(d->draft, PLAN_PROC, text_dup(row->path), RANK_DEFAULT, DRAFT_VIEW | DRAFT_VITAL);
		entry->outside = OUTSIDE_UNKNOWN;
		break;
	case DEFAULT_DIR:
		draft_add(d->draft, PLAN_DIR, text_dup(row->path), RANK_DEFAULT, DRAFT_VIEW | DRAFT_VITAL);
		break;
	case DEFAULT_DEVICE:
		add_device(d, row);
		break;
	case DEFAULT_LINK:
		entry = draft_add(d->draft, PLAN_SYMLINK, text_dup(row->path), RANK_DEFAULT, DRAFT_VIEW);
		entry->e.content = text_dup(row->target);
		break;
	case DEFAULT_DEVPTS:
		draft_add(d->draft, PLAN_DEVPTS, text_dup(row->path), RANK_DEFAULT, DRAFT_VIEW | DRAFT_VITAL);
		break;
	case DEFAULT_PRIVATE:
		add_private(d, row->path, 01777, 0);
		break;
	case DEFAULT_HOME:
		add_home(d);
		break;
	case DEFAULT_PASSWD:
	case DEFAULT_GROUP:
		add_file(d, row);
		break;
	case DEFAULT_ETC:
	case DEFAULT_ETC_LIKE:
		break;
	}
}

char *
defaults_add(struct draft *draft, const struct request *req, const struct identity *identity)
{
	struct defaults d = { .draft = draft, .req = req, .identity = identity };

	find_etc(&d);
	for (size_t i = 0; i < default_rows_len; i++)
		if (counts(&default_rows[i], req))
			add_row(&d, &default_rows[i]);
	if (!req->no_defaults && !req->script)
		add_all_etc(&d);
	if (d.etc_fd >= 0)
		close(d.etc_fd);
	free(d.etc);
	return d.home;
}
