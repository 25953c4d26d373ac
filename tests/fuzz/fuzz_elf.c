/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes to the readers of files that the payload may have written: the ELF reader, the loader's cache, "#!" lines.
 * They neither crash nor leak, and all that they return lies within the bytes that they were given.
 *
 * With libFuzzer (clang -fsanitize=fuzzer,address -DFUZZ_LIBFUZZER) it runs as such; by itself it tries as many
 * mutations of good files as the first argument says, from the seed that the second one gives, or a new one, which it
 * prints.
 */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "inspect/elf.h"
#include "inspect/ldcache.h"
#include "inspect/shebang.h"

#include "../unit/elf_sample.h"

/* Not assert(3), which NDEBUG takes away. */
static void
expect(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "failed: %s\n", what);
	abort();
}

/* True if the text stands in the bytes, its zero included: nothing was made up, and nothing read from elsewhere. */
static bool
is_from(const char *text, const uint8_t *data, size_t size)
{
	return !text || memmem(data, size, text, strlen(text) + 1) != NULL;
}

static void
check_elf(int fd, const uint8_t *data, size_t size)
{
	struct elf elf;
	int r = elf_read(fd, &elf);

	expect(r == 0 || r == -ENOEXEC || r == -EBADMSG, "an error that is documented");
	expect(r != -ENOEXEC || elf.type == 0, "what is not ELF has no type");
	expect(is_from(elf.interp, data, size), "the loader is from the file");
	expect(is_from(elf.soname, data, size), "the name is from the file");
	expect(is_from(elf.rpath, data, size), "DT_RPATH is from the file");
	expect(is_from(elf.runpath, data, size), "DT_RUNPATH is from the file");
	expect(elf.needed_len <= 256, "a bounded number of libraries");
	for (size_t i = 0; i < elf.needed_len; i++)
		expect(is_from(elf.needed[i], data, size), "the libraries are from the file");
	elf_machine_name(&elf);
	elf_is_native(&elf);
	elf_release(&elf);
}

static void
check_cache(int fd, const uint8_t *data, size_t size)
{
	struct ldcache cache;
	const char *path;
	uint32_t at = 0;

	if (ldcache_read(fd, &cache) < 0)
		return;
	expect(cache.entries <= size / 24, "no more entries than fit");
	while ((path = ldcache_next(&cache, "libb.so", &at)))
		expect(memmem(data, size, path, strlen(path)) != NULL, "the path is from the file");
	ldcache_release(&cache);
}

static void
check_line(const uint8_t *data, size_t size)
{
	struct shebang line;
	char command[SHEBANG_SIZE];
	char path[256];

	if (shebang_parse((const char *)data, size, &line) == 0) {
		expect(line.interpreter[0] != '\0', "an interpreter has a name");
		expect(strlen(line.interpreter) + strlen(line.argument) < SHEBANG_SIZE,
		       "no more than the kernel reads");
		if (shebang_env_command(&line, command) > 0)
			expect(strlen(command) < SHEBANG_SIZE, "the command is part of the line");
	}
	if (shebang_exec_trick((const char *)data, size, path, sizeof path))
		expect(path[0] == '/' && strlen(path) < size, "the path is part of the text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	check_elf(fd, data, size);
	check_cache(fd, data, size);
	check_line(data, size);
	return 0;
}

#ifndef FUZZ_LIBFUZZER
static uint64_t state;

static unsigned
random_below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

/* Another number at a random place: near the ends of its range, near the file's size, or any small one. */
static void
mutate(uint8_t *data, size_t size)
{
	static const uint64_t marks[] = { 0,	   1,	     2,		 0x7f,	    0xff,      0xffff,
					  0x10000, 0x400000, UINT32_MAX, INT64_MAX, UINT64_MAX };
	size_t at = random_below((unsigned)size);
	size_t width = (size_t)1 << random_below(4);
	uint64_t n = marks[random_below(sizeof marks / sizeof *marks)];

	if (random_below(3) == 0)
		n = size - 16 + random_below(32);
	if (random_below(4) == 0)
		n = random_below(256);
	at -= at % width;
	if (at + width <= size)
		memcpy(data + at, &n, width);
}

static size_t
seed_elf(uint8_t *data)
{
	const struct elf_sample sample = {
		.is32 = random_below(2),
		.big_endian = random_below(2),
		.machine = EM_X86_64,
		.interp = "/lib64/ld.so",
		.soname = "liba.so",
		.rpath = "$ORIGIN",
		.runpath = "/x:/y",
		.needed = { "libb.so", "libc.so" },
	};

	return elf_sample_write(&sample, data);
}

static size_t
seed_cache(uint8_t *data)
{
	uint32_t numbers[] = { 1, 0, 0, 0, 0, 0, 0 }, key = 72, value = 80;

	memset(data, 0, 128);
	memcpy(data, "glibc-ld.so.cache1.1", 20);
	memcpy(data + 20, numbers, sizeof numbers);
	memcpy(data + 52, &key, 4);
	memcpy(data + 56, &value, 4);
	memcpy(data + 72, "libb.so\0/x/libb.so", 19);
	return 91;
}

static size_t
seed_script(uint8_t *data)
{
	static const char *const scripts[] = {
		"#!/usr/bin/env -S -i A=b python -u\n",
		"#!/bin/sh\n'''exec' \"/a b/python\" \"$0\" \"$@\"\n' '''\n",
		"#! /usr/bin/env python",
	};
	const char *script = scripts[random_below(3)];

	memcpy(data, script, strlen(script));
	return strlen(script);
}

int
main(int argc, char **argv)
{
	static size_t (*const seeds[])(uint8_t *) = { seed_elf, seed_elf, seed_cache, seed_script };
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	uint8_t data[ELF_SAMPLE_SIZE];

	if (argc > 2)
		state = strtoull(argv[2], NULL, 0);
	else if (getrandom(&state, sizeof state, 0) < 0)
		return 1;
	state = state ? state : 1;
	printf("# %lu runs, seed %#llx\n", runs, (unsigned long long)state);
	fflush(stdout);
	for (unsigned long i = 0; i < runs; i++) {
		size_t size = seeds[random_below(4)](data);

		for (unsigned n = random_below(8); n > 0; n--)
			mutate(data, size);
		if (random_below(8) == 0)
			size = random_below((unsigned)size + 1);
		LLVMFuzzerTestOneInput(data, size);
	}
	printf("ok 1 - no file breaks the readers\n1..1\n");
	return 0;
}
#endif
