#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SIGKILL of any process of a program that joins, at any moment, leaves nothing of it and does the session no harm.
. "$TESTS/lib/tap.sh"

command -v strace >/dev/null || skip_all 'needs strace'

mkfifo hold
"$ISOLATE" --name victim sh -c ': >up; read -r line' <hold &
session=$!
exec 9>hold
await exists up
await exists "$XDG_RUNTIME_DIR/isolate/victim.session"
init=
# shellcheck disable=SC2013 # words
for child in $(cat "/proc/$session/task/$session/children"); do
	[ "$(cat "/proc/$child/comm")" != isolate-init ] || init=$child
done

# As in kill.sh: strace ends when all processes have that began with it.
kill_at() {
	: >trace
	timeout -s KILL 60 strace -f -qq -o trace -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
		"$ISOLATE" --join "$init" true >out 2>&1 9>&- || :
	fired=no
	! grep -q 'killed by SIGKILL' trace || fired=yes
}

sweep() {
	kills=0 bad=
	for n in 1 2 3 5 8 13 21 34; do
		kill_at "$1" "$n"
		[ "$fired" = yes ] || break
		kills=$((kills + 1))
		[ -s trace ] && ! grep -q 'strace: Process .* detached' out || bad="$bad $n"
	done
	if [ "$kills" = 0 ]; then
		fail "killed at $1" 'the fault never fired'
	else
		t_empty "killed at each of $kills calls of $1: all processes end" "$bad"
		t_output alive "killed at $1: the session lives" "$ISOLATE" --join "$init" echo alive
	fi
}

for call in openat ioctl setns prctl clone vfork close_range setpgid setresgid setresuid chdir keyctl capset seccomp statx execve \
	rt_sigprocmask pidfd_open kill; do
	sweep "$call"
done

# Nobody but pid 1 and the payload is left inside: the one who counts, and its shell's list, are seen beside them.
# shellcheck disable=SC2016 # for another shell
t_output '1 2 ' 'nothing is left inside' "$ISOLATE" --join "$init" \
	sh -c 'for p in /proc/[0-9]*; do [ "${p#/proc/}" = $$ ] || printf "%s " "${p#/proc/}"; done'
exec 9>&-
wait "$session"
t_done
