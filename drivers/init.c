/* SPDX-License-Identifier: MIT */
/*
 * drivers/init.c - the devices, in the order in which they come up.
 */

#include <asm/acpi.h>
#include "drivers/bus/pci.h"
#include "drivers/char/mem.h"
#include "drivers/misc/edu.h"
#include "drivers/misc/ivshmem.h"
#include "drivers/misc/lstore.h"
#include "drivers/tty/tty.h"
#include "drivers/video/fbdev.h"
#include "kernel/init.h"
#include "kernel/ioport.h"
#include "mm/memtype.h"

void drivers_init(void)
{
	iomem_init(); /* before the bus adds its ranges */
	acpi_claim_registers();
	memtype_proc_init();
	chr_dev_init(); /* null, zero, random, ... */
	devmem_init();
	tty_init();
	serial8250_init();
	pci_init();
	pci_sysfs_init();
	video_init();
	edu_init();
	ivshmem_init();
	lstore_init(); /* in the memory of ivshmem */
}
