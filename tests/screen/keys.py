# SPDX-License-Identifier: GPL-3.0-or-later
"""Each key that the help lists, pressed in the place that it is listed for, in scripts on recorded answers: the screen is
another one afterwards, or the inspector has closed. What is pressed is read from the help itself. Run by keys.sh."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.environ["HARNESS"])

from harness import ISOLATE, Failed, equal, main, test, until  # noqa: E402

INSPECT = os.path.join(os.path.dirname(ISOLATE), "isolate-inspect")
RECORDED = os.path.join(os.environ["TESTS"], "screen", "recorded")

# The job stops, which stops.py looks at: a script has none.
NOT_IN_SCRIPTS = "suspend",


def play(lines, size="80x24", config=None):
    """What is on the screens that were written, by their names."""
    with open("keys", "w") as f:
        f.write("\n".join(lines) + "\n")
    command = [INSPECT, "--recorded", RECORDED, "--script", "keys", "--size", size]
    run = subprocess.run(command + (["--config", config] if config else []), capture_output=True, text=True,
                         env=dict(os.environ, LC_ALL="C.UTF-8"))
    if run.returncode != 0:
        raise Failed("%r: status %d: %s" % (lines, run.returncode, run.stderr))
    screens = {}
    for name in "help", "before", "after":
        if os.path.exists(name):
            with open(name) as f:
                screens[name] = f.read()
            os.unlink(name)
    return screens


def listed(tab, config=None):
    """The keys of a tab, and those of all, as the help has them: (key, command)."""
    text = play([":tab " + tab, ":keys", ":dump-screen help"], "200x400", config)["help"]
    text = text[text.index("Keys here"):text.index("Commands of the session")]
    return re.findall(r"^\W*(\S+)\s+:(\S.*?)(?:  |$)", text, re.MULTILINE)


# What the help calls otherwise than a script.
WORDS = {"Esc": "escape", "S-Tab": "back-tab", "PgUp": "page-up", "PgDn": "page-down"}


def word(key):
    return '"%s"' % key if len(key) == 1 else WORDS.get(key, key.lower())


def does_nothing(tab, key, command, config=None):
    before = [":tab " + tab, "down"]
    if command == "unfilter":
        before.append(":filter e")
    screens = play(before + [":dump-screen before", word(key), ":dump-screen after"], config=config)
    return screens.get("before") == screens.get("after")


def is_there_already(tab, command):
    # Nothing has happened in a recording, so there are no rows to move among.
    return command == "tab " + tab or (tab == "events" and command.startswith("move "))


def look_at(tab):
    keys = listed(tab)
    if len(keys) < 30:
        raise Failed("the help of %s has only %d keys" % (tab, len(keys)))
    dead = [(key, command) for key, command in keys
            if command not in NOT_IN_SCRIPTS and not is_there_already(tab, command) and does_nothing(tab, key, command)]
    equal("keys that do nothing in " + tab, dead, [])


for name in "mounts", "identity", "namespaces", "processes", "events", "misses":
    def one(tab=name):
        look_at(tab)
    one.__name__ = "keys_of_" + name
    one.__doc__ = "each key that is listed for %s does something there" % name
    test(one)


@test
def dead_key():
    """a key that does nothing is found"""
    with open("dead.conf", "w") as f:
        f.write("key mounts x - move 0\n")
    equal("it is listed", ("x", "move 0") in listed("mounts", "dead.conf"), True)
    equal("it does nothing", does_nothing("mounts", "x", "move 0", "dead.conf"), True)


@test
def own_commands():
    """what the help calls a command of the inspector is none of the session's"""
    text = play([":keys", ":dump-screen help"], "200x400")["help"]
    names = re.findall(r"^\W*:(\S+)", text[text.index("Commands of the inspector"):], re.MULTILINE)
    equal("there are some", len(names) > 20, True)
    for name in names:
        if name not in ("close", "dump-screen"):
            screens = play([":" + name, ":dump-screen after"])
            equal(":%s goes to the session" % name, "would run" in screens["after"], False)


@test
def on_a_session():
    """a script on a session ends well: it is not confined, so built with sanitizers it looks for leaks as it ends"""
    session = subprocess.Popen([ISOLATE, "-q", "--name", "keys", "sh", "-c", "echo up; read x"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    session.stdout.readline()
    until("a session", lambda: b"keys" in subprocess.run([ISOLATE, "--list"], capture_output=True).stdout)
    with open("keys", "w") as f:
        f.write("2\n3\n4\nenter escape\n5\n6\n1\n:mount ro:/tmp/x=/usr\n:undo\nenter escape\n/ \"usr\" enter escape\n"
                "a \"/da\" tab escape\n:who\nescape\n:kill 99999\n\"?\" escape\n4\n:refresh\n:dump-screen seen\n")
    run = subprocess.run([INSPECT, "--script", "keys", "keys"], capture_output=True, text=True)
    equal("what it says", run.stderr, "")
    equal("its status", run.returncode, 0)
    with open("seen") as f:
        equal("the processes are seen", "sh -c echo up" in f.read(), True)
    session.communicate(b"\n")


if __name__ == "__main__":
    main()
