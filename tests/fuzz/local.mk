# SPDX-License-Identifier: GPL-3.0-or-later
# Each program tries mutations by itself, or is a target for libFuzzer: see its head.
fuzz_programs = \
	%D%/fuzz_elf \
	%D%/fuzz_spec
check_PROGRAMS += $(fuzz_programs)
script_programs += $(fuzz_programs)
script_user_tests += %D%/fuzz.sh
