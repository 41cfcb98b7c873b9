# SPDX-License-Identifier: MIT
"""kb gdb: a machine that waits for its debugger, and the debugger."""

import os
import platform
import shlex
import shutil
import signal
import socket
import subprocess
import threading

from .builder import need
from .common import BUILD, ROOT, Failure, reason, say
from .session import Session

SCRIPT = os.path.join(ROOT, "tools", "gdb", "kilburn.gdb")


class _Listener:
    """A TCP port that listens from now on, for QEMU to take over.

    QEMU gets the socket and not a number: between finding a free number and
    QEMU's use of it, another kb may take the same one.
    """

    def __init__(self, port):
        # 1234 is what every tutorial names.
        for wanted in [port] if port else [1234, 0]:
            self.guest = socket.socket()
            self.guest.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                self.guest.bind(("127.0.0.1", wanted))
                self.guest.listen(1)
            except OSError as error:
                self.guest.close()
                failure = Failure(f"--port {wanted}: {reason(error)}")
                continue
            self.number = self.guest.getsockname()[1]
            return
        raise failure

    def descriptor(self):
        return self.guest.fileno()


def _debugger():
    """A gdb that knows x86-64."""
    if platform.machine() != "x86_64" and shutil.which("gdb-multiarch"):
        return shutil.which("gdb-multiarch")
    return need("gdb", "gdb")


def _command(options, kernel, port):
    command = [_debugger(), "-q"]
    if options.script:
        command += ["-batch", "-nx"]
    # The port listens before QEMU is ready to answer.
    command += ["-ex", f"file {kernel}", "-ex", "set remotetimeout 60",
                "-ex", f"target remote 127.0.0.1:{port}", "-x", SCRIPT]
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
        port = _Listener(options.port)
        machine = session.machine()
        machine.devices()
        machine.character("gdb", port.descriptor(), "server=on,wait=off")
        machine.add("-S", "-gdb", "chardev:gdb")
        guest = session.launch(machine, session.ports(machine), port)
        command = _command(options, session.kernel, port.number)
        say(f"the kernel's log goes to {os.path.relpath(options.log)}")
        if options.no_gdb:
            say("waiting for: " + shlex.join(command))
            if guest.wait(options.timeout) == "timeout":
                raise session.explain("timeout")
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
