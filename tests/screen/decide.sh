#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls that wait for a decision, on the screens of the inspector and the prompt.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e" OUTSIDE="${TEST_MOUNTS:-$PWD}/outside"
mkdir -p "$OUTSIDE" work
cd work || exit 99
python3 "$TESTS/screen/decide.py" "$@"
status=$?
cd .. && rm -rf work "$OUTSIDE"
exit $status
