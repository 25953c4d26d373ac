/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small ELF files for tests: a head, program headers, a dynamic section and its strings; no code. */
#ifndef TESTS_UNIT_ELF_SAMPLE_H
#define TESTS_UNIT_ELF_SAMPLE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define ELF_SAMPLE_SIZE 4096
#define ELF_SAMPLE_BASE 0x400000

struct elf_sample {
	bool is32, big_endian;
	uint16_t type; /* 0: ET_DYN */
	uint16_t machine;
	const char *interp, *soname, *rpath, *runpath; /* NULL: none */
	const char *needed[8];
};

/* The sample being written. Numbers go where they are told; strings to the end. */
struct elf_writer {
	unsigned char *buf;
	const struct elf_sample *sample;
	size_t dynamic; /* where the next entry goes */
	size_t strings, strings_len;
};

static inline void
elf_put(const struct elf_writer *w, size_t at, int width, uint64_t n)
{
	for (int i = 0; i < width; i++)
		w->buf[at + (size_t)(w->sample->big_endian ? width - 1 - i : i)] = (unsigned char)(n >> 8 * i);
}

static inline void
elf_put_dynamic(struct elf_writer *w, uint64_t tag, uint64_t value)
{
	int width = w->sample->is32 ? 4 : 8;

	elf_put(w, w->dynamic, width, tag);
	elf_put(w, w->dynamic + (size_t)width, width, value);
	w->dynamic += 2 * (size_t)width;
}

static inline void
elf_put_string(struct elf_writer *w, uint64_t tag, const char *text)
{
	if (!text)
		return;
	elf_put_dynamic(w, tag, w->strings_len);
	strcpy((char *)w->buf + w->strings + w->strings_len, text);
	w->strings_len += strlen(text) + 1;
}

static inline void
elf_put_segment(const struct elf_writer *w, size_t i, uint32_t type, size_t offset, size_t size)
{
	bool is32 = w->sample->is32;
	size_t at = is32 ? 52 + i * 32 : 64 + i * 56;
	int width = is32 ? 4 : 8;

	elf_put(w, at, 4, type);
	elf_put(w, at + (is32 ? 4 : 8), width, offset);
	elf_put(w, at + (is32 ? 8 : 16), width, ELF_SAMPLE_BASE + offset);
	elf_put(w, at + (is32 ? 16 : 32), width, size);
	elf_put(w, at + (is32 ? 20 : 40), width, size);
}

static inline void
elf_put_head(const struct elf_writer *w)
{
	bool is32 = w->sample->is32;

	memcpy(w->buf, ELFMAG, SELFMAG);
	w->buf[EI_CLASS] = is32 ? ELFCLASS32 : ELFCLASS64;
	w->buf[EI_DATA] = w->sample->big_endian ? ELFDATA2MSB : ELFDATA2LSB;
	w->buf[EI_VERSION] = EV_CURRENT;
	elf_put(w, 16, 2, w->sample->type ? w->sample->type : ET_DYN);
	elf_put(w, 18, 2, w->sample->machine);
	elf_put(w, 20, 4, EV_CURRENT);
	elf_put(w, is32 ? 28 : 32, is32 ? 4 : 8, is32 ? 52 : 64); /* e_phoff */
	elf_put(w, is32 ? 42 : 54, 2, is32 ? 32 : 56);		  /* e_phentsize */
	elf_put(w, is32 ? 44 : 56, 2, 3);			  /* e_phnum */
}

/* Writes the sample and returns its size. Segments: PT_LOAD (all of it), PT_DYNAMIC, PT_INTERP or PT_NULL. */
static inline size_t
elf_sample_write(const struct elf_sample *sample, unsigned char buf[ELF_SAMPLE_SIZE])
{
	size_t interp = 256, dynamic = 512, strings = 1024;
	struct elf_writer w = {
		.buf = buf, .sample = sample, .dynamic = dynamic, .strings = strings, .strings_len = 1
	};

	memset(buf, 0, ELF_SAMPLE_SIZE);
	elf_put_head(&w);
	for (size_t i = 0; i < sizeof sample->needed / sizeof *sample->needed && sample->needed[i]; i++)
		elf_put_string(&w, DT_NEEDED, sample->needed[i]);
	elf_put_string(&w, DT_SONAME, sample->soname);
	elf_put_string(&w, DT_RPATH, sample->rpath);
	elf_put_string(&w, DT_RUNPATH, sample->runpath);
	elf_put_dynamic(&w, DT_STRTAB, ELF_SAMPLE_BASE + strings);
	elf_put_dynamic(&w, DT_STRSZ, w.strings_len);
	elf_put_dynamic(&w, DT_NULL, 0);
	if (sample->interp)
		strcpy((char *)buf + interp, sample->interp);
	elf_put_segment(&w, 0, PT_LOAD, 0, strings + w.strings_len);
	elf_put_segment(&w, 1, PT_DYNAMIC, dynamic, w.dynamic - dynamic);
	elf_put_segment(&w, 2, sample->interp ? PT_INTERP : PT_NULL, interp,
			sample->interp ? strlen(sample->interp) + 1 : 0);
	return strings + w.strings_len;
}

#endif
