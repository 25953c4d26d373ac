/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch-tool ISOLATE-OPTION… -- PROG ARG…
 * Runs a watched session by the library alone, and prints what was missed: "TIER NAME", then a line each:
 *	COUNT CALL COMM PATH [VIA STEP]…
 * with what is not printable as \ooo. With --on-miss=ask it decides itself: the environment's DECIDE says how, of the
 * first call that waits: "mount" (the path in ALLOW), "deny", "leave" (nobody is there any more), or a signal's number,
 * which the program gets. The program is told to begin by the FIFO "go" in the current directory.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "options.h"
#include "sandbox/launch.h"
#include "sandbox/plan.h"
#include "session/miss_mount.h"
#include "watch/watch.h"

static void
print_word(const char *word)
{
	for (; *word != '\0'; word++)
		if (*word > ' ' && *word < 0x7f && *word != '\\')
			putchar(*word);
		else
			printf("\\%03o", (unsigned)(unsigned char)*word);
}

static void
print_miss(const struct miss *miss)
{
	printf("%llu %s ", (unsigned long long)miss->count, miss->call ? miss->call : "?");
	print_word(miss->comm[0] ? miss->comm : "?");
	putchar(' ');
	print_word(miss->path);
	for (size_t i = 0; i < miss->chain_len; i++) {
		printf(" %s ", miss_via_names[miss->chain[i].via]);
		print_word(miss->chain[i].path);
	}
	putchar('\n');
}

static int
print_all(struct watch *watch)
{
	_automisses_ struct miss_list list = { 0 };
	struct watch_state state = { 0 };
	int r = watch_read(watch, WATCH_MANAGER, &list, &state);

	printf("TIER %s\n", watch_tier_names[watch_tier(watch)]);
	if (r < 0) {
		printf("LOST %s\n", strerror(-r));
		return 0;
	}
	if (state.lost > 0)
		printf("UNSEEN %llu\n", (unsigned long long)state.lost);
	for (size_t i = 0; i < list.len; i++)
		print_miss(list.items[i]);
	return 0;
}

/* Waits for the first call that is held, and does to it what is asked for. */
static void
decide(const struct sandbox *sb)
{
	const char *how = getenv("DECIDE"), *allow = getenv("ALLOW");
	struct pollfd news = { .fd = watch_event_fd(sb->watch), .events = POLLIN };
	_automisses_ struct miss_list list = { 0 };
	struct watch_state state = { 0 };
	int go;

	if (!how || watch_set_decider(sb->watch, WATCH_CONTROL, getpid(), 0) < 0)
		return;
	go = open("go", O_WRONLY | O_CLOEXEC);
	close(go);
	while (watch_read(sb->watch, WATCH_CONTROL, &list, &state) == 0 && state.held == 0)
		poll(&news, 1, -1);
	printf("HELD %llu\n", (unsigned long long)state.held);
	if (strcmp(how, "mount") == 0 && allow && miss_mount(sb->init, allow) == 0)
		watch_set_state(sb->watch, WATCH_CONTROL, allow, MISS_CURED);
	else if (strcmp(how, "deny") == 0)
		watch_set_state(sb->watch, WATCH_CONTROL, "/", MISS_IGNORED);
	else if (strcmp(how, "leave") == 0)
		watch_set_decider(sb->watch, WATCH_CONTROL, 0, 0);
	else
		kill(sb->payload, atoi(how));
}

static int
run(const struct plan *plan, struct error *err)
{
	struct sandbox sb = SANDBOX_INIT;
	bool exec_failed;
	int status = 0;
	int r = watch_prepare(plan, &sb, err);

	sigemptyset(&sb.payload_mask);
	if (r == 0)
		r = sandbox_launch(plan, GROUP_OWN, &sb, err);
	if (r < 0) {
		watch_end(&sb);
		return r;
	}
	watch_start(plan, &sb, &miss_mounter);
	if (sb.watch)
		watch_rouse(sb.watch);
	if (sb.watch && plan->req->on_miss == ON_MISS_ASK)
		decide(&sb);
	while (waitpid(sb.payload, &status, 0) < 0 && errno == EINTR)
		;
	fflush(stdout);
	if (sandbox_failure(&sb, plan, &exec_failed, err) == 1)
		error_print(err, stderr, "watch-tool");
	if (sb.watch)
		print_all(sb.watch);
	watch_stop(&sb);
	sandbox_end(&sb);
	watch_end(&sb);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
	_autoerror_ struct error err = ERROR_INIT;
	struct request req;
	struct plan plan;
	bool done;
	int r;

	request_init(&req);
	r = options_parse(argc, argv, &req, &done, &err);
	if (r == 0)
		r = plan_make(&req, &plan, &err);
	if (r == 0) {
		r = run(&plan, &err);
		plan_release(&plan);
	}
	if (r < 0)
		error_print(&err, stderr, "watch-tool");
	request_release(&req);
	fflush(stdout);
	return r < 0 ? STATUS_FAILED : r;
}
