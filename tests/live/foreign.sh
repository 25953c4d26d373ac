#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Live mounts in sandboxes that isolate did not make: bubblewrap's, unshare's; and what the kernel does not let us change.
. "$TESTS/live/lib.sh"

begin_live
h=$live_top/host
mounts='cut -d" " -f5- /proc/self/mountinfo'
view='--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64'
# shellcheck disable=SC2086 # words without blanks, to be split
set -- $view $share --proc /proc --dev /dev --tmpfs /tmp --ro-bind "$h/other" /data --unshare-all --die-with-parent

# What every sandbox has to get through. $1: which; $2: a place that does not exist and can be made, or -; $3: one that
# exists.
everywhere() {
	e_before=$(inside "$mounts" | sort)
	if [ "$2" != - ]; then
		t "$1: a place that is made" live_say "mount ro:$2=$h/dir"
		t_output 'the file outside' "$1: it is there" inside "cat $2/file"
		t_match 'Read-only' "$1: read-only" inside "touch $2/new"
		t "$1: undo" live_say undo
		t_status 1 "$1: the place is gone" inside "test -e $2"
	fi
	t "$1: a place that is there" live_say "mount $3=$h/dir"
	t_output 'the file outside' "$1: it is there" inside "cat $3/file"
	t "$1: read-only" live_say "remount ro $3"
	t_match 'Read-only' "$1: it is" inside "touch $3/new"
	t "$1: undo" live_say undo
	t "$1: writable again" inside "touch $3/new"
	inside "rm $3/new; cd $3"
	t_match "has '$3' as its current directory" "$1: busy" live_say "umount $3"
	t "$1: lazily" live_say "umount -l $3"
	inside "cd $live_top/shared"
	t "$1: undo" live_say undo
	t "$1: undo" live_say undo
	t "$1: empty" live_say "mount $3=none"
	t_output '' "$1: it is" inside "ls $3"
	t "$1: undo" live_say undo
	t_equal "$1: all as before" "$e_before" "$(inside "$mounts" | sort)"
}

# What is mounted outside later is there to be mounted, whether the host's mounts are shared or private.
newer() {
	[ "$TEST_AS" = root ] || return 0
	for n_propagation in shared private; do
		mount -t tmpfs later "$h/single-dir"
		mount "--make-$n_propagation" "$h/single-dir"
		mkdir "$h/single-dir/deep"
		mount -t tmpfs deeper "$h/single-dir/deep"
		echo "$n_propagation" >"$h/single-dir/deep/file"
		t "$1: a source that was mounted later, $n_propagation" live_say "mount ro:$2=$h/single-dir"
		t_output "$n_propagation" "$1: with what is mounted on it" inside "cat $2/deep/file"
		t "$1: undo, although there is a mount on it" live_say undo
		umount "$h/single-dir/deep"
		t "$1: and the host's is not held" umount "$h/single-dir"
	done
}
mkdir "$h/single-dir"

if [ "$TEST_AS" = root ] || bwrap "$@" true 2>/dev/null; then
	start_bwrap "$@"
	live_begin
	everywhere 'bwrap' /srv/deep/er /data
	everywhere 'bwrap, private' /tmp/deep/er /tmp
	newer 'bwrap' /srv/later
	t 'bwrap: a place in a read-only directory' live_say "mount /usr/share/isolate-test=$h/dir"
	t_output 'the file outside' 'bwrap: it is there' inside 'cat /usr/share/isolate-test/file'
	t 'bwrap: undo' live_say undo
	t 'bwrap: the whole root, with its own /proc' live_say 'mount ro:/srv/host=/'
	t_output "$(inside 'readlink /proc/self/ns/pid')" 'bwrap: which is not the host'"'"'s' inside \
		'readlink /srv/host/proc/self/ns/pid'
	t 'bwrap: undo' live_say undo
	t 'bwrap: what it mounted itself is removed' live_say 'umount /data'
	t 'bwrap: undo' live_say undo
	t_output 'the other file' 'bwrap: and back' inside 'cat /data/file'
	t_match 'cannot do without it' 'bwrap: /proc is refused' live_say 'umount /proc'
	t_match 'there is nsenter' 'bwrap: --join enters only what isolate made' "$ISOLATE" --join "$pid" true
	live_end
	stop_sandbox
	# shellcheck disable=SC2086
	start_bwrap $view $share --proc /proc --dev /dev --tmpfs /tmp --ro-bind "$h/other" /data --remount-ro / --unshare-all --die-with-parent
	live_begin
	everywhere 'bwrap, root read-only' /srv/deep/er /tmp
	live_end
	stop_sandbox
	# shellcheck disable=SC2086
	start_bwrap --bind / / $share --dev /dev --proc /proc --unshare-all --die-with-parent
	live_begin
	everywhere 'bwrap, the whole host' - "$h/other"
	t_match "created on the host, in what is '/' inside" 'bwrap, the whole host: nothing is made on it' \
		live_say "mount /isolate-test=$h/dir"
	live_end
	stop_sandbox
	# shellcheck disable=SC2086
	start_bwrap --ro-bind / / $share --bind "$h" "$h" --dev /dev --proc /proc --unshare-all --die-with-parent
	live_begin
	everywhere 'bwrap, the whole host read-only' - "$h/other"
	t_match "'/', which is the host's own and read-only" 'bwrap, the whole host read-only: the root is not taken apart' \
		live_say "mount /isolate-test=$h/dir"
	live_end
	stop_sandbox
else
	skip 'bwrap' 'bubblewrap does not work here'
fi
t_status 2 'nothing was made on the host' ls -d /isolate-test

for how in -Urmpf -Urm -Ucm; do
	# shellcheck disable=SC2046 # the second word only with a pid namespace
	start_unshare $how $([ $how != -Urmpf ] || echo --mount-proc)
	live_begin
	everywhere "unshare $how" - "$h/other"
	newer "unshare $how" "$h/other"
	t_match 'not pid 1 of a sandbox that isolate made|not in a sandbox that can be joined' "unshare $how: nor this" \
		"$ISOLATE" --join "$pid" true
	t_match "created on the host" "unshare $how: nothing is made on it" live_say "mount /isolate-test=$h/dir"
	t_match 'the kernel keeps those together' "unshare $how: a mount of the copy" live_say 'umount /sys'
	t_match 'came with a copy|own, and programs|nothing is mounted' "unshare $how: /proc" live_say 'umount /proc'
	live_end
	stop_sandbox
done
t_status 2 'nothing was made on the host' ls -d /isolate-test

# Nobody's sandbox, or somebody else's.
t_match 'process [0-9]+ is not in a sandbox' 'not in a sandbox' live-tool $$ "mount /mnt=$h/dir"
t_match 'cannot find process 4194303: No such process' 'no such process' live-tool 4194303 "mount /mnt=$h/dir"
if [ "$TEST_AS" = user ]; then
	t_match "cannot look into process 1: Permission denied" "another user's" live-tool 1 "mount /mnt=$h/dir"
	t_match 'belongs to another user \(uid 0\)' 'and why' live-tool 1 "mount /mnt=$h/dir"
else
	# A mount namespace without a user namespace: nothing but the propagation is between it and us.
	start_unshare -m --propagation private
	live_begin
	everywhere 'unshare -m, private' - "$h/other"
	t_match "created on the host" 'unshare -m: nothing is made on it' live_say "mount /tmp/isolate-test=$h/dir"
	live_end
	stop_sandbox
	here=$(cat /proc/self/mountinfo)
	start_unshare -m --propagation unchanged
	live_begin
	t_match 'other namespaces share' 'unshare -m, shared: refused' live_say "mount $h/other=$h/dir"
	live_end
	stop_sandbox
	t_equal 'unshare -m: nothing of it is outside' "$here" "$(cat /proc/self/mountinfo)"
	# As firejail and docker do it: made by root, with a user's process in it.
	chmod 777 shared
	chmod 666 shared/ask shared/answer
	start_unshare -m --propagation private sh "$TESTS/lib/as-user"
	t_match 'made without a user namespace .*: only root can change it' 'a mount namespace of root: not for its user' \
		sh "$TESTS/lib/as-user" PATH="$PATH" live-tool "$pid" 'mount /mnt=/usr'
	t 'but for root' live "mount $h/other=$h/dir"
	t_output 'the file outside' 'it is there' inside "cat $h/other/file"
	stop_sandbox
fi
end_live
