#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: parser, --help, manual page and completions know the same options and the same flags of specs.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_builddir" || exit 99

sorted() {
	LC_ALL=C sort -u
}

# The long names of the options, and the flags, as the program itself lists them.
options=$(./isolate --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' | sorted)
letters=$(./isolate --help | sed -n 's/^  -\(.\), --.*/\1/p' | sorted)
flags=$(./isolate --help | sed -n '/^The flags:$/,/^$/s/^  \([a-z]*\) .*/\1/p' | sorted)
with_argument=$(./isolate --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\) [a-zA-Z].*/\2/p' | sorted)

t "there are options" test "$(echo "$options" | wc -l)" -gt 10
t "there are flags" test "$(echo "$flags" | wc -l)" -gt 5

# The parser: an option without an argument is read over and --help is reached; one with an argument asks for it.
refused=
for option in $options; do
	if echo "$with_argument" | grep -Fqx -e "$option"; then
		./isolate "--$option" 2>&1 | grep -q 'needs ' || refused="$refused --$option"
	else
		./isolate "--$option" --help >/dev/null 2>&1 || refused="$refused --$option"
	fi
done
t_empty "the parser takes what --help lists" "$refused"
for letter in $letters; do
	! ./isolate "-$letter" --frobnicate 2>&1 </dev/null | grep -Fq "unknown option '-$letter'" ||
		refused="$refused -$letter"
done
t_empty "the parser takes the letters that --help lists" "$refused"

man_options() {
	sed -n 's/^\.It .*Fl -\([a-z-]*\).*/\1/p' doc/isolate.1 | sorted
}
man_letters() {
	sed -n 's/^\.It Fl \([a-zA-Z]\) .*Fl -.*/\1/p' doc/isolate.1 | sorted
}
man_flags() {
	sed -n '/^\.Sh SPECS/,/^\.Sh DEFAULT/s/^\.It Cm //p' doc/isolate.1 | sorted
}
t_equal "the manual page has the options" "$options" "$(man_options)"
t_equal "the manual page has the letters" "$letters" "$(man_letters)"
t_equal "the manual page has the flags" "$flags" "$(man_flags)"

# What bash completes for a line, its words as readline splits them following.
bash_completes() {
	bash -c '. completions/isolate.bash
		COMP_LINE=$1 COMP_POINT=${#1}
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_isolate
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sorted
}
t_equal "bash completes the options" "$options" "$(bash_completes 'isolate --' isolate -- | sed -n 's/^--//p')"
t_equal "bash completes the letters" "$letters" "$(bash_completes 'isolate -' isolate - | sed -n 's/^-\(.\)$/\1/p')"
t_equal "bash completes the flags" "$flags" \
	"$(bash_completes 'isolate -m ' isolate -m '' | sed -n 's/^\([a-z]*\):$/\1/p')"
t_equal "bash completes a value behind '='" host "$(bash_completes 'isolate --net=h' isolate --net = h)"
t_equal "bash completes a value in a word of its own" none "$(bash_completes 'isolate --net n' isolate --net n)"
t_equal "bash completes a path behind flags" doc/ "$(bash_completes 'isolate -m ro:do' isolate -m ro : "do")"
t_equal "bash completes the second spec between quotes" '. ro:doc/' \
	"$(bash_completes 'isolate -m ". ro:do' isolate -m '". ro:do')"
t_equal "bash completes a flag behind a flag" ro,try: "$(bash_completes 'isolate -m ro,tr' isolate -m ro,tr)"
t_equal "bash completes 'none' for a source" none "$(bash_completes 'isolate -m /x=no' isolate -m /x = no)"
t_equal "bash completes options behind an argument" --no-net \
	"$(bash_completes 'isolate -m . --no-n' isolate -m . --no-n)"
t_equal "bash completes the program" printenv "$(bash_completes 'isolate printen' isolate printen)"
t_equal "bash completes the program behind --" printenv \
	"$(bash_completes 'isolate -q -- printen' isolate -q -- printen)"
t_equal "bash completes the program's arguments" doc "$(bash_completes 'isolate -q ls do' isolate -q ls "do")"
t_equal "bash leaves the program's options alone" '' "$(bash_completes 'isolate ls --no' isolate ls --no)"
t_equal "bash completes a command" :umount "$(bash_completes 'isolate --command :um' isolate --command : um | sed 's/^umount$/:umount/')"

fish_completes() {
	HOME=$top_builddir/tests fish --no-config -c 'source completions/isolate.fish; complete -C "$argv"' "$1" |
		cut -f 1 | sorted
}
if command -v fish >/dev/null; then
	t_equal "fish completes the options" "$options" "$(fish_completes 'isolate --' | sed -n 's/^--//p')"
	t_equal "fish completes the letters" "$letters" "$(fish_completes 'isolate -' | sed -n 's/^-\(.\)$/\1/p')"
	t_equal "fish completes the flags" "$flags" "$(fish_completes 'isolate -m ' | sed -n 's/^\([a-z]*\):$/\1/p')"
	t_equal "fish completes a value behind '='" --net=host "$(fish_completes 'isolate --net=h')"
	t_equal "fish completes a path behind flags" ro:doc/ "$(fish_completes 'isolate -m ro:do')"
	t_equal "fish completes the program" printenv "$(fish_completes 'isolate -q -- printen')"
	t_equal "fish completes a command" :umount "$(fish_completes 'isolate --command :um')"
	t_equal "fish completes options behind both words of --setenv" --no-net \
		"$(fish_completes 'isolate --setenv A b --no-n')"
else
	skip "fish completes" "there is no fish"
fi

zsh_completes() {
	zsh -f "$top_srcdir/tests/lib/complete.zsh" completions/isolate.zsh "$1"
}
if command -v zsh >/dev/null; then
	t "zsh reads its completion" zsh -n completions/isolate.zsh
	offered=$(sed -n 's/^		[^[]*--\([a-z-]*\).*\[.*/\1/p' completions/isolate.zsh | sorted)
	t_equal "zsh has the options" "$options" "$offered"
	offered=$(sed -n "/flags=(/,/^	)/s/^		'\([a-z]*\):.*/\1/p" completions/isolate.zsh | sorted)
	t_equal "zsh has the flags" "$flags" "$offered"
	t_equal "zsh completes an option" 'isolate --no-net ' "$(zsh_completes 'isolate --no-n')"
	t_equal "zsh completes a value behind '='" 'isolate --net=host ' "$(zsh_completes 'isolate --net=h')"
	t_equal "zsh completes a path behind flags" 'isolate -m ro:doc/' "$(zsh_completes 'isolate -m ro:do')"
	t_equal "zsh completes a command" 'isolate --command :umount ' "$(zsh_completes 'isolate --command :um')"
	t_equal "zsh completes the program" 'isolate -q -- printenv ' "$(zsh_completes 'isolate -q -- printen')"
else
	skip "zsh completes" "there is no zsh"
fi

for page in doc/isolate.1 "$top_srcdir/doc/isolate.sh.1" "$top_srcdir/doc/isolate-inspect.1" "$top_srcdir/doc/isolate-control.7"; do
	name=$(basename "$page")
	if command -v man >/dev/null; then
		t_empty "man has no warnings about $name" \
			"$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)"
	else
		skip "man has no warnings about $name" "there is no man"
	fi
	if command -v mandoc >/dev/null; then
		t_empty "mandoc has no warnings about $name" "$(mandoc -T lint -W warning "$page" 2>&1)"
	else
		skip "mandoc has no warnings about $name" "there is no mandoc"
	fi
done
# Pictures and pages that README points at.
(cd "$top_srcdir" && sed -n 's/.*](\([A-Za-z][^):]*\)).*/\1/p' README.md) | while read -r link; do
	[ -s "$top_srcdir/$link" ] || echo "$link"
done >links.missing
t_empty 'what README.md points at is there' "$(cat links.missing)"
rm -f links.missing
# The keys of the inspector, as they are compiled in, and those of its manual. A row may name several, and a range.
if [ -x "$top_builddir/isolate-inspect" ]; then
	"$top_builddir/isolate-inspect" --print-config | awk '$1 == "key" { print $3 }' | sort -u >bound
	sed -n '/^\.Sh KEYS/,/^\.Sh [^K]/s/^\.It Cm //p' "$top_srcdir/doc/isolate-inspect.1" | sed 's/\\&//g; s/ No to Cm / to /; s/ , /\n/g' |
		awk '$2 == "to" { for (i = $1; i <= $3; i++) print i; next } { print $1 }' | sort -u >told
	t_empty 'the manual has each key of the inspector' "$(comm -23 bound told)"
	t_empty 'and no other' "$(comm -13 bound told)"
	rm -f bound told
fi
t_done
