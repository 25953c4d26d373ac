# SPDX-License-Identifier: GPL-3.0-or-later
"""The program in its pane beside the inspector's panel. Run by pane.sh; `pane.sh NAME…` runs some tests alone."""
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, SHELL, Desk, inspector_of, shell_in_pane  # noqa: E402
from harness import ISOLATE, Failed, descendants_of, equal, main, name_of, test, until  # noqa: E402

COLORS_ASKED = b"\x1b]10;?\x1b\\\x1b]11;?\x1b\\"


@test
def side_by_side():
    """the program is on the left, the panel on the right, and both are alive"""
    desk = shell_in_pane()
    desk.run("echo one-$((40 + 2))", r"^one-42 *│")
    desk.type(PREFIX + b"3")
    desk.shows(r"│ *3 Namespaces|│.* 3 Namespaces ")
    desk.type(PREFIX)
    desk.run("echo two-$((40 + 3))", r"^two-43 *│")
    desk.type("exit 7\r")
    equal("the status", desk.wait_end(), 7)
    equal("the modes", desk.modes(), desk.before)
    if "two-43" not in desk.screen.text():
        raise Failed("what it showed last is gone:\n" + desk.screen.text())
    equal("the main screen is back", desk.screen.seen_modes[1049], False)
    equal("the mouse is off", desk.screen.seen_modes[1002], False)
    equal("focus is not told any more", desk.screen.seen_modes[1004], False)


@test
def a_long_list():
    """without a pane: the frame is seen before a list that takes its time"""
    session = subprocess.Popen([ISOLATE, "-q", "--name", "long", "sh", "-c", "echo up; read x"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    session.stdout.readline()
    specs = " ".join("ro:/srv/%04d=/usr/share" % i for i in range(5000))
    subprocess.run([ISOLATE, "--prompt", "long"], input=(":mount " + specs + "\n").encode(), check=True,
                   stdout=subprocess.DEVNULL)
    desk = Desk("--inspect=long")
    desk.shows(r"^ /srv/0000 .*live")
    if b"Asking" not in desk.seen:
        raise Failed("nothing was seen before the list")
    desk.type("q")
    equal("the status", desk.wait_end(), 0)
    session.communicate(b"\n")


@test
def keys_in_a_narrow_panel():
    """where one line is too short for the keys they get two, the way back to the program among them"""
    desk = shell_in_pane(columns=80)
    desk.type(PREFIX + b"6")
    desk.shows(r"│ m mount  M writable  i ignore *\n.*│ d deny  w why  Ctrl-\] back *\n.*│ \? keys  q close")
    desk.type("?")
    desk.shows(r"│ m +mount what cures .*(\n.*){2}\n.*│ +\(:confirm allow %spec\) ")
    desk.type("q" + PREFIX.decode())
    desk.run("exit", r"")
    equal("the status", desk.wait_end(), 0)


@test
def byte_for_byte():
    """keys are the program's as they come; the prefix key twice is itself"""
    desk = shell_in_pane()
    desk.run("stty raw -echo; echo GO; head -c 31 | od -An -c -w11; stty sane", r"^GO")
    desk.type(b"\x01\x02\x03\x04\x1a\x1c\x7f" + PREFIX + PREFIX + b"\x1b[A\x1b[1;5C\x1bx\x1b[24~\xc3\xa4" + b"\t\r\nz" + b"e")
    desk.shows(r"001 002 003 004 032 034 177 035 033")
    desk.shows(r" z +e *│")
    shown = " ".join(" ".join(desk.pane()).split())
    for word in (r"035 033 [ A 033 [ 1 ; 5 C 033 x 033 [ 2 4 ~ 303 244 \t \r \n z",):
        words = re.sub(r"\s", "", word)
        if words not in re.sub(r"\s", "", shown):
            raise Failed("%r is not in\n%s" % (word, shown))
    desk.type("exit\r")
    equal("the status", desk.wait_end(), 0)


@test
def application_keys():
    """cursor keys are what the program has asked for, and the terminal outside is not told"""
    desk = shell_in_pane()
    desk.run("printf '\\033[?1h'; stty raw -echo; echo GO; head -c 12 | od -An -c; stty sane", r"^GO")
    # The second Home is that of tmux, and the F1 that of the Linux console.
    desk.type(b"\x1b[A\x1b[H\x1b[1~\x1b[[A")
    desk.shows(r"033 +O +A +033 +O +H +033 +O +H +033 +O +P")
    desk.type("\rexit\r")
    desk.wait_end()


@test
def size():
    """the program's terminal is as large as the pane, also when the terminal changes its size"""
    desk = shell_in_pane()
    rows, columns = map(int, desk.run("stty size", r"^(\d+) (\d+) *│").groups())
    equal("rows", rows, 24)
    equal("columns", columns, desk.screen.text().split("\n")[0].index("│"))
    desk.resized(30, 121)
    rows, columns = map(int, desk.run("while stty size | grep -v ^30; do :; done; clear; stty size",
                                      r"\A(30) (\d+) *│").groups())
    equal("columns", columns, desk.screen.text().split("\n")[0].index("│"))
    desk.type("exit\r")
    desk.wait_end()


@test
def inspector_killed():
    """killed, the inspector leaves the terminal and the program to each other"""
    desk = shell_in_pane()
    os.kill(inspector_of(desk), signal.SIGKILL)
    until("the main screen", lambda: desk.look() is not None and desk.screen.seen_modes.get(1049) is False)
    desk.run("echo back-$((40 + 2)) $(stty size)", r"back-42 24 100")
    desk.type("exit 5\r")
    equal("the status", desk.wait_end(), 5)
    equal("the modes", desk.modes(), desk.before)


@test
def stopped():
    """a program that stops itself goes on: there is no shell behind the pane"""
    desk = Desk("--inspect", "sh", "-c", "read a; kill -STOP $$; echo went-on; read b; exit 4")
    desk.shows("│.*Mounts")
    desk.type("\r")
    desk.shows(r"^went-on")
    desk.type("\r")
    desk.shows("isolate: the program ended with status 4")
    desk.type("q")
    equal("the status", desk.wait_end(), 4)


@test
def no_prefix():
    """without a prefix key every key is the program's"""
    desk = Desk("--inspect-key=none", "--inspect", *SHELL)
    desk.shows(r"^READY .*│.*")
    # Before it speaks, what is typed is for the line editor of the shell.
    desk.run("echo UP; cat -v", r"^UP")
    desk.type(PREFIX + b"x\r")
    desk.shows(r"^\^\]x\s*│.*\n\^\]x")
    desk.type(b"\x04exit\r")
    equal("the status", desk.wait_end(), 0)


@test
def short_program():
    """what a program shows that ends at once is seen on the terminal"""
    desk = Desk("--inspect", "echo", "just-this")
    equal("the status", desk.wait_end(), 0)
    if "just-this" not in desk.screen.text():
        raise Failed(desk.screen.text())
    equal("the modes", desk.modes(), desk.before)


@test
def flood():
    """a program that never stops writing starves neither the keys nor the panel"""
    desk = shell_in_pane()
    desk.run("yes", r"^y *│")
    before = len(desk.seen)
    desk.type(PREFIX + b"2")
    desk.shows(r"2 Identity")
    desk.shows(r"bounding s")
    desk.type(PREFIX + b"\x03")
    desk.shows(r"^READY")
    equal("few bytes of the flood", len(desk.seen) - before < 2_000_000, True)
    desk.type("exit 0\r")
    desk.wait_end()


def keys_in_a_flood(source):
    desk = shell_in_pane()
    divider = desk.screen.text().split("\n")[0].index("│")
    desk.run("trap 'kill %%1' EXIT; %s & read -r x; kill %%1; wait; printf '\\033c'; clear; echo got-$x" % source, r"^y *│|[^ -~]{3}.*│")
    for keys, shown in ((b"2", "bounding s"), (b"1", "│ .*INSIDE"), (b"v", "^─{100}$"), (b"v" + PREFIX + b"v", "│ .*INSIDE")):
        start = time.monotonic()
        desk.type(PREFIX + keys + PREFIX)
        desk.shows(shown)
        if time.monotonic() - start > 5:
            raise Failed("the panel took %.1f s for %r" % (time.monotonic() - start, keys))
    try:
        until("a divider from top to bottom",
              lambda: desk.look() is not None and all(line[divider] == "│" for line in desk.screen.lines))
    except Failed as e:
        raise Failed("%s\n%s" % (e, desk.screen.text())) from e
    desk.type("word\r")
    # What the terminal was asked by chance, it answers: as if typed.
    desk.shows(r"^got-.*word *│")
    desk.type("\x15exit 0\r")
    desk.wait_end()


@test
def flood_and_keys():
    """in a flood keys reach the program, and the panel is drawn and moved"""
    keys_in_a_flood("yes")


@test
def flood_of_anything():
    """so in one of bytes of any kind, and they change nothing around the pane"""
    keys_in_a_flood("cat /dev/urandom")


@test
def stays_in_its_place():
    """what a program writes ends where its pane does, and of its sequences none reaches the terminal"""
    desk = shell_in_pane()
    divider = desk.screen.text().split("\n")[0].index("│")
    panel = [line.split("│", 1)[1] for line in desk.screen.text().split("\n")]
    before = len(desk.seen)
    attacks = (r"\033[1;%dHFAKE\033[999;999HFAKE" % (divider + 2), r"\033[?69h\033[1;200s\033[2;90HFAKE\033[?69l", r"\033[3;70r\033[?6h\033[3;99HFAKE\033[?6l\033[r",
               r"\033[4;1H\033[200@\033[999XFAKE\033[999b", r"\033[5;%dH日\033[6;%dH日" % (divider, divider - 1), r"\033[7;%dHe" % divider + r"\xcc\x81" * 40,
               r"\033[8;1Ha\xe2\x80\xaeb\xe2\x81\xa7c\xc2\x9b31mFAKE",
               r"\033[8;20H👨\xe2\x80\x8d👩 ❤\xef\xb8\x8f👍🏽|", r"\033]0;FAKE\007\033]2;FAKE\033\\\033kFAKE\033\\", r"\033]52;c;RkFLRQ==\007",
               r"\033P+q544e\033\\\033Ptmux;\033\033[1;90HFAKE\033\\\033_FAKE\033\\\033^FAKE\033\\", r"\033[8;10;20t\033[3;1;1t\033[?3h\033[?1049h\033[?47l\033[?1049l",
               r"\033[9;1H\033[#8\033#3FAKE\033#6\033#5", r"\033]8;;http://FAKE/\033\\x\033]8;;\033\\")
    desk.run("clear; printf '%s'; printf '\\033[20;1HDONE-%%d\\n' 42" % "".join(attacks), r"^DONE-42")
    for y, line in enumerate(desk.screen.text().split("\n")):
        equal("the panel in line %d" % y, line.partition("│")[2], panel[y])
    # Its own question, which is asked when the first key is typed.
    seen = desk.seen[before:].replace(COLORS_ASKED, b"", 1)
    # Characters that terminals join, or do not, are not there either: all stands in the columns where the pane has it.
    equal("emoji", desk.pane()[7][19:].partition("|")[0], "👨👩 ❤👍  ")
    for sequence in (rb"\x1b[\]PX^_k]", rb"\x1b\[[0-9;]*t", rb"\x1b\[\?(?:3|47|69)[hl]", rb"\x1b#", b"\xe2\x80\xae", b"\xe2\x81\xa7", b"\xc2\x9b",
                     b"\xe2\x80\x8d", b"\xef\xb8\x8f"):
        if re.search(sequence, seen):
            raise Failed("%r went outward in %r" % (sequence, seen))
    # What it was asked for has been answered, as if typed.
    desk.shows(r"1\+r544E=")
    desk.type("\x03")
    desk.shows(r"\^C(.*\n)?READY ")
    desk.run("printf '\\033c'; stty raw -echo; printf '\\033]2;SECRET\\007\\033[21t\\033[20t\\033]52;c;?\\007\\033[1;1;1;1;5;9*y\\005\\033[5n'; clear; head -c 4 | od -An -c; stty sane",
             r"033 +\[ +0 +n")
    desk.type("exit\r")
    desk.wait_end()


@test
def places():
    """the panel is put below, away and right again, and the program has the room that is left"""
    desk = shell_in_pane()
    desk.type(PREFIX + b"v")
    desk.shows(r"^─{100}$")
    desk.type(PREFIX)
    rows, columns = map(int, desk.run("clear; stty size", r"^(\d+) (\d+)$").groups())
    equal("columns", columns, 100)
    equal("rows", rows, desk.screen.text().split("\n").index("─" * 100))
    desk.type(PREFIX + b"q")
    desk.run("while [ \"$(stty size)\" != '24 100' ]; do :; done; clear; echo all-$((40 + 2))", r"\Aall-42$")
    desk.type(PREFIX)
    # Over the pane it has an edge too.
    desk.shows(r"^all-42 *│.*1 Mounts|│.*1 Mounts")

    def edged():
        desk.look()
        lines = desk.screen.text().split("\n")
        at = lines[0].find("│")
        return at >= 0 and all(line[at:at + 1] == "│" for line in lines)
    until("its edge in each line", edged)
    desk.type(b"v")
    desk.shows(r"│.*Mounts")
    desk.type(PREFIX)
    desk.run("while [ \"$(stty size)\" = '24 100' ]; do :; done; clear; echo half-$((40 + 2))", r"\Ahalf-42 *│")
    desk.type("exit\r")
    desk.wait_end()


@test
def narrow():
    """on a narrow screen the panel is below by itself, so that one can work in the pane; right, where one puts it"""
    desk = Desk("--inspect", *SHELL, rows=24, columns=64)
    desk.shows(r"^─{64}$")
    desk.shows(r"1 Mounts")
    desk.run("clear; stty size", r"^14 64$")
    desk.type(PREFIX + b":panel 50\r")
    desk.shows(r"│.*Mounts")
    desk.resized(24, 100)
    desk.shows(r"^.{49}│ *1 Mounts|^.{49}│ .*Mounts")
    desk.type(PREFIX + b"exit\r")
    desk.wait_end()


@test
def zooms():
    """the panel is put over all of the screen, and the program keeps its size and is seen when it has the keys"""
    desk = shell_in_pane()
    before = desk.run("clear; stty size", r"^(\d+ \d+) *│").group(1)
    desk.type(PREFIX + b"z")
    desk.shows(r"^ 1 Mounts  2 Identity  3 Namespaces")
    desk.type(PREFIX)
    desk.shows(r"^READY *│")
    equal("its size", desk.run("clear; stty size", r"^(\d+ \d+) *│").group(1), before)
    desk.type(PREFIX)
    desk.shows(r"^ 1 Mounts  2 Identity  3 Namespaces")
    desk.type(b"z:panel 20\r")
    desk.shows(r"^.{79}│ ")
    desk.type(PREFIX + b"exit\r")
    desk.wait_end()


@test
def looks_back():
    """the history is searched, copied from and pasted from with the keys of vi; the clipboard is asked for first"""
    desk = shell_in_pane()
    desk.run("seq -f 'line-%g' 300; echo end-$((40 + 2))", r"^end-42")
    desk.type(PREFIX + b"[")
    desk.shows(r"\[0/\d+\]│")
    desk.type(b"/line-78\r")
    desk.shows(r"^ on from the start ")
    desk.type(b"?line-77\r")
    desk.shows(r"^line-77 ")
    # To the end of the word, the other end of it, back again.
    desk.type(b"veo0oy")
    desk.shows(r"7 bytes copied; ")
    desk.shows(r"^READY")
    desk.type("cat\r")
    desk.shows(r"^READY cat")
    desk.type(PREFIX + b"]")
    desk.type("-pasted\r")
    desk.shows(r"^line-77-pasted")
    equal("nothing went to the clipboard", desk.screen.copied, [])
    desk.type(b"\x04exit\r")
    desk.wait_end()


@test
def emacs_and_clipboard():
    """keys of emacs and the clipboard, where the configuration says so"""
    os.makedirs("config/isolate")
    os.environ["XDG_CONFIG_HOME"] = os.getcwd() + "/config"
    with open("config/isolate/inspect.conf", "w") as f:
        f.write("copy-keys emacs\nclipboard on\n")
    desk = shell_in_pane()
    desk.run("echo some-$((40 + 2))", r"^some-42")
    desk.type(PREFIX + b"[")
    desk.shows(r"\[0/0\]")
    desk.type(b"\x10\x01")
    desk.type(b"\x00\x05\x1bw")
    until("the clipboard", lambda: desk.look() is not None and desk.screen.copied)
    equal("it", desk.screen.copied, [b"\x1b]52;c;c29tZS00Mg==\x1b\\"])
    desk.type("exit\r")
    desk.wait_end()


@test
def mouse():
    """the wheel looks back and a drag copies; a program that asks for the mouse gets it, at its own cells"""
    desk = shell_in_pane()
    desk.run("seq -f 'line-%g' 100; echo end-$((40 + 2))", r"^end-42")
    desk.type(b"\x1b[<64;5;5M" * 10)
    desk.shows(r"\[30/\d+\]│")
    desk.type(b"q")
    # The last lines may be drawn before those above them.
    desk.shows(r"^line-100 *│")
    row = next(i for i, line in enumerate(desk.pane()) if line == "line-100") + 1
    desk.type(b"\x1b[<0;1;%dM\x1b[<32;4;%dM\x1b[<0;4;%dm" % (row, row, row))
    desk.shows(r"4 bytes copied")
    # While it is drawn anew the terminal is the shell's for a moment, and what is typed is too.
    desk.type(PREFIX + b"\x0c" + PREFIX)
    desk.shows(r"asked for everything again")
    desk.type(b"\x1b[<0;1;%dM\x1b[<32;3;%dM\x1b[<0;3;%dm" % (row, row, row))
    desk.shows(r"3 bytes copied")
    equal("drags are told after the screen was drawn anew", desk.screen.seen_modes[1002], True)
    desk.run("printf '\\033[?1000h\\033[?1006h'; stty raw -echo; clear; echo GO; head -c 9 | od -An -c; stty sane", r"^GO")
    desk.type(b"\x1b[<0;3;2M")
    desk.shows(r"033 +\[ +< +0 +; +3 +; +2 +M")
    desk.type("\rexit\r")
    desk.wait_end()


def answers_colours(desk):
    until("a question", lambda: desk.look() is not None and COLORS_ASKED in desk.seen)
    desk.type(b"\x1b]10;rgb:ffff/eeee/dddd\x1b\\\x1b]11;rgb:1010/2020/3030\x07")


BACKGROUND = "stty raw -echo; printf '\\033]11;?\\033\\\\'; head -c 25 | od -An -c | tr -s ' \\n' ' '; stty sane"
BACKGROUND_TOLD = r"033 \] 1 1 ; r g b : 1 0 1 0 / 2 0 2 0 / 3 0 3 0"


@test
def default_colours():
    """the terminal is asked for its default colours when the first key is typed, and programs that ask are told"""
    desk = shell_in_pane()
    equal("it was not asked", COLORS_ASKED in desk.seen, False)
    desk.type("#")
    answers_colours(desk)
    desk.run("\r" + BACKGROUND, BACKGROUND_TOLD)
    equal("it was asked once", desk.seen.count(COLORS_ASKED), 1)
    desk.type("\rexit\r")
    desk.wait_end()


@test
def default_colours_asked():
    """... or when a program asks, who is told then"""
    desk = Desk("--inspect", "sh", "-c", BACKGROUND + "; echo; echo sane; read x")
    answers_colours(desk)
    desk.shows(BACKGROUND_TOLD)
    desk.shows("^sane")
    desk.type("\r")
    desk.wait_end()


def colours_outward(colorterm):
    """What of the terminal's colours goes outward for some of the program's, after the first of them."""
    os.environ.update(TERM="xterm-256color", COLORTERM=colorterm)
    desk = shell_in_pane()
    before = len(desk.seen)
    desk.run("clear; printf '\\033[38;2;10;60;200;48;5;17mone\\033[38;5;208mtwo\\033[0;94mthree\\033[0;31mfour\\033[m-%d\\n' 42", r"^onetwothreefour-42")
    desk.run("echo $TERM-${TERMINFO##*hex:*}-", r"^xterm-256color-%s-" % re.escape(os.environ.get("TERMINFO", "")))
    seen = desk.seen[before:]
    desk.type("exit\r")
    desk.wait_end()
    return seen


@test
def colours():
    """colours of 24 bits go outward where COLORTERM says so, and those of the palette as they are"""
    seen = colours_outward("truecolor")
    for wanted in rb"38;2;10;60;200", rb"48;5;17", rb"38;5;208", rb"94", rb"31":
        if not re.search(rb"\x1b\[(?:[0-9;]*;)?%s[;m]" % wanted, seen):
            raise Failed("%r is not in %r" % (wanted, seen))


@test
def fewer_colours():
    """where it does not say so, the nearest of 256 goes outward"""
    seen = colours_outward("")
    if b"\x1b[38;2;" in seen or b"\x1b[38;5;26m" not in seen:
        raise Failed("%r" % seen)


@test
def focus():
    """a program that asked hears when it gets and loses the keys, once each, be it by the panel or by the window"""
    desk = shell_in_pane()
    desk.run("printf '\\033[?1004h'; stty raw -echo; clear; echo GO; head -c 12 | od -An -c | tr -s ' \\n' ' '; stty sane; printf '\\033[?1004l'", r"^GO")
    # To the panel, away from the window and back, to the pane, away and back.
    desk.type(b"\x1b[<0;95;5M\x1b[<0;95;5m\x1b[O\x1b[I\x1b[<0;5;5M\x1b[<0;5;5m\x1b[O\x1b[I")
    desk.shows(r"033 \[ O 033 \[ I 033 \[ O 033 \[ I")
    desk.type("\rexit\r")
    desk.wait_end()


@test
def mouse_held():
    """a button that was pressed in the pane is the pane's until it is released, also over the panel"""
    desk = shell_in_pane()
    divider = desk.screen.text().split("\n")[0].index("│")
    desk.run("clear; printf '%%0%dd\\n' 7; echo end-$((40 + 2))" % divider, r"^end-42")
    desk.type(b"\x1b[<0;2;1M\x1b[<32;4;1M\x1b[<32;%d;1M\x1b[<0;%d;1m" % (divider + 9, divider + 9))
    desk.shows(r"%d bytes copied; Ctrl-\] \] types them" % (divider - 1))
    desk.run("echo typed-$((40 + 2))", r"^typed-42")
    # Three times at once: the line.
    desk.type(b"\x1b[<0;2;2M\x1b[<0;2;2m" * 3)
    desk.shows(r"│ 6 bytes copied")
    desk.run("printf '\\033[?1002h\\033[?1006h'; stty raw -echo; clear; echo GO; head -c %d | od -An -c | tr -s ' \\n' ' '; stty sane; printf '\\033[?1002l'"
             % (17 + len(str(divider))), r"^GO")
    desk.type(b"\x1b[<0;3;2M\x1b[<0;%d;2m" % (divider + 9))
    desk.shows(r"033 \[ < 0 ; 3 ; 2 M 033 \[ < 0 ; %s ; 2 m" % " ".join(str(divider)))
    desk.type("\rexit\r")
    desk.wait_end()


@test
def crosses_over():
    """the path at the cursor of the pane is handed to a command"""
    desk = shell_in_pane()
    desk.type("ls /etc/shadow-none")
    desk.shows(r"^READY ls /etc/shadow-none")
    desk.type(PREFIX + b"=")
    desk.shows(r"│.*:why /etc/shadow-none")
    desk.type(b"\r")
    desk.shows(r"│.*shadow-none.*")
    desk.type(PREFIX + b"\x15")
    # A drag has copied what it selected; there is no path at the prompt.
    desk.run("clear; echo \"cat: '/etc/so:me-$((40 + 2))': none\"", r"^cat: '/etc/so:me-42'")
    desk.type(b"\x1b[<0;7;1M\x1b[<32;18;1M\x1b[<0;18;1m")
    desk.shows(r"│ 12 bytes copied")
    desk.type(PREFIX + b"+")
    desk.shows(r"│.*:mount /etc/so\\:me-4$")
    desk.type(b"\x1b")
    desk.shows(r"\A(?!(.*\n)*.*│.*:mount)")
    # Two clicks leave the marks of a sentence out.
    desk.type(b"\x1b[<0;9;1M\x1b[<0;9;1m" * 2)
    desk.shows(r"│ 13 bytes copied")
    desk.type(PREFIX + b"+")
    desk.shows(r"│.*:mount /etc/so\\:me-42$")
    desk.type(b"\x1b")
    desk.shows(r"\A(?!(.*\n)*.*│.*:mount)")
    desk.type(PREFIX + b"exit\r")
    desk.wait_end()


@test
def pastes():
    """a paste is in brackets for a program that asked for them, and bare for another"""
    desk = shell_in_pane()
    desk.run("bind 'set enable-bracketed-paste off'; printf '\\033[?2004l'; echo GO-$((40 + 2)); cat -v", r"^GO-42")
    desk.type(b"\x1b[200~bare" + PREFIX + b"\x1b[201~\r")
    desk.shows(r"^bare\^\]\s*│.*\nbare\^\]")
    desk.type(b"\x04")
    desk.run("printf '\\033[?2004h'; echo GO-$((40 + 3)); cat -v", r"^GO-43")
    desk.type(b"\x1b[200~much\x1b[201~\r")
    desk.shows(r"\^\[\[200~much\^\[\[201~")
    desk.type(b"\x04exit\r")
    desk.wait_end()


@test
def describes_itself():
    """the terminal inside is xterm-256color, and described by the files that are there"""
    equal("the description is made of its source", os.environ.get("PANE_TERMINFO_DIFFERS"), None)
    desk = shell_in_pane()
    desk.run("echo $TERM-${#TERMINFO}-", r"^xterm-256color-%d-" % len(os.environ.get("TERMINFO", "")))
    desk.type("exit\r")
    desk.wait_end()


@test
def needs_no_files():
    """where no terminal is described inside, the pane's is all the same"""
    places = [p for p in ("/etc/terminfo", "/usr/lib/terminfo", "/usr/share/terminfo") if os.path.isdir(p)]
    desk = Desk("--mnt", " ".join(p + "=none" for p in places), "--inspect", *SHELL)
    desk.shows(r"^READY .*│.*")
    desk.run("TERM=$TERM tput setaf 1 | od -An -c; echo $TERM-${TERMINFO%%:*}-", r"033 +\[ +3 +1 +m(.*\n)+xterm-256color-b64-")
    desk.type("exit\r")
    desk.wait_end()


main()
