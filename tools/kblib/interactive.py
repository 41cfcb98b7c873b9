# SPDX-License-Identifier: MIT
"""kb run: a machine for a person, in a window or in the terminal."""

import os
import signal
import subprocess
import sys

from .builder import need
from .common import Failure, say
from .guest import Port
from .machine import QEMU
from .session import Session, writer

PROMPT = b"Which? "  # user/init/menu.c


def _display(wanted):
    """The display to use: QEMU, left alone, would silently start VNC."""
    if wanted:
        return wanted
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "none"
    listed = subprocess.run([need(QEMU, "qemu-system-x86"), "-display", "help"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            text=True).stdout.split()
    for name in ("gtk", "sdl"):
        if name in listed:
            return name
    say("this QEMU opens no window (package qemu-system-gui): using the terminal")
    return "none"


class _Script:
    """A sink that answers the menu's prompts with the lines of our input.

    Bytes that reach a serial port before the kernel listens are lost, so a line
    goes out only when it is asked for; after the last one, `q`.
    """

    def __init__(self):
        self.port = None
        self.write = writer(1)
        self.tail = b""

    def __call__(self, data):
        self.write(data)
        self.tail = (self.tail + data)[-len(PROMPT):]
        if self.tail == PROMPT:
            self.tail = b""
            line = sys.stdin.buffer.readline().rstrip(b"\r\n") or b"q"
            self.port.host.sendall(line + b"\n")


def _run_script(session, machine):
    """Run without a person: the input is a file, a pipe, or nothing."""
    script = _Script()
    script.port = Port(script)
    machine.character("console", script.port.descriptor())
    machine.add("-serial", "chardev:console")
    guest = session.launch(machine, [script.port])
    if guest.wait(session.options.timeout) == "timeout":
        raise Failure(f"timed out after {session.options.timeout:g} s", 124)
    return guest.qemu.returncode


def _run_person(machine):
    """Give QEMU the terminal until it ends."""
    machine.add("-serial", "mon:stdio")
    # ^C goes to the guest.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    qemu = subprocess.Popen(machine.command())
    try:
        return qemu.wait()
    finally:
        qemu.kill()
        qemu.wait()
        signal.signal(signal.SIGINT, before)


def run(options):
    if options.program:
        raise Failure("run offers the menu of demos; to run a program use exec")
    with Session(options) as session:
        session.prepare()
        display = _display(options.display)
        machine = session.machine()
        machine.devices(display)
        if options.log and not options.linux:
            machine.add("-debugcon", f"file:{options.log}")
        if display != "none":
            say("the menu is in this terminal, the pictures are in the window")
        else:
            say("no display: the machine's console is this terminal; its screen "
                "can be pictured with tools/kb screenshot")
            if not sys.stdin.isatty():
                return _run_script(session, machine)
        say("leave with q in the menu, or with Ctrl-A x at any time")
        return _run_person(machine)
