#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same beside the panel, on a large screen.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
command -v tmux >/dev/null || skip_all "there is no tmux"
exec python3 "$TESTS/screen/programs.py" --panel right --size 200x50
