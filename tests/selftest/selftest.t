#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tests inside the kernel (option `selftest`): with one CPU and with four, and
in both forms of vm_normal_page().

A few tests break a rule as a driver might: each is a boot that must end with the
sentence that names the rule.

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


# Test -> what the kernel must say when it stops.
PANICS = {
    "a_counted_page_in_a_pfnmap_area":
        "I4: a counted page inserted into a VM_PFNMAP area",
    "writable_frames_in_a_private_area":
        "I2: a writable entry in a private mapping; take prot from vm_page_prot",
    "a_writable_page_in_a_private_area":
        "I2: a writable entry in a private mapping; take prot from vm_page_prot",
    "a_frame_at_fault_time_in_a_private_area":
        "I3: vmf_insert_pfn() into a private VM_PFNMAP area",
    "a_frame_in_an_area_of_neither_kind":
        "I7: vmf_insert_pfn() into an area that is not exactly one of VM_PFNMAP "
        "and VM_MIXEDMAP",
    "a_frame_of_ram_in_a_mixed_area":
        "I8: vmf_insert_pfn() of RAM into a VM_MIXEDMAP area",
    "frames_outside_of_the_area": "I6: remap_pfn_range() outside of the area",
    "frames_over_frames": "I1: remap_pfn_range() where something is mapped",
}


def run_panic(tap, name, sentence):
    boot = Boot(None, append=f"selftest={name}", mib=256)
    tap.ok(boot.outcome == "ended" and boot.status not in (0, None),
           f"{name}: the machine stops", f"{boot.outcome}, {boot.status}",
           boot.text[-3000:])
    tap.ok(f": {sentence}" in boot.text, f"{name}: and says why", sentence,
           boot.text[-3000:])


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
    for name, sentence in PANICS.items():
        run_panic(tap, name, sentence)
    tap.end()


main()
