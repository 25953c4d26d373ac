#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Gate: what doc/COMMANDS.md says of each answer in JSON, and the answers of a session that runs, name the same members.
# shellcheck disable=SC2016 # what is in single quotes is for another shell, or a program, to expand
. "$top_srcdir/tests/lib/tap.sh"
cd "$top_builddir" || exit 99
isolate=$PWD/isolate

command -v jq >/dev/null || skip_all 'jq is not there'
# Not below /tmp, of which the sandbox has one of its own.
work=$(mktemp -d /var/tmp/isolate-json.XXXXXX)
session=
end() {
	[ -z "$session" ] || "$isolate" --kill json-gate >"$work/end" 2>&1
	rm -rf "$work"
}
trap end EXIT
XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir -m 700 "$work/run"
mkdir "$work/work" "$work/source" "$work/answers"
mkfifo "$work/up"
(cd "$work/work" && umask 027 && exec prlimit --nofile=99:99 "$isolate" -q --trace --name json-gate -m ". $work/up" \
	sh -c 'cat /opt/nothing /usr/nothing; echo up >"$0"; sleep 1000' "$work/up" </dev/null >"$work/log" 2>&1) &
session=$!
read -r _ <"$work/up" || exit 99

# ask SECTION COMMAND: adds an answer to those of the section.
ask() {
	"$isolate" --json --command "$2" json-gate >>"$work/answers/$1" 2>"$work/error" || cat "$work/error"
}
ask mounts :mounts
ask mount ":mount ro:/srv/a=$work/source /srv/b=none"
ask mount ':remount ro /srv/b'
payload=$("$isolate" --json --list | jq .sessions[0].payload)
ask undo :undo
ask mount ':umount /srv/a'
ask exec ':exec true'
ask who :who
ask ns :ns
ask ps :ps
ask why ':why /opt'
ask misses ':misses --noise'
ask help ':help'
ask kill ":kill -CONT $payload"
"$isolate" --json --list >"$work/answers/list"
ask save ':save -m'
# It is busy.
"$isolate" --json --command ":umount $work/work" json-gate >>"$work/answers/mount" 2>"$work/error"

# The text of a section, and what holds for all of them.
section() {
	awk -v want="### :$1" -v list="### --$1" '
		/^##/ { on = index($0 ",", substr(want, 5) ",") > 0 || $0 == list || $0 == "## JSON" }
		on' "$top_srcdir/doc/COMMANDS.md"
	case $1 in
	undo) section mount ;;
	why | misses) cat "$top_srcdir/doc/REPORT.md" ;;
	esac
}

t 'what uses a mount is told' grep -q '"holders":\[{' "$work/answers/mount"
for answers in "$work/answers"/*; do
	name=${answers##*/}
	# The names of limits are those of /proc, and are not listed.
	seen=$(jq -r 'if .limits then .limits |= map_values({ outside: .outside, inside: .inside }) | .limits = (.limits | to_entries | map(.value)) else . end |
		[paths | .[] | strings] | unique | .[]' "$answers" | LC_ALL=C sort -u)
	text=$(section "$name")
	missing=
	for member in $seen; do
		printf '%s\n' "$text" | grep -Eq "[\`\"]${member}[\`\"]" || missing="$missing $member"
	done
	t_empty "$name: what it says is documented" "$missing"
	[ -n "$seen" ] || fail "$name: it says something"
done

# These say nothing, or one line that people read.
for name in $(jq -r '.commands[].name' "$work/answers/help"); do
	case $name in
	quit | detach) continue ;;
	esac
	grep -Eq "^### .*:$name(,|\$)" "$top_srcdir/doc/COMMANDS.md" || undocumented="${undocumented-} :$name"
done
t_empty 'each command has its section' "${undocumented-}"
t_done
