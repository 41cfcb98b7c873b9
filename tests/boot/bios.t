#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots from the ISO on BIOS with little, ordinary and much memory."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

import boots  # noqa: E402
from kbtest import Tap  # noqa: E402

tap = Tap()
for mib in (16, 256, 5120):
    boots.check(tap, "iso", mib)
tap.end()
