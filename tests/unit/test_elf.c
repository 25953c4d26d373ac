/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ELF reader: both widths, both byte orders, and files that lie. Also the reader of the loader's cache. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "inspect/elf.h"
#include "inspect/ldcache.h"

#include "elf_sample.h"

static const struct elf_sample sample = {
	.machine = EM_X86_64,
	.interp = "/lib64/ld-linux-x86-64.so.2",
	.soname = "libsample.so.1",
	.rpath = "$ORIGIN/../lib:/opt/x",
	.runpath = "$ORIGIN",
	.needed = { "libone.so.1", "libtwo.so.2" },
};

/* Field offsets of the 64-bit sample. */
enum {
	IN_PHENTSIZE = 54,
	IN_PHNUM = 56,
	IN_PHOFF = 32,
	IN_LOAD = 64,
	IN_DYNAMIC = 64 + 56,
	IN_INTERP = 64 + 2 * 56,
	SEGMENT_OFFSET = 8,
	SEGMENT_VADDR = 16,
	SEGMENT_FILESZ = 32,
	IN_TABLE = 512, /* the dynamic section: entries of 16 bytes */
	IN_STRTAB = IN_TABLE + 5 * 16 + 8,
	IN_STRSZ = IN_TABLE + 6 * 16 + 8,
};

static int
file_of(const void *data, size_t len)
{
	int fd = memfd_create("sample", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	return fd;
}

static int
read_bytes(const void *data, size_t len, struct elf *ret)
{
	int fd = file_of(data, len);
	int r = elf_read(fd, ret);

	close(fd);
	return r;
}

static void
check_sample(const struct elf_sample *want)
{
	unsigned char buf[ELF_SAMPLE_SIZE];
	struct elf elf;

	assert_int_equal(read_bytes(buf, elf_sample_write(want, buf), &elf), 0);
	assert_int_equal(elf.is64, !want->is32);
	assert_int_equal(elf.big_endian, want->big_endian);
	assert_int_equal(elf.type, ET_DYN);
	assert_int_equal(elf.machine, want->machine);
	assert_string_equal(elf.interp, want->interp);
	assert_string_equal(elf.soname, want->soname);
	assert_string_equal(elf.rpath, want->rpath);
	assert_string_equal(elf.runpath, want->runpath);
	assert_int_equal(elf.needed_len, 2);
	assert_string_equal(elf.needed[0], "libone.so.1");
	assert_string_equal(elf.needed[1], "libtwo.so.2");
	elf_release(&elf);
}

static void
reads_all_four_kinds(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct elf_sample want = sample;

		want.is32 = kind & 1;
		want.big_endian = kind & 2;
		check_sample(&want);
	}
}

static void
reads_a_real_program(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct elf elf;
	bool libc = false;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(elf_read(fd, &elf), 0);
	close(fd);
	assert_true(elf_is_native(&elf));
	assert_non_null(elf.interp);
	for (size_t i = 0; i < elf.needed_len; i++)
		libc |= strncmp(elf.needed[i], "libc.so", 7) == 0;
	assert_true(libc);
	elf_release(&elf);
}

static void
static_and_object_files_ask_for_nothing(void **state)
{
	unsigned char buf[ELF_SAMPLE_SIZE];
	struct elf_sample plain = { .machine = EM_AARCH64, .type = ET_REL };
	struct elf elf;
	size_t len = elf_sample_write(&plain, buf);

	(void)state;
	buf[IN_PHNUM] = 0;
	assert_int_equal(read_bytes(buf, len, &elf), 0);
	assert_int_equal(elf.type, ET_REL);
	assert_null(elf.interp);
	assert_int_equal(elf.needed_len, 0);
	elf_release(&elf);
}

static void
what_is_not_elf_is_told(void **state)
{
	struct elf elf;

	(void)state;
	assert_int_equal(read_bytes("", 0, &elf), -ENOEXEC);
	assert_int_equal(read_bytes("#!/bin/sh\n", 10, &elf), -ENOEXEC);
	assert_int_equal(read_bytes("\177ELF", 4, &elf), -ENOEXEC);
	assert_int_equal(read_bytes("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16, &elf), -EBADMSG);
	assert_int_equal(elf.type, 0);
	assert_int_equal(read_bytes("\177ELF\7\1\1\0\0\0\0\0\0\0\0\0", 16, &elf), -EBADMSG);
	assert_int_equal(read_bytes("\177ELF\2\3\1\0\0\0\0\0\0\0\0\0", 16, &elf), -EBADMSG);
}

/* One field of the sample overwritten, and what has to come of it. */
struct lie {
	const char *what;
	size_t at;
	int width;
	uint64_t value;
};

static const struct lie lies[] = {
	{ "a program header of another size", IN_PHENTSIZE, 2, 55 },
	{ "more program headers than the kernel takes", IN_PHNUM, 2, 0xffff },
	{ "more program headers than the file has", IN_PHNUM, 2, 1100 },
	{ "program headers beyond the end", IN_PHOFF, 8, 1 << 20 },
	{ "program headers at the end of all numbers", IN_PHOFF, 8, UINT64_MAX - 8 },
	{ "a loader's name beyond the end", IN_INTERP + SEGMENT_OFFSET, 8, 1 << 20 },
	{ "a loader's name at the end of all numbers", IN_INTERP + SEGMENT_OFFSET, 8, UINT64_MAX },
	{ "a loader's name that is too long", IN_INTERP + SEGMENT_FILESZ, 8, 4097 },
	{ "a loader's name without its zero", IN_INTERP + SEGMENT_FILESZ, 8, 5 },
	{ "no loader's name", IN_INTERP + SEGMENT_FILESZ, 8, 0 },
	{ "an empty loader's name", IN_INTERP + SEGMENT_FILESZ, 8, 1 },
	{ "a dynamic section beyond the end", IN_DYNAMIC + SEGMENT_OFFSET, 8, 1 << 20 },
	{ "a dynamic section that is larger than the file", IN_DYNAMIC + SEGMENT_FILESZ, 8, UINT64_MAX },
	{ "strings at an address that is nowhere", IN_STRTAB, 8, 0x10 },
	{ "strings at the end of all numbers", IN_LOAD + SEGMENT_OFFSET, 8, UINT64_MAX - 100 },
	{ "strings beyond the end", IN_LOAD + SEGMENT_OFFSET, 8, 1 << 20 },
	{ "no bytes of any segment in the file", IN_LOAD + SEGMENT_FILESZ, 8, 0 },
	{ "a string table that ends within a string", IN_STRSZ, 8, 5 },
	{ "a name beyond the string table", IN_TABLE + 8, 8, 4096 },
	{ "a name at the end of all numbers", IN_TABLE + 8, 8, UINT64_MAX },
};

static void
lies_are_damage(void **state)
{
	struct elf_writer w = { .sample = &sample };
	unsigned char buf[ELF_SAMPLE_SIZE];

	(void)state;
	w.buf = buf;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		size_t len = elf_sample_write(&sample, buf);
		struct elf elf;
		int r;

		elf_put(&w, lies[i].at, lies[i].width, lies[i].value);
		r = read_bytes(buf, len, &elf);
		if (r != -EBADMSG)
			print_message("# %s: %d\n", lies[i].what, r);
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(elf.machine, EM_X86_64);
		elf_release(&elf);
	}
}

/* What stands behind the string table is no name, though it looks like one. */
static void
names_end_with_their_table(void **state)
{
	struct elf_writer w = { .sample = &sample };
	unsigned char buf[ELF_SAMPLE_SIZE];
	size_t len = elf_sample_write(&sample, buf);
	struct elf elf;

	(void)state;
	w.buf = buf;
	memcpy(buf + len, "secret", 7);
	elf_put(&w, IN_TABLE + 8, 8, len - 1024 + 1);
	assert_int_equal(read_bytes(buf, len + 7, &elf), -EBADMSG);
	elf_release(&elf);
}

/* A file that is cut off anywhere never gives more than the whole one, and never anything made up. */
static void
every_truncation_is_safe(void **state)
{
	unsigned char buf[ELF_SAMPLE_SIZE];
	size_t len = elf_sample_write(&sample, buf);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		struct elf elf;
		int r = read_bytes(buf, cut, &elf);

		assert_true(r == -ENOEXEC || r == -EBADMSG);
		elf_release(&elf);
	}
}

static int
read_with_names(int names)
{
	enum { table = 4096, entries_max = 300, strings = table + (entries_max + 3) * 16 };
	static unsigned char buf[strings + 64];
	struct elf_writer w = { .buf = buf, .sample = &sample, .dynamic = table };
	struct elf elf;
	int r;

	elf_sample_write(&sample, buf);
	for (int i = 0; i < names; i++)
		elf_put_dynamic(&w, DT_NEEDED, 1);
	elf_put_dynamic(&w, DT_STRTAB, ELF_SAMPLE_BASE + strings);
	elf_put_dynamic(&w, DT_STRSZ, 8);
	elf_put_dynamic(&w, DT_NULL, 0);
	strcpy((char *)buf + strings + 1, "libx");
	elf_put_segment(&w, 0, PT_LOAD, 0, sizeof buf);
	elf_put_segment(&w, 1, PT_DYNAMIC, table, (entries_max + 3) * 16);
	r = read_bytes(buf, sizeof buf, &elf);
	elf_release(&elf);
	return r;
}

static void
too_many_names_are_damage(void **state)
{
	(void)state;
	assert_int_equal(read_with_names(256), 0);
	assert_int_equal(read_with_names(257), -EBADMSG);
}

static void
kinds_are_told_apart(void **state)
{
	struct elf a = { .is64 = true, .machine = EM_X86_64 }, b = a;
	struct elf unknown = { .machine = 9999 };

	(void)state;
	assert_true(elf_same_kind(&a, &b));
	b.machine = EM_AARCH64;
	assert_false(elf_same_kind(&a, &b));
	assert_string_equal(elf_machine_name(&a), "x86-64");
	assert_string_equal(elf_machine_name(&b), "AArch64");
	assert_null(elf_machine_name(&unknown));
	assert_false(elf_is_native(&unknown));
}

/* A cache of the present format with two names, at `base` of the file. */
static size_t
write_cache(unsigned char *buf, size_t base, uint32_t entries)
{
	static const char strings[] = "liba.so\0/x/liba.so\0libb.so\0/y/libb.so\0/z/libb.so";
	static const uint32_t names[3][2] = { { 0, 8 }, { 19, 27 }, { 19, 38 } };
	size_t at = base + 48;

	memcpy(buf + base, "glibc-ld.so.cache1.1", 20);
	memcpy(buf + base + 20, &entries, 4);
	for (int i = 0; i < 3; i++, at += 24) {
		uint32_t key = names[i][0] + 48 + 3 * 24, value = names[i][1] + 48 + 3 * 24;

		memset(buf + at, 0, 24);
		memcpy(buf + at + 4, &key, 4);
		memcpy(buf + at + 8, &value, 4);
	}
	memcpy(buf + at, strings, sizeof strings - 1);
	return at + sizeof strings - 1;
}

static void
check_cache(const unsigned char *buf, size_t len)
{
	struct ldcache cache;
	uint32_t at = 0;
	int fd = file_of(buf, len);

	assert_int_equal(ldcache_read(fd, &cache), 0);
	close(fd);
	assert_string_equal(ldcache_next(&cache, "libb.so", &at), "/y/libb.so");
	assert_string_equal(ldcache_next(&cache, "libb.so", &at), "/z/libb.so");
	assert_null(ldcache_next(&cache, "libb.so", &at));
	at = 0;
	assert_null(ldcache_next(&cache, "libc.so", &at));
	ldcache_release(&cache);
}

static void
reads_the_cache_in_both_forms(void **state)
{
	unsigned char buf[512] = "";
	uint32_t old_entries = 3;

	(void)state;
	check_cache(buf, write_cache(buf, 0, 3));
	memset(buf, 0, sizeof buf);
	memcpy(buf, "ld.so-1.7.0", 11);
	memcpy(buf + 12, &old_entries, 4);
	check_cache(buf, write_cache(buf, (16 + 3 * 12 + 7) & ~7, 3));
}

static void
a_lying_cache_is_refused(void **state)
{
	unsigned char buf[512] = "";
	struct ldcache cache;
	uint32_t at = 0, beyond = 1 << 30;
	size_t len = write_cache(buf, 0, 1000);
	int fd = file_of(buf, len);

	(void)state;
	assert_int_equal(ldcache_read(fd, &cache), -EBADMSG);
	close(fd);
	/* Names beyond the end are empty names. */
	len = write_cache(buf, 0, 3);
	memcpy(buf + 48 + 4, &beyond, 4);
	memcpy(buf + 48 + 24 + 8, &beyond, 4);
	fd = file_of(buf, len);
	assert_int_equal(ldcache_read(fd, &cache), 0);
	close(fd);
	assert_null(ldcache_next(&cache, "liba.so", &at));
	at = 0;
	assert_string_equal(ldcache_next(&cache, "libb.so", &at), "");
	ldcache_release(&cache);
	fd = file_of("ld.so-1.7.0\0\377\377\377\377aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 64);
	assert_int_equal(ldcache_read(fd, &cache), -EBADMSG);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_four_kinds),
		cmocka_unit_test(reads_a_real_program),
		cmocka_unit_test(static_and_object_files_ask_for_nothing),
		cmocka_unit_test(what_is_not_elf_is_told),
		cmocka_unit_test(lies_are_damage),
		cmocka_unit_test(names_end_with_their_table),
		cmocka_unit_test(every_truncation_is_safe),
		cmocka_unit_test(too_many_names_are_damage),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(reads_the_cache_in_both_forms),
		cmocka_unit_test(a_lying_cache_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
