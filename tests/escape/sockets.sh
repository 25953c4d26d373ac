#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Processes outside that listen or share memory.
. "$TESTS/escape/lib.sh"
begin_scene
# shellcheck disable=SC2154 # port, abstract, shmkey, mqueue: from the victim

escape "a port on the host's loopback" '' '' tcp "$port"
escape "the host's sockets by netlink" '' '' netlink "$port"
escape 'an abstract socket' '' '' abstract "$abstract"
escape 'a socket in a directory that is not mounted' '' '' unix "$out/socket"
escape 'the same by a relative path' '' '' unix ../out/socket
escape 'System V shared memory' '' '' sysv-shm "$shmkey"
escape 'a POSIX message queue' '' '' mqueue "$mqueue"
for attack in "tcp $port" "netlink $port" "abstract $abstract" "sysv-shm $shmkey" "mqueue $mqueue"; do
	# shellcheck disable=SC2086 # a name and its argument
	{
		stops "$attack, as root" "$ISOLATE" --as root ./attack $attack
		stops "$attack, as root of a nested user namespace" "$ISOLATE" ./attack nested $attack
	}
done

# With the host's network all of that network is there, as asked; the rest still is not.
t 'with --net=host the network is the host'\''s' "$ISOLATE" --net=host ./attack tcp "$port"
stops 'System V shared memory, with --net=host' "$ISOLATE" --net=host ./attack sysv-shm "$shmkey"
stops 'a socket in a directory that is not mounted, with --net=host' "$ISOLATE" --net=host ./attack unix "$out/socket"
if [ "${landlock:-0}" -ge 6 ]; then
	stops 'an abstract socket, with --net=host' "$ISOLATE" --net=host ./attack abstract "$abstract"
	if [ "$TEST_AS" = user ]; then # root cannot nest (SECURITY.md)
		stops 'an abstract socket, with --net=host, nested' \
			"$ISOLATE" --net=host ./isolate --net=host ./attack abstract "$abstract"
	fi
else
	skip 'an abstract socket, with --net=host' 'Linux before 6.12'
fi

# A socket in a directory that the user mounted can be connected to, read-only or not: documented, and so held here.
t 'a socket in a mounted directory is reachable' "$ISOLATE" -m . -m "ro:$out" ./attack unix "$out/socket"

end_scene
