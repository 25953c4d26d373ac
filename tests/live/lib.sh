# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A sandbox that runs while a test changes its mounts from outside and looks at them from inside.
#
#   begin_live                    makes the scene: host/ (sources, outside) and shared/ (bound inside, writable)
#   start_own OPTIONS…            starts isolate with a small server as its payload; $pid is the payload's, outside
#   start_bwrap OPTIONS…          the same in a sandbox of bubblewrap's, which has to have $share among its options
#   start_unshare OPTIONS…        and of unshare(1)
#   inside COMMAND                prints what the command says inside; its status
#   live COMMAND…                 live-tool on that sandbox; each argument is a command
#   live_begin, live_say COMMAND, live_end    the same, one process for all: so that undo has something to undo
#   stop_sandbox, end_live

. "$TESTS/lib/tap.sh"

live_top=$PWD
# shellcheck disable=SC2034 # for the scripts
share="--bind $live_top/shared $live_top/shared"

begin_live() {
	mkdir host host/dir host/other shared
	echo 'the file outside' >host/dir/file
	echo 'the other file' >host/other/file
	mkdir host/dir/sub
	echo 'a single file' >host/single
	mkfifo shared/ask shared/answer
	# Reads a command, runs it, answers; a fifo has room for what a test asks.
	cat >shared/server <<-'END'
		cd "$1" || exit 1
		: >ready
		while read -r line <"$1/ask"; do
			{ eval "$line"; echo "status $?"; } >"$1/answer" 2>&1
		done
	END
	job=
}

# The process inside that was started last, as a descendant of $1.
youngest() {
	y_children=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
	for y_child in $y_children; do
		y_last=$y_child
	done
	if [ -n "${y_last-}" ] && [ "$y_last" != "$1" ]; then
		y_next=$y_last y_last=
		youngest "$y_next"
	else
		echo "$1"
	fi
}

# The server answers, so everything has been set up.
await_server() {
	await exists "$live_top/shared/ready" || exit 1
	rm "$live_top/shared/ready"
	y_last=
	pid=$(youngest "$job")
}

start_own() {
	"$ISOLATE" "$@" -- sh "$live_top/shared/server" "$live_top/shared" </dev/null &
	job=$!
	await_server
}

start_bwrap() {
	bwrap "$@" sh "$live_top/shared/server" "$live_top/shared" </dev/null &
	job=$!
	await_server
}

start_unshare() {
	unshare "$@" sh "$live_top/shared/server" "$live_top/shared" </dev/null &
	job=$!
	await_server
}

inside() {
	printf '%s\n' "$1" >"$live_top/shared/ask"
	i_out=$(cat "$live_top/shared/answer")
	printf '%s\n' "$i_out" | sed '$d'
	return "${i_out##*status }"
}

live() {
	live-tool "$pid" "$@"
}

live_begin() {
	mkfifo to-tool from-tool
	live-tool "$pid" - <to-tool >from-tool 2>&1 &
	tool_job=$!
	exec 7>to-tool 8<from-tool
}

# Prints the answer of one command. Status: whether it was "ok".
live_say() {
	printf '%s\n' "$1" >&7
	printf 'end\n' >&7
	s_status=1
	while read -r s_line <&8; do
		case $s_line in
		*"no such command: 'end'"*) break ;;
		ok) s_status=0 ;;
		*) printf '%s\n' "$s_line" ;;
		esac
	done
	return $s_status
}

live_end() {
	exec 7>&- 8<&-
	wait "$tool_job"
	rm -f to-tool from-tool
}

stop_sandbox() {
	printf 'exit\n' >"$live_top/shared/ask"
	cat "$live_top/shared/answer"
	wait "$job"
}

# What the scene's sources are now: nothing that is done inside may change them.
host_state() {
	(cd "$live_top" && find host shared | LC_ALL=C sort && cat host/single host/*/file)
}

end_live() {
	cd "$live_top" || exit 1
	t_done
}
