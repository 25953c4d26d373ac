# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: folders are used in one direction, config.h comes first in each .c and in no header.
. "${top_srcdir:-.}/tests/lib/tap.sh"
cd "$top_srcdir/src" || exit 99

# What each folder may include, besides itself. main.c and its neighbours in src/ may include everything.
allowed() {
	case $1 in
	base) echo "base" ;;
	sys) echo "base sys" ;;
	inspect) echo "base sys inspect" ;;
	sandbox) echo "base sys sandbox" ;;
	session) echo "base sys sandbox session" ;;
	cmd) echo "base sys sandbox session inspect cmd" ;;
	esac
}

for folder in */; do
	folder=${folder%/}
	words=$(allowed "$folder")
	[ -n "$words" ] || { fail "src/$folder has its place in this gate"; continue; }
	bad=$(grep -nE '^#[[:space:]]*include "' "$folder"/*.[ch] 2>/dev/null |
		grep -vE "\"(config\\.h|($(echo "$words" | tr ' ' '|'))/[^\"]*)\"")
	t_empty "src/$folder includes only: $words" "$bad"
done

bad=
for file in *.c */*.c ../tests/*/*.c; do
	[ -f "$file" ] || continue
	[ "$(grep -m1 -E '^#[[:space:]]*include' "$file")" = '#include "config.h"' ] || bad="$bad $file"
done
t_empty "each .c includes config.h first" "$bad"
t_empty "no header includes config.h" "$(grep -ln '"config\.h"' ./*.h ./*/*.h 2>/dev/null)"
t_done
