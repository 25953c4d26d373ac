#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each key that the help of a place lists does something there.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/keys.py"
