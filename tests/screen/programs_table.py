# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs.py runs: for each program its command line, then steps: keys, and what the screen shows after them.

Keys are tmux's names, text, or bytes as they are; two numbers are another size. In the current directory are `text`, `wide`
and `code.c`; what is written goes to /tmp, which each of the two has for itself.
by_hand: not among the programs that 'make check' asks for.
"""

SHELL = ["bash", "--norc", "--noprofile"]


def press(button, column, line):
    return b"\033[<%d;%d;%dM" % (button, column, line)


def click(column, line, button=0):
    return press(button, column, line) + b"\033[<%d;%d;%dm" % (button, column, line)


def paste(text):
    return b"\033[200~" + text.encode() + b"\033[201~"


def without(text):
    """A pattern: the screen shows this nowhere."""
    return r"\A(?!(.*\n)*.*%s)" % text


def quit_with(*keys):
    """The program's end, and the shell's screen behind it."""
    return (list(keys), "^BACK")


def in_shell(command):
    """Behind it there is something to come back to."""
    return ["sh", "-c", "echo BEFORE; " + command + "; echo BACK; read x"]


PROGRAMS = {
    "bash": {
        "argv": SHELL,
        "steps": [
            ([], r"^READY"),
            (["echo one two", "Home", "C-Right", "Right", "X", "M-b", "M-u", "End", "Enter"], r"^XONE two\nREADY"),
            (["cd /tmp; touch 日本語 ä $'e\\u0301' plain; ls --color=always -p; ls --color=always -C /usr", "Enter"], "日本語(.*\n)+READY$"),
            (["printf '\\033[3;4;9mall\\033[m \\033[38;5;208m208\\033[m \\033[97;104mbright\\033[m\\n'", "Enter"], "^all 208 bright"),
            (["echo \\", "Enter"], "^> *$"),
            (["x", "Enter"], "^x\nREADY"),
            (["C-r", "two"], "reverse-i-search"),
            (["Escape"], without("reverse-i-search")),
            (["C-e", "!", "C-a", "C-k"], "READY *\n\\(cursor"),
            (["clear; seq 1 100", "Enter"], "^100$"),
            (["clear; printf '%0200d\\n' 1", "Enter"], "01$"),
            (["clear", "Enter"], r"\AREADY\s*\(cursor"),
            ((61, 20), "READY"),
            (["echo a", "Enter"], "^a\nREADY"),
            ((80, 24), "READY"),
            (["tput smcup; echo other", "Enter"], "^other"),
            (["tput rmcup; echo main", "Enter"], "^main"),
            (["printf '\\033[5 q\\033]0;title\\007\\033[?25l'; read -n 1", "Enter"], "read -n 1\\s*\\(cursor: None"),
            (["x"], "READY$"),
            (["echo; stty size", "Enter"], "^\\d+ \\d+$"),
            (["printf '\\033[?25h\\033[10;20r\\033[?6h\\033[1;1Hregion\\033[?6l\\033[r\\033[22;1H'", "Enter"], "^region"),
        ],
    },
    "zsh": {
        "argv": ["zsh", "-f"],
        "steps": [
            ([], r"^READY"),
            (["RPS1='%F{red}right%f'", "Enter"], "^READY .*right$"),
            (["echo $((40 + 2))", "Enter"], "^42"),
            (["autoload -U compinit; compinit -u -d /tmp/z; zstyle ':completion:*' menu select", "Enter"], "e?l?ect.*\n(.*\n)*READY +right$"),
            (["cd /usr/l", "Tab"], "lib/"),
            (["Tab", "Tab", "Right"], "^lib"),
            # Of two signals at once one would come.
            (["C-c"], "/usr/l.* right\\s*\\(cursor"),
            (["C-c"], "READY +right\\s*\\(cursor"),
            (["C-l"], r"\AREADY +right"),
            ((50, 12), "READY"),
            (["echo é日本", "Left", "Left", "x", "Enter"], "^éx日本"),
        ],
    },
    "fish": {
        "argv": ["fish", "--no-config"],
        "steps": [
            ([], r">"),
            (["function fish_prompt; echo 'READY '; end", "Enter"], "^READY"),
            (["echo hello | cat", "Enter"], "^hello"),
            (["echo"], "READY echo hello"),
            (["Right", "Enter"], "^hello(.*\n)+hello\nREADY"),
            (["cd /usr/l", "Tab"], "lib/"),
            (["Tab", "Right"], "lib64"),
            (["C-c"], r"READY\s*\(cursor"),
            (["C-l"], r"\AREADY"),
            (["if true", "Enter"], "if true\n"),
            (["echo in", "Enter", "end", "Enter"], "^in\nREADY"),
            ((60, 20), "READY"),
        ],
    },
    "vim": {
        "argv": in_shell("vim -n -u NONE -N --cmd 'syntax on | set mouse=a number ruler showcmd hlsearch' code.c"),
        "steps": [
            ([], "int main"),
            (["i", "inserted ", "Enter", "Up", "End", "é日本", "Escape"], "inserted é日本"),
            (["/value", "Enter", "n", "n"], "/value"),
            (["gg", "0", "C-v", "3j", "4l"], "VISUAL BLOCK"),
            (["I", "# ", "Escape"], "^ *2 # "),
            (["u", ":vsplit", "Enter"], "code.c.*code.c"),
            (["C-w", "l", "40G", "zz", ":split text", "Enter"], "line 1"),
            (["C-d", "C-d", "C-e", "C-y", "C-b"], "line"),
            ([click(10, 5)], "code.c"),
            ([press(65, 10, 5), press(65, 10, 5)], "code.c"),
            ([press(0, 8, 4), press(32, 14, 6), b"\033[<0;14;6m"], "VISUAL"),
            (["Escape", ":only", "Enter", "G", "o", paste("pasted\n\tlines äöü\n"), "Escape"], "pasted\n(.*\n)*.*lines äöü"),
            (["F1"], "help.txt"),
            ([":q!", "Enter"], without("help.txt")),
            ([":set list", "Enter"], "\\$$"),
            quit_with(":q!", "Enter"),
        ],
    },
    "vim-resize": {
        "argv": in_shell("vim -n -u NONE -N --cmd 'syntax on | set wrap laststatus=2' text"),
        "needs": "vim",
        "steps": [
            ([], "line 1"),
            (["40G"], "line 40"),
            ((50, 30), "line 40"),
            ((120, 18), "line 40"),
            (["C-Right", "S-Down", "C-End", "C-Home"], "line 1"),
            ((80, 24), "line 1"),
            ([":set term?", "Enter"], "term=xterm-256color"),
            quit_with(":q!", "Enter"),
        ],
    },
    "vim-term": {
        "argv": in_shell("vim -n -u NONE -N"),
        "needs": "vim",
        "steps": [
            ([], "VIM - Vi IMproved"),
            ([":term ++rows=10 bash --norc --noprofile", "Enter"], "^READY"),
            (["echo $((40 + 2)) $TERM", "Enter"], "^42 "),
            (["printf '\\033[31;1mred\\033[m\\n'; seq 100", "Enter"], "^100"),
            (["exit", "Enter"], "finished"),
        ],
    },
    "nano": {
        "argv": in_shell("nano --mouse --ignorercfiles --syntax=c code.c"),
        "needs": "nano",
        "steps": [
            ([], "int main"),
            (["new é日本 ", "Enter", "Down", "End", "C-Left", "DC"], "new é日本"),
            (["M-A", "Down", "Down"], "Mark Set|main"),
            (["M-6", "C-k", "C-u", "C-u"], "main"),
            (["C-w", "value", "Enter"], "value"),
            ([click(12, 6)], "value"),
            (["M-G", "40", "Enter"], "value_40|/\\* 40"),
            (["F1"], "help text"),
            (["C-x"], "code.c"),
            ((60, 30), "code.c"),
            (["C-x"], "Save modified"),
            quit_with("n"),
        ],
    },
    "less": {
        "argv": in_shell("less text"),
        "steps": [
            ([], "line 1"),
            (["Space", "Space", "b", "j", "j", "k", "Down", "Up", "NPage", "PPage"], "line"),
            (["/line 90", "Enter"], "line 90"),
            (["n", "G"], "END"),
            (["-S", "Enter", "g"], "line 1 "),
            (["Right", "Right", "Left", "10", "j"], "x"),
            ((60, 18), "x"),
            (["G"], "END|line 120|xxx"),
            (["h"], "SUMMARY OF"),
            quit_with("q", "q"),
        ],
    },
    "man": {
        "argv": in_shell("man ls"),
        "options": ["-m", ". ro:/etc/manpath.config"],
        "steps": [
            ([], "LS\\(1\\)"),
            (["Space", "d", "u", "/--color", "Enter"], "--color"),
            (["n"], "--color"),
            ((70, 20), "--color"),
            quit_with("q"),
        ],
    },
    "htop": {
        "argv": in_shell("htop -u $(id -un) --no-color"),
        "needs": "htop",
        "hidden": r"^ *(\d+|Avg|Mem|Swp|Tasks|Load|Uptime).*| *\d+ +\S+ +\d+ .*|\[.*\]|^.*(Tasks|Load average|Uptime).*",
        "steps": [
            ([], "F10Quit"),
            (["F2"], "(Categories|Setup)"),
            (["Down", "Down", "Right", "Down"], "Colors|Default"),
            (["Escape"], "F10Quit"),
            (["F3", "ba"], "Search: ba"),
            (["Escape"], "F10Quit"),
            (["F6"], "Sort by"),
            (["Down", "Escape"], "F10Quit"),
            ((100, 20), "F10Quit"),
            quit_with("F10"),
        ],
    },
    "top": {
        "argv": in_shell("top -u $(id -un)"),
        "needs": "top",
        "hidden": r"^top - .*|^Tasks.*|^%Cpu.*|^Mi?B.*|^KiB.*|^ *\d+ .*|\d+[.]\d+",
        "steps": [
            ([], "PID USER"),
            (["z", "x", "b"], "PID USER"),
            (["f"], "Fields Management"),
            (["Down"], "Fields Management"),
            (["q"], "PID USER .*\n"),
            quit_with("q"),
        ],
    },
    "mc": {
        "argv": in_shell("mc -u --nosubshell /usr /usr/share/doc"),
        "needs": "mc",
        "hidden": r"\d+[GMk]?/\d+[GMk]? \(\d+%\)|Hint:.*",
        "steps": [
            ([], "10Quit"),
            (["Down", "Down", "Enter"], "10Quit"),
            (["Tab", "Down", "F3"], "10Quit"),
            (["F9"], "Left +File"),
            (["Right", "Down"], "View"),
            (["Escape", "Escape"], without("View file")),
            (["F7"], "Create a new Directory"),
            (["Escape", "Escape"], without("Create a new")),
            ([click(15, 6)], "10Quit"),
            ([press(65, 15, 6)], "10Quit"),
            ((100, 30), "10Quit"),
            (["F1"], "Help"),
            (["Escape", "Escape"], without("Main help")),
            quit_with("F10"),
        ],
    },
    "tmux": {
        "argv": in_shell("echo \"set -g default-command \\\"env PS1='READY ' bash --norc --noprofile\\\"\" >/tmp/c; "
                         # It looks for the name of what runs now and then.
                         "echo 'set -g automatic-rename off' >>/tmp/c; tmux -L in -f /tmp/c"),
        "needs": "tmux",
        "hidden": r'"[^"]*" \d\d:\d\d \S*',
        "env": {"TMUX": "", "TMUX_PANE": ""},
        "steps": [
            ([], "^READY(.*\n)+\\[0\\]"),
            (["C-b", "%"], "^READY.*│READY"),
            (["C-b", "\""], "│READY(.*\n)*.*│READY"),
            (["clear; echo $TERM; tput setaf 3; seq 30", "Enter"], "│30"),
            (["C-b", "Left", "ls /", "Enter"], "^bin"),
            (["C-b", "C-Right", "C-b", ":"], "^:"),
            (["set -g mouse on", "Enter"], "│30"),
            ([click(60, 3)], "│30"),
            (["echo $((40 + 2))", "Enter"], "^42.*│|│42"),
            (["C-b", "["], "\\[0/\\d+\\]"),
            # Keys in one go are a paste for it.
            (["k"], "\\[0/\\d+\\]"),
            (["q"], "│.*30(.*\n)*.*READY"),
            ((100, 30), "READY"),
            (["C-b", "z"], "Z"),
            (["C-b", "c"], "\\AREADY *\n(.*\n)*.*1:"),
            (["printf '\\033]2;hello\\007'; vim -n -u NONE text", "Enter"], "line 20"),
            (["G", ":q", "Enter"], "vim.*\nREADY"),
            (["C-b", ":"], "^:"),
            (["kill-server", "Enter"], "^BACK"),
        ],
    },
    "screen": {
        "by_hand": True,
        "argv": in_shell("SCREENDIR=/tmp/s screen -c /dev/null env PS1=\"$PS1\" bash --norc --noprofile"),
        "needs": "screen",
        "steps": [
            ([], "^READY|Screen version"),
            (["Enter"], "^READY"),
            (["ls -l /usr; tput rev; echo $((40 + 2)); tput sgr0", "Enter"], "^42"),
            (["C-a", "S"], "0 env|0 bash"),
            (["C-a", "Tab", "C-a", "c", "seq 40", "Enter"], "^40"),
            (["C-a", "Escape", "C-u"], "READY"),
            (["Escape"], "READY"),
            (["C-a", ":"], "^:"),
            # tmux clears its screen at a reset of DECCOLM, which xterm and we do not.
            (["quit"], "^:quit"),
        ],
    },
    "python": {
        "argv": ["/usr/bin/python3", "-q"],
        "steps": [
            ([], "^>>>"),
            (["import sys; sys.ps1", "Enter"], "'>>> '"),
            (["for i in range(3):", "Enter", "  print('é日本' * i)", "Enter", "Enter"], "^é日本é日本"),
            (["Up", "Up", "C-a", "M-f", "C-k", "C-y"], "^>>> for  *print|^>>> .*range"),
            # What was typed and not read yet is lost with it.
            (["C-c"], "KeyboardInterrupt"),
            (["help('len')", "Enter"], "len\\(obj"),
            (["q"], ">>>$"),
        ],
    },
    "ipython": {
        "by_hand": True,
        "argv": ["/usr/bin/ipython3", "--no-banner", "--colors=Linux"],
        "needs": "/usr/bin/ipython3",
        "env": {"IPYTHONDIR": "/tmp/i"},
        "steps": [
            ([], "In \\[1\\]"),
            (["import os; 1 + 1", "Enter"], "Out\\[1\\].*2(.*\n)+In \\[2\\]"),
            (["os.path.jo", "Tab"], "os.path.join"),
            (["C-c"], "In \\[2\\]:\\s*\\(cursor"),
            (["def f(x):", "Enter"], "\\.\\.\\.:"),
            (["return x * 2", "Enter"], "return x"),
            (["Enter"], "In \\[3\\]"),
            (["f('é日本')", "Enter"], "é日本é日本"),
            (["1/0", "Enter"], "ZeroDivisionError: (.*\n)+In \\[5\\]"),
            (["Up"], "In \\[5\\]: 1/0"),
            (["Up"], "f\\('é日本'\\)\\s*\\(cursor"),
            ((60, 24), "In \\["),
        ],
    },
    "gdb": {
        "by_hand": True,
        "argv": in_shell("gdb -q -nx -tui -ex 'set confirm off' -ex 'file /usr/bin/env'"),
        "needs": "gdb",
        "steps": [
            ([], "\\(gdb\\)"),
            (["layout asm", "Enter"], "\\(gdb\\)"),
            (["layout regs", "Enter"], "\\(gdb\\)"),
            (["help layout", "Enter"], "\\(gdb\\)|--Type"),
            (["c", "Enter"], "\\(gdb\\)\\s*\\(cursor"),
            (["print 40 + 2", "Enter"], "= 42"),
            (["C-x", "a"], "\\(gdb\\)"),
            # tmux brings back the main screen of before, and does not clear what was drawn since, at another size.
            (["C-x", "a"], "\\(gdb\\)"),
            ((100, 30), "\\(gdb\\)"),
        ],
    },
    "dialog": {
        "argv": in_shell("dialog --colors --title Título --menu 'Choose 日本:' 15 50 5 1 one 2 'zwei ä' 3 three; dialog --gauge half 8 40 50 </dev/null"
                         "; dialog --yesno 'sure?' 7 30; dialog --inputbox name 9 40"),
        "needs": "dialog",
        "steps": [
            ([], "three"),
            (["Down", "Tab"], "zwei"),
            (["Enter"], "sure"),
            ([click(40, 14)], "sure|name"),
            (["Right", "Enter"], "name"),
            (["ä日", "Left", "x", "Left", "Left", "y"], "yäx日"),
            quit_with("Enter"),
        ],
    },
    "git": {
        "argv": SHELL,
        "env": {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z", "GIT_PAGER": "less -R"},
        "steps": [
            ([], "^READY"),
            (["git init -q /tmp/r && cd /tmp/r && git config user.name me && git config user.email me@here && clear && echo made", "Enter"], "\\Amade\nREADY"),
            (["for i in `seq 40`; do echo $i >>f; git add f; git commit -qm \"commit $i é日本\"; done; echo done", "Enter"], "^done\nREADY"),
            (["git log --color --graph --stat", "Enter"], "commit 40"),
            (["Space", "/commit 3", "Enter", "n"], "commit 3"),
            (["q"], "READY\\s*\\(cursor"),
            (["sed -i 5,9s/^/x/ f; git diff --color --word-diff", "Enter"], "x5"),
            (["q"], "READY\\s*\\(cursor"),
            (["clear; git add -p", "Enter"], "\\[y,n"),
            (["q", "Enter"], "READY\\s*\\(cursor"),
            (["git checkout -q f; git rebase -q -i HEAD~3; clear", "Enter"], "^pick"),
        ],
    },
    "make": {
        "argv": SHELL,
        "steps": [
            ([], "^READY"),
            (["cp code.c /tmp; cd /tmp; clear; cc -fdiagnostics-color=always -Wall -Wextra -c code.c; echo built", "Enter"], "^built"),
            (["printf 'all:\\n\\t@for i in 1 2 3; do tput setaf $$i; echo step $$i; done; tput sgr0; false\\n' >Makefile; clear; make", "Enter"], "Error 1"),
        ],
    },
    "busybox-vi": {
        "argv": in_shell("busybox vi text"),
        "needs": "busybox",
        "steps": [
            ([], "line 1"),
            # It draws, and scrolls, when nothing more was typed: so one after the other.
            (["G"], "^line 120"),
            (["o"], "^I text"),
            (["new"], "^new"),
            (["Escape"], "^- text"),
            (["1G"], "\\Aline 1 "),
            (["dd"], "\\Aline 2 "),
            (["p"], "\\Aline 2 .*\nline 1 "),
            (["C-f"], "\\Aline [24]\\d "),
            (["PPage"], "\\Aline 2 "),
            (["NPage"], "\\Aline [24]\\d "),
            (["End"], "\\Aline [24]\\d "),
            (["Home"], "\\Aline [24]\\d "),
            quit_with(":q!", "Enter"),
        ],
    },
}
