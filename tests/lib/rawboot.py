# SPDX-License-Identifier: MIT
"""Boot the kernel without a program to run, and read what it says."""

import argparse

import kbtest  # noqa: F401  (makes kblib importable)

from kblib import builder, cli, guest, machine

LIMIT = 120


class Boot:
    """How a machine ended: outcome (guest.wait), QEMU's status, ttyS0's text."""

    def __init__(self, initrd, append="", mib=64, smp=1, kernel=None):
        parser = argparse.ArgumentParser()
        cli.add_machine_options(parser)
        made = machine.Machine(parser.parse_args(["--smp", str(smp)]))
        made.processor()
        made.memory(mib)
        made.kernel(kernel or builder.kernel_path(builder.default_build()), initrd,
                    f"console=ttyS0 {append}".strip())
        made.devices()
        self.text = ""
        port = guest.Port(self._take)
        made.character("console", port.descriptor())
        made.add("-serial", "chardev:console")
        running = guest.Guest(made, [port])
        try:
            self.outcome = running.wait(LIMIT)
            self.status = running.qemu.poll()
        finally:
            running.kill()

    def _take(self, data):
        self.text += data.decode(errors="replace").replace("\r", "")
