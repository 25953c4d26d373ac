/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session-keyring(7): a new one for the payload. */
#include "config.h"

#include "sys/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int
keyring_new_session(void)
{
	/* No name: a named keyring would be shared with whoever joins the same name, a nameless one is always new. */
	if (syscall(__NR_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		return -errno;
	return 0;
}
