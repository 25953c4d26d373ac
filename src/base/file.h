/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are read and written as a whole. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Permission bits for a file that file_replace() makes as open(2) would: what the umask leaves of 0666. */
#define FILE_MODE_UMASK ((mode_t)-1)

/*
 * Makes the file's content, whole or not at all: it is written beside its place and then renamed, so whoever reads
 * meanwhile has the old one or the new one. Where the path is a symbolic link, that becomes the file. 0 or -errno.
 */
int file_replace(const char *path, const void *data, size_t len, mode_t mode);

/*
 * The same for a file that may be there: it keeps its permission bits, and a symbolic link that leads to it stays one.
 * A new one is as FILE_MODE_UMASK says.
 */
int file_renew(const char *path, const void *data, size_t len);

/*
 * The whole of a regular file, ended by a zero, from `path` in the directory `dir` (as openat(2)); `flags` are added to
 * those of the open. At most `max` bytes. 0 with *ret for the caller to free; -errno; -EINVAL: not a regular file;
 * -EISDIR; -EFBIG: longer; -EILSEQ: it holds a zero.
 */
int file_read(int dir, const char *path, int flags, size_t max, char **ret);

/* Writes all of it. 0 or -errno. */
int file_write_all(int fd, const void *data, size_t len);

/*
 * Makes the directory and those above it that are not there, with the permission bits `mode` less the umask. 0, or
 * negative with err filled (which may be NULL): it names the one that could not be made.
 */
int file_make_directories(const char *path, mode_t mode, struct error *err);

#endif
