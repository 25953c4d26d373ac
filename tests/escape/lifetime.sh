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
	t "stopped inside: nothing of it is left${options:+, $options}" await -t 10 end "$listener"
	kill -9 "$listener" 2>/dev/null
	wait "$listener"
done

# A bomb, and SIGKILL to isolate, which can do nothing any more.
listen
"$ISOLATE" ./attack bomb 300 fifo 9>&- &
manager=$!
await -t 60 true sh -c 'test "$(wc -l <heard)" = 301'
t_equal 'a bomb of 301 processes' 301 "$(wc -l <heard | tr -d ' ')"
kill -9 "$manager"
t 'stopped inside: SIGKILL of isolate ends them all' await -t 20 end "$listener"
kill -9 "$listener" 2>/dev/null
wait "$listener" "$manager" 2>/dev/null

rm fifo
end_scene
