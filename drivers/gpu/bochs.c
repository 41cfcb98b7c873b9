/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/bochs.c - QEMU's standard VGA (PCI 1234:1111) and bochs-display.
 *
 * Base address 0 is the video memory.  Base address 2 has registers:
 *
 *	0x000	the EDID of the screen, if there is one
 *	0x400	the VGA ports, from 0x3c0 on; not of bochs-display
 *	0x500	the "dispi" registers, 16 bits each, which set a linear mode:
 *		write the size, then enable
 *	0x600	QEMU's own: the order of the bytes in a pixel
 *
 * The picture begins anywhere in the memory.  The device is told where in
 * pixels and lines, of a virtual screen as wide as the buffer's pitch.
 *
 * The kernel's console has a buffer of its own, which stays in VRAM for ever:
 * /dev/fb0 maps its frames, and those maps cannot follow it.
 *
 * Source: QEMU docs/specs/standard-vga.rst.
 * In Linux: drivers/gpu/drm/tiny/bochs.c.
 */

#include "drivers/gpu/bochs.h"
#include <asm/io.h>
#include "drivers/bus/pci.h"
#include "drivers/gpu/drm_device.h"
#include "drivers/video/fbdev.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/mm.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

#define BOCHS_VENDOR 0x1234
#define BOCHS_DEVICE 0x1111

#define MMIO_EDID  0x000
#define MMIO_VGA   0x400 /* port 0x3c0 */
#define MMIO_DISPI 0x500
#define MMIO_QEXT  0x600

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
#define DISPI_NOCLEARMEM  0x80

#define VGA_ATT_ADDRESS 0x0  /* port 0x3c0 */
#define VGA_STATUS1     0x1a /* port 0x3da */
#define VGA_ATT_BLANK   0x00
#define VGA_ATT_UNBLANK 0x20 /* the palette is not being changed: show */

#define QEXT_SIZE           0x0 /* bytes of these registers; 0: old QEMU */
#define QEXT_ENDIAN         0x4
#define QEXT_LITTLE_ENDIAN  0x1e1e1e1eu
#define QEXT_BIG_ENDIAN     0xbebebebeu
#define QEXT_ENDIAN_MIN_LEN 8

#define CONSOLE_XRES    1024
#define CONSOLE_YRES    768
#define BITS_PER_PIXEL  32
#define BYTES_PER_PIXEL 4

#define MAX_SIZE 8192 /* pixels, as Linux says */

struct bochs_device {
	struct drm_device drm; /* first: see to_bochs() */
	u8 __iomem *mmio;
	u64 fb_size; /* bytes of video memory */
};

/* A machine has one screen; it stays. */
static struct bochs_device bochs;

static struct bochs_device *to_bochs(struct drm_device *dev)
{
	return container_of(dev, struct bochs_device, drm);
}

/* ---- registers ---------------------------------------------------------- */

static u16 dispi_read(const struct bochs_device *b, unsigned int reg)
{
	return readw(b->mmio + MMIO_DISPI + 2 * reg);
}

static void dispi_write(struct bochs_device *b, unsigned int reg, u16 value)
{
	writew(value, b->mmio + MMIO_DISPI + 2 * reg);
}

/* BGRX is XRGB with its bytes the other way round. */
static void set_byte_order(struct bochs_device *b, u32 format)
{
	if (readl(b->mmio + MMIO_QEXT + QEXT_SIZE) < QEXT_ENDIAN_MIN_LEN)
		return;
	writel(format == DRM_FORMAT_BGRX8888 ? QEXT_BIG_ENDIAN
					     : QEXT_LITTLE_ENDIAN,
	       b->mmio + MMIO_QEXT + QEXT_ENDIAN);
}

/* The address port takes an index and a value in turn: begin with an index. */
static void vga_attribute_address(struct bochs_device *b, u8 value)
{
	readb(b->mmio + MMIO_VGA + VGA_STATUS1);
	writeb(value, b->mmio + MMIO_VGA + VGA_ATT_ADDRESS);
}

static void bochs_set_base(struct drm_device *dev,
			   const struct drm_crtc_state *state)
{
	const struct drm_framebuffer *fb = state->fb;
	struct bochs_device *b = to_bochs(dev);
	u64 offset = ttm_bo_vram_offset(fb->bo) + fb->offset +
		     (u64)state->y * fb->pitch +
		     (u64)state->x * BYTES_PER_PIXEL;

	dispi_write(b, DISPI_X_OFFSET, offset % fb->pitch / BYTES_PER_PIXEL);
	dispi_write(b, DISPI_Y_OFFSET, offset / fb->pitch);
}

/*
 * Switch to a linear mode, unless the device is in one.  Without NOCLEARMEM it
 * would clear the beginning of its memory, as large as the screen, whosever
 * buffer is there.  (Linux 6.1 lets it.)
 */
static void enable_linear_mode(struct bochs_device *b)
{
	const u16 linear = DISPI_ENABLED | DISPI_LFB_ENABLED;

	if ((dispi_read(b, DISPI_ENABLE) & linear) == linear)
		return;
	dispi_write(b, DISPI_ENABLE, 0);
	dispi_write(b, DISPI_BANK, 0);
	dispi_write(b, DISPI_ENABLE, linear | DISPI_NOCLEARMEM);
}

/*
 * The size changes while the mode is enabled.  Linux disables it meanwhile; but
 * that rearranges the map of the VGA's memory, and in QEMU 7.2, with a thread
 * for each CPU, what another CPU writes to a device's register at that moment
 * may get lost.  (tcg_commit() changes the map at once, and each CPU looks up its
 * TLB's entries in the new one until it has flushed them.)  If that was the
 * start of a CPU's timer, its time stood still.
 */
static void bochs_set_mode(struct drm_device *dev,
			   const struct drm_crtc_state *state)
{
	const struct drm_framebuffer *fb = state->fb;
	struct bochs_device *b = to_bochs(dev);

	vga_attribute_address(b, VGA_ATT_UNBLANK);
	enable_linear_mode(b);
	dispi_write(b, DISPI_BPP, BITS_PER_PIXEL);
	dispi_write(b, DISPI_XRES, state->mode.hdisplay);
	dispi_write(b, DISPI_YRES, state->mode.vdisplay);
	dispi_write(b, DISPI_VIRT_WIDTH, fb->pitch / BYTES_PER_PIXEL);
	dispi_write(b, DISPI_VIRT_HEIGHT, b->fb_size / fb->pitch);
	set_byte_order(b, fb->format);
	bochs_set_base(dev, state);
}

static void bochs_disable(struct drm_device *dev)
{
	vga_attribute_address(to_bochs(dev), VGA_ATT_BLANK);
}

static const struct drm_driver bochs_driver = {
	.name = "bochs-drm",
	.desc = "bochs dispi vga interface (qemu stdvga)",
	.date = "20130925",
	.major = 1,
	.set_mode = bochs_set_mode,
	.set_base = bochs_set_base,
	.disable = bochs_disable,
};

/* ---- finding it --------------------------------------------------------- */

static int map_registers(struct bochs_device *b, struct pci_dev *pdev)
{
	if (!pdev || !pdev->bar[0].len || !pdev->bar[2].len)
		return -ENODEV;
	pci_enable_device(pdev);
	b->mmio = ioremap(pdev->bar[2].start, pdev->bar[2].len);
	if (!b->mmio)
		return -ENOMEM;
	if ((dispi_read(b, DISPI_ID) & DISPI_ID_MASK) != DISPI_ID_VALUE) {
		iounmap(b->mmio);
		return -ENODEV;
	}
	b->fb_size = min_t(u64, pdev->bar[0].len,
			   (u64)dispi_read(b, DISPI_VIDEO_MEM_64K) << 16);
	return 0;
}

#define EDID_BLOCK      128
#define EDID_EXTENSIONS 126 /* offset of their number */
#define EDID_WIDTH_CM   21
#define EDID_HEIGHT_CM  22

/* One block, and the extension if there is one, as far as they are intact. */
static void read_edid(struct bochs_device *b)
{
	struct drm_mode_config *config = &b->drm.mode_config;

	for (u32 i = 0; i < DRM_EDID_MAX / EDID_BLOCK; i++) {
		u8 *block = config->edid + i * EDID_BLOCK;

		for (u32 at = 0; at < EDID_BLOCK; at++)
			block[at] = readb(b->mmio + MMIO_EDID + i * EDID_BLOCK +
					  at);
		if (!drm_edid_block_valid(block, i))
			break;
		config->edid_length += EDID_BLOCK;
		if (i >= config->edid[EDID_EXTENSIONS])
			break;
	}
	if (!config->edid_length)
		return;
	config->mm_width = config->edid[EDID_WIDTH_CM] * 10;
	config->mm_height = config->edid[EDID_HEIGHT_CM] * 10;
}

/* ---- bringing it up ----------------------------------------------------- */

static int init_drm(struct bochs_device *b, struct pci_dev *pdev)
{
	struct drm_device *dev = &b->drm;
	int err;

	dev->driver = &bochs_driver;
	dev->pdev = pdev;
	snprintf(dev->bus_id, sizeof(dev->bus_id), "0000:%02x:%02x.%u",
		 pdev->bus, pdev->devfn >> 3, pdev->devfn & 7);
	address_space_init_once(&dev->mapping);
	mutex_init(&dev->gem_lock);
	mutex_init(&dev->master_mutex);
	INIT_LIST_HEAD(&dev->files);
	/* Above what a 32-bit offset can say, as on Linux. */
	drm_mm_init(&dev->vma_offsets, 0x100000, 0x10000000);
	read_edid(b);
	dev->mode_config.max_width = dev->mode_config.max_height = MAX_SIZE;
	err = drm_mode_config_init(dev);
	if (!err)
		err = ttm_device_init(&dev->ttm, pdev->bar[0].start,
				      b->fb_size & PAGE_MASK);
	if (!err)
		drm_connector_init_modes(dev);
	return err;
}

/* The console's buffer, pinned for ever, and what shows it. */
static int init_console(struct drm_device *dev)
{
	const struct drm_mode_modeinfo *mode =
		drm_find_mode(dev, CONSOLE_XRES, CONSOLE_YRES);
	struct drm_framebuffer shape = {
		.width = CONSOLE_XRES,
		.height = CONSOLE_YRES,
		.pitch = CONSOLE_XRES * BYTES_PER_PIXEL,
		.format = DRM_FORMAT_XRGB8888,
	};
	int err;

	if (!mode)
		return -ENODEV;
	dev->console_mode = *mode;
	shape.bo = ttm_bo_create(dev, &dev->ttm,
				 PAGE_ALIGN(shape.pitch * shape.height));
	if (IS_ERR(shape.bo))
		return PTR_ERR(shape.bo);
	err = ttm_bo_pin(shape.bo);
	if (err)
		return err;
	mutex_lock(&dev->mode_mutex);
	dev->console_fb = drm_framebuffer_create(dev, NULL, &shape);
	mutex_unlock(&dev->mode_mutex);
	return PTR_ERR_OR_ZERO(dev->console_fb);
}

/* In a panic, whatever is shown: no lock may be waited for. */
static void show_console_in_panic(struct fb_info *info)
{
	struct drm_device *dev = &bochs.drm;
	struct drm_crtc_state console = {
		.enable = true,
		.mode = dev->console_mode,
		.fb = dev->console_fb,
	};

	bochs_set_mode(dev, &console);
}

static void describe_screen(struct drm_device *dev, struct fb_info *info)
{
	struct ttm_buffer_object *bo = dev->console_fb->bo;

	fb_set_mode(info, CONSOLE_XRES, CONSOLE_YRES, BITS_PER_PIXEL,
		    dev->console_fb->pitch);
	strscpy(info->fix.id, "bochs-vga", sizeof(info->fix.id));
	info->fix.smem_start = dev->ttm.vram_phys + ttm_bo_vram_offset(bo);
	info->fix.smem_len = bo->base.size;
	info->show_in_panic = show_console_in_panic;
}

int bochs_probe(struct fb_info *info)
{
	struct pci_dev *pdev = pci_get_device(BOCHS_VENDOR, BOCHS_DEVICE);
	struct drm_device *dev = &bochs.drm;
	int err = map_registers(&bochs, pdev);

	if (!err)
		err = init_drm(&bochs, pdev);
	if (!err)
		err = init_console(dev);
	if (err)
		return err;
	drm_restore_console(dev);
	describe_screen(dev, info);
	err = drm_dev_register(dev);
	if (err)
		pr_err("/dev/dri/card0: error %d\n", err);
	return 0;
}
