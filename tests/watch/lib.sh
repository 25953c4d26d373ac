# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of watched sessions have in common, beside tap.sh.

# without_fuse COMMAND…: where /dev/fuse is something else.
without_fuse() {
	# shellcheck disable=SC2016 # for the shell inside
	unshare -Urm sh -c 'mount --bind /dev/null /dev/fuse && exec unshare -U --map-user="$0" --map-group="$0" "$@"' \
		"$(id -u)" "$@"
}

# child_named PID NAME: the child of the process that calls itself by that name.
child_named() {
	for dir in /proc/[0-9]*; do
		case $(tr '\0' ' ' <"$dir/cmdline") in "$2"*) ;; *) continue ;; esac
		[ "$(awk '/^PPid:/ { print $2 }' "$dir/status")" = "$1" ] && echo "${dir#/proc/}"
	done 2>/dev/null
}

# supervisor_of MANAGER: the process that watches.
supervisor_of() {
	child_named "$1" isolate-watch
}
