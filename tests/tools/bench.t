#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Kilburn costs, in guest instructions of the release kernel, has limits.

The figures do not depend on the host, so a change that makes an operation dearer
than it may be fails here and not in somebody's lecture.  Linux's figures are in
the second column of `make bench`.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap, build, kb  # noqa: E402

from kblib.bench import parse  # noqa: E402

# The row of /bin/bench and the most that it may be.
LIMITS = (
    ("boot_to_init", 150_000),  # microseconds of virtual time
    ("mem_used_at_init", 6 * 1024),  # KiB
    ("null_syscall", 160),
    ("fault_anon_write", 1100),
    ("fault_zero_read", 500),
    ("cow_break_child", 1200),
    ("cow_reuse_parent", 500),
    ("mmap_munmap_4k", 5000),
    ("fork_exit_wait", 45_000),
    ("exec_fork_tiny", 90_000),
    ("fork_64m_exit_wait", 600_000),
    ("dev_mmap_4m", 15_000),
    ("dev_munmap_4m", 15_000),
    ("bo_fault_ram", 900),
    ("bo_fault_vram", 900),
)
# A row may be at most so many times another.
RATIOS = (
    ("vma_fault_60000", "vma_fault_10", 1.5),
    ("bo_move_in_4m", "bo_copy_4m", 1.2),
    ("bo_move_out_4m", "bo_copy_4m", 1.2),
)


def main():
    build("all")
    rows = [row for row, _ in LIMITS] + [row for ratio in RATIOS for row in ratio[:2]]
    tap = Tap()
    result = kb("exec", "--icount", "--", "/bin/bench", *rows, cwd=ROOT)
    found = {name: value for name, (value, _) in parse(result.out.decode()).items()}
    tap.equal([row for row in rows if found.get(row, 0) <= 0], [],
              "each row has a figure", result.explain())
    for row, limit in LIMITS:
        tap.ok(0 < found.get(row, 0) <= limit, f"{row}: at most {limit}",
               found.get(row))
    for row, base, limit in RATIOS:
        ratio = found.get(row, 0) / found.get(base, 1)
        tap.ok(0 < ratio <= limit, f"{row}: at most {limit} times {base}", ratio)
    tap.end()


main()
