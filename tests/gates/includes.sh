#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: folders are used in one direction, config.h comes first in each .c and in no header.
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_srcdir" || exit 99

# What each folder may include. The files of src/ itself stand above all of them.
allowed() {
	case $1 in
	base) echo "base" ;;
	sys) echo "base sys" ;;
	inspect) echo "base sys inspect" ;;
	sandbox) echo "base sys sandbox" ;;
	watch) echo "base sys inspect sandbox watch" ;;
	session) echo "base sys sandbox watch session" ;;
	cmd) echo "base sys sandbox watch session inspect cmd" ;;
	tui) echo "base sys inspect cmd tui" ;;
	tui/vt) echo "base tui/vt" ;;
	esac
}

for folder in src/*/ tui/ tui/vt/; do
	[ -d "$folder" ] || continue
	folder=${folder%/}
	words=$(allowed "${folder#src/}")
	case $(ls "$folder"):$words in
	:*) continue ;;
	*:) fail "$folder has its place in this gate"; continue ;;
	esac
	bad=$(grep -nE '^#[[:space:]]*include "' "$folder"/*.[ch] |
		grep -vE "\"(config\\.h|($(echo "$words" | tr ' ' '|'))/[^\"]*)\"")
	t_empty "$folder includes only: $words" "$bad"
done

bad=$(find src tui tests -name '*.c' | while read -r file; do
	[ "$(grep -m1 -E '^#[[:space:]]*include' "$file")" = '#include "config.h"' ] || echo "$file"
done)
t_empty "each .c includes config.h first" "$bad"
t_empty "no header includes config.h" "$(find src tui -name '*.h' -exec grep -l '"config\.h"' {} +)"
t_done
