# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# own-mount.sh DIR COMMAND ARG…: in a mount namespace of one's own, with a mount on DIR that is ours to change.
mkdir -p "$1"
mount -t tmpfs -o ro,nosuid,nodev,mode=0755 own "$1" || exit 41
shift
exec "$@"
