# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded streams on which tmux and @xterm/headless left the same screen: ours is that screen, too. Made by tests/vt/differential."""
import json, os, sys

sys.path.insert(0, os.environ["TESTS"] + "/vt")
sys.dont_write_bytecode = True
from streams import ours, stream

failed = []
with open(os.environ["TESTS"] + "/vt/agreed.jsonl", encoding="utf-8") as f:
    records = [json.loads(line) for line in f]
for record in records:
    seed = record.pop("seed")
    data = stream(seed)
    mine = ours("vt-host", data)
    if mine != record:
        failed.append(seed)
        print("# seed %d: %r\n#   theirs %s\n#   ours   %s" % (seed, data, json.dumps(record), json.dumps(mine)))
print("%sok 1 - %d of %d recorded streams leave the screen that tmux and xterm agree on" % (
    "" if len(records) >= 200 and not failed else "not ", len(records) - len(failed), len(records)))
print("1..1")
