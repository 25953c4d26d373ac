/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an ELF file asks for: loader, libraries, search paths. */
#include "config.h"

#include "inspect/elf.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Far above what linkers make, low enough that a hostile file costs little. */
enum {
	PROGRAM_HEADERS_SIZE_MAX = 65536, /* the kernel's own limit */
	DYNAMIC_ENTRIES_MAX = 4096,
	NEEDED_MAX = 256,
	NEEDED_SIZE_MAX = 65536, /* of all names together */
	NAME_SIZE_MAX = PATH_MAX,
	SEARCH_PATH_SIZE_MAX = 16384,
};

struct reader {
	int fd;
	uint64_t size; /* of the file */
	bool is64, big_endian;
};

struct segment {
	uint32_t type;
	uint64_t offset, vaddr, filesz;
};

struct segments {
	struct segment *items;
	size_t len;
};

/* The string table of the dynamic section, as a range of the file. */
struct strings {
	uint64_t offset, size;
	size_t needed_size; /* bytes of the names of libraries that were taken so far */
};

void
elf_release(struct elf *elf)
{
	for (size_t i = 0; i < elf->needed_len; i++)
		free(elf->needed[i]);
	free(elf->needed);
	free(elf->interp);
	free(elf->soname);
	free(elf->rpath);
	free(elf->runpath);
	memset(elf, 0, sizeof *elf);
}

/* Reads exactly len bytes: what ends outside the file, or is cut off while we read, is damage. */
static int
read_at(const struct reader *reader, uint64_t offset, void *buf, size_t len)
{
	if (offset > reader->size || len > reader->size - offset)
		return -EBADMSG;
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(reader->fd, (char *)buf + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		done += (size_t)n;
	}
	return 0;
}

/* A number of `width` bytes in the file's byte order. */
static uint64_t
number(const struct reader *reader, const unsigned char *at, int width)
{
	uint64_t n = 0;

	for (int i = 0; i < width; i++)
		n = n << 8 | at[reader->big_endian ? i : width - 1 - i];
	return n;
}

/* The fields of a structure differ in place and width between 32 and 64 bit. */
static uint64_t
word(const struct reader *reader, const unsigned char *at, size_t at32, size_t at64)
{
	return reader->is64 ? number(reader, at + at64, 8) : number(reader, at + at32, 4);
}

static uint16_t
half(const struct reader *reader, const unsigned char *at, size_t at32, size_t at64)
{
	return (uint16_t)number(reader, at + (reader->is64 ? at64 : at32), 2);
}

static int
read_segments(const struct reader *reader, const unsigned char *head, struct segments *ret)
{
	size_t want = reader->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	uint64_t offset = word(reader, head, offsetof(Elf32_Ehdr, e_phoff), offsetof(Elf64_Ehdr, e_phoff));
	size_t entry = half(reader, head, offsetof(Elf32_Ehdr, e_phentsize), offsetof(Elf64_Ehdr, e_phentsize));
	size_t len = half(reader, head, offsetof(Elf32_Ehdr, e_phnum), offsetof(Elf64_Ehdr, e_phnum));
	_autofree_ unsigned char *table = NULL;
	int r;

	if (len == 0)
		return 0; /* an object file */
	if (entry != want || len * entry > PROGRAM_HEADERS_SIZE_MAX)
		return -EBADMSG;
	table = calloc(len, entry);
	ret->items = calloc(len, sizeof *ret->items);
	if (!table || !ret->items)
		return -ENOMEM;
	r = read_at(reader, offset, table, len * entry);
	if (r < 0)
		return r;
	ret->len = len;
	for (size_t i = 0; i < len; i++) {
		const unsigned char *at = table + i * entry;

		ret->items[i] = (struct segment){
			.type = (uint32_t)number(reader, at, 4),
			.offset = word(reader, at, offsetof(Elf32_Phdr, p_offset), offsetof(Elf64_Phdr, p_offset)),
			.vaddr = word(reader, at, offsetof(Elf32_Phdr, p_vaddr), offsetof(Elf64_Phdr, p_vaddr)),
			.filesz = word(reader, at, offsetof(Elf32_Phdr, p_filesz), offsetof(Elf64_Phdr, p_filesz)),
		};
	}
	return 0;
}

static const struct segment *
find_segment(const struct segments *segments, uint32_t type)
{
	for (size_t i = 0; i < segments->len; i++)
		if (segments->items[i].type == type)
			return &segments->items[i];
	return NULL;
}

/* As the kernel reads it: a path of 2 to PATH_MAX bytes with a zero at its end. */
static int
read_interp(const struct reader *reader, const struct segments *segments, char **ret)
{
	const struct segment *segment = find_segment(segments, PT_INTERP);
	char path[PATH_MAX];
	int r;

	if (!segment)
		return 0;
	if (segment->filesz < 2 || segment->filesz > sizeof path)
		return -EBADMSG;
	r = read_at(reader, segment->offset, path, (size_t)segment->filesz);
	if (r < 0)
		return r;
	if (path[segment->filesz - 1] != '\0' || path[0] == '\0')
		return -EBADMSG;
	*ret = text_dup(path);
	return 0;
}

/* Where in the file the byte at an address of memory comes from. */
static int
offset_of_address(const struct segments *segments, uint64_t address, uint64_t *ret)
{
	for (size_t i = 0; i < segments->len; i++) {
		const struct segment *segment = &segments->items[i];

		if (segment->type != PT_LOAD || address < segment->vaddr || address - segment->vaddr >= segment->filesz)
			continue;
		return __builtin_add_overflow(segment->offset, address - segment->vaddr, ret) ? -EBADMSG : 0;
	}
	return -EBADMSG;
}

/* The string at `index`, which has to end within the table, the file and the limit. */
static int
read_string(const struct reader *reader, const struct strings *strings, uint64_t index, size_t limit, char **ret)
{
	_autofree_ char *text = NULL;
	uint64_t offset, len;
	int r;

	if (index >= strings->size || __builtin_add_overflow(strings->offset, index, &offset) || offset >= reader->size)
		return -EBADMSG;
	len = strings->size - index;
	if (len > reader->size - offset)
		len = reader->size - offset;
	if (len > limit)
		len = limit;
	text = malloc((size_t)len);
	if (!text)
		return -ENOMEM;
	r = read_at(reader, offset, text, (size_t)len);
	if (r < 0)
		return r;
	if (!memchr(text, '\0', (size_t)len))
		return -EBADMSG;
	free(*ret);
	*ret = text_dup(text);
	return 0;
}

struct dynamic {
	unsigned char *table;
	size_t entry; /* bytes of one */
	size_t len;
};

static uint64_t
dynamic_tag(const struct reader *reader, const struct dynamic *dynamic, size_t i)
{
	return word(reader, dynamic->table + i * dynamic->entry, 0, 0);
}

static uint64_t
dynamic_value(const struct reader *reader, const struct dynamic *dynamic, size_t i)
{
	return word(reader, dynamic->table + i * dynamic->entry, 4, 8);
}

static int
read_needed(const struct reader *reader, struct strings *strings, uint64_t index, struct elf *elf)
{
	char *name = NULL;
	int r;

	if (elf->needed_len == NEEDED_MAX)
		return -EBADMSG;
	r = read_string(reader, strings, index, NAME_SIZE_MAX, &name);
	if (r < 0)
		return r;
	elf->needed = array_grow(elf->needed, &elf->needed_cap, elf->needed_len + 1, sizeof *elf->needed);
	elf->needed[elf->needed_len++] = name;
	strings->needed_size += strlen(name);
	return strings->needed_size > NEEDED_SIZE_MAX ? -EBADMSG : 0;
}

/* One entry that names a string which we want. */
static int
read_entry(const struct reader *reader, struct strings *strings, uint64_t tag, uint64_t value, struct elf *elf)
{
	switch (tag) {
	case DT_SONAME:
		return read_string(reader, strings, value, NAME_SIZE_MAX, &elf->soname);
	case DT_RPATH:
		return read_string(reader, strings, value, SEARCH_PATH_SIZE_MAX, &elf->rpath);
	case DT_RUNPATH:
		return read_string(reader, strings, value, SEARCH_PATH_SIZE_MAX, &elf->runpath);
	case DT_NEEDED:
		return read_needed(reader, strings, value, elf);
	}
	return 0;
}

static int
read_entries(const struct reader *reader, const struct segments *segments, struct dynamic *dynamic, struct elf *elf)
{
	struct strings strings = { 0 };
	uint64_t address = 0;
	int r = 0;

	for (size_t i = 0; i < dynamic->len; i++) {
		uint64_t tag = dynamic_tag(reader, dynamic, i);

		if (tag == DT_NULL)
			dynamic->len = i;
		else if (tag == DT_STRTAB)
			address = dynamic_value(reader, dynamic, i);
		else if (tag == DT_STRSZ)
			strings.size = dynamic_value(reader, dynamic, i);
	}
	/* A static-pie program has a dynamic section and may have no strings in it. */
	if (strings.size == 0)
		return 0;
	r = offset_of_address(segments, address, &strings.offset);
	for (size_t i = 0; r == 0 && i < dynamic->len; i++)
		r = read_entry(reader, &strings, dynamic_tag(reader, dynamic, i), dynamic_value(reader, dynamic, i),
			       elf);
	return r;
}

static int
read_dynamic(const struct reader *reader, const struct segments *segments, struct elf *elf)
{
	const struct segment *segment = find_segment(segments, PT_DYNAMIC);
	struct dynamic dynamic = { .entry = reader->is64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn) };
	_autofree_ unsigned char *table = NULL;
	int r;

	if (!segment || segment->filesz < dynamic.entry)
		return 0;
	dynamic.len = segment->filesz / dynamic.entry > DYNAMIC_ENTRIES_MAX ? DYNAMIC_ENTRIES_MAX
									    : (size_t)(segment->filesz / dynamic.entry);
	table = calloc(dynamic.len, dynamic.entry);
	if (!table)
		return -ENOMEM;
	r = read_at(reader, segment->offset, table, dynamic.len * dynamic.entry);
	if (r < 0)
		return r;
	dynamic.table = table;
	return read_entries(reader, segments, &dynamic, elf);
}

int
elf_read(int fd, struct elf *ret)
{
	struct reader reader = { .fd = fd };
	struct segments segments = { 0 };
	unsigned char head[sizeof(Elf64_Ehdr)];
	struct stat st;
	int r;

	memset(ret, 0, sizeof *ret);
	if (fstat(fd, &st) < 0)
		return -errno;
	reader.size = (uint64_t)st.st_size;
	r = read_at(&reader, 0, head, EI_NIDENT);
	if (r < 0)
		return r == -EBADMSG ? -ENOEXEC : r;
	if (memcmp(head, ELFMAG, SELFMAG) != 0)
		return -ENOEXEC;
	if (head[EI_CLASS] != ELFCLASS32 && head[EI_CLASS] != ELFCLASS64)
		return -EBADMSG;
	if (head[EI_DATA] != ELFDATA2LSB && head[EI_DATA] != ELFDATA2MSB)
		return -EBADMSG;
	reader.is64 = head[EI_CLASS] == ELFCLASS64;
	reader.big_endian = head[EI_DATA] == ELFDATA2MSB;
	r = read_at(&reader, 0, head, reader.is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
	if (r < 0)
		return r;
	ret->is64 = reader.is64;
	ret->big_endian = reader.big_endian;
	ret->type = (uint16_t)number(&reader, head + offsetof(Elf64_Ehdr, e_type), 2);
	ret->machine = (uint16_t)number(&reader, head + offsetof(Elf64_Ehdr, e_machine), 2);
	r = read_segments(&reader, head, &segments);
	if (r == 0)
		r = read_interp(&reader, &segments, &ret->interp);
	if (r == 0)
		r = read_dynamic(&reader, &segments, ret);
	free(segments.items);
	return r;
}

bool
elf_same_kind(const struct elf *a, const struct elf *b)
{
	return a->is64 == b->is64 && a->big_endian == b->big_endian && a->machine == b->machine;
}

const char *
elf_machine_name(const struct elf *elf)
{
	static const struct {
		uint16_t machine;
		const char *name32, *name64; /* by the file's class: x32 is an x86-64 of 32 bits */
	} names[] = {
		{ EM_386, "32-bit x86", NULL },
		{ EM_X86_64, "x32", "x86-64" },
		{ EM_ARM, "32-bit ARM", NULL },
		{ EM_AARCH64, NULL, "AArch64" },
		{ EM_RISCV, "32-bit RISC-V", "RISC-V" },
		{ EM_PPC, "32-bit PowerPC", NULL },
		{ EM_PPC64, NULL, "PowerPC" },
		{ EM_S390, NULL, "s390x" },
		{ EM_MIPS, "MIPS", "64-bit MIPS" },
		{ EM_SPARCV9, NULL, "SPARC" },
		{ EM_68K, "m68k", NULL },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].machine == elf->machine)
			return elf->is64 ? names[i].name64 : names[i].name32;
	return NULL;
}

bool
elf_is_native(const struct elf *elf)
{
	/* The linker gives every program this name for its own first byte. */
	extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));
	bool big_endian = __ehdr_start.e_ident[EI_DATA] == ELFDATA2MSB;

	if (elf->big_endian != big_endian)
		return false;
	if (elf->machine == __ehdr_start.e_machine)
		return true;
	return (elf->machine == EM_386 && __ehdr_start.e_machine == EM_X86_64) ||
	       (elf->machine == EM_ARM && __ehdr_start.e_machine == EM_AARCH64) ||
	       (elf->machine == EM_PPC && __ehdr_start.e_machine == EM_PPC64);
}
