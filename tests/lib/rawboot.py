# SPDX-License-Identifier: MIT
"""Boot the kernel without a program to run, and read what it says."""

import argparse
import os
import tempfile

import kbtest  # noqa: F401  (makes kblib importable)

from kblib import builder, cli, guest, iso, machine

LIMIT = 120


class Boot:
    """How a machine ended: outcome (guest.wait), QEMU's status, ttyS0's text."""

    def __init__(self, initrd, append="", mib=64, smp=1, kernel=None, grub=False):
        kernel = kernel or builder.kernel_path(builder.default_build())
        command_line = f"console=ttyS0 {append}".strip()
        with tempfile.TemporaryDirectory(prefix="kb-") as directory:
            made = self._machine(mib, smp)
            if grub:
                image = os.path.join(directory, "boot.iso")
                iso.make(image, kernel, initrd, command_line)
                made.cdrom(image)
            else:
                made.kernel(kernel, initrd, command_line)
            self._run(made)

    @staticmethod
    def _machine(mib, smp):
        parser = argparse.ArgumentParser()
        cli.add_machine_options(parser)
        made = machine.Machine(parser.parse_args(["--smp", str(smp)]))
        made.processor()
        made.memory(mib)
        made.devices()
        return made

    def _run(self, made):
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
