#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# System calls that no namespace divides, and the ways around a filter of them.
. "$TESTS/escape/lib.sh"
begin_scene

off_if 'io_uring_setup: Operation not permitted' 'kernel.io_uring_disabled'
escape 'io_uring' '' '' io-uring
off_if 'userfaultfd: (Operation not permitted|Function not implemented)' 'no userfaultfd for users'
escape 'userfaultfd' '' '' userfaultfd
off_if 'perf_event_open: ' 'kernel.perf_event_paranoid'
escape 'perf_event_open' '' '' perf
off_if 'Address family not supported' 'no AF_VSOCK'
escape 'a socket to the hypervisor' '' '' vsock
off_if 'Address family not supported' 'no AF_VSOCK'
escape 'a socket to the hypervisor, with --net=host' '' '--net=host' vsock

if [ "${key:-0}" != 0 ]; then
	escape "the caller's keys" '' '' key "$key"
else
	skip "the caller's keys" 'no keyrings'
fi

case $(uname -m) in
x86_64)
	if [ "${key:-0}" != 0 ]; then
		escape "the caller's keys, by a 32-bit call" '' '' key-i386 "$key"
	fi
	off_if 'Address family not supported' 'no AF_VSOCK'
	escape 'a socket to the hypervisor, by a 32-bit call' '' '' vsock-i386
	# Most kernels are built without x32, so there is nothing to be shown outside.
	stops 'x32' "$ISOLATE" ./attack x32 ;;
esac

# By handle: the kernel allows it to whoever owns the mount, such as root of a user namespace of his own (Linux 6.11).
off_if 'open_by_handle_at: Operation not permitted' 'Linux before 6.11'
works 'a file by its handle' unshare -Urm sh "$TESTS/escape/own-mount.sh" own ./attack handle own own
stops 'a file by its handle' "$ISOLATE" --as root ./attack handle . .
stops 'a file by its handle, as root of a nested user namespace' "$ISOLATE" ./attack nested handle . .

end_scene
