# SPDX-License-Identifier: GPL-3.0-or-later
# The manager: relay, signals, exit status.
noinst_LIBRARIES += %D%/libsession.a
%C%_libsession_a_SOURCES = \
	%D%/direct.c \
	%D%/direct.h \
	%D%/ending.c \
	%D%/ending.h \
	%D%/imitate.c \
	%D%/imitate.h \
	%D%/inbox.c \
	%D%/inbox.h \
	%D%/interactive.c \
	%D%/interactive.h \
	%D%/leader.c \
	%D%/leader.h \
	%D%/relay.c \
	%D%/relay.h \
	%D%/session.c \
	%D%/session.h \
	%D%/terminal.c \
	%D%/terminal.h
