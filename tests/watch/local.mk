# SPDX-License-Identifier: GPL-3.0-or-later
# Watched sessions.
check_PROGRAMS += %D%/watch-tool
%C%_watch_tool_LDADD = $(isolate_libraries)
script_programs += %D%/watch-tool
check_PROGRAMS += %D%/watch-load
%C%_watch_load_LDADD =
script_programs += %D%/watch-load
check_PROGRAMS += %D%/watch-step
%C%_watch_step_LDADD =
script_programs += %D%/watch-step
script_tests += %D%/watch.sh %D%/decide.sh %D%/joined.sh
script_data += %D%/decide.py %D%/lib.sh
check_PROGRAMS += %D%/watch-outer
%C%_watch_outer_LDADD = $(isolate_libraries)
script_programs += %D%/watch-outer
check_PROGRAMS += %D%/watch-private
%C%_watch_private_LDADD =
script_programs += %D%/watch-private
script_tests += %D%/private.sh
script_tests += %D%/unasked.sh
script_data += %D%/unasked.py
