/* SPDX-License-Identifier: MIT */
/*
 * mm/slab.c - many objects of one size in a few pages.
 *
 * Theory
 *
 * A cache hands out objects of one size.  A slab is a block of pages cut into
 * such objects.  Its free objects are a linked list whose links lie in the
 * objects themselves; the head is page->freelist of the slab's first page.
 *
 *	page->freelist --> obj 3 --> obj 1 --> NULL	inuse = objects - 2
 *	[ obj 0 ][ obj 1 ][ obj 2 ][ obj 3 ][ obj 4 ]
 *
 * In front of the slabs, each CPU has a short stack of free objects, linked the
 * same way and taken from any slabs.  It is what nearly every call uses, with
 * no lock and no look at a page.  Only when it runs empty, or grows beyond its
 * limit, does a batch of objects move from or to the slabs, under the lock:
 *
 *	kmem_cache_alloc()                  kmem_cache_free()
 *	        ^                                  |
 *	        +---- slab_cpu[id] of this CPU <---+
 *	                ^            |
 *	      slab_refill()      slab_flush()          s->lock
 *	                |            v
 *	          page->freelist of some slab
 *
 * For the slab, an object on a CPU's stack is in use.
 *
 * An empty slab goes back to the page allocator, but for one of each cache, so
 * that an object that comes and goes does not take a page with it every time.
 *
 * Invariants (checked by slab_verify())
 *
 *  S1. A slab is on s->partial if it has a free object, else on s->full.
 *  S2. inuse + length of page->freelist = objects.
 *  S3. What page->freelist links are distinct objects of that very slab.
 *  S4. In debug builds, the red zones of every object and the poison of every
 *      free one are whole (mm/slab_debug.c).
 *  S5. s->nr_slabs slabs are on the two lists; s->nr_empty have inuse = 0.
 *
 * Locking
 *
 *  s->lock, interrupts off; zone->lock may be taken under it.  A CPU's stack
 *  needs no lock, only its own CPU with interrupts off.
 *
 * Reading order: kmem_cache_alloc(), slab_refill(), kmem_cache_free(),
 * slab_flush(), new_slab().
 * In Linux: mm/slub.c.
 */
#include <asm/barrier.h>
#include <asm/irqflags.h>
#include <asm/preempt.h>
#include <asm/smp.h>
#include "kernel/bug.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/fail_inject.h"
#include "mm/page_alloc.h"
#include "mm/slab_def.h"

struct kmem_cache slab_caches[SLAB_MAX_CACHES];
static DEFINE_PER_CPU(struct kmem_cache_cpu, slab_cpu[SLAB_MAX_CACHES]);

/* slab_table_lock protects which entries of slab_caches are used. */
static DEFINE_SPINLOCK(slab_table_lock);

/* Try not to waste more than 1/8 of a slab, but do not go beyond 8 pages. */
#define SLAB_MAX_ORDER     3
#define SLAB_WASTE_DIVISOR 8

/* ---- slabs -------------------------------------------------------------- */

static struct page *new_slab(struct kmem_cache *s, gfp_t gfp)
{
	struct page *page =
		alloc_pages(gfp & ~(__GFP_ZERO | __GFP_ACCOUNT), s->order);
	char *first, *object;

	if (!page)
		return NULL;
	for (unsigned int i = 0; i < 1U << s->order; i++) {
		page[i].flags |= BIT(PG_slab);
		smp_wmb(); /* see has_object() */
		page[i].slab_cache = s;
	}
	first = slab_object(s, page, 0);
	object = slab_object(s, page, s->objects - 1);
	for (void *next = NULL; object >= first; object -= s->size) {
		if (s->ctor)
			s->ctor(object);
		if (CONFIG_DEBUG_POISON)
			slab_debug_new(s, object);
		set_freepointer(s, object, next);
		next = object;
	}
	page->freelist = first;
	page->inuse = 0;
	page->objects = s->objects;
	return page;
}

/* Back to the page allocator.  The slab is on no list. */
static void discard_slab(struct kmem_cache *s, struct page *page)
{
	for (unsigned int i = 0; i < 1U << s->order; i++) {
		page[i].slab_cache = NULL;
		smp_wmb(); /* see has_object() */
		page[i].flags &= ~BIT(PG_slab);
	}
	page->order = s->order; /* inuse was there */
	__free_pages(page, s->order);
}

static void add_slab(struct kmem_cache *s, struct page *page)
	__must_hold(&s->lock)
{
	lockdep_assert_held(&s->lock);
	list_add(&page->slab_list, &s->partial);
	s->nr_slabs++;
	s->nr_empty++;
}

static void remove_empty_slab(struct kmem_cache *s, struct page *page)
	__must_hold(&s->lock)
{
	lockdep_assert_held(&s->lock);
	list_del(&page->slab_list);
	s->nr_slabs--;
	s->nr_empty--;
}

/* Objects that are linked through their free pointers. */
struct object_run {
	void *first, *last;
	unsigned int count; /* at least one */
};

/* Take up to @max objects from a slab of s->partial, linked as they are. */
static struct object_run take_objects(struct kmem_cache *s, struct page *page,
				      unsigned int max) __must_hold(&s->lock)
{
	void *first = page->freelist, *last = first, *next;
	unsigned int count = 1;

	lockdep_assert_held(&s->lock);
	while ((next = get_freepointer(s, last)) && count < max) {
		last = next;
		count++;
	}
	page->freelist = next;
	if (!page->inuse)
		s->nr_empty--;
	page->inuse += count;
	if (!next)
		list_move(&page->slab_list, &s->full);
	return (struct object_run){ first, last, count };
}

/* Give one object back to its slab. */
static void return_object(struct kmem_cache *s, void *object)
	__must_hold(&s->lock)
{
	struct page *page = slab_page(s, object);

	lockdep_assert_held(&s->lock);
	VM_BUG_ON(!PageSlab(page) || !page->inuse);
	if (!page->freelist)
		list_move(&page->slab_list, &s->partial);
	set_freepointer(s, object, page->freelist);
	page->freelist = object;
	if (--page->inuse)
		return;
	if (s->nr_empty++ > 0) { /* one is enough */
		remove_empty_slab(s, page);
		discard_slab(s, page);
	}
}

/* ---- a CPU's stack of free objects -------------------------------------- */

static void cpu_push(const struct kmem_cache *s, struct kmem_cache_cpu *c,
		     void *object)
{
	set_freepointer(s, object, c->freelist);
	c->freelist = object;
	c->count++;
}

/* The first of @run will be the first to be popped. */
static void cpu_push_run(const struct kmem_cache *s, struct kmem_cache_cpu *c,
			 const struct object_run *run)
{
	set_freepointer(s, run->last, c->freelist);
	c->freelist = run->first;
	c->count += run->count;
}

static void *cpu_pop(const struct kmem_cache *s, struct kmem_cache_cpu *c)
{
	void *object = c->freelist;

	if (likely(object)) {
		c->freelist = get_freepointer(s, object);
		c->count--;
	}
	return object;
}

/*
 * The stack of this CPU is empty: take a batch from the slabs, return one.
 * The page allocator is asked without the lock, and we may wake up on another
 * CPU; whichever it is then gets the batch.
 */
static noinline void *slab_refill(struct kmem_cache *s, gfp_t gfp)
{
	struct page *fresh = NULL;
	struct kmem_cache_cpu *c;
	struct object_run run;
	unsigned long flags;
	void *object;

	spin_lock_irqsave(&s->lock, flags);
	if (list_empty(&s->partial)) {
		spin_unlock_irqrestore(&s->lock, flags);
		fresh = new_slab(s, gfp);
		if (!fresh)
			return NULL;
		spin_lock_irqsave(&s->lock, flags);
		add_slab(s, fresh);
	}
	c = this_cpu_ptr(&slab_cpu[s->id]);
	do { /* one at least: another task may have filled the stack meanwhile */
		struct page *page =
			list_first_entry(&s->partial, struct page, slab_list);
		unsigned int has = min(c->count, s->cpu_batch - 1);

		run = take_objects(s, page, s->cpu_batch - has);
		cpu_push_run(s, c, &run);
	} while (c->count < s->cpu_batch && !list_empty(&s->partial));
	object = cpu_pop(s, c);
	spin_unlock_irqrestore(&s->lock, flags);
	return object;
}

/* Move @count objects from this CPU to the slabs.  Interrupts are off. */
static noinline void slab_flush(struct kmem_cache *s, struct kmem_cache_cpu *c,
				unsigned int count)
{
	spin_lock(&s->lock);
	while (count-- && c->freelist)
		return_object(s, cpu_pop(s, c));
	spin_unlock(&s->lock);
}

/* Empty this CPU's stack of one cache. */
static void flush_cpu_cache(void *cache)
{
	struct kmem_cache *s = cache;
	struct kmem_cache_cpu *c;
	unsigned long flags;

	local_irq_save(flags);
	c = this_cpu_ptr(&slab_cpu[s->id]);
	if (c->count)
		slab_flush(s, c, c->count);
	local_irq_restore(flags);
}

static void flush_cpu_all_caches(void *unused)
{
	for (unsigned int i = 0; i < SLAB_MAX_CACHES; i++)
		if (slab_caches[i].name)
			flush_cpu_cache(&slab_caches[i]);
}

/* ---- allocating and freeing objects ------------------------------------- */

/* @size is what the caller asked for, <= s->object_size. */
static __always_inline void *slab_alloc(struct kmem_cache *s, gfp_t gfp,
					size_t size, unsigned long caller)
{
	unsigned long flags;
	void *object;

	if (should_fail_alloc(FAIL_SLAB, gfp))
		return NULL;

	local_irq_save(flags);
	object = cpu_pop(s, this_cpu_ptr(&slab_cpu[s->id]));
	local_irq_restore(flags);
	if (unlikely(!object)) {
		object = slab_refill(s, gfp);
		if (!object)
			return NULL;
	}
	if (CONFIG_DEBUG_POISON)
		slab_debug_alloc(s, object, size, caller);
	if (gfp & __GFP_ZERO)
		memset(object, 0, size);
	return object;
}

void *slab_alloc_sized(struct kmem_cache *s, gfp_t gfp, size_t size,
		       unsigned long caller)
{
	return slab_alloc(s, gfp, size, caller);
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	return slab_alloc(s, gfp, s->object_size,
			  (unsigned long)__builtin_return_address(0));
}

void slab_free(struct kmem_cache *s, void *object, unsigned long caller)
{
	struct kmem_cache_cpu *c;
	unsigned long flags;

	if (CONFIG_DEBUG_POISON)
		slab_debug_free(s, object, caller);
	local_irq_save(flags);
	c = this_cpu_ptr(&slab_cpu[s->id]);
	cpu_push(s, c, object);
	if (unlikely(c->count > s->cpu_limit))
		slab_flush(s, c, s->cpu_batch);
	local_irq_restore(flags);
}

void kmem_cache_free(struct kmem_cache *s, void *object)
{
	slab_free(s, object, (unsigned long)__builtin_return_address(0));
}

/* ---- making and unmaking caches ----------------------------------------- */

/* Where the objects of a slab are: fills size, offset, red_left. */
static void calculate_layout(struct kmem_cache *s, unsigned int align)
{
	if (CONFIG_DEBUG_POISON) {
		slab_debug_layout(s, align);
		return;
	}
	/* A constructed object keeps its contents while it is free. */
	s->offset = s->ctor ? ALIGN(s->object_size, sizeof(void *)) : 0;
	s->size = ALIGN(s->offset + max_t(unsigned int,
					  s->ctor ? 0 : s->object_size,
					  sizeof(void *)),
			align);
}

/* How many pages a slab has, and how many objects a CPU keeps. */
static void calculate_sizes(struct kmem_cache *s)
{
	for (s->order = 0; s->order < SLAB_MAX_ORDER; s->order++) {
		unsigned int bytes = PAGE_SIZE << s->order;

		if (bytes >= s->size &&
		    bytes % s->size * SLAB_WASTE_DIVISOR <= bytes)
			break;
	}
	s->objects = (PAGE_SIZE << s->order) / s->size;
	s->cpu_batch = s->object_size <= 256    ? 16
		       : s->object_size <= 1024 ? 8
						: 2;
	s->cpu_limit = 2 * s->cpu_batch;
}

/* An unused entry of the table, made used by its name. */
static struct kmem_cache *claim_cache(const char *name)
{
	struct kmem_cache *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&slab_table_lock, flags);
	for (unsigned int i = 0; i < SLAB_MAX_CACHES && !found; i++) {
		if (slab_caches[i].name)
			continue;
		found = &slab_caches[i];
		memset(found, 0, sizeof(*found));
		found->id = i;
		spin_lock_init(&found->lock);
		INIT_LIST_HEAD(&found->partial);
		INIT_LIST_HEAD(&found->full);
		found->name = name;
	}
	spin_unlock_irqrestore(&slab_table_lock, flags);
	return found;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, unsigned int flags,
				     void (*ctor)(void *))
{
	struct kmem_cache *s = claim_cache(name);

	VM_BUG_ON(!size || size > KMALLOC_MAX_CACHE_SIZE);
	if (!s) {
		if (flags & SLAB_PANIC)
			panic("No room for slab cache %s: raise "
			      "SLAB_MAX_CACHES",
			      name);
		return NULL;
	}
	if (flags & SLAB_HWCACHE_ALIGN && size > 32)
		align = max(align, 64U);
	s->object_size = size;
	s->ctor = ctor;
	calculate_layout(s, max_t(unsigned int, align, sizeof(void *)));
	calculate_sizes(s);
	return s;
}

/* Free all empty slabs.  Return: the number of pages. */
static unsigned long discard_empty_slabs(struct kmem_cache *s)
{
	struct list_head *pos, *next;
	unsigned long nr_pages = 0;
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	list_for_each_safe (pos, next, &s->partial) {
		struct page *page = list_entry(pos, struct page, slab_list);

		if (page->inuse)
			continue;
		remove_empty_slab(s, page);
		discard_slab(s, page);
		nr_pages += 1UL << s->order;
	}
	spin_unlock_irqrestore(&s->lock, flags);
	return nr_pages;
}

void kmem_cache_destroy(struct kmem_cache *s)
{
	if (!s)
		return;
	on_each_cpu(flush_cpu_cache, s, true);
	discard_empty_slabs(s);
	if (s->nr_slabs) {
		pr_err("BUG: kmem_cache_destroy(%s): objects remain in %lu "
		       "slabs\n",
		       s->name, s->nr_slabs);
		return;
	}
	WRITE_ONCE(s->name, NULL);
}

unsigned long slab_shrink(void)
{
	unsigned long nr_pages = 0;

	on_each_cpu(flush_cpu_all_caches, NULL, true);
	for (unsigned int i = 0; i < SLAB_MAX_CACHES; i++)
		if (slab_caches[i].name)
			nr_pages += discard_empty_slabs(&slab_caches[i]);
	return nr_pages;
}

unsigned long slab_nr_pages(void)
{
	unsigned long nr_pages = 0;

	for (unsigned int i = 0; i < SLAB_MAX_CACHES; i++)
		if (slab_caches[i].name)
			nr_pages += READ_ONCE(slab_caches[i].nr_slabs)
				    << slab_caches[i].order;
	return nr_pages;
}

void slab_init(void)
{
	kmalloc_init();
	xa_node_init();
}
