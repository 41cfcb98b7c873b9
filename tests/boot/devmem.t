#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What of /dev/mem, /proc/iomem and /proc/kilburn/memtype only a boot can show."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import Tap, build, kb  # noqa: E402

MIB = 1 << 20
LINE = re.compile(r"^( *)([0-9a-f]{8,})-([0-9a-f]{8,}) : (.+)$")
TYPE = re.compile(r"^PAT: \[mem 0x([0-9a-f]{16})-0x([0-9a-f]{16})\] (\S+)$", re.M)


def shell(script, *options):
    return kb("exec", *options, "--", "/bin/busybox", "sh", "-c", script)


def iomem(text):
    """[(depth, first, last, name)]; None if a line has another form."""
    ranges = []
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            return None
        ranges.append((len(match.group(1)) // 2, int(match.group(2), 16),
                       int(match.group(3), 16), match.group(4)))
    return ranges


def check_strict(tap):
    read = f"dd if=/dev/mem of=/tmp/x bs=4096 skip={32 * MIB // 4096} count=1"
    strict = shell(read)
    tap.ok(strict.status != 0 and b"not permitted" in strict.out,
           "RAM is not read", strict.explain())
    lab = shell(read + " && wc -c < /tmp/x", "--append", "iomem=relaxed")
    tap.ok(lab.status == 0 and b"4096" in lab.out,
           "iomem=relaxed lets a lab read it", lab.explain())


def check_iomem(tap):
    done = shell("cat /proc/iomem")
    ranges = iomem(done.out.decode())
    if not tap.ok(ranges, "/proc/iomem has lines of one form", done.explain()):
        return
    top = [r for r in ranges if r[0] == 0]
    tap.ok(all(a[2] < b[1] for a, b in zip(top, top[1:])),
           "the outer ranges are in order and apart", done.explain())
    ram = sum(last - first + 1 for _, first, last, name in top
              if name == "System RAM")
    tap.ok(511 * MIB < ram <= 512 * MIB, "System RAM is as large as --mem",
           f"{ram}")
    inner = [r for r in ranges if r[3].startswith("Kernel ")]
    tap.ok(len(inner) == 4 and all(
        any(name == "System RAM" and first <= r[1] and r[2] <= last
            for _, first, last, name in top) for r in inner),
        "the kernel lies in System RAM", done.explain())
    linux = iomem(shell("cat /proc/iomem", "--linux").out.decode()) or []

    def firmware(some):
        return [r[1:] for r in some if r[3] in ("System RAM", "Reserved")]

    tap.ok(set(firmware(ranges)) == set(firmware(linux)),
           "firmware's ranges are those that Linux shows",
           sorted(set(firmware(ranges)) ^ set(firmware(linux))))


def check_memtype(tap):
    done = shell("cat /proc/kilburn/memtype")
    text = done.out.decode()
    types = TYPE.findall(text)
    tap.ok(text.startswith("PAT memtype list:\n")
           and len(types) == text.count("\n") - 1,
           "memtype has lines of Linux's form", text)
    tap.ok([t for t in types if t[2] == "write-combining"],
           "the screen is write-combining", text)
    tap.ok([t for t in types if t[:1] == ("00000000fee00000",)
            and t[2] == "uncached-minus"],
           "the interrupt controller is uncached", text)


build("all")
tap = Tap()
check_strict(tap)
check_iomem(tap)
check_memtype(tap)
tap.end()
