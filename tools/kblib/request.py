# SPDX-License-Identifier: MIT
"""The second archive of a run: the added files, and what init is to do.

init finds its orders below /kb: argv, env, cwd, stdin, flags and sync (see
user/init/exec.c), and below /kb/modules what it is to load first.
"""

import os
import sys

from . import cpio, elf
from .common import (STATUS_NOT_EXECUTABLE, STATUS_NOT_FOUND, Failure, reason,
                     say)

ENVIRONMENT = ("PATH=/bin:/sbin:/usr/bin:/usr/sbin", "HOME=/root", "TERM=linux")
MAX_MEMORY_MIB = 64 * 1024
MAX_STREAM = 256 << 20  # bytes read from a --stdin that is no file


def split_add(text):
    """HOST or HOST:GUEST, as (host, guest)."""
    host, colon, guest = text.rpartition(":")
    if colon and guest.startswith("/") and not os.path.lexists(text):
        if guest.endswith("/") and not os.path.isdir(host):
            guest = os.path.join(guest, os.path.basename(host))
    else:
        host = text
        guest = "/host/" + os.path.basename(os.path.abspath(text))
    if not os.path.exists(host):
        raise Failure(f"--add {text}: no such file or directory")
    return os.path.realpath(host), guest


def read_stream(path):
    """All that a pipe, or our own standard input, gives."""
    with open(0 if path == "-" else path, "rb", closefd=path != "-") as source:
        data = source.read(MAX_STREAM + 1)
    if len(data) > MAX_STREAM:
        raise Failure(f"--stdin {path}: more than {MAX_STREAM >> 20} MiB, "
                      "which only a file may have")
    return data


def check_program(path):
    """Refuse a program of the host's that is not a file to read."""
    if os.path.isdir(path):
        raise Failure(f"{path}: is a directory", STATUS_NOT_EXECUTABLE)
    if not os.path.isfile(path):
        raise Failure(f"{path}: no such file on this host", STATUS_NOT_FOUND)
    if not os.access(path, os.R_OK):
        raise Failure(f"{path}: permission denied", STATUS_NOT_EXECUTABLE)


class Request:
    """What a run adds to the base root file system."""

    def __init__(self, base):
        self.base = base
        self.guest = cpio.names(base)  # absolute guest path -> mode
        self.adds = []  # (host, guest)
        self.argv = None
        self.stdin = None
        self.flags = []
        self.files = []  # (guest path, bytes)
        self.host_program = None

    def add(self, text):
        host, guest = split_add(text)
        self._add(host, guest)

    def _add(self, host, guest):
        if (host, guest) in self.adds:
            return
        self.adds.append((host, guest))
        guest = "/" + guest.strip("/")
        self.guest[guest] = os.lstat(host).st_mode
        if os.path.isdir(host):
            for top, directories, names in os.walk(host):
                below = os.path.relpath(top, host)
                for name in directories + names:
                    path = os.path.normpath(os.path.join(guest, below, name))
                    self.guest[path] = os.lstat(os.path.join(top, name)).st_mode

    def _resolve(self, program):
        """Return the guest path of PROGRAM, adding it when it is the host's."""
        relative = program.startswith(("./", "../"))
        absolute = program.startswith("/")
        if relative or (absolute and os.path.normpath(program) not in self.guest
                        and os.path.isfile(program)):
            check_program(program)
            path = "/host/" + os.path.basename(program)
            self._add(os.path.realpath(program), path)
            self.host_program = program
            return path
        if absolute:
            return program
        if "/" not in program:
            for directory in ENVIRONMENT[0][len("PATH="):].split(":"):
                if f"{directory}/{program}" in self.guest:
                    return f"{directory}/{program}"
        return "/" + program

    def run(self, program, arguments):
        self.argv = [self._resolve(program), *arguments]

    def add_modules(self, paths):
        """Add Linux modules; init loads them in the order of their names."""
        for path in paths:
            self._add(path, "/kb/modules/" + os.path.basename(path))

    def add_libraries(self):
        """Add what every dynamically linked program among the files needs."""
        for host, _ in list(self.adds):
            tops = [host]
            if os.path.isdir(host):
                tops = [os.path.join(top, name)
                        for top, _, names in os.walk(host) for name in names]
            for path in tops:
                if os.path.isfile(path) and elf.is_dynamic(path):
                    for library in elf.libraries(path):
                        self._add(os.path.realpath(library), library)

    def write(self, path, token):
        """Write base and addition to `path`; return the size of the addition."""
        with open(path, "wb") as out:
            with open(self.base, "rb") as base:
                out.write(base.read())
            out.write(bytes(-out.tell() % cpio.ALIGN))
            archive = cpio.Writer(out)
            try:
                for host, guest in self.adds:
                    archive.tree(guest, host)
                if self.stdin and os.path.isfile(self.stdin):
                    archive.file("/kb/stdin", self.stdin, 0o444)
                elif self.stdin:  # no size to write in advance
                    archive.data("/kb/stdin", read_stream(self.stdin), 0o444)
            except OSError as error:
                raise Failure(reason(error)) from None
            except ValueError as error:
                raise Failure(str(error)) from None
            if self.argv:
                self._write_orders(archive, token)
            archive.close()
            return archive.size

    def _write_orders(self, archive, token):
        for name, words in (("argv", self.argv), ("env", ENVIRONMENT),
                            ("cwd", ["/"])):
            archive.data(f"/kb/{name}",
                         b"".join(os.fsencode(word) + b"\0" for word in words))
        archive.data("/kb/flags", "".join(f + "\n" for f in self.flags).encode())
        archive.data("/kb/sync", token)


def fit_memory(memory, added):
    """Return the memory in MiB for a guest whose initramfs grew by `added`.

    Linux silently cuts an initramfs file that does not fit, so what is added
    may take a sixth of the memory.
    """
    needed = -(-6 * added >> 20)
    if needed <= memory:
        return memory
    if needed > MAX_MEMORY_MIB:
        raise Failure(f"the added files ({added >> 20} MiB) are too large: "
                      f"they would need a machine of {needed} MiB")
    needed = -(-needed // 64) * 64
    say(f"memory raised from {memory} to {needed} MiB "
        f"for {added >> 20} MiB of added files")
    return needed


