#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: the outward form of the sources: licence line, length of functions and lines, no path of the machine.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99

sources=$(find src tui tests -name '*.[ch]' | LC_ALL=C sort)
others=$(find doc src tui tests ./*.am ./*.ac ./*.md bootstrap -type f \( -name '*.mk' -o -name '*.sh' -o -name '*.md' -o -name '*.py' \
	-o -name '*.am' -o -name '*.ac' -o -name bootstrap \))

# Names of source files have no blanks.
# shellcheck disable=SC2086
{
	t_empty "each source begins with its licence" "$(grep -L -m1 '^/\* SPDX-License-Identifier: GPL-3.0-or-later \*/$' $sources)"
	# The house's style begins and ends a function with a brace in the first column.
	t_empty "no function is longer than 80 lines" "$(awk '
		/^[A-Za-z_].*\(/ { name = $0 }
		/^\{/ { start = FNR }
		/^\}/ && start { if (FNR - start > 81) print FILENAME ":" start ": " FNR - start - 1 " lines: " name; start = 0 }
	' $sources)"
	t_empty "no line of a source is wider than 120 columns" "$(for file in $sources; do
		expand "$file" | awk -v file="$file" 'length > 120 { print file ":" FNR ": " length " columns" }'
	done)"
	case $top_srcdir in
	/*/*) t_empty "no file names the directory it was written in" "$(grep -nF "$top_srcdir/" $sources $others)" ;;
	esac
}
t_done
