#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The inspector on real terminals: what tmux shows is what --script dumps, on a session that runs, at three sizes, in two
# locales, on four kinds of terminal, with wide and combining characters in paths.
. "$TESTS/lib/tap.sh"

inspect=${ISOLATE%/*}/isolate-inspect
[ -x "$inspect" ] || skip_all "isolate-inspect was not made"
command -v tmux >/dev/null || skip_all "there is no tmux"

wide=$(printf '\346\227\245\346\234\254\350\252\236 dir') combining=$(printf 'cafe\314\201')
mkdir -p "out/$wide" "out/$combining"
mkfifo hold
"$ISOLATE" -q --name terms --hostname box -m ". ro:$PWD/out/${wide% dir}\\ dir /opt/$combining=$PWD/out/$combining" \
	sh -c 'echo up >ready; read -r line' <hold &
job=$!
exec 9>hold
await exists ready

cat >mux <<'END'
#!/bin/sh
LC_ALL=C.UTF-8 TMUX='' exec tmux -u -f "$PWD/mux.conf" -S "$PWD/socket" "$@"
END
cat >seen <<'END'
#!/bin/sh
./mux capture-pane -p | sed 's/ *$//; s/ up.* since [0-9:]*/ up/' >screen
END
cat >shows <<'END'
#!/bin/sh
./seen
cmp -s screen "$1"
END
chmod +x mux seen shows

# start SIZE LOCALE TERM [NAME=VALUE…]: the inspector on a new terminal.
start() {
	size=$1 locale=$2 term=$3
	shift 3
	cat >mux.conf <<END
set -g status off
set -g escape-time 0
set -g default-terminal $term
END
	./mux new-session -d -x "${size%x*}" -y "${size#*x}" "env TERM=$term LC_ALL=$locale XDG_CONFIG_HOME=/none INPUTRC=/dev/null \
		$* '$ISOLATE' --inspect=terms; echo status \$?; read -r line"
}

# What is to be seen, one file a screen: the same keys, played.
cat >keys <<'END'
:dump-screen 1-mounts
down
:dump-screen 2-second
enter
:dump-screen 3-details
escape a "/x" down "~/y"
:dump-screen 4-form
escape / "opt"
:dump-screen 5-filter
escape 2
:dump-screen 6-identity
3
:dump-screen 7-namespaces
3 : "umou"
:dump-screen 8-line
END
# shellcheck disable=SC2088 # a tilde that is typed
typed() {
	case $1 in
	1-mounts) ;;
	2-second) ./mux send-keys Down ;;
	3-details) ./mux send-keys Enter ;;
	4-form) ./mux send-keys Escape && await true ./shows wanted/2-second && ./mux send-keys a /x Down '~/y' ;;
	5-filter) ./mux send-keys Escape && await true ./shows wanted/2-second && ./mux send-keys / opt ;;
	6-identity) ./mux send-keys Escape && await true ./shows wanted/2-second && ./mux send-keys 2 ;;
	7-namespaces) ./mux send-keys 3 ;;
	8-line) ./mux send-keys : umou ;;
	esac
}

end() {
	server=$(./mux display-message -p '#{pid}')
	./mux kill-server
	await end "$server"
}

# On which of the rows the cursor of the terminal stands.
cursor_row() {
	sed -n "$(($(./mux display-message -p '#{cursor_y}') + 1))p" screen
}

try() {
	mkdir wanted
	(cd wanted && LC_ALL=$2 XDG_CONFIG_HOME=/none "$inspect" --script ../keys --size "$1" terms)
	start "$@"
	differs=
	for file in wanted/*; do
		sed -i 's/ up.* since [0-9:]*/ up/' "$file"
		typed "${file#wanted/}"
		await true ./shows "$file" || differs="$differs
$file
$(diff "$file" screen)"
		[ "$file" != wanted/2-second ] || cursor_row >row
	done
	t_empty "$1 $2 $3: the screens are those that are dumped" "$differs"
	t_match '/work( |$)' "$1 $2 $3: the cursor is on the row" cat row
	./mux send-keys C-c
	./mux send-keys q
	t "$1 $2 $3: the terminal is back" await true sh -c "./seen && grep -q '^status 0' screen"
	end
	rm -r wanted row
}

for term in vt100 linux xterm-256color xterm-direct; do
	if ! infocmp "$term" >/dev/null 2>&1; then
		skip "on $term" "this terminal is not described here (ncurses-term)"
		continue
	fi
	for size in 20x6 80x24 200x50; do
		for locale in C C.UTF-8; do
			try "$size" "$locale" "$term"
		done
	done
done

# What a command of ours has mounted gets the cursor.
cat >new.keys <<END
:mount ro:/srv/new=$PWD/out
enter
:dump-screen new
escape u
:dump-screen undone
END
LC_ALL=C "$inspect" --script new.keys --size 80x24 terms
t_match '^\+- /srv/new -' 'Enter after a mount is about that mount' cat new
t_match '^ unmounted /srv/new' 'and it can be undone' cat undone
t_match ' up.* since [0-9][0-9]:[0-9][0-9]' 'the heading says since when the session is up' cat undone
rm new.keys new undone

# Completions on the smallest screen: nothing else stands in their lines.
mkdir out/two
cat >small.keys <<END
a "/x" down "$PWD/out/" tab tab
:dump-screen small
END
LC_ALL=C.UTF-8 "$inspect" --script small.keys --size 20x6 terms
# What is wanted is as long as this directory's name, which leaves room for two or three.
grep "^ *\\($wide/\\|$combining/\\|two/\\)\\( *…\\)*\$" small >alone
t_match '^[23]$' 'completions are alone in their lines' grep -c . alone
rmdir out/two
rm small.keys small alone

# A process in no sandbox: why its mounts are not shown is said, and the rest is.
printf ':dump-screen plain\n' >plain.keys
LC_ALL=C "$inspect" --script plain.keys --size 80x24 $$
t_match "^ process $$ " 'the heading of what has no name says that it is a process' cat plain
t_match 'same mounts as you' 'of a process in no sandbox it is said' cat plain
t_match '^ no new privileges ' 'and who it is is shown' cat plain
rm plain.keys plain

# What others do is seen at once.
start 80x24 C.UTF-8 xterm-256color
await true sh -c './seen && grep -q INSIDE screen'
# The list is there before anybody follows events: what is told of the commands of others is told from then on.
./mux send-keys 5
# shellcheck disable=SC2016 # for the shell that looks
await true sh -c '"$ISOLATE" --command :ns terms >/dev/null; ./seen && grep -q ":ns" screen'
t 'what another one asks is told in words' await true sh -c './seen && grep -q "command  *:ns, from isolate [0-9]" screen'
./mux send-keys 1
"$ISOLATE" --command ":mount ro:/srv/others=$PWD/out" terms >/dev/null
t 'a mount of somebody else is among the mounts' await true sh -c './seen && grep -q "^ /srv/others .* live" screen'
./mux send-keys 5
t 'and among the events, by what it is about' await true sh -c './seen && grep -q "mounted *  /srv/others, " screen'
./mux send-keys End Enter
t 'which have details' await true sh -c './seen && grep -q "^│ time  *[0-9][0-9]:[0-9][0-9]:" screen'
end
"$ISOLATE" --command :undo terms >/dev/null

# Colours, as the terminal got them: what is more than bold, underlined and reversed.
colors() {
	start 80x24 C.UTF-8 "$@"
	await true sh -c './seen && grep -q INSIDE screen'
	./mux capture-pane -p -e >styled
	grep -c "$(printf '\033')\\[[0-9;:]*\\([34][0-8]\\|9[0-7]\\)[;:m0-9]" styled >colored
	end
}
colors vt100
t_output 0 'vt100 has no colours' cat colored
for term in linux xterm-256color xterm-direct; do
	colors "$term"
	t_match '^[1-9]' "$term has" cat colored
	t_match "$(printf '\033')\\[4mINSIDE" "$term: the titles are underlined" cat styled
done
colors xterm-256color NO_COLOR=1
t_output 0 'NO_COLOR: none' cat colored

echo >&9
wait "$job"
rm -rf out hold ready mux mux.conf seen shows keys screen colored styled socket
t_done
