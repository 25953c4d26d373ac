/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System calls by their numbers, as a tree in BPF. */
#include "config.h"

#include "sys/bpftree.h"

#include <errno.h>
#include <string.h>

enum {
	LEAF = 4, /* so few are compared one by one */
	JUMP_MAX = 255,
};

void
bpf_tree_begin(struct bpf_tree *tree)
{
	tree->part = tree->e.len;
	tree->len = 0;
}

/* How many instructions are between the next to be written and that place. */
static unsigned
between(struct bpf_tree *tree, size_t place)
{
	size_t n = tree->e.len - place - 1;

	tree->too_big |= n > JUMP_MAX;
	return (unsigned)n;
}

static size_t
last(const struct bpf_tree *tree)
{
	return tree->e.len - 1;
}

size_t
bpf_tree_return(struct bpf_tree *tree, uint32_t verdict)
{
	const struct emitter *e = &tree->e;

	for (size_t i = tree->part; i < e->len && i < e->cap; i++)
		if (e->insns[i].code == (BPF_RET | BPF_K) && e->insns[i].k == verdict)
			return i;
	emit_return(&tree->e, verdict);
	return last(tree);
}

size_t
bpf_tree_jump(struct bpf_tree *tree, unsigned test, uint32_t k, size_t yes, size_t no)
{
	emit(&tree->e, BPF_JMP | test | BPF_K, k, between(tree, yes), between(tree, no));
	return last(tree);
}

size_t
bpf_tree_load(struct bpf_tree *tree, size_t offset)
{
	emit_load(&tree->e, offset);
	return last(tree);
}

void
bpf_tree_case(struct bpf_tree *tree, uint32_t nr, size_t to)
{
	struct bpf_case *cases = tree->cases;
	size_t at = tree->len;

	while (at > 0 && cases[at - 1].nr >= nr)
		at--;
	if (at < tree->len && cases[at].nr == nr)
		return;
	if (tree->len == BPF_CASES_MAX) {
		tree->too_big = true;
		return;
	}
	memmove(cases + at + 1, cases + at, (tree->len - at) * sizeof *cases);
	cases[at] = (struct bpf_case){ nr, to };
	tree->len++;
}

static size_t
grow(struct bpf_tree *tree, const struct bpf_case *cases, size_t n, size_t otherwise)
{
	size_t half = n / 2, right, left;

	if (n > LEAF) {
		right = grow(tree, cases + half, n - half, otherwise);
		left = grow(tree, cases, half, otherwise);
		return bpf_tree_jump(tree, BPF_JGE, cases[half].nr, right, left);
	}
	while (n-- > 0)
		otherwise = bpf_tree_jump(tree, BPF_JEQ, cases[n].nr, cases[n].to, otherwise);
	return otherwise;
}

size_t
bpf_tree_grow(struct bpf_tree *tree, size_t otherwise)
{
	return grow(tree, tree->cases, tree->len, otherwise);
}

int
bpf_tree_finish(struct bpf_tree *tree)
{
	struct sock_filter *insns = tree->e.insns;
	size_t len = tree->e.len;

	if (tree->too_big || len > tree->e.cap)
		return -E2BIG;
	for (size_t i = 0; i < len / 2; i++) {
		struct sock_filter insn = insns[i];

		insns[i] = insns[len - 1 - i];
		insns[len - 1 - i] = insn;
	}
	return (int)len;
}
