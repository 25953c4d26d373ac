# SPDX-License-Identifier: GPL-3.0-or-later
# The `:` commands: one table, one file each, and the forms of their output.
noinst_LIBRARIES += %D%/libcmd.a
%C%_libcmd_a_SOURCES = \
	%D%/arguments.c \
	%D%/arguments.h \
	%D%/change.c \
	%D%/change.h \
	%D%/cmd.c \
	%D%/cmd.h \
	%D%/help.c \
	%D%/json.c \
	%D%/json.h \
	%D%/kill.c \
	%D%/mount.c \
	%D%/mounts.c \
	%D%/names.c \
	%D%/names.h \
	%D%/ns.c \
	%D%/output.c \
	%D%/output.h \
	%D%/output_json.c \
	%D%/output_text.c \
	%D%/ps.c \
	%D%/remount.c \
	%D%/running.c \
	%D%/running.h \
	%D%/session_name.c \
	%D%/show.c \
	%D%/show.h \
	%D%/signal_names.c \
	%D%/signal_names.h \
	%D%/table.c \
	%D%/table.h \
	%D%/target.c \
	%D%/target.h \
	%D%/umount.c \
	%D%/value.h \
	%D%/who.c \
	%D%/who_chain.c \
	%D%/who_chain.h \
	%D%/who_identity.c \
	%D%/who_identity.h \
	%D%/who_sentence.c \
	%D%/who_sentence.h \
	%D%/words.c \
	%D%/words.h
