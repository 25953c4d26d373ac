#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The fuzz programs for a moment each, from a seed that is the same every time: longer runs are made by hand.
. "$TESTS/lib/tap.sh"

for source in "$TESTS"/fuzz/*.c; do
	program=$(basename "$source" .c)
	# An input of the terminal is two thousand bytes of sequences.
	inputs=20000
	[ "$program" != fuzz_vt ] || inputs=2000
	t "$program: $inputs inputs" "$program" "$inputs" 1
done
t_done
