#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Processes: those of the same user outside, and isolate's own inside.
. "$TESTS/escape/lib.sh"
begin_scene
# shellcheck disable=SC2154 # pid, address: from the victim

# Somebody in other namespaces, whom we may join outside.
mkfifo ../out/hold2
unshare -Urm sh -c 'read -r line' <../out/hold2 9>&- &
other=$!
exec 8>../out/hold2

escape 'a signal' '' '' kill "$pid" "$usr1"
escape 'signals to all that can be seen' '' '' kill-all
escape 'ptrace' '' '' ptrace "$pid"
escape 'memory by process_vm_readv' '' '' vm-read "$pid" "$address"
escape 'memory by /proc/PID/mem' '' '' mem "$pid" "$address"
for file in environ maps io stack; do
	works "/proc/PID/$file" ./attack proc-file "$pid" environ
	stops "/proc/PID/$file" "$ISOLATE" ./attack proc-file "$pid" "$file"
done
for link in root cwd exe fd/0 ns/mnt; do
	escape "/proc/PID/$link" '' '' proc-link "$pid" "$link"
done
escape 'the program that runs, by /proc/PID/exe' '' '' exe "$pid"
escape 'any process of /proc' '' '' proc-all
escape 'joining namespaces' '' '' setns
escape 'any process of /proc, with --net=host' '' '--net=host' proc-all

# pid 1 inside belongs to the user namespace that owns the mounts. The attacks have been seen to work above.
for options in '' '--as root' '--net=host'; do
	as=${options:+, with $options}
	# shellcheck disable=SC2086 # a list of words
	{
		stops "ptrace of pid 1$as" "$ISOLATE" $options ./attack ptrace 1
		stops "memory of pid 1$as" "$ISOLATE" $options ./attack mem 1 0
		for link in root cwd exe fd/0 ns/mnt ns/user ns/pid; do
			stops "/proc/1/$link$as" "$ISOLATE" $options ./attack proc-link 1 "$link"
		done
		stops "/proc/1/environ$as" "$ISOLATE" $options ./attack proc-file 1 environ
		stops "any process of /proc$as" "$ISOLATE" $options ./attack proc-all
		stops "joining namespaces$as" "$ISOLATE" $options ./attack setns
		stops "joining namespaces, as root of a nested user namespace$as" "$ISOLATE" $options ./attack nested setns
		# The kernel says yes and does nothing, or Landlock says no; what counts is that the sandbox lives.
		t_output alive "a signal to pid 1$as" "$ISOLATE" -q $options sh -c './attack kill 1 9 2>/dev/null; echo alive'
	}
done

# Nothing of all this arrived: the one signal is that of the first half.
t_equal 'signals that the victim got' 1 "$(wc -c <"$out/signalled" | tr -d ' ')"

exec 8>&-
wait "$other"
rm ../out/hold2
end_scene
