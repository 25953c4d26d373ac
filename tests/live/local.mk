# SPDX-License-Identifier: GPL-3.0-or-later
# Mounts in sandboxes that run. live-tool is the library as its callers use it; live-breaks the same, with promises
# that can be broken.
check_PROGRAMS += %D%/live-tool
%C%_live_tool_LDADD = $(isolate_libraries)
script_programs += %D%/live-tool

script_tests += \
	%D%/foreign.sh \
	%D%/live.sh \
	%D%/remove.sh
script_data += \
	%D%/lib.sh
