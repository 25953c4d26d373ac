# SPDX-License-Identifier: GPL-3.0-or-later
# The manager: relay, signals, exit status.
noinst_LIBRARIES += %D%/libsession.a
%C%_libsession_a_SOURCES = \
	%D%/control.c \
	%D%/control.h \
	%D%/direct.c \
	%D%/direct.h \
	%D%/ending.c \
	%D%/ending.h \
	%D%/imitate.c \
	%D%/imitate.h \
	%D%/inbox.c \
	%D%/inbox.h \
	%D%/inspector.c \
	%D%/inspector.h \
	%D%/interactive.c \
	%D%/interactive.h \
	%D%/job.c \
	%D%/job.h \
	%D%/join.c \
	%D%/join.h \
	%D%/leader.c \
	%D%/leader.h \
	%D%/live.c \
	%D%/live.h \
	%D%/live_assemble.c \
	%D%/live_breaks.h \
	%D%/live_helper.c \
	%D%/live_helper.h \
	%D%/live_holders.c \
	%D%/live_holders.h \
	%D%/live_journal.c \
	%D%/live_links.c \
	%D%/live_mounter.c \
	%D%/live_mounter.h \
	%D%/live_pieces.c \
	%D%/live_pieces.h \
	%D%/live_place.c \
	%D%/live_place.h \
	%D%/live_remover.c \
	%D%/live_remover.h \
	%D%/live_table.c \
	%D%/live_table.h \
	%D%/live_target.c \
	%D%/live_words.c \
	%D%/live_words.h \
	%D%/peer.c \
	%D%/peer.h \
	%D%/miss_mount.c \
	%D%/miss_mount.h \
	%D%/programs.c \
	%D%/programs.h \
	%D%/registration.c \
	%D%/registry.c \
	%D%/registry.h \
	%D%/registry_directory.c \
	%D%/registry_directory.h \
	%D%/registry_record.c \
	%D%/registry_record.h \
	%D%/relay.c \
	%D%/relay.h \
	%D%/restart.c \
	%D%/restart.h \
	%D%/restate.c \
	%D%/restate.h \
	%D%/session.c \
	%D%/session.h \
	%D%/strangers.c \
	%D%/strangers.h \
	%D%/terminal.c \
	%D%/terminal.h \
	%D%/waker.c \
	%D%/waker.h

# It has the place of the other programs in it, which another configuration moves.
%D%/programs.$(OBJEXT): Makefile
