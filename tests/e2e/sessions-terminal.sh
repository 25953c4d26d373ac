#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sessions on a terminal, asked from elsewhere, and in a storm: sessions-terminal.py has the tests.
. "$TESTS/lib/tap.sh"

command -v python3 >/dev/null || skip_all 'needs python3'
exec python3 "$TESTS/e2e/sessions-terminal.py"
