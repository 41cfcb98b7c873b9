# SPDX-License-Identifier: MIT
"""kb screenshot: picture the screen when a program says that it has drawn."""

import os

from . import picture
from .common import Failure
from .guest import Port
from .qmp import Monitor
from .session import Session


class LineWatch:
    """A sink in front of another one: notes when the line `wanted` goes by."""

    def __init__(self, wanted, write):
        self.wanted = wanted.encode()
        self.write = write
        self.line = b""
        self.seen = False

    def __call__(self, data):
        self.write(data)
        *lines, self.line = (self.line + data).split(b"\n")
        self.seen = self.seen or self.wanted in (line.strip() for line in lines)


def dump(session, monitor):
    """Return the picture on the screen now."""
    path = os.path.join(session.directory, "screen.ppm")
    monitor.command("screendump", filename=path)
    return picture.read_ppm(path)


def run(options):
    with Session(options) as session:
        session.prepare()
        watch = LineWatch(options.ready, session.output.write)
        session.output.write = watch
        control = Port()
        machine = session.machine()
        machine.devices()
        ports = session.ports(machine)
        machine.character("monitor", control.descriptor())
        machine.add("-mon", "chardev=monitor,mode=control")
        guest = session.launch(machine, ports, control)
        monitor = Monitor(control)
        outcome = guest.wait(options.timeout,
                             lambda: watch.seen or session.status.result)
        if not watch.seen:
            if outcome:
                raise session.explain(outcome)
            word, text = session.status.result
            raise Failure(f"the program ended ({word} {text}) "
                          f"and never said '{options.ready}'")
        picture.write(dump(session, monitor), options.out)
        return 0
