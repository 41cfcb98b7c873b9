#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A device that Kilburn has lost fails the tests that would skip without it."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap  # noqa: E402

FORBIDDEN = "skips nothing on Kilburn"


def main():
    tap = Tap()
    # No screen, and more memory than oom_exhaust wants to use up.
    done = subprocess.run(
        [os.path.join(ROOT, "tests/suite"), "--qemu", "-vga none", "--mem", "1100"],
        env=dict(os.environ, TESTS="fb_info futex_shared oom_exhaust"),
        stdout=subprocess.PIPE, text=True, timeout=300)
    for program, wanted, name in (
            ("fb_info", 1, "a program that skips everything fails"),
            ("futex_shared", 2, "each point that is skipped fails"),
            ("oom_exhaust", 0, "a skip for a lawful reason does not")):
        found = re.findall(rf"^not ok \d+ - {program}: {FORBIDDEN}$", done.stdout,
                           re.M)
        tap.equal(len(found), wanted, name, done.stdout)
    tap.equal(len(re.findall(r"^ok .*oom_exhaust: .*# SKIP only with 1 GiB",
                             done.stdout, re.M)), 3,
              "and keeps its reason", done.stdout)
    tap.end()


main()
