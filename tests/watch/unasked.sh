#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A shell on a terminal is watched unasked where that costs nothing; unasked.py has the tests.
. "$TESTS/lib/tap.sh"

command -v python3 >/dev/null || skip_all 'needs python3'
TIER=$(watch-tool --trace -q -- true </dev/null 2>/dev/null | sed -n 's/^TIER //p')
export TIER
exec python3 "$TESTS/watch/unasked.py"
