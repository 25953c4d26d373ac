# SPDX-License-Identifier: GPL-3.0-or-later
# Read-only views of the machine and of a program.
noinst_LIBRARIES += %D%/libinspect.a
%C%_libinspect_a_SOURCES = \
	%D%/accounts.c \
	%D%/accounts.h \
	%D%/capnames.c \
	%D%/capnames.h \
	%D%/chain.c \
	%D%/chain.h \
	%D%/elf.c \
	%D%/elf.h \
	%D%/environment.c \
	%D%/environment.h \
	%D%/execchain.c \
	%D%/execchain.h \
	%D%/features.c \
	%D%/features.h \
	%D%/finding.c \
	%D%/finding.h \
	%D%/finding_ask.c \
	%D%/finding_parts.h \
	%D%/finding_program.c \
	%D%/finding_words.c \
	%D%/fold.c \
	%D%/fold.h \
	%D%/ldcache.c \
	%D%/ldcache.h \
	%D%/libsearch.c \
	%D%/libsearch.h \
	%D%/limits.c \
	%D%/limits.h \
	%D%/machine.c \
	%D%/machine.h \
	%D%/mapping.c \
	%D%/mapping.h \
	%D%/memo.c \
	%D%/memo.h \
	%D%/miss.c \
	%D%/miss.h \
	%D%/mountlock.c \
	%D%/mountlock.h \
	%D%/mounts.c \
	%D%/mounts.h \
	%D%/mounttable.c \
	%D%/mounttable.h \
	%D%/noise.c \
	%D%/noise.h \
	%D%/namespaces.c \
	%D%/namespaces.h \
	%D%/permission.c \
	%D%/permission.h \
	%D%/place.c \
	%D%/place.h \
	%D%/place_list.c \
	%D%/place_list.h \
	%D%/processes.c \
	%D%/processes.h \
	%D%/procwatch.c \
	%D%/procwatch.h \
	%D%/refusal.c \
	%D%/refusal.h \
	%D%/rootpath.c \
	%D%/rootpath.h \
	%D%/shebang.c \
	%D%/shebang.h \
	%D%/unit.c \
	%D%/unit.h \
	%D%/userns.c \
	%D%/userns.h \
	%D%/who.c \
	%D%/who.h \
	%D%/why.c \
	%D%/why.h \
	%D%/why_ask.c \
	%D%/why_text.c \
	%D%/why_text.h \
	%D%/why_view.c \
	%D%/why_view.h

# Where doc/local.mk installs it: a hint names it.
%C%_libinspect_a_CPPFLAGS = $(AM_CPPFLAGS) -DISOLATE_APPARMOR_PROFILE='"$(docdir)/apparmor/isolate"'
