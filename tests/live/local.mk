# SPDX-License-Identifier: GPL-3.0-or-later
# Mounts in sandboxes that run. live-tool is the library as its callers use it; live-breaks the same, with promises
# that can be broken.
check_PROGRAMS += %D%/live-tool
%C%_live_tool_LDADD = $(isolate_libraries)
script_programs += %D%/live-tool

check_PROGRAMS += %D%/live-attack %D%/live-breaks
%C%_live_attack_CFLAGS = $(WARNING_CFLAGS) $(HARDENING_CFLAGS)
%C%_live_attack_LDADD =
%C%_live_breaks_CPPFLAGS = $(AM_CPPFLAGS) -DISOLATE_TEST_BREAKS
%C%_live_breaks_SOURCES = %D%/live-tool.c $(src_sandbox_libsandbox_a_SOURCES) $(src_session_libsession_a_SOURCES)
%C%_live_breaks_LDADD = $(isolate_libraries)
script_programs += %D%/live-attack %D%/live-breaks

script_tests += \
	%D%/foreign.sh \
	%D%/hostile.sh \
	%D%/live.sh \
	%D%/remove.sh
script_data += \
	%D%/lib.sh
