#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/kb exec keeps its promises, on both kernels."""

import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import KB, ROOT, Tap, build, kb  # noqa: E402

PROBE = os.path.join(ROOT, "build/tests/tools/probe")
ALL_BYTES = bytes(range(256)) * 40


def statuses(tap, where, options):
    for words, status, name in (
            (["exit", "0"], 0, "exit status 0"),
            (["exit", "201"], 201, "exit status 201"),
            (["signal", "11"], 139, "128 and the number of a signal"),
            (["signal", "9"], 137, "SIGKILL")):
        result = kb("exec", *options, "--", PROBE, *words, cwd=ROOT)
        tap.equal(result.status, status, f"{where}: {name}", result.explain())
    for program, status, name in (
            ("/nowhere/at/all", 127, "127 for a program that is not there"),
            ("/etc/passwd", 126, "126 for a file that cannot be executed"),
            ("/bin", 126, "126 for a directory")):
        result = kb("exec", *options, "--", program, cwd=ROOT)
        tap.equal(result.status, status, f"{where}: {name}", result.explain())


def output(tap, where, options):
    result = kb("exec", *options, "--", PROBE, "bytes", "40", cwd=ROOT)
    tap.ok(result.out == ALL_BYTES, f"{where}: every byte value arrives unchanged",
           f"{len(result.out)} bytes", result.explain()[:500])
    result = kb("exec", *options, "--", PROBE, "both", cwd=ROOT)
    tap.equal(result.out, b"out 1\nerr 1\nout 2\n",
              f"{where}: fds 1 and 2 are one stream", result.explain())
    result = kb("exec", *options, "--split", "--", PROBE, "both", cwd=ROOT)
    tap.equal((result.out, result.err), (b"out 1\nout 2\n", b"err 1\n"),
              f"{where}: --split keeps them apart")


def surroundings(tap, where, options):
    result = kb("exec", *options, "--", PROBE, "args", "a b", "", "x'\"\\$y", "--",
                cwd=ROOT)
    tap.equal(result.out, b"/host/probe\nargs\na b\n\nx'\"\\$y\n--\n",
              f"{where}: arguments arrive word by word", result.explain())
    result = kb("exec", *options, "--", PROBE, "around", cwd=ROOT)
    tap.equal(result.out,
              b"PATH=/bin:/sbin:/usr/bin:/usr/sbin\nHOME=/root\nTERM=linux\n"
              b"cwd /\ntty 0\nstdin 0\nfds 3\n",
              f"{where}: environment, directory and descriptors", result.explain())
    with tempfile.NamedTemporaryFile() as file:
        file.write(ALL_BYTES)
        file.flush()
        result = kb("exec", *options, "--stdin", file.name, "--add",
                    f"{file.name}:/a/b/c", "--", PROBE, "copy", "/a/b/c", cwd=ROOT)
        tap.ok(result.out == ALL_BYTES * 2,
               f"{where}: --stdin and --add bring a file unchanged",
               f"{len(result.out)} bytes", result.explain()[:500])


def ends(tap, where, options):
    started = time.monotonic()
    limit = 40 if options else 15  # Linux boots slowly on a busy host
    result = kb("exec", *options, "--timeout", str(limit), PROBE, "hang", cwd=ROOT)
    tap.equal(result.status, 124, f"{where}: 124 after the timeout", result.explain())
    tap.equal(result.out, b"before\n", f"{where}: with the output up to then")
    tap.ok(time.monotonic() - started < limit + 30, f"{where}: in time")
    tap.ok(b"timed out" in result.err, f"{where}: and says so")
    result = kb("exec", *options, "--", PROBE, "orphan", cwd=ROOT)
    tap.equal((result.status, result.out), (7, b"parent\n"),
              f"{where}: does not wait for what the program left behind",
              result.explain())


def qemus(marker):
    """How many QEMU processes have `marker` on their command line."""
    count = 0
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        count += b"qemu" in words[0] and any(marker in word for word in words)
    return count


def interrupted(tap):
    """A killed kb leaves no QEMU behind, whatever the signal."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        marker = f"kb-test-{os.getpid()}-{int(number)}"
        # A directory of its own for what kb cannot remove after SIGKILL.
        with tempfile.TemporaryDirectory() as directory, subprocess.Popen(
                [KB, "exec", "--append", marker, "--", PROBE, "hang"],
                env=dict(os.environ, TMPDIR=directory), stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd=ROOT) as process:
            process.stdout.readline()  # the machine runs
            process.send_signal(number)
            process.wait()
        time.sleep(0.5)
        tap.equal(qemus(marker.encode()), 0, f"no QEMU is left after {number.name}")


def memory(tap):
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(12 << 20)
        result = kb("exec", "--mem", "32", "--add", f"{file.name}:/big", "--", PROBE,
                    "size", "/big", cwd=ROOT)
        tap.equal(result.out, b"12582912\n", "a large file arrives whole",
                  result.explain())
        tap.ok(b"raised" in result.err, "--mem was raised for it, and that is said",
               result.err)


def failures(tap):
    result = kb("exec", "--qemu", "-nonsense", "--", PROBE, cwd=ROOT)
    tap.equal(result.status, 125, "125 when QEMU cannot start", result.explain())
    tap.ok(b"nonsense" in result.err, "with QEMU's own words", result.err)
    result = kb("exec", "--append", "init=/nowhere", "--", PROBE, "exit", "0", cwd=ROOT)
    tap.equal(result.status, 125, "125 when the kernel panics", result.explain())
    tap.ok(b"end of the log" in result.err, "with the end of its log", result.err)
    result = kb("exec", "--no-such-option", "--", PROBE, cwd=ROOT)
    tap.equal(result.status, 125, "125 for a wrong option")


def main():
    build("tests-user")
    tap = Tap()
    for where, options in (("Kilburn", []), ("Linux", ["--linux"])):
        statuses(tap, where, options)
        output(tap, where, options)
        surroundings(tap, where, options)
        ends(tap, where, options)
    memory(tap)
    failures(tap)
    interrupted(tap)
    tap.end()


main()
