#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The connection between an inspector and its session is lost.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/lost.py"
