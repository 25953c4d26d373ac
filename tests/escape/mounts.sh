#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Mounts: nothing that isolate mounted can be taken away, opened for writing or looked under.
. "$TESTS/escape/lib.sh"
begin_scene
mkdir tree tree/hidden
cp "$out/secret" tree/hidden/secret

own="unshare -Urm sh $TESTS/escape/own-mount.sh"
view="-m . -m ro:/opt -m try,ro:/srv"

for attack in umount remount remount-filesystem move; do
	# shellcheck disable=SC2086 # lists of words
	{
		works "$attack" $own own ./attack "$attack"
		stops "$attack" "$ISOLATE" $view ./attack "$attack"
		stops "$attack, as root" "$ISOLATE" --as root $view ./attack "$attack"
		stops "$attack, as root of a nested user namespace" "$ISOLATE" $view ./attack nested "$attack"
		stops "$attack, as root of a nested user namespace, as root" "$ISOLATE" --as root $view ./attack nested "$attack"
		# Not as root: the kernel lets root without capabilities nest once only.
		stops "$attack, nested twice" "$ISOLATE" --as 1000 $view ./attack nested nested "$attack"
	}
done

# What a mount covers. Outside, where both are ours, the cover can be gone around.
works 'what "none" covers' unshare -Urm sh "$TESTS/escape/own-mount.sh" tree/hidden ./attack reveal tree hidden/secret
hide="-m . -m $PWD/tree/hidden=none"
# shellcheck disable=SC2086
{
	stops 'what "none" covers' "$ISOLATE" $hide ./attack read tree/hidden/secret
	stops 'what "none" covers, by other mounts' "$ISOLATE" $hide ./attack nested reveal tree hidden/secret
	stops 'what "none" covers, by other mounts as root' "$ISOLATE" --as root $hide ./attack nested reveal tree hidden/secret
}

# What is mounted inside stays inside: outside, everything is shared with everybody who is not cut off.
t 'a mount can be made inside' "$ISOLATE" ./attack nested mount-new tmpfs
t_empty 'and is not seen outside' "$(grep "$PWD/fresh" /proc/self/mountinfo)"

# File systems of the machine's, mounted afresh.
off_if 'sysfs: Operation not permitted' '/sys is partly covered here'
works 'a fresh sysfs' ./attack nested mount-new sysfs
stops 'a fresh sysfs' "$ISOLATE" ./attack nested mount-new sysfs
for type in devtmpfs ext4 securityfs debugfs tracefs bpf configfs; do
	stops "a fresh $type" "$ISOLATE" --as root ./attack nested mount-new "$type"
done

# The old root: chroot(2) can be left, pivot_root(2) leaves nothing behind.
mkdir -p jail/tmp
ldd ./attack | sed -n 's/.*[[:space:]]\(\/[^ ]*\) (.*/\1/p' | while read -r library; do
	mkdir -p "jail$(dirname "$library")"
	cp -L "$library" "jail$library"
done
cp attack jail/
works 'out of a chroot' unshare -Ur chroot jail /attack old-root "$out/secret"
stops 'out of the root' "$ISOLATE" ./attack old-root "$out/secret"
stops 'out of the root, as root' "$ISOLATE" --as root ./attack old-root "$out/secret"
stops 'out of the root, as root of a nested user namespace' "$ISOLATE" ./attack nested old-root "$out/secret"

end_scene
