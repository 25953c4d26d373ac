/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an ELF file asks for: its loader, its libraries, and where it wants them looked for (elf(5)). 32 and 64 bit,
 * either byte order. The file may have been written by the payload: every offset and count in it is checked
 * against the file's size and against limits of our own, and nothing is mapped into memory.
 */
#ifndef INSPECT_ELF_H
#define INSPECT_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf {
	bool is64, big_endian;
	uint16_t type;			/* ET_EXEC, ET_DYN, ET_REL, … */
	uint16_t machine;		/* EM_… */
	char *interp;			/* the loader, or NULL */
	char *soname, *rpath, *runpath; /* or NULL; unexpanded */
	char **needed;
	size_t needed_len, needed_cap;
};

/*
 * Reads it from a descriptor of a regular file (its offset is not used). 0; -ENOEXEC: not ELF; -EBADMSG: ELF, but
 * damaged or beyond our limits: then the head (is64, big_endian, type, machine) is filled in where it could be read,
 * else type is 0; -errno.
 */
int elf_read(int fd, struct elf *ret);
void elf_release(struct elf *elf);

/* True if a program of the kind `a` can load a library of the kind `b`. */
bool elf_same_kind(const struct elf *a, const struct elf *b);

/* The machine's name for people ("x86-64", "AArch64"), or NULL for one that we do not know. */
const char *elf_machine_name(const struct elf *elf);

/*
 * True if this machine may be able to run a program of that kind: the kind that we are made for ourselves, and its
 * 32-bit form.
 */
bool elf_is_native(const struct elf *elf);

#define _autoelf_ __attribute__((cleanup(elf_release)))

#endif
