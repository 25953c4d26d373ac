#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The sandbox verifies itself before the payload starts. Each promise is broken on purpose in a build made for that: nothing may start,
# and the message must name what was found. The same build with nothing broken does start, so it is the break that is noticed.
. "$TESTS/lib/tap.sh"

breaks=$(dirname "$ISOLATE")/isolate-breaks

view=". ${TEST_MOUNTS:+ro:$TEST_MOUNTS}"

t_output started 'nothing broken: the payload starts' "$breaks" -m "$view" -- echo started

# broken PROMISE WORDS: the message that verification gives.
broken() {
	t_run env ISOLATE_BREAK="$1" "$breaks" -m "$view" -- echo started
	if [ "$t_code" = 125 ] && [ -z "$t_out" ] && printf %s "$t_err" | grep -q "nothing was started: $2"; then
		pass "broken on purpose: $1"
	else
		fail "broken on purpose: $1" "$(t_diagnosis "$1")"
	fi
}

broken read-only 'a mount that should be read-only is writable'
[ -z "$TEST_MOUNTS" ] || broken recursive 'a mount that should be read-only is writable'
broken read-only-root "a mount that should be read-only is writable: '/'"
broken nodev 'a mount without nodev'
broken nosuid 'a mount without nosuid'
broken host-root "a mount that nobody asked for: '/corner"
broken net "a namespace is the host's own: 'net'"
broken capabilities 'capabilities are left'
broken no-new-privs 'no_new_privs is not set'
broken seccomp 'no seccomp filter is in force'
broken identity 'the user is not the one asked for'
broken user-namespace 'the payload is in the user namespace that owns the mounts'

t_output started 'the program itself has no breaks' env ISOLATE_BREAK=capabilities "$ISOLATE" echo started
t_done
