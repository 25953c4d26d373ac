/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inspector, from outside: starting it, and giving the terminal back. */
#include "config.h"

#include "session/inspector.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "session/imitate.h"
#include "session/programs.h"

enum { ESC = 27, CURSOR_SEEN = 25 };

/*
 * Private modes of terminals (DECSET) that a program sets and expects to last: cursor keys, cursor seen or not, mouse,
 * focus, its encodings, alternate screens, pastes in brackets. `ours`: the inspector changes it as well.
 */
static const struct {
	int number;
	bool screen; /* an alternate screen */
} modes[] = {
	{ 1, false },	 { CURSOR_SEEN, false },
	{ 1000, false }, { 1002, false }, { 1003, false }, { 1004, false },
	{ 1006, false }, { 1015, false }, { 2004, false }, { 47, true },    { 1047, true },  { 1049, true },
};
_Static_assert(sizeof modes / sizeof modes[0] == INSPECTOR_MODES, "each mode has a place");

/*
 * For a terminal whose program ended without a word: normal keys, no mouse, no brackets around pastes, updates shown,
 * the whole screen scrolls, the main screen, a cursor that is seen and has its own shape, letters and no lines, no
 * colours.
 */
static const char reset[] = "\033[?1l\033>\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?1006l\033[?2004l"
			    "\033[?2026l\033[r\033[?1049l\033[?25h\033[0 q\033(B\017\033[0m\r";

/*
 * Where the cursor is: curses leaves it in the first column. Mouse and focus: what the payload gets from the terminal
 * must not reach the inspector.
 */
static const char quiet[] = "\0337\033[?1000l\033[?1002l\033[?1003l\033[?1004l\033[?1l";

/* As isolate-inspect has it, which shows nothing there: such a terminal would show all that it is told. */
static bool
is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || strcmp(term, "dumb") == 0;
}

static void
tell(const struct job *job, const char *text)
{
	size_t len = is_dumb() ? 0 : strlen(text);

	/* What a terminal does not take now it will not show. */
	while (len > 0) {
		ssize_t n = write(job->terminal->out.fd, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* --- what passes --- */

/* A complete sequence: ESC [ ? NUMBER ; NUMBER h, or l. Others say nothing of these modes. */
static void
note_sequence(struct inspector *inspector)
{
	char *at = inspector->sequence + 3;
	char final = inspector->sequence[inspector->sequence_len - 1];

	if (inspector->sequence_len < 5 || inspector->sequence[2] != '?' || (final != 'h' && final != 'l'))
		return;
	while (*at >= '0' && *at <= '9') {
		long number = strtol(at, &at, 10);

		for (size_t i = 0; i < INSPECTOR_MODES; i++)
			if (modes[i].number == number)
				inspector->modes[i] = final == 'h';
		at += *at == ';';
	}
}

/* One byte of a sequence: ESC, [, parameters, a final byte. False: it is none, or none that we care about. */
static bool
takes_byte(struct inspector *inspector, char byte)
{
	size_t len = inspector->sequence_len;

	if (len == 1 ? byte != '[' : len == 2 ? byte != '?' : !((byte >= '0' && byte <= '9') || byte == ';'))
		return false;
	inspector->sequence[inspector->sequence_len++] = byte;
	return inspector->sequence_len < INSPECTOR_SEQUENCE - 1;
}

static size_t
look_at_output(void *arg, char *bytes, size_t len)
{
	struct inspector *inspector = arg;

	for (size_t i = 0; i < len; i++) {
		if (inspector->sequence_len == 0) {
			const char *escape = memchr(bytes + i, ESC, len - i);

			if (!escape)
				break;
			i = (size_t)(escape - bytes);
			inspector->sequence[inspector->sequence_len++] = ESC;
			continue;
		}
		if (takes_byte(inspector, bytes[i]))
			continue;
		if (inspector->sequence_len > 3 && (bytes[i] == 'h' || bytes[i] == 'l')) {
			inspector->sequence[inspector->sequence_len++] = bytes[i];
			inspector->sequence[inspector->sequence_len] = '\0';
			note_sequence(inspector);
		}
		inspector->sequence_len = 0;
		/* It may begin another. */
		i -= bytes[i] == ESC;
	}
	return len;
}

/* Takes the key out. What was typed before it goes on; what was typed behind it is for the inspector. */
static size_t
look_at_input(void *arg, char *bytes, size_t len)
{
	struct inspector *inspector = arg;
	size_t to = 0;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != inspector->key || !inspector->key) {
			bytes[to++] = bytes[i];
			continue;
		}
		if (i + 1 < len && bytes[i + 1] == inspector->key) {
			bytes[to++] = bytes[++i];
			continue;
		}
		inspector->typed_len = len - i - 1 < INSPECTOR_TYPED ? len - i - 1 : INSPECTOR_TYPED;
		memcpy(inspector->typed, bytes + i + 1, inspector->typed_len);
		inspector->wanted = inspector->input->resting = true;
		break;
	}
	return to;
}

int
inspector_prepare(struct inspector *inspector, const char *name, char key, bool opens, struct relay *input,
		  struct relay *output, struct error *err)
{
	*inspector = (struct inspector){ .name = name, .key = key, .input = input, .output = output, .notice = -1 };
	if (!name)
		return error_set(err, 0, "the session has no name by which an inspector could find it");
	if (!key && !opens)
		return 0;
	if (program_find("isolate-inspect", &inspector->program, err) < 0)
		return -1;
	for (size_t i = 0; i < INSPECTOR_MODES; i++)
		inspector->modes[i] = modes[i].number == CURSOR_SEEN;
	inspector->wanted = inspector->pane = input->resting = output->resting = opens;
	input->look = look_at_input;
	input->look_arg = inspector;
	output->look = look_at_output;
	output->look_arg = inspector;
	return 0;
}

/* --- its life --- */

/* In the child: isolate-inspect says it on standard output. */
static _Noreturn void
become_teller(const char *program, const struct winsize *terminal, const struct inbox *inbox, int out)
{
	char size[32];
	char *argv[] = { (char *)"isolate-inspect", (char *)"--pane-size", size, NULL };

	snprintf(size, sizeof size, "%dx%d", terminal->ws_col, terminal->ws_row);
	sigprocmask(SIG_SETMASK, &inbox->original, NULL);
	if (dup2(out, STDOUT_FILENO) >= 0)
		execv(program, argv);
	_exit(STATUS_NOT_EXECUTABLE);
}

bool
inspector_pane_size(const struct winsize *terminal, const struct inbox *inbox, struct winsize *ret)
{
	_autoerror_ struct error err = ERROR_INIT;
	_autofree_ char *program = NULL;
	_autofclose_ FILE *said = NULL;
	struct winsize size = *terminal;
	bool is_said;
	int ends[2];
	pid_t pid;

	if (program_find("isolate-inspect", &program, &err) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		become_teller(program, terminal, inbox, ends[1]);
	close(ends[1]);
	said = fdopen(ends[0], "r");
	is_said = said && fscanf(said, "%hux%hu", &size.ws_col, &size.ws_row) == 2;
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (is_said)
		*ret = size;
	return is_said;
}

/* In the child. The terminal's signals are the inspector's, which knows what to do with them. */
static _Noreturn void
become_inspector(const struct inspector *inspector, const struct job *job, const struct inbox *inbox, int notice)
{
	char key[16], pane[16], told[16], typed[2 * INSPECTOR_TYPED + 1] = "";
	char *argv[] = { (char *)"isolate-inspect", (char *)"--managed", (char *)"--key", key, (char *)"--pane", pane,
			 (char *)"--notice", told, (char *)"--typed", typed, (char *)"--", (char *)inspector->name,
			 NULL };

	snprintf(key, sizeof key, "%d", inspector->key);
	/* The descriptors that are not closed when it is executed. */
	snprintf(pane, sizeof pane, "%d", inspector->pane ? fcntl(job->to_payload.fd, F_DUPFD, 3) : -1);
	snprintf(told, sizeof told, "%d", notice >= 0 ? fcntl(notice, F_DUPFD, 3) : -1);
	for (size_t i = 0; i < inspector->typed_len; i++)
		snprintf(typed + 2 * i, 3, "%02x", (unsigned char)inspector->typed[i]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigprocmask(SIG_SETMASK, &inbox->original, NULL);
	execv(inspector->program, argv);
	_exit(STATUS_NOT_EXECUTABLE);
}

static void
close_notice(struct inspector *inspector)
{
	if (inspector->notice >= 0)
		close(take_fd(&inspector->notice));
}

/* Shorter than what a pipe takes at once. One that cannot be told would show for ever what has ended. */
static void
write_notice(struct inspector *inspector)
{
	if (inspector->pid <= 0 || !inspector->last_words)
		return;
	if (inspector->notice < 0 ||
	    write(inspector->notice, inspector->last_words, strlen(inspector->last_words)) < 0)
		inspector_dismiss(inspector);
	close_notice(inspector);
}

static bool
is_moment(const struct inspector *inspector, const struct job *job)
{
	if (!inspector->wanted || !inspector->program || inspector->pid > 0 || job->to_payload.fd < 0)
		return false;
	/* What could not be executed was never given the terminal. */
	if (inspector->last_words)
		return terminal_is_ours(job->terminal);
	return job->executed && !job->ended && job->foreground && relay_is_empty(inspector->output);
}

void
inspector_open(struct inspector *inspector, struct job *job, const struct inbox *inbox)
{
	int notice[2] = { -1, -1 };
	pid_t pid;

	/* It ended before anything could be shown. */
	if (inspector->wanted && job->ended && !inspector->last_words)
		inspector->wanted = inspector->input->resting = inspector->output->resting = false;
	if (!is_moment(inspector, job))
		return;
	inspector->wanted = false;
	/* What the program tells its pane we do not hear: when it comes back, nothing is known. */
	for (size_t i = 0; inspector->pane && i < INSPECTOR_MODES; i++)
		inspector->modes[i] = modes[i].number == CURSOR_SEEN;
	tell(job, quiet);
	terminal_restore(job->terminal);
	if (inspector->pane && pipe2(notice, O_CLOEXEC | O_NONBLOCK) < 0)
		notice[0] = notice[1] = -1;
	pid = fork();
	if (pid == 0)
		become_inspector(inspector, job, inbox, notice[0]);
	if (notice[0] >= 0)
		close(notice[0]);
	inspector->notice = notice[1];
	inspector->typed_len = 0;
	if (pid < 0) {
		inspector->input->resting = inspector->output->resting = false;
		job_look_at_foreground(job);
		return;
	}
	inspector->pid = pid;
	inspector->input->resting = inspector->output->resting = true;
	write_notice(inspector);
}

/* The size of the pty is another for a moment: a program that fills its screen draws it anew. */
static void
ask_to_draw(struct job *job)
{
	struct winsize size = job->size;

	if (job->to_payload.fd < 0 || size.ws_row < 2)
		return;
	size.ws_row--;
	ioctl(job->to_payload.fd, TIOCSWINSZ, &size);
	ioctl(job->to_payload.fd, TIOCSWINSZ, &job->size);
}

/* Everything that the payload has told the terminal, told again. */
static void
tell_modes(const struct inspector *inspector, struct job *job)
{
	bool alternate = false;

	/* What it showed in its pane is on another screen than this. */
	if (!inspector->pane)
		tell(job, "\0338");
	for (size_t i = 0; i < INSPECTOR_MODES; i++) {
		char text[16];

		snprintf(text, sizeof text, "\033[?%d%c", modes[i].number, inspector->modes[i] ? 'h' : 'l');
		if (inspector->modes[i] || !modes[i].screen)
			tell(job, text);
		alternate |= modes[i].screen && inspector->modes[i];
	}
	if (alternate)
		ask_to_draw(job);
}

/* The terminal as the user has it, whatever state it was left in. `wordless`: without a word of the inspector's. */
static void
restore(const struct terminal *terminal, bool wordless)
{
	if (!terminal_is_ours(terminal))
		return;
	tcsetattr(terminal->in.fd, TCSANOW, &terminal->saved);
	if (wordless && !is_dumb() && write(terminal->out.fd, reset, sizeof reset - 1) < 0)
		return;
}

/* Where it ends by itself it has given the terminal back, and may have said why below what it showed. */
static bool
ended_wordless(int status)
{
	return !WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) < STATUS_FAILED &&
				      WEXITSTATUS(status) != INSPECTOR_SENDS_KEY);
}

/* By which signal it is stopped now, or 0. Never taken from the kernel: it tells until the process is continued. */
static int
stopped_by(pid_t pid)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | WNOWAIT) < 0 || info.si_pid != pid)
		return 0;
	return info.si_status;
}

/*
 * If the inspector has stopped so do we: by a request, and the terminal is given back, or by SIGSTOP, and it is not.
 * We alone: of the group only the inspector has a part in this. A SIGCONT that is to be taken yet comes first. Whoever
 * continues us continues the job, as a shell does, or us alone.
 */
static void
follow_stop(pid_t pid, const struct terminal *terminal)
{
	int number = stopped_by(pid);
	sigset_t pending;

	if (number == 0 || sigpending(&pending) < 0 || sigismember(&pending, SIGCONT))
		return;
	restore(terminal, number == SIGSTOP);
	imitate_stop(number, false);
	if (stopped_by(pid))
		kill(pid, SIGCONT);
}

static bool
is_inspectors(pid_t pid)
{
	char name[32] = "";
	_autofree_ char *path = text_format("/proc/%d/comm", (int)pid);
	_autofclose_ FILE *f = fopen(path, "re");

	return f && fgets(name, sizeof name, f) && strcmp(name, "isolate-inspect\n") == 0;
}

/*
 * The inspector's aide (tui/aide.h), which it waits for itself unless it was killed: then the aide is ours, who are the
 * subreaper of what we have started. What else has ended belongs to others here.
 */
static void
reap_aide(const struct inspector *inspector)
{
	siginfo_t info = { .si_pid = 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0 &&
	       info.si_pid != inspector->pid && is_inspectors(info.si_pid) && waitpid(info.si_pid, NULL, WNOHANG) > 0)
		info.si_pid = 0;
}

static bool
take_end(struct inspector *inspector, struct job *job)
{
	struct relay *input = inspector->input;
	int status;

	if (inspector->pid <= 0 || waitpid(inspector->pid, &status, WNOHANG) != inspector->pid)
		return false;
	inspector->pid = 0;
	close_notice(inspector);
	input->resting = inspector->output->resting = false;
	restore(job->terminal, ended_wordless(status));
	tell_modes(inspector, job);
	/* The pane's size is not the terminal's. */
	if (inspector->pane)
		job->size = (struct winsize){ 0 };
	job_look_at_foreground(job);
	job->terminal->in.ready = job->terminal->out.ready = true;
	job->from_payload.ready = job->from_payload.fd >= 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == INSPECTOR_SENDS_KEY && relay_is_empty(input)) {
		input->bytes[0] = inspector->key;
		input->start = 0;
		input->end = 1;
	}
	return true;
}

bool
inspector_take_end(struct inspector *inspector, struct job *job)
{
	bool ended = take_end(inspector, job);

	reap_aide(inspector);
	return ended;
}

void
inspector_tell_end(struct inspector *inspector, char *words)
{
	free(inspector->last_words);
	inspector->last_words = words;
	write_notice(inspector);
}

void
inspector_stop(const struct inspector *inspector)
{
	if (inspector->pid > 0)
		kill(inspector->pid, SIGTSTP);
}

void
inspector_follow_stop(const struct inspector *inspector, const struct job *job)
{
	if (inspector->pid > 0)
		follow_stop(inspector->pid, job->terminal);
}

void
inspector_dismiss(const struct inspector *inspector)
{
	if (inspector->pid > 0)
		kill(inspector->pid, SIGTERM);
}

void
inspector_release(struct inspector *inspector, struct job *job)
{
	int status = 0;

	if (inspector->pid > 0) {
		kill(inspector->pid, SIGKILL);
		while (waitpid(inspector->pid, &status, 0) < 0 && errno == EINTR)
			;
		restore(job->terminal, ended_wordless(status));
		inspector->pid = 0;
	}
	close_notice(inspector);
	free(inspector->last_words);
	free(inspector->program);
	inspector->program = inspector->last_words = NULL;
}

/* --- --inspect=NAME --- */

/* Until it has ended. Signals that are for the job reach it too; those to us alone are passed on. */
static int
wait_for(pid_t pid, const struct terminal *terminal, const sigset_t *signals)
{
	int status = 0;

	for (;;) {
		int number = sigwaitinfo(signals, NULL);

		if (number > 0 && number != SIGCHLD && number != SIGCONT)
			kill(pid, number);
		if (number == SIGCHLD && waitpid(pid, &status, WNOHANG) == pid)
			return status;
		follow_stop(pid, terminal);
	}
}

int
inspector_run(const char *name, bool json, struct error *err)
{
	char *argv[] = { (char *)"isolate-inspect", (char *)(json ? "--json" : "--"), (char *)(json ? "--" : name),
			 (char *)(json ? name : NULL), NULL };
	_autofree_ char *program = NULL;
	struct terminal terminal = { .in.fd = STDIN_FILENO, .out.fd = STDOUT_FILENO };
	bool on_terminal = tcgetattr(STDIN_FILENO, &terminal.saved) == 0 && isatty(STDOUT_FILENO);
	sigset_t signals, original;
	pid_t pid;
	int status;

	if (program_find("isolate-inspect", &program, err) < 0)
		return -1;
	terminal.controlling = tcgetpgrp(STDIN_FILENO) >= 0;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigaddset(&signals, SIGTSTP);
	sigaddset(&signals, SIGTTIN);
	sigaddset(&signals, SIGCONT);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &signals, &original);
	pid = fork();
	if (pid < 0)
		return error_set(err, errno, "cannot start '%s'", program);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		sigprocmask(SIG_SETMASK, &original, NULL);
		execv(program, argv);
		_exit(STATUS_NOT_EXECUTABLE);
	}
	status = wait_for(pid, &terminal, &signals);
	if (on_terminal && WIFSIGNALED(status))
		restore(&terminal, true);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
