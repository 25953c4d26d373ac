#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls that wait for a decision, in both ways in which misses are seen. `decide.sh WAY NAME…` runs some tests alone.
. "$TESTS/lib/tap.sh"
. "$TESTS/watch/lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not there'

export HARNESS="$TESTS/e2e"
OUTSIDE=${TEST_MOUNTS:-$PWD}/outside
export OUTSIDE
ways=${1:-fuse seccomp}
[ $# -gt 0 ] && shift
tier=$(watch-tool --trace -q -- true </dev/null 2>/dev/null | sed -n 's/^TIER //p')

# In the second way where /dev/fuse is something else. As root it is root all the same, who may do as he likes.
run() {
	if [ "$way" = fuse ]; then
		python3 "$TESTS/watch/decide.py" "$@"
	else
		without_fuse python3 "$TESTS/watch/decide.py" "$@"
	fi
}

for way in $ways; do
	[ "$way" = seccomp ] && [ "$TEST_AS" = root ] && continue
	if [ "$way" = fuse ] && [ "$tier" != fuse ]; then
		skip "fuse" "/dev/fuse cannot be used here: $tier"
		continue
	fi
	mkdir -p "$OUTSIDE" "run-$way"
	(cd "run-$way" && run "$@") >said
	grep '^#' said
	while read -r line; do
		case $line in
		'ok '*) pass "$way: ${line#ok * - }" ;;
		'not ok '*) fail "$way: ${line#not ok * - }" ;;
		esac
	done <said
	rm -rf "$OUTSIDE" "run-$way" said
done
t_done
