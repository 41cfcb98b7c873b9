# SPDX-License-Identifier: MIT
"""One prepared run: kernel, initramfs, machine and ports, from the options."""

import os
import secrets
import shutil
import signal
import sys
import tempfile

from . import builder, iso, linux
from .common import Failure, say
from .guest import Guest, Log, Output, Port, StatusLine
from .machine import Machine
from .request import Request, fit_memory

KILBURN_COMMAND_LINE = "console=ttyS0"


def writer(descriptor):
    """A sink that writes everything to `descriptor` at once."""
    def write(data):
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view):]
    return write


class Session:
    """Everything of one run; its files vanish at the end of the `with`.

    The parts of a run, in order: prepare(), then start(), then guest.wait().
    """

    def __init__(self, options):
        self.options = options
        self.status = StatusLine()
        self.log = Log(options.log)
        self.console = Log()
        self.token = f"kb-{secrets.token_hex(8)}\n".encode()
        self.output = Output(self.token, writer(1))
        self.errors = Output(self.token, writer(2))
        self.directory = None  # of this run's files
        self.kernel = None  # path of the image to boot
        self.request = None
        self.guest = None

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="kb-")
        # ^C ends the run even where a shell started us with SIGINT ignored, and
        # a plain kill of kb must end QEMU as ^C does.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        signal.signal(signal.SIGHUP, lambda *_: sys.exit(128 + signal.SIGHUP))
        return self

    def __exit__(self, *_):
        if self.guest:
            self.guest.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def prepare(self):
        """Build what is missing and collect what the guest is to have."""
        options = self.options
        build = "release" if options.icount else builder.default_build()
        targets = ["initramfs"]
        if options.linux and options.drm:
            self.kernel = linux.expanded_image()
        elif options.linux:
            self.kernel = linux.image("full" if options.fb else "cloud")
        elif options.kernel:
            self.kernel = options.kernel
        else:
            self.kernel = builder.kernel_path(build)
            if build != builder.default_build():
                say(f"--icount counts the {build} kernel, build/{build}/kilburn.elf")
            targets.append("kernel")
        builder.make(*targets, build=build)
        self.request = Request(builder.INITRAMFS)
        for text in options.add:
            self.request.add(text)
        if options.program:
            self.request.run(options.program, options.arguments)
            self.request.stdin = options.stdin
            self.request.flags += ["split"] if options.split else []
        if options.with_libs:
            self.request.add_libraries()
        if options.linux and options.drm:
            self.request.add_modules(linux.drm_modules())

    def command_line(self):
        options = self.options
        words = [linux.COMMAND_LINE] if options.linux else [KILBURN_COMMAND_LINE]
        if options.linux and not options.icount:
            words.append(linux.UNMEASURED)
        if options.linux and options.fb:
            words.append("vga=0x344")
        return " ".join(words + ([options.append] if options.append else []))

    def _boot(self, machine, initrd):
        options = self.options
        if options.boot == "uefi":
            machine.firmware(self.directory)
        if options.boot == "pvh":
            machine.kernel(self.kernel, initrd, self.command_line())
        else:
            image = os.path.join(self.directory, "boot.iso")
            iso.make(image, self.kernel, initrd, self.command_line(), options.linux)
            machine.cdrom(image)

    def machine(self):
        """The machine with processor, memory and what it boots from."""
        initrd = os.path.join(self.directory, "initramfs.cpio")
        added = self.request.write(initrd, self.token)
        machine = Machine(self.options)
        machine.processor()
        machine.memory(fit_memory(self.options.mem, added))
        machine.shared_memory(self.options.ivshmem
                              or os.path.join(self.directory, "ivshmem"))
        self._boot(machine, initrd)
        return machine

    def ports(self, machine):
        """Connect the serial ports and port 0xe9; return the host's ends."""
        if self.options.linux:
            sinks = [self.log, self.output, self.errors, self.status]
        else:
            sinks = [self.console, self.output, self.errors, self.status, self.log]
        ports = [Port(sink) for sink in sinks]
        for number, port in enumerate(ports):
            name = f"port{number}"
            machine.character(name, port.descriptor())
            if number < 4:
                machine.add("-serial", f"chardev:{name}")
            else:
                machine.add("-device", f"isa-debugcon,iobase=0xe9,chardev={name}")
        return ports

    def launch(self, machine, ports, *silent):
        """Start QEMU; `silent` are ports that somebody else reads."""
        self.guest = Guest(machine, ports, silent)
        return self.guest

    def start(self):
        """Start the ordinary machine."""
        machine = self.machine()
        machine.devices()
        return self.launch(machine, self.ports(machine))

    def log_tail(self, lines=20):
        text = self.log.tail or self.console.tail
        return "\n".join(text.decode(errors="replace").replace("\r", "")
                         .splitlines()[-lines:])

    def explain(self, outcome):
        """The failure behind a wait() that did not finish."""
        if outcome == "timeout":
            message, status = f"timed out after {self.options.timeout:g} s", 124
        else:
            message, status = "the machine ended without a status line", 125
        complaint = self.guest.complaint()
        if complaint and outcome == "ended":
            message += f"\nQEMU: {complaint}"
        tail = self.log_tail()
        if tail:
            message += f"\nthe end of the log:\n{tail}"
        return Failure(message, status)
