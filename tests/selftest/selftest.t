#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tests inside the kernel (option `selftest`): with one CPU and with four, and
in both forms of vm_normal_page().

The kernel prints TAP among the other lines of its log, each perhaps after a time
in brackets.
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import RULE_BUILD, RULE_KERNEL, Tap, build  # noqa: E402
from rawboot import Boot  # noqa: E402

LINE = re.compile(r"^(?:\[[^]]*\] *)?(?:(ok|not ok) \d+ *-? *(.*)|1\.\.(\d+)$|# (.*))")


def run(tap, form, smp, kernel):
    where = f"{form}, {smp} CPU"
    boot = Boot(None, append="selftest", mib=256, smp=smp, kernel=kernel)
    points, planned, notes = 0, None, []
    for line in boot.text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        word, name, plan, note = match.groups()
        if word:
            points += 1
            tap.ok(word == "ok", f"{where}: {name}", *notes)
            notes = []
        elif plan:
            planned = int(plan)
        else:
            notes.append(note)
    tap.ok(planned == points and points > 0, f"{where}: all of them ran",
           f"planned {planned}, ran {points}", boot.text[-3000:])
    tap.ok(boot.outcome == "ended" and boot.status == 0,
           f"{where}: the machine powers off by itself",
           f"{boot.outcome}, QEMU's status {boot.status}", boot.text[-3000:])


def main():
    build("kernel")
    build(*RULE_BUILD)
    tap = Tap()
    for smp in (1, 4):
        run(tap, "special bit", smp, None)
        run(tap, "rule of 2006", smp, RULE_KERNEL)
    tap.end()


main()
