#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: what the linked program needs and how it is protected, as it came out and not as the flags meant it.
. "$top_srcdir/tests/lib/tap.sh"

program=$top_builddir/isolate
dynamic=$(readelf --dynamic --wide "$program")
headers=$(readelf --program-headers --wide "$program")
symbols=$(readelf --symbols --wide "$program")

# The start pays for every library. The sanitizers bring theirs.
allowed='libc\.so\..*|ld-linux.*'
case $dynamic in
*libasan*) allowed="$allowed|lib(asan|ubsan|m|gcc_s)\.so\..*" ;;
esac
t_empty 'it needs the C library alone' \
	"$(echo "$dynamic" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vxE "$allowed")"
t_empty 'its text needs no relocation' "$(echo "$dynamic" | grep TEXTREL)"

# has 'NAME' PATTERN TEXT
has() {
	case $hardening:$(echo "$3" | grep -cE "$2") in
	yes:0) fail "$1" "nothing in the program matches: $2" ;;
	*) pass "$1" ;;
	esac
}

has 'it is position-independent' 'Type:.*DYN' "$(readelf --file-header "$program")"
has 'its relocations are read-only' GNU_RELRO "$headers"
has 'its symbols are bound at the start' 'BIND_NOW|FLAGS.*NOW' "$dynamic"
has 'its stack is not executable' 'GNU_STACK.* RW ' "$headers"
has 'its stack is watched' '__stack_chk_fail' "$symbols"
# Which of two the linker takes depends on the order of the archives, and it says nothing.
t_empty 'no name is defined in two of our archives' \
	"$(find "$top_builddir/src" "$top_builddir/tui" -name 'lib*.a' -exec nm -g --defined-only {} + 2>/dev/null |
		awk '$2 ~ /[BDRT]/ { print $3 }' | sort | uniq -d)"
# make looks at no flags: an object would keep the place of an earlier configuration, and isolate not find its programs.
for source in $(cd "$top_srcdir" && find src tui -name '*.c' -exec grep -l PKGLIBEXECDIR {} +); do
	object=${source%.c}
	object="%D%/${object##*/}.\$(OBJEXT): Makefile"
	t "$source, which has a configured directory in it, is compiled again after another configure" \
		grep -qxF "$object" "$top_srcdir/${source%/*}/local.mk"
done
t_done
