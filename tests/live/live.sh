#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Mounts in a sandbox of our own that runs: added, removed, read-only and back, taken back; each seen from inside.
. "$TESTS/live/lib.sh"

begin_live
h=$live_top/host
# Seen both inside and outside, and writable: the place where nothing may be made.
start_own -m "$live_top/shared ro:/usr"
live_begin
before=$(host_state)
mounts_before=$(inside 'cut -d" " -f5- /proc/self/mountinfo')

# t_inside TEXT NAME COMMAND: what it prints inside.
t_inside() {
	t_equal "$2" "$1" "$(inside "$3" 2>&1)"
}

undone() {
	t "$1: undo" live_say undo
	t_equal "$1: everything is as it was" "$mounts_before" "$(inside 'cut -d" " -f5- /proc/self/mountinfo')"
}

# A place in the skeleton that does not exist.
t 'a directory at a new place' live_say "mount ro:/srv/deep/er=$h/dir"
t_inside 'the file outside' 'it is there' 'cat /srv/deep/er/file'
t_match 'Read-only file system' 'and read-only' inside 'touch /srv/deep/er/new'
t_match 'Read-only file system' 'and the directory that was made for it too' inside 'touch /srv/deep/new'
undone 'a new place'
t_status 1 'and the place is gone' inside 'test -e /srv'

t 'a writable one' live_say "mount /srv=$h/dir"
t 'can be written' inside 'echo written >/srv/written'
t_output written 'and outside that is there' cat "$h/dir/written"
rm "$h/dir/written"
undone 'a writable one'

t 'a file' live_say "mount ro:/srv/a/file=$h/single"
t_inside 'a single file' 'it is there' 'cat /srv/a/file'
undone 'a file'

t 'in a private directory' live_say "mount /tmp/x/y=$h/dir"
t_inside 'the file outside' 'it is there' 'cat /tmp/x/y/file'
undone 'a private directory'
t_status 1 'and the place is gone' inside 'test -e /tmp/x'

# The source is newer than the sandbox.
mkdir "$h/later"
echo later >"$h/later/file"
t 'a source that is newer than the sandbox' live_say "mount /srv=$h/later"
t_inside later 'it is there' 'cat /srv/file'
undone 'a newer source'
rm -r "$h/later"

# Links.
ln -s dir "$h/link"
ln -s "$h/link" "$h/far"
t 'through links' live_say "mount ro:$h/far"
t_inside 'the file outside' 'by the name that was given' "cat $h/far/file"
t_inside 'the file outside' 'by the next' "cat $h/link/file"
t_inside 'the file outside' 'and by the last' "cat $h/dir/file"
t_inside dir 'the links are links' "readlink $h/link"
undone links
t_status 1 'and they are gone' inside "readlink $h/link"
rm "$h/link" "$h/far"

# Empty.
t 'an empty directory' live_say 'mount /srv=none'
t 'can be written' inside 'echo x >/srv/x'
undone 'an empty directory'
t 'an empty directory over one that is there' live_say 'mount /usr/share=none'
t_inside '' 'is empty' 'ls /usr/share'
undone 'an empty directory over one'
t 'nothing over a file' live_say 'mount /usr/bin/env=none'
t_inside '' 'reads as empty' 'cat /usr/bin/env'
undone 'nothing over a file'
inside 'echo private >/tmp/file'
t 'nothing over a file that is inside only' live_say 'mount /tmp/file=none'
t_inside '' 'reads as empty' 'cat /tmp/file'
undone 'over a private file'
t_inside private 'which is there again' 'cat /tmp/file; rm /tmp/file'

# Several.
t 'several, in any order' live_say "mount /srv/in/sub=$h/other ro:/srv/in=$h/dir /srv/twice=$h/dir /srv/twice=$h/other"
t_inside 'the other file' 'the deeper goes over the shallower' 'cat /srv/in/sub/file'
t_inside 'the file outside' 'which is there' 'cat /srv/in/file'
t_inside 'the other file' 'at one place the later wins' 'cat /srv/twice/file'
undone several
t_match 'does not exist' 'all or none' live_say "mount /srv/a=$h/dir /srv/b=$h/missing"
t_status 1 'none' inside 'test -e /srv/a'
t_match 'on the host' 'all or none, found out late' live_say "mount /srv/a=$h/dir $live_top/shared/new=$h/dir"
t_status 1 'none' inside 'test -e /srv/a'
t_equal 'nothing has changed' "$mounts_before" "$(inside 'cut -d" " -f5- /proc/self/mountinfo')"
t_match "note: .*left out" 'try' live_say "mount try:/srv/b=$h/missing /srv/a=$h/dir"
undone try
t_match "note: .*left out" 'try, and nothing else' live_say "mount try:/srv/b=$h/missing"
t 'move: what it moves is seen first' live_say "mount $h/other"
t 'move' live_say "mount move:/srv/moved=$h/other"
t_inside 'the other file' 'it is at its new place' 'cat /srv/moved/file'
t_inside '' 'and no longer at its own' "ls $h/other"
live_say undo >/dev/null
t_inside 'the other file' 'undone: it is at its own' "cat $h/other/file"
undone 'move'

# Flags.
t 'flags' live_say "mount noexec,ro:/srv=$h/dir"
t_match '/srv ro,nosuid,nodev,noexec' 'are there' inside 'grep " /srv " /proc/self/mountinfo'
undone flags
t 'a device' live_say 'mount dev:/srv/zero=/dev/zero'
t_inside 4 'can be read' 'head -c 4 /srv/zero | wc -c'
undone 'a device'
t 'a device without the flag' live_say 'mount /srv/zero=/dev/zero'
t_match 'Permission denied' 'cannot' inside 'head -c 4 /srv/zero'
undone 'a device without'

# What would be created on the host.
t_match "created on the host, in what is '$live_top/shared' inside" 'a place in a writable directory of the host' \
	live_say "mount $live_top/shared/new=$h/dir"
t_match 'create it there yourself' 'and the cure' live_say "mount $live_top/shared/new/er=$h/dir"
t 'one that is there' live_say "mount $live_top/shared/server=$h/single"
undone 'a place in a writable directory'
t 'a place in a read-only one' live_say "mount ro:/usr/share/isolate-test/new=$h/dir"
t_inside 'the file outside' 'is made by taking it apart' 'cat /usr/share/isolate-test/new/file'
t_match 'Read-only file system' 'which is as read-only as before' inside 'touch /usr/share/new'
t_inside "$(find /usr/share -mindepth 1 -maxdepth 1 | wc -l)" 'and has all it had' \
	'find /usr/share -mindepth 1 -maxdepth 1 ! -name isolate-test | wc -l'
t 'another one there' live_say "mount ro:/usr/share/isolate-test/second=$h/other"
t_inside 'the other file' 'is made in what is ours already' 'cat /usr/share/isolate-test/second/file'
live_say undo >/dev/null
undone 'a place in a read-only directory'
t_equal 'nothing was created outside' "$before" "$(host_state)"
t_status 2 'nor there' ls -d /usr/share/isolate-test

# Links inside are not followed.
inside "ln -s /usr /tmp/link"
t_match "'/tmp/link' is a symbolic link inside" 'a link inside' live_say "mount /tmp/link=$h/dir"
t_match "'/tmp/link' is a symbolic link inside" 'on the way' live_say "mount /tmp/link/share=$h/dir"
inside 'rm /tmp/link; touch /tmp/file'
t_match "'/tmp/file' is not a directory inside" 'a file on the way' live_say "mount /tmp/file/x=$h/dir"
t_match "'/tmp/file' is a file inside" 'a file at the place' live_say "mount /tmp/file=$h/dir"
t_match "'/tmp' is a directory inside" 'a directory at the place' live_say "mount /tmp=$h/single"
t_match 'root of a running sandbox' 'the root' live_say "mount /=$h/dir"
inside 'rm /tmp/file'

# The host's whole root: with the sandbox's own /proc in it, never the host's.
t 'the whole root' live_say 'mount ro:/srv/host=/'
t_inside "$(cat "$h/single")" 'shows everything' "cat /srv/host$h/single"
t_inside "$(inside 'readlink /proc/self/ns/pid')" 'but for /proc' 'readlink /srv/host/proc/self/ns/pid'
t_match "own, and programs cannot do without" 'and that cannot be taken away' live_say 'umount /srv/host/proc'
undone 'the whole root'

# What was asked for stays on top.
live_say "mount /srv/k=$h/dir" >/dev/null
t_match "'/srv/k' is hidden" 'what finds no place any more is said to be hidden' live_say "mount ro:/srv=$h/dir"
live_say undo >/dev/null
t_inside 'the file outside' 'and comes back' 'cat /srv/k/file'
live_say undo >/dev/null
live_say "keep $live_top/shared" >/dev/null
t 'kept' live_say "mount ro:$live_top"
t_inside 'the file outside' 'what is above is there' "cat $h/dir/file"
t 'what was asked for stays as it was' inside "touch $live_top/shared/writable"
undone kept
rm "$live_top/shared/writable"

# What is mounted outside later: it comes with its own flags, so below what is read-only it may not come.
later_mounts() {
	mount -t tmpfs later "$live_top/shared/below" && echo later >"$live_top/shared/below/file"
	for l_place in "$@"; do
		inside "cat $l_place/below/file; touch $l_place/below/new"
	done 2>&1
	umount "$live_top/shared/below"
}

t_equal 'all mounts are as they were' "$mounts_before" "$(inside 'cut -d" " -f5- /proc/self/mountinfo')"
live_end
stop_sandbox

if [ "$TEST_AS" = root ]; then
	mkdir shared/below
	mount --bind shared shared
	mount --make-shared shared
	start_own -m "$live_top/shared ro:/srv/ro=$live_top/shared"
	live "mount ro:/srv/live=$live_top/shared /srv/changed=$live_top/shared" 'remount ro /srv/changed' >/dev/null
	t_output later 'what is mounted outside later is there below a writable place' later_mounts "$live_top/shared"
	for place in ro live changed; do
		t_match 'No such file' "not below a read-only one: $place" later_mounts "/srv/$place"
		t_match 'Read-only file system' "which stays read-only: $place" later_mounts "/srv/$place"
	done
	stop_sandbox
	own=$ISOLATE ISOLATE=$(command -v isolate-breaks)
	export ISOLATE_BREAK=later-mounts
	start_own -m "$live_top/shared ro:/srv/ro=$live_top/shared"
	t_output later 'unless it is let in' later_mounts /srv/ro
	ISOLATE_BREAK=live-later-mounts live-breaks "$pid" "mount ro:/srv/live=$live_top/shared" >/dev/null
	t_output later 'so does a live one' later_mounts /srv/live
	stop_sandbox
	unset ISOLATE_BREAK
	ISOLATE=$own
	umount shared
fi
end_live
