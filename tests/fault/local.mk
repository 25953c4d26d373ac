# SPDX-License-Identifier: GPL-3.0-or-later
# Faults made on purpose. isolate-breaks is the program with the promises of src/sandbox/breaks.h breakable.
check_PROGRAMS += %D%/isolate-breaks
%C%_isolate_breaks_CPPFLAGS = $(AM_CPPFLAGS) -DISOLATE_TEST_BREAKS
%C%_isolate_breaks_SOURCES = $(isolate_SOURCES) $(src_sandbox_libsandbox_a_SOURCES) $(src_session_libsession_a_SOURCES) \
	$(src_watch_libwatch_a_SOURCES)
%C%_isolate_breaks_LDADD = $(isolate_libraries)
script_programs += %D%/isolate-breaks

script_tests += \
	%D%/join.sh \
	%D%/kill.sh \
	%D%/verify.sh
