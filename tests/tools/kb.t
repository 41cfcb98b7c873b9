#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/kb exec keeps its promises; with --linux, on Linux (kb-linux.t)."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import KB, ROOT, Tap, build, kb  # noqa: E402

PROBE = os.path.join(ROOT, "build/tests/tools/probe")
ALL_BYTES = bytes(range(256)) * 40


def signalled(tap, where, options):
    result = kb("exec", *options, "--", PROBE, "signal", "11", cwd=ROOT)
    tap.equal(result.status, 139, f"{where}: 128 and the number of a signal",
              result.explain())


def statuses(tap, where, options):
    result = kb("exec", *options, "--", PROBE, "exit", "201", cwd=ROOT)
    tap.equal(result.status, 201, f"{where}: exit status 201", result.explain())
    for program, status, name in (
            ("/nowhere/at/all", 127, "127 for a program that is not there"),
            ("/etc/passwd", 126, "126 for a file that cannot be executed")):
        result = kb("exec", *options, "--", program, cwd=ROOT)
        tap.equal(result.status, status, f"{where}: {name}", result.explain())


def output(tap, where, options):
    result = kb("exec", *options, "--", PROBE, "both", cwd=ROOT)
    tap.equal(result.out, b"out 1\nerr 1\nout 2\n",
              f"{where}: fds 1 and 2 are one stream", result.explain())
    result = kb("exec", *options, "--split", "--", PROBE, "both", cwd=ROOT)
    tap.equal((result.out, result.err), (b"out 1\nout 2\n", b"err 1\n"),
              f"{where}: --split keeps them apart")


def large(tap, where, options):
    """1 MB, of every byte value, to a reader who pauses meanwhile."""
    with subprocess.Popen([KB, "exec", *options, "--", PROBE, "bytes", "4000"],
                          stdout=subprocess.PIPE, cwd=ROOT) as process:
        out = os.read(process.stdout.fileno(), 1)  # the machine runs
        time.sleep(8)
        out += process.stdout.read()
    tap.ok(out == bytes(range(256)) * 4000,
           f"{where}: 1 MB arrives unchanged, though its reader is slow",
           f"{len(out)} bytes")


def stopped(tap):
    """The last bytes arrive though kb was stopped when they were sent."""
    lost = []
    for length in range(272, 304, 8):  # about as many as fit into kb's socket
        words = f"echo; sleep 2; seq 1000 2000 | head -c {length}"
        with subprocess.Popen([KB, "exec", "--", "/bin/busybox",
                               "sh", "-c", words],
                              stdout=subprocess.PIPE, cwd=ROOT) as process:
            os.read(process.stdout.fileno(), 1)
            time.sleep(0.3)
            process.send_signal(signal.SIGSTOP)
            time.sleep(3)
            process.send_signal(signal.SIGCONT)
            if len(process.stdout.read()) != length:
                lost.append(length)
    tap.equal(lost, [], "the last bytes arrive at a kb that was stopped")


def names(tap, where, options):
    """Programs of the host with awkward names and arguments."""
    with tempfile.TemporaryDirectory(prefix="kb a,b ") as directory:
        awkward = "a b,c\nd:e=f"
        shutil.copy(PROBE, os.path.join(directory, awkward))
        result = kb("exec", *options, f"./{awkward}", "args", "a b", "", "x'\"\\$y",
                    "--", cwd=directory, env=dict(os.environ, TMPDIR=directory))
        tap.equal((result.status, result.out),
                  (0, f"/host/{awkward}\nargs\na b\n\nx'\"\\$y\n--\n".encode()),
                  f"{where}: space, comma and newline in names; each argument whole",
                  result.explain())


def no_programs(tap, where, options):
    """Files of the host that cannot be executed."""
    with tempfile.TemporaryDirectory() as directory:
        for name, content, status, text in (
                ("garbage", b"no ELF", 126, b"Exec format error"),
                ("script", b"#!/bin/sh -e\n", 127, b"./script needs /bin/sh,")):
            path = os.path.join(directory, name)
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o755)
            result = kb("exec", *options, f"./{name}", cwd=directory)
            tap.ok(result.status == status and text in result.err,
                   f"{where}: {status} for a file that is {name}", result.explain())


def surroundings(tap, where, options):
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
            if number != signal.SIGKILL:
                tap.equal(os.listdir(directory), [], f"nor a file after {number.name}")
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


def refusals(tap):
    """What kb refuses before any machine starts, each with its own words."""
    nowhere = "/nowhere/at/all"
    for words, status, text in (
            (["--smp", "0"], 125, "0 is not a positive whole number"),
            (["--smp", "two"], 125, "two is not a positive whole number"),
            (["--mem", "0"], 125, "0 is not a positive whole number"),
            (["--mem", "2"], 125, "less than 3 MiB"),
            (["--mem", "4", "--boot", "iso"], 125, "less than 5 MiB"),
            (["--timeout", "-1"], 125, "-1 is not a positive number"),
            (["--timeout", "nan"], 125, "nan is not a positive number"),
            (["--boot", "floppy"], 125, "invalid choice"),
            (["--qemu", "'"], 125, "--qemu ': No closing quotation"),
            (["--stdin", nowhere], 125, f"--stdin {nowhere}: no such file"),
            (["--stdin", "/"], 125, "--stdin /: is a directory"),
            (["--stdin", "/dev/zero"], 125, "more than 256 MiB"),
            (["--add", nowhere], 125, f"--add {nowhere}: no such file"),
            (["--add", "/dev/null"], 125, "not a file, directory, link or FIFO"),
            (["--log", nowhere], 125, f"--log {nowhere}: No such file"),
            (["--log", "/"], 125, "--log /: Is a directory"),
            (["--no-such-option"], 125, "unrecognized arguments"),
            (["--smp", "300"], 125, "Invalid SMP CPUs")):
        result = kb("exec", *words, "--", PROBE, "exit", "0", cwd=ROOT)
        tap.ok(result.status == status and text.encode() in result.err,
               f"{status} for {' '.join(words)}", result.explain())
    for program, status, text in (
            ([], 125, "no program"),
            (["./tests"], 126, "./tests: is a directory"),
            (["./nowhere"], 127, "./nowhere: no such file on this host")):
        result = kb("exec", *program, cwd=ROOT)
        tap.ok(result.status == status and text.encode() in result.err,
               f"{status} for the program {program}", result.explain())


    for path, text in (("x.txt", "ends neither in .png nor in .ppm"),
                       ("/nowhere/x.png", "there is no such directory")):
        result = kb("screenshot", "-o", path, "--", PROBE, "hang", cwd=ROOT)
        tap.ok(result.status == 125 and text.encode() in result.err,
               f"125 for a picture {path}", result.explain())


def own_descriptors(tap):
    """kb's own standard input and output."""
    for name in ("-", "/dev/stdin"):
        done = subprocess.run([KB, "exec", "--stdin", name, "--", PROBE, "copy",
                               "/dev/null"], input=ALL_BYTES, cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        tap.equal((done.returncode, done.stdout), (0, ALL_BYTES),
                  f"--stdin {name} takes a pipe", done.stderr)
    done = subprocess.run(f"exec {KB} exec {PROBE} both >/dev/full", shell=True,
                          cwd=ROOT, stderr=subprocess.PIPE)
    tap.ok(done.returncode == 125 and done.stderr == b"kb: No space left on device\n",
           "125 when the output cannot be written", done.returncode, done.stderr)
    done = subprocess.run(f"{KB} exec --split {PROBE} both >&-", shell=True, cwd=ROOT,
                          stderr=subprocess.PIPE)
    tap.equal((done.returncode, done.stderr), (0, b"err 1\n"),
              "output that is closed is left alone")


def failures(tap):
    result = kb("exec", "--qemu", "-nonsense", "--", PROBE, cwd=ROOT)
    tap.equal(result.status, 125, "125 when QEMU cannot start", result.explain())
    tap.ok(b"nonsense" in result.err, "with QEMU's own words", result.err)
    result = kb("exec", "--append", "init=/nowhere", "--", PROBE, "exit", "0", cwd=ROOT)
    tap.equal(result.status, 125, "125 when the kernel panics", result.explain())
    tap.ok(b"end of the log" in result.err, "with the end of its log", result.err)
    result = kb("exec", "--icount", "--", PROBE, "exit", "3", cwd=ROOT)
    tap.ok(result.status == 3 and b"release kernel" in result.err,
           "--icount says that it takes the release kernel", result.explain())


def on_both(tap, where, options):
    signalled(tap, where, options)
    output(tap, where, options)
    surroundings(tap, where, options)
    ends(tap, where, options)
    names(tap, where, options)
    large(tap, where, options)


def main():
    build("tests-user")
    tap = Tap()
    if sys.argv[1:] == ["--linux"]:
        on_both(tap, "Linux", ["--linux"])
    else:
        on_both(tap, "Kilburn", [])
        # init's work, which is the same program on Linux, with execve()'s errnos,
        # which tests/user/exec.c compares; a boot of Linux takes 4 s.
        statuses(tap, "Kilburn", [])
        no_programs(tap, "Kilburn", [])
        refusals(tap)
        own_descriptors(tap)
        memory(tap)
        failures(tap)
        interrupted(tap)
        stopped(tap)
    tap.end()


main()
