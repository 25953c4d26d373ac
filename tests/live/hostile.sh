#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a hostile payload does before, while and after a mount is made in its sandbox. The helper is stopped at the worst moment
# (src/session/live_breaks.h), so that each attack has all the time it wants, and each is tried twice: against the program as it is, and
# against one in which the defence is left out, where it has to work.
. "$TESTS/live/lib.sh"

begin_live
h=$live_top/host
mkdir "$h/secret"
echo 'the secret outside' >"$h/secret/file"
cp "$(command -v live-attack)" shared/live-attack
mounts='cut -d" " -f5- /proc/self/mountinfo'

# True if the tool's helper has stopped itself; with `end` as $2 also if the tool has ended.
cat >stopped <<-'END'
	[ -n "$2" ] && ! kill -0 "$1" 2>/dev/null && exit
	helper=$(cat "/proc/$1/task/$1/children" 2>/dev/null) && [ -n "$helper" ] &&
		grep -q '^State:.T' "/proc/${helper% }/status" 2>/dev/null && echo "${helper% }" >"${0%/*}/helper"
END

# Waits until the helper of $p_tool has stopped itself.
await_helper() {
	await true sh "$live_top/stopped" "$p_tool" "$@"
	p_helper=$(cat "$live_top/helper")
}

# Runs a command in live-breaks, with the promise $1 left out, up to the point $2.
pause_at() {
	ISOLATE_BREAK=$1 ISOLATE_PAUSE=$2 live-breaks "$pid" "$3" >"$live_top/said" 2>&1 &
	p_tool=$!
	await_helper
}

# Lets it go on, and on if it tries again, each time after an attack: a command inside, with the number of the time in $n.
go_on() {
	g_n=0
	while kill -0 "$p_tool" 2>/dev/null; do
		g_n=$((g_n + 1))
		inside "n=$g_n; ${1-true}"
		kill -CONT "$p_helper"
		await_helper end
	done
	wait "$p_tool"
}

said() {
	cat "$live_top/said"
}

after() {
	t_equal "$1: all mounts are as they were" "$mounts_before" "$(inside "$mounts" | sort)"
	t_equal "$1: nothing has changed outside" "$host_before" "$(cat /proc/self/mountinfo)"
}

start_own -m "$live_top/shared"
mounts_before=$(inside "$mounts" | sort)
host_before=$(cat /proc/self/mountinfo)

# swap BREAK: a link in place of the mount point that has just been made. Prints what became of it.
swap() {
	pause_at "$1" made "mount /tmp/a/x=$h/dir"
	go_on 'rmdir /tmp/a/x; ln -s /usr/share /tmp/a/x'
	said
	inside 'grep " /usr/share " /proc/self/mountinfo; rm -rf /tmp/a'
}
t_match "'/tmp/a/x' is a symbolic link inside" 'the mount point becomes a link' swap nothing
after 'a link'
t_match '/host/dir /usr/share rw' 'with links followed, the attack works' swap live-links
live 'umount -l /usr/share' >/dev/null
after 'a link'

# move BREAK MAKE SOURCE: the directory above is renamed while we hold the place, each time that it is tried.
move() {
	inside "mkdir /tmp/a; $2 /tmp/a/x"
	pause_at "$1" attach "mount /tmp/a/x=$3"
	# shellcheck disable=SC2016 # for the shell inside
	go_on 'mv /tmp/a /tmp/b$n'
	said
	inside 'grep " /tmp/b" /proc/self/mountinfo'
}
for kind in "mkdir $h/dir" "touch $h/single"; do
	# shellcheck disable=SC2086 # two words
	t_match "'/tmp/a/x' was moved" "${kind% *}: the directory above is renamed" move nothing $kind
	inside 'rm -rf /tmp/a /tmp/b*'
	after 'renamed'
	# shellcheck disable=SC2086
	t_match '/host/[a-z]+ /tmp/b1/x rw' 'unverified, it lands elsewhere' move live-verify $kind
	live 'umount -l /tmp/b1/x' >/dev/null
	inside 'rm -rf /tmp/a /tmp/b1'
	after 'renamed'
done

# plant BREAK: the source is made a link to something secret before anybody looks; swap_source: after somebody has looked.
plant() {
	ISOLATE_BREAK=$1 live-breaks "$pid" "mount /tmp/seen=$live_top/shared/data"
	inside 'cat /tmp/seen/file'
}
swap_source() {
	pause_at "$1" resolved "mount /tmp/seen=$live_top/shared/data"
	go_on "rmdir data; ln -s $h/secret data"
	said
	inside 'cat /tmp/seen/file'
}
inside "ln -s $h/secret data"
t_match "shared/data' is a symbolic link that the sandbox can change" 'a planted link' plant nothing
after 'a planted link'
t_output "bind /tmp/seen $h/secret rw
made /tmp/seen
ok
the secret outside" 'followed, it shows the secret' plant live-planted
live 'umount /tmp/seen' >/dev/null
inside 'rm data; mkdir data; rm -rf /tmp/seen'
t_match "cannot open '.*shared/data': Too many levels" 'a source that becomes a link' swap_source nothing
after 'a source that becomes a link'
inside 'rm data; mkdir data'
t_match 'the secret outside' 'followed, it shows the secret' swap_source live-source
live 'umount /tmp/seen' >/dev/null
inside 'rm data; rmdir /tmp/seen'
mkdir "$h/plain"
ln -s plain "$h/link"
t 'a link where the sandbox cannot write is a link' live "mount $h/link" 'undo'
rm -r "$h/link" "$h/plain"
after 'links outside'

# create BREAK: a mount point in a directory of the host.
create() {
	ISOLATE_BREAK=$1 live-breaks "$pid" "mount $live_top/shared/made=$h/dir"
	ls -d "$live_top/shared/made"
}
t_match 'on the host' 'nothing is made on the host' create nothing
t_status 2 'nothing' ls -d shared/made
t_output "bind $live_top/shared/made $h/dir rw
made $live_top/shared/made
ok
$live_top/shared/made" 'unguarded, it is' create live-ground
live "umount $live_top/shared/made" >/dev/null
rmdir shared/made
after 'on the host'

# read_only BREAK
read_only() {
	ISOLATE_BREAK=$1 live-breaks "$pid" "mount ro:/tmp/x=$h/dir" >/dev/null
	inside 'touch /tmp/x/file'
	live 'umount /tmp/x'
}
t_match 'Read-only file system' 'read-only' read_only nothing
t_empty 'left out, it is not' "$(read_only live-read-only | grep 'Read-only file system')"
inside 'rmdir /tmp/x'
after 'read-only'

# The helper is killed when the work is half done.
half() {
	pause_at "$1" attached "mount /srv/one=$h/dir /srv/two=$h/other"
	kill -KILL "$p_helper"
	wait "$p_tool"
	said
	inside 'cat /srv/one/file /srv/two/file'
}
t_match 'the helper in the sandbox was killed' 'the helper is killed' half nothing
after 'killed'
t_status 1 'no place is left' inside 'test -e /srv'
t_match '^the file outside' 'unswept, half of the work stays' half live-sweep
live 'umount /srv/one' >/dev/null
after 'killed'

# It hangs for ever.
hang() {
	pause_at nothing attached "mount /srv/one=$h/dir"
	wait "$p_tool"
	said
}
t_match 'did not answer within 5 seconds' 'the helper hangs' hang
t_status 1 'and is gone' kill -0 "$(cat helper)"
after 'hangs'

# Undo takes nothing but what it knows.
live_begin
live_say "mount /srv/mine=$h/dir" >/dev/null
live 'umount /srv/mine' "mount /srv/mine=$h/other" >/dev/null
t_match "what was mounted at '/srv/mine' is not there any more" 'another mount at the place' live_say undo
t_output 'the other file' 'is left alone' inside 'cat /srv/mine/file'
live 'umount /srv/mine' >/dev/null
live_end
after 'another mount'

# No room: in the private directory, in the table of processes, of descriptors.
stop_sandbox
start_own --tmpfs-size 1m -m "$live_top/shared"
mounts_before=$(inside "$mounts" | sort)
inside 'cat /dev/zero >/tmp/full 2>/dev/null'
t 'a full private directory' live "mount /tmp/new/place=$h/dir" 'undo'
t 'and one elsewhere' live "mount /srv=$h/dir" 'undo'
after 'full'
# The payload has as many processes and descriptors as it may have: ours are counted elsewhere.
cat >shared/exhaust <<-'END'
	import os, resource, time
	os.setsid()
	print(os.getpid(), file=open("exhaust-pid", "w"), flush=True)
	resource.setrlimit(resource.RLIMIT_NPROC, (30, 30))
	try:
	    while True:
	        os.open("/dev/null", os.O_RDONLY)
	except OSError:
	    pass
	for i in range(40):
	    try:
	        if os.fork() == 0:
	            time.sleep(1000)
	            os._exit(0)
	    except OSError:
	        print("no more processes", flush=True)
	        break
	time.sleep(1000)
END
inside 'python3 exhaust >exhausted 2>&1 &'
if [ "$TEST_AS" = user ]; then
	t 'the payload has exhausted its processes' await match 'no more processes' shared/exhausted
else
	# The kernel does not count root's.
	await match '[0-9]' shared/exhaust-pid
fi
t 'commands work all the same' live "mount /srv=$h/dir" 'undo'
# shellcheck disable=SC2016 # for the shell inside
inside 'kill -s KILL -- -$(cat exhaust-pid)'
after 'exhausted'
specs=$(i=0; while [ $i -lt 100 ]; do printf "%s " "/srv/$i=$h/dir"; i=$((i + 1)); done)
t_match 'give fewer at once' 'too few descriptors' prlimit --nofile=64:64 live-tool "$pid" "mount $specs"
after 'descriptors'
t_status 1 'no place is left' inside 'test -e /srv'
if [ "$TEST_AS" = user ]; then
	t_match 'as many processes as you may have' 'too many processes' \
		prlimit --nproc=1 live-tool "$pid" 'mount /srv=/usr'
	after 'processes'
fi

# While the payload does it all at once, as fast as it can.
inside 'rm -rf /tmp/*; mkdir /tmp/s; ./live-attack storm /tmp/s >/dev/null 2>&1 & :'
live_begin
i=0 landed=0 wrong=
while [ $i -lt 150 ]; do
	i=$((i + 1))
	if live_say "mount /tmp/s/a/x=$h/dir" >"$live_top/said"; then
		landed=$((landed + 1))
		live_say undo >"$live_top/said" || live_say 'umount -l /tmp/s/a/x' >/dev/null
	elif ! grep -Eiq 'moved|symbolic link|No such file|not a directory|busy' said; then
		wrong="$wrong$(cat said)"
	fi
done
live_end
t_empty 'a storm: every error is one that is expected' "$wrong"
inside ': >/tmp/s/stop; wait'
t_equal 'a storm: no mount is left, here or there' "$mounts_before" "$(inside "$mounts" | sort)"
echo "# a storm: $landed of 150 landed"
inside 'rm -rf --one-file-system /tmp/s'
t_equal 'a storm: the host is as it was' "$host_before" "$(cat /proc/self/mountinfo)"
t_output 'the file outside' 'a storm: and so is the source' cat "$h/dir/file"
stop_sandbox

# Looking into the helper, from a sandbox that sees it, with all capabilities of its user namespace.
start_unshare -Urm
trace() {
	pause_at "$1" inside "mount $h/other=$h/dir"
	inside "./live-attack trace $p_helper"
	t_trace=$?
	go_on >/dev/null
	inside "umount $h/other"
	return $t_trace
}
t_status 40 'the helper cannot be traced' trace nothing
t_status 0 'one that does not hide can be' trace live-hide

# What it holds while it is in the sandbox: for root to see.
if [ "$TEST_AS" = root ]; then
	holds() {
		ISOLATE_BREAK=$1 ISOLATE_PAUSE=inside live-breaks "$pid" "mount $h/other=$h/dir" >said 2>&1 9<"$h/single" &
		p_tool=$!
		await_helper
		# Of the mounts outside nothing but what is going to be mounted; that one is detached, so it is in nobody's list.
		for fd in "/proc/$p_helper/fd"/*; do
			id=$(sed -n 's/^mnt_id:[[:space:]]*//p' "/proc/$p_helper/fdinfo/${fd##*/}")
			grep -q "^$id " /proc/self/mountinfo && readlink "$fd"
		done
		readlink "/proc/$p_helper/root" "/proc/$p_helper/cwd"
		go_on >/dev/null
		inside "umount $h/other"
	}
	t_output '/
/' 'the helper holds nothing of the host' holds nothing
	t_match 'host/single' 'one that lets go of nothing does' holds live-descriptors
fi

# The payload covers the place in the moment that it is mounted: it can, being root in there. It is noticed.
cover() {
	pause_at "$1" attached "mount $h/other=$h/dir"
	go_on "mount -t tmpfs cover $h/other"
	said
}
t_match 'was moved or covered' 'the place is covered' cover nothing
t_output 'the other file' 'and nothing of ours is left, nor the cover' inside "cat $h/other/file"
inside "mount -t tmpfs under $h/other"
t_match '^ok' 'unverified, it is believed' cover live-verify
inside "umount $h/other; umount $h/other; umount $h/other"

# It leaves no inode for a mount point.
inside "mount -t tmpfs -o nr_inodes=2 small $h/other; mkdir $h/other/all"
t_match 'has filled the directory' 'there is no inode left' live "mount $h/other/new=$h/dir"
inside "umount $h/other"

# It forbids the mount namespaces that we need.
inside 'echo 0 >/proc/sys/user/max_mnt_namespaces'
t_match 'too many mount namespaces' 'no mount namespace may be made' live "mount $h/other=$h/dir"
stop_sandbox
t_equal 'the host is as it was' "$host_before" "$(cat /proc/self/mountinfo)"
end_live
