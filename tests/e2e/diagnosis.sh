#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What isolate says when a program cannot start, or the machine refuses: the cause is named, and a hint is a cure.
. "$TESTS/lib/tap.sh"

# What the last run's hint offers, as arguments in $cure (to be split by eval).
find_cure() {
	cure=$(printf '%s\n' "$t_err" | sed -n 's/^hint: \(-m .*\) brings what is missing$/\1/p')
}

# cured NAME REGEX PROGRAM [OPTION]...: with the options PROGRAM does not start, for a reason that matches; with the hint's
# in addition it does.
cured() {
	cured_name=$1 cured_regex=$2 cured_program=$3
	shift 3
	t_match "$cured_regex" "$cured_name" "$ISOLATE" "$@" -- "$cured_program"
	find_cure
	if [ -z "$cure" ]; then
		fail "$cured_name: a hint" "$t_err"
		return
	fi
	eval "t '$cured_name: the hint is a cure' \"\$ISOLATE\" \"\$@\" $cure -- \"\$cured_program\""
}

# program FILE INTERPRETER: a script that succeeds.
program() {
	mkdir -p "$(dirname "$1")"
	printf '#!%s\nexit 0\n' "$2" >"$1"
	chmod 755 "$1"
}

# HOME is private and empty inside, so what lies there is outside alone.
cd "$(pwd -P)" || exit 99
HOME=$(cd "$HOME" && pwd -P)
export HOME
true_program=$(readlink -f /bin/true)
loader=$(ldd "$true_program" | sed -n 's/^[[:space:]]*\(\/[^ ]*ld[^ ]*\) (0x.*/\1/p')

mkdir "$HOME/sh"
cp "$(readlink -f /bin/sh)" "$HOME/sh/sh"

program "$HOME/prefix/bin/tool" /bin/sh
mkdir "$HOME/prefix/conda-meta"
cured "a program that is not there" \
	"cannot execute '$HOME/prefix/bin/tool' \(No such file or directory\): it exists outside and not inside, where '$HOME/prefix' is missing" \
	"$HOME/prefix/bin/tool"
t_equal "the hint names the prefix, and the directory that -m would replace" "-m '. ro:$HOME/prefix'" "$cure"
t_status 127 "its status" "$ISOLATE" "$HOME/prefix/bin/tool"

program ./script "$HOME/sh/sh"
cured "a script whose interpreter is not there" "cannot execute './script' \(No such file or directory\): its interpreter '$HOME/sh/sh' \(line 1\) exists outside" \
	./script
t_status 127 "its status" "$ISOLATE" ./script

program ./by-env "/usr/bin/env -S nothing-of-that-name -x"
t_match "'nothing-of-that-name', which env runs for its first line, is in no directory of PATH" \
	"a script whose command is not in PATH" "$ISOLATE" ./by-env
t_match '^hint: it fails outside in the same way: no mount is to blame$' "no mount is to blame" "$ISOLATE" ./by-env
t_status 127 "its status" "$ISOLATE" ./by-env

mkdir "$HOME/links"
program "$HOME/far/real" /bin/sh
ln -s "$HOME/far/real" "$HOME/links/second"
ln -s second "$HOME/links/first"
cured "a link that leads nowhere" \
	"it leads through the symbolic link '$HOME/links/second' to '$HOME/far/real', and '$HOME/far' exists outside and not" \
	"$HOME/links/first" -m ". ro:$HOME/links"
t_status 127 "its status" "$ISOLATE" -m ". ro:$HOME/links" "$HOME/links/first"

cured "an ELF loader that is not there" "cannot execute '$true_program' \(No such file or directory\): its ELF loader '$loader' exists outside and not inside" \
	"$true_program" --no-defaults --chdir / -m "ro:$true_program"
t_status 127 "its status" "$ISOLATE" --no-defaults --chdir / -m "ro:$true_program" "$true_program"

cured "a library that is not there" "cannot start '$true_program': the library 'lib[^']*' exists outside as '/[^']*' and not inside" \
	"$true_program" --no-defaults --chdir / -m "ro:$true_program ro:$loader"
t_status 127 "its status is the loader's" \
	"$ISOLATE" --no-defaults --chdir / -m "ro:$true_program ro:$loader" "$true_program"
"$ISOLATE" -q --no-defaults --chdir / -m "ro:$true_program ro:$loader" "$true_program" 2>quiet
t_equal "with -q only the loader speaks" "" "$(grep '^isolate' quiet)"

mkdir "$HOME/covered"
program "$HOME/covered/bin/tool" "$HOME/covered/lib/sh"
mkdir "$HOME/covered/lib"
cp "$HOME/sh/sh" "$HOME/covered/lib/sh"
cured "what is covered in a mounted prefix" "its interpreter '$HOME/covered/lib/sh'" \
	"$HOME/covered/bin/tool" -m ". ro:$HOME/covered $HOME/covered/lib=none"
t_equal "the hint replaces the cover" "-m 'ro:$HOME/covered/lib'" "$cure"

odd="$HOME/a b:c='d\\e\"f"
program "$odd/tool" /bin/sh
t_match "exists outside and not inside" "a path with everything in it" "$ISOLATE" "$odd/tool"
find_cure
eval "t 'its hint is quoted for both' \"\$ISOLATE\" $cure -- \"\$odd/tool\""

echo text >plain
t_match "cannot execute './plain' \(Permission denied\): it is there, but you have no permission to execute it" "a file that is no program" \
	"$ISOLATE" ./plain
t_status 126 "its status" "$ISOLATE" ./plain
t_match "cannot execute '/usr' \(Permission denied\): it is a directory" "a directory" "$ISOLATE" /usr
t_match "cannot find 'nothing-of-that-name': it is in no directory of PATH, neither inside nor outside" "a name that is nowhere" \
	"$ISOLATE" nothing-of-that-name
t_status 127 "its status" "$ISOLATE" nothing-of-that-name

t_run "$ISOLATE" sh -c 'exit 127'
t_equal "a program that ends with 127 by itself is not explained" "127 " "$t_code $t_err"

# The machine. In a user namespace an ordinary user may set its limits.
t_match '^This machine allows all that a session needs\.$' "--check says that all is there" "$ISOLATE" --check
t "--check succeeds then" "$ISOLATE" --check
# shellcheck disable=SC2016 # for the shell inside
limited='echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"'
t_match '^hint: user.max_user_namespaces is 0' "a limit of 0 is named" unshare -Ur sh -c "$limited" sh "$ISOLATE" true
t_status 125 "its status" unshare -Ur sh -c "$limited" sh "$ISOLATE" true
t_match '^This machine does not allow what a session needs: user namespaces\.$' "--check says so too" \
	unshare -Ur sh -c "$limited" sh "$ISOLATE" --check
t_status 1 "--check fails then" unshare -Ur sh -c "$limited" sh "$ISOLATE" --check
t_match '^hint: your user or group id is not mapped' "an id without a number is named" unshare -U "$ISOLATE" true

# An outer container that covers a part of /proc: the cover is locked in a further namespace.
# shellcheck disable=SC2016
covered='mount -t tmpfs cover /proc/bus && exec unshare -Urm "$@"'
t_match "^hint: an outer container covers parts of /proc \\('/proc/bus'\\)" "a covered /proc is named" \
	unshare -Urmpf --mount-proc sh -c "$covered" sh "$ISOLATE" true
t_match "^hint: .*-m '\\. /proc=none'" "what can be done is said" \
	unshare -Urmpf --mount-proc sh -c "$covered" sh "$ISOLATE" true
t "it can be done" unshare -Urmpf --mount-proc sh -c "$covered" sh "$ISOLATE" -m '. /proc=none' true
t_done
