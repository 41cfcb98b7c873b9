/* SPDX-License-Identifier: MIT */
/*
 * drivers/init.c - the devices, in the order in which they come up.
 */

#include "drivers/bus/pci.h"
#include "drivers/char/mem.h"
#include "drivers/tty/tty.h"
#include "drivers/video/fbdev.h"
#include "kernel/init.h"

void drivers_init(void)
{
	chr_dev_init(); /* null, zero, random, ... */
	tty_init();
	serial8250_init();
	pci_init();
	video_init();
}
