#!/bin/sh
# SPDX-License-Identifier: MIT
# What only Kilburn has: fail-nth (Debian's Linux is built without), the trace.
# As little memory as edu can do with: the ledger looks at all of it each time.
SUITE=tests/kilburn exec "$(dirname "$0")/../suite" --smp 2 --mem 320
