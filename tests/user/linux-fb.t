#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests that use the frame buffer, on the Linux that has one (Debian's cloud
# kernel has not: linux.t skips them).
TESTS="${TESTS:-fb_cow fb_info futex_shared gup_cow}" exec "$(dirname "$0")/../suite" --linux --fb
