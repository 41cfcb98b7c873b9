/* SPDX-License-Identifier: MIT */
/*
 * boot/multiboot2.c - what GRUB tells us: a list of tags.
 *
 *	+------------+----------+-----------+----------+-----+-----------+
 *	| total size | reserved | type size | contents | ... | type 0, 8 |
 *	+------------+----------+-----------+----------+-----+-----------+
 *
 * Each tag starts at a multiple of 8.  The list and all that it points to is
 * below 4 GiB, where the early direct map reaches; under UEFI it may well be
 * below 1 MiB.
 *
 * In the Multiboot2 specification: section 3.6.
 */
#include <asm/boot_info.h>
#include <asm/page.h>
#include <asm/setup.h>
#include "kernel/compiler.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

enum {
	MB2_TAG_END = 0,
	MB2_TAG_CMDLINE = 1,
	MB2_TAG_LOADER = 2,
	MB2_TAG_MODULE = 3,
	MB2_TAG_MMAP = 6,
	MB2_TAG_FRAMEBUFFER = 8,
	MB2_TAG_ACPI_OLD = 14,
	MB2_TAG_ACPI_NEW = 15,
};

struct mb2_tag {
	u32 type;
	u32 size; /* bytes, with this header, without padding */
};

struct mb2_tag_string {
	struct mb2_tag tag;
	char string[];
};

struct mb2_tag_module {
	struct mb2_tag tag;
	u32 mod_start, mod_end; /* physical; mod_end is the first byte after */
	char cmdline[];
};

struct mb2_mmap_entry {
	u64 addr, len;
	u32 type;
	u32 reserved;
};

struct mb2_tag_mmap {
	struct mb2_tag tag;
	u32 entry_size, entry_version;
	char entries[];
};

#define MB2_FRAMEBUFFER_RGB 1

struct mb2_tag_framebuffer {
	struct mb2_tag tag;
	u64 addr;
	u32 pitch, width, height;
	u8 bpp, type;
	u16 reserved;
	struct {
		u8 pos, size;
	} red, green, blue; /* if type is RGB */
};

struct mb2_tag_acpi {
	struct mb2_tag tag;
	char rsdp[];
};

static char loader_name[64];

/*
 * Only the length of the RSDP may be relied on: the tag holds a copy of it.
 * The copy is kept, since the list of tags is not.
 */
static char rsdp_copy[64] __aligned(16);

static void __init mb2_mmap(const struct mb2_tag_mmap *tag)
{
	u32 bytes = tag->tag.size - sizeof(*tag);

	for (u32 at = 0; at + tag->entry_size <= bytes; at += tag->entry_size) {
		const struct mb2_mmap_entry *entry =
			(const void *)(tag->entries + at);
		struct boot_mem_region *region;

		if (boot_info.nr_regions == BOOT_MAX_REGIONS)
			return;
		region = &boot_info.regions[boot_info.nr_regions++];
		region->start = entry->addr;
		region->size = entry->len;
		region->type = entry->type;
	}
}

static void __init mb2_framebuffer(const struct mb2_tag_framebuffer *tag)
{
	struct boot_framebuffer *fb = &boot_info.fb;

	/* Text mode and palettes: there is nothing to draw on. */
	if (tag->type != MB2_FRAMEBUFFER_RGB)
		return;
	fb->phys = tag->addr;
	fb->pitch = tag->pitch;
	fb->width = tag->width;
	fb->height = tag->height;
	fb->bpp = tag->bpp;
	fb->red.pos = tag->red.pos;
	fb->red.size = tag->red.size;
	fb->green.pos = tag->green.pos;
	fb->green.size = tag->green.size;
	fb->blue.pos = tag->blue.pos;
	fb->blue.size = tag->blue.size;
}

static void __init mb2_rsdp(const struct mb2_tag_acpi *tag)
{
	size_t len =
		min_t(size_t, tag->tag.size - sizeof(*tag), sizeof(rsdp_copy));

	memcpy(rsdp_copy, tag->rsdp, len);
	boot_info.rsdp = __pa_symbol(rsdp_copy);
}

static void __init mb2_tag(const struct mb2_tag *tag)
{
	const struct mb2_tag_string *string = (const void *)tag;
	const struct mb2_tag_module *module = (const void *)tag;

	switch (tag->type) {
	case MB2_TAG_CMDLINE:
		boot_set_cmdline(string->string);
		break;
	case MB2_TAG_LOADER:
		strscpy(loader_name, string->string, sizeof(loader_name));
		boot_info.loader = loader_name;
		break;
	case MB2_TAG_MODULE:
		if (boot_info.initrd_size)
			break; /* the first module is the initramfs */
		boot_info.initrd_start = module->mod_start;
		boot_info.initrd_size = module->mod_end - module->mod_start;
		break;
	case MB2_TAG_MMAP:
		mb2_mmap((const void *)tag);
		break;
	case MB2_TAG_FRAMEBUFFER:
		mb2_framebuffer((const void *)tag);
		break;
	case MB2_TAG_ACPI_OLD:
		if (!boot_info.rsdp) /* the new one is better */
			mb2_rsdp((const void *)tag);
		break;
	case MB2_TAG_ACPI_NEW:
		mb2_rsdp((const void *)tag);
		break;
	}
}

const char *__init multiboot2_parse(phys_addr_t mbi)
{
	u32 total = *(const u32 *)__va(mbi);
	u32 at = 8;

	boot_info.protocol = BOOT_MULTIBOOT2;
	boot_info.loader = "multiboot2";
	while (at + sizeof(struct mb2_tag) <= total) {
		const struct mb2_tag *tag = __va(mbi + at);

		if (tag->type == MB2_TAG_END)
			return NULL;
		if (tag->size < sizeof(*tag) || tag->size > total - at)
			break;
		mb2_tag(tag);
		at += ALIGN(tag->size, 8u);
	}
	return "the multiboot2 information is cut off";
}
