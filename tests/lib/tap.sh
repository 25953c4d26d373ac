# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A small library for tests in shell: it writes TAP, one line a check, with a diagnosis where one fails.
#
#   t 'name' COMMAND ARG…            passes if the command succeeds
#   t_status N 'name' COMMAND ARG…   passes if it ends with status N
#   t_output TEXT 'name' COMMAND…    passes if it succeeds and prints just TEXT on standard output
#   t_match REGEX 'name' COMMAND…    passes if what it prints (both outputs) has a line that matches; any status
#   t_empty 'name' TEXT              passes if TEXT is empty
#   t_equal 'name' WANTED SEEN       passes if both are the same text
#   pass 'name', fail 'name' [TEXT]  for what a script has decided itself
#   skip 'name' WHY                  counts as a failure in CI
#   skip_all WHY                     ends the script
#   t_done                           prints the plan and ends the script; without it the test is an error
#
# From tests/lib/run-test come: $ISOLATE (the program), $TESTS (this tests folder), $TEST_AS (root or user), a $HOME and a
# current directory that are new and empty, and $TEST_MOUNTS, a directory with a mount at 'below' (empty where root did
# not start the tests). On the PATH is await, for waiting (tests/lib/await.c): nothing in a test sleeps. A process, mount
# or file in /tmp that is left at the end makes the test fail.

t_number=0
t_failures=0

pass() {
	t_number=$((t_number + 1))
	echo "ok $t_number - $1"
}

fail() {
	t_number=$((t_number + 1))
	t_failures=$((t_failures + 1))
	echo "not ok $t_number - $1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/#   /'
}

skip() {
	t_number=$((t_number + 1))
	echo "ok $t_number - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

t_done() {
	echo "1..$t_number"
	[ "$t_failures" = 0 ]
	exit
}

# Runs the command; leaves $t_out, $t_err (as text, without the last newlines) and $t_code.
t_run() {
	t_err_file=${TMPDIR:-/tmp}/tap.$$.err
	t_code=0
	t_out=$("$@" 2>"$t_err_file") || t_code=$?
	t_err=$(cat "$t_err_file")
	rm -f "$t_err_file"
}

# The command, what it ended with and what it said.
t_diagnosis() {
	printf 'command: %s\nstatus: %s\n' "$1" "$t_code"
	[ -z "$t_out" ] || printf 'stdout: %s\n' "$t_out"
	[ -z "$t_err" ] || printf 'stderr: %s\n' "$t_err"
}

t() {
	t_status 0 "$@"
}

t_status() {
	t_want=$1 t_name=$2
	shift 2
	t_run "$@"
	if [ "$t_code" = "$t_want" ]; then
		pass "$t_name"
	else
		fail "$t_name" "wanted status $t_want
$(t_diagnosis "$*")"
	fi
}

t_output() {
	t_want=$1 t_name=$2
	shift 2
	t_run "$@"
	if [ "$t_code" = 0 ] && [ "$t_out" = "$t_want" ]; then
		pass "$t_name"
	else
		fail "$t_name" "wanted: $t_want
$(t_diagnosis "$*")"
	fi
}

t_match() {
	t_want=$1 t_name=$2
	shift 2
	t_run "$@"
	if printf '%s\n%s\n' "$t_out" "$t_err" | grep -Eq -e "$t_want"; then
		pass "$t_name"
	else
		fail "$t_name" "wanted a line that matches: $t_want
$(t_diagnosis "$*")"
	fi
}

t_empty() {
	if [ -z "$2" ]; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

t_equal() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "wanted: $2
seen:   $3"
	fi
}
