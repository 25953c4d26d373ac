/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relay: every byte once and in order, whatever the two sides take and give at a time; and why it stopped. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/relay.h"

enum { SMALL_PIPE = 4096, DATA = 400 * 1000, BUDGET = 64 };

/* source -> from | relay | to -> sink */
struct scene {
	int source, sink;
	struct relay_end from, to;
};

static struct relay relay;
static char data[DATA], seen[DATA + 1];

static int
pipe_of(int ends[2], int size)
{
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	return fcntl(ends[1], F_SETPIPE_SZ, size) < 0 ? -errno : 0;
}

static int
set_up(void **state)
{
	static struct scene scene;
	int in[2], out[2];

	if (pipe_of(in, 64 * 1024) < 0 || pipe_of(out, SMALL_PIPE) < 0)
		return -1;
	memset(&relay, 0, sizeof relay);
	scene = (struct scene){ .source = in[1], .sink = out[0], .from = { .fd = in[0], .ready = true },
				.to = { .fd = out[1], .ready = true } };
	srandom(1);
	for (size_t i = 0; i < DATA; i++)
		data[i] = (char)random();
	*state = &scene;
	return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct scene *scene = *state;

	close(scene->source);
	close(scene->sink);
	close(scene->from.fd);
	close(scene->to.fd);
	return 0;
}

static void
feed(const struct scene *scene, const char *text)
{
	assert_int_equal(write(scene->source, text, strlen(text)), strlen(text));
}

/* All that has come out. */
static size_t
drain(const struct scene *scene, char *ret, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size && (n = read(scene->sink, ret + len, size - len)) > 0)
		len += (size_t)n;
	return len;
}

static void
bytes_are_exact(void **state)
{
	struct scene *scene = *state;
	size_t in = 0, out = 0;
	ssize_t n;

	for (int rounds = 0; out < DATA && rounds < 1000 * 1000; rounds++) {
		size_t give = 1 + (size_t)random() % 9000, take = 1 + (size_t)random() % 9000;

		n = write(scene->source, data + in, give < DATA - in ? give : DATA - in);
		in += n > 0 ? (size_t)n : 0;
		/* As epoll_wait(2) would tell. */
		scene->from.ready = scene->to.ready = true;
		relay_pump(&relay, &scene->from, &scene->to, 1 + (int)(random() % 3));
		n = read(scene->sink, seen + out, take < DATA + 1 - out ? take : DATA + 1 - out);
		out += n > 0 ? (size_t)n : 0;
	}
	assert_int_equal(out, DATA);
	assert_memory_equal(seen, data, DATA);
	assert_true(relay_is_empty(&relay));
}

static void
nothing_to_do(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_STARVED);
	assert_false(scene->from.ready);
	/* Until somebody says so there is nothing, and nothing is tried. */
	feed(scene, "x");
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_STARVED);
	assert_int_equal(drain(scene, seen, 10), 0);
	scene->from.ready = true;
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_STARVED);
	assert_int_equal(drain(scene, seen, 10), 1);
}

/* What one side does not take is not read from the other. */
static void
full_pipe(void **state)
{
	struct scene *scene = *state;
	int left = 0;
	size_t len;

	assert_int_equal(write(scene->source, data, 60 * 1000), 60 * 1000);
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_BLOCKED);
	assert_false(scene->to.ready);
	assert_int_equal(ioctl(scene->from.fd, FIONREAD, &left), 0);
	assert_true(left >= 60 * 1000 - SMALL_PIPE - RELAY_BYTES);
	len = drain(scene, seen, DATA);
	assert_int_equal(len, SMALL_PIPE);
	/* Not ready is not ready, whatever room there is. */
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_BLOCKED);
	while (len < 60 * 1000) {
		size_t n;

		scene->to.ready = true;
		relay_pump(&relay, &scene->from, &scene->to, BUDGET);
		n = drain(scene, seen + len, DATA - len);
		assert_true(n > 0);
		len += n;
	}
	assert_int_equal(len, 60 * 1000);
	assert_memory_equal(seen, data, 60 * 1000);
}

/* Who writes without end gets no more than its share between two looks at everything else. */
static void
flood(void **state)
{
	struct scene *scene = *state;
	int left = 0;

	assert_true(fcntl(scene->to.fd, F_SETPIPE_SZ, 256 * 1024) > 0);
	assert_int_equal(write(scene->source, data, 60 * 1000), 60 * 1000);
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, 2), RELAY_MORE);
	assert_int_equal(ioctl(scene->from.fd, FIONREAD, &left), 0);
	assert_int_equal(left, 60 * 1000 - 2 * RELAY_BYTES);
	assert_int_equal(drain(scene, seen, DATA), 2 * RELAY_BYTES);
	assert_memory_equal(seen, data, 2 * RELAY_BYTES);
}

static void
end_of_file(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(write(scene->source, data, 2 * SMALL_PIPE), 2 * SMALL_PIPE);
	close(scene->source);
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_BLOCKED);
	assert_int_equal(drain(scene, seen, DATA), SMALL_PIPE);
	scene->to.ready = true;
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_FINISHED);
	assert_int_equal(drain(scene, seen + SMALL_PIPE, DATA), SMALL_PIPE);
	assert_memory_equal(seen, data, 2 * SMALL_PIPE);
	scene->source = -1;
}

static void
broken_pipe(void **state)
{
	struct scene *scene = *state;

	feed(scene, "x");
	close(scene->sink);
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_BROKEN);
	scene->sink = -1;
}

/* Where O_NONBLOCK is not ours to set, nothing blocks either: this test would not end. */
static void
shared_descriptors(void **state)
{
	struct scene *scene = *state;
	size_t len;

	assert_int_equal(fcntl(scene->from.fd, F_SETFL, 0), 0);
	assert_int_equal(fcntl(scene->to.fd, F_SETFL, 0), 0);
	scene->from.shared = scene->to.shared = true;
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_STARVED);
	assert_int_equal(write(scene->source, data, 2 * SMALL_PIPE), 2 * SMALL_PIPE);
	scene->from.ready = true;
	assert_int_equal(relay_pump(&relay, &scene->from, &scene->to, BUDGET), RELAY_BLOCKED);
	/* poll(2) takes a pipe's page that is not full for full. */
	for (len = 0; !relay_is_empty(&relay);) {
		len += drain(scene, seen + len, DATA - len);
		scene->to.ready = true;
		relay_pump(&relay, &scene->from, &scene->to, BUDGET);
	}
	len += drain(scene, seen + len, DATA - len);
	assert_int_equal(len, 2 * SMALL_PIPE);
	assert_memory_equal(seen, data, 2 * SMALL_PIPE);
}

/* Each text comes in two pieces, cut anywhere. */
static void
crlf(void **state)
{
	static const char *const texts[][2] = {
		{ "a\r\nb\r\n", "a\nb\n" }, { "\r\n", "\n" },	      { "\r\r\n", "\r\n" }, { "a\rb", "a\rb" },
		{ "\n\n", "\n\n" },	    { "a\r\r\r", "a\r\r\r" }, { "\r", "\r" },	    { "\r\n\r", "\n\r" },
	};
	struct scene *scene = *state;

	relay.undo_crlf = true;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		for (size_t cut = 0; cut <= strlen(texts[i][0]); cut++) {
			size_t len = 0;

			/* Only what is known to be there is tried: a CR that nothing follows is let go. */
			for (int piece = 0; piece < 2; piece++) {
				const char *from = piece ? texts[i][0] + cut : texts[i][0];

				assert_true(write(scene->source, from, piece ? strlen(from) : cut) >= 0);
				scene->from.ready = true;
				relay_pump(&relay, &scene->from, &scene->to, piece ? BUDGET : cut > 0);
			}
			len = drain(scene, seen, DATA);
			seen[len] = '\0';
			assert_string_equal(seen, texts[i][1]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bytes_are_exact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_to_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(full_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(end_of_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(shared_descriptors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(crlf, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
