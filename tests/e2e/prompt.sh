#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# isolate --prompt: scripts of commands here, the terminal in prompt.py.
. "$TESTS/lib/tap.sh"

[ -x "${ISOLATE%/*}/isolate-prompt" ] || skip_all 'isolate-prompt was not built (readline)'

mkfifo hold
"$ISOLATE" -q --name prompt-test sh -c 'echo up >ready; read -r line' <hold &
job=$!
exec 9>hold
await exists ready

script() {
	printf '%s\n' "$@" | "$ISOLATE" --prompt prompt-test
}

mkdir 'with blank'
echo text >'with blank/file'
t_match '^mounted /srv/a \(ro\) from .*/with blank$' 'a line is a command' script ":mount ro:/srv/a='with blank'"
t_match '^unmounted /srv/a ' 'the colon may be left out, and there may be comments' script '# a comment' '' '  umount /srv/a'
t_match '^mounted /srv/b ' 'the session remembers' script ':mount /srv/b=none'
t_match '^unmounted /srv/b ' 'what another has done' script ':undo'
t_status 125 'a script ends at the first command that fails' script ':umount /srv/none' ':mount /srv/c=none'
t_match "nothing is mounted at '/srv/none'" 'which says why' script ':umount /srv/none' ':mount /srv/c=none'
t_equal 'and what follows is not done' '' "$(script :mounts | grep /srv/c)"
t_output '' ':quit ends it' script ':quit' ':nothing'
t_output '' ':detach is the same' script ':detach' ':nothing'
t_match 'no prompt here' 'elsewhere there is nothing to quit' "$ISOLATE" --command :quit prompt-test
t_output '' 'nothing to do' script ''
printf '#!/bin/sh\n' >"$HOME/tool"
chmod +x "$HOME/tool"
t_match "^hint: isolate --command ':mount ro:$HOME/tool' prompt-test brings" 'a program that is not there has its cure' script ":exec $HOME/tool"
t_status 127 'and the status of one' script ":exec $HOME/tool"
rm "$HOME/tool"
t_match '^\{"command":"ps"' '--json is for its answers too' sh -c "echo :ps | '$ISOLATE' --json --prompt prompt-test"
t_match '^mounted' 'without a name: the only session' sh -c "echo ':mount /srv/d=none' | '$ISOLATE' --prompt"
t_status 125 'a session that does not run' "$ISOLATE" --prompt no-such-session
t_match "no session 'no-such-session'" 'and says so' "$ISOLATE" --prompt no-such-session
t_match 'takes one sandbox' 'one sandbox at a time' "$ISOLATE" --prompt one two

if command -v python3 >/dev/null; then
	t 'on a terminal' python3 "$TESTS/e2e/prompt.py"
	printf '%s\n' "$t_err" | sed 's/^/# /'
else
	skip 'on a terminal' 'python3 is not there'
fi

exec 9>&-
wait "$job"
t_match 'no session' 'it has ended' script ':ps'
rm -f hold ready 'with blank/file'
rmdir 'with blank'
t_done
