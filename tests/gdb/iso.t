#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make gdb`, without a person, after booting by iso."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

import gdbtest  # noqa: E402
from kbtest import Tap  # noqa: E402

tap = Tap()
gdbtest.stops(tap, "iso")
tap.end()
