# SPDX-License-Identifier: MIT
"""What a dynamically linked x86-64 program needs: interpreter and libraries."""

import os
import struct

from .common import Failure

PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NULL, DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 0, 1, 5, 15, 29

GLIBC_DIRS = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64",
              "/usr/lib64", "/lib", "/usr/lib")
MUSL_DIRS = ("/lib/x86_64-linux-musl", "/usr/lib/x86_64-linux-musl",
             "/lib", "/usr/local/lib", "/usr/lib")


class Elf:
    """The interpreter, needed names and search path of one ELF64 file."""

    def __init__(self, path):
        self.path = path
        self.interpreter = None
        self.needed = []
        self.search = []
        with open(path, "rb") as file:
            self.data = file.read()
        if self.data[:5] != b"\x7fELF\x02" or len(self.data) < 64:
            raise ValueError(f"{path}: not an ELF64 file")
        try:
            self._read()
        except struct.error:
            raise ValueError(f"{path}: truncated") from None

    def _string(self, offset):
        return os.fsdecode(self.data[offset:self.data.index(b"\0", offset)])

    def _offset(self, address):
        for kind, offset, start, size in self.segments:
            if kind == PT_LOAD and start <= address < start + size:
                return address - start + offset
        raise ValueError(f"{self.path}: a table lies outside the file")

    def _read(self):
        (phoff,) = struct.unpack_from("<Q", self.data, 32)
        phentsize, phnum = struct.unpack_from("<HH", self.data, 54)
        self.segments = []
        for i in range(phnum):
            kind, _, offset, address, _, size = struct.unpack_from(
                "<IIQQQQ", self.data, phoff + i * phentsize)
            self.segments.append((kind, offset, address, size))
        for kind, offset, _, size in self.segments:
            if kind == PT_INTERP:
                self.interpreter = self._string(offset)
            elif kind == PT_DYNAMIC:
                self._read_dynamic(offset, size)

    def _read_dynamic(self, offset, size):
        entries = []
        for at in range(offset, offset + size, 16):
            tag, value = struct.unpack_from("<qQ", self.data, at)
            if tag == DT_NULL:
                break
            entries.append((tag, value))
        tables = [value for tag, value in entries if tag == DT_STRTAB]
        if not tables:
            return
        strings = self._offset(tables[0])
        for tag, value in entries:
            if tag == DT_NEEDED:
                self.needed.append(self._string(strings + value))
            elif tag in (DT_RPATH, DT_RUNPATH):
                origin = os.path.dirname(os.path.abspath(self.path))
                path = self._string(strings + value)
                for directory in path.split(":"):
                    self.search.append(directory.replace("${ORIGIN}", origin)
                                       .replace("$ORIGIN", origin))


def is_dynamic(path):
    """Whether `path` is an ELF program that names an interpreter."""
    try:
        return Elf(path).interpreter is not None
    except (OSError, ValueError):
        return False


def libraries(path):
    """Return the host paths that the dynamic program `path` needs, in order."""
    found = {}
    program = Elf(path)
    if not program.interpreter:
        return []
    if not os.path.exists(program.interpreter):
        raise Failure(f"{path} needs {program.interpreter}, which is not here")
    system = MUSL_DIRS if "musl" in program.interpreter else GLIBC_DIRS
    waiting = [(program, name) for name in program.needed]
    while waiting:
        user, name = waiting.pop(0)
        if name in found or name == os.path.basename(program.interpreter):
            continue
        for directory in (*user.search, *program.search, *system):
            candidate = os.path.join(directory, name)
            if os.path.isfile(candidate):
                break
        else:
            raise Failure(f"{user.path} needs {name}, which is not here")
        found[name] = candidate
        library = Elf(candidate)
        waiting += [(library, needed) for needed in library.needed]
    return [program.interpreter, *found.values()]
