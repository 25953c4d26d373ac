#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Private directories of a watched session: what is missing in them is seen, and the program sees nothing of it.
# shellcheck disable=SC2016,SC2088 # what is in single quotes is for another shell to expand, "~" too
. "$TESTS/lib/tap.sh"

mkdir -p home/.config/app home/bin home/proj/ps1 home/proj/data home/tools/lib work/secret private
HOME=$PWD/home
export HOME
echo settings >home/.config/app/file
echo there >home/file
echo marks >home/proj/data/marks
echo library >home/tools/lib/libx.so
echo hidden >work/secret/key
cp "${ISOLATE%/*}/watch-private" work/
cd work || exit 99

watched() {
	watch-tool --trace -q "$@" </dev/null 2>/dev/null
}
case $(watched -- true | sed -n 's/^TIER //p') in
fuse) ;;
*) skip_all "the root cannot be one of our own here" ;;
esac
if ! "$ISOLATE" -q --trace -- sh -c 'grep -q " $HOME .* - overlay " /proc/self/mountinfo'; then
	skip_all 'there is no overlay in a user namespace here'
fi

# t_miss NAME LINE OPTION… -- PROG ARG…: the list has that line, whatever the count.
t_miss() {
	name=$1 line=$2
	shift 2
	seen=$(watched "$@" | cut -d' ' -f2-)
	if printf '%s\n' "$seen" | grep -q -x -F -e "$line"; then
		pass "$name"
	else
		fail "$name" "wanted: $line
seen:
$seen"
	fi
}
t_no_miss() {
	name=$1
	shift
	t_equal "$name" 'TIER fuse' "$(watched "$@")"
}

t_miss 'a file in the home directory' "openat cat $HOME/file" -- sh -c 'cat ~/file; true'
t_miss 'by a relative path' "openat cat $HOME/file" -- sh -c 'cd; cat file; true'
t_miss 'in a directory that is not there either' "openat cat $HOME/.config/app/file" -- sh -c 'cat ~/.config/app/file; true'
t_miss 'behind a mask' "openat cat $PWD/secret/key" -m '. secret=none' -- sh -c 'cat secret/key; true'
# A directory inside that is there for a mount below it hides nothing.
t_miss 'beside the current directory' "openat cat $HOME/proj/data/marks" -m "$HOME/proj/ps1" -- \
	sh -c 'cd ~/proj/ps1 && cat ../data/marks; true'
t_miss 'beside another private directory' "openat cat $HOME/proj/data/marks" -m "$HOME/proj/ps1/empty=none" -- \
	sh -c 'cat ~/proj/data/marks; true'
t_miss 'the directory, where a name in it that is nowhere would hide what follows' \
	"openat cat $HOME/tools/lib within $HOME/tools/lib/nothing" -- sh -c 'cat ~/tools/lib/nothing ~/tools/lib/libx.so; true'
t_miss 'the library, where a variant of it is looked for first' "openat cat $HOME/tools/lib/libx.so" -- \
	sh -c 'cat ~/tools/lib/glibc-hwcaps/x86-64-v3/libx.so; true'
t_no_miss 'what is nowhere is no miss' -- sh -c 'cat ~/nothing /tmp/nothing secret/nothing; true'
t_no_miss 'what is made there is no miss' -- sh -c ': >~/file; mkdir ~/.config; cat ~/file; true'
t_no_miss 'nor what is made and removed' -- sh -c 'touch ~/file; mv ~/file ~/other; rm ~/other'

t_output '755 made' 'what is on the way to a mount can be written to' \
	"$ISOLATE" -q --trace -m "$HOME/proj/ps1" -- sh -c 'echo made >~/proj/new && stat -c %a ~/proj | tr "\\n" " " && cat ~/proj/new'
t 'and is not on the host' test ! -e "$HOME/proj/new"
# The same to see and to do as in a session that is not watched; but for the type of the file system.
t_equal 'a program finds no difference' "$("$ISOLATE" -q --tmpfs-size 32M -- ./watch-private "$HOME" /tmp </dev/null)" \
	"$("$ISOLATE" -q --tmpfs-size 32M --trace -- ./watch-private "$HOME" /tmp </dev/null)"
t_match '^full$' 'and --tmpfs-size holds' "$ISOLATE" -q --tmpfs-size 32M --trace -- ./watch-private "$HOME"

by_policy() {
	"$ISOLATE" -q --on-miss mount --allow "$@"
}
t_output settings 'what the policy allows is mounted while the program waits' \
	by_policy "$HOME/.config" -- cat "$HOME/.config/app/file"
t_output there 'also a file' by_policy "$HOME/file" -- cat "$HOME/file"
t_output hidden 'also behind a mask' by_policy "$PWD/secret/key" -m '. secret=none' -- cat "$PWD/secret/key"
t_match library 'also where a name that is nowhere is asked for first' by_policy "$HOME/tools" -- \
	sh -c 'cat ~/tools/lib/nothing 2>/dev/null; cat ~/tools/lib/libx.so'
t_output marks 'also beside the current directory' by_policy "$HOME/proj/data" -m "$HOME/proj/ps1" -- cat "$HOME/proj/data/marks"
t_match 'No such file' 'and nothing else' by_policy "$HOME/.config" -- cat "$HOME/file"
# By a path that begins in the private directory nobody can wait; the next time it is there.
t_output settings 'by a relative path the next time' by_policy "$HOME/.config" -- \
	sh -c 'cd; until cat .config/app/file 2>/dev/null; do :; done'
t_match 'No such file' 'a program that makes it itself is not in the way' by_policy "$HOME/.config/app" -- \
	sh -c 'mkdir ~/.config && cat ~/.config/app/file'

# A name that was asked for does not hide for long what is asked for later.
name=again-$$
mkfifo ../go
"$ISOLATE" -q --trace --name "$name" -- sh -c 'echo up; while read x; do cat ~/tools/lib/$x; done' <../go >../said 2>../errors &
exec 8>../go
await match up ../said
cat >../sees <<'END'
echo "$1" >../go
"$ISOLATE" --json --command :misses "$2" | grep -q -F -e "\"path\":\"$3\""
END
t 'of a name that is nowhere the directory is told' await true sh ../sees nothing "$name" "$HOME/tools/lib"
t 'what is asked for there later is seen' await true sh ../sees libx.so "$name" "$HOME/tools/lib/libx.so"
exec 8>&-
wait
rm ../go ../said ../errors ../sees

# From outside, while it runs.
name=private-$$
mkfifo ../go
"$ISOLATE" -q --trace --name "$name" -- sh -c 'echo up; read x; cat ~/file/file; read x; ls -A ~' <../go >../said 2>../errors &
exec 8>../go
await match up ../said
t 'a mount in the home directory' "$ISOLATE" --command ":mount ro:$HOME/file=$HOME/.config/app" "$name"
echo >&8
await match settings ../said
t 'is taken back' "$ISOLATE" --command :undo "$name"
echo >&8
exec 8>&-
wait
t_equal 'and leaves nothing' up,settings, "$(tr '\n' , <../said)"
cd .. && rm -rf home work private go said errors
t_done
