#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The caller's terminal: with one of the sandbox's own, and in a pipeline, where the real one passes through.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/escape/lib.sh"
begin_scene

pipe='"$@" | cat'
legacy='TIOCSTI\): Input/output error'

attacks='tiocsti tiocsti-high tiocsti-devtty'
case $(uname -m) in
x86_64) attacks="$attacks tiocsti-i386" ;;
esac
for attack in $attacks; do
	off_if "$legacy" 'dev.tty.legacy_tiocsti is 0'
	works "$attack" scene pty input ./attack "$attack"
	stops "$attack" scene pty input "$ISOLATE" ./attack "$attack"
	off_if "$legacy" 'dev.tty.legacy_tiocsti is 0'
	works "$attack in a pipeline" scene pty input sh -c "$pipe" sh ./attack "$attack"
	stops "$attack in a pipeline" scene pty input sh -c "$pipe" sh "$ISOLATE" ./attack "$attack"
	stops "$attack in a pipeline, as root" scene pty input sh -c "$pipe" sh "$ISOLATE" --as root ./attack "$attack"
	if [ "$TEST_AS" = user ]; then # root cannot nest (SECURITY.md)
		stops "$attack in a pipeline, in a sandbox in a sandbox" \
			scene pty input sh -c "$pipe" sh "$ISOLATE" ./isolate ./attack "$attack"
	fi
	stops "$attack with input and output from elsewhere" scene pty input sh -c '"$@" </dev/null | cat' sh "$ISOLATE" ./attack "$attack"
done

# These have to be seen from the attack itself: the terminal does not show them.
in_pty() {
	scene pty modes sh -c '"$@" 2>"$0"; echo "status: $?" >>"$0"' log "$@" >/dev/null 2>&1 || :
	cat log
	return "$(sed -n 's/^status: //p' log)"
}
in_pipeline() {
	scene pty modes sh -c '{ "$@"; echo "status: $?" >>"$0"; } 2>"$0" | cat' log "$@" >/dev/null 2>&1 || :
	cat log
	return "$(sed -n 's/^status: //p' log)"
}
for attack in tioclinux tiocsetd; do
	works "$attack" in_pty ./attack "$attack"
	stops "$attack" in_pty "$ISOLATE" ./attack "$attack"
	works "$attack in a pipeline" in_pipeline ./attack "$attack"
	stops "$attack in a pipeline" in_pipeline "$ISOLATE" ./attack "$attack"
done

# What the terminal is like when the sandbox has ended.
works 'leaving the terminal raw' scene pty modes ./attack modes
stops 'leaving the terminal raw' scene pty modes "$ISOLATE" ./attack modes
stops 'leaving the terminal raw, and dying of a signal' scene pty modes "$ISOLATE" sh -c './attack modes; kill -9 $$'

# A signal to the process group, which the payload has to share with the rest of a pipeline.
works 'a signal to the group' scene pty signal ./attack kill-group
stops 'a signal to the group' scene pty signal "$ISOLATE" ./attack kill-group
works 'a signal to the group of a pipeline' scene pty signal sh -c "$pipe" sh ./attack kill-group
if [ "${landlock:-0}" -ge 6 ]; then
	stops 'a signal to the group of a pipeline' scene pty signal sh -c "$pipe" sh "$ISOLATE" ./attack kill-group
	stops 'the same with --net=host' scene pty signal sh -c "$pipe" sh "$ISOLATE" --net=host ./attack kill-group
else
	skip 'a signal to the group of a pipeline' 'Linux before 6.12'
fi

end_scene
