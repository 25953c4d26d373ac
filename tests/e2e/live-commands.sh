#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# :mount, :umount, :remount and :kill, as a user gives them, on what isolate, bubblewrap and unshare have made.
. "$TESTS/live/lib.sh"

begin_live
h=$live_top/host
view='--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64'

# say COMMAND…: the command's words, on the sandbox.
say() {
	"$ISOLATE" --command "$*" "$pid"
}

# ask COMMAND FILTER: the answer as JSON, through jq; none without it.
ask() {
	"$ISOLATE" --json --command "$1" "$pid" 2>/dev/null | jq -r "$2"
}

# The process outside whose command line is $1, in the pid namespace of the sandbox.
pid_of() {
	for p_dir in /proc/[0-9]*; do
		if [ "$(tr '\0' ' ' 2>/dev/null <"$p_dir/cmdline")" = "$1 " ] &&
			[ "$(readlink "$p_dir/ns/pid")" = "$(readlink "/proc/$pid/ns/pid")" ]; then
			echo "${p_dir#/proc/}"
		fi
	done
}

# Runs `sleep $1` inside, in the background; prints its number outside once it is there.
sleeper() {
	inside "(sleep $1 >/dev/null 2>&1 & while [ \"\$(cat /proc/\$!/comm)\" != sleep ]; do :; done)"
	pid_of "sleep $1"
}

# What every sandbox has to get through. $1: which; $2: a place that can be mounted on.
everywhere() {
	e_host=$(host_state)
	e_line="^mounted $2 \\(ro\\) from $h/dir\$"
	t_match "$e_line" "$1: mounted read-only, and said so" say ":mount ro:$2=$h/dir"
	t_output 'the file outside' "$1: a file of it is there" inside "cat $2/file"
	t_match 'Read-only' "$1: it cannot be written" inside "touch $2/new"
	t_match "^remounted $2 \\(rw\\) of $h/dir\$" "$1: made writable" say ":remount rw $2"
	t "$1: it can be written" inside "touch $2/new && rm $2/new"
	t_match "^remounted $2 \\(ro\\) of $h/dir\$" "$1: and read-only again" say ":remount ro $2"
	t_match 'Read-only' "$1: it cannot be written" inside "touch $2/new"
	inside "cd $2"
	t_status 125 "$1: busy" say ":umount $2"
	t_match "^ *[0-9]+ +[0-9]+ +sh +directory +$2\$" "$1: by whom" say ":umount $2"
	t_match '^hint: with -l' "$1: and what can be done" say ":umount $2"
	inside "cd $live_top/shared"
	t_match "^unmounted $2 \\(ro\\) of $h/dir\$" "$1: unmounted" say ":umount $2"
	t_match 'No such file' "$1: gone" inside "cat $2/file"
	t_match "nothing is mounted at '$2'|came with a copy" "$1: there is nothing more" say ":umount $2"
	t_equal "$1: nothing appeared on the host" "$e_host" "$(host_state)"
}

killing() {
	k_sleeper=$(sleeper "$2")
	t_match "^sent STOP to process $k_sleeper\$" "$1: a signal by name" say ":kill -STOP $k_sleeper"
	t_status 125 "$1: a process of no sandbox is refused" say ":kill $$"
	t_match "process $$ is not in the sandbox of process $pid" "$1: and why" say ":kill -9 $$"
	t_status 125 "$1: a process that does not exist" say ':kill 2147483647'
	t_match "^sent KILL to process $k_sleeper\$" "$1: a signal by number" say ":kill -9 $k_sleeper"
	t "$1: it has ended" await end "$k_sleeper"
	k_sleeper=$(sleeper "$2")
	t_match "^sent TERM to process $k_sleeper\$" "$1: TERM where none is named" say ":kill $k_sleeper"
	t "$1: it has ended" await end "$k_sleeper"
}

# --- isolate ---------------------------------------------------------------------------------------------------------
start_own -q -m "$live_top/shared"
everywhere isolate /srv/a
killing isolate 2001

t_match '\^' 'a wrong spec has its caret' say ":mount ro:/srv/b=$h/dir r:/srv/c"
t_match "unknown flag 'r'.*from :mount" 'and its reason' say ":mount ro:/srv/b=$h/dir r:/srv/c"
t_status 1 'and the other one was not mounted' inside "test -e /srv/b"
t_status 125 'a source that does not exist' say ":mount /srv/b=$h/dir /srv/c=$h/absent"
t_match "^ +/srv/c=$h/absent\$" 'the spec is shown' say ":mount /srv/b=$h/dir /srv/c=$h/absent"
t_status 1 'and the other one was not mounted' inside "test -e /srv/b"
t 'two at once, quoted' say ":mount '/srv/b b'=$h/dir /srv/c\\ c=none"
t_output 'the file outside' 'the first' inside "cat '/srv/b b/file'"
t_output '' 'the second' inside "ls '/srv/c c'"
t 'a quoted path' say ":umount '/srv/b b'"
t_status 1 'is taken away' inside "test -e '/srv/b b/file'"
t_match 'note: .*absent' 'try skips, with a note' say ":mount try:/srv/d=$h/absent"

ln -s dir "$h/name"
t 'relative to the directory of the caller' env -C "$h" "$ISOLATE" --command ":mount ro:dir" "$pid"
t_output 'the file outside' 'it is there' inside "cat $h/dir/file"
t 'and so is a path' env -C "$h" "$ISOLATE" --command ':umount name' "$pid"
t_match 'No such file' 'gone' inside "cat $h/dir/file"
rm "$h/name"
mkdir "$HOME/tilde"
t '~ is the home of the caller' say ':mount ~/tilde'
t 'it is there' inside "test -d $HOME/tilde"
t_match "^remounted $HOME/tilde \\(ro\\) of $HOME/tilde\$" 'and of the others' say ':remount ro ~/tilde'
t_match "^unmounted $HOME/tilde \\(ro\\) of $HOME/tilde\$" 'and here' say ':umount ~/tilde'

if command -v jq >/dev/null; then
	t_equal 'JSON: what was mounted' "/srv/j $h/dir bind ro true" "$(ask ":mount ro:/srv/j=$h/dir" \
		'.mounts[0] | "\(.inside) \(.outside) \(.kind) \(.flags[0]) \(.is_directory)"')"
	inside 'exec 5</srv/j/file'
	t_equal 'JSON: who uses it' 'umount descriptor 5 /srv/j/file false' "$(ask ':umount /srv/j' \
		'"\(.command) \(.holders[0] | "\(.how) \(.descriptor) \(.path) \(.writes)")"')"
	t_equal 'JSON: by both numbers' "$pid 2" "$(ask ':umount /srv/j' '.holders[0] | "\(.outside) \(.inside)"')"
	inside 'exec 5<&-'
	t_equal 'JSON: what was unmounted' '/srv/j' "$(ask ':umount /srv/j' '.mounts[0].inside')"
else
	skip 'JSON' 'jq is not there'
fi
t 'what is busy' say ":mount /srv/a=$h/dir"
inside 'exec 5>/srv/a/new'
t_match 'descriptor 5, for writing' 'cannot become read-only' say ':remount ro /srv/a'
t 'goes with -l' say ':umount -l /srv/a'
t_status 1 'from sight' inside 'test -e /srv/a/new'
inside 'exec 5>&-'
rm "$h/dir/new"
t_match 'cannot do without it' 'what programs need is refused' say ':umount /proc'
t_match 'not in a sandbox' 'a process of no sandbox' "$ISOLATE" --command ":mount $h/dir" $$
stop_sandbox

# --- bubblewrap ------------------------------------------------------------------------------------------------------
# shellcheck disable=SC2086 # words without blanks, to be split
set -- $view $share --proc /proc --dev /dev --dir /srv/a --unshare-all --die-with-parent
if [ "$TEST_AS" = root ] || bwrap "$@" true 2>/dev/null; then
	start_bwrap "$@"
	everywhere bubblewrap /srv/a
	killing bubblewrap 2002
	stop_sandbox
else
	skip 'bubblewrap' 'it is not there, or cannot make a sandbox'
fi

# --- unshare ---------------------------------------------------------------------------------------------------------
# A copy of this machine's own view: a place has to exist here.
mkdir "$live_top/place"
start_unshare -Urmpf --mount-proc
everywhere unshare "$live_top/place"
killing unshare 2003
stop_sandbox

end_live
