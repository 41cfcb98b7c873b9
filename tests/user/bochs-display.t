#!/bin/sh
# SPDX-License-Identifier: MIT
# The card without a VGA beside it, nor its registers: of two -vga QEMU takes
# the last.
TESTS="${TESTS:-drm_args drm_clients drm_gone drm_move drm_race fb_info}" \
	exec "$(dirname "$0")/../suite" --smp 2 \
	--qemu '-vga none -device bochs-display'
