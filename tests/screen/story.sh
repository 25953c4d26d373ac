#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that cannot work in its sandbox: the inspector stays, cures it, starts it again and saves the cure.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/story.py"
