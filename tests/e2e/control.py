#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of a control socket that do not behave. Argument: the socket. Ends with 0 if the session gets over each."""
import random, socket, sys


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Before there is a time limit, with which a queue that is full would be an error.
    s.connect(sys.argv[1])
    s.settimeout(60)
    return s


def greeting(s):
    line = b""
    while not line.endswith(b"\n"):
        byte = s.recv(1)
        assert byte, "no greeting"
        line += byte
    assert line.startswith(b"isolate 1 "), line


def drain(s):
    """To its end: a session closes what it cannot understand."""
    try:
        while s.recv(65536):
            pass
    except ConnectionResetError:
        pass


def refused(data):
    s = connect()
    greeting(s)
    try:
        s.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass
    drain(s)


def answered(message=b"text 5\n:help"):
    s = connect()
    greeting(s)
    s.sendall(message)
    line = s.recv(65536).split(b"\n")[0].split()
    assert line[0] == b"answer" and line[1] == b"0", line
    s.close()


for data in (b"\n", b"text\n", b"text -1\n", b"text 05\n:help", b"text 99999999999999999999\n", b"cwd 4097\n", b"pid x\n", b"x" * 100,
             b"text 5\n:he\0p", b"\0\n", b"answer 0 0 0\n", b"pid 1 2\n", b"TEXT 5\n:help"):
    refused(data)
    answered()

answered(b"cwd 0\nhome 0\npid 0\njoined 1\ntext 5\n:help")

# Cut short, in all places.
whole = b"cwd 1\n/home 1\n/text 7\n:mounts"
for n in range(len(whole)):
    s = connect()
    s.sendall(whole[:n])
    s.close()
answered()

# Byte by byte.
s = connect()
greeting(s)
for byte in whole:
    s.sendall(bytes([byte]))
assert s.recv(7) == b"answer "
s.close()

# A client that is gone before its answer, and one that never reads, while others are served.
for _ in range(20):
    s = connect()
    s.sendall(b"text 7\n:mounts")
    s.close()
slow = connect()
slow.setblocking(False)
try:
    while True:
        slow.send(b"json 7\n:mounts" * 100)
except BlockingIOError:
    pass
answered()

# Noise.
random.seed(1)
alphabet = [b"text ", b"json ", b"cwd ", b"pid ", b"0", b"7", b"12", b"\n", b" ", b":help", b"\xff", b":mounts", b"-"]
for _ in range(300):
    s = connect()
    try:
        s.sendall(b"".join(random.choice(alphabet) for _ in range(random.randrange(12))))
    except (BrokenPipeError, ConnectionResetError):
        pass
    s.close()
answered()

# More connections than there may be: those above are refused, and the rest is served.
many = [connect() for _ in range(200)]
last = many[-1].recv(64)
assert last.startswith((b"refused ", b"isolate 1 ")), last
for s in many:
    s.close()
slow.close()
answered()
