#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --learn: from a run that sees the whole machine to a profile of few mounts with which the program does the same.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

unset MNTDIRS XDG_CONFIG_HOME
mkdir -p opt/tool/bin opt/tool/lib opt/data opt/odd 'opt/a dir with  blanks' work
opt=$PWD/opt
cd work || exit 99
profile=$PWD/profile
tab=$(printf '\t')
escape=$(printf '\033')

# learn STATUS NAME ARG…: learns $profile, and the profile alone does the same.
learn() {
	want=$1 name=$2
	shift 2
	t_status "$want" "$name" "$ISOLATE" "$@" </dev/null
	while [ "${1#-}" != "$1" ]; do
		case $1 in
		--learn | -m) shift 2 ;;
		*) shift ;;
		esac
	done
	t_status "$want" "$name: the profile alone does" "$ISOLATE" -q --profile "$profile" "$@"
}

mounts() {
	grep -c '^mnt ' "$profile"
}

# at_most N NAME
at_most() {
	if [ "$(mounts)" -le "$1" ]; then
		pass "$2: $(mounts) mounts"
	else
		fail "$2: no more than $1 mounts" "$(cat "$profile")"
	fi
}

imports='import json, decimal, email, http.client, asyncio, unittest, sqlite3'
learn 0 'python with the default view' --learn "$profile" python3 -c "$imports"
t_equal 'which has all that it needs' 'mnt .' "$(grep -v '^#' "$profile")"
rm -f "$profile"
learn 0 'python with nothing else' --no-defaults --learn "$profile" python3 -c "$imports"
at_most 15 'python with nothing else'
t_empty 'no directory that shows much is in it' "$(grep -xE 'mnt ro:/(usr|etc|lib|usr/lib)?' "$profile")"

printf '#include <stdio.h>\nint main(void) { puts("made"); return 7; }\n' >one.c
rm -f "$profile"
learn 7 'gcc, and what it made' --no-defaults -m '. /tmp=none' --learn "$profile" sh -c 'gcc -o one one.c && ./one'
at_most 15 'gcc, and what it made'
t_empty 'what the program makes itself is not in it' "$(grep '/one' "$profile")"

t 'mounts that lie below a directory of ours are no obstacle' "$ISOLATE" -q -m / true

# A script whose interpreter lies elsewhere, in a prefix, and reads from places with blanks and control characters.
printf '#!/bin/sh\nexec /bin/sh "$@"\n' >"$opt/tool/bin/interpreter"
chmod +x "$opt/tool/bin/interpreter"
echo data >"$opt/data/file"
ln -s data "$opt/link"
echo blank >"$opt/a dir with  blanks/it's one"
echo odd >"$opt/odd/odd $tab$escape:= "
printf '#!%s/tool/bin/interpreter\ncat "%s/link/file" "%s/a dir with  blanks/it'"'"'s one" "%s"; echo made >made; exit 3\n' \
	"$opt" "$opt" "$opt" "$opt/odd/odd $tab$escape:= " >script
chmod +x script
rm -f "$profile"
learn 3 'a script with a foreign #! line' --learn "$profile" ./script
t_match "^data\$" 'by a link it finds the same' "$ISOLATE" -q --profile "$profile" ./script
t_match '^blank$' 'by a name with blanks and a quote' "$ISOLATE" -q --profile "$profile" ./script
t_match '^odd$' 'by one with control characters and a blank at its end' "$ISOLATE" -q --profile "$profile" ./script
t_empty 'the prefix is one mount' "$(grep -c "tool" "$profile" | grep -vx 1)"
t_empty 'what the program makes is in no mount' "$(grep 'made' "$profile")"
t_match '\\t.*\\e' 'control characters are told as what they are' "$ISOLATE" --learn "$profile" ./script </dev/null

# A name that would be two lines of the profile, behind a link that would not.
broken=$(printf 'x\nnet host')
mkdir -p "$opt/deep/$broken"
echo found >"$opt/deep/$broken/file"
ln -s "deep/$broken" "$opt/harmless"
cp "$profile" kept
t_output found 'a link to a name with a line break' "$ISOLATE" -q --learn "$profile" cat "$opt/harmless/file" </dev/null
t_empty 'adds no option' "$(grep -v '^mnt\|^#' "$profile")"
t_output found 'and is found again' "$ISOLATE" -q --profile "$profile" cat "$opt/harmless/file"
mv kept "$profile"

# Refined: what was learned stays, and so does what somebody has written.
before=$(grep '^mnt ro:' "$profile")
echo other >"$opt/other"
printf '# my own\nhostname box\n' >>"$profile"
chmod 600 "$profile"
t_status 0 'it is refined' "$ISOLATE" --learn "$profile" cat "$opt/other" </dev/null
t_match "^mnt ro:'?$opt/other" 'with what is new' cat "$profile"
t_empty 'without a loss' "$(echo "$before" | grep -vxFf "$profile")"
t_match '^# my own$' 'with what somebody wrote' cat "$profile"
t_equal 'for whom it was before' 600 "$(stat -c %a "$profile")"
t_status 3 'and does for both' "$ISOLATE" -q --profile "$profile" ./script
t_output box 'with the option that was added' "$ISOLATE" -q --profile "$profile" uname -n
cp "$profile" again
mv "$profile" linked
ln -s linked "$profile"
t_status 0 'once more' "$ISOLATE" --learn "$profile" cat "$opt/other" </dev/null
t 'it does not grow by that' cmp linked again
t 'and a link to it stays one' test -L "$profile"
mv linked "$profile"
for i in 1 2 3; do echo "$i" >"$opt/data/file$i"; done
t_status 0 'three files of a directory' "$ISOLATE" --learn "$profile" cat "$opt/data/file1" "$opt/data/file2" "$opt/data/file3" </dev/null
t_match "^mnt ro:$opt/(data|link)\$" 'are the directory' cat "$profile"
t_status 3 'and what was in it before is in that' "$ISOLATE" -q --profile "$profile" ./script

# What the first run writes outside of the current directory stays nowhere, and is not learned.
rm -f "$profile"
mkdir -p "$HOME/.cache"
echo old >"$HOME/.cache/thing"
t_output 'old new' 'the home directory is seen, and can be changed' "$ISOLATE" -q --no-replay --learn "$profile" sh -c \
	'printf "%s " "$(cat ~/.cache/thing)"; echo new >~/.cache/thing; cat ~/.cache/thing; echo x >~/x; echo x >/tmp/x' </dev/null
t_output old 'but not outside' cat "$HOME/.cache/thing"
t_empty 'nothing is left of it' "$(ls "$HOME/x" /tmp/x 2>/dev/null)"
t_equal 'and nothing learned' 'mnt .' "$(grep -v '^#' "$profile")"
touch "$opt/other"
t_match "learn:   $opt/other\$" 'what it may not write to is told' "$ISOLATE" --no-replay --learn "$profile" \
	sh -c ": >>$opt/other; :" </dev/null
t_match "learn:   $opt\$" 'and where it may make nothing' "$ISOLATE" --no-replay --learn "$profile" \
	sh -c ": >>$opt/new; :" </dev/null

# Left out as noise at first: the replay tells.
rm -f "$profile"
package=$(python3 -c 'import site; print(site.getusersitepackages())')
mkdir -p "$package"
echo 'value = 5' >"$package/of_my_own.py"
learn 5 'a package of the user'"'"'s own' --learn "$profile" python3 -c 'import of_my_own, sys; sys.exit(of_my_own.value)'

# How often it runs, and with what input.
rm -f "$profile" runs
t 'a program that must run once' "$ISOLATE" -q --no-replay --learn "$profile" sh -c 'echo run >>runs' </dev/null
t_equal 'runs once' run "$(cat runs)"
rm -f runs
t 'another one' "$ISOLATE" -q --learn "$profile" sh -c 'echo run >>runs' </dev/null
t_equal 'runs twice' 'run run' "$(paste -sd ' ' runs)"
echo from-file >input
t_output from-file 'a file as its input' sh -c '"$0" -q --learn "$1" sh -c "read -r x; echo \$x; test \$x = from-file" <input' \
	"$ISOLATE" "$profile"
t_output from-pipe 'a pipe as its input' sh -c 'echo from-pipe | "$0" -q --learn "$1" sh -c "read -r x; echo \$x; test \$x = from-pipe"' \
	"$ISOLATE" "$profile"
printf 'first\nrest\n' >input
t_output 'first rest' 'what it does not read of a file is left' sh -c \
	'{ "$0" -q --learn "$1" sh -c "read -r x; echo \$x"; cat; } <input | paste -sd " "' "$ISOLATE" "$profile"
t_status 143 'a signal that ends it ends isolate' sh -c '"$0" -q --learn "$1" sh -c "kill -TERM \$\$"; exit' "$ISOLATE" "$profile"
t_status 125 'with another ending it is refused' "$ISOLATE" --learn "$profile" sh -c \
	'test -e ran && exit 1; touch ran; exit 0' </dev/null
t_match "but with '.*profile' it ended with status 1" 'and it is said how' sh -c \
	'rm -f ran; "$0" --learn "$1" sh -c "test -e ran && exit 1; touch ran; exit 0"' "$ISOLATE" "$profile" </dev/null

t_status 143 'a signal during a replay ends it' sh -c 'rm -f ran; "$0" -q --learn "$1" sh -c \
	"test -e ran || { touch ran; exit 0; }; touch replays; sleep 100" & await exists replays; kill $!; wait $!' "$ISOLATE" "$profile" </dev/null

# Mistakes start nothing.
rm -f "$profile" runs
t_match "cannot write 'absent/p': No such file" 'a file in no directory' "$ISOLATE" --learn absent/p sh -c 'echo run >>runs'
t_match "cannot write '\.': Is a directory" 'a directory' "$ISOLATE" --learn . sh -c 'echo run >>runs'
t_match "cannot write '/dev/null': it is not a file" 'a device' "$ISOLATE" --learn /dev/null sh -c 'echo run >>runs'
echo 'nothing of this' >other
t_match "'other', line 1: unknown option" 'a file that is no profile' "$ISOLATE" --learn other sh -c 'echo run >>runs'
t_output 'nothing of this' 'which stays what it is' cat other
t_match 'makes no sense with --dry-run' 'options that contradict' "$ISOLATE" --dry-run --learn "$profile" sh -c 'echo run >>runs'
t_match 'makes no sense with --on-miss' 'others' "$ISOLATE" --on-miss=ask --learn "$profile" sh -c 'echo run >>runs'
t_match 'is for --learn' '--no-replay alone' "$ISOLATE" --no-replay sh -c 'echo run >>runs'
t_empty 'none of them ran anything' "$(cat runs 2>/dev/null)"
t_status 127 'a program that is not there' "$ISOLATE" --learn "$profile" absent-program </dev/null
t_empty 'leaves no profile' "$(ls "$profile" 2>/dev/null)"
rm -rf "$package" "$HOME/.cache"
t_done
