#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A program that joins a session has the rights of the payload and not one more; and nobody inside gets at it before it is
# one of them.
# shellcheck disable=SC2013,SC2016 # words, and what another shell is to expand
. "$TESTS/escape/lib.sh"
begin_scene
# shellcheck disable=SC2154 # pid, address, port, abstract, shmkey, shm: from the victim

# What the kernel says of a process's rights, but for what is its own.
rights() {
	grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp|Seccomp_filters):' "$1/status"
	for kind in user mnt pid net ipc uts cgroup; do
		readlink "$1/ns/$kind"
	done
	readlink "$1/root"
}
rights_script="$(sed -n '/^rights() {/,/^}/p' "$0")"

# The session that is joined, by the number of its pid 1. Its payload reads from a pipe of ours until it is closed.
begin_session() {
	mkfifo ../out/session
	"$ISOLATE" "$@" sh -c "$rights_script; rights /proc/self >rights; : >up; read -r line" <../out/session 9>&- &
	session=$!
	exec 8>../out/session
	await exists up || exit 1
	rm up
	init=
	for child in $(cat "/proc/$session/task/$session/children"); do
		[ "$(cat "/proc/$child/comm")" != isolate-init ] || init=$child
	done
}

end_session() {
	exec 8>&-
	wait "$session"
	rm ../out/session
}

for options in '' '--as root' '--net=host'; do
	as=${options:+, with $options}
	# shellcheck disable=SC2086 # a list of words
	begin_session $options
	t_equal "the same rights as the payload$as" \
		"$(cat rights)" "$("$ISOLATE" --join "$init" sh -c "$rights_script; rights /proc/self" 2>&1)"
	t_output '0 1 2 3' "no descriptor but three, and that of the list$as" \
		"$ISOLATE" --join "$init" sh -c 'echo $(ls /proc/self/fd)' 7<. 8<.
	# What these do outside is seen in the other tests.
	for attack in "read $out/secret" "read /proc/1/root$out/secret" "read $HOME/secret" "kill-all" "ptrace 1" "mem 1 0" \
		"proc-link 1 root" "proc-link 1 fd/0" "proc-link 1 ns/mnt" "proc-file 1 environ" "proc-all" setns "nested setns" \
		"nested read $out/secret" "abstract $abstract" "sysv-shm $shmkey" io-uring userfaultfd vsock; do
		case "$attack $options" in
		"kill-all "* | "proc-all "* | "abstract"*"--net=host") continue ;;
		esac
		# shellcheck disable=SC2086 # a name and its arguments
		stops "joined: $attack$as" "$ISOLATE" --join "$init" ./attack $attack
	done
	end_session
done

# The stepper stops the program at each of its system calls, and one inside tries all that it can.
siege() {
	mkfifo orders answers
	begin_session
	"$ISOLATE" --join "$init" ./attack besiege orders answers 9>&- 8>&- &
	besieger=$!
	# The search for leaks, where it is built in, does not work under ptrace.
	a_run env ASAN_OPTIONS=detect_leaks=0 stepper orders answers "$1" --join "$init" true 8>&-
	wait "$besieger"
	rm orders answers
	end_session
}

siege "$ISOLATE"
if [ "$a_code" = 0 ]; then
	pass 'a program that joins cannot be read or traced before it is executed'
else
	fail 'a program that joins cannot be read or traced before it is executed' "status $a_code
$a_out"
fi

ISOLATE_BREAK=join-hide
export ISOLATE_BREAK
siege isolate-breaks
if [ "$a_code" = 40 ] && printf %s "$a_out" | grep -q process_vm_readv; then
	pass 'it could be, if it did not hide'
else
	fail 'it could be, if it did not hide' "status $a_code
$a_out"
fi

# It verifies itself before it is executed.
begin_session
for break in 'join-hide:can be traced before' 'join-user-namespace:is not in the payload'\''s user namespace' \
	'capabilities:capabilities are left' 'no-new-privs:no_new_privs is not set' 'seccomp:no seccomp filter is in force'; do
	ISOLATE_BREAK=${break%%:*}
	t_run isolate-breaks --join "$init" echo started
	if [ "$t_code" = 125 ] && [ -z "$t_out" ] && printf %s "$t_err" | grep -q "nothing was started: .*${break#*:}"; then
		pass "broken on purpose: $ISOLATE_BREAK"
	else
		fail "broken on purpose: $ISOLATE_BREAK" "$(t_diagnosis "$ISOLATE_BREAK")"
	fi
done
# Linux before 6.11 is not asked for the number of a process inside.
ISOLATE_BREAK=old-kernel
t_output joined 'joining without NS_GET_PID_FROM_PIDNS' isolate-breaks --join "$init" echo joined
unset ISOLATE_BREAK
end_session

# Another user's groups are rights that the payload does not have.
if [ "$TEST_AS" = root ]; then
	begin_session
	t_status 125 'a group that the session does not have' setpriv --groups=0,12345 "$ISOLATE" --join "$init" true
	end_session
fi
end_scene
