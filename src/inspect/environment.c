/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables of the environment that name paths, and what of it a sandbox lacks. */
#include "config.h"

#include "inspect/environment.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/rootpath.h"

enum { ELEMENTS_MAX = 256 };

#define ZONES "/usr/share/zoneinfo"

const struct environment_row environment_rows[] = {
	{ "PATH", ENVIRONMENT_LIST, NULL, NULL, true,
	  "programs in it are not found, or others of the same name run" },
	{ "LD_LIBRARY_PATH", ENVIRONMENT_LIST, NULL, NULL, true,
	  "libraries in it are not found, or others of the same name are loaded" },
	{ "LD_PRELOAD", ENVIRONMENT_LIST, NULL, NULL, false, "the loader complains, and goes on without it" },
	{ "PYTHONHOME", ENVIRONMENT_LIST, NULL, "python* ipython* jupyter*", false,
	  "python finds no library of its own" },
	{ "PYTHONPATH", ENVIRONMENT_LIST, NULL, "python* ipython* jupyter*", true,
	  "modules in it are not found, or others of the same name are imported" },
	{ "PYTHONUSERBASE", ENVIRONMENT_PATH, NULL, "python* ipython* jupyter*", true,
	  "packages in it are not found" },
	{ "CONDA_PREFIX", ENVIRONMENT_PATH, NULL, "conda mamba micromamba", true,
	  "the environment that is said to be active is not there" },
	{ "VIRTUAL_ENV", ENVIRONMENT_PATH, NULL, "poetry pip* uv", true,
	  "the environment that is said to be active is not there" },
	{ "TZ", ENVIRONMENT_TZ, "/etc/localtime", NULL, true, "times are told in UTC" },
	{ "TZDIR", ENVIRONMENT_PATH, NULL, NULL, true, "times are told in UTC" },
	{ "SSL_CERT_FILE", ENVIRONMENT_PATH, NULL, NULL, true, "no certificate can be verified" },
	{ "SSL_CERT_DIR", ENVIRONMENT_LIST, "/usr/lib/ssl/certs:/etc/ssl/certs:/etc/pki/tls/certs",
	  "curl wget git pip* conda mamba npm *ssl* https", true,
	  "the store of certificates is empty, and no certificate can be verified" },
	{ "REQUESTS_CA_BUNDLE", ENVIRONMENT_PATH, NULL, "python* ipython* jupyter* pip*", false,
	  "no certificate can be verified" },
	{ "CURL_CA_BUNDLE", ENVIRONMENT_PATH, NULL, "curl python* git", false, "no certificate can be verified" },
	{ "NODE_EXTRA_CA_CERTS", ENVIRONMENT_PATH, NULL, "node npm npx", true,
	  "certificates that it vouches for are refused" },
	{ "LOCPATH", ENVIRONMENT_LIST, NULL, NULL, false, "locales in it are not found" },
	{ "NLSPATH", ENVIRONMENT_LIST, NULL, NULL, true, "messages are not translated" },
	{ "TERMINFO", ENVIRONMENT_PATH, NULL, NULL, false, "the terminal may be unknown" },
	{ "MAGIC", ENVIRONMENT_PATH, NULL, "file", false, "types of files are not recognised" },
	{ "JUPYTER_PATH", ENVIRONMENT_LIST, NULL, "jupyter* python*", true,
	  "kernels and extensions in it are not found" },
	{ "JUPYTER_CONFIG_DIR", ENVIRONMENT_PATH, NULL, "jupyter* python*", true, "settings in it are not read" },
	{ "JUPYTER_CONFIG_PATH", ENVIRONMENT_LIST, NULL, "jupyter* python*", true, "settings in it are not read" },
	{ "JUPYTER_DATA_DIR", ENVIRONMENT_PATH, NULL, "jupyter* python*", true, "kernels in it are not found" },
	{ "JUPYTER_RUNTIME_DIR", ENVIRONMENT_PATH, NULL, "jupyter* python*", false,
	  "connection files cannot be shared" },
	{ "IPYTHONDIR", ENVIRONMENT_PATH, NULL, "ipython* jupyter* python*", true, "profiles in it are not found" },
	{ "MPLCONFIGDIR", ENVIRONMENT_PATH, NULL, "python* ipython* jupyter*", true, "settings in it are not read" },
	{ "MATPLOTLIBRC", ENVIRONMENT_PATH, NULL, "python* ipython* jupyter*", true, "settings in it are not read" },
	{ "FONTCONFIG_PATH", ENVIRONMENT_LIST, NULL, NULL, true, "fonts are not found" },
	{ "FONTCONFIG_FILE", ENVIRONMENT_PATH, NULL, NULL, true, "fonts are not found" },
	{ "R_HOME", ENVIRONMENT_PATH, NULL, "R Rscript", false, "R finds no library of its own" },
	{ "R_LIBS", ENVIRONMENT_LIST, NULL, "R Rscript", true, "packages in it are not found" },
	{ "R_LIBS_USER", ENVIRONMENT_LIST, NULL, "R Rscript", true, "packages in it are not found" },
	{ "R_LIBS_SITE", ENVIRONMENT_LIST, NULL, "R Rscript", true, "packages in it are not found" },
	{ "JAVA_HOME", ENVIRONMENT_PATH, NULL, "java javac mvn gradle ant sbt scala kotlin*", false,
	  "java is not found, or another one is" },
	{ "CLASSPATH", ENVIRONMENT_LIST, NULL, "java javac", false, "classes in it are not found" },
	{ "PERL5LIB", ENVIRONMENT_LIST, NULL, "perl*", false, "modules in it are not found" },
	{ "RUBYLIB", ENVIRONMENT_LIST, NULL, "ruby* irb rake", false, "libraries in it are not found" },
	{ "GEM_HOME", ENVIRONMENT_PATH, NULL, "ruby* gem bundle rake", true, "packages in it are not found" },
	{ "GEM_PATH", ENVIRONMENT_LIST, NULL, "ruby* gem bundle rake", true, "packages in it are not found" },
	{ "NODE_PATH", ENVIRONMENT_LIST, NULL, "node npm npx", false, "modules in it are not found" },
	{ "GOPATH", ENVIRONMENT_LIST, NULL, "go", true, "packages in it are fetched again" },
	{ "GOROOT", ENVIRONMENT_PATH, NULL, "go", false, "go finds no library of its own" },
	{ "CARGO_HOME", ENVIRONMENT_PATH, NULL, "cargo rustc", true, "packages in it are fetched again" },
	{ "RUSTUP_HOME", ENVIRONMENT_PATH, NULL, "cargo rustc rustup", false, "no compiler is found" },
	{ "JULIA_DEPOT_PATH", ENVIRONMENT_LIST, NULL, "julia", false, "packages in it are not found" },
	{ "LUA_PATH", ENVIRONMENT_PATH, NULL, "lua*", false, "modules in it are not found" },
	{ "MODULEPATH", ENVIRONMENT_LIST, NULL, NULL, false, "modules in it cannot be loaded" },
	{ "MODULESHOME", ENVIRONMENT_PATH, NULL, NULL, false, "the command module does not work" },
	{ "LMOD_CMD", ENVIRONMENT_PATH, NULL, NULL, false, "the command module does not work" },
	{ "CUDA_HOME", ENVIRONMENT_PATH, NULL, NULL, false, "programs that use the GPU do not find their tools" },
	{ "PKG_CONFIG_PATH", ENVIRONMENT_LIST, NULL, "pkg-config pkgconf cmake meson make configure", false,
	  "libraries are not found when a program is built" },
	{ "CPATH", ENVIRONMENT_LIST, NULL, "*cc *c++ *g++ clang* gcc* make", false, "headers in it are not found" },
	{ "LIBRARY_PATH", ENVIRONMENT_LIST, NULL, "*cc *c++ *g++ clang* gcc* make ld", false,
	  "libraries are not found when a program is built" },
	{ "CMAKE_PREFIX_PATH", ENVIRONMENT_LIST, NULL, "cmake make", false,
	  "libraries are not found when a program is built" },
	{ "GIT_CONFIG_GLOBAL", ENVIRONMENT_PATH, NULL, "git", true, "settings in it are not read" },
	{ "TMPDIR", ENVIRONMENT_PATH, NULL, NULL, false, "temporary files cannot be made, or are made elsewhere" },
	{ "BASH_ENV", ENVIRONMENT_PATH, NULL, "bash sh", true, "what it would set up is not" },
	{ "ENV", ENVIRONMENT_PATH, NULL, "sh dash ksh*", true, "what it would set up is not" },
};
const size_t environment_rows_len = sizeof environment_rows / sizeof *environment_rows;

void
environment_gaps_release(struct environment_gaps *gaps)
{
	for (size_t i = 0; i < gaps->len; i++)
		why_release(&gaps->items[i].why);
	free(gaps->items);
	*gaps = (struct environment_gaps){ 0 };
}

static const char *
variable_of(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; *env; env++)
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
			return *env + len + 1;
	return NULL;
}

struct visit {
	environment_visitor *visit;
	void *arg;
	const struct environment_row *row;
	const char *value;
};

static void
visit_list(const struct visit *visit, const char *list)
{
	int n = 0;

	for (const char *at = list; at && n < ELEMENTS_MAX; n++) {
		size_t len = strcspn(at, ":");
		_autofree_ char *element = text_ndup(at, len);

		/* What is relative means another directory to each program that reads it. */
		if (element[0] == '/')
			visit->visit(visit->row, visit->value, element, visit->arg);
		at = at[len] ? at + len + 1 : NULL;
	}
}

/* A zone by its name: only if there is such a file is it one, and not a rule ("EST5EDT" may be both). */
static void
visit_zone(const struct visit *visit, int outside, const char *dir)
{
	const char *name = visit->value[0] == ':' ? visit->value + 1 : visit->value;
	_autofree_ char *path = name[0] == '/' ? text_dup(name) : path_join(dir ? dir : ZONES, name);

	if (name[0] != '\0' && path[0] == '/' && rootpath_exists(outside, path))
		visit->visit(visit->row, visit->value, path, visit->arg);
}

void
environment_visit(int outside, char *const *env, environment_visitor *visitor, void *arg)
{
	for (size_t i = 0; i < environment_rows_len; i++) {
		const struct environment_row *row = &environment_rows[i];
		struct visit visit = { visitor, arg, row, variable_of(env, row->name) };

		if (!visit.value) {
			if (row->fallback)
				visit_list(&visit, row->fallback);
		} else if (row->form == ENVIRONMENT_TZ) {
			visit_zone(&visit, outside, variable_of(env, "TZDIR"));
		} else if (row->form == ENVIRONMENT_LIST) {
			visit_list(&visit, visit.value);
		} else if (visit.value[0] == '/') {
			visitor(row, visit.value, visit.value, arg);
		}
	}
}

struct search {
	const struct why_query *query;
	struct environment_gaps *gaps;
};

/* A gap is what is outside and cannot be had inside. */
static void
look_at(const struct environment_row *row, const char *value, const char *path, void *arg)
{
	const struct search *search = arg;
	struct environment_gaps *gaps = search->gaps;
	struct why why;

	why_ask(search->query, path, &why);
	/* What is to be read only is no gap, nor is what somebody may yet make. */
	if (why_is_innocent(&why) || why.kind == WHY_READ_ONLY || why.creating) {
		why_release(&why);
		return;
	}
	for (size_t i = 0; i < gaps->len; i++) {
		if (gaps->items[i].row == row && strcmp(gaps->items[i].why.path, why.path) == 0) {
			why_release(&why);
			return;
		}
	}
	gaps->items = array_grow(gaps->items, &gaps->cap, gaps->len + 1, sizeof *gaps->items);
	gaps->items[gaps->len++] = (struct environment_gap){ row, value, why };
}

void
environment_find(const struct why_query *query, char *const *env, struct environment_gaps *ret)
{
	struct search search = { query, ret };

	*ret = (struct environment_gaps){ 0 };
	environment_visit(query->outside, env, look_at, &search);
}

char *
environment_sentence(const struct environment_gap *gap)
{
	const struct why *why = &gap->why;
	const char *effect = gap->row->effect;
	bool beyond = why->kind == WHY_LINK && why->place;

	if (!gap->value && beyond)
		return text_format("'%s', which is read where %s is not set, leads to '%s', which exists outside and "
				   "not "
				   "inside: %s",
				   why->path, gap->row->name, why->place, effect);
	if (!gap->value)
		return text_format("'%s', which is read where %s is not set, exists outside and not inside: %s",
				   why->path, gap->row->name, effect);
	if (beyond)
		return text_format("'%s', which %s names, leads to '%s', which exists outside and not inside: %s",
				   why->path, gap->row->name, why->place, effect);
	return text_format("'%s', which %s names, exists outside and not inside: %s", why->path, gap->row->name,
			   effect);
}
