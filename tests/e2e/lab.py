# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands of doc/LAB.md in one shell, in order, and compares what each prints; "…" stands for anything.

Prints a line for each command: "ok COMMAND", or "not ok COMMAND" with what was wanted and seen behind it.
"""
import re
import subprocess
import sys


def commands_of(path):
    """Pairs of a command and the lines that it is to print."""
    found = []
    for line in open(path, encoding="utf-8").read().split("\n"):
        if line.startswith("    $ "):
            found.append((line[6:], []))
            taking = True
        elif line.startswith("    ") and found and taking:
            found[-1][1].append(line[4:])
        elif line == "" and found and taking:
            found[-1][1].append("")
        else:
            taking = False
    for _, lines in found:
        while lines and lines[-1] == "":
            lines.pop()
    return found


def matches(wanted, seen):
    pattern = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", wanted))
    return re.fullmatch(pattern, seen, re.DOTALL) is not None


def main():
    mark = "=== done ==="
    shell = subprocess.Popen(["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for command, lines in commands_of(sys.argv[1]):
        shell.stdin.write("%s\necho; echo '%s'\n" % (command, mark))
        shell.stdin.flush()
        seen = ""
        while not seen.endswith("\n%s\n" % mark):
            line = shell.stdout.readline()
            if not line:
                sys.exit("the shell has ended in '%s'" % command)
            seen += line
        seen = re.sub(" +$", "", seen[: -len("\n%s\n" % mark)].rstrip("\n"), flags=re.MULTILINE)
        if matches("\n".join(lines), seen):
            print("ok", command)
        else:
            print("not ok", command)
            print("wanted:", *lines, "seen:", seen, sep="\n")
    shell.stdin.close()
    shell.wait()


main()
