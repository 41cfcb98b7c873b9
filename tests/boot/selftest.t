#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The self tests inside the kernel, in both forms of vm_normal_page()."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap, build  # noqa: E402
from rawboot import Boot  # noqa: E402

from kblib import builder  # noqa: E402

LINE = re.compile(r"^(?:\[[ .\d]*\] )?((?:not )?ok) \d+ - (.*?)\r?$", re.M)
PLAN = re.compile(r"^(?:\[[ .\d]*\] )?1\.\.(\d+)\r?$", re.M)


def run(tap, form, kernel):
    """One boot; each line of the kernel's TAP becomes a point."""
    boot = Boot(builder.INITRAMFS, append="selftest", kernel=kernel, smp=2,
                mib=64)
    plan = PLAN.search(boot.text)
    points = LINE.findall(boot.text)
    for result, name in points:
        tap.ok(result == "ok", f"{form}: {name}", boot.text)
    tap.ok(plan and int(plan.group(1)) == len(points) > 0,
           f"{form}: all self tests ran", boot.text)


build("all")
os.chdir(ROOT)
tap = Tap()
run(tap, "special bit", "build/debug/kilburn.elf")
subprocess.run(["make", "-s", "kernel", "O=build/rule", "CONFIG_PTE_SPECIAL=0"],
               check=True, stdout=sys.stderr)
run(tap, "rule of 2006", "build/rule/kilburn.elf")
tap.end()
