#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line of the program itself: what it prints where, and with which status.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

unset MNTDIRS

# fails TEXT NAME ARG…: status 125, nothing on standard output, and just TEXT on standard error.
fails() {
	want=$1 name=$2
	shift 2
	t_run "$ISOLATE" "$@"
	t_equal "$name" "125//$want" "$t_code/$t_out/$t_err"
}

fails "isolate: unknown option '--mtn'
hint: did you mean '--mnt'?" 'a misspelt option' --mtn . true
fails "isolate: unknown option '--frobnicate'
hint: 'isolate --help' lists the options" 'an option that is near to none' --frobnicate
fails "isolate: --net: 'hots' is not none or host
hint: did you mean '--net=host'?" 'a misspelt word' --net=hots true
fails "isolate: --as: 'bob' is not self, root or UID[:GID]
hint: users and groups are given by number: --as=1000:100" 'a user by name' --as bob true
fails "isolate: --base needs an argument: DIR" 'an argument that is missing' --base
fails "isolate: --name: 'a\\e[2Jb' holds a control character, or is not UTF-8" \
	'what would clear the screen is escaped' --name "$(printf 'a\033[2Jb')" true

# The caret stands under the spec's flag, and under a path behind a wide character.
t_run "$ISOLATE" -m '. r:/x' true
t_equal 'a bad spec is shown with a caret' '125/  r:/x/  ^' \
	"$t_code/$(echo "$t_err" | sed -n '2p')/$(echo "$t_err" | sed -n '3p')"
t_match '\(from MNTDIRS\)' 'a bad spec of the environment is said to be from there' env MNTDIRS=foo:/x "$ISOLATE" true

t_run "$ISOLATE" --version
t_equal 'the version' "0/isolate/" "$t_code/$(echo "$t_out" | sed -n '1s/ [0-9.]*$//p')/$t_err"
t_run "$ISOLATE" --help
t_equal 'help goes to standard output' "0/Usage: isolate [OPTION]... [--] [PROG [ARG]...]/" \
	"$t_code/$(echo "$t_out" | head -n 1)/$t_err"
t_output "$t_out" '-h is --help, and what follows is not looked at' "$ISOLATE" -h --frobnicate
ln -s "$ISOLATE" my-isolate
t_match '^Usage: my-isolate ' 'help has the name that the program was called by' ./my-isolate --help
t_match "^hint: 'my-isolate --help'" 'and so has the hint' ./my-isolate --frobnicate
t_match '^isolate: unknown' 'but messages have its own' ./my-isolate --frobnicate
rm my-isolate
if [ -c /dev/full ]; then
	t_match 'cannot write to standard output \(for --help\): No space left on device' \
		'help that cannot be written is an error' sh -c '"$0" --help >/dev/full' "$ISOLATE"
	for option in --list --check '--dry-run true'; do
		t_match 'cannot write to standard output: No space left' "and so is $option" \
			sh -c "\"\$0\" $option >/dev/full" "$ISOLATE"
	done
fi

# Where options end.
t_output '-v' 'they end at the first argument that is none' "$ISOLATE" -q echo -v
t_output '-- -v' 'a -- behind the program is its own' "$ISOLATE" -q env echo -- -v
t_output 'x -v' 'and at --' "$ISOLATE" -q -- echo x -v
t_status 127 'what follows -- is a program, whatever it looks like' "$ISOLATE" -q -- -x
t_output yes 'both words of --setenv' "$ISOLATE" -q --setenv A yes sh -c 'echo $A'
t_output y=s 'one word of --setenv' "$ISOLATE" -q --setenv=A=y=s sh -c 'echo $A'
t_match '/' '--dry-run prints a plan' "$ISOLATE" --dry-run true
t_output '' '--dry-run runs nothing' sh -c '"$0" --dry-run touch made >/dev/null; ls' "$ISOLATE"

# Under its other name.
script=$(dirname "$ISOLATE")/isolate.sh
t_match '^isolate\.sh: -m needs an argument: SPECS$' 'isolate.sh speaks under its own name' "$script" -m
t_status 125 'and fails with 125' "$script" -b
t_run "$script" 'echo a;' echo b c
t_equal 'its messages, and its shell' "root in $(pwd -P)
running command echo a; echo b c
a
b c" "$t_out"
t_output 'a b' 'NI_QUIET' env NI_QUIET=1 "$script" echo a b
t_output 'a b' 'a message-free command line is joined and read again' env NI_QUIET=1 "$script" "printf '%s %s\n'" a b
t_status 3 'the status of the shell inside' env NI_QUIET=1 "$script" 'exit 3; true'
t_status 1 'which stops at a failure' env NI_QUIET=1 "$script" 'false; true'
t_output 'passwd' 'its bare /etc' env NI_QUIET=1 "$script" 'ls /etc | grep -vx -e alternatives -e matplotlibrc'
[ ! -d /etc/alternatives ] || t 'but links of /usr into it are alive' env NI_QUIET=1 "$script" test -e /usr/bin/awk
t_output 'inside' 'MNTDIRS' env NI_QUIET=1 MNTDIRS='. /opt/x=.' "$script" 'echo inside >f; cat /opt/x/f'
rm -f f
t_output '' 'nothing is left in /dev/null' env NI_QUIET=1 "$script" 'echo x >/dev/null; cat /dev/null'
t_output "$(pwd -P)" 'without arguments it runs $SHELL' env NI_QUIET=1 SHELL=/bin/pwd "$script"
t_match '^\+\+ echo traced$' 'VERBOSE traces' env NI_QUIET=1 VERBOSE=1 "$script" echo traced

mkdir 'one two' plain
t_match "quotes of its own, '\"one two\"'" 'a name with blanks without quotes of its own' "$ISOLATE" -m '. one two' true
t_match "quotes of its own, '\"one two\"'" 'of which a word is there' "$ISOLATE" -m 'ro:/x=one two plain' true
t_match 'replaces no variable in single quotes' 'a variable in single quotes' "$ISOLATE" -m '. $HOME' true
rmdir 'one two' plain
t 'the smallest private directories do not prevent a start' "$ISOLATE" --tmpfs-size=1 true
t_match 'No space left' 'and are small' "$ISOLATE" --tmpfs-size=1 sh -c 'head -c 70000 /dev/zero >/tmp/x'

size='df -k --output=size /tmp | tail -n 1 | tr -d " "'
t_output 32768 'its private directories are small' env NI_QUIET=1 "$script" "$size"
t_output 1024 'NI_TMPFS_SIZE' env NI_QUIET=1 NI_TMPFS_SIZE=1M "$script" "$size"
t_done
