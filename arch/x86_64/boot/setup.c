/* SPDX-License-Identifier: MIT */
/*
 * boot/setup.c - the first C code: from the loader's tables to kernel_main().
 *
 * Firmware maps are not to be trusted: ranges overlap, are not page aligned,
 * and have holes in the middle of RAM.  So RAM is added first, cut inward to
 * whole pages, and then everything that is not RAM is removed, rounded
 * outward: where two ranges disagree, "reserved" wins.
 *
 * In Linux: arch/x86/kernel/setup.c, e820.c.
 */
#include <asm/boot_info.h>
#include <asm/desc.h>
#include <asm/extable.h>
#include <asm/page.h>
#include <asm/paging.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/smap.h>
#include <asm/smp.h>
#include <asm/trampoline.h>
#include <asm/tsc.h>
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/sched.h"
#include "mm/memblock.h"

struct boot_info boot_info;

/* The boot CPU's stack; its idle task keeps it. */
char init_stack[THREAD_SIZE] __aligned(4096) __section(".bss.page_aligned");

static char boot_ist_stacks[IST_COUNT * IST_STACK_SIZE] __aligned(4096)
	__section(".bss.page_aligned");

/* Less than this, and nothing useful could run. */
#define MIN_RAM (12UL << 20)

/* No page-table entry can hold more. */
#define MAX_PHYS (1UL << 52)

#define LOW_RAM_END    0xa0000UL /* then come VGA and the BIOS */
#define HIGH_RAM_START 0x100000UL

void __init boot_set_cmdline(const char *cmdline)
{
	size_t len = strlen(cmdline);

	if (len >= sizeof(boot_info.cmdline))
		boot_fail("the command line of %zu bytes is too long, %zu fit",
			  len, sizeof(boot_info.cmdline) - 1);
	memcpy(boot_info.cmdline, cmdline, len + 1);
}

int cmdline_find(const char *name, char *buf, int size)
{
	size_t len = strlen(name);
	const char *p = boot_info.cmdline;

	while (*p) {
		const char *end = strchrnul(p, ' ');

		if (!strncmp(p, name, len) &&
		    (p[len] == '=' || p + len == end)) {
			const char *value = p + len + (p[len] == '=');
			int n = (int)(end - value);

			if (buf)
				snprintf(buf, (size_t)size, "%.*s", n, value);
			return n;
		}
		p = *end ? end + 1 : end;
	}
	return -1;
}

/* ---- RAM ---------------------------------------------------------------- */

/* The direct map has room for 64 TiB: 46 bits. */
static void __init remove_not_ram(void)
{
	phys_addr_t limit = 1ULL << min(boot_cpu.phys_bits, 46u);

	for (unsigned int i = 0; i < boot_info.nr_regions; i++) {
		const struct boot_mem_region *r = &boot_info.regions[i];
		phys_addr_t start = r->start & PAGE_MASK;
		phys_addr_t end = PAGE_ALIGN(r->start + r->size);

		if (r->type != BOOT_MEM_RAM && end > start)
			memblock_remove(start, end - start);
	}
	memblock_remove(LOW_RAM_END, HIGH_RAM_START - LOW_RAM_END);
	memblock_remove(limit, MAX_PHYS - limit);
}

static void __init add_ram(void)
{
	for (unsigned int i = 0; i < boot_info.nr_regions; i++) {
		const struct boot_mem_region *r = &boot_info.regions[i];
		phys_addr_t start = PAGE_ALIGN(r->start);
		phys_addr_t end = (r->start + r->size) & PAGE_MASK;

		if (r->type == BOOT_MEM_RAM && r->start + r->size > r->start &&
		    end > start)
			memblock_add(start, end - start);
	}
	remove_not_ram();
	if (memblock_phys_mem_size() == 0)
		boot_fail("the loader's memory map has no usable RAM");
	if (memblock_phys_mem_size() < MIN_RAM)
		boot_fail("%llu KiB of RAM are too little, %lu KiB are needed",
			  memblock_phys_mem_size() >> 10, MIN_RAM >> 10);
}

/* Is every page of a range RAM? */
static bool __init range_is_ram(phys_addr_t start, phys_addr_t end)
{
	for (phys_addr_t at = start & PAGE_MASK; at < end; at += PAGE_SIZE) {
		if (!memblock_is_memory(at))
			return false;
	}
	return true;
}

static void __init reserve_or_fail(phys_addr_t start, u64 size)
{
	if (memblock_reserve(start, size))
		boot_fail("too many reserved ranges of memory");
}

static void __init reserve_used(void)
{
	phys_addr_t initrd_end = boot_info.initrd_start + boot_info.initrd_size;

	/* Page 0: so that physical address 0 stays an error value. */
	reserve_or_fail(0, PAGE_SIZE);
	if (!range_is_ram(__pa_symbol(_text), __pa_symbol(_end)))
		boot_fail("the kernel image does not lie in usable RAM");
	reserve_or_fail(__pa_symbol(_text), (u64)(_end - _text));
	if (boot_info.initrd_size) {
		if (!range_is_ram(boot_info.initrd_start, initrd_end))
			boot_fail("the initramfs does not lie in usable RAM");
		reserve_or_fail(boot_info.initrd_start & PAGE_MASK,
				PAGE_ALIGN(initrd_end) -
					(boot_info.initrd_start & PAGE_MASK));
	}
	/* After all that may be below 1 MiB: the page where other CPUs start */
	trampoline_reserve();
}

/* ---- start -------------------------------------------------------------- */

/* From header.S; @protocol is enum boot_protocol. */
void __noreturn x86_64_start(unsigned long protocol, phys_addr_t info);

void __init __noreturn x86_64_start(unsigned long protocol, phys_addr_t info)
{
	const char *why;

	tsc_boot = rdtsc();
	/* Before the first of them changes: what the other CPUs begin with. */
	memcpy(__per_cpu_init, __per_cpu_start,
	       (size_t)(__per_cpu_end - __per_cpu_start));
	early_console_init();
	cpu_detect();
	cpu_init_early();
	idt_init();
	init_task.stack = init_stack;
	this_cpu_write(cpu_current_top_of_stack,
		       (unsigned long)init_stack + THREAD_SIZE);

	why = protocol == BOOT_PVH ? pvh_parse(info) : multiboot2_parse(info);
	if (why)
		boot_fail("%s", why);
	if (!boot_info.nr_regions)
		boot_fail("the boot loader gave no memory map");

	add_ram();
	reserve_used();
	sort_main_extable();
	smap_patch_sites();
	paging_init();
	cpu_init(0);
	ist_init(0, boot_ist_stacks);
	kernel_main();
}
