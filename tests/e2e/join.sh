#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Joining a session that runs. join.py has the tests.
. "$TESTS/lib/tap.sh"

command -v python3 >/dev/null || skip_all 'needs python3'
exec python3 "$TESTS/e2e/join.py"
