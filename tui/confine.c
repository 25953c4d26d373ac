/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector's confinement. */
#include "config.h"

#include "tui/confine.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include <jansson.h>

#include "sys/confine.h"
#include "tui/attempts.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_LEAK_CHECK 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(HAVE_LEAK_CHECK)
static bool confined;

/* The sanitizer's question at the end of the program. Its search starts a thread that traces us. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return confined;
}
#define note_confined() (confined = true)
#else
#define note_confined() ((void)0)
#endif

int
confine_inspector(struct error *err)
{
	int r;

	/* The time zone's file, and the seed of hash tables, which jansson takes from /dev/urandom. */
	tzset();
	json_object_seed(0);
	if (attempt_unconfined())
		return 0;
	r = attempt_refused() ? -ENOSYS : confine_self();
	if (r < 0) {
		error_set(err, -r, "cannot give up what the inspector does not need");
		error_hint(err, "isolate --check says what the kernel has; --command and --prompt do without a screen");
		return r;
	}
	note_confined();
	return 0;
}
