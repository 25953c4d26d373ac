#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program in its pane, the panel beside it, and the terminal after them.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"
# The description that is compiled in is that of the source, as the same version makes it.
if [ -r "${top_srcdir-}/src/sandbox/pane.ti" ] && tic -V 2>/dev/null | grep -q ' 6\.4'; then
	tic -x -o described "$top_srcdir/src/sandbox/pane.ti"
	infocmp -A described -0 -Q2 -x xterm-256color | sed '/^#/d' | tr -d '\n' >wanted
	sed -n 's/^	"\(.*\)".*/\1/p' "$top_srcdir/src/sandbox/pane_terminfo.h" | tr -d '\n' >seen
	cmp wanted seen >differs 2>&1 || export PANE_TERMINFO_DIFFERS=1
fi
export HARNESS="$TESTS/e2e"
exec python3 "$TESTS/screen/pane.py"
