#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Options from a file: a user's profile, and a project's own, which may only tighten.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

unset MNTDIRS XDG_CONFIG_HOME
profiles=$HOME/.config/isolate/profiles
mkdir -p "$profiles" opt/tool work/sub other
opt=$PWD/opt other=$PWD/other
echo hammer >opt/tool/name
cd work || exit 99

# refused FILE-TEXT REGEX NAME: `profile` with this text starts nothing.
refused() {
	printf '%s\n' "$1" >profile
	t_match "$2" "$3" "$ISOLATE" --profile=./profile sh -c 'echo started'
	case $t_out in
	*started*) fail "$3: and nothing is started" ;;
	*) pass "$3: and nothing is started" ;;
	esac
}

cat >"$profiles/grading" <<END
# for grading

  --mnt . ro:$opt
setenv GREETING  good morning
setenv PAIR=a b
unsetenv USELESS
hostname box
END
t_output 'hammer/good morning/a b/none/box' 'a profile by its name: specs, variables, the rest of a line as it stands' \
	env USELESS=1 "$ISOLATE" --profile grading sh -c \
	'echo "$(cat '"$opt"'/tool/name)/$GREETING/$PAIR/${USELESS-none}/$(uname -n)"'
printf -- '-m ro:%s\n--hostname=box\nsetenv=GREETING=a = b\n' "$opt" >letters
t_output 'hammer/a = b/box' 'options as they are on a command line' "$ISOLATE" --profile ./letters sh -c \
	'echo "$(cat '"$opt"'/tool/name)/$GREETING/$(uname -n)"'
t_output tub 'a later option counts' "$ISOLATE" --profile=grading --hostname tub uname -n
t_output box 'and an earlier one does not' "$ISOLATE" --hostname tub --profile=grading uname -n
mkdir -p elsewhere/isolate/profiles
printf 'hostname pail\r\n' >elsewhere/isolate/profiles/p
t_output pail 'XDG_CONFIG_HOME says where they are; a \r at the end of a line is none of the option' \
	env XDG_CONFIG_HOME="$PWD/elsewhere" "$ISOLATE" --profile p uname -n
t_output pail 'a file, by a name with a slash' "$ISOLATE" --profile ./elsewhere/isolate/profiles/p uname -n
t_match 'profile' 'mounts have the origin profile in the plan' "$ISOLATE" --dry-run --profile grading true

t_match "cannot read '.*/profiles/absent': No such file" 'a profile that is not there' "$ISOLATE" --profile absent true
refused 'hostnam box' "'./profile', line 1: unknown option 'hostnam'" 'a misspelt option'
refused '
hostname' "line 2: hostname needs an argument" 'an argument that is missing'
refused '-x box' "line 1: unknown option '-x'" 'a letter that is none'
refused 'hostname=' "line 1: hostname needs an argument" 'an argument that is empty'
refused 'clearenv now' "clearenv takes no argument: 'now'" 'an argument that is too much'
refused 'mnt ro:rw:/x' "line 1: a second ':' \(from ./profile\)" 'a spec with a mistake'
refused 'profile ./profile' "'profile' cannot stand in a file" 'a profile in a profile'
refused 'command :who' "'command' cannot stand in a file" 'what is no part of a session'
printf 'hostname a\0b\n' >profile
t_match 'zero byte' 'a zero byte' "$ISOLATE" --profile=./profile true
t_match 'Is a directory' 'a directory' "$ISOLATE" --profile=./sub true
mkfifo fifo
t_match 'it is not a file' 'a pipe, which could hang us' "$ISOLATE" --profile=./fifo true
head -c 1100000 /dev/zero | tr '\0' '#' >profile
t_match 'longer than' 'a file without an end' "$ISOLATE" --profile=./profile true
rm fifo profile

# project FILE-TEXT REGEX NAME: with this .isolate nothing is started.
project() {
	printf '%s\n' "$1" >.isolate
	t_match "$2" "$3" "$ISOLATE" sh -c 'echo started'
	case $t_out in
	*started*) fail "$3: and nothing is started" ;;
	*) pass "$3: and nothing is started" ;;
	esac
}

t 'without a project file a place can be written to' "$ISOLATE" touch sub/file
printf 'mnt ro:sub\n' >.isolate
t_match 'Read-only file system' 'a project makes a place read-only' "$ISOLATE" touch sub/other
t 'and only that' "$ISOLATE" touch file
ln -s sub link
printf 'mnt ro:link\n' >.isolate
t_match 'Read-only file system' 'by the name of a link to it too' "$ISOLATE" touch sub/other
printf 'mnt sub=none\nclearenv\n' >.isolate
t_output '' 'a project hides a place' "$ISOLATE" ls sub
printf 'net none\n' >.isolate
t_output '1' 'a project closes the network' "$ISOLATE" --net=host sh -c 'tail -n +3 /proc/net/dev | wc -l'
printf 'mnt ro:%s\n' "$opt" >.isolate
t_output hammer 'what the user gives, a project may make read-only' "$ISOLATE" -m ". $opt" cat "$opt/tool/name"
project "mnt ro:$opt" "'ro:.*/opt' in '.isolate' shows more than there is without it" 'a project cannot add a place'
project "mnt ro:sub=$opt" 'shows more than there is without it' 'nor put another in the place of one'
project "mnt sub" 'shows more than there is without it' 'nor leave one writable that it names'
project "mnt ro,dev:sub" 'shows more than there is without it' 'nor lift the ban on devices'
project 'net host' "'net' would open the network" 'nor open the network'
project 'no-net' "'no-net' does not tighten" 'by that name neither'
project 'setenv LD_PRELOAD ./x.so' "'setenv' does not tighten" 'nor set a variable'
printf 'mnt %s=none\n' "$other" >"$profiles/hides"
echo seen >"$other/file"
printf 'mnt ro:%s\n' "$other" >.isolate
t_match 'shows more than there is without it' 'nor show what the user has hidden' "$ISOLATE" --profile hides -m . true
rm .isolate
ln -s /etc/passwd .isolate
t_match "cannot read '.isolate'" 'nor have a file elsewhere read' "$ISOLATE" true
rm .isolate
echo mine >"$HOME/mine"
printf 'no-defaults\n' >.isolate
t_match "more of '/" 'nor take away what covers something' "$ISOLATE" -m / cat "$HOME/mine"
t_equal 'which nothing has shown' '' "$t_out"
printf 'tmpfs-size 1000t\n' >.isolate
t_match 'would make it larger' 'nor have more memory than there is without it' "$ISOLATE" true
printf 'mnt sub/file=none\n' >.isolate
echo text >sub/file
t_output '' 'a file can be hidden too' "$ISOLATE" cat sub/file
rm "$HOME/mine"
t_done
