/* SPDX-License-Identifier: MIT */
/*
 * kernel/jump_label.c - conditions that cost nothing while they are false.
 *
 * Theory
 *
 * Each static_branch_unlikely() puts an entry into the table __jump_table: where
 * its no-op is, where to jump, and for which key.  To switch a key, all its
 * places are written anew.
 *
 * Nobody may write to the kernel's code: it is mapped read-only, in the image
 * as well as in the direct map.  So the pages of the code are mapped a second
 * time, writable and not executable, only for as long as it takes.  And no CPU
 * may run through an instruction of which half is written: all others are called
 * into an interrupt handler, where they wait with interrupts off.
 *
 * Linux does not stop its CPUs: it writes a breakpoint over the first byte, then
 * the rest, then the first byte (text_poke_bp()).  We switch a key a few times
 * in a boot, so the simple way will do.
 *
 * Invariants
 *
 *  J1. key->enabled says what is written at each place of the key, except while
 *      it is being switched, under jump_label_mutex.
 *  J2. No writable mapping of the code outlives a switch.
 *  J3. What does not fit into memory changes nothing.
 *
 * Locking: jump_label_mutex; nothing is called with it held that switches a key.
 *
 * Reading order: static_branch_set(), update_places(), wait_for_update().
 * In Linux: kernel/jump_label.c, arch/x86/kernel/jump_label.c, alternative.c.
 */

#include "kernel/jump_label.h"
#include <asm/barrier.h>
#include <asm/irqflags.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/smp.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/mutex.h"
#include "mm/page.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

extern const struct jump_entry __start___jump_table[], __stop___jump_table[];

/* What the CPUs have in common while one of them writes. */
struct text_update {
	atomic_t waiting; /* others that have stopped */
	bool done;
};

static DEFINE_MUTEX(jump_label_mutex);

static void wait_for_update(void *arg)
{
	struct text_update *update = arg;

	atomic_inc(&update->waiting);
	while (!READ_ONCE(update->done))
		cpu_relax();
	sync_core();
	atomic_dec(&update->waiting);
}

/* Write every place of @key; the code's first byte is at @alias as well. */
static void write_places(const struct static_key *key, bool on, char *alias)
{
	const struct jump_entry *entry;

	for (entry = __start___jump_table; entry < __stop___jump_table; entry++)
		if (entry->key == key)
			arch_jump_label_write(
				alias + (entry->code - (unsigned long)_text),
				entry, on);
}

static void update_places(struct static_key *key, bool on, char *alias)
{
	struct text_update update = { 0 };
	unsigned long flags;
	unsigned int others;

	preempt_disable();
	others = num_online_cpus() - 1;
	smp_call_function(wait_for_update, &update, false);
	while (atomic_read(&update.waiting) != (int)others)
		cpu_relax();
	local_irq_save(flags);
	write_places(key, on, alias);
	WRITE_ONCE(key->enabled, on); /* J1 */
	sync_core();
	smp_wmb();
	WRITE_ONCE(update.done, true);
	local_irq_restore(flags);
	/* They look at our stack until they have left. */
	while (atomic_read(&update.waiting))
		cpu_relax();
	preempt_enable();
}

/* Map the kernel's code a second time, writable.  Return: where; NULL. */
static char *map_text(void)
{
	unsigned int nr = PFN_UP(_etext - _text);
	struct page **pages = kmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	char *alias;

	if (!pages)
		return NULL;
	for (unsigned int i = 0; i < nr; i++)
		pages[i] = pfn_to_page(PHYS_PFN(__pa_symbol(_text)) + i);
	alias = vmap(pages, nr, VM_MAP, PAGE_KERNEL);
	kfree(pages);
	return alias;
}

static int static_branch_set(struct static_key *key, bool on)
{
	char *alias;
	int err = 0;

	mutex_lock(&jump_label_mutex);
	if (key->enabled == on)
		goto out;
	alias = map_text();
	if (!alias) {
		err = -ENOMEM; /* J3 */
		goto out;
	}
	update_places(key, on, alias);
	vunmap(alias);
	vm_unmap_aliases(); /* J2: vunmap() alone may leave it for later */
out:
	mutex_unlock(&jump_label_mutex);
	return err;
}

int static_branch_enable(struct static_key *key)
{
	return static_branch_set(key, true);
}

int static_branch_disable(struct static_key *key)
{
	return static_branch_set(key, false);
}
