/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owned locals: they carry a cleanup attribute and leave a function by take_…(). */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void
cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void
cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void
cleanup_closedir(DIR **d)
{
	if (*d)
		closedir(*d);
}

#define _autofree_ __attribute__((cleanup(cleanup_free)))
#define _autoclose_ __attribute__((cleanup(cleanup_close)))
#define _autofclose_ __attribute__((cleanup(cleanup_fclose)))
#define _autoclosedir_ __attribute__((cleanup(cleanup_closedir)))

/* Hands the descriptor to the caller; the local no longer closes it. */
static inline int
take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define take_ptr(p)                          \
	({                                   \
		__typeof__(p) *p_ = &(p);    \
		__typeof__(p) taken_ = *p_;  \
		*p_ = NULL;                  \
		taken_;                      \
	})

#endif
