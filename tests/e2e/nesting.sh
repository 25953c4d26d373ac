#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sandboxes in sandboxes, and in what other containers are like: a masked /proc, a read-only root, no /dev/pts.
. "$TESTS/lib/tap.sh"

bin=$(dirname "$ISOLATE")

# nested DEPTH COMMAND…: isolate isolate … COMMAND. Each level needs the program's own directory.
nested() {
	depth=$1
	shift
	while [ "$depth" -gt 0 ]; do
		set -- "$ISOLATE" -q -m ". ro:$bin" -- "$@"
		depth=$((depth - 1))
	done
	"$@"
}

if [ "$TEST_AS" = user ]; then
	t_output hello 'isolate in isolate' nested 2 echo hello
	t_output hello 'five deep' nested 5 echo hello
	t_status 7 'the status comes through' nested 3 sh -c 'exit 7'

	# In there the kernel tells nobody of processes, and who follows is told that.
	cat >follow <<-'END'
		"$1" -q --name within sh -c 'echo up >up; while [ ! -e told ]; do :; done' &
		while [ ! -s up ]; do :; done
		"$1" --json --command :events within >events
		wait
	END
	nested 1 sh ./follow "$ISOLATE" 2>follow.err &
	t 'events within: processes are not told, and that is' await match '"event":"unwatched",.*"what":"processes"' events
	: >told
	wait $!
	t_match '"event":"ended"' 'but the end of the program is' cat events follow.err

	# The kernel's limit: user namespaces are nested 33 deep at most, and a sandbox takes two.
	t_output hello 'sixteen deep' nested 16 echo hello
	t_status 125 'deeper than the kernel allows' nested 17 true
	t_match 'nests no more than 33 user namespaces' 'the message names the limit' nested 17 true
else
	# Who appears to be root, without capabilities, may map nobody (Linux 5.12): doc/SECURITY.md.
	t_status 125 'isolate in isolate, as root inside' nested 2 echo hello
	t_match 'hint: you are root without capabilities here' 'the message says why' nested 2 echo hello
fi

# An outer container, made with unshare(1). The masks are locked by a user namespace below the one that made them.
outer() {
	setup=$1
	shift
	unshare -Urmpf --mount-proc sh -c "$setup"'; exec unshare -U --map-user=1000 --map-group=1000 -m "$@"' sh "$@"
}

t_output hello 'in a plain outer container' outer : "$ISOLATE" echo hello
t_output hello 'without /dev/pts' outer 'mount -t tmpfs none /dev/pts' "$ISOLATE" echo hello
t_output hello 'with a read-only root' outer 'mount -o remount,bind,ro /' "$ISOLATE" -m ro:/usr echo hello
t_match 'cannot mount a fresh /proc' 'with a masked /proc it is refused, not leaked' \
	outer 'mount -t tmpfs none /proc/sys' "$ISOLATE" echo hello
t_match '/proc=none' 'and the message says what is safe' outer 'mount -t tmpfs none /proc/sys' "$ISOLATE" echo hello
t_output hello 'without /proc it starts there' outer 'mount -t tmpfs none /proc/sys' "$ISOLATE" -m '. /proc=none' echo hello
t_done
