/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_switch.c - a buffer that moves, against loads and stores
 * of all CPUs.
 *
 * One small buffer moves between RAM and the upper half of the card's memory.
 * Each CPU uses it through a user mapping: CPU 0, which moves it, and all but
 * the last one in one address space, the last one in another, as a child would.
 *
 *	mover, CPU 0			loaders, CPU 1 ...
 *	  writing = g			  least = written
 *	  store g to each page		  load a tag
 *	  written = g			  most = writing
 *	  move the buffer		  least <= tag <= most?
 *
 * A tag says its generation and its page.  What it may say is known on both
 * sides of the load, as with a seqlock, so a place that the buffer has left is
 * seen at once: its tag is old, or is that of whoever owns the frame now.  Each
 * loader also has a word of its own in each page, which it counts up: a store
 * to a place that was left is lost, and the next load misses it.
 *
 * The loaders look with interrupts off, several times, with a pause after each.
 * Such a CPU cannot answer a shootdown, so the mover has to wait; if it does
 * not, or gives a place away before, the next look is through an entry that is
 * only in the TLB any more.  On an emulator with one thread for all CPUs (-accel
 * tcg,thread=single) a pause hands over to the next CPU, so that everybody gets
 * to exactly there each time.
 */

#include <asm/barrier.h>
#include <asm/irqflags.h>
#include <asm/smp.h>
#include <asm/uaccess.h>
#include "drivers/bus/pci.h"
#include "drivers/gpu/drm_device.h"
#include "fs/file.h"
#include "kernel/kthread.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "mm/gfp.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "mm/vmalloc.h"
#include "tests/selftest/selftest.h"
#include "tests/selftest/world.h"

#define MAX_LOADERS 3
#define BUFFER_PAGES                                                           \
	1UL       /* little to copy: most of the time goes into switching */
#define LOOKS   2 /* with interrupts off */
#define SOME    100UL
#define MANY    50000UL
#define MILLION 1000000UL

/* The words of a page. */
enum { WORD_FIRST, WORD_OWN, WORD_LAST = PAGE_SIZE / sizeof(u64) - 1 };

struct loader {
	struct task_struct *task;
	struct mm_struct *mm;
	unsigned int number;
	u64 own[BUFFER_PAGES];              /* what its words say */
	unsigned long loads, gone, changed; /* counts, of tags */
	u64 seen;                           /* the last generation */
};

/* A card of the test's own: nobody else's buffers make room or move. */
static struct drm_device card;
static struct ttm_buffer_object *bo;

static struct loader loaders[MAX_LOADERS];
static u64 written, writing; /* generations, stored by the mover */
static u64 wrong_got, wrong_least, wrong_most;
static atomic_long_t wrong;

/* ---- the buffer, as a program sees it ----------------------------------- */

static u64 __user *word_at(unsigned long page, unsigned int word)
{
	return (u64 __user *)(AREA + page * PAGE_SIZE) + word;
}

static u64 tag(u64 generation, unsigned long page)
{
	return generation << 8 | page;
}

static void found_wrong(u64 got, u64 least, u64 most)
{
	if (atomic_long_inc_return(&wrong) > 1)
		return;
	wrong_got = got;
	wrong_least = least;
	wrong_most = most;
}

/* With a CPU for each a pause is enough. */
static void let_others_run(void)
{
	if (num_online_cpus() > 1)
		cpu_relax();
	else
		yield();
}

/* ---- loaders ------------------------------------------------------------ */

/* Page faults are disabled.  Return: false if the entry is gone. */
static bool look_at_tag(struct loader *self, unsigned long page,
			unsigned int word)
{
	u64 least = smp_load_acquire(&written), most, got;

	if (get_user(got, word_at(page, word)))
		return false;
	smp_rmb();
	most = READ_ONCE(writing);
	if (got < tag(least, page) || got > tag(most, page) || (u8)got != page)
		found_wrong(got, tag(least, page), tag(most, page));
	self->loads++;
	self->changed += got >> 8 != self->seen;
	self->seen = got >> 8;
	return true;
}

/* Nobody else stores to this word. */
static bool count_own(struct loader *self, unsigned long page)
{
	u64 __user *at = word_at(page, WORD_OWN + self->number);
	u64 got;

	if (get_user(got, at))
		return false;
	if (got != self->own[page])
		found_wrong(got, self->own[page], self->own[page]);
	if (put_user(got + 1, at))
		return false;
	self->own[page] = got + 1;
	return true;
}

/* Nobody can make this CPU forget the entry: it has to be waited for. */
static void look_undisturbed(struct loader *self, unsigned long page)
{
	unsigned long flags;

	local_irq_save(flags);
	pagefault_disable();
	for (int i = 0; i < LOOKS; i++) {
		unsigned int word = i % 2 ? WORD_LAST : WORD_FIRST;

		if (!look_at_tag(self, page, word) || !count_own(self, page)) {
			self->gone++;
			break;
		}
		cpu_relax();
	}
	pagefault_enable();
	local_irq_restore(flags);
}

/* Bring the entry in; it may be gone again a moment later. */
static bool touch_page(unsigned long page)
{
	u64 word;

	return !get_user(word, word_at(page, WORD_FIRST)) || word;
}

static int load(void *arg)
{
	struct loader *self = arg;

	live_in(self->mm);
	for (unsigned long i = 0; !kthread_should_stop(); i++) {
		unsigned long page = i % BUFFER_PAGES;

		if (!touch_page(page))
			found_wrong(0, 0, 0);
		look_undisturbed(self, page);
		let_others_run();
		cond_resched();
	}
	live_in(NULL);
	return 0;
}

static unsigned int nr_loaders(void)
{
	return clamp_t(unsigned int, num_online_cpus() - 1, 1, MAX_LOADERS);
}

static bool start_loader(unsigned int number, struct mm_struct *mm)
{
	struct loader *self = &loaders[number];
	cpumask_t cpu = { .bits = 1UL << (number + 1) % num_online_cpus() };

	*self = (struct loader){ .mm = mm, .number = number };
	self->task = kthread_create(load, self, "load/%u", number);
	if (IS_ERR(self->task))
		return false;
	set_cpus_allowed(self->task, &cpu);
	wake_up_process(self->task);
	return true;
}

/* ---- the mover ---------------------------------------------------------- */

static void write_generation(u64 generation)
{
	WRITE_ONCE(writing, generation);
	smp_wmb();
	for (unsigned long page = 0; page < BUFFER_PAGES; page++) {
		u64 now = tag(generation, page);

		if (put_user(now, word_at(page, WORD_FIRST)) ||
		    put_user(now, word_at(page, WORD_LAST)))
			found_wrong(0, now, now);
	}
	smp_store_release(&written, generation);
}

/* Into VRAM and out again, in turn.  Return: 0 or -ENOMEM. */
static int move(void)
{
	if (!bo->pin_count)
		return ttm_bo_pin(bo);
	ttm_bo_unpin(bo);
	return ttm_evict_all(&card.ttm);
}

/* So that there is an entry to take away. */
static void wait_for_a_load(const struct loader *loader)
{
	unsigned long loads = READ_ONCE(loader->loads);

	while (READ_ONCE(loader->loads) == loads)
		let_others_run();
}

static void move_times(unsigned long times)
{
	cpumask_t first = { .bits = 1 }, all = cpu_online_mask;

	set_cpus_allowed(current, &first);
	for (unsigned long i = 0; i < times && !atomic_long_read(&wrong); i++) {
		write_generation(i + 2);
		wait_for_a_load(&loaders[i % nr_loaders()]);
		REQUIRE(!move());
		cond_resched();
	}
	set_cpus_allowed(current, &all);
}

/* ---- the scene ---------------------------------------------------------- */

/* The console has the beginning of the memory; the upper half is free. */
static bool make_card(void)
{
	struct pci_dev *pdev = pci_get_device(0x1234, 0x1111);
	u64 half = pdev ? pdev->bar[0].len / 2 : 0;

	if (!half)
		return false;
	card = (struct drm_device){ 0 };
	address_space_init_once(&card.mapping);
	mutex_init(&card.gem_lock);
	drm_mm_init(&card.vma_offsets, 0x100000, 0x10000);
	if (ttm_device_init(&card.ttm, pdev->bar[0].start + half, half))
		return false;
	bo = ttm_bo_create(&card, &card.ttm, BUFFER_PAGES * PAGE_SIZE);
	return !IS_ERR(bo);
}

/* An address space that maps the buffer; nobody lives in it yet. */
static bool map_buffer(struct world *w, struct file *file)
{
	if (!world_create(w, SHARED_RW))
		return false;
	live_in(NULL);
	mmap_write_lock(w->mm);
	EXPECT(!do_munmap(w->mm, AREA + BUFFER_PAGES * PAGE_SIZE,
			  (NR_PAGES - BUFFER_PAGES) * PAGE_SIZE));
	w->vma->vm_file = get_file(file);
	w->vma->vm_pgoff = bo->base.vma_node.start;
	drm_gem_object_get(&bo->base);
	EXPECT(!ttm_bo_mmap(w->vma, bo));
	vma_link_file(w->vma);
	mmap_write_unlock(w->mm);
	return true;
}

static void run_loaders(struct world *parent, struct world *child,
			unsigned long times)
{
	unsigned int nr = nr_loaders();

	atomic_long_set(&wrong, 0);
	live_in(parent->mm);
	write_generation(1);
	for (unsigned int i = 0; i < nr; i++)
		REQUIRE(start_loader(i, i + 1 < nr ? parent->mm : child->mm));
	move_times(times);
	for (unsigned int i = 0; i < nr; i++)
		kthread_stop(loaders[i].task);
	if (bo->pin_count) /* it stopped half way: something was wrong */
		EXPECT(!move());
	live_in(NULL);
}

static void expect_none_stale(unsigned long times)
{
	unsigned long loads = 0, gone = 0;

	for (unsigned int i = 0; i < nr_loaders(); i++) {
		EXPECT(loaders[i].changed > 1);
		loads += loaders[i].loads;
		gone += loaders[i].gone;
	}
	pr_notice("# %ld switches, %lu loads, %lu times the entry had gone, "
		  "%ld wrong\n",
		  atomic_long_read(&card.ttm.moves), loads, gone,
		  atomic_long_read(&wrong));
	if (atomic_long_read(&wrong))
		pr_notice("# got %#llx, expected %#llx to %#llx\n", wrong_got,
			  wrong_least, wrong_most);
	EXPECT(!atomic_long_read(&wrong));
	EXPECT_EQ(atomic_long_read(&card.ttm.moves), times);
}

/* @times: even, so that the buffer ends in RAM. */
static void switches_against_loads(unsigned long times)
{
	struct world parent, child;
	struct file *file;

	REQUIRE(make_card());
	file = shmem_file_setup("card", PAGE_SIZE, 0);
	REQUIRE(!IS_ERR(file));
	file->f_mapping = &card.mapping;
	REQUIRE(map_buffer(&parent, file));
	REQUIRE(map_buffer(&child, file));
	run_loaders(&parent, &child, times);
	expect_none_stale(times);
	EXPECT(!mm_audit(NULL));
	mmput(parent.mm);
	mmput(child.mm);
	fput(file);

	EXPECT_EQ(refcount_read(&bo->base.refcount), 1);
	EXPECT_EQ(atomic_long_read(&card.ttm.nr_pages), BUFFER_PAGES);
	drm_gem_object_put(&bo->base);
	EXPECT_EQ(atomic_long_read(&card.ttm.nr_pages), 0);
	EXPECT(drm_mm_clean(&card.ttm.mm) && drm_mm_clean(&card.vma_offsets));
	iounmap(card.ttm.vram);
}

SELFTEST(no_load_sees_a_place_that_a_buffer_has_left)
{
	switches_against_loads(SOME);
}

/* switches.t: the emulator with one thread. */
SELFTEST_ALONE(many_switches)
{
	switches_against_loads(MANY);
}

SELFTEST_ALONE(a_million_switches)
{
	switches_against_loads(MILLION);
}
