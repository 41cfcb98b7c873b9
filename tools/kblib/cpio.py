# SPDX-License-Identifier: MIT
"""Write and list cpio archives in the "newc" format, the one of an initramfs.

Debian's cpio packs what is on disk; here every entry is made up (owner 0:0, no
time, a device node without being root), which is what a reproducible image and
a request for the guest need.
"""

import os
import stat

HEADER = 110
ALIGN = 512  # what each archive is padded to, so that archives can follow


def _pad(size, align=4):
    return -size % align


class Writer:
    """Append entries to the binary file `out`; directories come by themselves."""

    def __init__(self, out):
        self.out = out
        self.size = 0
        self.inode = 0
        self.seen = set()

    def _write(self, data):
        self.out.write(data)
        self.size += len(data)

    def _header(self, name, mode, size, rdev=(0, 0), nlink=1):
        self.inode += 1
        fields = (self.inode, mode, 0, 0, nlink, 0, size, 0, 0,
                  rdev[0], rdev[1], len(name) + 1, 0)
        self._write(b"070701" + b"".join(b"%08X" % f for f in fields))
        self._write(name + b"\0")
        self._write(bytes(_pad(HEADER + len(name) + 1)))

    def _enter(self, path):
        """Make the parents of `path` and return its name in the archive."""
        name = path.strip("/")
        parent = os.path.dirname(name)
        if parent and parent not in self.seen:
            self.directory(parent)
        self.seen.add(name)
        return os.fsencode(name)

    def directory(self, path, mode=0o755):
        name = path.strip("/")
        if name and name not in self.seen:
            self._header(self._enter(path), stat.S_IFDIR | mode, 0, nlink=2)

    def data(self, path, content, mode=0o644):
        self._header(self._enter(path), stat.S_IFREG | mode, len(content))
        self._write(content)
        self._write(bytes(_pad(len(content))))

    def symlink(self, path, target):
        target = os.fsencode(target)
        self._header(self._enter(path), stat.S_IFLNK | 0o777, len(target))
        self._write(target + bytes(_pad(len(target))))

    def node(self, path, kind, mode, major, minor):
        self._header(self._enter(path), kind | mode, 0, (major, minor))

    def file(self, path, host, mode=None):
        """Copy the regular file `host`."""
        with open(host, "rb") as source:
            info = os.fstat(source.fileno())
            if info.st_size >= 1 << 32:
                raise ValueError(f"{host}: too large for a cpio archive")
            if mode is None:
                mode = stat.S_IMODE(info.st_mode)
            self._header(self._enter(path), stat.S_IFREG | mode, info.st_size)
            left = info.st_size
            while left:
                block = source.read(min(left, 1 << 20))
                if not block:
                    raise ValueError(f"{host}: became shorter while read")
                self._write(block)
                left -= len(block)
            self._write(bytes(_pad(info.st_size)))

    def tree(self, path, host):
        """Copy `host`, whatever it is, and all that is below it."""
        mode = os.lstat(host).st_mode
        if stat.S_ISLNK(mode):
            self.symlink(path, os.readlink(host))
        elif stat.S_ISDIR(mode):
            self.directory(path, stat.S_IMODE(mode))
            for entry in sorted(os.listdir(host)):
                self.tree(os.path.join(path, entry), os.path.join(host, entry))
        elif stat.S_ISREG(mode):
            self.file(path, host)
        elif stat.S_ISFIFO(mode):
            self.node(path, stat.S_IFIFO, stat.S_IMODE(mode), 0, 0)
        else:
            raise ValueError(f"{host}: not a file, directory, link or FIFO")

    def close(self):
        self._header(b"TRAILER!!!", 0, 0)
        self._write(bytes(_pad(self.size, ALIGN)))


def names(path):
    """Return {absolute name: mode} of everything in the archive file `path`."""
    found = {}
    with open(path, "rb") as archive:
        while True:
            header = archive.read(HEADER)
            if len(header) < HEADER or header[:6] != b"070701":
                return found
            mode = int(header[14:22], 16)
            size = int(header[54:62], 16)
            length = int(header[94:102], 16)
            name = archive.read(length + _pad(HEADER + length))
            name = os.fsdecode(name[:length - 1])
            if name == "TRAILER!!!":
                return found
            found["/" + name] = mode
            archive.seek(size + _pad(size), os.SEEK_CUR)
