#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --kernelspec: a Jupyter kernelspec that starts a kernel in a sandbox. Jupyter itself is not needed for it.
# shellcheck disable=SC2016 # what is in single quotes is for another shell to expand
. "$TESTS/lib/tap.sh"

unset MNTDIRS JUPYTER_DATA_DIR JUPYTER_PATH XDG_DATA_HOME
kernels=$HOME/.local/share/jupyter/kernels
mkdir -p prefix/bin prefix/share/jupyter/kernels/own
printf '#!/bin/sh\nprintf "%%s:" "$@" >"$2.ran"\n' >prefix/bin/ownpython
chmod +x prefix/bin/ownpython
cat >prefix/share/jupyter/kernels/own/kernel.json <<'END'
{ "argv": ["ownpython", "-f", "{connection_file}", "--x"], "display_name": "Own", "language": "own",
  "env": {"A": "b"}, "interrupt_mode": "message", "metadata": {"debugger": true} }
END
echo logo >prefix/share/jupyter/kernels/own/logo.svg
PATH=$PWD/prefix/bin:$PATH

# kernel NAME FILTER: what jq makes of the written kernel.json.
kernel() {
	jq -c "$2" "$kernels/$1/kernel.json"
}

t_match "kernelspec 'graded' is in $kernels/graded" 'a kernelspec is written, and it says where' \
	"$ISOLATE" --kernelspec own --name graded --net=host -m ". ro:'$PWD/prefix'" --setenv C 'd e'
t_output "[\"$ISOLATE\",\"-m\",\". ro:$PWD/prefix\",\"--net=host\",\"--setenv\",\"C\",\"d e\",\"-m\",\"'{connection_file}'\",\"--\",\"$PWD/prefix/bin/ownpython\",\"-f\",\"{connection_file}\",\"--x\"]" \
	'argv: isolate, the options, the connection file, the full path of the program, the rest' kernel graded .argv
t_output '["Own (isolated)","own",{"A":"b"},"message",{"debugger":true}]' 'all the rest is copied' \
	kernel graded '[.display_name,.language,.env,.interrupt_mode,.metadata]'
t_output logo 'the logos too' cat "$kernels/graded/logo.svg"
t_empty 'nothing half-done is beside it' "$(find "$kernels" -name '.*')"

# As a front end starts it.
start() {
	python3 - "$kernels/$1/kernel.json" "$2" <<'END'
import json, subprocess, sys
argv = json.load(open(sys.argv[1]))["argv"]
sys.exit(subprocess.run([word.replace("{connection_file}", sys.argv[2]) for word in argv]).returncode)
END
}
mkdir 'run time'
echo key >'run time/kernel-1.json'
printf '#!/bin/sh\necho more >>"$2"\n' >prefix/bin/ownpython
t 'it runs; a connection file with a blank in its path can be read and written' start graded "$PWD/run time/kernel-1.json"
t_output 'key
more' 'as the one outside' cat 'run time/kernel-1.json'

# A kernelspec that starts a script beside it.
mkdir scripted
printf '{"argv": ["{resource_dir}/start", "{connection_file}"], "display_name": "S", "language": "s"}' >scripted/kernel.json
printf '#!/bin/sh\necho "$0" >>"$1"\n' >scripted/start
chmod +x scripted/start
t_match 'is in' 'one that has its program beside it' "$ISOLATE" --kernelspec ./scripted --name scripted
t_output "[\"-m\",\"ro:'{resource_dir}'\",\"-m\",\"'{connection_file}'\",\"--\",\"{resource_dir}/start\",\"{connection_file}\"]" \
	'its directory is inside' kernel scripted '.argv[3:]'
t 'and its program can be executed' test -x "$kernels/scripted/start"
rm -r "$kernels/scripted"

t_match 'is in' 'one that is watched' "$ISOLATE" --kernelspec own --name watched -q --on-miss=mount --allow '/opt/*' --report /tmp/r
t_output '["--quiet","--on-miss","mount","--allow","/opt/*","--report","/tmp/r"]' 'what watches it is in there' \
	kernel watched '.argv[3:10]'
t_equal 'the file ends as a text does' 1 "$(tail -c 1 "$kernels/watched/kernel.json" | wc -l)"
rm -r "$kernels/watched"

t_match 'there is one of that name' 'none is overwritten' "$ISOLATE" --kernelspec own --name graded
t_output '["Own (isolated)"]' 'and it is as it was' kernel graded '[.display_name]'
t_match 'starts its kernel in a sandbox already' 'none is wrapped twice' "$ISOLATE" --kernelspec graded --name twice
t_match "there is no kernelspec 'nought'" 'one that is not there' "$ISOLATE" --kernelspec nought --name n
t_match 'needs a name' 'no name' "$ISOLATE" --kernelspec own
t_match "takes no program: 'true'" 'a program' "$ISOLATE" --kernelspec own --name n true
t_match "is no name of a kernelspec" 'a name that Jupyter would not take' "$ISOLATE" --kernelspec own --name 'a b'
t_match "/absent' does not exist" 'options with which no session could start' "$ISOLATE" --kernelspec own --name n -m "$PWD/absent"
printf '{"argv": []}' >prefix/share/jupyter/kernels/own/kernel.json
t_match 'has no argv' 'a kernel.json without argv' "$ISOLATE" --kernelspec own --name n
printf '{"argv": [' >prefix/share/jupyter/kernels/own/kernel.json
t_match "cannot read .*kernel.json'.*line 1" 'one that is not JSON' "$ISOLATE" --kernelspec ./prefix/share/jupyter/kernels/own --name n
t_output graded 'of all these nothing is left' ls -A "$kernels"
t_done
