#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal after the inspector, however that ended.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
exec python3 "$TESTS/screen/restore.py"
