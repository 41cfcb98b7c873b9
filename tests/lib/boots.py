# SPDX-License-Identifier: MIT
"""One boot, and whether a program found what it should."""

import re

from kbtest import TINY, build, kb

# What firmware, kernel image and page array may take away from the total.
OVERHEAD_MIB = {"pvh": 8, "iso": 8, "uefi": 48}


def check(tap, way, mib):
    """Three points: a tiny program runs after booting by `way` with `mib`."""
    build("tests-user")
    result = kb("exec", "--boot", way, "--mem", str(mib), "--", TINY, "a b")
    out = result.out.decode(errors="replace")
    tap.equal(result.status, 23, f"{way}, {mib} MiB: the status arrives",
              result.explain())
    tap.ok(out.startswith("argument a b\npasswd root:x:0:0:root:/root:/bin/sh\n"),
           f"{way}, {mib} MiB: argument and root file system arrive", out)
    match = re.search(r"^total_mib (\d+)$", out, re.M)
    total = int(match.group(1)) if match else 0
    least = mib - OVERHEAD_MIB[way] - mib // 32
    tap.ok(least <= total <= mib, f"{way}, {mib} MiB: the memory is found",
           f"total {total} MiB, expected {least} to {mib}")
