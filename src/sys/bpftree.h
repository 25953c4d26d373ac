/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A BPF program that finds what is to be done about a system call by its number, in a tree. Theory of operation:
 *
 * When a filter is installed the kernel runs it once in mind for every number of every ABI, to learn what it need not
 * be asked about (Linux 5.11), and translates each of its instructions. Both are time at the start of a session: half
 * of what a list of comparisons takes is saved by a tree, and most of the rest by verdicts that are written down once.
 *
 * BPF jumps forward only, so the program is written backwards: what is jumped to is there before.
 */
#ifndef SYS_BPFTREE_H
#define SYS_BPFTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/bpf.h"

enum { BPF_CASES_MAX = 256 };

struct bpf_tree {
	struct emitter e; /* the last instruction first */
	size_t part;	  /* where the ABI's part begins: what is farther away cannot be jumped to */
	struct bpf_case {
		uint32_t nr;
		size_t to;
	} cases[BPF_CASES_MAX]; /* of the ABI, by their numbers */
	size_t len;
	bool too_big;
};

/* Begins the part of another ABI. */
void bpf_tree_begin(struct bpf_tree *tree);

/* The place of that verdict. */
size_t bpf_tree_return(struct bpf_tree *tree, uint32_t verdict);

/* The place of a jump: if the loaded word, by that test (BPF_JEQ, …) and k, …, to `yes`, else to `no`. */
size_t bpf_tree_jump(struct bpf_tree *tree, unsigned test, uint32_t k, size_t yes, size_t no);

/* The place of a load, after which comes what was written last. */
size_t bpf_tree_load(struct bpf_tree *tree, size_t offset);

/* A call of that number goes to that place; unless one of that number does already. */
void bpf_tree_case(struct bpf_tree *tree, uint32_t nr, size_t to);

/* The place at which the tree of all cases begins, with the number loaded; any other number goes to `otherwise`. */
size_t bpf_tree_grow(struct bpf_tree *tree, size_t otherwise);

/* Turns the program round. Its length, or -E2BIG. */
int bpf_tree_finish(struct bpf_tree *tree);

#endif
