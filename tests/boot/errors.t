#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A boot that cannot succeed ends in one clear sentence on the serial line."""

import gzip
import io
import lzma
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, TINY, Tap, build, kb  # noqa: E402
from rawboot import Boot  # noqa: E402

from kblib import builder, cpio  # noqa: E402


def refused(tap, name, sentence, initrd, **options):
    """The boot must end by itself, not by a triple fault, and say why."""
    boot = Boot(initrd, **options)
    tap.equal(boot.outcome, "ended", f"{name}: the machine ends", boot.text)
    tap.ok(boot.status not in (0, None), f"{name}: by the kernel's own decision, "
           "not by a triple fault", f"QEMU's status {boot.status}", boot.text)
    tap.ok(re.search(sentence, boot.text, re.I), f"{name}: the serial line says why",
           f"no /{sentence}/ in:", boot.text)


def truncated(directory, keep):
    """The base archive without its end, cut in the middle of /init."""
    with open(builder.INITRAMFS, "rb") as file:
        data = file.read()
    path = os.path.join(directory, f"short-{keep}.cpio")
    with open(path, "wb") as file:
        file.write(data[:keep])
    return path


def small_archive(name):
    """The bytes of an archive with one file."""
    file = io.BytesIO()
    archive = cpio.Writer(file)
    archive.data(name, b"no init here\n")
    archive.close()
    return file.getvalue()


def initrds(tap, directory):
    """Archives that are damaged, or followed by what is none."""
    with open(builder.INITRAMFS, "rb") as file:
        base = file.read()
    small = small_archive("/hello")
    behind = f"at byte {len(base)} of"
    for name, data, sentence in (
            ("an archive without /init", small, r"/init|init found"),
            ("no byte", b"", r"initrd|initial RAM disk"),
            ("only zeros", bytes(4096), r"/init|init found"),
            ("a gzip archive", gzip.compress(base), r"compressed with gzip.*at byte 0 "),
            ("xz behind an archive", base + lzma.compress(small),
             rf"compressed with xz.*{behind}"),
            ("gzip behind an archive", base + gzip.compress(small),
             rf"compressed with gzip.*{behind}"),
            ("garbage behind an archive", base + b"\1garbage", rf"no cpio header.*{behind}"),
            ("an archive that is cut behind another", base + small[:-300],
             r"initramfs: .*truncated.*hello"),
            ("the old cpio format", b"070707" * 40, r"old format")):
        path = os.path.join(directory, "initrd")
        with open(path, "wb") as file:
            file.write(data)
        refused(tap, name, sentence, path)


def processors(tap):
    for model, sentence in (("pentium3", b"no 64-bit mode"),
                            ("max,-nx", b"cannot protect pages from execution")):
        result = kb("exec", "--qemu", f"-cpu {model}", "--", TINY)
        tap.ok(result.status == 125 and sentence in result.err,
               f"-cpu {model}: refused with a sentence", result.explain())


def main():
    build("all", "tests-user")
    os.chdir(ROOT)
    tap = Tap()
    refused(tap, "no initrd", r"initrd|initial RAM disk", None)
    refused(tap, "no module from GRUB", r"initrd|initial RAM disk", None, grub=True)
    with tempfile.TemporaryDirectory() as directory:
        size = os.path.getsize(builder.INITRAMFS)
        for keep in (size * 9 // 10, size // 2, 200):
            refused(tap, f"an archive cut at byte {keep}",
                    r"(initrd|initramfs|cpio).*(trunc|end|short|cut)",
                    truncated(directory, keep))
        initrds(tap, directory)
    for way, grub in (("PVH", False), ("GRUB", True)):
        refused(tap, f"a command line of 3000 bytes from {way}",
                r"command line of \d+ bytes is too long", builder.INITRAMFS,
                append=("y" * 59 + " ") * 50, grub=grub)
    refused(tap, "RAM that ends in the kernel", r"too little RAM even for", None,
            mib=2.5)
    refused(tap, "an initrd over the kernel", r"initramfs lies over the kernel",
            builder.INITRAMFS, mib=3)
    processors(tap)
    for mib in (4, 8):
        refused(tap, f"{mib} MiB of memory", r"memory|RAM", builder.INITRAMFS,
                mib=mib)
    tap.end()


main()
