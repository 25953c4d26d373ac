# SPDX-License-Identifier: GPL-3.0-or-later
# The inspector's screens, whole, and the terminal after it.
script_tests += \
	%D%/screens.sh \
	%D%/confined.sh \
	%D%/decide.sh \
	%D%/dumb.sh \
	%D%/keys.sh \
	%D%/lost.sh \
	%D%/pane.sh \
	%D%/story.sh \
	%D%/restore.sh \
	%D%/stops.sh \
	%D%/terminals.sh
script_user_tests += \
	%D%/programs.sh \
	%D%/programs-beside.sh
script_data += \
	%D%/programs.py \
	%D%/programs_table.py \
	%D%/confined.py \
	%D%/decide.py \
	%D%/desk.py \
	%D%/emulator.py \
	%D%/desk.py \
	%D%/keys.py \
	%D%/lost.py \
	%D%/pane.py \
	%D%/recorded/misses.json \
	%D%/recorded/misses.json \
	%D%/recorded/mounts.json \
	%D%/recorded/ns.json \
	%D%/recorded/ps.json \
	%D%/recorded/who.json \
	%D%/restore.py \
	%D%/story.py \
	%D%/stops.py \
	%D%/tour.keys \
	%D%/wanted/20x6 \
	%D%/wanted/80x24 \
	%D%/wanted/120x40 \
	%D%/wanted/80x24.ascii

# The inspector with a command that tries what its confinement is there to stop.
if HAVE_INSPECT
check_PROGRAMS += %D%/isolate-attempts
script_programs += %D%/isolate-attempts
endif
%C%_isolate_attempts_CPPFLAGS = $(AM_CPPFLAGS) -DISOLATE_TEST_BREAKS
%C%_isolate_attempts_SOURCES = $(isolate_inspect_SOURCES) %D%/attempts.c
%C%_isolate_attempts_CFLAGS = $(isolate_inspect_CFLAGS)
%C%_isolate_attempts_LDADD = $(isolate_inspect_LDADD)
