#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the chapters of docs/ tell a reader to type into gdb shows what they promise.

The commands are read from the chapter: the lines of a code block that begin with
`(gdb) `, up to the comment.
"""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap, build, kb  # noqa: E402

# Chapter, heading, program, and what gdb's values must be, in their order.
SESSIONS = (
    ("frames.md", "## 2. Shared is easy", "/bin/fbpaint", (
        ("the first frame of the card", r"\$1 = 0xfd000\n"),
        ("VM_IO, VM_PFNMAP and VM_DONTEXPAND are set", r"\$3 = 0x40444fb\n"),
    )),
    ("frames.md", "## 5. A fault, step by step", "/bin/fbcow", (
        ("the fault in one struct", r"\$1 = \{vma = 0x"),
        ("bit 9 is set, bit 1 is clear",
         r"\$2 = \{pte = 0x\w+[2367abef][0-9a-f][014589cd]\}\n"),
        ("wp_page_copy() is done", r"Value returned is \$3 = 0\n"),
    )),
    ("switchable.md", "## 5. Watch one switch", "/bin/switchview", (
        ("the buffer is in video memory", r"mem_type = TTM_PL_VRAM"),
        ("from a page of it on", r"\$2 = \d+\n"),
        ("the pointer that the program has", r"\$3 = (0x7f\w+)\n"),
        ("its entry has a frame of the card", r"\$4 = 0x80000000fd\w{6}\n"),
        ("at the first touch it is in RAM", r"\$5 = TTM_PL_SYSTEM\n"),
        ("the pointer is the same", r"\$6 = {pointer}\n"),
        ("the frame is one of RAM", r"\$7 = 0x(?!fd)[0-9a-f]{1,5}\n"),
    )),
    ("switchable-lstore.md", "## 5. Watch one switch", "/bin/lsrun", (
        ("the context is saved", r"\$1 = LSTORE_SAVED\n"),
        ("its first page has a struct page", r"\$2 = .* 0xffffea00\w+\n"),
        ("its entries go before it moves", r"unmap_context .*\n.* in move_in "),
        ("the context that is touched is loaded", r"\$4 = 1\n"),
        ("its frame is one of the device", r"\$5 = 0xfe000\n"),
    )),
)


def commands(chapter, heading):
    """The gdb commands of the section that begins with `heading`."""
    with open(os.path.join(ROOT, "docs", chapter)) as text:
        _, _, section = text.read().partition(heading)
    section, _, _ = section.partition("\n## ")
    return [re.split(r"\s+#", line[len("(gdb) "):])[0]
            for line in section.splitlines() if line.startswith("(gdb) ")]


def session(tap, chapter, heading, program, promises):
    script = commands(chapter, heading)
    tap.ok(len(script) > 4, f"{chapter}: there are commands under '{heading}'")
    with tempfile.NamedTemporaryFile("w", suffix=".gdb") as file:
        file.write("\n".join([*script, "kill", ""]))
        file.flush()
        result = kb("gdb", "--timeout", "120", "-x", file.name, "--log",
                    os.path.join(ROOT, "build", "gdb-chapters.log"), "--", program,
                    cwd=ROOT)
    text, pointer = result.explain(), "none"
    for name, pattern in promises:
        found = re.search(pattern.replace("{pointer}", pointer), text)
        tap.ok(found, f"{chapter}: {name}", pattern, text[-1500:])
        if found and found.groups():
            pointer = found[1]


def main():
    build("all")
    tap = Tap()
    for one in SESSIONS:
        session(tap, *one)
    tap.end()


main()
