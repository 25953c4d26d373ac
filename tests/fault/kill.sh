#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SIGKILL of any of our processes, at any moment, leaves nothing: no process (tests/lib/supervise looks too), no mount, no file.
. "$TESTS/lib/tap.sh"

command -v strace >/dev/null || skip_all 'needs strace'

# Kills whichever process of a start is the first to make the call for the Nth time. strace follows them all and ends when the last one has, so
# a process that was left behind shows as a time-out. Sets $fired.
kill_at() {
	code=0
	options=
	# Landlock has something to do only there.
	[ "$1" != landlock_restrict_self ] || options=--net=host
	# shellcheck disable=SC2086 # a list of words
	timeout -s KILL 60 strace -f -qq -o trace -e trace="$1" -e inject="$1:signal=KILL:when=$2" "$ISOLATE" $options true >out 2>&1 || code=$?
	fired=no
	! grep -q 'killed by SIGKILL' trace || fired=yes
}

sweep() {
	kills=0 bad=
	for n in 1 2 3 4 5 8 13 21 34 55; do
		kill_at "$1" "$n"
		[ "$fired" = yes ] || break
		kills=$((kills + 1))
		# timeout(1) itself ends with 137 when it had to kill; strace ends as its first child did, which we may have killed: tell them apart.
		[ -s trace ] && ! grep -q 'strace: Process .* detached' out || bad="$bad $n"
	done
	if [ "$kills" = 0 ]; then
		fail "killed at $1" 'the fault never fired'
	else
		t_empty "killed at each of $kills calls of $1: all processes end" "$bad"
	fi
}

for call in clone unshare socketpair pipe2 newfstatat openat close read write prctl capset fsmount open_tree mount_setattr move_mount \
	mkdirat pivot_root umount2 chdir setns pidfd_open sendto recvfrom keyctl landlock_restrict_self seccomp execve wait4,waitid \
	rt_sigprocmask kill close_range; do
	sweep "$call"
done

# A session that runs: kill each of its processes in turn.
start() {
	rm -f up
	"$ISOLATE" sh -c 'sleep 1000 & : >up; wait' 2>err &
	manager=$!
	await exists up || return 1
	children=$(cat "/proc/$manager/task/$manager/children")
}

for which in 1 2; do
	start || fail 'a session starts' "$(cat err)"
	# shellcheck disable=SC2086 # pids
	set -- $children
	shift $((which - 1))
	kill -KILL "$1"
	code=0
	wait "$manager" || code=$?
	t_equal "child $which killed: the session ends as killed" 137 "$code"
	for pid in $children; do
		t "child $which killed: process $pid of the session is gone" await end "$pid"
	done
done
start || fail 'a session starts' "$(cat err)"
kill -KILL "$manager"
wait "$manager" 2>/dev/null
for pid in $children; do
	t 'the manager killed: its child ends' await end "$pid"
done
# What killed sessions leave in the registry is swept by whoever looks.
t_match 'no session' 'none is listed that was killed' "$ISOLATE" --list
t_status 1 'and nothing of them is left' test -e "$XDG_RUNTIME_DIR/isolate"
t_done
