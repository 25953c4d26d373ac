# SPDX-License-Identifier: GPL-3.0-or-later
# Each program tries mutations by itself, or is a target for libFuzzer: see its head.
fuzz_programs = \
	%D%/fuzz_control \
	%D%/fuzz_elf \
	%D%/fuzz_spec \
	%D%/fuzz_vt
check_PROGRAMS += $(fuzz_programs)
script_programs += $(fuzz_programs)
script_user_tests += %D%/fuzz.sh
%C%_fuzz_vt_LDADD = tui/vt/libvt.a
