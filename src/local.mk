# SPDX-License-Identifier: GPL-3.0-or-later
# The program, the generator of its documentation, and the libraries they are made of.
include src/base/local.mk
include src/sys/local.mk
include src/sandbox/local.mk
include src/session/local.mk
include src/cmd/local.mk
include src/inspect/local.mk
include src/watch/local.mk

# The command line; a library, so that the generator and the unit tests have it too.
noinst_LIBRARIES += %D%/libfront.a
%C%_libfront_a_SOURCES = \
	%D%/option_apply.c \
	%D%/option_apply.h \
	%D%/option_table.c \
	%D%/options.c \
	%D%/options.h \
	%D%/profile.c \
	%D%/profile.h \
	%D%/script.c \
	%D%/script.h

# In the direction of use: each needs only what stands after it.
isolate_libraries = \
	%D%/libfront.a \
	src/cmd/libcmd.a \
	src/session/libsession.a \
	src/watch/libwatch.a \
	src/sandbox/libsandbox.a \
	src/inspect/libinspect.a \
	src/sys/libsys.a \
	src/base/libbase.a

bin_PROGRAMS += isolate
isolate_SOURCES = \
	%D%/lesson.c \
	%D%/lesson.h \
	%D%/lesson_steps.c \
	%D%/lesson_steps.h \
	%D%/question.c \
	%D%/question.h \
	%D%/report.c \
	%D%/report.h \
	%D%/learn.c \
	%D%/learn.h \
	%D%/learn_file.c \
	%D%/learn_input.c \
	%D%/learn_need.c \
	%D%/learn_parts.h \
	%D%/learn_run.c \
	%D%/main.c \
	%D%/wrap.c \
	%D%/wrap.h
isolate_LDADD = $(isolate_libraries)
isolate_LDFLAGS = $(HARDENING_LDFLAGS) $(PROGRAM_LDFLAGS) -Wl,--as-needed

# Makes the manual page and the completions; see doc/local.mk.
noinst_PROGRAMS += %D%/docgen
%C%_docgen_SOURCES = \
	%D%/docgen.c
%C%_docgen_LDADD = $(isolate_libraries)

# The same program under the name of the script that it replaces. It knows itself by the ending .sh, so that is
# put after whatever --program-transform-name makes of the name.
isolate.sh: isolate$(EXEEXT)
	$(AM_V_GEN)rm -f $@ && $(LN_S) isolate$(EXEEXT) $@
CLEANFILES += isolate.sh
all-local: isolate.sh

installed_name = `echo isolate | sed '$(transform)'`
install-exec-hook:
	cd "$(DESTDIR)$(bindir)" && name=$(installed_name) && \
		rm -f "$$name.sh" && $(LN_S) "$$name$(EXEEXT)" "$$name.sh"
uninstall-local:
	name=$(installed_name) && rm -f "$(DESTDIR)$(bindir)/$$name.sh"

# Writes kernelspecs. It reads JSON, which isolate itself need not; tui/local.mk installs it with the others of its kind.
isolate_kernelspec_SOURCES = \
	%D%/kernelspec.c
isolate_kernelspec_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
isolate_kernelspec_LDADD = src/base/libbase.a $(JANSSON_LIBS)
isolate_kernelspec_LDFLAGS = $(AM_LDFLAGS)
