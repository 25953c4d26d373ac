/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a program cannot start inside: the sentences. */
#include "config.h"

#include "inspect/execchain.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"
#include "inspect/chain.h"

/* A sentence under way: who asks, what was found. */
struct report {
	const struct execchain_query *query;
	const struct chain *chain;
	const struct fault *fault;
};

static bool
ends_with_cr(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && name[len - 1] == '\r';
}

/* True if what asks for the file at fault is the program itself, and not something further down the chain. */
static bool
asked_by_program(const struct report *report)
{
	const char *by = report->fault->by;

	return by && strcmp(path_name(by), path_name(report->query->program)) == 0;
}

/* The file at fault, as the subject of a sentence. The caller frees. */
static char *
describe_subject(const struct report *report)
{
	const struct fault *fault = report->fault;
	bool its = asked_by_program(report);

	switch (fault->role) {
	case ROLE_PROGRAM:
		/* The place, where PATH has found it. */
		return strchr(report->query->program, '/') ? text_dup("it") : text_format("'%s'", fault->path);
	case ROLE_INTERPRETER:
		return its ? text_format("its interpreter '%s' (line 1)", fault->path)
			   : text_format("the interpreter '%s' of '%s' (line 1)", fault->path, fault->by);
	case ROLE_COMMAND:
		return its ? text_format("'%s', which env runs for its first line,", fault->path)
			   : text_format("'%s', which env runs for the first line of '%s',", fault->path, fault->by);
	case ROLE_HANDED_OVER:
		return text_format("'%s', which '%s' hands over to,", fault->path, fault->by);
	case ROLE_LOADER:
		return its ? text_format("its ELF loader '%s'", fault->path)
			   : text_format("the ELF loader '%s' of '%s'", fault->path, fault->by);
	}
	return text_dup("it");
}

/* "exists outside and not inside" and its like. */
static const char *
where_it_is(enum outside outside)
{
	switch (outside) {
	case OUTSIDE_GOOD:
		return "exists outside and not inside";
	case OUTSIDE_SAME_FAULT:
		return "does not exist inside, and what is there outside cannot be executed either";
	case OUTSIDE_MISSING:
		break;
	}
	return "exists neither inside nor outside";
}

/* True if it is the link's own target that is missing, and not something that was looked for beyond it. */
static bool
is_dead(const struct rootpath *inside, const char *link)
{
	_autofree_ char *parent = path_parent(link);
	_autofree_ char *target = path_absolute(parent, inside->target);

	return path_is_below(target, inside->place);
}

/* Why the walk to the file failed, as a predicate. The caller frees. */
static char *
describe_missing(const struct report *report)
{
	const struct rootpath *inside = &report->fault->inside;
	const char *link = inside->links_len > 0 ? inside->links[inside->links_len - 1] : NULL;
	const char *where = where_it_is(report->fault->outside);
	_autofree_ char *parent = path_parent(inside->place);
	bool dead = link && is_dead(inside, link);

	switch (inside->status) {
	case -ENOTDIR:
		return text_format("is not there: '%s' is not a directory inside", inside->place);
	case -ELOOP:
		return text_format("is not there: too many symbolic links, the last of them '%s'",
				   link ? link : inside->place);
	case -EACCES:
		return text_format("cannot be reached: no permission to search '%s'", parent);
	case -ENOENT:
		break;
	default:
		return text_format("cannot be reached at '%s': %s", inside->place, strerror(-inside->status));
	}
	if (!dead && inside->last)
		return text_dup(where);
	if (!dead)
		return text_format(report->fault->outside == OUTSIDE_GOOD ? "%s, where '%s' is missing"
									  : "%s: '%s' is missing",
				   where, inside->place);
	if (strcmp(link, report->fault->path) == 0)
		return text_format("is a symbolic link to '%s', and '%s' %s", inside->target, inside->place, where);
	return text_format("leads through the symbolic link '%s' to '%s', and '%s' %s", link, inside->target,
			   inside->place, where);
}

static char *
describe_machine(const struct elf *elf)
{
	const char *name = elf_machine_name(elf);

	if (name)
		return text_format("is made for another machine: %s", name);
	return text_format("is made for another machine (number %u, %s bit, %s endian)", elf->machine,
			   elf->is64 ? "64" : "32", elf->big_endian ? "big" : "little");
}

/* What is wrong with the file at fault, as a predicate. The caller frees. */
static char *
describe_predicate(const struct report *report)
{
	switch (report->fault->kind) {
	case FAULT_MISSING:
		return describe_missing(report);
	case FAULT_NOT_IN_PATH:
		return text_dup("is in no directory of PATH, neither inside nor outside");
	case FAULT_DIRECTORY:
		return text_dup("is a directory");
	case FAULT_NOT_REGULAR:
		return text_dup("is not a regular file");
	case FAULT_NOT_EXECUTABLE:
		return text_dup("is there, but you have no permission to execute it");
	case FAULT_NOEXEC:
		return text_dup("is on a mount from which nothing may be executed (noexec)");
	case FAULT_NOT_A_PROGRAM:
		return text_dup("is neither an ELF program nor a script with a '#!' line");
	case FAULT_BAD_SHEBANG:
		return text_dup("has a '#!' line without an interpreter, or with one of more than 250 bytes");
	case FAULT_DAMAGED:
		return text_dup("is a damaged ELF file");
	case FAULT_OBJECT_FILE:
		return text_dup("is an ELF file, but not a program");
	case FAULT_MACHINE:
		return describe_machine(&report->fault->elf);
	case FAULT_TOO_DEEP:
		return text_dup("is a script again, too many times");
	case FAULT_NONE:
	case FAULT_LIBRARIES:
		break;
	}
	return text_dup("cannot be executed");
}

/* What is wrong with a library, as a predicate. The caller frees. */
static char *
describe_library(const struct report *report, const struct missing_library *library)
{
	_autorootpath_ struct rootpath inside = ROOTPATH_INIT;

	switch (library->fault) {
	case LIBRARY_NO_PROC:
		return text_dup(
			"lies beside the program, and its loader finds that place by /proc, which is not there inside");
	case LIBRARY_NO_CACHE:
		return text_format(
			"is there as '%s', but only /etc/ld.so.cache tells the loader so, which is not there inside",
			library->outside);
	case LIBRARY_ABSENT:
		break;
	}
	if (!library->outside)
		return text_dup("exists neither inside nor outside, where the loader looks for it");
	rootpath_walk(report->query->inside, library->outside, &inside);
	if (inside.links_len > 0 && inside.status == -ENOENT)
		return text_format("is '%s', a symbolic link on whose way '%s' exists outside and not inside",
				   library->outside, inside.place);
	return text_format("exists outside as '%s' and not inside", library->outside);
}

/* The first missing library, and how many more. */
static void
explain_libraries(const struct report *report, struct error *err)
{
	const struct libsearch *libraries = &report->chain->libraries;
	const struct missing_library *first = &libraries->missing[0];
	_autofree_ char *by = first->by_program && report->fault->role == ROLE_PROGRAM
				      ? text_dup("")
				      : text_format(", which '%s' needs,", first->by);
	_autofree_ char *predicate = describe_library(report, first);
	_autofree_ char *more =
		libraries->missing_len == 1 ? text_dup("") : text_format(" (and %zu more)", libraries->missing_len - 1);

	error_set(err, 0, "cannot start '%s': the library '%s'%s %s%s", report->query->program, first->name, by,
		  predicate, more);
}

/* The message: what cannot be done, and what is at fault. */
static void
explain_fault(const struct report *report, struct error *err)
{
	const struct fault *fault = report->fault;
	_autofree_ char *subject = describe_subject(report);
	_autofree_ char *predicate = describe_predicate(report);
	/* What the kernel said, which is what people look for, and which alone would mislead. */
	_autofree_ char *reason = report->query->errnum ? text_format(" (%s)", strerror(report->query->errnum))
							: text_dup("");

	if (fault->kind == FAULT_LIBRARIES)
		explain_libraries(report, err);
	else if (fault->kind == FAULT_NOT_IN_PATH && fault->role == ROLE_PROGRAM)
		error_set(err, 0, "cannot find '%s': it %s", report->query->program, predicate);
	else
		error_set(err, 0, "cannot execute '%s'%s: %s %s", report->query->program, reason, subject, predicate);
}

/* Where PATH was searched, each directory once, and which of them are not there. */
static void
hint_path(const struct report *report, struct error *err)
{
	const char *at = report->query->path_env;
	struct place_list dirs = { 0 };
	char *list = text_dup("");
	char *dir;

	while ((dir = chain_next_directory(&at, report->query->cwd))) {
		place_list_add(&dirs, dir);
		free(dir);
	}
	for (size_t i = 0; i < dirs.len; i++) {
		const char *remark = rootpath_is_directory(report->query->inside, dirs.items[i]) ? ""
				     : rootpath_is_directory(report->query->outside, dirs.items[i])
					     ? " (not there inside)"
					     : " (not there)";
		char *longer = text_format("%s%s'%s'%s", list, i > 0 ? ", " : "", dirs.items[i], remark);

		free(list);
		list = longer;
	}
	if (dirs.len > 0)
		error_hint(err, "PATH was searched: %s", list);
	free(list);
	place_list_release(&dirs);
}

/* A command that is not in PATH often stands beside the script that asks for it. */
static void
hint_beside(const struct report *report, struct error *err)
{
	const struct fault *fault = report->fault;
	_autorootpath_ struct rootpath found = ROOTPATH_INIT;
	_autofree_ char *dir = fault->by ? path_parent(fault->by) : NULL;
	_autofree_ char *path = dir ? path_join(dir, fault->path) : NULL;
	_autofree_ char *value = NULL;
	_autofree_ char *quoted = NULL;

	if (!path || rootpath_walk(report->query->inside, path, &found) < 0)
		return;
	value = report->query->path_env ? text_format("%s:%s", dir, report->query->path_env) : text_dup(dir);
	quoted = text_shell_quote(value);
	error_hint(err, "'%s' has it and is not in PATH: --setenv PATH %s", dir, quoted);
}

/* The mounts that bring everything that is missing on the chain. */
static void
hint_mounts(const struct report *report, struct error *err)
{
	const struct execchain_query *query = report->query;
	const struct unit_query asked = { .inside = query->inside, .outside = query->outside, .home = query->home };
	struct place_list units = { 0 };

	units_find(&asked, &report->chain->places, &units);
	if (units.len > 0 && query->session) {
		_autofree_ char *specs = units_specs(&units, "ro", "");
		_autofree_ char *command = unit_command(query->session, specs);

		error_hint(err, "%s brings what is missing", command);
	} else if (units.len > 0) {
		_autofree_ char *specs = units_format(&units, query->default_specs ? "." : "");

		error_hint(err, "-m %s brings what is missing", specs);
	}
	place_list_release(&units);
}

static void
hint_carriage_return(const struct report *report, struct error *err)
{
	_autofree_ char *file = text_shell_quote(report->fault->by);

	error_hint(err, "the line ends with a carriage return, as in a file from DOS or Windows: sed -i 's/\\r$//' %s",
		   file);
}

/* Advice that belongs to the kind of the fault, beside mounts. */
static void
hint_kind(const struct report *report, struct error *err)
{
	const struct fault *fault = report->fault;

	/* Of a program that the user named himself the message tells the place, if there is one. */
	if (fault->kind == FAULT_NOT_IN_PATH || (fault->kind == FAULT_MISSING && fault->role == ROLE_COMMAND))
		hint_path(report, err);
	if (fault->kind == FAULT_NOT_IN_PATH && fault->role == ROLE_COMMAND) {
		if (strpbrk(fault->path, " \t"))
			error_hint(err, "env takes all of the line for one name: only '#!/usr/bin/env -S …' is split "
					"into words");
		hint_beside(report, err);
	}
	if (fault->kind == FAULT_DIRECTORY && fault->role == ROLE_PROGRAM && !report->query->session)
		error_hint(err, "directories are chosen with -m, before the program: isolate -m DIR PROG");
	if (fault->kind == FAULT_NOT_A_PROGRAM && fault->role == ROLE_PROGRAM)
		error_hint(err, "if it is a shell script, give it to its shell: sh FILE");
	if (fault->kind == FAULT_NOEXEC && fault->outside == OUTSIDE_GOOD)
		error_hint(err, "the flag 'exec' in the spec that mounts it allows it");
	if (fault->kind == FAULT_LIBRARIES && report->chain->libraries.missing[0].fault == LIBRARY_NO_PROC)
		error_hint(err, "start it with a /proc: without '/proc=none'");
	if (fault->by && ends_with_cr(fault->path) && (fault->role == ROLE_INTERPRETER || fault->role == ROLE_COMMAND))
		hint_carriage_return(report, err);
}

static void
add_hints(const struct report *report, struct error *err)
{
	const struct fault *fault = report->fault;
	bool is_absence =
		fault->kind == FAULT_MISSING || fault->kind == FAULT_NOT_IN_PATH || fault->kind == FAULT_LIBRARIES;

	hint_kind(report, err);
	if (is_absence && fault->outside == OUTSIDE_GOOD)
		hint_mounts(report, err);
	else if (fault->outside == OUTSIDE_SAME_FAULT || (is_absence && fault->outside == OUTSIDE_MISSING))
		error_hint(err, "it fails outside in the same way: no mount is to blame");
}

/*
 * execve(2) and what we found must speak of the same thing: other causes (a limit, no memory) are not for us to
 * explain.
 */
static bool
agrees(const struct fault *fault, int errnum)
{
	if (errnum == 0)
		return fault->code == ENOENT || fault->code == ENOTDIR;
	if (errnum == EACCES || errnum == EPERM)
		return fault->code == EACCES;
	return fault->code == errnum;
}

/*
 * As env(1) and shells: 127 for all that execve(2) does not find, be it the interpreter or the loader. The status does
 * not depend on whether we find the cause.
 */
static int
status_of(int errnum)
{
	return errnum == 0 || errnum == ENOENT || errnum == ENOTDIR ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
}

int
execchain_explain(const struct execchain_query *query, struct error *err)
{
	struct chain chain;
	struct report report = { .query = query, .chain = &chain, .fault = &chain.fault };
	bool found;

	chain_follow(query, &chain);
	found = !chain.unknown && chain.fault.kind != FAULT_NONE && agrees(&chain.fault, query->errnum);
	if (found) {
		explain_fault(&report, err);
		err->code = query->errnum;
		err->status = status_of(query->errnum);
		add_hints(&report, err);
	}
	chain_release(&chain);
	return found;
}
