#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Processes that mean to outlive the sandbox.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/escape/lib.sh"
begin_scene
mkfifo fifo

# A fifo is at its end when the last process that has it open for writing is gone.
listen() {
	: >heard
	cat fifo >heard 9>&- &
	listener=$!
}

listen
works 'a process that forks twice and makes a session' ./attack survive fifo
await match '^[0-9]+$' heard || exit 1
survivor=$(cat heard)
t 'works outside: it is alive when the command has ended' kill -0 "$survivor"
kill -9 "$survivor"
await end "$listener"
wait "$listener"

for options in '' '--as root' '--net=host'; do
	listen
	# shellcheck disable=SC2086 # a list of words
	t "it runs inside too${options:+, $options}" "$ISOLATE" $options ./attack survive fifo
	t "stopped inside: nothing of it is left${options:+, $options}" await end "$listener"
	kill -9 "$listener" 2>/dev/null
	wait "$listener"
done

# Children that isolate did not make: pid 1 cannot end before they are reaped, and they are for isolate to reap.
ended() {
	"$@" >sibling.log 2>&1 9>&- &
	e_pid=$!
	if await end "$e_pid"; then
		wait "$e_pid"
		return
	fi
	kill -9 "$e_pid"
	echo "still there after a minute"
	return 124
}
listen
t "isolate ends in spite of them, with the payload's status" ended "$ISOLATE" ./attack sibling fifo
t 'stopped inside: nothing of them is left' await end "$listener"
kill -9 "$listener" 2>/dev/null
wait "$listener"
listen
t_status 40 'the same on a terminal' ended scene pty input "$ISOLATE" ./attack sibling fifo
t 'stopped inside: nothing of them is left, on a terminal' await end "$listener"
kill -9 "$listener" 2>/dev/null
wait "$listener"

# A bomb, and SIGKILL to isolate, which can do nothing any more.
listen
"$ISOLATE" ./attack bomb 300 fifo 9>&- &
manager=$!
await true sh -c 'test "$(wc -l <heard)" = 301'
t_equal 'a bomb of 301 processes' 301 "$(wc -l <heard | tr -d ' ')"
kill -9 "$manager"
t 'stopped inside: SIGKILL of isolate ends them all' await end "$listener"
kill -9 "$listener" 2>/dev/null
wait "$listener" "$manager" 2>/dev/null

# What killed sessions leave in the registry is swept by whoever looks.
t_match 'no session' 'none is listed that was killed' "$ISOLATE" --list
t_status 1 'and nothing of them is left' test -e "$XDG_RUNTIME_DIR/isolate"
rm fifo
end_scene
