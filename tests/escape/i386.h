/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 32-bit calls from a 64-bit program: the way around a filter that knows 64-bit numbers only. */
#ifndef ESCAPE_I386_H
#define ESCAPE_I386_H

#ifdef __x86_64__
#define HAVE_I386 1

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* The result as the kernel gives it: a negative errno where it failed. */
static inline long
i386_call(long nr, uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t first = a;
	long r;

	/* %rbx is the compiler's own; the stack below us may be in use (the red zone). The kernel clears r8 to r11. */
	__asm__ volatile("xchgq %%rbx, %%rdi\n\tint $0x80\n\txchgq %%rbx, %%rdi"
			 : "=a"(r), "+D"(first)
			 : "0"(nr), "c"(b), "d"(c), "S"(0L)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return (int)r;
}

/* A page that a 32-bit pointer reaches; NULL if there is none. */
static inline char *
i386_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}
#endif

#endif
