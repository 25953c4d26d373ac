/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question that only somebody in the sandbox's user namespace can answer. The root of a watched sandbox lets nobody
 * else look names up in it (fuse(4): only processes in the user namespace that mounted it, or in one below).
 *
 * So a child is forked that joins that user namespace, gives up the capabilities which that brings, and answers. It
 * keeps the caller's mount namespace, and so sees outside as well. It is protected as in sys/nsjoin.h, and its answer
 * is not trusted: bounded in size and in time, and to be read as something that anybody may have written.
 */
#ifndef SYS_NSASK_H
#define SYS_NSASK_H

#include <stddef.h>

/* Answers into *ret, *ret_len, which the child need not free. Runs in the child: descriptors other than keep[] are
 * closed. */
typedef void nsask_worker(void *arg, char **ret, size_t *ret_len);

/*
 * Runs the worker in user namespace `userns` (a descriptor); the descriptors keep[0..n) are open there, at most 8. 0
 * with the answer in *ret, for the caller to free; -errno: -EPERM if the namespace may not be joined, -ETIMEDOUT,
 * -EPIPE if the child ended without an answer, -EMSGSIZE. The caller has to be single-threaded.
 */
int nsask(int userns, const int *keep, size_t n, nsask_worker *worker, void *arg, char **ret, size_t *ret_len);

#endif
