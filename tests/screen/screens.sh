#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole screens of the inspector, on recorded answers, at several sizes. A failure is a diff of two screens.
# After a change that is meant: isolate-inspect --script as below, and look at what it made before it is kept.
. "$TESTS/lib/tap.sh"

inspect=${ISOLATE%/*}/isolate-inspect
[ -x "$inspect" ] || skip_all "isolate-inspect was not made"

# tour SIZE LOCALE: plays the keys, and prints all the screens.
tour() {
	mkdir -p screens
	(cd screens && LC_ALL=$2 "$inspect" --recorded "$TESTS/screen/recorded" --script "$TESTS/screen/tour.keys" --size "$1" 2>&1
		echo "status $?")
	for file in screens/*; do
		echo "=== ${file#screens/}"
		cat "$file"
	done
	rm -r screens
}

for size in 20x6 80x24 120x40; do
	tour "$size" C.UTF-8 >seen
	t_empty "screens at $size" "$(diff "$TESTS/screen/wanted/$size" seen)"
done
tour 80x24 C >seen
t_empty "screens at 80x24 in ASCII" "$(diff "$TESTS/screen/wanted/80x24.ascii" seen)"
t_empty "ASCII is all there is in that locale" "$(LC_ALL=C grep -n '[^ -~]' seen)"

for size in 1x1 2x2 5x3 3x12 300x5; do
	t_match '^status 0$' "alive at $size" tour "$size" C.UTF-8
done

# The help shows what the configuration binds.
printf '?\n:dump-screen help\n' >help.keys
"$inspect" --recorded "$TESTS/screen/recorded" --script help.keys --size 200x400
"$inspect" --print-config | sed -n 's/^key \(all\|mounts\) [^ ]* [^ ]* /:/p' | sort -u >bound
while read -r line; do
	grep -qF -- "$line " help || echo "$line"
done <bound >missing
t_empty 'the help has every command that a key stands for' "$(cat missing)"

# Details are for people.
printf ':tab misses\n:details\n:dump-screen miss\n' >miss.keys
"$inspect" --recorded "$TESTS/screen/recorded" --script miss.keys --size 200x40
t_match 'program  *python' 'details of a miss name the program' cat miss
t_match 'reason  *not mounted' 'and give the reason in words' cat miss

t_match '"command": "mounts"' 'without a terminal it prints JSON' "$inspect" --json --recorded "$TESTS/screen/recorded"
t_match 'this is no terminal' 'or says that it is none' "$inspect" --recorded "$TESTS/screen/recorded"
echo 'key mounts x - add' >wrong.conf
echo 'colour' >>wrong.conf
printf ':dump-screen wrong\n' >wrong.keys
"$inspect" --recorded "$TESTS/screen/recorded" --config wrong.conf --script wrong.keys
t_match 'wrong.conf:2: ' 'a mistake in the configuration is told by file and line' cat wrong
printf 'theme none\nmouse maybe\nkey nowhere x - no\nlines\ntheme light\n' >wrong.conf
"$inspect" --recorded "$TESTS/screen/recorded" --config wrong.conf --script wrong.keys --size 200x24
t_match "wrong.conf:1: there is no theme 'none'; line 2: .*; line 3: .*; and 1 more" 'several are, in one message' cat wrong
printf 'key mounts x - confirm umont %%inside\ncolumns mounts inside inside\n\nkey all y - add\nkey all y - undo\n' >wrong.conf
"$inspect" --recorded "$TESTS/screen/recorded" --config wrong.conf --script wrong.keys --size 300x24
t_match "wrong.conf:1: 'umont' is no command; line 2: the column 'inside' .*; line 5: .* line 4 already" \
	'as are commands that there are not, and what stands there twice' cat wrong
# wrong_file WHAT PATTERN: what is no such file is told, keeps nobody waiting, and the inspector starts.
wrong_file() {
	"$inspect" --recorded "$TESTS/screen/recorded" --config wrong.conf --script wrong.keys
	t_match "cannot read 'wrong.conf': $2" "$1 is told" cat wrong
	t_match '/home/ada' "$1: it starts" cat wrong
	rm -r wrong.conf
}
printf 'theme dark\0\n' >wrong.conf
wrong_file 'a zero byte' 'it is no text'
mkdir wrong.conf
wrong_file 'a directory' 'Is a directory'
mkfifo wrong.conf
wrong_file 'a pipe' 'it is no regular file'
head -c 300000 /dev/zero | tr '\0' '#' >wrong.conf
wrong_file 'a long file' 'File too large'
mkdir empty
t_match 'isolate-inspect: .*mounts' 'why there is nothing to show is told' \
	"$inspect" --recorded empty --script wrong.keys
if command -v script >/dev/null; then
	t_match 'the terminal is dumb' 'on a dumb terminal it says so' \
		env TERM=dumb script -qec "$inspect --recorded $TESTS/screen/recorded" /dev/null
	t_match 'would run :who' 'and prints what --command would' \
		env TERM=dumb script -qec "$inspect --recorded $TESTS/screen/recorded" /dev/null
fi
t_done
