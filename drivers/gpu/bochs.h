/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/bochs.h - QEMU's standard VGA and bochs-display.
 */
#ifndef KILBURN_GPU_BOCHS_H
#define KILBURN_GPU_BOCHS_H

struct fb_info;

/**
 * bochs_probe() - drive the device: /dev/dri/card0, and a screen for /dev/fb0.
 * @info: receives the mode and the memory of the text console's screen
 *
 * Return: 0; -ENODEV if there is no such device; another -errno.
 */
int bochs_probe(struct fb_info *info);

#endif /* KILBURN_GPU_BOCHS_H */
