# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal (tui/vt) as a whole: around a program or a stream, beside others of its kind, and its speed.
check_PROGRAMS += %D%/vt-host
%C%_vt_host_LDADD = tui/vt/libvt.a
script_programs += %D%/vt-host
script_folders += vt
script_user_tests += %D%/agreed.py
script_data += %D%/agreed.jsonl %D%/streams.py %D%/tmux_cells.py
EXTRA_DIST += %D%/bench %D%/differential %D%/xterm.js

# Beside tmux and @xterm/headless, which npm is asked for; 'make check' has what the two agreed on at the time of writing.
vt-differential: %D%/vt-host$(EXEEXT)
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' $(top_srcdir)/%D%/differential $(STREAMS)
# How long 50 MB take, beside a bare pty and tmux.
vt-bench: %D%/vt-host$(EXEEXT)
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' $(top_srcdir)/%D%/bench
.PHONY: vt-differential vt-bench
