#!/bin/sh
# SPDX-License-Identifier: MIT
# The frame buffer's tests, on the Linux that has one (Debian's cloud kernel has not).
TESTS="${TESTS:-fb_cow fb_info}" exec "$(dirname "$0")/../suite" --linux --fb
