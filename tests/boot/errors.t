#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A boot that cannot succeed ends in one clear sentence on the serial line."""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap, build  # noqa: E402
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


def main():
    build("all")
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
        path = os.path.join(directory, "noinit.cpio")
        with open(path, "wb") as file:
            archive = cpio.Writer(file)
            archive.data("/hello", b"no init here\n")
            archive.close()
        refused(tap, "an archive without /init", r"/init|init found", path)
    for mib in (4, 8):
        refused(tap, f"{mib} MiB of memory", r"memory|RAM", builder.INITRAMFS,
                mib=mib)
    tap.end()


main()
