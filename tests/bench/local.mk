# SPDX-License-Identifier: GPL-3.0-or-later
# 'make bench': the figures of the program beside those of its peers and of the floor, taken in the same run. The floor is compiled by
# tests/bench/run, since the view it makes is the one that isolate plans on this machine.
EXTRA_DIST += %D%/floor.c %D%/inspector.py %D%/live.py %D%/misses.c %D%/missed.py %D%/misses.py %D%/pane.py %D%/run
bench: all
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' CC='$(CC)' $(top_srcdir)/%D%/run $(BENCH)
.PHONY: bench
