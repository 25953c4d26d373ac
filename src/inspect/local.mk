# SPDX-License-Identifier: GPL-3.0-or-later
# Read-only views of the machine and of a program.
noinst_LIBRARIES += %D%/libinspect.a
%C%_libinspect_a_SOURCES = \
	%D%/chain.c \
	%D%/chain.h \
	%D%/elf.c \
	%D%/elf.h \
	%D%/execchain.c \
	%D%/execchain.h \
	%D%/ldcache.c \
	%D%/ldcache.h \
	%D%/libsearch.c \
	%D%/libsearch.h \
	%D%/machine.h \
	%D%/rootpath.c \
	%D%/rootpath.h \
	%D%/shebang.c \
	%D%/shebang.h \
	%D%/unit.c \
	%D%/unit.h
