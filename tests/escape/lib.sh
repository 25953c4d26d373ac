# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The scene of an attack, and the two halves of each: it works outside, and is stopped inside.
#
#   escape TITLE PREFIX OPTIONS ATTACK ARG…   both halves: PREFIX attack …, then isolate OPTIONS attack …
#   works TITLE COMMAND…                      the first half by itself
#   stops TITLE COMMAND…                      the second
#   off_if REGEX WHY                          for the next `escape` or `works`: the machine has it switched off itself if
#                                             the attack says so
#
# PREFIX and OPTIONS are split at blanks. The current directory is 'in', which the sandbox sees and where the attack
# program lies; 'out' beside it is what it must not see. An attack that was stopped ends with 40, and says so: neither a
# shell nor isolate nor a missing program can pass for a success.

. "$TESTS/lib/tap.sh"

scene_top=$PWD
out=$PWD/out
# shellcheck disable=SC2034 # for the scripts
usr1=$(kill -l USR1 2>/dev/null || echo 10)

begin_scene() {
	mkdir in out
	echo 'the-secret-of-the-victim' >out/secret
	chmod 600 out/secret
	cp "$(command -v attack)" in/attack
	cp "$ISOLATE" in/isolate # for a sandbox in a sandbox
	mkfifo out/hold
	SECRET_IN_ENVIRONMENT='the-secret-of-the-victim' scene victim "$out" <out/hold &
	victim_job=$!
	exec 9>out/hold
	await exists out/victim || exit 1
	# shellcheck disable=SC1091 # it writes what it has: pid, port, address, …
	. "$out/victim"
	cd in || exit 1
	# Attacks need these, and in a user namespace without a map they could not make them.
	mkdir moved reveal lower fresh deep own
}

end_scene() {
	exec 9>&-
	wait "$victim_job"
	cd "$scene_top" || exit 1
	t_done
}

off_regex='' off_why=''
off_if() {
	off_regex=$1 off_why=$2
}

# Runs a command with both outputs in $a_out; the status in $a_code.
a_run() {
	a_code=0
	a_out=$("$@" 2>&1 9>&-) || a_code=$?
}

a_diagnosis() {
	printf 'command: %s\nstatus: %s\n%s\n' "$*" "$a_code" "$a_out"
}

works() {
	a_title=$1
	shift
	a_run "$@"
	if [ "$a_code" = 0 ]; then
		pass "works outside: $a_title"
	elif [ -n "$off_regex" ] && printf '%s' "$a_out" | grep -Eq -e "$off_regex"; then
		skip "works outside: $a_title" "$off_why"
	else
		fail "works outside: $a_title" "$(a_diagnosis "$@")"
	fi
	off_regex=''
}

stops() {
	a_title=$1
	shift
	a_run "$@"
	if [ "$a_code" = 40 ] && printf '%s' "$a_out" | grep -Eq '(stopped|worked): '; then
		pass "stopped inside: $a_title"
	else
		fail "stopped inside: $a_title" "$(a_diagnosis "$@")"
	fi
}

escape() {
	e_title=$1 e_prefix=$2 e_options=$3
	shift 3
	# shellcheck disable=SC2086 # lists of words
	works "$e_title" $e_prefix ./attack "$@"
	# shellcheck disable=SC2086
	stops "$e_title" "$ISOLATE" $e_options ./attack "$@"
}
