# SPDX-License-Identifier: MIT
"""kb gdb: a machine that waits for its debugger, and the debugger."""

import os
import platform
import shutil
import signal
import socket
import subprocess
import threading

from .builder import need
from .common import BUILD, ROOT, say
from .session import Session

SCRIPT = os.path.join(ROOT, "tools", "gdb", "kilburn.gdb")


def _free_port():
    """1234, which every tutorial names, or whatever is free."""
    for wanted in (1234, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise OSError("no free TCP port")


def _debugger():
    """A gdb that knows x86-64."""
    if platform.machine() != "x86_64" and shutil.which("gdb-multiarch"):
        return shutil.which("gdb-multiarch")
    return need("gdb", "gdb")


def _command(options, kernel, port):
    command = [_debugger(), "-q"]
    if options.script:
        command += ["-batch", "-nx"]
    command += ["-ex", f"file {kernel}", "-ex", f"target remote 127.0.0.1:{port}",
                "-x", SCRIPT]
    for script in options.script:
        command += ["-x", script]
    return command


class _Pump(threading.Thread):
    """Keeps reading the machine's ports while gdb has the terminal."""

    def __init__(self, guest, seconds):
        super().__init__(daemon=True)
        self.guest = guest
        self.seconds = seconds
        self.stopping = False
        self.start()

    def run(self):
        self.guest.wait(self.seconds, lambda: self.stopping)

    def stop(self):
        self.stopping = True
        self.join()


def run(options):
    if not options.log:
        os.makedirs(BUILD, exist_ok=True)
        options.log = os.path.join(BUILD, "gdb.log")
    with Session(options) as session:
        session.prepare()
        port = options.port or _free_port()
        machine = session.machine()
        machine.devices()
        machine.add("-S", "-gdb", f"tcp:127.0.0.1:{port}")
        guest = session.launch(machine, session.ports(machine))
        command = _command(options, session.kernel, port)
        say(f"the kernel's log goes to {os.path.relpath(options.log)}")
        if options.no_gdb:
            say("waiting for: " + " ".join(command[1:]))
            guest.wait(options.timeout)
            return 0
        pump = _Pump(guest, options.timeout)
        # ^C is gdb's while it runs.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            limit = options.timeout if options.script else None
            return subprocess.run(
                command, timeout=limit, cwd=ROOT,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            ).returncode
        except subprocess.TimeoutExpired:
            raise session.explain("timeout") from None
        finally:
            signal.signal(signal.SIGINT, before)
            guest.kill()
            pump.stop()
