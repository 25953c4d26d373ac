/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * isolate-kernelspec: writes a Jupyter kernelspec that starts a kernel in a sandbox. A program of its own, because it
 * reads and writes JSON by a library; isolate executes it for --kernelspec and :save kernelspec.
 *
 *	isolate-kernelspec wrap EXISTING NAME ISOLATE [OPTION]…
 *	isolate-kernelspec python PYTHON NAME ISOLATE [OPTION]…
 *
 * `wrap` copies the kernelspec EXISTING (a name, or a directory: then with a slash) with all that is in it; `python`
 * makes one for an ipykernel of PYTHON. Either gets an argv that begins with ISOLATE and the options, and makes the
 * connection file visible and writable. It is written beside its place and then renamed: there is never half of one.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "base/xdg.h"

/* What Jupyter puts the path of the connection file, and of the kernelspec's directory, in the place of. */
#define CONNECTION_FILE "{connection_file}"
#define RESOURCE_DIR "{resource_dir}"

/* No file of a kernelspec that is copied is larger: they are logos. */
enum { COPY_MAX = 16 << 20 };

static void
cleanup_json(json_t **json)
{
	json_decref(*json);
}
#define _autojson_ __attribute__((cleanup(cleanup_json)))

/* The user's own data directory of Jupyter; NULL without a home. The caller frees. */
static char *
data_directory(void)
{
	const char *own = getenv("JUPYTER_DATA_DIR");

	return own && own[0] == '/' ? text_dup(own) : xdg_path("XDG_DATA_HOME", ".local/share", "jupyter");
}

static bool
is_kernelspec(const char *directory)
{
	_autofree_ char *file = path_join(directory, "kernel.json");

	return access(file, F_OK) == 0;
}

/* DATA/kernels/NAME if it is one, else NULL. */
static char *
kernelspec_in(const char *data, const char *name)
{
	_autofree_ char *directory = text_format("%s/kernels/%s", data, name);

	return is_kernelspec(directory) ? take_ptr(directory) : NULL;
}

/* In each directory of a list as in PATH, with `below` behind it. */
static char *
kernelspec_in_list(const char *list, const char *below, const char *name)
{
	_autofree_ char *copy = text_dup(list ? list : "");
	char *rest = copy, *found = NULL;

	for (char *dir = strsep(&rest, ":"); dir && !found; dir = strsep(&rest, ":")) {
		_autofree_ char *data = path_join(dir, below);

		if (dir[0] == '/')
			found = kernelspec_in(data, name);
	}
	return found;
}

/*
 * Where Jupyter would find it. It also looks below the prefix of the Python that it runs in itself, which is above a
 * directory of PATH.
 */
static char *
find_kernelspec(const char *name, struct error *err)
{
	_autofree_ char *own = data_directory();
	char *found;

	if (strchr(name, '/')) {
		if (is_kernelspec(name))
			return text_dup(name);
		error_set(err, ENOENT, "cannot read '%s/kernel.json'", name);
		return NULL;
	}
	found = kernelspec_in_list(getenv("JUPYTER_PATH"), ".", name);
	if (!found && own)
		found = kernelspec_in(own, name);
	if (!found)
		found = kernelspec_in_list(getenv("PATH"), "../share/jupyter", name);
	if (!found)
		found = kernelspec_in_list("/usr/local/share/jupyter:/usr/share/jupyter", ".", name);
	if (!found) {
		error_set(err, 0, "there is no kernelspec '%s'", name);
		error_hint(err, "'jupyter kernelspec list' names those that there are; a directory is given with a "
				"slash");
	}
	return found;
}

/* The full path of a program, as the front end would find it; NULL with err filled. */
static char *
find_program(const char *name, struct error *err)
{
	_autofree_ char *list = text_dup(getenv("PATH") ? getenv("PATH") : "/usr/local/bin:/usr/bin:/bin");
	char *rest = list;

	if (name[0] == '/' || strncmp(name, RESOURCE_DIR "/", sizeof RESOURCE_DIR) == 0)
		return text_dup(name);
	for (char *dir = strsep(&rest, ":"); dir && !strchr(name, '/'); dir = strsep(&rest, ":")) {
		_autofree_ char *path = path_join(dir, name);

		if (dir[0] == '/' && access(path, X_OK) == 0)
			return take_ptr(path);
	}
	error_set(err, 0, "the kernel's program '%s' was not found on PATH", name);
	error_hint(err, "run this where the kernel works, with its environment active");
	return NULL;
}

static bool
names(json_t *argv, const char *what)
{
	size_t i;
	json_t *word;

	json_array_foreach(argv, i, word)
		if (json_is_string(word) && strstr(json_string_value(word), what))
			return true;
	return false;
}

/* The kernel's own argv behind isolate and the options. NULL with err filled. */
static json_t *
wrap_argv(json_t *argv, char **isolate, struct error *err)
{
	const char *program = json_string_value(json_array_get(argv, 0));
	_autofree_ char *path = NULL;
	_autojson_ json_t *wrapped = json_array();
	size_t i;
	json_t *word;

	if (!program) {
		error_set(err, 0, "its kernel.json has no argv");
		return NULL;
	}
	if (strncmp(path_name(program), "isolate", 7) == 0) {
		error_set(err, 0, "it starts its kernel in a sandbox already");
		return NULL;
	}
	path = find_program(program, err);
	if (!path)
		return NULL;
	for (char **option = isolate; *option; option++)
		json_array_append_new(wrapped, json_string(*option));
	/* The quotes are the spec's: there may be a blank in the path. */
	if (names(argv, RESOURCE_DIR)) {
		json_array_append_new(wrapped, json_string("-m"));
		json_array_append_new(wrapped, json_string("ro:'" RESOURCE_DIR "'"));
	}
	if (names(argv, CONNECTION_FILE)) {
		json_array_append_new(wrapped, json_string("-m"));
		json_array_append_new(wrapped, json_string("'" CONNECTION_FILE "'"));
	}
	json_array_append_new(wrapped, json_string("--"));
	json_array_append_new(wrapped, json_string(path));
	json_array_foreach(argv, i, word)
		if (i > 0)
			json_array_append(wrapped, word);
	return take_ptr(wrapped);
}

static json_t *
wrap_existing(const char *directory, char **isolate, struct error *err)
{
	_autofree_ char *file = path_join(directory, "kernel.json");
	_autofree_ char *display = NULL;
	json_error_t why;
	_autojson_ json_t *kernel = json_load_file(file, JSON_REJECT_DUPLICATES, &why);
	const char *name;
	json_t *argv;

	if (!json_is_object(kernel)) {
		_autofree_ char *text = kernel ? text_dup("it is no object")
					       : text_format("%s, line %d", why.text, why.line);

		error_set(err, 0, "cannot read '%s': %s", file, text);
		return NULL;
	}
	argv = wrap_argv(json_object_get(kernel, "argv"), isolate, err);
	if (!argv) {
		error_context(err, "cannot wrap '%s'", directory);
		return NULL;
	}
	json_object_set_new(kernel, "argv", argv);
	name = json_string_value(json_object_get(kernel, "display_name"));
	display = text_format("%s (isolated)", name ? name : path_name(directory));
	json_object_set_new(kernel, "display_name", json_string(display));
	return take_ptr(kernel);
}

static json_t *
make_for_python(const char *python, const char *name, char **isolate, struct error *err)
{
	_autofree_ char *display = text_format("Python (%s)", name);
	_autojson_ json_t *own = json_pack("[s,s,s,s,s]", python, "-m", "ipykernel_launcher", "-f", CONNECTION_FILE);
	json_t *argv = wrap_argv(own, isolate, err);

	if (!argv)
		return NULL;
	return json_pack("{s:o,s:s,s:s,s:{s:b}}", "argv", argv, "display_name", display, "language", "python",
			 "metadata", "debugger", 1);
}

static int
copy_file(int from, int to, const char *name)
{
	_autoclose_ int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_autoclose_ int out = -1;
	char buffer[1 << 14];
	struct stat st;
	ssize_t n;

	if (in < 0 || fstat(in, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > COPY_MAX)
		return 0;
	/* A script beside it is to stay one. */
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st.st_mode & S_IXUSR ? 0755 : 0644);
	if (out < 0)
		return -errno;
	while ((n = read(in, buffer, sizeof buffer)) > 0)
		if (write(out, buffer, (size_t)n) != n)
			return errno ? -errno : -EIO;
	return n < 0 ? -errno : 0;
}

/* The logos and whatever else lies beside kernel.json. */
static int
copy_others(const char *directory, int to, struct error *err)
{
	_autoclosedir_ DIR *dir = opendir(directory);

	if (!dir)
		return error_set(err, errno, "cannot read '%s'", directory);
	for (struct dirent *entry; (entry = readdir(dir));) {
		int r;

		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "kernel.json") == 0)
			continue;
		r = copy_file(dirfd(dir), to, entry->d_name);
		if (r < 0)
			return error_set(err, -r, "cannot copy '%s/%s'", directory, entry->d_name);
	}
	return 0;
}

static void
remove_directory(const char *path)
{
	_autoclosedir_ DIR *dir = opendir(path);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		unlinkat(dirfd(dir), entry->d_name, 0);
	rmdir(path);
}

/* `like` is the directory to copy the rest from, or NULL. */
static int
fill(const char *path, json_t *kernel, const char *like, struct error *err)
{
	_autoclose_ int dir = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	_autofree_ char *file = path_join(path, "kernel.json");
	FILE *f;
	bool failed;

	if (dir < 0 || fchmod(dir, 0755) < 0)
		return error_set(err, errno, "cannot open '%s'", path);
	if (like && copy_others(like, dir, err) < 0)
		return -1;
	f = fopen(file, "we");
	if (!f)
		return error_set(err, errno, "cannot write '%s'", file);
	failed = json_dumpf(kernel, f, JSON_INDENT(1) | JSON_ENSURE_ASCII) < 0 || fputc('\n', f) == EOF;
	if (fclose(f) != 0 || failed)
		return error_set(err, errno, "cannot write '%s'", file);
	return 0;
}

static int
install(json_t *kernel, const char *name, const char *like, struct error *err)
{
	_autofree_ char *data = data_directory();
	_autofree_ char *kernels = data ? path_join(data, "kernels") : NULL;
	_autofree_ char *place = kernels ? path_join(kernels, name) : NULL;
	_autofree_ char *scratch = kernels ? text_format("%s/.%s.XXXXXX", kernels, name) : NULL;
	int r;

	if (!place)
		return error_set(err, 0, "there is no place for kernelspecs: HOME is not set");
	if (file_make_directories(kernels, 0777, err) < 0)
		return -1;
	if (!mkdtemp(scratch))
		return error_set(err, errno, "cannot make a directory in '%s'", kernels);
	r = fill(scratch, kernel, like, err);
	if (r == 0 && rename(scratch, place) < 0) {
		r = error_set(err, errno, "cannot write the kernelspec '%s'", place);
		if (err->code == ENOTEMPTY || err->code == EEXIST)
			error_hint(err, "there is one of that name: 'jupyter kernelspec remove %s', or choose another",
				   name);
	}
	if (r < 0)
		remove_directory(scratch);
	else
		printf("kernelspec '%s' is in %s\n", name, place);
	return r;
}

static int
check_name(const char *name, struct error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (*name != '\0' && *name != '.' && name[strspn(name, letters)] == '\0')
		return 0;
	error_set(err, 0, "'%s' is no name of a kernelspec", name);
	error_hint(err, "letters, digits, '.', '_' and '-'");
	return -1;
}

static int
run(char **argv, struct error *err)
{
	const char *verb = argv[1], *what = argv[2], *name = argv[3];
	_autofree_ char *directory = NULL;
	_autojson_ json_t *kernel = NULL;

	if (check_name(name, err) < 0)
		return -1;
	if (strcmp(verb, "wrap") == 0) {
		directory = find_kernelspec(what, err);
		kernel = directory ? wrap_existing(directory, argv + 4, err) : NULL;
	} else {
		kernel = make_for_python(what, name, argv + 4, err);
	}
	return kernel ? install(kernel, name, directory, err) : -1;
}

int
main(int argc, char **argv)
{
	_autoerror_ struct error err = ERROR_INIT;

	if (argc < 5 || (strcmp(argv[1], "wrap") != 0 && strcmp(argv[1], "python") != 0)) {
		fputs("usage: isolate-kernelspec wrap|python WHAT NAME ISOLATE [OPTION]...\n"
		      "isolate --kernelspec and :save kernelspec call it.\n", stderr);
		return STATUS_FAILED;
	}
	if (run(argv, &err) == 0)
		return fflush(stdout) == 0 ? 0 : STATUS_FAILED;
	error_print(&err, stderr, "isolate");
	return err.status;
}
