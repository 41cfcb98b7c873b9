#!/bin/sh
# SPDX-License-Identifier: MIT
# Switches of the local store on four CPUs.
SUITE=tests/kilburn TESTS=lstore_races exec "$(dirname "$0")/../suite" --brief --smp 4
