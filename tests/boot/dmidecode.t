#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Debian's dmidecode, as it is, prints QEMU's tables from /dev/mem.

It is dynamically linked.  --no-sysfs makes Linux's run read /dev/mem as well, so
that the whole output is the same.
"""

import os
import platform
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import Tap, build, kb  # noqa: E402

DMIDECODE = "/usr/sbin/dmidecode"


def run(*options, args=()):
    return kb("exec", "--with-libs", *options, "--", DMIDECODE, *args)


build("all")
# Debian builds it for this processor only; there a missing one is a failure.
if platform.machine() != "x86_64":
    print("1..0 # SKIP a host of another kind has no dmidecode to run here")
    sys.exit(0)
tap = Tap()
linux = run("--linux", args=["--no-sysfs"])
tap.equal(linux.status, 0, "it runs on Linux", linux.explain())
plain = run()
tap.equal(plain.status, 0, "it runs here", plain.explain())
tap.ok(b"SMBIOS 2.8 present" in plain.out and b"Vendor: SeaBIOS" in plain.out,
       "and prints the firmware's tables", plain.explain())
tap.equal(plain.out, linux.out, "the same as on Linux")
one = run(args=["-s", "bios-vendor"])
tap.equal((one.status, one.out.strip()), (0, b"SeaBIOS"), "one string of them",
          one.explain())
tap.end()
