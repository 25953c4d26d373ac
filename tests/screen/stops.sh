#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The inspector stopped and continued, killed, and on terminals of other sizes, with a pane and without.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/stops.py"
