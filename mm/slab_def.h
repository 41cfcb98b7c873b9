/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_def.h - the inside of a kmem_cache; for mm/slab*.c only.
 *
 * In Linux: include/linux/slub_def.h, mm/slab.h.
 */
#ifndef KILBURN_MM_SLAB_DEF_H
#define KILBURN_MM_SLAB_DEF_H

#include <asm/percpu.h>
#include "kernel/compiler.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/spinlock.h"
#include "mm/page.h"
#include "mm/slab.h"

/* The table of caches is static: they exist before any allocation. */
#define SLAB_MAX_CACHES 96

struct kmem_cache {
	/* Constant while the cache exists. */
	const char *name; /* NULL: this entry of the table is unused */
	unsigned int id;
	unsigned int object_size; /* bytes, as asked for */
	unsigned int size;        /* bytes from one object to the next */
	unsigned int offset;      /* of the link to the next free object */
	unsigned int red_left;    /* bytes of red zone before an object */
	unsigned int order;       /* a slab is 2^order pages */
	unsigned int objects;     /* in a slab */
	unsigned int cpu_batch;   /* objects that move at once */
	unsigned int cpu_limit;   /* and that a CPU keeps at most */
	void (*ctor)(void *object);

	spinlock_t lock;
	/* lock protects these, and freelist and inuse of each slab's page: */
	struct list_head partial; /* slabs with free objects */
	struct list_head full;    /* and without */
	unsigned long nr_slabs;
	unsigned int nr_empty; /* of the partial ones, nothing is in use */
};

/* Free objects that one CPU keeps, as a stack.  Interrupts off to touch it. */
struct kmem_cache_cpu {
	void *freelist;
	unsigned int count;
};

extern struct kmem_cache slab_caches[SLAB_MAX_CACHES];

static inline void *get_freepointer(const struct kmem_cache *s, void *object)
{
	return *(void **)((char *)object + s->offset);
}

static inline void set_freepointer(const struct kmem_cache *s, void *object,
				   void *next)
{
	*(void **)((char *)object + s->offset) = next;
}

/* The first page of the slab that contains @object: a naturally aligned block. */
static inline struct page *slab_page(const struct kmem_cache *s,
				     const void *object)
{
	unsigned long pfn = PHYS_PFN(virt_to_phys((void *)object));

	return vmemmap + (pfn & ~((1UL << s->order) - 1));
}

/* Object number @i of a slab. */
static inline void *slab_object(const struct kmem_cache *s, struct page *page,
				unsigned int i)
{
	return (char *)page_address(page) + s->red_left + i * s->size;
}

/* Is this the address of an object of the slab, rather than inside one? */
static inline bool slab_object_valid(const struct kmem_cache *s,
				     struct page *page, const void *object)
{
	unsigned long offset =
		(char *)object - (char *)page_address(page) - s->red_left;

	return offset < s->objects * s->size && offset % s->size == 0;
}

void *slab_alloc_sized(struct kmem_cache *s, gfp_t gfp, size_t size,
		       unsigned long caller);
void slab_free(struct kmem_cache *s, void *object, unsigned long caller);

/* ---- kmalloc.c, xa_node.c ----------------------------------------------- */

void kmalloc_init(void);
void xa_node_init(void);

/* ---- slab_debug.c: only called when CONFIG_DEBUG_POISON ----------------- */

/* What follows each object, after its right red zone. */
struct slab_meta {
	void *next;           /* the link of free lists */
	unsigned long caller; /* who allocated or freed it last */
	unsigned int size;    /* bytes asked for, <= object_size */
	unsigned int state;   /* SLAB_OBJ_* */
};

#define SLAB_RED_SIZE 8 /* bytes after the object, at least */

void slab_debug_layout(struct kmem_cache *s, unsigned int align);
void slab_debug_new(const struct kmem_cache *s, void *object);
void slab_debug_alloc(const struct kmem_cache *s, void *object, size_t size,
		      unsigned long caller);
void slab_debug_free(const struct kmem_cache *s, void *object,
		     unsigned long caller);
size_t slab_debug_size(const struct kmem_cache *s, const void *object);

/* What is wrong with an object of the slab allocator; NULL: nothing. */
const char *slab_debug_check(const struct kmem_cache *s, void *object);

#endif /* KILBURN_MM_SLAB_DEF_H */
