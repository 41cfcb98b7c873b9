#!/bin/sh
# SPDX-License-Identifier: MIT
# What only Kilburn has: fail-nth (Debian's Linux is built without), the trace.
SUITE=tests/kilburn exec "$(dirname "$0")/../suite" --smp 2
