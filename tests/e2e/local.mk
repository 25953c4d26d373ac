# SPDX-License-Identifier: GPL-3.0-or-later
# Whole runs of the program, as a user sees them.
script_tests += \
	%D%/cases.sh \
	%D%/commands.sh \
	%D%/diagnosis.sh \
	%D%/join.sh \
	%D%/kernelspec.sh \
	%D%/learn.sh \
	%D%/live-commands.sh \
	%D%/nesting.sh \
	%D%/prompt.sh \
	%D%/options.sh \
	%D%/profile.sh \
	%D%/save.sh \
	%D%/sessions.sh \
	%D%/sessions-terminal.sh \
	%D%/signals.sh \
	%D%/teach.sh \
	%D%/terminal.sh \
	%D%/why.sh
script_data += \
	%D%/control.py \
	%D%/harness.py \
	%D%/prompt.py \
	%D%/join.py \
	%D%/lab.py \
	%D%/sessions-terminal.py \
	%D%/signals.py \
	%D%/teach.py \
	%D%/terminal.py
