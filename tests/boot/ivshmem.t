#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The memory of the ivshmem device, seen from the host: it is a file.

ivshmem_guest says after each step what the file should have, and waits until
this side has looked, has written something itself, and has counted up a byte.
"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import KB, ROOT, Tap, build, kb  # noqa: E402

GUEST = os.path.join(ROOT, "build/tests/boot/ivshmem_guest")
LENGTH = 4 << 20
TURN = LENGTH - 1
FREE = 0x200000
STORE = 0x3000  # where the contexts of the local store have their bytes


class File:
    """The device's memory."""

    def __init__(self, path):
        self.path = path

    def get(self, at):
        with open(self.path, "rb") as file:
            file.seek(at)
            return file.read(1)[0]

    def put(self, at, value):
        with open(self.path, "r+b") as file:
            file.seek(at)
            file.write(bytes([value]))


def maps(tap, name, file, line):
    """What the host finds and does at a step of MAP."""
    if line == "store FREE 11":
        tap.equal(file.get(FREE), 0x11, f"{name}: a shared store is in the file")
        file.put(FREE + 1, 0x21)
    elif line == "private FREE 31":
        tap.equal(file.get(FREE + 2), 0, f"{name}: a private one is not")
        file.put(FREE + 3, 0x41)
        file.put(FREE + 4096, 0x51)
    else:
        return False
    return True


def lstore(tap, name, file, line):
    """The same for LSTORE."""
    if line == "loaded a1":
        tap.equal(file.get(STORE), 0xa1, f"{name}: the file has the loaded context")
        file.put(STORE + 1, 0x61)
    elif line == "loaded b1":
        tap.equal((file.get(STORE), file.get(STORE + 1), file.get(STORE + 2)),
                  (0xb1, 0, 0xb2), f"{name}: then it has the other, and only it")
        file.put(STORE + 1, 0x62)
    elif line == "saved":
        tap.equal(file.get(STORE + 3), 0,
                  f"{name}: stores to a saved context are not in the file")
        file.put(STORE + 1, 0x63)
    else:
        return False
    return True


def run(tap, name, steps, options, argument, wanted):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "memory")
        command = [KB, "exec", *options, "--ivshmem", path, GUEST, argument]
        file, turn, judged = File(path), 0, 0
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE) as guest:
            for line in guest.stdout:
                line = line.rstrip("\n")
                word, _, what = line.partition(" ")
                if steps(tap, name, file, line):
                    turn += 1
                    file.put(TURN, turn)
                elif word in ("good", "BAD"):
                    judged += 1
                    tap.ok(word == "good", f"{name}: {what}")
                else:
                    tap.ok(False, f"{name}: {line}")
        tap.equal((guest.returncode, judged), (0, wanted),
                  f"{name}: the guest went all the way")
        tap.equal(os.path.getsize(path), LENGTH, f"{name}: the file stays")


def main():
    build("all", "tests-user")
    tap = Tap()
    run(tap, "maps", maps, [], "MAP", 4)
    run(tap, "maps on Linux", maps, ["--linux"], "MAP", 4)
    run(tap, "local store", lstore, ["--smp", "2"], "LSTORE", 4)
    with tempfile.NamedTemporaryFile() as short:
        short.write(b"short")
        short.flush()
        result = kb("exec", "--ivshmem", short.name, GUEST, "MAP")
        tap.equal(result.status, 125, "a file of another size is refused",
                  result.explain())
        tap.ok(b"5 bytes" in result.err, "and it is said why", result.explain())
    result = kb("exec", "--ivshmem", "/", GUEST, "MAP")
    tap.equal((result.status, result.err), (125, b"kb: --ivshmem /: Is a directory\n"),
              "a directory is refused")
    tap.end()


main()
