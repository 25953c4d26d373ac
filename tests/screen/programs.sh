#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs of every day look in the pane as they do on a terminal.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
command -v tmux >/dev/null || skip_all "there is no tmux"
exec python3 "$TESTS/screen/programs.py"
