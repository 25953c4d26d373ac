#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The `:` commands that question a sandbox, on what isolate, bubblewrap and unshare have made.
. "$TESTS/lib/tap.sh"

# start NAME COMMAND…: runs it in the background; the sandbox is there once its program has written "up" to NAME.up, which it
# has as descriptor 1.
started=
top=$PWD
start() {
	start_name=$1
	shift
	"$@" >"$start_name.up" 2>"$start_name.err" </dev/null &
	started="$started $!"
	await match '^up$' "$start_name.up" && return
	fail "$start_name starts" "$(cat "$start_name.err")"
	t_done
}

# Prints which of the process $1 and its descendants sleeps for $2, once one does.
cat >find-sleeper <<'END'
	if [ "$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline")" = "sleep $2 " ]; then
		echo "$1"
		exit
	fi
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		sh "$0" "$child" "$2" && exit
	done
	exit 1
END

# The process outside that sleeps so long. "up" comes just before it does. Not any such process on the machine: another run
# of this test may have one.
pid_of() {
	await true sh "$top/find-sleeper" "${started##* }" "$1" >&2
	sh "$top/find-sleeper" "${started##* }" "$1"
}

# ask PID COMMAND FILTER: an answer as JSON, through jq.
ask() {
	"$ISOLATE" --json --command "$2" "$1" | jq -r "$3"
}

end() {
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	started=
}
trap end EXIT

command -v jq >/dev/null || skip_all "jq is not there"
me=$(id -un) uid=$(id -u) gid=$(id -g)
mkdir data
printf 'inside\n' >data/file

# --- isolate ---------------------------------------------------------------------------------------------------------------------
start own "$ISOLATE" -q --as root -m ". data /srv/more=$PWD/data" sh -c "ulimit -n 99; umask 027; echo up; exec sleep 1001.$$"
own=$(pid_of "1001.$$")

t_equal 'a mount shows the same place' "$PWD/data" "$(ask "$own" ":mounts $PWD/data" '.mounts[] | select(.inside | endswith("/data")).outside')"
t_equal 'a mount of another place' "$PWD/data" "$(ask "$own" :mounts '.mounts[] | select(.inside | endswith("/more")).outside')"
t_equal 'a file system of the sandbox' 'null inside proc' \
	"$(ask "$own" :mounts '.mounts[] | select(.inside == "/proc") | "\(.outside) \(.state) \(.type)"')"
t_equal 'all is locked, and why' 'true user_namespace' \
	"$(ask "$own" :mounts '[([.mounts[].locked] | all), .locked_by] | join(" ")')"
t_equal 'flags' 'ro nosuid nodev' "$(ask "$own" ':mounts /usr' '.mounts[] | select(.inside == "/usr").flags | join(" ")')"
t_equal 'a path asks for its mount' '/usr' "$(ask "$own" ':mounts /usr/bin' '[.mounts[].inside] | join(" ")')"
t_equal 'no session has made them' '0' "$(ask "$own" ':mounts --origin live' '.mounts | length')"
t_match "^/srv/more +$PWD/data +" 'as text' "$ISOLATE" --command :mounts "$own"

t_equal 'the user on both sides' "$uid $me 0 root" \
	"$(ask "$own" :who '.identity.user | "\(.outside.id) \(.outside.name) \(.inside.id) \(.inside.name)"')"
t_equal 'the group on both sides' "$gid 0" "$(ask "$own" :who '.identity.group | "\(.outside.id) \(.inside.id)"')"
t_equal 'no capabilities' '[] []' "$(ask "$own" :who '.identity | "\(.effective.inside) \(.bounding.inside)"')"
t_equal 'no_new_privs and seccomp' 'true filter' "$(ask "$own" :who '.identity | "\(.no_new_privs.inside) \(.seccomp.inside.mode)"')"
t_equal 'numbers of processes' "$own 2 0" "$(ask "$own" :who '.identity | "\(.pid.outside) \(.pid.inside) \(.parent.inside)"')"
t_equal 'directory and root' "$PWD $PWD / inside" \
	"$(ask "$own" :who '.identity | "\(.cwd.inside) \(.cwd.outside.path) \(.root.inside) \(.root.outside.state)"')"
t_equal 'umask and a limit' '0027 99' "$(ask "$own" :who '"\(.identity.umask.inside) \(.limits.max_open_files.inside.soft)"')"
t_equal 'the chain of user namespaces: yours, one for the mounts, one for the payload' 'true false false' \
	"$(ask "$own" :who '[.user_namespaces[].yours] | join(" ")')"
t_equal 'its maps, of the one without a process too' "0:$uid 0:$uid" \
	"$(ask "$own" :who '[.user_namespaces[1:][].users[] | "\(.inside):\(.outside)"] | join(" ")')"
t_equal 'and from one to the next' "0:0" \
	"$(ask "$own" :who '[.user_namespaces[2].users_above[] | "\(.inside):\(.above)"] | join(" ")')"
t_match "^you look like (root|yourself, root); files you create belong to $me" 'what it means' "$ISOLATE" --command :who "$own"

t_equal 'all kinds are its own' 'user mnt pid net ipc uts cgroup' \
	"$(ask "$own" :ns '[.namespaces | to_entries[] | select(.value.same == false).key] | join(" ")')"
t_equal 'numbers are those of /proc' "$(readlink "/proc/$own/ns/net" | tr -dc 0-9) $(readlink /proc/self/ns/net | tr -dc 0-9)" \
	"$(ask "$own" :ns '.namespaces.net | "\(.inside) \(.outside)"')"
t_equal 'the mounts do not belong to the payload' 'true' \
	"$(ask "$own" :ns '.namespaces.mnt.owner != .namespaces.user.inside and .namespaces.mnt.owner == .namespaces.user.owner')"

t_equal 'pid 1 and the payload' '1 isolate-init 2 sleep' \
	"$(ask "$own" :ps '[.processes[] | "\(.inside) \(.arguments[0])"] | join(" ")')"
t_equal 'the time they have run is known' true "$(ask "$own" :ps '.processes | all(.cpu >= 0 and .cpu < 60000)')"
t_equal 'from outside' "$own" "$(ask "$own" :ps '.processes[1].outside')"
manager=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$own/status")
t_status 125 'the manager is in no sandbox' "$ISOLATE" --command :ps "$manager"
t_match "^hint: process [0-9]+, started by it, is in a sandbox" 'but what it started is' "$ISOLATE" --command :mounts "$manager"
t_match 'is in no sandbox' 'for :ns that is an answer' "$ISOLATE" --command :ns "$manager"
t 'and for :who' "$ISOLATE" --command :who "$manager"
t_equal 'another process of the sandbox' 2 "$(ask "$own" ":who $own" .identity.pid.inside)"
t_match 'is not in the sandbox of' 'and none else' "$ISOLATE" --command ":who $$" "$own"
end

# A sandbox in a sandbox: one more user namespace and number for each. (As root it is refused: tests/e2e/nesting.sh.)
if [ "$TEST_AS" = user ]; then
	start nested "$ISOLATE" -q -m ". ${ISOLATE%/*}" "$ISOLATE" -q --as 77:88 sh -c "echo up; exec sleep 1007.$$"
	inside=$(pid_of "1007.$$")
	outer=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$inside/status")
	t_equal 'nested: it is asked for by the outer one' "$uid 77 5" \
		"$(ask "$outer" ":who $inside" '"\(.identity.user | "\(.outside.id) \(.inside.id)") \(.user_namespaces | length)"')"
	t_match 'you look like (user)?77; files you create belong to' 'nested: what it means' "$ISOLATE" --command ":who $inside" "$outer"
	t_equal 'nested: what the outer one shows, it knows' "$inside" "$(ask "$outer" :ps ".processes[] | select(.outside == $inside).outside")"
	end
fi

# --- bubblewrap -------------------------------------------------------------------------------------------------------------------
if command -v bwrap >/dev/null; then
	start bwrap bwrap --die-with-parent --unshare-all --hostname box --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib \
		--symlink usr/lib64 /lib64 --proc /proc --dev /dev --bind data /srv/data --bind data /srv/twice --chdir /srv \
		sh -c "sleep 1002.$$ & echo up; wait"
	inside=$(pid_of "1002.$$")
	t_equal 'bubblewrap: where a bind comes from' "$PWD/data $PWD/data" \
		"$(ask "$inside" ':mounts /srv' '[.mounts[] | select(.inside | startswith("/srv")).outside] | join(" ")')"
	t_equal 'bubblewrap: foreign' foreign "$(ask "$inside" :mounts '[.mounts[].origin] | unique | join(" ")')"
	t_equal 'bubblewrap: the host name inside' "$(uname -n) box" "$(ask "$inside" :who '.identity.hostname | "\(.outside) \(.inside)"')"
	t_equal 'bubblewrap: the tree' '1 bwrap 0/2 sh 1/3 sleep 2' \
		"$(ask "$inside" :ps '[.processes[] | "\(.inside) \(.arguments[0]) \(.depth)"] | join("/")')"
	t_equal 'bubblewrap: the map' "$uid:$uid" "$(ask "$inside" :who '.user_namespaces[-1].users[] | "\(.inside):\(.outside)"')"
	if [ "$TEST_AS" = user ]; then
		# As root it drops capabilities and keeps the user namespace.
		t_equal 'bubblewrap: no privilege' '0 0 true' \
			"$(ask "$inside" :who '.identity | "\(.effective.inside | length) \(.bounding.inside | length) \(.no_new_privs.inside)"')"
	fi
	rm -r data
	t_equal 'a directory that was removed' "deleted $PWD/data" \
		"$(ask "$inside" ':mounts /srv/data' '.mounts[] | select(.inside == "/srv/data") | "\(.state) \(.outside)"')"
	t_match "^/srv/data +\(removed\) $PWD/data" 'and as text' "$ISOLATE" --command ':mounts /srv/data' "$inside"
	mkdir data
	end
else
	skip 'bubblewrap' 'bwrap is not there'
fi

# --- unshare ----------------------------------------------------------------------------------------------------------------------
# Inside it is root of the mounts: some it could take away, those that came along it could not.
mkdir -p "$PWD/a/b" "$PWD/c"
export PWD
# shellcheck disable=SC2016 # for the shell inside
start unshare unshare --kill-child -Urmpf --mount-proc sh -c 'mount -t tmpfs x "$PWD/a"; mkdir "$PWD/a/b"; mount -t tmpfs y "$PWD/a/b"
	mount -t tmpfs z "$PWD/a"; mount --rbind /proc "$PWD/c"; echo up; exec sleep "$0"' "1003.$$"
inside=$(pid_of "1003.$$")
t_equal 'unshare: what covers what' "$PWD/a null" \
	"$(ask "$inside" ":mounts $PWD/a" '[.mounts[] | select(.source == "y" or .source == "z").covered_by] | map(tostring) | join(" ")')"
t_equal 'unshare: root with all capabilities' "0 true" \
	"$(ask "$inside" :who '.identity | "\(.user.inside.id) \(.effective.inside == .bounding.inside)"')"
t_equal 'unshare: the network is yours' 'true false' "$(ask "$inside" :ns '.namespaces | "\(.net.same) \(.pid.same)"')"
t_equal 'unshare: it is process 1' '1 sleep' "$(ask "$inside" :ps '[.processes[] | "\(.inside) \(.arguments[0])"] | join(" ")')"

# What is said to be locked, held against the kernel: in a private copy of the mounts, with the same privileges, each that can be
# reached is unmounted, what lies deeper first. "/" cannot be, locked or not.
ask "$inside" :mounts '.mounts[] | select(.inside != "/" and .covered_by == null) | "\(.inside) \(.locked)"' | LC_ALL=C sort -r >said
# shellcheck disable=SC2016 # for the shell inside
nsenter -U -m -p --preserve-credentials -t "$inside" unshare -m --propagation private sh -c '
	while read -r point locked; do
		if umount -l "$point" 2>/dev/null; then echo "$point false"; else echo "$point true"; fi
	done' <said >seen
t_equal 'unshare: the kernel agrees about each lock' "$(cat seen)" "$(cat said)"
t_equal 'unshare: some are locked, some are not' 'false true' "$(cut -d' ' -f2 said | sort -u | tr '\n' ' ' | sed 's/ $//')"
end

start plain unshare -Um sh -c "echo up; exec sleep 1004.$$"
inside=$(pid_of "1004.$$")
t_equal 'without a pid namespace: what shares its mounts' 'mnt 1' "$(ask "$inside" :ps '"\(.scope) \(.processes | length)"')"
t_match 'the map has none' 'without a map: nobody' "$ISOLATE" --command :who "$inside"
end

# A map of many ids takes privilege to write: podman has newuidmap(1) for it.
if [ "$TEST_AS" = root ]; then
	start ranges unshare -U sh -c "echo up; exec sleep 1006.$$"
	inside=$(pid_of "1006.$$")
	echo '0 100000 65536' >"/proc/$inside/uid_map"
	t_match ' 0 to 65535 are 100000 to 165535 ' 'a map of many ids' "$ISOLATE" --command :who "$inside"
	t_equal 'the user who is not in it is nobody' '0 65534' \
		"$(ask "$inside" :who '.identity.user | "\(.outside.id) \(.inside.id)"')"
	end
fi

# --- names that would do something to a terminal -----------------------------------------------------------------------------------
odd=$(printf 'o\033]0;x\007\n\342\200\256\377')
mkdir "$odd"
# shellcheck disable=SC2016 # for the shell inside
start odd "$ISOLATE" -q -m . sh -c 'cd "$1"; echo up; exec sleep "$0"' "1005.$$" "$odd"
inside=$(pid_of "1005.$$")
"$ISOLATE" --command :who "$inside" >text
t_equal 'text has no control characters' '' "$(tr -d '\n' <text | LC_ALL=C grep -a '[[:cntrl:]]')"
t_match 'o\\e\]0;x\\x07\\n\\u\{202e\}\\xff' 'they are shown' cat text
"$ISOLATE" --json --command :who "$inside" >json
t_equal 'nor has JSON' '' "$(tr -d '\n' <json | LC_ALL=C grep -a '[[:cntrl:]]')"
t 'JSON is UTF-8' iconv -f UTF-8 -t UTF-16 json -o /dev/null
t_equal 'and every byte is in it' "$(printf %s "$odd" | od -An -tx1)" "$(jq -r .identity.cwd.inside json | head -c -1 |
	sed 's/.*\/o/o/; s/\xf4\x8f\xbf\xbdxff/\xff/' | od -An -tx1)"
end

# --- what cannot be -----------------------------------------------------------------------------------------------------------------
t_match "no session 'nobody'" 'no such session' "$ISOLATE" --command :ps nobody
t_status 125 'no such process' "$ISOLATE" --command :ps 2147483647
t_match 'there is no process 2147483647' 'by its number' "$ISOLATE" --command :ps 2147483647
t_match "did you mean ':mounts'" 'no such command' "$ISOLATE" --command :mouns 1
t_match ':mounts \[--origin ORIGIN\] \[PATH\]' ':help needs no sandbox' "$ISOLATE" --command :help
t_equal ':help for machines' 'mounts [--origin ORIGIN] [PATH]' \
	"$("$ISOLATE" --json --command ':help mounts' | jq -r '.commands[].usage')"
if [ "$TEST_AS" = user ]; then
	t_match 'it belongs to root' "somebody else's" "$ISOLATE" --command :ns 1
	t_match 'only to whom it would let trace' 'and why' "$ISOLATE" --command :ps 1
fi
t_done
