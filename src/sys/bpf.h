/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seccomp(2): the BPF instructions of which a filter is put together, and the name of this build's ABI. */
#ifndef SYS_BPF_H
#define SYS_BPF_H

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__ILP32__)
#error "an x32 build would be refused by its own filter: build for x86-64"
#elif defined(__x86_64__)
#define ARCH_NATIVE AUDIT_ARCH_X86_64
#define HAVE_ARCH_I386 1
#elif defined(__i386__)
#define ARCH_NATIVE AUDIT_ARCH_I386
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCH_NATIVE AUDIT_ARCH_AARCH64
#elif defined(__arm__) && defined(__ARMEL__)
#define ARCH_NATIVE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH_NATIVE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define ARCH_NATIVE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCH_NATIVE AUDIT_ARCH_S390X
#elif defined(__loongarch64)
#ifndef AUDIT_ARCH_LOONGARCH64
#define AUDIT_ARCH_LOONGARCH64 (258 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif
#define ARCH_NATIVE AUDIT_ARCH_LOONGARCH64
#elif defined(__mips64) && defined(_ABI64) && _MIPS_SIM == _ABI64 && defined(__MIPSEL__)
#define ARCH_NATIVE AUDIT_ARCH_MIPSEL64
#else
#error "unknown architecture: name its AUDIT_ARCH_… here"
#endif

/* The program under construction. Past cap only the length goes on, so that emitting needs no checks. */
struct emitter {
	struct sock_filter *insns;
	size_t cap, len;
};

static inline void
emit(struct emitter *e, unsigned code, uint32_t k, unsigned jt, unsigned jf)
{
	if (e->len < e->cap)
		e->insns[e->len] = (struct sock_filter)BPF_JUMP((uint16_t)code, k, (uint8_t)jt, (uint8_t)jf);
	e->len++;
}

static inline void
emit_load(struct emitter *e, size_t offset)
{
	emit(e, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static inline void
emit_return(struct emitter *e, uint32_t verdict)
{
	emit(e, BPF_RET | BPF_K, verdict, 0, 0);
}

/* "If the loaded word is not k, skip the next n instructions." */
static inline void
emit_unless_skip(struct emitter *e, uint32_t k, size_t n)
{
	emit(e, BPF_JMP | BPF_JEQ | BPF_K, k, 0, (unsigned)n);
}

/* Where the low 32 bits of the Nth argument are in struct seccomp_data, which is in the machine's byte order. */
static inline size_t
arg_offset(int arg)
{
	size_t offset = offsetof(struct seccomp_data, args) + (size_t)(arg - 1) * sizeof(uint64_t);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	offset += sizeof(uint32_t);
#endif
	return offset;
}

static inline uint32_t
verdict_errno(int errnum)
{
	return SECCOMP_RET_ERRNO | ((uint32_t)errnum & SECCOMP_RET_DATA);
}

#endif
