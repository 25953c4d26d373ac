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

# play SIZE LINE...: the screen after those lines of a script, with what $conf has as its configuration.
play() {
	size=$1
	shift
	printf '%s\n' "$@" ':dump-screen played' >played.keys
	"$inspect" --recorded "$TESTS/screen/recorded" --config "${conf:-none.conf}" --script played.keys --size "$size" && cat played
}

# What is found is seen.
t_match '3 of 13' 'a filter looks in columns that are shown' play 120x20 ':filter tmpfs'
echo 'columns mounts inside outside' >two.conf
conf=two.conf
t_match '0 of 13' 'and in no other' play 120x20 ':filter tmpfs'
conf=
t_match 'only what matches /tmpfs' 'it says that it is on' play 120x20 ':filter tmpfs'
t_empty 'a column that is left out in a narrow window' "$(play 44x14 ':filter usr' | grep TYPE)"
t_match '/tmp .* tmpfs' 'is there where rows are found by it' play 44x14 ':filter tmpfs'
t_match '/tmpfs: type tmpfs' 'or the message says it' play 20x6 ':filter tmpfs' ':move 9'
t_match '/srv/projects' 'of a long path the part that was found is seen, its beginning' play 60x14 ':filter srv'
t_match '…2026/a-l.*…' 'or what is amid it' play 30x14 ':filter 2026/a-l'
t_match 'evil.e' 'text is found as it is seen, escaped' play 80x24 ':filter evil\\e'
t_match '2/13' 'n is the next row that has it' play 60x14 '/ "opt" enter escape n'
t_match '7/13' 'N the one before, around the end' play 60x14 '/ "opt$|share" enter escape g N'
t_match '8/13' 'of a negated one they are rows without it' play 80x24 '/ "!live" enter escape g n n'
t_match '0 of 13' 'what is no regular expression is looked for as it stands' play 60x14 ':filter (inside (only'
t_match '3 of 13' 'whatever its case' play 60x14 ':filter (INSIDE'
t_match 'only what has .INSIDE' 'and it is said' play 60x14 ':filter (INSIDE'
t_match '13 of 13' 'a ! alone hides nothing' play 60x14 '/ "!" enter'
t_match 'nothing was looked for yet' 'nor is it looked for' play 60x14 '/ "!" enter n'

# The line is readline's.
long='"mount /very/long/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/日本語日本語/end"'
t_match '^:….*日本語/end$' 'of a long line the end is seen while one types it' play 40x8 "\":\" $long"
t_match '日本語/end$' 'and while one goes back within what is seen' play 40x8 "\":\" $long left left left left"
t_match '^:mount /very.*…$' 'a sign says where it goes on' play 40x8 "\":\" $long ctrl-a"
t_match '^:theme dark$' 'a search through the history is ended by Esc, with what it found' \
	play 40x8 '":theme dark" enter ":" ctrl-r "th" escape'
t_match '^:y$' 'one that was given up is not gone on with in the next line' \
	play 40x8 '":theme dark" enter ":" ctrl-r "th" ctrl-c ":" "y"'
t_match '^:unf$' 'a completion is undone as one change' play 40x8 '":" "unf" tab ctrl-_'

# Details are for people.
printf ':tab misses\n:details\n:dump-screen miss\n' >miss.keys
"$inspect" --recorded "$TESTS/screen/recorded" --script miss.keys --size 200x40
t_match 'program  *python' 'details of a miss name the program' cat miss
t_match 'reason  *not mounted' 'and give the reason in words' cat miss
t_match 'inside nothing is mounted from ./opt. on' 'and as a sentence' cat miss
t_match 'or writable by  *:mount rw:/opt/conda' 'the other cure is a command as well' cat miss
t_match 'is a cause  *likely' 'how likely it is a cause is a word for people' cat miss
t_match 'libpython3.11.so.1.0  .held, 2 times, openat by python' 'each path has what was asked for it' cat miss
t_empty 'and no word is for programs' "$(grep -E '^. (spec|writable|unit|worth|members|comm) |strong|not_mounted' miss)"
t_match 'CPU time  *12:34.32' 'details of a process have its time as the list does' play 80x24 ':tab processes' ':move 2' ':details'

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
printf ':theme nosuch\n:dump-screen theme\n:theme dark\n:dump-screen dark\n' >theme.keys
NO_COLOR=1 "$inspect" --recorded "$TESTS/screen/recorded" --script theme.keys --size 80x24
t_match "there is no theme 'nosuch'" 'a theme that there is not is told' cat theme
t_match 'theme dark, but there are no colours here' 'and that there are no colours' cat dark
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
