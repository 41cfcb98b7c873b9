#!/bin/sh
# SPDX-License-Identifier: MIT
exec "$(dirname "$0")/../suite" --smp 2 --kernel build/rule/kilburn.elf
