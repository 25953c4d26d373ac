/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The payload's environment. */
#include "config.h"

#include "sandbox/environ.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/text.h"

/*
 * Names of sockets, buses and tokens outside. They would not work inside, where the sockets are not; and where a
 * directory that holds them is bound on purpose, whoever wants the payload to use them says so with --setenv. Sorted
 * in the order of strcmp(3).
 */
const struct environ_row environ_dropped[] = {
	{ "ALACRITTY_SOCKET", "control socket of the terminal" },
	{ "AT_SPI_BUS_ADDRESS", "accessibility bus of the desktop" },
	{ "CONTAINER_HOST", "socket of podman, which starts programs outside" },
	{ "CREDENTIALS_DIRECTORY", "secrets that systemd gave to a service" },
	{ "DBUS_SESSION_BUS_ADDRESS", "session bus: starts programs, holds passwords" },
	{ "DBUS_SESSION_BUS_PID", "process of the session bus" },
	{ "DBUS_SESSION_BUS_WINDOWID", "window of the session bus" },
	{ "DBUS_STARTER_ADDRESS", "the bus that started the caller" },
	{ "DBUS_STARTER_BUS_TYPE", "the bus that started the caller" },
	{ "DBUS_SYSTEM_BUS_ADDRESS", "system bus" },
	{ "DISPLAY", "X server: reads the keys of all windows" },
	{ "DOCKER_HOST", "socket of docker, which is root outside" },
	{ "EMACS_SOCKET_NAME", "socket of a running emacs, which runs what it is told" },
	{ "GNOME_KEYRING_CONTROL", "keyring of the desktop" },
	{ "GNOME_KEYRING_PID", "keyring of the desktop" },
	{ "GPG_AGENT_INFO", "agent that signs and decrypts" },
	{ "HYPRLAND_INSTANCE_SIGNATURE", "control socket of the compositor" },
	{ "I3SOCK", "control socket of the window manager" },
	{ "IBUS_ADDRESS", "bus of the input method: sees what is typed" },
	{ "ICEAUTHORITY", "cookies of the desktop session" },
	{ "JOURNAL_STREAM", "says that stderr is the journal, which it is not inside" },
	{ "KITTY_LISTEN_ON", "control socket of the terminal" },
	{ "KRB5CCNAME", "Kerberos tickets" },
	{ "LISTEN_FDNAMES", "descriptors of socket activation, which are closed" },
	{ "LISTEN_FDS", "descriptors of socket activation, which are closed" },
	{ "LISTEN_PID", "descriptors of socket activation, which are closed" },
	{ "NOTIFY_SOCKET", "socket of the service manager" },
	{ "NVIM", "socket of a running nvim, which runs what it is told" },
	{ "NVIM_LISTEN_ADDRESS", "socket of a running nvim, which runs what it is told" },
	{ "PIPEWIRE_REMOTE", "sound and screen server" },
	{ "PULSE_COOKIE", "key to the sound server" },
	{ "PULSE_SERVER", "sound server: hears the microphone" },
	{ "SESSION_MANAGER", "socket of the desktop session" },
	{ "SSH_AGENT_LAUNCHER", "agent that signs with the user's keys" },
	{ "SSH_AGENT_PID", "agent that signs with the user's keys" },
	{ "SSH_AUTH_SOCK", "agent that signs with the user's keys" },
	{ "STY", "socket of a running screen, which runs what it is told" },
	{ "SWAYSOCK", "control socket of the compositor" },
	{ "TMUX", "socket of a running tmux, which runs what it is told" },
	{ "TMUX_PANE", "pane of that tmux" },
	{ "VSCODE_GIT_IPC_HANDLE", "socket of the editor" },
	{ "VSCODE_IPC_HOOK_CLI", "socket of the editor, which runs what it is told" },
	{ "WATCHDOG_PID", "watchdog of the service manager" },
	{ "WATCHDOG_USEC", "watchdog of the service manager" },
	{ "WAYLAND_DISPLAY", "socket of the compositor" },
	{ "WAYLAND_SOCKET", "descriptor of the compositor, which is closed" },
	{ "WEZTERM_UNIX_SOCKET", "control socket of the terminal" },
	{ "XAUTHORITY", "key to the X server" },
	{ "XDG_RUNTIME_DIR", "directory of all these sockets, which is not there inside" },
	{ "ZELLIJ", "session of a running zellij" },
	{ "ZELLIJ_SESSION_NAME", "session of a running zellij" },
};
const size_t environ_dropped_len = sizeof environ_dropped / sizeof *environ_dropped;

enum { DEFAULT_NAME_MAX = 48 };

/* While it is made: texts that belong to others, or to `own`. */
struct env {
	const char **vars;
	size_t len, cap;
	char **own; /* made here */
	size_t own_len, own_cap;
};

static size_t
name_length(const char *var)
{
	return strcspn(var, "=");
}

static bool
has_name(const char *var, const char *name, size_t len)
{
	return strncmp(var, name, len) == 0 && (var[len] == '=' || var[len] == '\0');
}

static int
compare_row(const void *key, const void *row)
{
	const char *var = key;
	const char *name = ((const struct environ_row *)row)->name;
	size_t len = name_length(var);
	int order = strncmp(var, name, len);

	return order != 0 ? order : name[len] == '\0' ? 0 : -1;
}

static bool
is_dropped(const char *var)
{
	return bsearch(var, environ_dropped, environ_dropped_len, sizeof *environ_dropped, compare_row) != NULL;
}

static void
env_add(struct env *env, const char *var)
{
	env->vars = array_grow(env->vars, &env->cap, env->len + 1, sizeof *env->vars);
	env->vars[env->len++] = var;
}

/* All of them: an environment may hold a name twice, and which one a program sees is its own affair. */
static void
env_unset(struct env *env, const char *name)
{
	size_t len = strlen(name);
	size_t kept = 0;

	for (size_t i = 0; i < env->len; i++)
		if (!has_name(env->vars[i], name, len))
			env->vars[kept++] = env->vars[i];
	env->len = kept;
}

static void
env_set(struct env *env, const char *name, const char *value)
{
	char *var = text_format("%s=%s", name, value);

	env->own = array_grow(env->own, &env->own_cap, env->own_len + 1, sizeof *env->own);
	env->own[env->own_len++] = var;
	env_unset(env, name);
	env_add(env, var);
}

static void
env_clear(struct env *env)
{
	size_t kept = 0;

	for (size_t i = 0; i < env->len; i++)
		if (has_name(env->vars[i], "PWD", 3))
			env->vars[kept++] = env->vars[i];
	env->len = kept;
}

/* The array, and behind it the texts. */
static char **
env_pack(const struct env *env)
{
	size_t size = (env->len + 1) * sizeof(char *);
	char **packed, *text;

	for (size_t i = 0; i < env->len; i++)
		size += strlen(env->vars[i]) + 1;
	packed = array_grow(NULL, &(size_t){ 0 }, size, 1);
	text = (char *)(packed + env->len + 1);
	for (size_t i = 0; i < env->len; i++) {
		packed[i] = text;
		text = stpcpy(text, env->vars[i]) + 1;
	}
	packed[env->len] = NULL;
	return packed;
}

static void
apply(struct env *env, const struct env_op *op)
{
	switch (op->kind) {
	case ENV_SET:
		env_set(env, op->name, op->value);
		break;
	case ENV_UNSET:
		env_unset(env, op->name);
		break;
	case ENV_CLEAR:
		env_clear(env);
		break;
	}
}

char **
environ_make(char *const *outer, const struct environ_facts *facts, const struct env_op *ops, size_t ops_len)
{
	struct env env = { 0 };
	char **packed;

	for (; *outer; outer++)
		if (!is_dropped(*outer))
			env_add(&env, *outer);
	env_set(&env, "ISOLATE_SESSION", facts->session);
	env_set(&env, "debian_chroot", facts->prompt);
	env_set(&env, "USER", facts->user);
	env_set(&env, "LOGNAME", facts->user);
	env_set(&env, "HOME", facts->home);
	env_set(&env, "SHELL", facts->shell);
	env_set(&env, "PWD", facts->cwd);
	if (facts->term)
		env_set(&env, "TERM", facts->term);
	if (facts->terminfo)
		env_set(&env, "TERMINFO", facts->terminfo);
	for (size_t i = 0; i < ops_len; i++)
		apply(&env, &ops[i]);
	packed = env_pack(&env);
	for (size_t i = 0; i < env.own_len; i++)
		free(env.own[i]);
	free(env.own);
	free(env.vars);
	return packed;
}

const char *
environ_get(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; *env; env++)
		if (has_name(*env, name, len) && (*env)[len] == '=')
			return *env + len + 1;
	return NULL;
}

static bool
is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
	       c == '-';
}

/* It becomes the name of a socket, a word in prompts and an argument: nothing that any of them takes amiss. */
char *
environ_session_name(const char *asked, const char *cwd, pid_t pid)
{
	_autofree_ char *base = text_ndup(path_name(cwd), DEFAULT_NAME_MAX);
	char *name = asked ? text_dup(asked) : text_format("%s-%d", *base != '\0' ? base : "isolate", (int)pid);

	for (char *p = name; *p != '\0'; p++)
		if (!is_name_character(*p) || (p == name && (*p == '.' || *p == '-')))
			*p = '_';
	if (*name == '\0') {
		free(name);
		return text_dup("isolate");
	}
	return name;
}
