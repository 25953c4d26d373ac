/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes of a watched session's root, for the file that speaks the protocol. */
#ifndef SANDBOX_ROOTFS_NODES_H
#define SANDBOX_ROOTFS_NODES_H

#include "sandbox/rootfs.h"

/* The kernel's number of any root (FUSE_ROOT_ID). */
enum { ROOTFS_ROOT = 1 };

/* NULL: there is none of that number. One that was removed is there as long as the kernel knows it. */
struct rootfs_node *rootfs_node(struct rootfs *fs, uint64_t number);

/* 0: it is not there. */
uint32_t rootfs_find(const struct rootfs *fs, uint32_t parent, const char *name, size_t name_len);

/* The node's number, or -errno. Copies the texts. */
int rootfs_make(struct rootfs *fs, uint32_t parent, const char *name, mode_t type, const char *content);

int rootfs_remove(struct rootfs *fs, uint32_t parent, const char *name, bool directory);

/* The number of the ghost of that name that the kernel knows, or 0. */
uint32_t rootfs_known_ghost(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len);

/* The node of the ghost for a name, which may be a new one; 0: there is no room. */
uint32_t rootfs_find_ghost(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type);

/* A place of that name, of its ghost where there is one of that type; its number, or -errno. */
int rootfs_make_place(struct rootfs *fs, uint32_t parent, const char *name, size_t name_len, mode_t type);

/* The kernel lets go of so many answers that named the node. */
void rootfs_forget(struct rootfs *fs, uint64_t number, uint64_t lookups);

#endif
