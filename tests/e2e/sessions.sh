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
	await -t 60 exists "up-$b_name" || exit 1
	await -t 60 match '(^|[^a-z])end.?$' "$registry/$b_name.session" || exit 1
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
await -t 60 match '^State:.T' "/proc/$one/status" || exit 1
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
await -t 60 match ':events' events
say ":mount /srv/d=$top/source" one >/dev/null
t 'a command is told' await -t 60 match '"command":":mount /srv/d' events
t 'and a mount' await -t 60 match '"event":"mounted".*"inside":"/srv/d"' events
say :undo one >/dev/null
t 'and its end' await -t 60 match '"event":"unmounted".*"inside":"/srv/d"' events

# --- hostile and unlucky clients -------------------------------------------------------------------------------------
t 'garbage, cut lines, clients that read nothing' python3 "$TESTS/e2e/control.py" "$registry/one.sock"
t_match '^user ' 'the session answers as before' say :who one
control=$(ps -o pid=,args= --ppid "$one" | awk '/isolate-control/ { print $1 }')
kill -9 "$control"
await -t 60 end "$control"
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
await -t 60 end "$payload"
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
