# SPDX-License-Identifier: MIT
"""Run a machine: start QEMU, move bytes from its ports, never leave it behind."""

import ctypes
import os
import re
import selectors
import signal
import socket
import subprocess
import time

from .common import Failure, reason

STATUS = re.compile(rb"^(exit|signal|error) (.*)$")
TAIL = 8192  # bytes of log kept for a message


def _die_with_parent():
    """In the child: ask the kernel for SIGKILL when kb itself is killed."""
    os.setpgid(0, 0)  # ^C in the terminal is kb's to handle
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        pass  # not a Linux host: the ordinary ways of ending remain


class Port:
    """The host's end of one character device."""

    def __init__(self, sink=None):
        self.host, self.guest = socket.socketpair()
        self.host.setblocking(False)
        self.sink = sink
        self.open = True

    def descriptor(self):
        return self.guest.fileno()

    def drain(self):
        """Give what has arrived to the sink; close at the end of file."""
        while self.open:
            try:
                data = self.host.recv(1 << 16)
            except BlockingIOError:
                return
            except ConnectionResetError:
                data = b""
            if not data:
                self.open = False
            elif self.sink:
                self.sink(data)


class Log:
    """A sink that keeps the tail, and the whole in `path` when there is one."""

    def __init__(self, path=None):
        try:
            self.file = open(path, "wb", buffering=0) if path else None
        except OSError as error:
            raise Failure(f"--log {reason(error)}") from None
        self.tail = b""

    def __call__(self, data):
        self.tail = (self.tail + data)[-TAIL:]
        if self.file:
            self.file.write(data)


class Output:
    """A sink that passes on what follows the line that init sends first.

    Firmware talks on the serial ports too (OVMF on the first two), before any
    kernel runs; what the program wrote begins after the line `token`.
    """

    def __init__(self, token, write):
        self.token = token
        self.write = write
        self.waiting = b""
        self.started = False

    def __call__(self, data):
        if self.started:
            self.write(data)
            return
        self.waiting += data
        head, found, rest = self.waiting.partition(self.token)
        if found:
            self.started = True
            self.waiting = b""
            if rest:
                self.write(rest)
        else:
            self.waiting = self.waiting[-len(self.token):]


class StatusLine:
    """A sink for init's one line: `exit N`, `signal N` or `error TEXT`."""

    def __init__(self):
        self.buffer = b""
        self.result = None  # (word, text)

    def __call__(self, data):
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            match = STATUS.match(line.strip(b"\r\0"))
            if match and not self.result:
                self.result = (match.group(1).decode(),
                               match.group(2).decode(errors="replace"))


class Guest:
    """A running machine; whoever starts one must kill() it."""

    def __init__(self, machine, ports, silent=()):
        self.ports = ports
        every = [*ports, *silent]
        self.qemu = subprocess.Popen(
            machine.command(), pass_fds=[port.descriptor() for port in every],
            preexec_fn=_die_with_parent, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for port in every:
            port.guest.close()

    def kill(self):
        if self.qemu.poll() is None:
            self.qemu.kill()
        self.qemu.wait()

    def complaint(self):
        """What QEMU itself said; it must have ended."""
        self.kill()
        return self.qemu.stderr.read().decode(errors="replace").strip()

    def drain(self):
        for port in self.ports:
            port.drain()

    def wait(self, seconds, finished=lambda: False):
        """Pump until `finished()`, QEMU's end ("ended") or the limit ("timeout").

        Return None when finished.
        """
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for port in self.ports:
                if port.open:
                    selector.register(port.host, selectors.EVENT_READ, port)
            while not finished():
                left = deadline - time.monotonic()
                if left <= 0:
                    return "timeout"
                if not selector.get_map():
                    # QEMU has closed every port: it is ending.
                    try:
                        self.qemu.wait(left)
                    except subprocess.TimeoutExpired:
                        return "timeout"
                    return None if finished() else "ended"
                for key, _ in selector.select(min(left, 1.0)):
                    key.data.drain()
                    if not key.data.open:
                        selector.unregister(key.fileobj)
        self.drain()
        return None
