#!/bin/sh
# SPDX-License-Identifier: MIT
# The card's tests, on the Linux that has one (Debian's cloud kernel has not).
TESTS="${TESTS:-drm_args drm_clients drm_dpms drm_fuzz drm_gone drm_move}" exec "$(dirname "$0")/../suite" --linux --drm
