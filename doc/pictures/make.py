# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the README, from real screens: isolate on a terminal of tmux, as the user who runs this.

    make.py DIRECTORY       ($ISOLATE: the program; `make -C build pictures` knows it)
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

from svg import svg

ISOLATE = os.environ["ISOLATE"]
LIMIT = 30
COLUMNS, LINES = 100, 26


class Terminal:
    """A terminal with a shell on it, in a tmux of our own; each has another server, as one that ends takes its time."""

    servers = []

    def __init__(self, home, columns=COLUMNS, lines=LINES):
        self.size = (columns, lines)
        self.command = ["tmux", "-u", "-f", "/dev/null", "-S", "%s/tmux-%d" % (home, len(self.servers))]
        self.servers.append(self)
        environment = dict(os.environ, LC_ALL="C.UTF-8", XDG_CONFIG_HOME=home + "/config",
                           XDG_DATA_HOME=home + "/share", PS1="$ ",
                           TERM="xterm-256color", PATH=home + "/bin:" + os.environ["PATH"])
        for name in ("TMUX", "OLDPWD"):
            environment.pop(name, None)
        subprocess.run(self.command + ["new-session", "-d", "-x", str(columns), "-y", str(lines), "-c",
                                       home + "/ps1", "env", "PS1=$ ", "bash", "--norc"], env=environment, check=True)
        for option in (["status", "off"], ["escape-time", "0"], ["default-terminal", "xterm-256color"]):
            subprocess.run(self.command + ["set", "-g"] + option, check=True)
        subprocess.run(self.command + ["resize-window", "-x", str(columns), "-y", str(lines)], check=True)

    def screen(self, *options):
        return subprocess.run(self.command + ["capture-pane", "-p", *options], capture_output=True, text=True,
                              check=True).stdout

    def wait(self, text):
        end = time.monotonic() + LIMIT
        while text not in self.screen():
            if time.monotonic() > end:
                sys.exit("'%s' does not come:\n%s" % (text, self.screen()))
            time.sleep(0.02)

    def keys(self, *keys):
        subprocess.run(self.command + ["send-keys", *keys], check=True)

    def line(self, text, wanted=None):
        subprocess.run(self.command + ["send-keys", "-l", text], check=True)
        self.keys("Enter")
        if wanted:
            self.wait(wanted)

    def picture(self, path, title):
        with open(path, "w", encoding="utf-8") as f:
            f.write(svg(self.screen("-e", "-N"), *self.size, title))
        print(path)

    def close(self):
        subprocess.run(self.command + ["kill-server"], stderr=subprocess.DEVNULL)


def tabs(home, to):
    session = subprocess.Popen([ISOLATE, "-q", "--name", "ps1", "-m", ". ro:" + home + "/data", "--as", "root",
                                "sh", "-c", "echo up; exec sleep 1000"], cwd=home + "/ps1", stdout=subprocess.PIPE)
    session.stdout.readline()
    terminal = Terminal(home)
    terminal.line("isolate --command ':mount ro:/opt/tools=%s/tools' ps1" % home, "mounted")
    terminal.line("isolate --inspect=ps1", "1 Mounts")
    terminal.wait("live")
    terminal.picture(to + "/mounts.svg", "isolate --inspect=ps1 — what is mounted, and from where")
    terminal.keys("2")
    terminal.wait("you look like")
    terminal.picture(to + "/identity.svg", "isolate --as root … — who you are, inside and outside")
    terminal.keys("3")
    terminal.wait("ISOLATES")
    terminal.keys("Down", "Down", "Enter")
    terminal.wait("made by")
    terminal.picture(to + "/namespaces.svg", "isolate --inspect=ps1 — what a namespace is")
    terminal.close()
    session.kill()
    session.wait()


def misses(home, to):
    terminal = Terminal(home)
    terminal.line("isolate --name ps1 --trace", "ps1)")
    terminal.line("%s/conda/bin/python grade.py; cat %s/data/marks.csv; echo d''one" % (home, home), "done")
    terminal.keys("C-]")
    terminal.wait("1 Mounts")
    terminal.keys("6")
    terminal.wait("data")
    terminal.picture(to + "/misses.svg", "Ctrl-] over a shell — what it looked for that is not there")
    terminal.close()


def pane(home, to):
    terminal = Terminal(home, 120, 28)
    terminal.line("isolate --inspect --name ps1 -m '. ro:%s/data'" % home, "Ctrl-]")
    terminal.line("ls -l; ls ~; ls /", "usr")
    terminal.line("head -n 3 %s/data/marks.csv" % home, "ada,17")
    terminal.keys("C-]")
    terminal.wait("a add")
    terminal.keys("a")
    terminal.wait("Add a mount")
    subprocess.run(terminal.command + ["send-keys", "-l", "/opt/tools"], check=True)
    terminal.keys("Down")
    subprocess.run(terminal.command + ["send-keys", "-l", home + "/tools"], check=True)
    terminal.wait(":mount ro:/opt/tools=")
    terminal.picture(to + "/pane.svg", "isolate --inspect — a shell, and beside it what it lives in")
    terminal.close()


def story(home, to):
    """An environment whose library is a link into a directory that is not mounted."""
    library = os.path.basename(os.path.dirname(os.__file__))
    environment = home + "/conda/envs/grading"
    write(home + "/conda/conda-meta/history", "")
    write(environment + "/conda-meta/history", "")
    write(environment + "/bin/python", '#!/bin/sh\nPYTHONHOME=${0%/bin/*} exec /usr/bin/python3 "$@"\n')
    os.chmod(environment + "/bin/python", 0o755)
    for link, target in ((environment + "/lib/" + library, "../../../pkgs/python/lib/" + library),
                         (home + "/conda/pkgs/python/lib/" + library, "/usr/lib/" + library)):
        os.makedirs(os.path.dirname(link))
        os.symlink(target, link)
    terminal = Terminal(home, 120, 28)
    terminal.line("isolate --inspect --name grading -m '. ro:%s' -- %s/bin/python" % (environment, environment), "ended:")
    terminal.keys("m")
    terminal.wait("(y/n)")
    terminal.picture(to + "/failed.svg", "isolate --inspect — why it does not work, and what would cure it")
    terminal.keys("y")
    terminal.wait(">>>")
    terminal.line("import json; print(json.__file__)", "__init__")
    terminal.keys("C-]")
    terminal.wait("a add")
    terminal.line(":save kernelspec grading", "kernelspec")
    terminal.wait("kernelspec 'grading'")
    terminal.picture(to + "/cured.svg", "two keys later: it runs, and the cure is a Jupyter kernel")
    terminal.close()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def main():
    to = os.path.abspath(sys.argv[1])
    # Not in /tmp or in the home directory: those are others inside.
    home = "/var/tmp/course"
    os.makedirs(home)
    try:
        write(home + "/config/isolate/inspect.conf", "theme dark\n")
        write(home + "/ps1/grade.py", "print(17)\n")
        write(home + "/data/marks.csv", "ada,17\ngrace,19\nmargaret,18\n")
        write(home + "/tools/check", "")
        write(home + "/conda/bin/python", "#!/usr/bin/env python3\n")
        os.chmod(home + "/conda/bin/python", 0o755)
        os.makedirs(home + "/bin")
        os.symlink(ISOLATE, home + "/bin/isolate")
        tabs(home, to)
        misses(home, to)
        pane(home, to)
        story(home, to)
    finally:
        for terminal in Terminal.servers:
            terminal.close()
        shutil.rmtree(home)


main()
