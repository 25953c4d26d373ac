#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sessions by name: listed, asked, changed, ended, from other processes; and what crashes and strangers leave behind.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

top=$PWD
registry=$XDG_RUNTIME_DIR/isolate
mkdir work source
echo 'from outside' >source/file
mkfifo hold
cd work || exit 1

# begin NAME OPTIONS…: starts a session that runs until end_all; $job is its manager.
begin() {
	b_name=$1
	shift
	"$ISOLATE" -q --name "$b_name" -m ". $top/hold" "$@" sh -c ": >up-$b_name; read -r _ <$top/hold" </dev/null 2>"err-$b_name" &
	job=$!
	await exists "up-$b_name" || exit 1
	await match '(^|[^a-z])end.?$' "$registry/$b_name.session" || exit 1
}

names() {
	"$ISOLATE" --json --list | jq -r '.sessions[].name' | tr '\n' ' '
}

say() {
	"$ISOLATE" --command "$1" "$2"
}

# --- names -----------------------------------------------------------------------------------------------------------
t_match '^note: no session of yours is running$' 'none runs' "$ISOLATE" --list
begin one
one=$job
begin two
two=$job
t_equal 'both are listed' 'one two ' "$(names)"
t_match '^one +[0-9]+ +[0-9]+ s +[^ ]+ +none +[0-9]+ +sh -c ' 'with what is known of them' "$ISOLATE" --list
t_equal 'the directory is closed to others' 700 "$(stat -c %a "$registry")"
t_equal 'so is the socket' 600 "$(stat -c %a "$registry/one.sock")"
t_status 125 'a name that is taken is refused' "$ISOLATE" --name one true
t_match "a session 'one' is running already" 'and says so' "$ISOLATE" --name one true
t_match "did you mean 'one'" 'a name that is near' say :who onne
t_match "no session 'a b/../c'" 'a name that can be none' say :who 'a b/../c'
t_status 125 'a name that is a number is refused' "$ISOLATE" --name 123 true
begin odd_n_me
"$ISOLATE" --kill odd_n_me
t_output 'odd_n_me' 'odd characters are replaced' "$ISOLATE" -q --name 'odd n?me' sh -c 'echo "$ISOLATE_SESSION"'
t_match '^work-[0-9]+$' 'the default name has the directory and a number' "$ISOLATE" -q sh -c 'echo "$ISOLATE_SESSION"'

# --- commands --------------------------------------------------------------------------------------------------------
kill -STOP "$one"
await match '^State:.T' "/proc/$one/status" || exit 1
t_match "the session 'one' is stopped.*fg .*kill -CONT $one" 'one that is stopped says so' sh -c '"$ISOLATE" --command :who one 2>&1 | tr "\n" " "'
kill -CONT "$one"
t_match '^user ' 'a command by name' say :who one
payload=$(sed -n 's/^payload //p' "$registry/one.session")
t_match '^mounted /srv/a \(ro\) from ' 'a mount' say ":mount ro:/srv/a=$top/source" one
t_output 'from outside' 'is there inside' cat "/proc/$payload/root/srv/a/file"
t_match '/srv/a .* live ' 'its origin is live' say ':mounts /srv/a' one
t_match "$top/hold .* option " 'that of an option is option' say ':mounts --origin option' one
t_match '^/usr .* default ' 'that of the default view is default' say ':mounts /usr' one
t_match '^mounted /srv/b ' 'relative names are those of the client' sh -c "cd $top && exec '$ISOLATE' --command ':mount /srv/b=source' one"
t_match '^unmounted /srv/b ' 'undone: the last' say :undo one
t_match '^unmounted /srv/a ' 'undone: the one before, by a process of the session' say :undo "$payload"
t_match 'nothing to undo' 'no more' say :undo one
t_match 'nothing to undo' 'the other session has a journal of its own' say :undo two
t_status 1 'it is gone inside' test -e "/proc/$payload/root/srv/a"
say ":mount /srv/c=$top/source" one >/dev/null
say ':umount /srv/c' one >/dev/null
t_match '^mounted again /srv/c ' 'an unmount is undone' say :undo one
t_equal 'JSON: what was undone' 'mount 0' "$("$ISOLATE" --json --command :undo one | jq -r '"\(.undone) \(.left)"')"
t_equal 'JSON: nobody watches' off "$("$ISOLATE" --json --list | jq -r '.sessions[] | select(.name == "one").watch')"
begin watched --trace
t_equal 'JSON: who one is inside has his name' "$(id -un)" \
	"$("$ISOLATE" --json --command :who watched | jq -r .identity.user.inside.name)"
t_equal 'JSON: somebody watches' on "$("$ISOLATE" --json --list | jq -r '.sessions[] | select(.name == "watched").watch')"
"$ISOLATE" --kill watched
t_match 'no command' 'an error comes back with its words' say :foo one
t_match '^  +\^' 'and its caret' say ":mount ro:/srv/x=$top/source rx:/y" one

# --- events ----------------------------------------------------------------------------------------------------------
"$ISOLATE" --json --command :events one >events &
follower=$!
await match ':events' events
say ":mount /srv/d=$top/source" one >/dev/null
t 'a command is told' await match '"command":":mount /srv/d' events
"$ISOLATE" --json --command :mounts one >/dev/null
"$ISOLATE" --command :ns one >/dev/null
t 'as is one that looks' await match '"command":":ns"' events
t_empty 'but not what is asked in JSON and only looks, as screens do all the time' "$(grep '":mounts"' events)"
t 'and a mount' await match '"event":"mounted".*"inside":"/srv/d"' events
say :undo one >/dev/null
t 'and its end' await match '"event":"unmounted".*"inside":"/srv/d"' events

# Of processes the kernel tells in the initial namespaces alone, and an ordinary user since Linux 6.6.
may_follow() {
	[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] && [ "$(readlink /proc/self/ns/user)" = 'user:[4026531837]' ] &&
		{ [ "$TEST_AS" = root ] || [ "$(printf '%s\n' 6.6 "$(uname -r)" | sort -V | head -n 1)" = 6.6 ]; }
}

# The process inside that forks on demand: it reads commands.
mkfifo "$top/asked"
"$ISOLATE" -q --name busy -m ". $top/asked" sh -c 'exec 3<>'"$top/asked"'; : >up-busy; while read -r line <&3; do eval "$line"; done' \
	</dev/null 2>err-busy &
busy=$!
await exists up-busy || exit 1
inside() {
	printf '%s\n' "$1" >"$top/asked"
}
control_of() {
	ps -o pid=,args= --ppid "$1" | awk '/isolate-control/ { print $1 }'
}
"$ISOLATE" --json --command :events busy >processes &
processes=$!
"$ISOLATE" --command :events busy >processes-text &
processes_text=$!
await match ':events' processes
await match ':events' processes-text
if may_follow; then
	# Each is there until it has been told: what ends at once on a busy machine cannot be looked at any more.
	hold() {
		echo "while [ ! -e up-$1 ]; do :; done"
	}
	inside "sh -c '$(hold told); exit 3'; sh -c '$(hold kill); kill -KILL \$\$'; ($(hold fork); exit 4)"
	t 'a fork' await match '"event":"forked",.*"inside":3,"parent":[0-9]*,"name":"sh"' processes
	t 'a program' await match '"event":"executed",.*"inside":3,"arguments":\["sh","-c","while ' processes
	t 'as text' await match 'executed [0-9]+ \(3 inside\)  sh -c while ' processes-text
	: >up-told
	t 'and how it ends' await match '"event":"exited",.*"inside":3,"name":"sh","status":3,"signal":null' processes
	await match '"event":"executed",.*"inside":4' processes
	: >up-kill
	t 'by which signal' await match '"event":"exited",.*"inside":4,"name":"sh","status":137,"signal":"KILL"' processes
	await match '"event":"forked",.*"inside":5' processes
	: >up-fork
	t 'without a program' await match '"event":"exited",.*"inside":5,"name":"sh","status":4,' processes
	"$ISOLATE" --join busy sh -c "sh -c '$(hold below); exit 7'; exit 8" </dev/null &
	await match '"event":"executed",.*"sh","-c","while .*up-below' processes
	: >up-below
	wait $!
	t 'of who joined' await match '"event":"exited",.*"status":8,' processes
	t 'and below' await match '"event":"exited",.*"status":7,' processes
	# One whose first thread ends before another does: the kernel tells that end too.
	inside 'python3 -c "import ctypes, threading, time; t = threading.Thread(target=lambda: (time.sleep(0.2), open(\"up-thread\", \"w\"))); t.start(); ctypes.CDLL(None).pthread_exit(None)"'
	await exists up-thread
	t 'a process ends with its last thread' await match '"event":"exited",.*"name":"python3","status":(null|0)' processes
	t_equal 'once' 1 "$(grep -c '"event":"exited".*"name":"python3"' processes)"

	# What others do wakes nobody, once it is quiet inside.
	control=$(control_of "$busy")
	switches() {
		sed -n 's/^voluntary_ctxt_switches:[^0-9]*//p' "/proc/$control/status"
	}
	cat >still <<-'END'
		a=$(cat "/proc/$1/status" | grep ^voluntary) b=$(i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i + 1)); done; cat "/proc/$1/status" | grep ^voluntary)
		[ "$a" = "$b" ]
	END
	t '300 processes outside do not wake it' await true sh "$PWD/still" "$control"
	t_equal 'nor are they told' '' "$(grep -e '"true"' -e still processes)"

	# A flood is folded, and the session answers.
	inside 'while [ ! -e up-folded ]; do (:) & (:) & (:); wait; done'
	t 'a flood is folded' await match '"event":"folded",.*"processes":[1-9]' processes
	t_match '^user ' 'and the session answers' say :who busy
	: >up-folded
	inside "sh -c '$(hold after); exit 9'"
	await match '"event":"executed",.*up-after' processes
	: >up-after
	t 'and afterwards each is told again' await match '"status":9,' processes
	# 500 in each second, and those that were under way.
	most=$(sed -n 's/.*"event":"\(forked\|executed\|exited\)","time":\([0-9]*\).*/\2/p' processes | uniq -c | sort -n | awk 'END { print $1 }')
	t 'it is bounded' test "$most" -lt 1100
	echo "# at most, in a second: $most"
else
	t 'that nobody tells of processes is told' await match '"event":"unwatched",.*"what":"processes","reason":"' processes
fi
"$ISOLATE" --kill busy
wait "$busy" "$processes" "$processes_text"
rm "$top/asked"

# --- hostile and unlucky clients -------------------------------------------------------------------------------------
t 'garbage, cut lines, clients that read nothing' python3 "$TESTS/e2e/control.py" "$registry/one.sock"
t_match '^user ' 'the session answers as before' say :who one
control=$(ps -o pid=,args= --ppid "$one" | awk '/isolate-control/ { print $1 }')
kill -9 "$control"
await end "$control"
t_match '^user ' 'a killed control process is replaced' say :who one
wait "$follower"

# --- numbers, and programs that are not there ------------------------------------------------------------------------
t_match "ends a session, by its name, and '$payload' is a number" 'a number is no session' "$ISOLATE" --kill "$payload"
printf '#!/bin/sh\n' >"$top/tool"
chmod +x "$top/tool"
cure="^hint: isolate --command ':mount ro:$top/tool' one brings what is missing\$"
t_match "$cure" 'joined: the cure is a command to the session' "$ISOLATE" --join one "$top/tool"
t_match "$cure" 'so it is for :exec' say ":exec $top/tool" one
t_match "$cure" 'and for what the program asked for' "$ISOLATE" --join one sh -c "cat $top/tool"
say ":mount ro:$top/tool" one >/dev/null
t 'and a cure it is' say ":exec $top/tool" one
say :undo one >/dev/null

# --- the end ---------------------------------------------------------------------------------------------------------
t 'a session is ended' "$ISOLATE" --kill two
wait "$two"
t_equal 'by SIGTERM' 143 $?
t_equal 'it is not listed any more' 'one ' "$(names)"
kill -9 "$one"
wait "$one" 2>/dev/null
await end "$payload"
: >"$registry/.4711"
t_equal 'a killed session is not listed' '' "$(names)"
t_status 1 'what it left is swept, the directory too' test -e "$registry"

# --- a directory that is not to be trusted ---------------------------------------------------------------------------
mkdir -m 755 "$registry"
t_match 'is open to other users' 'open to others' "$ISOLATE" --list
t_match 'no name to be found by' 'a session runs without a name' "$ISOLATE" -v true
t_output 'ran' 'but it runs' "$ISOLATE" -q --name x echo ran
rmdir "$registry"
mkdir -m 700 "$top/elsewhere"
ln -s "$top/elsewhere" "$registry"
t_match 'is not a directory' 'a link' "$ISOLATE" --list
t_output 'ran' 'a session runs' "$ISOLATE" -q echo ran
t_equal 'nothing is made behind the link' '' "$(ls -A "$top/elsewhere")"
rm "$registry"
t_done
