#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The control socket of a session, for a program in a sandbox that was given the directory in which it is: it could have
# the session mount whatever the user can read.
. "$TESTS/escape/lib.sh"
begin_scene
registry=$XDG_RUNTIME_DIR/isolate
socket=$registry/asked.sock

# The session that is asked, of the program that is given. Its payload has the directory too. It runs until end_session.
begin_session() {
	mkfifo ../out/session
	"$1" -q --name asked -m ". ro:$registry" sh -c ': >up; read -r line' <../out/session 9>&- &
	session=$!
	exec 8>../out/session
	await exists up || exit 1
	await match '(^|[^a-z])end.?$' "$registry/asked.session" || exit 1
	rm up
}

end_session() {
	exec 8>&-
	wait "$session"
	rm ../out/session
}

# What a session refuses it says: an attack that fails for another reason is none.
refused() {
	stops "$@"
	if printf %s "$a_out" | grep -q 'refused the process that asks is in another user namespace'; then
		pass "refused, for what it is: $1"
	else
		fail "refused, for what it is: $1" "$a_out"
	fi
}

command=":mount ro:$out"
# So that there is the directory when the session is started that is given it.
mkdir -m 700 "$registry" 2>/dev/null
begin_session "$ISOLATE"
# Outside the user can read the secret anyway: what works here is the command.
works 'a command to a session' ./attack control "$socket" "$command" "$out/secret"
t_match "^$out .* live " 'it mounts' "$ISOLATE" --command ":mounts $out" asked
t 'and it is taken back' "$ISOLATE" --command :undo asked
for options in '' '--as root' '--net=host'; do
	as=${options:+, with $options}
	# shellcheck disable=SC2086 # a list of words
	refused "a command to another session$as" \
		"$ISOLATE" $options -m ". ro:$registry" ./attack control "$socket" "$command" "$out/secret"
done
refused 'a command to another session, nested' \
	"$ISOLATE" -m ". ro:$registry" ./attack nested control "$socket" "$command" "$out/secret"
refused 'a command to its own session' "$ISOLATE" --join asked ./attack control "$socket" "$command" "$out/secret"
t_equal 'nothing was mounted' '' "$("$ISOLATE" --command ':mounts' asked | grep "^$out ")"
end_session

# The check is what stops it.
mkdir -m 700 "$registry" 2>/dev/null
ISOLATE_BREAK=control-peer
export ISOLATE_BREAK
begin_session isolate-breaks
unset ISOLATE_BREAK
t 'a command to its own session gets in, where nobody looks who asks' \
	"$ISOLATE" --join asked ./attack control "$socket" "$command" "$out/secret"
end_session
end_scene
