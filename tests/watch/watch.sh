#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Watched sessions: what is missed is seen as it was asked for, and the program sees nothing of it.
#
# In the first way the root is a file system of pid 1's own; where /dev/fuse cannot be used, in the second, by
# notifications of system calls. All is tried in both: the second is had with the root on a directory of the host's.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"
. "$TESTS/watch/lib.sh"

bin=${ISOLATE%/*}
out=${TEST_MOUNTS:-$PWD}/outside
mkdir -p "$out/bin" work base
echo there >"$out/file"
printf '#!%s/bin/interp\n' "$out" >work/script
printf '#!%s/bin/prog\n' "$out" >work/interpreted
printf '#!/bin/sh\necho outside\n' >"$out/bin/prog"
chmod +x work/script work/interpreted "$out/bin/prog"
ln -s "$out/file" work/link
ln -s "$out/nothing" work/dead
cp "$bin/watch-load" work/
cd work || exit 99

# watched OPTION… -- PROG ARG…
watched() {
	watch-tool --trace -q "$@" </dev/null 2>/dev/null
}

tier=$(watched -- true | sed -n 's/^TIER //p')
echo "# without more it is: $tier"
if [ "$TEST_AS" = root ] && [ -c /dev/fuse ]; then
	t_equal 'root has the first way' fuse "$tier"
fi
case $tier in
fuse | seccomp) pass 'misses are watched for' ;;
*) skip_all "neither /dev/fuse nor notifications can be had here: $tier" ;;
esac

# t_miss NAME LINE OUTPUT: the list has that line, whatever the count.
t_miss() {
	if printf '%s\n' "$3" | grep -q -x -F -e "$2"; then
		pass "$1"
	else
		fail "$1" "wanted: $2
seen:
$3"
	fi
}

try_all() {
	way=$1
	shift
	seen=$(watched "$@" -- sh -c "cat $out/file; ./watch-load odd $out; true" | cut -d' ' -f2-)
	t_miss "$way: a file, with the call and the name of who asked" "openat cat $out/file" "$seen"
	case $seen in
	*"$out/nothing"* | *'\033'*) fail "$way: what is nowhere is no miss" "$seen" ;;
	*) pass "$way: what is nowhere is no miss" ;;
	esac

	seen=$(watched "$@" -- sh -c 'cat link; cat dead; ./script; true' | cut -d' ' -f2-)
	t_miss "$way: what a link leads to" "openat cat $out/file symlink $PWD/link" "$seen"
	case $seen in
	*"$out/nothing"*) fail "$way: a link that is dead outside too is no miss" "$seen" ;;
	*) pass "$way: a link that is dead outside too is no miss" ;;
	esac
	# Nothing is asked for before it, and nothing of /etc is inside.
	seen=$(watched "$@" --no-defaults -m '. ro:/usr ro:/bin ro:/lib try,ro:/lib64' -- sh -c 'cat /etc/passwd; true' |
		cut -d' ' -f2-)
	t_miss "$way: a directory of the default view, without that" 'openat cat /etc/passwd' "$seen"
	cp /bin/true "$out/bin/interp"
	seen=$(watched "$@" -- sh -c './script; true' | cut -d' ' -f2-)
	t_miss "$way: the interpreter of a script" "execve sh $out/bin/interp interpreter $PWD/script" "$seen"
	rm "$out/bin/interp"

	seen=$(watched "$@" -- sh -c "mkdir $out/dir; cd /; cat ${out#/}/bin/../file; true" |
		cut -d' ' -f2-)
	t_miss "$way: of what would be made, the directory" "mkdir mkdir $out" "$seen"
	t_miss "$way: a relative path" "openat cat $out/file" "$seen"

	seen=$(watched "$@" -- ./watch-load flood 2000)
	t_match '^found 0$' "$way: a flood of names that are nowhere" echo "$seen"
	t_equal "$way: leaves nothing in the list" 2 "$(printf '%s\n' "$seen" | wc -l)"
	seen=$(watched "$@" -- ./watch-load longest "$out")
	t_match '^No such file|^File name too long' "$way: the longest path" printf '%s\n' "$seen"
	mkdir -p "$out/$(printf '\001\n\177')"
	seen=$(watched "$@" -- sh -c "cat \"$out/\$(printf '\\001\\nx' | tr x '\\177')\"; true")
	rmdir "$out/$(printf '\001\n\177')"
	t_match '\\001\\012\\177$' "$way: control characters, as bytes" printf '%s\n' "$seen"
	seen=$(watched "$@" -- ./watch-load race "$out/file" "$out/bin/" 2000 | sed 's/ .*//' | sort -u | tr '\n' ' ')
	t_match '^[0-9]+ .*TIER found|TIER' "$way: a path that changes while it is looked at" echo "$seen"

	# The tier, and what the program sees: the same as in a session that is not watched.
	t_equal "$way: the same in the root directory" "$("$ISOLATE" -q "$@" -- ls -a / </dev/null)" \
		"$("$ISOLATE" -q --trace "$@" -- ls -a / </dev/null)"
	change='mkdir /a; : >/etc/b; rm /etc/passwd; rmdir /usr'
	t_equal "$way: the same access to it" "$("$ISOLATE" -q "$@" -- sh -c "$change" 2>&1 </dev/null)" \
		"$("$ISOLATE" -q --trace "$@" -- sh -c "$change" 2>&1 </dev/null)"
	t_status 3 "$way: the status of the program" "$ISOLATE" -q --trace "$@" -- sh -c 'exit 3'
	t_status 127 "$way: a program that is not there" "$ISOLATE" -q --trace "$@" -- "$out/none"
}

# killing COMMAND…: a session in which names are asked for while the supervisor, whose number follows, is killed by the
# command; what the program says is in ../said.
killing() {
	rm -f ../said
	mkfifo ../go
	"$ISOLATE" -q --trace ${stage:+-b "$stage"} -- sh -c "./watch-load loop $out/file /usr/bin/env
		mkdir /usr 2>/dev/null; mkdir -p /usr/x 2>/dev/null
		ls /usr/bin/env; grep -c /usr /proc/self/mountinfo" <../go >../said 2>&1 &
	manager=$!
	exec 8>../go
	await match running ../said
	# It is there when it has been asked something.
	victim=
	while [ -z "$victim" ]; do
		victim=$(supervisor_of "$manager")
	done
	case $1 in
	kill) kill -KILL "$victim" ;;
	step) watch-step "$victim" "$2" >../step ;;
	esac || echo "not killed" >>../said
	echo >&8
	exec 8>&-
	wait "$manager"
	rm ../go
}

# try_killing WAY [BASE]
try_killing() {
	stage=$2
	killing kill
	t_equal "$1: the supervisor is killed, and no call fails or is lost" '' "$(grep -v -x -e running -e 'wrong 0' \
		-e /usr/bin/env -e '[1-9][0-9]*' ../said)"
	t_match '^/usr/bin/env$' "$1: and the mounts stay" cat ../said
	# Whatever it was about to do, or had just done. Who is not root may not look at it so closely.
	[ "$TEST_AS" = root ] || return 0
	: >../bad
	: >../steps
	for n in 1 2 3 4 5 6 7 8 9 11 13 15 17 20 23 27 31 36; do
		killing step "$n"
		cat ../step >>../steps
		if ! { grep -q -x 'wrong 0' ../said && grep -q -x /usr/bin/env ../said; }; then
			cat ../step ../said >>../bad
		fi
	done
	t_equal "$1: wherever it is killed" '' "$(cat ../bad)"
	t_match '^1?[0-9] different|^[2-9] different' "$1: at several calls" echo "$(sort -u ../steps | wc -l) different"
	rm ../said ../step ../steps ../bad
}

# most PID: the most memory of its own that a process has had, in KiB.
most() {
	awk '/^VmHWM:/ { all = $2 } /^RssShmem:/ { shared = $2 } /^RssFile:/ { file = $2 } END { print all - shared - file }' \
		"/proc/$1/status"
}

# try_flooding WAY [BASE]: more misses than there is room for.
try_flooding() {
	stage=$2
	deep=$out
	part=$(printf '%0200d' 0)
	for level in 1 2 3 4 5 6 7; do
		deep=$deep/$level$part
	done
	mkdir -p "$deep"
	(cd "$deep" && seq 6000 | xargs touch)
	mkfifo ../go
	"$ISOLATE" -q --trace ${stage:+-b "$stage"} -- sh -c 'i=0; while [ $i -lt 6000 ]; do i=$((i + 1)); [ -e "$0/$i" ] && echo wrong
		done; echo asked; read x' "$deep" <../go >../said 2>&1 &
	manager=$!
	exec 8>../go
	await match asked ../said
	watcher=$(supervisor_of "$manager")
	first=$(child_named "$manager" isolate-init)
	# With the sanitizers what was freed is kept for a while.
	bound=24000
	! grep -q __asan_init "$ISOLATE" || bound=240000
	for who in "$watcher" "$first"; do
		kib=$(most "$who")
		if [ "$kib" -lt "$bound" ]; then
			echo "# $kib KiB"; pass "$1: a flood of misses: there is a bound on memory"
		else
			fail "$1: a flood of misses: there is a bound on memory" "$kib KiB"
		fi
	done
	echo >&8
	exec 8>&-
	wait "$manager"
	t_equal "$1: and each call is answered" asked "$(cat ../said)"
	rm -rf ../go ../said "${out:?}/1$part"
}

# A session that is watched is joined like any other, where it is and with its shell, though nobody outside can read its root.
mkfifo ../go
"$ISOLATE" -q --trace --name joined -- sh -c 'echo running; read x' <../go >../said 2>/dev/null &
manager=$!
exec 8>../go
await match running ../said
t_output "$PWD" 'who joins is in the directory of the session' "$ISOLATE" --join joined sh -c 'pwd -P'
t_output "$SHELL" 'and has its shell' "$ISOLATE" --join joined sh -c 'echo "$SHELL"'
echo >&8
exec 8>&-
wait "$manager"
rm ../go ../said

try_all "$tier"
try_killing "$tier"
try_flooding "$tier"
if [ "$tier" = fuse ]; then
	seen=$(watched -- ./watch-load storm 5000 "$out/file")
	t_match '^interrupted 0 other 0$' 'fuse: no call is interrupted in a storm of signals' printf '%s\n' "$seen"
	base=$(cd ../base && pwd)
	t_equal 'a root that is a directory of the host has the second way' seccomp \
		"$(watched -b "$base" -- true | sed -n 's/^TIER //p')"
	t_match "openat cat $out/file\$" 'and misses are seen in it' watched -b "$base" -- cat "$out/file"
	# Who is root inside maps nobody else.
	if [ "$TEST_AS" = user ]; then
		echo within >file
		seen=$(watched -b "$base" -m ". ro:$bin" -- sh -c '"$1" -q -m "$2=." -- cat "$2/file" >read' sh "$ISOLATE" "$out")
		t_output within 'a sandbox in it has what the outer one lacks' cat read
		t_equal 'and that is no miss' '' "$(printf '%s\n' "$seen" | grep " cat ")"
		rm file read
	fi
	try_killing seccomp "$base"
	try_flooding seccomp "$base"
	rm -rf "$base"
fi

# Calls that wait. DECIDE is what watch-tool does once one does (watch-tool.c).
decided() {
	DECIDE=$1 ALLOW=$out $via watch-tool -q --on-miss ask -- \
		sh -c 'read -r x <go; exec cat "$0"' "$out/file" </dev/null 2>&1
}
by_policy() {
	$via "$ISOLATE" -q --on-miss mount --allow "$@"
}
try_deciding() {
	tier=$1
	via=$2
	mkfifo go
	t_match '^there$' "$tier: ask: a call waits, and finds what is mounted meanwhile" decided mount
	t_match "No such file" "$tier: ask: it fails if that is the decision" decided deny
	t_match "No such file" "$tier: ask: it fails if nobody is there any more" decided leave
	t_status 143 "$tier: ask: a signal that ends the program ends the wait" decided 15
	t_status 137 "$tier: ask: and so does one that nobody can catch" decided 9
	t_match "No such file" "$tier: ask: nobody is there" ${via:+"$via"} "$ISOLATE" -q --on-miss ask -- cat "$out/file"

	t_output there "$tier: mount: what a pattern names is mounted" by_policy "${out%/*}/outsid?" \
		-- cat "$out/file"
	for name in 1 2 3 4 5 6 7 8 9 10; do
		mkdir -p "$out/several/$name"
		: >"$out/several/$name/file"
	done
	t_output 'failed 0' "$tier: mount: whoever asks for the same at the same time has it" \
		by_policy "$out/several/*" -- ./watch-load together 12 "$out"/several/*/file
	t_output 'failed 0' "$tier: mount: also where it is a file" \
		by_policy "$out/several/*/*" -- ./watch-load together 12 "$out"/several/*/file
	rm -r "$out/several"
	t_match 'Read-only file system' "$tier: mount: read-only" by_policy "$out" -- touch "$out/file"
	t_match 'No such file' "$tier: mount: and nothing else" by_policy "$out/bin" -- cat "$out/file"
	t_match 'No such file' "$tier: mount: what is not there outside is not there" by_policy "$out" \
		-- cat "$out/nothing"
	t_output outside "$tier: mount: the interpreter of a script" by_policy "$out/bin" -- ./interpreted
	if [ "$tier" = seccomp ]; then
		mkdir -p "$out/chain"
		ln -s "$out/chain/second" work-link
		ln -s "$out/file" "$out/chain/second"
		t_output there "$tier: mount: a link to what is missing that leads to what is missing" by_policy "$out/chain" \
			--allow "$out/file" -- cat work-link
		rm -rf "$out/chain" work-link
	fi
	rm go
}
try_deciding "$tier" ''
if [ "$tier" = fuse ]; then
	t_match '^--trace watches .*tier 1' '--check says that it is the first way' "$ISOLATE" --check
	"$ISOLATE" -q --trace --report report cat "$out/file" 2>/dev/null
	t_match '"tier":1,' 'and so does a report' cat report
fi
# As root it is root all the same, who may do as he likes.
if [ "$tier" = fuse ] && [ "$TEST_AS" = user ]; then
	t_output 'TIER seccomp' 'without /dev/fuse it is the second way' without_fuse watch-tool --trace -q -- true
	try_deciding seccomp without_fuse
	t_match '^--trace watches .*tier 2' '--check says that it is the second' without_fuse "$ISOLATE" --check
	without_fuse "$ISOLATE" -q --trace --report report cat "$out/file" 2>/dev/null
	t_match '"tier":2,' 'and so does a report' cat report
fi
t_match "is none of" 'a word that --on-miss does not know' "$ISOLATE" --on-miss nothing true
t_match "no pattern" 'a pattern that is everything' "$ISOLATE" --allow / true
t_match 'note: --allow has no effect without --on-miss=mount' 'a pattern of what nobody mounts' "$ISOLATE" --allow '/opt/*' true
t_match 'note: --on-miss=mount mounts nothing without' 'nobody says what may be mounted' "$ISOLATE" --on-miss=mount true
# As root it is no sandbox in a sandbox that is refused (tests/e2e/nesting.sh).
if [ "$TEST_AS" = user ]; then
	t_output hi 'a watched session in a watched session' \
		"$ISOLATE" -q --trace -m ". ro:$bin" -- "$ISOLATE" -q --trace -m ". ro:$bin" -- echo hi
	mkdir base
	t_output 'TIER static' 'and what listens outside lets nobody listen inside' "$ISOLATE" -q --trace -b base \
		-m ". ro:$bin" -- "$bin/watch-tool" -q --trace -m ". ro:$bin" -- true
	t_match '^--trace watches .*tier 0' '--check says so there' "$ISOLATE" -q --trace -b base -m ". ro:$bin" -- "$ISOLATE" --check
	t_match 'listen: Device or resource busy' '--check tells why' "$ISOLATE" -q --trace -b base -m ". ro:$bin" -- "$ISOLATE" --check
	rm -rf base
fi
cd .. && rm -rf work base "$out"
t_done
