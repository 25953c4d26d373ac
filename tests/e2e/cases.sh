#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What people meet when something is not mounted, in small: a prefix like conda's, whose files are links into a cache of
# packages, a virtual environment, a tree of modules, libraries, certificates. For each the report names it, and with
# what it suggests the program does what it does outside; what works is blamed for nothing.
# shellcheck disable=SC2016,SC2086 # text for another shell; lists of words are taken apart
. "$TESTS/lib/tap.sh"

# HOME is private and empty inside, so what lies there is outside alone.
cd "$(pwd -P)" || exit 99
HOME=$(cd "$HOME" && pwd -P)
export HOME
report=$HOME/report.json
. "$TESTS/lib/missed.sh"

prefix=$HOME/conda
env=$prefix/envs/grading
package=$prefix/pkgs/python-3
mkdir -p "$prefix/conda-meta" "$prefix/bin" "$prefix/ssl" "$env/conda-meta" "$env/bin" "$env/lib/python3.9/site-packages" \
	"$package/lib/python3.9" "$prefix/pkgs/numlib-2/numlib" "$HOME/locale/fi_FI.UTF-8"

# Its python is none: what it does is to read its library, which is a link into the cache.
cat >python.c <<'END'
#include <stdio.h>
#include <string.h>
int
main(int argc, char **argv)
{
	char path[4096], line[64];
	FILE *f;

	(void)argc;
	snprintf(path, sizeof path, "%.*s/../lib/python3.9/os.py", (int)(strrchr(argv[0], '/') - argv[0]), argv[0]);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof line, f))
		return 1;
	fputs(line, stdout);
	return 0;
}
END
${CC:-cc} -o "$package/python" python.c || skip_all "there is no compiler"
cp "$package/python" "$env/bin/python"
cp "$package/python" "$prefix/bin/python"
echo working >"$package/lib/python3.9/os.py"
ln -s ../../../../pkgs/python-3/lib/python3.9/os.py "$env/lib/python3.9/os.py"
mkdir -p "$prefix/lib"
ln -s ../pkgs/python-3/lib/python3.9 "$prefix/lib/python3.9"
echo 'NUMBER = 7' >"$prefix/pkgs/numlib-2/numlib/__init__.py"
ln -s ../../../../../pkgs/numlib-2/numlib "$env/lib/python3.9/site-packages/numlib"
echo certificate >"$prefix/ssl/cacert.pem"
touch "$HOME/locale/fi_FI.UTF-8/LC_CTYPE"
ln -s "$prefix" "$HOME/short"

options="-m ro:$prefix"
missed "a prefix by a link that is not there" "$HOME/short" 127 "$HOME/short/bin/python" x
options="-m ro:$HOME/short"
t_output "$("$prefix/bin/python" x)" "a prefix that is mounted by the link is there by both names" \
	"$ISOLATE" $options -- "$prefix/bin/python" x
options="-m ro:$env"
missed "an environment whose library is links into the cache" "$env/lib/python3.9/os.py" 1 "$env/bin/python" x
PYTHONPATH=$env/lib/python3.9/site-packages
export PYTHONPATH
missed "a package that is a link" "$PYTHONPATH/numlib" 1 python3 -c 'import numlib; print(numlib.NUMBER)'
unset PYTHONPATH

options='-m .'
SSL_CERT_FILE=$prefix/ssl/cacert.pem
export SSL_CERT_FILE
missed "a file that a variable names" "$prefix/ssl/cacert.pem" 1 sh -c 'cat "$SSL_CERT_FILE"'
t_equal "the variable is named" SSL_CERT_FILE "$("$ISOLATE" -q --report "$report" false; json "$report" 'r["environment"][0]["variable"]')"
unset SSL_CERT_FILE
LOCPATH=$HOME/locale
export LOCPATH
missed "locales of one's own" "$HOME/locale" 1 sh -c 'ls "$LOCPATH/fi_FI.UTF-8"; test -e "$LOCPATH"'
unset LOCPATH

# A virtual environment brings along what it was made from.
mkdir -p "$HOME/venv/bin" "$HOME/venv/lib/python3.9"
printf 'home = %s\n' "$prefix/bin" >"$HOME/venv/pyvenv.cfg"
ln -s "$prefix/bin/python" "$HOME/venv/bin/python"
ln -s "$prefix/lib/python3.9/os.py" "$HOME/venv/lib/python3.9/os.py"
missed "a virtual environment" "$HOME/venv" 127 "$HOME/venv/bin/python" x
t_match "ro:$HOME/venv" "both are suggested" cat suggested
t_match "ro:$prefix" "both are suggested, what it was made from too" cat suggested

# Libraries: one that is missing, one that is a link, and one of another version in its place, without a word.
mkdir -p "$prefix/pkgs/course-1/bin" "$prefix/pkgs/course-1/lib" "$env/lib" "$HOME/other"
echo 'int answer(void) { return 42; }' >answer.c
echo 'int answer(void) { return 41; }' >other.c
printf '#include <stdio.h>\nint answer(void);\nint main(void) { printf("%%d\\n", answer()); return 0; }\n' >tool.c
library='-shared -fPIC -Wl,-soname,libcourse-answer.so.1'
${CC:-cc} $library -o "$prefix/pkgs/course-1/lib/libcourse-answer.so.1" answer.c
${CC:-cc} $library -o "$HOME/other/libcourse-answer.so.1" other.c
${CC:-cc} -o "$prefix/pkgs/course-1/bin/tool" tool.c "$prefix/pkgs/course-1/lib/libcourse-answer.so.1" \
	'-Wl,--disable-new-dtags,-rpath,$ORIGIN/../lib'
cp "$prefix/pkgs/course-1/bin/tool" "$env/bin/tool"
ln -s ../../../pkgs/course-1/lib/libcourse-answer.so.1 "$env/lib/libcourse-answer.so.1"
options="-m ro:$prefix/pkgs/course-1/bin"
missed "a library beside what is mounted" "$prefix/pkgs/course-1/lib/libcourse-answer.so.1" 127 \
	"$prefix/pkgs/course-1/bin/tool"
options="-m ro:$env"
missed "a library that is a link" "$env/lib/libcourse-answer.so.1" 127 "$env/bin/tool"
options="-m ro:$prefix/pkgs/course-1/bin -m ro:$HOME/other"
LD_LIBRARY_PATH=$HOME/other
export LD_LIBRARY_PATH
t_output 41 "a library of another version is loaded without a word" "$ISOLATE" $options -- "$prefix/pkgs/course-1/bin/tool"
missed "a library of another version" "$prefix/pkgs/course-1/lib/libcourse-answer.so.1" 0 "$prefix/pkgs/course-1/bin/tool"
t_equal "it is told as silent" True "$(json "$report" 'strong[0]["silent"]' 2>&1)"
unset LD_LIBRARY_PATH

# /etc and /tmp.
options='-m . -m /etc=none'
missed "a user without a name" /etc/passwd 1 whoami
options='--no-defaults -m ro:/usr -m ro:/bin -m try,ro:/lib -m try,ro:/lib64 -m ro:.'
missed "no place for temporary files" /tmp 1 \
	python3 -c 'import tempfile; tempfile.TemporaryFile(); print("made")'
if [ -L /etc/alternatives/awk ] && [ -L /usr/bin/awk ]; then
	missed "a program that is a link through /etc" /etc/alternatives 127 /usr/bin/awk 'BEGIN { print 1 }'
else
	pass "a program that is a link through /etc: not on this system"
fi
if [ -d /etc/ssl/certs ]; then
	options='-m . -m /etc=none'
	t_status 0 "an empty store of certificates: no failure" "$ISOLATE" --report "$report" $options -- \
		python3 -c 'import ssl; ssl.create_default_context()'
	t_equal "an empty store of certificates: the report has it" "SSL_CERT_DIR True" \
		"$(json "$report" '[m["variable"] + " " + str(m["silent"]) for m in strong if m["path"] == "/etc/ssl/certs"][0]')"
else
	pass "an empty store of certificates: not on this system"
fi

# A tree of modules, and what it leads to. The latter is seen only by who watches.
mkdir -p "$HOME/modules/init" "$HOME/modules/modulefiles" "$HOME/modules/software" "$HOME/mine/bin"
printf 'load() { PATH=%s/software/$1/bin:$PATH; }\n' "$HOME/modules" >"$HOME/modules/init/sh"
printf '#!/bin/sh\necho mine\n' >"$HOME/mine/bin/printenv"
chmod 755 "$HOME/mine/bin/printenv"
ln -s "$HOME/mine" "$HOME/modules/software/mine"
options='-m .'
missed "a tree of modules" "$HOME/modules/init/sh" 1 sh -c "test -e $HOME/modules/init/sh && . $HOME/modules/init/sh && load mine && echo loaded"
options="--trace --no-defaults -m ro:/usr -m ro:/bin -m try,ro:/lib -m try,ro:/lib64 -m . -m ro:$HOME/modules"
missed "software behind a module" "$HOME/modules/software/mine" 0 sh -c ". $HOME/modules/init/sh; load mine; printenv >found; cat found | grep -c mine"

# A command of a directory in PATH, in a text of one word.
PATH=$HOME/mine/bin:$PATH
cp "$HOME/mine/bin/printenv" "$HOME/mine/bin/tool-of-mine"
options='-m .'
missed "a command in the home directory" "$HOME/mine/bin/tool-of-mine" 127 sh -c tool-of-mine
options='--trace -m .'
missed "a command in the home directory, watched" "$HOME/mine/bin/tool-of-mine" 127 sh -c tool-of-mine
t_equal "that its directory was asked for is told, and is not the cause" weak \
	"$(json "$report" '[m["worth"] for m in r["misses"] if m["source"] == "seen" and m["path"] == "'"$HOME"'/mine/bin"][0]')"
PATH=${PATH#*:}

# A file that is nowhere, in a directory of one's own: who would read it is told of no mount; who would make it is.
for options in '-m .' "-m . -m ro:$HOME/locale" '--trace -m .'; do
	for command in "cat $HOME/locale/nowhere" "cat ~/locale/nowhere; false" "true | grep x ~/locale/nowhere" "cd $HOME/locale/nowhere"; do
		t_run "$ISOLATE" $options --report "$report" -- sh -c "$command"
		t_equal "'$command' ($options) is nobody's mount" '[]' "$(json "$report" 'r["suggest"]')"
	done
	t_run "$ISOLATE" $options --report "$report" -- python3 "$HOME/locale/nowhere.py"
	t_equal "a script that is nowhere ($options) is nobody's mount" '[]' "$(json "$report" 'r["suggest"]')"
	for command in "touch $HOME/locale/new" "echo x >~/locale/new" "cat /etc/passwd | tee ~/locale/new"; do
		t_run "$ISOLATE" $options --report "$report" -- sh -c "$command"
		t_match "rw:$HOME/locale" "'$command' ($options) could be" json "$report" 'r["suggest"][1]'
	done
done
t_run "$ISOLATE" --report "$report" -- cat "$HOME/locale/nowhere"
t_equal "and it is said that it fails outside too" fails_outside \
	"$(json "$report" '[m["reason"] for m in r["misses"] if m["path"].endswith("nowhere")][0]')"

# What works, or fails for a reason of its own, is followed by nothing.
for watched in '' --trace; do
	t_run "$ISOLATE" $watched --report "$report" -- python3 -c 'import json, ssl, sqlite3, subprocess; print(1)'
	t_equal "a program that works ($watched): nothing is said" "0 1 " "$t_code $t_out $t_err"
	t_equal "a program that works ($watched): nothing is blamed" "[] []" "$(json "$report" '"%s %s" % (strong, r["suggest"])')"
	t_run "$ISOLATE" $watched -- python3 -c 'import sys; sys.exit(3)'
	t_equal "a program that fails for a reason of its own ($watched): nothing is said" "3 " "$t_code $t_err"
done
t_done
