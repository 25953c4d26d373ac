#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What root's user id alone opens, without any capability: isolate run by root.
. "$TESTS/escape/lib.sh"
begin_scene

for options in '' '--as root' '--as 1000' '--net=host'; do
	as=${options:+, with $options}
	for file in sys/kernel/core_pattern sys/kernel/modprobe sys/vm/drop_caches sysrq-trigger dynamic_debug/control; do
		if [ -e "/proc/$file" ]; then
			escape "writing /proc/$file$as" '' "$options" open-write "/proc/$file"
		fi
	done
	escape "any file of /proc$as" '' "$options" proc-writable
	escape "making a device$as" '' "$options" mknod "$PWD/device"
	escape "watching a file system$as" '' "$options" fanotify .
done
stops 'any file of /proc, as root of a nested user namespace' "$ISOLATE" ./attack nested proc-writable
stops 'making a device, as root of a nested user namespace' "$ISOLATE" --as root ./attack nested mknod "$PWD/device"

# A device node and a setuid program that are there already.
mknod device-of-root c 1 5
escape 'a device in the working directory' '' '' open-device device-of-root
cp attack setuid-attack
chown 65534 setuid-attack
chmod 4755 setuid-attack
escape 'a setuid program in the working directory' '' '' setuid ./setuid-attack
escape 'the same as root' '' '--as root' setuid ./setuid-attack

# The user's own files are root's.
t 'works outside: /etc/shadow' test -r /etc/shadow
t_status 1 'stopped inside: /etc/shadow' "$ISOLATE" -q test -e /etc/shadow
t_status 1 'stopped inside: /root' "$ISOLATE" -q -m . sh -c 'ls -A /root | grep .'

end_scene
