/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pid 2 of the sandbox, up to the exec of what the user asked for. Each stage names what it leaves behind and
 * what it still needs:
 *
 *	U1 with capabilities	to make the network namespace, which U1 shall own
 *	U2			to own nothing: mounts and network are U1's, so not even uid 0 in here can change them
 *	wait for "ready"	the root is pivoted, and with it ours
 *	shed			keyring, no_new_privs, capabilities, Landlock, descriptors, seccomp: each needs the one
 *				before it
 *	verify			asks the kernel what came out of it, and fails closed
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"
#include "sandbox/breaks.h"
#include "sandbox/door.h"
#include "sandbox/inside.h"
#include "sandbox/tell.h"
#include "sandbox/watched.h"
#include "sys/caps.h"
#include "sys/idmap.h"
#include "sys/keyring.h"
#include "sys/landlock.h"
#include "sys/netif.h"
#include "sys/seccomp.h"
#include "sys/title.h"

static void
make_network(const struct setup *setup)
{
	int r;

	if (setup->plan->req->net == NET_HOST || broken("net"))
		return;
	tell_step(setup, STEP_NET_NS, -1);
	if (unshare(CLONE_NEWNET) < 0)
		inside_fail(setup, STEP_NET_NS, -errno, NULL);
	r = netif_loopback_up();
	if (r < 0)
		inside_fail(setup, STEP_LOOPBACK, r, NULL);
}

static void
make_own_user_namespace(const struct setup *setup)
{
	const struct plan *plan = setup->plan;
	uid_t uid = plan->inner_uid + (broken("identity") ? 1 : 0);
	int r;

	if (broken("user-namespace"))
		return;
	tell_step(setup, STEP_PAYLOAD_USER_NS, -1);
	if (unshare(CLONE_NEWUSER) < 0)
		inside_fail(setup, STEP_PAYLOAD_USER_NS, -errno, NULL);
	/* U1 maps its 0 to the user; so does U2, from whatever the user appears to be. */
	r = idmap_write(setup->proc, uid, 0, plan->inner_gid, 0);
	if (r < 0)
		inside_fail(setup, STEP_PAYLOAD_MAP, r, NULL);
}

/* If pid 1 is gone we shall be killed with its pid namespace. */
static void
tell_init(const struct setup *setup)
{
	if (send(setup->sync[1], "n", 1, MSG_NOSIGNAL) != 1)
		inside_fail(setup, STEP_SYNC, -errno, NULL);
}

static void
wait_for_root(const struct setup *setup)
{
	char byte;

	if (recv(setup->sync[1], &byte, 1, 0) != 1)
		inside_fail(setup, STEP_SYNC, -errno, NULL);
}

static void
take_terminal(const struct setup *setup)
{
	sigset_t ttou;

	if (setup->group != GROUP_PTY)
		return;
	/*
	 * We are in the background of the new terminal until now, where tcsetpgrp(3) raises SIGTTOU. The mask
	 * is set anew before the exec.
	 */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	if (sigprocmask(SIG_BLOCK, &ttou, NULL) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
	if (!setup->sandbox->background && tcsetpgrp(setup->slave, getpgrp()) < 0)
		inside_fail(setup, STEP_PTY, -errno, NULL);
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(setup->slave, fd) < 0)
			inside_fail(setup, STEP_PTY, -errno, NULL);
}

static void
enter_directory(const struct setup *setup)
{
	/* Our old directory is still the caller's: it must go even if the new one cannot be entered. */
	if (chdir("/") < 0 || chdir(setup->plan->cwd) < 0)
		inside_fail(setup, STEP_CHDIR, -errno, setup->plan->cwd);
}

/*
 * Where abstract sockets or processes outside can be reached at all: in the host's network, and through a process
 * group that is shared with it. Elsewhere the namespaces see to it, and each program that joined would be kept from
 * tracing and signalling the payload by a scope of its own.
 */
static bool
needs_scopes(const struct setup *setup)
{
	return inside_shares_net(setup) || setup->group == GROUP_SHARED;
}

static void
shed_privilege(const struct setup *setup)
{
	int r;

	tell_step(setup, STEP_KEYRING, -1);
	r = keyring_new_session();
	/*
	 * A user may own some 200 keys (keyrings(7)), fewer than sessions. Without a keyring of its own the
	 * payload still cannot reach the caller's: the seccomp filter denies every keyring call.
	 */
	if (r < 0 && r != -ENOSYS && r != -EDQUOT)
		inside_fail(setup, STEP_KEYRING, r, NULL);
	tell_step(setup, STEP_NO_NEW_PRIVS, -1);
	if (!broken("no-new-privs") && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		inside_fail(setup, STEP_NO_NEW_PRIVS, -errno, NULL);
	tell_step(setup, STEP_CAPABILITIES, -1);
	if (!broken("capabilities") && (r = caps_drop_all()) < 0)
		inside_fail(setup, STEP_CAPABILITIES, r, NULL);
	if (needs_scopes(setup))
		tell_step(setup, STEP_LANDLOCK, -1);
	if (needs_scopes(setup) && !broken("no-new-privs") && (r = landlock_scope_self()) < 0)
		inside_fail(setup, STEP_LANDLOCK, r, NULL);
}

/* main() has closed what the caller had open; this is for what we opened since. All of it is CLOEXEC already. */
static void
close_descriptors(const struct setup *setup)
{
	int r = syscall(SYS_close_range, 3, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */) < 0 ? errno : 0;

	if (r != 0 && r != ENOSYS && r != EPERM && r != EINVAL)
		inside_fail(setup, STEP_DESCRIPTORS, -r, NULL);
}

static void
filter_calls(const struct setup *setup)
{
	bool is_filtered;
	int r;

	if (broken("seccomp"))
		return;
	tell_step(setup, STEP_SECCOMP, -1);
	is_filtered = watched_install_filter(setup);
	/* Without no_new_privs the kernel refuses the filter, which the test of that promise wants to get past. */
	r = is_filtered || broken("no-new-privs") ? 0 : seccomp_deny_list_install();
	if (r < 0)
		inside_fail(setup, STEP_SECCOMP, r, NULL);
}

/* For who watches the session (sandbox/door.h). */
static void
name_program(const char *path)
{
	static char line[sizeof DOOR_TITLE + PATH_MAX];

	prctl(PR_SET_NAME, path_name(path));
	if (strlen(path) < PATH_MAX) {
		stpcpy(stpcpy(line, DOOR_TITLE " "), path);
		title_set_line(line);
	}
}

_Noreturn void
payload_become(struct setup *setup)
{
	const struct plan *plan = setup->plan;

	take_terminal(setup);
	enter_directory(setup);
	shed_privilege(setup);
	close_descriptors(setup);
	filter_calls(setup);
	tell_step(setup, STEP_VERIFY, -1);
	if (plan->door)
		verify_joined(setup);
	else
		verify_promises(setup);
	if (setup->sandbox->ignore_child)
		signal(SIGCHLD, SIG_IGN);
	if (sigprocmask(SIG_SETMASK, setup->mask, NULL) < 0)
		inside_fail(setup, STEP_SIGNALS, -errno, NULL);
	tell_step(setup, STEP_EXEC, -1);
	environ = plan->envp;
	if (plan->door && plan->argv[0][0] == '/')
		name_program(plan->argv[0]);
	execvp(plan->argv[0], plan->argv);
	inside_fail(setup, STEP_EXEC, -errno, plan->argv[0]);
}

_Noreturn void
payload_main(struct setup *setup)
{
	close(setup->sync[0]);
	watched_tell_born(setup);
	watched_close(setup);
	inside_bind_life(setup);
	if (setup->group != GROUP_SHARED && setpgid(0, 0) < 0)
		inside_fail(setup, STEP_GROUP, -errno, NULL);
	make_network(setup);
	make_own_user_namespace(setup);
	tell_init(setup);
	/* While pid 1 builds. These are ours for good: nothing that is still to come changes them. */
	verify_namespaces(setup);
	wait_for_root(setup);
	payload_become(setup);
}
