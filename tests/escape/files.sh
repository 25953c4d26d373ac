#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files outside the view, descriptors, devices, read-only mounts.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/escape/lib.sh"
begin_scene
# shellcheck disable=SC2154 # shm: from the victim

cp "$out/secret" "$HOME/secret"
cp "$out/secret" /tmp/secret-of-the-host
ln -s ../out/secret planted-by-the-user

escape 'a file outside' '' '' read "$out/secret"
escape "a file in the home directory" '' '' read "$HOME/secret"
escape 'a file in /tmp' '' '' read /tmp/secret-of-the-host
escape 'a file in /dev/shm' '' '' read "$shm"
escape 'a file by ../' '' '' read ../out/secret
escape 'a file by ../../../…' '' '' read-dotdot "${out#/}/secret"
escape 'a file by a link that was there' '' '' read planted-by-the-user
escape 'a file by a link that we made' '' '' read-link "$out/secret"
for root in self/root thread-self/root self/cwd/../../../../../../../..; do
	escape "a file by /proc/$root" '' '' read "/proc/$root$out/secret"
done
stops 'a file by /proc/1/root' "$ISOLATE" ./attack read "/proc/1/root$out/secret"
stops 'a file by /proc/1/cwd' "$ISOLATE" ./attack read "/proc/1/cwd/../../../../..$out/secret"
escape 'a file as root' '' '--as root' read "$out/secret"
stops 'a file, as root of a nested user namespace' "$ISOLATE" ./attack nested read "$out/secret"

# The working directory, kept where the new root does not have it.
cd "$out" || exit 1
works 'the working directory' ../in/attack read secret
stops 'the working directory' "$ISOLATE" -m "$scene_top/in" "$scene_top/in/attack" read secret
stops 'above the working directory' "$ISOLATE" -m "$scene_top/in" "$scene_top/in/attack" read ../out/secret
cd "$scene_top/in" || exit 1

# Descriptors of the caller's.
for fd in 3 9 63 500; do
	works "descriptor $fd on /" scene fd "$fd" / ./attack read-at "$fd" "$out/secret"
	stops "descriptor $fd on /" scene fd "$fd" / "$ISOLATE" ./attack read-at "$fd" "$out/secret"
	stops "descriptor $fd on /, by fchdir" scene fd "$fd" / "$ISOLATE" ./attack fchdir "$fd" "${out#/}/secret"
	stops "descriptor $fd on a file" scene fd "$fd" "$out/secret" "$ISOLATE" ./attack read "/proc/self/fd/$fd"
done
works 'any descriptor' scene fd 77 / ./attack descriptors
stops 'any descriptor' scene fd 77 / "$ISOLATE" ./attack descriptors
closed() {
	sh -c 'exec "$@" <&-' sh "$@"
}
stops 'any descriptor, standard input closed' closed "$ISOLATE" ./attack descriptors
# For attacks that cannot say what they have to say: they say it in a file.
logged() {
	: >log
	"$@"
	logged_status=$?
	cat log
	return "$logged_status"
}
closed_all() {
	sh -c 'exec "$@" <&- >&- 2>&-' sh "$@"
}
stops 'any descriptor, all three closed' logged closed_all "$ISOLATE" sh -c './attack descriptors 2>log'
for fd in 0 1 2; do
	t_status 125 "a directory as descriptor $fd is refused" scene fd "$fd" / "$ISOLATE" true
done

# Read-only mounts.
mkdir "$out/ro"
echo text >"$out/ro/file"
escape 'writing to a read-only mount' '' "-m . -m ro:$out/ro" open-write "$out/ro/file"
escape 'writing to a read-only mount through /proc/self/fd' '' "-m . -m ro:$out/ro" reopen "$out/ro/file"
escape 'the same as root' '' "--as root -m . -m ro:$out/ro" reopen "$out/ro/file"
works 'the same as root of a nested user namespace' ./attack nested reopen "$out/ro/file"
stops 'the same as root of a nested user namespace' "$ISOLATE" -m . -m "ro:$out/ro" ./attack nested reopen "$out/ro/file"

# Devices and setuid programs.
works 'a device' ./attack open-device /dev/zero
stops 'a device on a mount without "dev"' "$ISOLATE" -m . -m ro:/outside-dev=/dev ./attack open-device /outside-dev/zero
stops 'a device, as root of a nested user namespace' \
	"$ISOLATE" -m . -m ro:/outside-dev=/dev ./attack nested open-device /outside-dev/zero
if [ "$TEST_AS" = user ]; then
	for program in /usr/bin/su /usr/bin/passwd /usr/bin/sudo; do
		if [ -u "$program" ] && [ -x "$program" ]; then
			escape "a setuid program, $program" '' '' setuid "$program"
		fi
	done
fi

# The file that isolate was started from, where the user made it visible and could write to it: it is running.
works 'overwriting a program' ./attack open-write isolate
stops 'overwriting isolate' ./isolate ./attack open-write isolate

# What SECURITY.md says is not promised is held here too, so that the page stays true.
t 'not promised: a set-user-ID program can be left in a writable directory' "$ISOLATE" -q sh -c 'cp attack left && chmod 4755 left'
t 'its bit is seen outside' test -u left
echo before >"$out/input"
t 'not promised: standard input can be opened again for writing' \
	sh -c '"$1" -q sh -c "echo after >/proc/self/fd/0" <"$2"' sh "$ISOLATE" "$out/input"
t_equal 'the file has changed' after "$(cat "$out/input")"
mkfifo "$out/ro/fifo"
cat "$out/ro/fifo" >heard 9>&- &
t 'not promised: a FIFO on a read-only mount can be written to' \
	"$ISOLATE" -q -m . -m "ro:$out/ro" sh -c "echo heard >'$out/ro/fifo'"
wait $!
t_equal 'somebody outside has read it' heard "$(cat heard)"

rm /tmp/secret-of-the-host
end_scene
