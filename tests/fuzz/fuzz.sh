#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The fuzz programs for a moment each, from a seed that is the same every time: longer runs are made by hand.
. "$TESTS/lib/tap.sh"

for source in "$TESTS"/fuzz/*.c; do
	program=$(basename "$source" .c)
	t "$program: 20000 inputs" "$program" 20000 1
done
t_done
