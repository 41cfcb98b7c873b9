#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A buffer that moves, against loads of all CPUs: 50,000 switches, and none is
ever seen stale.

The emulator runs the four CPUs in one thread.  With a thread for each, on a host
with fewer, every switch waits until the host lets the last of them answer, and
seconds make hundreds; here a CPU that waits hands over at once, and seconds make
ten thousands.

STRESS=1 in the environment: a million, on the release kernel.
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

import rawboot  # noqa: E402
from kblib import builder  # noqa: E402
from kbtest import Tap, build  # noqa: E402

COUNTS = re.compile(r"# (\d+) switches, (\d+) loads")


def main():
    stress = os.environ.get("STRESS")
    name, switches = ("a_million_switches", 1000000) if stress \
        else ("many_switches", 50000)
    kernel = builder.kernel_path("release") if stress else None
    build("kernel", *(["BUILD=release"] if stress else []))
    os.environ["ACCEL"] = "tcg,thread=single"
    rawboot.LIMIT = 600
    boot = rawboot.Boot(None, append=f"selftest={name}", mib=256, smp=4,
                        kernel=kernel)
    tap = Tap()
    tap.ok(re.search(rf"(?<!not )ok 1 - {name}\n", boot.text),
           "no load sees a place that the buffer has left", boot.text[-3000:])
    found = COUNTS.search(boot.text)
    made, loads = map(int, found.groups()) if found else (0, 0)
    tap.equal(made, switches, "all switches were made")
    tap.ok(loads > switches, "each with loads", f"{loads} loads")
    tap.ok(boot.outcome == "ended" and boot.status == 0,
           "the machine powers off by itself", f"{boot.outcome}, {boot.status}")
    print(f"# {made} switches, {loads} loads")
    tap.end()


main()
