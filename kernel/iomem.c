/* SPDX-License-Identifier: MIT */
/*
 * kernel/iomem.c - who has which physical addresses.
 *
 *	00100000-1ffdffff : System RAM		from the firmware's map
 *	  00200000-002a3fff : Kernel code	from the linker
 *	fd000000-fdffffff : 0000:00:02.0	from the PCI bus
 *
 * Ranges are added at boot and stay, so that readers only need the lock while
 * they walk.
 *
 * In Linux: kernel/resource.c; arch/x86/kernel/e820.c.
 */

#include "kernel/ioport.h"
#include <asm/boot_info.h>
#include <asm/page.h>
#include <asm/sections.h>
#include "fs/proc/proc_fs.h"
#include "fs/seq_file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/task.h"
#include "mm/slab.h"

static DEFINE_SPINLOCK(resource_lock); /* protects the tree */
static struct resource iomem_resource = {
	.name = "PCI mem",
	.end = ~0ull,
	.children = LIST_HEAD_INIT(iomem_resource.children),
};

/* ---- the tree ----------------------------------------------------------- */

static bool contains(const struct resource *outer, const struct resource *inner)
{
	return outer->start <= inner->start && outer->end >= inner->end;
}

static bool overlaps(const struct resource *a, const struct resource *b)
{
	return a->start <= b->end && b->start <= a->end;
}

/* The innermost range that contains @new. */
static struct resource *find_parent(const struct resource *new)
{
	struct resource *parent = &iomem_resource, *child;

again:
	list_for_each_entry (child, &parent->children, sibling) {
		if (contains(child, new)) {
			parent = child;
			goto again;
		}
	}
	return parent;
}

static bool fits_among(const struct resource *parent,
		       const struct resource *new)
{
	struct resource *child;

	list_for_each_entry (child, &parent->children, sibling)
		if (overlaps(child, new) && !contains(new, child))
			return false;
	return true;
}

/* Put @new in order among the children; those inside it become its own. */
static void link_resource(struct resource *parent, struct resource *new)
{
	struct list_head *before = &parent->children;
	struct resource *child, *next;

	list_for_each_entry_safe (child, next, &parent->children, sibling) {
		if (contains(new, child)) {
			list_del(&child->sibling);
			list_add_tail(&child->sibling, &new->children);
		} else if (child->end < new->start) {
			before = &child->sibling;
		}
	}
	list_add(&new->sibling, before);
}

int insert_resource(struct resource *new)
{
	struct resource *parent;
	int err = -EBUSY;

	INIT_LIST_HEAD(&new->children);
	spin_lock(&resource_lock);
	parent = find_parent(new);
	if (fits_among(parent, new)) {
		link_resource(parent, new);
		err = 0;
	}
	spin_unlock(&resource_lock);
	return err;
}

/* Only the outermost ranges say what memory is. */
bool region_intersects(phys_addr_t start, u64 size, unsigned long flags)
{
	const struct resource asked = { .start = start,
					.end = start + size - 1 };
	struct resource *child;
	bool found = false;

	spin_lock(&resource_lock);
	list_for_each_entry (child, &iomem_resource.children, sibling)
		found = found || (overlaps(child, &asked) &&
				  (child->flags & flags) == flags);
	spin_unlock(&resource_lock);
	return found;
}

static bool busy_inside(const struct resource *parent,
			const struct resource *asked)
{
	struct resource *child;

	list_for_each_entry (child, &parent->children, sibling)
		if (overlaps(child, asked) &&
		    ((child->flags & IORESOURCE_BUSY) ||
		     busy_inside(child, asked)))
			return true;
	return false;
}

bool iomem_is_exclusive(phys_addr_t start, u64 size)
{
	const struct resource asked = { .start = start,
					.end = start + size - 1 };
	bool busy;

	spin_lock(&resource_lock);
	busy = busy_inside(&iomem_resource, &asked);
	spin_unlock(&resource_lock);
	return busy;
}

/* ---- /proc/iomem -------------------------------------------------------- */

static void show_children(struct seq_file *m, const struct resource *parent,
			  int depth)
{
	bool hide = !capable_root();
	struct resource *child;

	list_for_each_entry (child, &parent->children, sibling) {
		seq_printf(m, "%*s%08llx-%08llx : %s\n", 2 * depth, "",
			   hide ? 0 : child->start, hide ? 0 : child->end,
			   child->name);
		show_children(m, child, depth + 1);
	}
}

static int iomem_show(struct seq_file *m, void *v)
{
	spin_lock(&resource_lock);
	show_children(m, &iomem_resource, 0);
	spin_unlock(&resource_lock);
	return 0;
}

/* ---- what is there at boot ---------------------------------------------- */

static const char *region_name(u32 type)
{
	switch (type) {
	case BOOT_MEM_RAM:
		return "System RAM";
	case BOOT_MEM_ACPI:
		return "ACPI Tables";
	case BOOT_MEM_NVS:
		return "ACPI Non-volatile Storage";
	case BOOT_MEM_UNUSABLE:
		return "Unusable memory";
	default:
		return "Reserved";
	}
}

static void add_resource(phys_addr_t start, phys_addr_t end, const char *name,
			 unsigned long flags)
{
	struct resource *res = kzalloc(sizeof(*res), GFP_KERNEL);

	if (!res)
		return;
	res->start = start;
	res->end = end - 1;
	res->name = name;
	res->flags = flags;
	if (insert_resource(res)) {
		pr_warn("iomem: %#llx-%#llx (%s) overlaps another range\n",
			start, end, name);
		kfree(res);
	}
}

/* Page 0 is nobody's RAM: it has the interrupt vectors of the firmware. */
static void add_region(const struct boot_mem_region *r)
{
	phys_addr_t start = r->start, end = r->start + r->size;
	bool ram = r->type == BOOT_MEM_RAM;

	if (end <= start)
		return;
	if (ram && start < PAGE_SIZE && end > PAGE_SIZE) {
		add_resource(0, PAGE_SIZE, "Reserved", IORESOURCE_MEM);
		start = PAGE_SIZE;
	}
	add_resource(start, end, region_name(r->type),
		     ram ? IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY
			 : IORESOURCE_MEM);
}

static void add_image(const char *start, const char *end, const char *name)
{
	add_resource(__pa_symbol(start), __pa_symbol(end), name,
		     IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY);
}

void iomem_init(void)
{
	for (unsigned int i = 0; i < boot_info.nr_regions; i++)
		add_region(&boot_info.regions[i]);
	add_image(_text, _etext, "Kernel code");
	add_image(__start_rodata, __end_rodata, "Kernel rodata");
	add_image(_data, _edata, "Kernel data");
	add_image(__bss_start, __bss_stop, "Kernel bss");
	proc_create_single("iomem", 0444, &proc_root, iomem_show);
}
