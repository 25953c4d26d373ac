# SPDX-License-Identifier: GPL-3.0-or-later
# Faults made on purpose. isolate-breaks is the program with the promises of src/sandbox/breaks.h breakable.
check_PROGRAMS += %D%/isolate-breaks
%C%_isolate_breaks_CPPFLAGS = $(AM_CPPFLAGS) -DISOLATE_TEST_BREAKS
%C%_isolate_breaks_SOURCES = \
	src/explain.c \
	src/main.c \
	src/sandbox/build.c \
	src/sandbox/init.c \
	src/sandbox/payload.c
%C%_isolate_breaks_LDADD = $(isolate_libraries)
