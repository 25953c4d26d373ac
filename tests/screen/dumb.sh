#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --inspect where nothing can be shown: it says so, tells what it can, and the session goes on.
. "$TESTS/lib/tap.sh"
[ -x "${ISOLATE%/*}/isolate-inspect" ] || skip_all "isolate-inspect was not made"

t_match 'note: this is no terminal, so there is no inspector: isolate --inspect=dumb ' 'beside a program, without a terminal' \
	"$ISOLATE" --name dumb --inspect true </dev/null
t_output hello 'the program has its output alone' sh -c "$ISOLATE --inspect echo hello </dev/null 2>/dev/null"

command -v script >/dev/null || skip_all "there is no script(1)"
# Nothing is sent to a terminal that would show it as it is.
answer() {
	await match 'COMMAND' shown
	echo
	await match 'read-it' shown
}
: >shown
answer | TERM=dumb script -qec "$ISOLATE -q --inspect sh -c 'read x; echo read-it'" /dev/null >shown
t_match 'the terminal is dumb' 'beside a program, on a dumb terminal' cat shown
t_match 'INSIDE.*OUTSIDE.*ORIGIN' 'it prints what is mounted' cat shown
t_match 'read x; echo' 'and what runs' cat shown
t_match 'read-it' 'the program goes on there' cat shown
t_empty 'no escape sequence is sent there' "$(tr -d '\r' <shown | LC_ALL=C grep -n '[^[:print:][:space:]]' | cat -v)"
t_done
