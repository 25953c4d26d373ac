# SPDX-License-Identifier: GPL-3.0-or-later
# The inspector's screens, whole, and the terminal after it.
script_tests += \
	%D%/screens.sh \
	%D%/pane.sh \
	%D%/restore.sh
script_data += \
	%D%/emulator.py \
	%D%/pane.py \
	%D%/recorded/mounts.json \
	%D%/recorded/ns.json \
	%D%/recorded/ps.json \
	%D%/recorded/who.json \
	%D%/restore.py \
	%D%/tour.keys \
	%D%/wanted/20x6 \
	%D%/wanted/80x24 \
	%D%/wanted/120x40 \
	%D%/wanted/80x24.ascii
