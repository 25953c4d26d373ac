# SPDX-License-Identifier: GPL-3.0-or-later
# Watched sessions: the supervisor of the misses, and those who read from it.
noinst_LIBRARIES += %D%/libwatch.a
%C%_libwatch_a_SOURCES = \
	%D%/asks.c \
	%D%/calls.c \
	%D%/deciding.c \
	%D%/holds.c \
	%D%/holds.h \
	%D%/messages.c \
	%D%/messages.h \
	%D%/listeners.c \
	%D%/near.c \
	%D%/programs.c \
	%D%/outside.c \
	%D%/outside.h \
	%D%/private.c \
	%D%/record.c \
	%D%/record.h \
	%D%/readers.c \
	%D%/rules.c \
	%D%/rules.h \
	%D%/sight.c \
	%D%/supervisor.c \
	%D%/supervisor.h \
	%D%/supervisor_parts.h \
	%D%/task.c \
	%D%/task.h \
	%D%/trail.c \
	%D%/trail.h \
	%D%/watch.c \
	%D%/watch.h
