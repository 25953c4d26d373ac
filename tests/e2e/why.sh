#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is said of things that are outside and not inside: --why, the lines after a program that failed, --report. The
# cases are small forms of those that people meet: a prefix, links out of it, silent ones; each cure is tried.
# shellcheck disable=SC2086 # options are words
# shellcheck disable=SC2016,SC2086 # text for another shell; lists of words are taken apart
. "$TESTS/lib/tap.sh"

# HOME is private and empty inside, so what lies there is outside alone.
cd "$(pwd -P)" || exit 99
HOME=$(cd "$HOME" && pwd -P)
export HOME
report=$HOME/report.json

. "$TESTS/lib/missed.sh"

# A prefix whose files are links into a cache of packages, and a program in it.
prefix=$HOME/conda
mkdir -p "$prefix/conda-meta" "$prefix/pkgs/tool-1/bin" "$prefix/envs/e/conda-meta" "$prefix/envs/e/bin" "$HOME/shared"
printf '#!/bin/sh\necho tool\n' >"$prefix/pkgs/tool-1/bin/tool"
chmod 755 "$prefix/pkgs/tool-1/bin/tool"
ln -s ../../../pkgs/tool-1/bin/tool "$prefix/envs/e/bin/tool"
printf '#!%s\n' "$prefix/pkgs/tool-1/bin/tool" >script
chmod 755 script
echo 1,2,3 >"$HOME/shared/data.csv"
ln -s "$HOME/shared/data.csv" data.csv

options='-m .'
missed "a prefix that is not mounted" "$prefix" 127 "$prefix/envs/e/bin/tool"
missed "a data file that is a link" "$HOME/shared" 1 cat data.csv
missed "the same in a shell's text" "$HOME/shared" 1 sh -c 'cat data.csv'
missed "a script's interpreter, in a shell" "$prefix/pkgs/tool-1/bin/tool" 127 sh -c ./script
missed "a file in the working directory's language" "$HOME/shared/data.csv" 1 \
	python3 -c "print(open('$HOME/shared/data.csv').read())"
options="-m ro:$prefix/envs/e"
missed "a link out of what is mounted" "$prefix/pkgs" 127 "$prefix/envs/e/bin/tool"
options="-m ro:$HOME/shared"
missed "writing where it is read-only" "ro:$HOME/shared" 1 sh -c "touch '$HOME/shared/new' && echo made"
rm -f "$HOME/shared/new"

# Silent ones: the status is 0, and another thing was done.
mkdir -p "$HOME/mine/bin" "$HOME/mine/lib"
printf '#!/bin/sh\necho mine\n' >"$HOME/mine/bin/printenv"
chmod 755 "$HOME/mine/bin/printenv"
options='-m .'
PATH=$HOME/mine/bin:$PATH
missed "another program of the same name" "$HOME/mine/bin/printenv" 0 printenv PATH
missed "the same in a shell's text" "$HOME/mine/bin/printenv" 0 sh -c 'printenv PATH'
PATH=${PATH#*:}
if [ -e /usr/share/zoneinfo/Europe/Helsinki ]; then
	TZ=Europe/Helsinki
	export TZ
	options='-m . -m /usr/share/zoneinfo=none'
	t_status 0 "a time zone: no failure" "$ISOLATE" --report "$report" $options -- date -d @0 +%H:%M
	t_equal "a time zone: the report has the variable" "TZ Europe/Helsinki masked True" \
		"$(json "$report" '" ".join(str(m[n]) for m in strong for n in ("variable", "value", "reason", "silent"))')"
	t_match "^isolate: '/usr/share/zoneinfo/Europe/Helsinki', which TZ names, exists outside and not inside: times are told in UTC$" \
		"a time zone: -v tells it before" "$ISOLATE" -v $options -- true
	unset TZ
else
	skip "a time zone" "there is no zone"
fi
t_status 0 "a file called /dev/null" "$ISOLATE" --report "$report" --no-defaults \
	-m 'ro:/usr ro:/bin ro:/lib ro:/lib64 /dev=none /tmp=none' --chdir / -- sh -c 'echo x >/dev/null'
t_equal "a file called /dev/null: the report says so" "wrong_kind" \
	"$(json "$report" '[m["reason"] for m in strong if m["path"] == "/dev/null"][0]')"

# The lines after a failure.
t_run "$ISOLATE" cat data.csv
t_equal "after a failure: what was missed, and the cure" "cat: data.csv: No such file or directory
isolate: missed: '$PWD/data.csv' is a symbolic link to '$HOME/shared/data.csv', and '$HOME/shared' exists outside and not inside
hint: -m '. ro:$HOME/shared' brings what is missing" "$t_err"
t_run "$ISOLATE" -q cat data.csv
t_equal "with -q nothing" "cat: data.csv: No such file or directory" "$t_err"
t_run "$ISOLATE" sh -c 'cat data.csv; true'
t_equal "a program that succeeds is followed by nothing" "cat: data.csv: No such file or directory" "$t_err"
t_run env PATH="$HOME/mine/bin:$PATH" "$ISOLATE" false
t_equal "a directory of PATH alone is no cause" "1 " "$t_code $t_err"
t_run "$ISOLATE" sh -c 'kill -TERM $$; cat data.csv'
t_empty "a program that was asked to end is followed by nothing" "$t_err"
t_run "$ISOLATE" cat "$HOME/never-was"
t_equal "what fails outside too is nobody's mount" "cat: $HOME/never-was: No such file or directory" "$t_err"
t_match '^isolate: missed: there is no network inside but a loopback; --net=host' "a program that wants a network is told that there is none" \
	"$ISOLATE" sh -c 'exit 6' http://nowhere.invalid/
t_run "$ISOLATE" sh -c 'exit 6' http://localhost:8000/
t_empty "an address in the loopback is no such wish" "$t_err"
t_run "$ISOLATE" --net=host sh -c 'exit 6' http://nowhere.invalid/
t_empty "nor is there anything to tell in the host's network" "$t_err"
printf '{"shell_port": 1, "transport": "tcp", "ip": "127.0.0.1"}' >kernel-1.json
t_match "^isolate: note: the connection file 'kernel-1.json' says tcp" "a kernel that nobody could reach is told of before it starts" \
	env JPY_PARENT_PID=1 "$ISOLATE" cat kernel-1.json
printf '{"shell_port": 1, "transport": "ipc", "ip": "/x/.k"}' >kernel-2.json
t_run env JPY_PARENT_PID=1 "$ISOLATE" cat kernel-2.json
t_empty "one that listens on sockets in a directory can be reached" "$t_err"
mkdir "$HOME/a" "$HOME/b" "$HOME/c" "$HOME/d" "$HOME/e"
touch "$HOME/a/x" "$HOME/b/x" "$HOME/c/x" "$HOME/d/x" "$HOME/e/x"
t_run "$ISOLATE" sh -c "test -e $HOME/a/x -a -e $HOME/b/x -a -e $HOME/c/x -a -e $HOME/d/x -a -e $HOME/e/x"
t_equal "never more than five lines" 5 "$(printf '%s\n' "$t_err" | wc -l | tr -d ' ')"
odd=$(printf '%s/o\033]0;d\nd' "$HOME")
mkdir "$odd"
touch "$odd/x"
t_run "$ISOLATE" cat "$odd/x"
t_empty "nothing in a name reaches the terminal" "$(printf '%s' "$t_err" | grep '^isolate' | tr -d '\n -~')"
t_status 1 "a report of it" "$ISOLATE" -q --report "$report" cat "$odd/x"
t_equal "the report has it as it is" yes \
	"$(ODD=$odd/x json "$report" '"yes" if any(m["path"] == __import__("os").environ["ODD"] for m in strong) else strong')"

# The report itself.
t_status 125 "a start that fails" "$ISOLATE" --report "$report" -m "$HOME/nowhere" -- true
t_equal "a start that fails: the report says why" "125 True" "$(json "$report" '"%s %s" % (r["status"], "nowhere" in r["error"])')"
t_status 125 "a directory that is not there" "$ISOLATE" --report "$report" --chdir "$HOME/shared" -- true
t_equal "a directory that is not there: the report names it" "$HOME/shared" "$(json "$report" 'strong[0]["path"]')"
t_match "cannot change to the directory '$HOME/shared' \\(No such file or directory\\): '$HOME/shared' exists outside; inside '$HOME' of the default view covers it" \
	"a directory that is not there: it is explained" "$ISOLATE" --chdir "$HOME/shared" -- true
t_match "^hint: -m '. ro:$HOME/shared' brings what is missing$" "a directory that is not there: the cure" \
	"$ISOLATE" --chdir "$HOME/shared" -- true
t_match "cannot change to the directory '/nowhere': No such file or directory$" "a directory that is nowhere is nobody's mount" \
	"$ISOLATE" --chdir /nowhere -- true
t_status 0 "a program that misses nothing" "$ISOLATE" --report "$report" -- true
t_equal "a program that misses nothing: the members of a report" \
	"[0, None, None, 0, [], 0, []]" \
	"$(json "$report" '[r[n] for n in ("status", "signal", "error", "tier", "misses", "left_out", "suggest")]')"
t_match "cannot write the report '$HOME/no/report'.*from --report" "a report that cannot be written" "$ISOLATE" --report "$HOME/no/report" touch ran
t "then nothing is started" test ! -e ran
t_output '0' "a report to standard error" sh -c "'$ISOLATE' --report /dev/stderr true 2>&1 >/dev/null | python3 -c 'import json, sys
print(json.load(sys.stdin)[\"status\"])'"
t_equal "nothing is left beside the report" "report.json" "$(cd "$HOME" && echo report*)"

# --why.
t_run "$ISOLATE" --why data.csv touch ran
t_equal "--why: the answer" "0 '$PWD/data.csv' is a symbolic link to '$HOME/shared/data.csv', and '$HOME/shared' exists outside and not inside" \
	"$t_code $(printf '%s\n' "$t_out" | sed '/^$/q' | tr '\n' ' ' | sed 's/ *$//')"
t "--why runs no program" test ! -e ran
# why PATH [OPTION]…: the reason, as a machine gets it.
why() {
	why_path=$1
	shift
	"$ISOLATE" --json --why "$why_path" "$@" >answer && json answer 'r["reason"] + " " + str(r["cure"] and r["cure"]["spec"])'
}
t_equal "--why: it works" "works None" "$(why "$PWD/suggested")"
why env >/dev/null
t_equal "--why: a program by its name" "/usr/bin/env" "$(json answer 'r["path"]')"
t_equal "--why: not mounted" "not_mounted ro:/usr" "$(why /usr/bin/env --no-defaults --chdir / -m "ro:$HOME/a")"
t_equal "--why: masked" "masked ro:$HOME/shared" "$(why "$HOME/shared/data.csv")"
t_equal "--why: it is nowhere" "fails_outside None" "$(why "$HOME/nowhere/x")"
t_equal "--why: a place for temporary files is best a private one" "not_mounted /tmp=none" \
	"$(why /tmp --no-defaults --chdir / -m "ro:$HOME/a")"
t_equal "--why: a device" "masked dev,rw:/dev/null" "$(why /dev/null --no-defaults --chdir / -m "ro:$HOME/a /dev=none")"
touch closed
chmod 0 closed
if [ "$TEST_AS" = root ]; then
	t_equal "--why: what only root outside may read" "identity None" "$(why closed)"
else
	t_equal "--why: what may not be read outside either" "fails_outside None" "$(why closed)"
	t_run "$ISOLATE" cat closed
	t_equal "what may not be read outside either is nobody's mount" "cat: closed: Permission denied" "$t_err"
fi
t_equal "--why: the interpreter" "interpreter ro:$prefix" "$(why ./script)"
t_equal "--why: read-only" "read_only rw:$HOME/shared" "$(why "$HOME/shared/data.csv" -m "ro:$HOME/shared")"
t_equal "--why: the spec is named" "ro:$HOME/shared" "$(json answer 'r["mount"]["spec"]')"
t_equal "--why: what is to be made" "read_only rw:$HOME/shared" "$(why "$HOME/shared/new" -m "ro:$HOME/shared")"
t_equal "--why: noexec" "noexec exec,ro:$prefix/pkgs/tool-1/bin/tool" \
	"$(why "$prefix/pkgs/tool-1/bin/tool" -m "ro,noexec:$prefix")"
t_equal "--why: another file by that name" "works None" "$(why /etc/passwd)"
t_match "^isolate: .*nowhere" "--why: a sandbox that cannot be is an error" "$ISOLATE" --why /usr -m "$HOME/nowhere"

# :why, in a sandbox that runs.
"$ISOLATE" -- sleep "1001.$$" &
sandbox=$!
await true pgrep -xf "sleep 1001.$$" >/dev/null
pid=$(pgrep -xf "sleep 1001.$$")
"$ISOLATE" --json --command ":why $HOME/shared/data.csv" "$pid" >answer
t_equal ":why: masked" "masked ro:$HOME/shared" "$(json answer 'r["reason"] + " " + r["cure"]["spec"]')"
t_match ":mount ro:$HOME/shared" ":why: the command is told" "$ISOLATE" --command ":why $HOME/shared/data.csv" "$pid"
t_equal ":why: the option keeps the directory that was there by default" "isolate -m '. ro:$HOME/shared'" \
	"$(json answer 'r["cure"]["option"]')"
t_match "hint: start the session with --trace" ":misses asks for a watched session" "$ISOLATE" --command :misses "$pid"
# A file that was replaced outside is in the way of the one that has taken its place.
echo old >"$HOME/notes"
"$ISOLATE" --command ":mount ro:/opt/notes=$HOME/notes" "$pid" >/dev/null
echo new >"$HOME/notes.new"
mv "$HOME/notes.new" "$HOME/notes"
"$ISOLATE" --json --command ':why /opt/notes' "$pid" >answer
t_equal ":why: stale" "stale ro:/opt/notes=$HOME/notes" "$(json answer 'r["reason"] + " " + r["cure"]["spec"]')"
t_match ":umount /opt/notes, then :mount ro:/opt/notes=" ":why: what is to be done first" "$ISOLATE" --command ':why /opt/notes' "$pid"
"$ISOLATE" --command "$(json answer 'r["cure"]["first"]')" "$pid" >/dev/null
"$ISOLATE" --command "$(json answer 'r["cure"]["command"]')" "$pid" >/dev/null
t_output new ":why: it is a cure" "$ISOLATE" --command ':exec cat /opt/notes' "$pid"
kill -TERM "$sandbox"
wait "$sandbox" 2>/dev/null

# A watched session: what no word of the command line tells.
mkdir "$HOME/far"
echo far >"$HOME/far/file"
ln -s "$HOME/far" link
cat >reader <<'END'
cat link/file || code=1
[ $# = 0 ] || "$@"
exit "$code"
END
# Without the default view, in which the home directory is private, and misses in it are seen in one of two ways only.
watched='--trace --no-defaults -m . -m ro:/usr -m ro:/bin -m try,ro:/lib -m try,ro:/lib64'
t_status 1 "a watched program" "$ISOLATE" $watched --report "$report" -- sh ./reader
t_equal "a watched program: the report has what was seen" "seen cat True $PWD/link" \
	"$(json "$report" '" ".join(str(x) for m in strong if m["path"].endswith("far/file") for x in (m["source"], m["comm"], r["tier"] > 0, m["chain"][0]["path"]))')"
json "$report" 'r["suggest"][1]' >suggested
t_output far "a watched program: the suggestion is a cure" "$ISOLATE" $watched -m "$(cat suggested)" -- sh -c "cat link/file"
"$ISOLATE" $watched -- sh ./reader sleep "1002.$$" 2>/dev/null &
sandbox=$!
await true pgrep -xf "sleep 1002.$$" >/dev/null
pid=$(pgrep -xf "sleep 1002.$$")
"$ISOLATE" --json --command :misses "$pid" >answer
t_equal ":misses: what would cure it" "ro:$HOME/far 1 cat" \
	"$(json answer '" ".join(str(g[n]) for g in r["groups"] for n in ("spec", "paths", "comm") if "far" in g["spec"])')"
t_match "ro:$HOME/far  *1  *1 .* cat " ":misses: for people" "$ISOLATE" --command :misses "$pid"
t_match "watched by .*tier [12]" ":misses: how they are seen" "$ISOLATE" --command :misses "$pid"
"$ISOLATE" --command ":mount ro:$HOME/far" "$pid" >/dev/null
t_empty ":misses: what is mounted is missed no more" "$("$ISOLATE" --command :misses "$pid" | grep "ro:$HOME/far")"
kill -TERM "$sandbox"
wait "$sandbox" 2>/dev/null
t_done
