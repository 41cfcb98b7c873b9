/* SPDX-License-Identifier: MIT */
/*
 * boot/pvh.c - what `qemu -kernel` tells us: Xen's PVH start information.
 *
 * All addresses in it are physical and below 4 GiB, where the early direct map
 * reaches.
 *
 * In Linux: include/xen/interface/hvm/start_info.h, arch/x86/platform/pvh/.
 */
#include <asm/boot_info.h>
#include <asm/page.h>
#include <asm/setup.h>
#include "kernel/compiler.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"

#define XEN_HVM_START_MAGIC_VALUE 0x336ec578

struct hvm_start_info {
	u32 magic;
	u32 version; /* 1 and later have the memory map */
	u32 flags;
	u32 nr_modules;
	u64 modlist_paddr; /* of nr_modules hvm_modlist_entry */
	u64 cmdline_paddr; /* of a string */
	u64 rsdp_paddr;
	u64 memmap_paddr; /* of memmap_entries hvm_memmap_table_entry */
	u32 memmap_entries;
	u32 reserved;
};

struct hvm_modlist_entry {
	u64 paddr;
	u64 size; /* bytes */
	u64 cmdline_paddr;
	u64 reserved;
};

struct hvm_memmap_table_entry {
	u64 addr;
	u64 size; /* bytes */
	u32 type; /* as in E820 */
	u32 reserved;
};

static void __init pvh_copy_memmap(const struct hvm_start_info *info)
{
	const struct hvm_memmap_table_entry *entry = __va(info->memmap_paddr);

	for (u32 i = 0; i < info->memmap_entries; i++) {
		struct boot_mem_region *region;

		if (boot_info.nr_regions == BOOT_MAX_REGIONS)
			break;
		region = &boot_info.regions[boot_info.nr_regions++];
		region->start = entry[i].addr;
		region->size = entry[i].size;
		region->type = entry[i].type;
	}
}

const char *__init pvh_parse(phys_addr_t start_info)
{
	const struct hvm_start_info *info = __va(start_info);

	boot_info.protocol = BOOT_PVH;
	boot_info.loader = "PVH";
	if (info->magic != XEN_HVM_START_MAGIC_VALUE)
		return "the PVH start information has a wrong magic number";
	if (info->version < 1 || !info->memmap_paddr || !info->memmap_entries)
		return "the PVH loader gave no memory map";

	pvh_copy_memmap(info);
	boot_info.rsdp = info->rsdp_paddr;
	if (info->cmdline_paddr)
		boot_set_cmdline(__va(info->cmdline_paddr));
	if (info->nr_modules) {
		const struct hvm_modlist_entry *mod = __va(info->modlist_paddr);

		boot_info.initrd_start = mod->paddr;
		boot_info.initrd_size = mod->size;
	}
	return NULL;
}
