# SPDX-License-Identifier: GPL-3.0-or-later
# The terminal (tui/vt) as a whole: around a program or a stream, beside others of its kind, and its speed.
check_PROGRAMS += %D%/vt-host
%C%_vt_host_LDADD = tui/vt/libvt.a
