#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Taking mounts out of a sandbox that runs, making them read-only and back, and what is said when somebody uses them.
. "$TESTS/live/lib.sh"

begin_live
h=$live_top/host
start_own -m "$live_top/shared $h/dir ro:$h/other /srv/none=none"
live_begin
mounts='cut -d" " -f5- /proc/self/mountinfo'

t_inside() {
	t_equal "$2" "$1" "$(inside "$3" 2>&1)"
}

# Mounts of the start.
before=$(inside "$mounts" | sort)
t 'a mount of the start is removed' live_say "umount $h/dir"
t_inside '' 'and gone' "ls $h/dir"
t 'undo' live_say undo
t_inside 'the file outside' 'and there again' "cat $h/dir/file"
t 'it can be written as before' inside "touch $h/dir/written"
rm "$h/dir/written"
t 'a read-only one' live_say "umount $h/other"
t 'undo' live_say undo
t_match 'Read-only' 'is read-only again' inside "touch $h/other/written"
t_equal 'all as before' "$before" "$(inside "$mounts" | sort)"

# Memory of the sandbox's own: what is in it is nowhere else.
inside 'echo precious >/srv/none/x'
t 'a private directory is removed' live_say 'umount /srv/none'
t_inside '' 'and gone' 'ls /srv/none'
t 'undo' live_say undo
t_inside precious 'with what was in it' 'cat /srv/none/x'
t_match 'copy' 'a private /tmp too' live_say 'umount /tmp'
t 'undo' live_say undo
t 'which is writable' inside 'touch /tmp/x'

# Live ones, and the places that were made for them.
t 'a live mount' live_say "mount /srv/a/b=$h/dir"
t 'removed' live_say 'umount /srv/a/b'
t_status 1 'with its place' inside 'test -e /srv/a'
t 'undo' live_say undo
t_inside 'the file outside' 'and there again' 'cat /srv/a/b/file'
t 'undo of the mount itself, which has another id by now' live_say undo
t_status 1 'with its place' inside 'test -e /srv/a'
t_equal 'all as before' "$before" "$(inside "$mounts" | sort)"

# By a name that is a link outside.
ln -s dir "$h/name"
t 'mounted by a link' live_say "mount /srv/here=$h/other $h/name"
t 'removed by a link' live_say "umount $h/name"
t_match "nothing is mounted at '/srv'" 'a directory that is no mount' live_say 'umount /srv'
t_match "nothing is mounted at '/nowhere'" 'a place that does not exist' live_say 'umount /nowhere'
live_say undo >/dev/null
live_say undo >/dev/null
rm "$h/name"
t_equal 'all as before' "$before" "$(inside "$mounts" | sort)"

# What programs cannot do without.
for place in /proc /dev /dev/null /dev/pts /dev/tty; do
	t_match "cannot do without it|nothing is mounted" "$place is refused" live_say "umount $place"
	t_match "cannot do without it|nothing is mounted" "$place is not changed" live_say "remount ro $place"
done
t_match 'root of a running sandbox' 'the root is refused' live_say 'umount /'
t_match 'root of a running sandbox' 'and not changed' live_say 'remount rw /'
t_equal 'all as before' "$before" "$(inside "$mounts" | sort)"

# Busy: by whom.
t 'mounted' live_say "mount /srv/busy=$h/dir"
inside 'exec 5</srv/busy/file'
t_match "process [0-9]+ \(sh\) has '/srv/busy/file' open as descriptor 5" 'an open file' live_say 'umount /srv/busy'
t_match "cannot undo: .*busy" 'undo says it too' live_say undo
t_inside 'the file outside' 'and it is still there' 'cat /srv/busy/file'
inside 'exec 5<&-'
inside 'cd /srv/busy'
t_match "process [0-9]+ \(sh\) has '/srv/busy' as its current directory" 'a directory' live_say 'umount /srv/busy'
t_match 'with -l it is taken away' 'and the way out' live_say 'umount /srv/busy'
t 'lazily' live_say 'umount -l /srv/busy'
t_inside 'the file outside' 'who was in it still is' 'cat file'
t_status 1 'and nobody else' inside 'test -e /srv/busy/file'
inside "cd $live_top/shared"
t 'undo' live_say undo
t 'undo' live_say undo
cp "$(command -v sleep)" "$h/dir/sleeper"
t 'mounted' live_say "mount exec:/srv/busy=$h/dir"
inside '/srv/busy/sleeper 1000 >/dev/null 2>&1 & echo $! >sleeper'
t_match "\(sleeper\) runs the program '/srv/busy/sleeper'" 'a program' live_say 'umount /srv/busy'
# shellcheck disable=SC2016 # for the shell inside
inside 'kill $(cat sleeper); wait; rm sleeper'
t 'free again' live_say 'umount /srv/busy'
rm "$h/dir/sleeper"
live_say undo >/dev/null
live_say undo >/dev/null

# Mounts upon mounts.
t 'two' live_say "mount /srv/up=$h/dir /srv/up/sub=$h/other"
t_match "other mounts lie on it: '/srv/up/sub'" 'not the lower one' live_say 'umount /srv/up'
t 'lazily both' live_say 'umount -l /srv/up'
t 'undo' live_say undo
t_inside 'the other file' 'and both are back' 'cat /srv/up/sub/file'
inside 'cd /srv/up/sub'
t_match "has '/srv/up/sub' as its current directory" 'busy by what lies on it' live_say undo
inside "cd $live_top/shared"
t 'undo' live_say undo
t_equal 'all as before' "$before" "$(inside "$mounts" | sort)"

# Read-only and back.
t 'read-only' live_say "remount ro $h/dir"
t_match 'Read-only' 'is read-only' inside "touch $h/dir/written"
t 'undo' live_say undo
t 'is writable' inside "touch $h/dir/written"
inside "exec 5>$h/dir/written"
t_match "open as descriptor 5, for writing" 'not while somebody writes' live_say "remount ro $h/dir"
inside 'exec 5>&-'
rm "$h/dir/written"
t 'writable' live_say "remount rw $h/other"
t 'is writable' inside "touch $h/other/written"
rm "$h/other/written"
t 'and back' live_say "remount ro $h/other"
t_match 'Read-only' 'is read-only' inside "touch $h/other/written"
live_say undo >/dev/null
live_say undo >/dev/null
t 'recursive' live_say "mount /srv/up=$h/dir /srv/up/sub=$h/other"
t 'recursive' live_say 'remount ro /srv/up'
t_match 'Read-only' 'what lies on it too' inside 'touch /srv/up/sub/written'
t 'undo' live_say undo
t 'is writable' inside 'touch /srv/up/sub/written'
t 'only the lower one was writable' live_say 'remount ro /srv/up/sub'
t 'all' live_say 'remount ro /srv/up'
t 'undo' live_say undo
t_match 'Read-only' 'what was read-only before is so after undo' inside 'touch /srv/up/sub/written'
t 'and the rest is not' inside 'touch /srv/up/written'
rm "$h/dir/written" "$h/other/written"
live_say undo >/dev/null
live_say undo >/dev/null
# What was read-only for a while takes no part in what is mounted outside later.
alone() { sed 's/ master:[0-9]*//'; }
t_equal 'all as before' "$(printf '%s\n' "$before" | alone)" "$(inside "$mounts" | sort | alone)"
t_match 'nothing to undo' 'there is nothing to undo' live_say undo

live_end
stop_sandbox
end_live
