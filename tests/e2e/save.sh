#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# :save: what was found out in a session starts the next one.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

unset MNTDIRS XDG_CONFIG_HOME JUPYTER_DATA_DIR XDG_DATA_HOME
mkdir -p work more/deep other bin
echo hammer >more/deep/tool
here=$PWD
cd work || exit 99
mkfifo gate

# begin PROGRAM ARG…: a session called s, whose program waits until the gate is opened.
begin() {
	"$ISOLATE" --name s --hostname box --setenv A 'b c' -m ". ro:$here/bin" -- "$@" &
	session=$!
	await match . ready || exit 99
}

finish() {
	echo >gate
	wait "$session"
	rm -f ready
}

command() {
	"$ISOLATE" --command "$1" s
}

begin sh -c 'echo . >ready; read -r line <gate'
t_output "-m '$here/work ro:$here/bin' --hostname=box --setenv A 'b c' --chdir=$here/work" \
	'the session as it was started, relative paths made absolute' command ':save -m'
t 'more is mounted' command ":mount ro:$here/more $here/other"
t 'one is taken away again' command ":umount $here/other"
t 'one is made read-only' command ":remount ro $here/work"
t_output "-m 'ro:$here/work ro:$here/bin ro:$here/more' --hostname=box --setenv A 'b c' --chdir=$here/work" \
	'and as it is now' command ':save -m'
t_output "[\"-m\",\"ro:$here/work ro:$here/bin ro:$here/more\",\"--hostname=box\",\"--setenv\",\"A\",\"b c\",\"--chdir=$here/work\"]" \
	'for machines in words' sh -c "\"$ISOLATE\" --json --command ':save -m' s | jq -c .options"
t_match "written: $HOME/.config/isolate/profiles/found" 'as a profile' command ':save profile found'
t 'which replaces an older one' command ':save profile found'
t_output found 'of which nothing else is left' ls -A "$HOME/.config/isolate/profiles"
t_match "is no Python" 'a kernelspec of a session without Python is refused' command ':save kernelspec k'
t_match "is no name of a profile" 'a profile with a slash is refused' command ':save profile ../x'
t_match "needs to know as what" 'as nothing' command ':save'
t_match "needs to know as what" 'without a name' command ':save profile'
finish
t_output 'hammer/box/b c' 'the next session starts like that' \
	"$ISOLATE" --profile found sh -c 'echo "$(cat '"$here"'/more/deep/tool)/$(uname -n)/$A"'
t_match 'Read-only' 'all of it' "$ISOLATE" --profile found touch x

# A session of Python; as a kernel it starts in the directory of the notebook.
printf '#!/bin/sh\necho . >ready; read -r line <gate\n' >"$here/bin/python3"
chmod +x "$here/bin/python3"
begin "$here/bin/python3"
t 'more is mounted there' command ":mount ro:$here/more"
t_match "kernelspec 'k' is in" 'as a kernelspec' command ':save kernelspec k'
finish
t_output "[\"$ISOLATE\",\"-m\",\". ro:$here/bin ro:$here/more\",\"--hostname=box\",\"--setenv\",\"A\",\"b c\",\"-m\",\"'{connection_file}'\",\"--\",\"$here/bin/python3\",\"-m\",\"ipykernel_launcher\",\"-f\",\"{connection_file}\"]" \
	'with the full path of Python, and the connection file' jq -c .argv "$HOME/.local/share/jupyter/kernels/k/kernel.json"
t_match 'only what isolate started can be saved' 'of a process of others it is not known' \
	"$ISOLATE" --command ':save -m' $$
t_done
