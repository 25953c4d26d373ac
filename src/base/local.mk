# SPDX-License-Identifier: GPL-3.0-or-later
# C and POSIX only: errors, cleanup, text, paths, numbers, log.
noinst_LIBRARIES += %D%/libbase.a
%C%_libbase_a_SOURCES = \
	%D%/cleanup.h \
	%D%/clock.h \
	%D%/error.c \
	%D%/error.h \
	%D%/file.c \
	%D%/file.h \
	%D%/log.c \
	%D%/log.h \
	%D%/nearest.c \
	%D%/number.c \
	%D%/number.h \
	%D%/path.c \
	%D%/path.h \
	%D%/text.c \
	%D%/text.h \
	%D%/wire.c \
	%D%/wire.h \
	%D%/xdg.c \
	%D%/xdg.h
