#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program in its pane, the panel beside it, and the terminal after them.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/pane.py"
