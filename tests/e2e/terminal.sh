#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The user's terminal through a session: bytes, modes, job control, sizes, hang-up. terminal.py has the tests.
. "$TESTS/lib/tap.sh"

command -v python3 >/dev/null || skip_all 'needs python3'
exec python3 "$TESTS/e2e/terminal.py"
