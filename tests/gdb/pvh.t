#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make gdb`, without a person, after booting by pvh; several at a time."""

import os
import shlex
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

import gdbtest  # noqa: E402
from kbtest import KB, TINY, Tap, kb  # noqa: E402

STARTED = 5


def several(tap):
    """Whoever is started at the same moment gets a machine of its own."""
    with tempfile.TemporaryDirectory() as directory:
        script = os.path.join(directory, "script.gdb")
        with open(script, "w") as file:
            file.write("printf \"pc %#lx\\n\", $pc\nkill\n")
        started = [subprocess.Popen(
            [KB, "gdb", "--timeout", "120", "-x", script,
             "--log", os.path.join(directory, f"{number}.log"), "--", TINY],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT) for number in range(STARTED)]
        texts = [one.communicate()[0].decode() for one in started]
    tap.ok(all("pc 0xffffffff" in text for text in texts),
           f"{STARTED} at the same moment: each debugs its own", *texts)


def taken(tap):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = kb("gdb", "--no-gdb", "--port", str(port), "--", TINY)
    tap.ok(result.status == 125 and f"--port {port}: ".encode() in result.err,
           "a port that is taken is named", result.explain())


def waits(tap):
    result = kb("gdb", "--no-gdb", "--timeout", "1", "--", TINY)
    tap.equal(result.status, 124, "nobody attached in time", result.explain())
    line = next((line for line in result.err.decode().splitlines()
                 if line.startswith("kb: waiting for: ")), "")
    words = shlex.split(line.removeprefix("kb: waiting for: "))
    tap.ok(any(word.startswith("target remote 127.0.0.1:") for word in words),
           "what it waits for can be pasted into a shell", result.explain())


tap = Tap()
gdbtest.stops(tap, "pvh")
several(tap)
taken(tap)
waits(tap)
tap.end()
