/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_debug.c - catching who writes where no object of his is.
 *
 * Theory
 *
 * With CONFIG_DEBUG_POISON each object lies between two red zones and is
 * followed by a record of who had it last:
 *
 *	| left red zone | object            | right red zone | slab_meta |
 *	|<- red_left -->|<- meta->size ->|<--- SLAB_RED_* -->|
 *
 * The right zone begins right after the bytes that were asked for, also where
 * kmalloc() rounded the size up.  While the object is in use the zones hold
 * SLAB_RED_ACTIVE; while it is free they hold SLAB_RED_INACTIVE and the object
 * holds SLAB_POISON_FREE.  A value that is something else has been overwritten:
 *
 *	right zone of an object in use		overrun
 *	left zone of an object in use		underrun
 *	anything of a free object		use after free
 *	freed while meta->state says free	double free
 *
 * It is noticed when the object is next allocated or freed, or by
 * slab_verify(), which names the cache, the object and who had it last.
 *
 * Locking: an object belongs to whoever allocates or frees it, so none; but
 * slab_verify() also looks at objects that other CPUs are working on, and
 * therefore believes only what it sees twice.
 *
 * Reading order: slab_debug_alloc(), slab_debug_free(), slab_debug_check().
 * In Linux: mm/slub.c (init_object, check_object), include/linux/poison.h.
 */
#include "kernel/bug.h"
#include "kernel/lib/string.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "mm/page_alloc.h"
#include "mm/slab_def.h"

#define SLAB_RED_INACTIVE 0xbb
#define SLAB_RED_ACTIVE   0xcc
#define SLAB_POISON_FREE  0x6b /* a pointer made of it is not canonical */
#define SLAB_POISON_INUSE 0x5a /* allocated, not yet written */

#define SLAB_OBJ_FREE   0x46524545
#define SLAB_OBJ_ACTIVE 0x55534544
#define SLAB_OBJ_BUSY   0x42555359 /* being turned into the other */

static struct slab_meta *slab_meta(const struct kmem_cache *s,
				   const void *object)
{
	return (struct slab_meta *)((char *)object + s->offset);
}

/* The first of @len bytes that is not @value; NULL if all are. */
static const u8 *find_other(const void *start, u8 value, size_t len)
{
	const u8 *p = start;

	for (; len; p++, len--)
		if (*p != value)
			return p;
	return NULL;
}

/* Fill the zones on both sides of the first @size bytes of an object. */
static void fill_red_zones(const struct kmem_cache *s, void *object,
			   size_t size, u8 value)
{
	memset((char *)object - s->red_left, value, s->red_left);
	memset((char *)object + size, value, s->offset - size);
}

void slab_debug_layout(struct kmem_cache *s, unsigned int align)
{
	s->red_left = ALIGN(SLAB_RED_SIZE, align);
	s->offset = ALIGN(s->object_size, sizeof(void *)) + SLAB_RED_SIZE;
	s->size = ALIGN(s->red_left + s->offset + sizeof(struct slab_meta),
			align);
}

void slab_debug_new(const struct kmem_cache *s, void *object)
{
	struct slab_meta *meta = slab_meta(s, object);

	if (!s->ctor)
		memset(object, SLAB_POISON_FREE, s->object_size);
	fill_red_zones(s, object, s->object_size, SLAB_RED_INACTIVE);
	meta->caller = 0;
	meta->size = s->object_size;
	meta->state = SLAB_OBJ_FREE;
}

static const char *check_active(const struct kmem_cache *s, void *object,
				const struct slab_meta *meta)
{
	if (meta->size > s->object_size)
		return "overrun (record overwritten)";
	if (find_other((char *)object - s->red_left, SLAB_RED_ACTIVE,
		       s->red_left))
		return "underrun (left red zone overwritten)";
	if (find_other((char *)object + meta->size, SLAB_RED_ACTIVE,
		       s->offset - meta->size))
		return "overrun (right red zone overwritten)";
	return NULL;
}

static const char *check_free(const struct kmem_cache *s, void *object)
{
	if (find_other((char *)object - s->red_left, SLAB_RED_INACTIVE,
		       s->red_left) ||
	    find_other((char *)object + s->object_size, SLAB_RED_INACTIVE,
		       s->offset - s->object_size))
		return "write outside a free object";
	if (!s->ctor && find_other(object, SLAB_POISON_FREE, s->object_size))
		return "use after free (poison overwritten)";
	return NULL;
}

const char *slab_debug_check(const struct kmem_cache *s, void *object)
{
	const struct slab_meta *meta = slab_meta(s, object);

	switch (READ_ONCE(meta->state)) {
	case SLAB_OBJ_ACTIVE:
		return check_active(s, object, meta);
	case SLAB_OBJ_FREE:
		return check_free(s, object);
	case SLAB_OBJ_BUSY:
		return NULL;
	default:
		return "overrun (record overwritten)";
	}
}

static __noreturn __cold void slab_bug(const struct kmem_cache *s,
				       const void *object, const char *what)
{
	panic("slab: %s: cache %s, object %p, last had by %pS", what, s->name,
	      object, (void *)slab_meta(s, object)->caller);
}

void slab_debug_alloc(const struct kmem_cache *s, void *object, size_t size,
		      unsigned long caller)
{
	struct slab_meta *meta = slab_meta(s, object);
	const char *what = slab_debug_check(s, object);

	if (!what && meta->state != SLAB_OBJ_FREE)
		what = "free list links an object in use";
	if (what)
		slab_bug(s, object, what);

	WRITE_ONCE(meta->state, SLAB_OBJ_BUSY);
	barrier();
	if (!s->ctor)
		memset(object, SLAB_POISON_INUSE, size);
	fill_red_zones(s, object, size, SLAB_RED_ACTIVE);
	meta->caller = caller;
	meta->size = size;
	barrier();
	WRITE_ONCE(meta->state, SLAB_OBJ_ACTIVE);
}

void slab_debug_free(const struct kmem_cache *s, void *object,
		     unsigned long caller)
{
	struct page *page = slab_page(s, object);
	struct slab_meta *meta = slab_meta(s, object);
	const char *what;

	if (!PageSlab(page) || page->slab_cache != s ||
	    !slab_object_valid(s, page, object))
		panic("slab: freeing %p, which is no object of cache %s",
		      object, s->name);
	what = slab_debug_check(s, object);
	if (!what && meta->state != SLAB_OBJ_ACTIVE)
		what = "double free";
	if (what)
		slab_bug(s, object, what);

	WRITE_ONCE(meta->state, SLAB_OBJ_BUSY);
	barrier();
	if (!s->ctor)
		memset(object, SLAB_POISON_FREE, s->object_size);
	fill_red_zones(s, object, s->object_size, SLAB_RED_INACTIVE);
	meta->caller = caller;
	barrier();
	WRITE_ONCE(meta->state, SLAB_OBJ_FREE);
}

size_t slab_debug_size(const struct kmem_cache *s, const void *object)
{
	return slab_meta(s, object)->size;
}

/* ---- slab_verify() ------------------------------------------------------ */

static int verify_fail(const struct kmem_cache *s, const char *what,
		       const void *where)
{
	pr_err("slab: %s: cache %s, at %p\n", what, s->name, where);
	return 1;
}

/* S4: an object that looks wrong twice is wrong. */
static int verify_objects(const struct kmem_cache *s, struct page *page)
{
	int errors = 0;

	for (unsigned int i = 0; i < s->objects; i++) {
		void *object = slab_object(s, page, i);
		const char *what = slab_debug_check(s, object);

		if (what)
			what = slab_debug_check(s, object);
		if (what)
			errors += verify_fail(s, what, object);
	}
	return errors;
}

/* S2, S3, S4. */
static int verify_slab(struct kmem_cache *s, struct page *page)
	__must_hold(&s->lock)
{
	unsigned int nr_free = 0;
	void *object = page->freelist;

	lockdep_assert_held(&s->lock);
	if (!PageSlab(page) || page->slab_cache != s)
		return verify_fail(s, "S1 not a slab of this cache", page);
	for (; object; object = get_freepointer(s, object)) {
		if (!slab_object_valid(s, page, object))
			return verify_fail(s, "S3 free list leaves the slab",
					   object);
		if (++nr_free > s->objects)
			return verify_fail(s, "S3 free list is a ring", object);
	}
	if (nr_free + page->inuse != page->objects)
		return verify_fail(s, "S2 wrong number of free objects",
				   page_address(page));
	return CONFIG_DEBUG_POISON ? verify_objects(s, page) : 0;
}

static int verify_cache(struct kmem_cache *s)
{
	unsigned long nr_slabs = 0, nr_empty = 0;
	struct list_head *pos;
	unsigned long flags;
	int errors = 0;

	spin_lock_irqsave(&s->lock, flags);
	list_for_each (pos, &s->partial) {
		struct page *page = list_entry(pos, struct page, slab_list);

		if (!page->freelist)
			errors += verify_fail(s, "S1 full slab on partial list",
					      page_address(page));
		errors += verify_slab(s, page);
		nr_slabs++;
		nr_empty += !page->inuse;
	}
	list_for_each (pos, &s->full) {
		struct page *page = list_entry(pos, struct page, slab_list);

		if (page->freelist)
			errors += verify_fail(s, "S1 free object on full list",
					      page_address(page));
		errors += verify_slab(s, page);
		nr_slabs++;
	}
	if (nr_slabs != s->nr_slabs || nr_empty != s->nr_empty)
		errors += verify_fail(s, "S5 wrong number of slabs", s);
	spin_unlock_irqrestore(&s->lock, flags);
	return errors;
}

int slab_verify(void)
{
	int errors = 0;

	for (unsigned int i = 0; i < SLAB_MAX_CACHES; i++)
		if (slab_caches[i].name)
			errors += verify_cache(&slab_caches[i]);
	return errors;
}
