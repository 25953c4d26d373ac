# SPDX-License-Identifier: GPL-3.0-or-later
# The manager: relay, signals, exit status.
noinst_LIBRARIES += %D%/libsession.a
%C%_libsession_a_SOURCES = \
	%D%/session.h
