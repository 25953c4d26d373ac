# SPDX-License-Identifier: GPL-3.0-or-later
# Ways out of the sandbox: each is seen to work outside, and tried inside. Without sanitizers: what they add to a program
# (descriptors, signals, a look at /proc at its end) would be found by the attacks.
check_PROGRAMS += %D%/attack %D%/scene %D%/stepper
%C%_attack_CFLAGS = $(WARNING_CFLAGS) $(HARDENING_CFLAGS)
%C%_attack_SOURCES = \
	%D%/attack.c \
	%D%/attack.h \
	%D%/calls.c \
	%D%/file.c \
	%D%/i386.h \
	%D%/lifetime.c \
	%D%/mount.c \
	%D%/process.c \
	%D%/socket.c \
	%D%/terminal.c
%C%_attack_LDADD =
%C%_scene_CFLAGS = $(WARNING_CFLAGS) $(HARDENING_CFLAGS)
%C%_scene_LDADD =
%C%_stepper_CFLAGS = $(WARNING_CFLAGS) $(HARDENING_CFLAGS)
%C%_stepper_LDADD =
script_programs += %D%/attack %D%/scene %D%/stepper

script_tests += \
	%D%/calls.sh \
	%D%/control.sh \
	%D%/files.sh \
	%D%/join.sh \
	%D%/lifetime.sh \
	%D%/mounts.sh \
	%D%/processes.sh \
	%D%/sockets.sh \
	%D%/terminal.sh
script_root_tests += %D%/root.sh
script_data += \
	%D%/lib.sh \
	%D%/own-mount.sh
