#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the inspector gives up before it reads what the payload writes, and that it can do without.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
export HARNESS="$TESTS/e2e" INSPECTED="$ISOLATE"
# isolate looks for the inspector beside itself.
mkdir bin
cp "$ISOLATE" bin/isolate
cp "$(command -v isolate-attempts)" bin/isolate-inspect
export ISOLATE="$PWD/bin/isolate"
exec python3 "$TESTS/screen/confined.py"
