# SPDX-License-Identifier: MIT
"""The machine: QEMU's command line.

Every run uses the same q35 machine.  Its four serial ports are, in order, the
console, the program's output, its fd 2 (with --split) and init's status line;
port 0xe9 takes our kernel's log.
"""

import os
import shlex
import shutil

from .builder import need
from .common import Failure, host_memory_mib, reason

QEMU = "qemu-system-x86_64"
DEBUG_EXIT = "isa-debug-exit,iobase=0xf4,iosize=0x04"
SHARED_MEMORY_MIB = 4  # of the ivshmem device

OVMF = (("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
        ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
        ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
        ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"))


class Machine:
    """Collects the arguments; `command()` is what to start."""

    def __init__(self, options):
        self.options = options
        self.arguments = []

    def add(self, *words):
        self.arguments += words

    def processor(self):
        options = self.options
        accelerator = os.environ.get("ACCEL", "tcg")
        self.add("-M", "q35", "-accel", accelerator, "-smp", str(options.smp))
        if options.icount:
            if accelerator != "tcg":
                raise Failure("--icount counts instructions: it needs ACCEL=tcg")
            self.add("-icount", "shift=0,sleep=off", "-cpu", "max,-erms,-fsrm")
        else:
            self.add("-cpu", "max")

    def memory(self, mib):
        self.add("-m", f"{mib}M")
        if mib > host_memory_mib() * 3 // 4:
            # More than the host can promise: take pages as they are touched.
            self.add("-object", f"memory-backend-ram,id=ram,size={mib}M,reserve=off",
                     "-machine", "memory-backend=ram")

    def devices(self, display="none"):
        self.add("-no-user-config", "-nodefaults", "-no-reboot",
                 "-vga", "std", "-display", display, "-device", DEBUG_EXIT,
                 "-device", "edu")

    def shared_memory(self, path):
        """An ivshmem device whose memory is the file `path` of this host."""
        size = SHARED_MEMORY_MIB << 20
        try:
            with open(path, "ab") as file:
                if file.tell() == 0:
                    file.truncate(size)
                elif file.tell() != size:
                    raise Failure(f"--ivshmem {path}: it has {file.tell()} bytes, "
                                  f"the device's memory {size}")
        except OSError as error:
            raise Failure(f"--ivshmem {reason(error)}") from None
        self.add("-object", f"memory-backend-file,id=shared,share=on,size={size},"
                 f"mem-path={_comma(path)}",
                 "-device", "ivshmem-plain,memdev=shared")

    def character(self, name, descriptor, *settings):
        """A character device on a socket of ours."""
        self.add("-chardev", ",".join(["socket", f"id={name}", f"fd={descriptor}",
                                       *settings]))

    def kernel(self, kernel, initrd, command_line):
        self.add("-kernel", kernel, "-append", command_line)
        if initrd:
            self.add("-initrd", initrd)

    def cdrom(self, iso):
        self.add("-drive", f"file={_comma(iso)},format=raw,if=none,media=cdrom,"
                 "readonly=on,id=cd", "-device", "ide-cd,drive=cd,bootindex=0")

    def firmware(self, directory):
        """UEFI; its variables are a copy in `directory`."""
        for code, variables in OVMF:
            if os.path.exists(code) and os.path.exists(variables):
                break
        else:
            raise Failure("OVMF is not installed (package ovmf): run 'make deps'")
        copy = os.path.join(directory, "vars.fd")
        shutil.copyfile(variables, copy)
        self.add("-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}",
                 "-drive", f"if=pflash,unit=1,format=raw,file={_comma(copy)}")

    def command(self):
        return [need(QEMU, "qemu-system-x86"), *self.arguments,
                *shlex.split(self.options.qemu or "")]


def _comma(path):
    return path.replace(",", ",,")
