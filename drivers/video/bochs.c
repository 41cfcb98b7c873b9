/* SPDX-License-Identifier: MIT */
/*
 * drivers/video/bochs.c - QEMU's standard VGA (PCI 1234:1111) and bochs-display.
 *
 * Base address 0 is the video memory.  Base address 2 has registers: at 0x400
 * the VGA ports, at 0x500 the "dispi" registers, 16 bits each, which set a
 * linear mode: write the size, then enable.
 *
 * Source: QEMU docs/specs/standard-vga.rst.
 * In Linux: drivers/gpu/drm/tiny/bochs.c.
 */

#include <asm/io.h>
#include "drivers/bus/pci.h"
#include "drivers/video/fbdev.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "mm/vmalloc.h"

#define BOCHS_VENDOR 0x1234
#define BOCHS_DEVICE 0x1111

#define MMIO_VGA   0x400 /* port 0x3c0 */
#define MMIO_DISPI 0x500

/* dispi registers */
#define DISPI_ID            0x0
#define DISPI_XRES          0x1
#define DISPI_YRES          0x2
#define DISPI_BPP           0x3
#define DISPI_ENABLE        0x4
#define DISPI_BANK          0x5
#define DISPI_VIRT_WIDTH    0x6
#define DISPI_VIRT_HEIGHT   0x7
#define DISPI_X_OFFSET      0x8
#define DISPI_Y_OFFSET      0x9
#define DISPI_VIDEO_MEM_64K 0xa

#define DISPI_ID_MASK  0xfff0
#define DISPI_ID_VALUE 0xb0c0

#define DISPI_ENABLED     0x01
#define DISPI_LFB_ENABLED 0x40

#define VGA_ATT_ADDRESS 0x0  /* port 0x3c0 */
#define VGA_ATT_UNBLANK 0x20 /* the palette is not being changed: show */

#define MODE_XRES 1024
#define MODE_YRES 768
#define MODE_BPP  32

static u16 dispi_read(u8 __iomem *mmio, unsigned int reg)
{
	return readw(mmio + MMIO_DISPI + 2 * reg);
}

static void dispi_write(u8 __iomem *mmio, unsigned int reg, u16 value)
{
	writew(value, mmio + MMIO_DISPI + 2 * reg);
}

static void set_mode(u8 __iomem *mmio)
{
	writeb(VGA_ATT_UNBLANK, mmio + MMIO_VGA + VGA_ATT_ADDRESS);
	dispi_write(mmio, DISPI_ENABLE, 0);
	dispi_write(mmio, DISPI_BPP, MODE_BPP);
	dispi_write(mmio, DISPI_XRES, MODE_XRES);
	dispi_write(mmio, DISPI_YRES, MODE_YRES);
	dispi_write(mmio, DISPI_BANK, 0);
	dispi_write(mmio, DISPI_VIRT_WIDTH, MODE_XRES);
	dispi_write(mmio, DISPI_VIRT_HEIGHT, MODE_YRES);
	dispi_write(mmio, DISPI_X_OFFSET, 0);
	dispi_write(mmio, DISPI_Y_OFFSET, 0);
	dispi_write(mmio, DISPI_ENABLE, DISPI_ENABLED | DISPI_LFB_ENABLED);
}

int bochs_probe(struct fb_info *info)
{
	struct pci_dev *dev = pci_get_device(BOCHS_VENDOR, BOCHS_DEVICE);
	u8 __iomem *mmio;
	int err = -ENODEV;

	if (!dev || !dev->bar[0].len || !dev->bar[2].len)
		return -ENODEV;
	pci_enable_device(dev);
	mmio = ioremap(dev->bar[2].start, dev->bar[2].len);
	if (!mmio)
		return -ENOMEM;
	if ((dispi_read(mmio, DISPI_ID) & DISPI_ID_MASK) != DISPI_ID_VALUE)
		goto out_unmap;

	set_mode(mmio);
	fb_set_mode(info, MODE_XRES, MODE_YRES, MODE_BPP,
		    MODE_XRES * MODE_BPP / 8);
	strscpy(info->fix.id, "bochs-vga", sizeof(info->fix.id));
	info->fix.smem_start = dev->bar[0].start;
	info->fix.smem_len =
		min_t(u64, dev->bar[0].len,
		      (u64)dispi_read(mmio, DISPI_VIDEO_MEM_64K) << 16);
	err = 0;
out_unmap:
	iounmap(mmio);
	return err;
}
