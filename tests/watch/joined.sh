#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Programs that join a watched session are watched like its own, in both ways in which misses are seen: in the second each
# has a filter and a listener of its own, which it hands to the session's supervisor before it is executed.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"
. "$TESTS/watch/lib.sh"

bin=${ISOLATE%/*}
out=${TEST_MOUNTS:-$PWD}/outside
mkdir -p "$out" work base
for name in joined exec terminal late again allowed asked; do
	echo "there: $name" >"$out/$name"
done
base=$(cd base && pwd)
cp "$bin/watch-load" work/
cd work || exit 99
tier=$(watch-tool --trace -q -- true </dev/null 2>/dev/null | sed -n 's/^TIER //p')
case $tier in
fuse | seccomp) ;;
*) skip_all "neither /dev/fuse nor notifications can be had here: $tier" ;;
esac

# begin PROGRAM OPTION…: a session by that program, whose own program reads from descriptor 8. $way says how it watches.
begin() {
	program=$1
	shift
	[ "$way" = fuse ] || set -- -b "$base" "$@"
	# What is awaited below is not to be what the one before has said.
	rm -f ../said ../joined-said
	mkfifo ../go
	"$program" -q --name watched "$@" -- sh -c 'echo running; read x; ./watch-load loop "$0" /usr/bin/env' \
		"$out/joined" <../go >../said 2>&1 9>&- &
	manager=$!
	exec 8>../go
	await match running ../said
	await exists "$XDG_RUNTIME_DIR/isolate/watched.session"
	watcher=
}

end() {
	exec 8>&-
	wait "$manager"
	rm -f ../go
}

join() {
	"$ISOLATE" -q --join watched "$@" 8>&- </dev/null
}

# misses NAME: whether that file outside has been missed, and by whom.
misses() {
	"$ISOLATE" --json --command :misses watched | tr '{' '\n' | grep -F "\"$out/$1\"" || echo "none of $1"
}

find_watcher() {
	watcher=$(supervisor_of "$manager")
}

descriptors() {
	find "/proc/$1/fd" -type l | wc -l
}

try_seeing() {
	begin "$ISOLATE" --trace
	find_watcher
	[ "$TEST_AS$way" != rootseccomp ] || before="$(descriptors "$watcher") $(descriptors "$(child_named "$manager" isolate-init)")"
	join cat "$out/joined" 2>/dev/null
	t_match '"comm":"cat"' "$way: what a program that joined has missed" misses joined
	"$ISOLATE" --command ":exec cat $out/exec" watched </dev/null >/dev/null 2>&1
	t_match '"comm":"cat"' "$way: what a program of :exec has missed" misses exec
	script -qec "$ISOLATE -q --join watched cat $out/terminal" /dev/null </dev/null >/dev/null 2>&1
	t_match '"comm":"cat"' "$way: what one with a terminal of its own has missed" misses terminal
	t_output '0 1 2 3' "$way: no descriptor but three, and that of the list" join sh -c 'echo $(ls /proc/self/fd)'

	# What a program has started and left is watched on.
	mkfifo later
	join sh -c 'sh -c "read x <later; cat $0; : >finished" >/dev/null 2>&1 &' "$out/late"
	echo >later
	await exists finished
	t_match '"comm":"cat"' "$way: what it has started has missed, when it has ended itself" misses late
	rm later finished

	# More of them than there are places: who has ended makes room.
	bad=
	i=0
	while [ "$((i += 1))" -le 70 ]; do
		join true >bad 2>&1 || bad=$bad.
		bad=$bad$(cat bad)
	done
	rm bad
	t_equal "$way: seventy that join one after the other" '' "$bad"
	join cat "$out/again" 2>/dev/null
	t_match '"comm":"cat"' "$way: and the next is watched" misses again
	if [ "$TEST_AS" = root ] && [ "$way" = seccomp ]; then
		t "$way: of those that have ended no descriptor is left" await true sh -c \
			'[ "$(ls /proc/$0/fd | wc -l) $(ls /proc/$1/fd | wc -l)" = "$2" ]' \
			"$watcher" "$(child_named "$manager" isolate-init)" "$before"
	fi
	end
}

# kill_while_asked COMMAND…: the supervisor, while the session's program and one that joined ask for names.
kill_while_asked() {
	begin "$ISOLATE" --trace
	echo >&8
	await true sh -c '[ "$(grep -c running ../said)" = 2 ]'
	mkfifo ../joined-go
	"$ISOLATE" -q --join watched ./watch-load loop "$out/joined" /usr/bin/env <../joined-go >../joined-said 2>&1 8>&- &
	joined=$!
	exec 9>../joined-go
	await match running ../joined-said
	until find_watcher && [ -n "$watcher" ]; do :; done
	case $1 in
	kill) kill -KILL "$watcher" ;;
	step) watch-step "$watcher" "$2" >../step ;;
	esac || echo 'not killed' >>../said
	after=$(join sh -c '[ -e "$0" ] || [ ! -e /usr/bin/env ] || echo hi' "$out/joined" 2>&1)
	echo >&9
	exec 9>&-
	wait "$joined"
	end
	rm ../joined-go
}

try_killing() {
	kill_while_asked kill
	t_equal "$way: the supervisor is killed: no call of the session's program fails" 'running running wrong 0 ' \
		"$(tr '\n' ' ' <../said)"
	t_equal "$way: nor of one that joined" 'running wrong 0 ' "$(tr '\n' ' ' <../joined-said)"
	t_equal "$way: nor of one that joins afterwards" hi "$after"
	# Whatever it was about to do. Who is not root may not look at it so closely.
	[ "$TEST_AS" = root ] || return 0
	bad=
	for n in 1 2 3 4 5 6 7 8 10 12 15 19 24 30; do
		kill_while_asked step "$n"
		[ "$(cat ../said ../joined-said | tr '\n' ' ')$after" = 'running running wrong 0 running wrong 0 hi' ] ||
			bad="$bad
$n $(cat ../step): $(cat ../said ../joined-said) $after"
	done
	rm ../step
	t_equal "$way: wherever it is killed" '' "$bad"
}

# While a program joins: it starts and runs, or says that it could not.
try_killing_at_start() {
	bad='' outcomes=
	for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 18 20 23 27; do
		begin "$ISOLATE" --trace
		find_watcher
		watch-step "$watcher" "$n" >../step 8>&- &
		step=$!
		await true sh -c 'grep -q -x "TracerPid:.$1" /proc/$0/status' "$watcher" "$step"
		t_run join sh -c '[ -e "$0" ] || [ ! -e /usr/bin/env ] || echo hi' "$out/joined"
		outcomes="$outcomes$t_code "
		case "$t_code:$t_out:$t_err" in
		0:hi: | '125::isolate: cannot have the session watch it'*) ;;
		*) bad="$bad
$n: $(t_diagnosis join)" ;;
		esac
		kill "$step" 2>/dev/null
		wait "$step"
		end
	done
	rm ../step
	echo "# they ended with $outcomes"
	t_equal "$way: the supervisor is killed while a program joins: it runs, or fails before it is executed" '' "$bad"
}

try_deciding() {
	begin "$ISOLATE" --on-miss mount --allow "$out"
	t_output 'there: allowed' "$way: the policy mounts what a program that joined asks for" join cat "$out/allowed"
	end
}

try_limits() {
	ISOLATE_BREAK=few-listeners
	export ISOLATE_BREAK
	begin isolate-breaks --trace
	unset ISOLATE_BREAK
	mkfifo hold
	for i in 1 2; do
		"$ISOLATE" -q --join watched sh -c ': >in-$0; read x' "$i" <hold 8>&- &
	done
	exec 9>hold
	await exists in-1
	await exists in-2
	t_match "^isolate: note: what 'echo' misses is not seen: as many" 'there is a limit, and who is beyond it is told' \
		"$ISOLATE" --join watched echo hi
	t_output hi 'and runs all the same' join echo hi
	exec 9>&-
	await true sh -c '"$0" --join watched true 2>&1 | grep -q . && exit 1 || exit 0' "$ISOLATE"
	pass 'and who comes when others have ended is not'
	rm hold in-1 in-2
	t_match "^isolate: note: what 'echo' misses is not seen: whoever listens" 'where somebody listens already it is said' \
		watch-outer "$ISOLATE" --join watched echo hi
	t_output hi 'and the program runs' watch-outer "$ISOLATE" -q --join watched echo hi
	find_watcher
	kill -KILL "$watcher"
	t_match "^isolate: note: what 'echo' misses is not seen: the process that watched" 'where nobody watches any more it is said' \
		"$ISOLATE" --join watched echo hi
	end
	begin "$ISOLATE"
	t_output hi 'a session that nobody watches is joined as ever' "$ISOLATE" --join watched echo hi
	end
}

for way in fuse seccomp; do
	[ "$way" = seccomp ] || [ "$tier" = fuse ] || continue
	try_seeing
	try_killing
	try_deciding
done
[ "$TEST_AS" != root ] || try_killing_at_start
try_limits
cd .. && rm -rf work base said joined-said "$out"
t_done
