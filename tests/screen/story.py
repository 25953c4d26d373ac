# SPDX-License-Identifier: GPL-3.0-or-later
"""From a prefix that does not work in a sandbox to one that does. Run by story.sh; `story.sh NAME…` runs some alone."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.environ["HARNESS"])

from desk import PREFIX, Desk, inspector_of  # noqa: E402
from harness import ISOLATE, Failed, descendants_of, equal, is_gone, main, name_of, test, until  # noqa: E402

os.environ["XDG_DATA_HOME"] = os.getcwd() + "/data"

# Without the default view: all that is not named is missing, and nothing is covered.
VIEW = ["--no-defaults", "-m", "ro:/usr ro:/bin try,ro:/lib try,ro:/lib64"]
BASE = os.path.realpath(os.environ["HOME"]) + "/conda"
ENVIRONMENT = BASE + "/envs/grading"
PYTHON = ENVIRONMENT + "/bin/python"


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


# An environment whose library is a link into the base: a python that starts and fails at once without that.
os.makedirs(BASE + "/conda-meta")
os.makedirs(ENVIRONMENT + "/conda-meta")
os.makedirs(ENVIRONMENT + "/lib")
write(PYTHON, "#!/bin/sh\n. %s/lib/start.sh\n" % ENVIRONMENT, 0o755)
os.mkdir(BASE + "/bin")
os.symlink("../envs/grading/bin/python", BASE + "/bin/python")
write(BASE + "/pkgs/python-3/lib/start.sh",
      'if [ $# -gt 0 ]; then echo "kernel $*"; exit 0; fi\nprintf "working >>> "\n'
      'while read -r line; do [ "$line" != fail ] || exit 3; echo "$line"; done\n')
os.symlink("../../../pkgs/python-3/lib/start.sh", ENVIRONMENT + "/lib/start.sh")


def inspect(*options, argv=(PYTHON,), **more):
    return Desk(*VIEW, "--inspect", *options, "--", *argv, **more)


def cure(desk):
    """Two keys."""
    desk.shows(r"│.*6 Misses(.*\n)+.*│.*conda")
    desk.shows(r"│.*m mounts, r restarts, q quits")
    desk.type("m")
    desk.shows(r"│.*\(y/n\) start it again")
    desk.type("y")
    desk.shows(r"^working >>> ")


@test
def two_keys():
    """a prefix of which a part is missing: the inspector stays, mounts it, and starts the program again"""
    desk = inspect("-m", ". ro:" + ENVIRONMENT)
    desk.shows(r"isolate: the program ended with status \d+")
    cure(desk)
    desk.type("hello\r")
    desk.shows(r"^hello *│")
    desk.type("\x04")
    equal("its status", desk.wait_end(), 0)


@test
def not_there():
    """a program that is not there inside is told of in the pane, and started likewise"""
    desk = inspect("-m", ".", argv=[BASE + "/bin/python"])
    desk.shows(r"isolate: cannot execute")
    cure(desk)
    desk.type("\x04")
    equal("its status", desk.wait_end(), 0)


@test
def leaves():
    """q leaves, and the terminal, what was said and the status are as without an inspector"""
    desk = inspect("-m", ".")
    desk.shows(r"│.*q quits")
    desk.type("q")
    equal("its status", desk.wait_end(), 127)
    if "cannot execute" not in desk.screen.text():
        raise Failed("the reason is not told on the terminal:\n" + desk.screen.text())
    equal("the terminal's modes", desk.modes(), desk.before)


@test
def fails_later():
    """a program that fails while it is looked at is kept too; one that succeeds ends the session"""
    desk = inspect("-m", "ro:" + BASE)
    desk.shows(r"^working >>> ")
    desk.type("fail\r")
    desk.shows(r"isolate: the program ended with status 3")
    old = inspector_of(desk)
    desk.type("r")
    until("another inspector", lambda: desk.look() is not None and inspector_of(desk) != old)
    desk.run("ping", r"^ping *│")
    desk.type("\x04")
    equal("its status", desk.wait_end(), 0)


@test
def killed_while_it_waits():
    """a session that waits for its user can be ended like any other"""
    desk = inspect("-m", ".", "--name", "waits")
    desk.shows(r"│.*q quits")
    listed = subprocess.run([ISOLATE, "--list"], stdout=subprocess.PIPE, check=True).stdout.decode()
    if "waits" not in listed:
        raise Failed("it is not listed: " + listed)
    subprocess.run([ISOLATE, "--kill", "waits"], check=True)
    desk.wait_end()
    equal("the terminal's modes", desk.modes(), desk.before)


@test
def saves():
    """what was found out is saved as a kernel, which starts with it, in whatever directory"""
    desk = inspect("-m", ". ro:" + ENVIRONMENT, columns=200)
    cure(desk)
    desk.type(PREFIX + b":save kernelspec grading\r")
    desk.shows(r"kernelspec 'grading'")
    desk.type(PREFIX + b"\x04")
    desk.wait_end()
    with open(os.environ["XDG_DATA_HOME"] + "/jupyter/kernels/grading/kernel.json") as f:
        argv = json.load(f)["argv"]
    os.mkdir("elsewhere")
    write("connection.json", "{}")
    file = os.path.realpath("connection.json")
    run = subprocess.run([ISOLATE] + [word.replace("{connection_file}", file) for word in argv[1:]], cwd="elsewhere",
                         stdout=subprocess.PIPE, check=False)
    equal("the kernel", (run.returncode, run.stdout.decode()), (0, "kernel -m ipykernel_launcher -f %s\n" % file))


@test
def starts_again():
    """:restart ends everything inside, keeps the session's name, its options and what was mounted since"""
    os.mkdir("extra")
    write("extra/file", "extra\n")
    desk = Desk("-m", ".=none", "--name", "again", "--setenv", "WORD", "kept", "--inspect", "bash", "--norc", "--noprofile")
    desk.shows(r"^READY .*│.*")
    desk.run("sleep 1003 & echo $WORD-$((40 + 2))", r"^kept-42")
    old = until("a sleep", lambda: [p for p in descendants_of(desk.job.pid) if name_of(p) == "sleep"])
    subprocess.run([ISOLATE, "--command", ":mount /extra=%s" % os.path.realpath("extra"), "again"], check=True,
                   stdout=subprocess.PIPE)
    subprocess.run([ISOLATE, "--command", ":restart", "again"], check=True, stdout=subprocess.PIPE)
    until("the end of what ran", lambda: desk.look() is not None and all(is_gone(p) for p in old))
    desk.shows(r"^READY *│")
    desk.run("cat /extra/file; echo $WORD-$((40 + 3))", r"^extra *│(.*\n)+kept-43")
    listed = subprocess.run([ISOLATE, "--list"], stdout=subprocess.PIPE, check=True).stdout.decode()
    if "again" not in listed:
        raise Failed("the session has another name: " + listed)
    desk.type("exit\r")
    equal("its status", desk.wait_end(), 0)


@test
def newest_in_sight():
    """however many misses there are the newest is in sight, unless the user has gone to another"""
    many = os.path.realpath("many")
    for i in range(60):
        write("%s/%02d/file" % (many, i), "x")
    os.mkfifo("many/go")
    os.mkdir("place")
    os.chdir("place")
    # Each line is two numbers: what is between them is asked for.
    ask = 'while read -r a b; do while [ $a -lt $b ]; do [ -e %s/$(printf %%02d $a)/file ]; a=$((a + 1)); done; done <%s'
    desk = Desk("--inspect", "-m", ". /go=%s/go" % many, "--", "sh", "-c", ask % (many, "/go"), columns=160)
    desk.shows(r"│.*Mounts")
    desk.type(PREFIX + b"6")
    os.chdir("..")
    with open("many/go", "w") as go:
        for last in range(5, 45, 5):
            go.write("%d %d\n" % (last - 5, last))
            go.flush()
            desk.shows(r"│.*many/%02d" % (last - 1))
        # One that the user has moved to stays in sight instead.
        desk.type("\x1b[Hjj")
        desk.shows(r"│.* 3/")
        go.write("40 60\n")
        go.flush()
        desk.shows(r"│.* 23/")
        desk.shows(r"│.*many/37")
    desk.wait_end()


@test
def only_with_an_inspector():
    """a session without one ends with its program, and says so"""
    sleeper = subprocess.Popen([ISOLATE, "--name", "plain", "sleep", "1004"])
    until("the session", lambda: b"plain" in subprocess.run([ISOLATE, "--list"], stdout=subprocess.PIPE,
                                                            check=True).stdout)
    told = subprocess.run([ISOLATE, "--command", ":restart", "plain"], stderr=subprocess.PIPE, check=False)
    sleeper.terminate()
    sleeper.wait()
    if told.returncode == 0 or b"ends with its program" not in told.stderr:
        raise Failed("%d %r" % (told.returncode, told.stderr))


main()
