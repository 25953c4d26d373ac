#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Signals through a session, once and only once, and the exit status. signals.py has the tests.
. "$TESTS/lib/tap.sh"

command -v python3 >/dev/null || skip_all 'needs python3'
exec python3 "$TESTS/e2e/signals.py"
