# SPDX-License-Identifier: MIT
"""kb run: a machine for a person, in a window or in the terminal."""

import os
import signal
import subprocess

from .builder import need
from .common import Failure, say
from .machine import QEMU
from .session import Session


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


def _machine(session, options, display):
    machine = session.machine()
    machine.devices(display)
    machine.add("-serial", "mon:stdio")
    if options.log and not options.linux:
        machine.add("-debugcon", f"file:{options.log}")
    return machine


def run(options):
    if options.program:
        raise Failure("run offers the menu of demos; to run a program use exec")
    with Session(options) as session:
        session.prepare()
        display = _display(options.display)
        machine = _machine(session, options, display)
        if display == "none":
            say("no display: the machine's console is this terminal; its screen "
                "can be pictured with tools/kb screenshot")
        else:
            say("the menu is in this terminal, the pictures are in the window")
        say("leave with q in the menu, or with Ctrl-A x at any time")
        # ^C goes to the guest; QEMU has the terminal until it ends.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        qemu = subprocess.Popen(machine.command())
        try:
            return qemu.wait()
        finally:
            qemu.kill()
            qemu.wait()
            signal.signal(signal.SIGINT, before)
