#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""user/biosedit edits its own view of the firmware's tables and nothing else."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import Tap, build, kb  # noqa: E402

QUOTED = re.compile(r'^(.*): "(.*)"$', re.M)


def views(text):
    """{who looks: what he sees}"""
    return dict(QUOTED.findall(text))


def check_edit(tap, where, *options):
    done = kb("exec", *options, "--", "/bin/biosedit")
    text = done.out.decode()
    seen = views(text)
    tap.equal(done.status, 0, f"{where}: it ends well", done.explain())
    before = seen.get("before")
    tap.ok(before and seen.get("my view") not in (None, before),
           f"{where}: its own view has changed", text)
    for who in ("a second private mapping", "pread in a child",
                "the physical bytes"):
        tap.equal(seen.get(who), before, f"{where}: {who}: unchanged", text)
    return text


build("all")
tap = Tap()
here = check_edit(tap, "Kilburn")
linux = check_edit(tap, "Linux", "--linux")
tap.equal(here, linux, "both print the same")
uefi = kb("exec", "--boot", "uefi", "--", "/bin/biosedit")
tap.equal(uefi.status, 0, "UEFI: it ends well", uefi.explain())
tap.ok(b"There is no SMBIOS entry point here" in uefi.out,
       "UEFI: and says that there is none", uefi.explain())
tap.end()
