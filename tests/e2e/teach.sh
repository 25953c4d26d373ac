#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --explain and --step: what is told is what /proc says; and the lab of the documentation.
. "$TESTS/lib/tap.sh"

t_output hi 'the program runs, and its output is its own' "$ISOLATE" -q --explain echo hi
t_status 3 'with its status' "$ISOLATE" -q --explain sh -c 'exit 3'
"$ISOLATE" --explain --hostname box --as root true 2>told
numbers=$(sed -n 's/^\([0-9]*\)\. .*/\1/p' told)
t_equal 'steps are numbered in order' "$(seq "$(echo "$numbers" | wc -l)")" "$numbers"
# Of a word that was looked at: "before: X" and "after: Y" of the first step that tells of it.
seen() {
	sed -n "s/^ *\(before\|after\): *$1: \(.*\)/\2/p" told | head -n 2 | paste -sd '|'
}
t_equal 'the map is empty, and then it is there' "(empty)|0 $(id -u) 1" "$(seen uid_map)"
t_equal 'no new privileges' '0|1' "$(seen NoNewPrivs)"
t_match '^0*[1-9a-f][0-9a-f]*\|0000000000000000$' 'all capabilities, and then none' seen CapEff
t_equal 'a filter' '0|2' "$(seen Seccomp)"
outside=$(readlink /proc/self/ns/net)
t_equal 'the network was ours, and is no more' "$outside" "$(seen 'its network namespace' | cut -d '|' -f 1)"
t_status 1 'the number after it is another' test "$outside" = "$(seen 'its network namespace' | cut -d '|' -f 2)"
t_match '^ *rw .*\(the default .*\)$' 'what is mounted, and what asked for it' cat told
t_match 'before: in its root: bin' 'the root that was' cat told
t_match '^[0-9]*\. A host name' 'a step that was asked for' cat told
t_empty 'one that was not is not told' \
	"$("$ISOLATE" --explain --net=host true 2>&1 | grep 'A network of its own')"

# The plan tells the same steps, and does nothing.
titles() {
	sed -n 's/^[0-9]*\. \([^(]*[^ (]\).*/\1/p'
}
"$ISOLATE" --explain --hostname box --as root --dry-run true >planned
t_equal 'the plan has the steps that are taken' "$(titles <planned | grep -vx 'A terminal of its own')" "$(titles <told)"

# With a watched session's root, a pipe, a failure.
t_output hi 'a watched session is told of too' "$ISOLATE" -q --explain --trace echo hi
t_status 127 'a program that is not there' "$ISOLATE" -q --explain ./none
t_status 125 'a mount that fails in between' "$ISOLATE" -q --explain --chdir /none true

# A terminal to ask at.
t_status 125 'without a terminal it cannot ask' setsid -w "$ISOLATE" --step true
for case in stop steps rest interrupt; do
	t "--step: $case" python3 "$TESTS/e2e/teach.py" "$case"
done

[ "$TEST_AS" = user ] || t_done
mkdir lab bin && cd lab || exit 1
ln -s "$ISOLATE" ../bin/isolate
PATH=$PWD/../bin:$PATH python3 "$TESTS/e2e/lab.py" "$TESTS/e2e/LAB.md" >../lab.log 2>../lab.err
cd ..
t_empty 'the lab: every command does what the page says' "$(grep -v '^ok ' lab.log)"
t 'and there are many' test "$(grep -c '^ok ' lab.log)" -gt 25
rm -rf lab
t_done
