/* SPDX-License-Identifier: MIT */
/*
 * mm/slab.h - memory for objects smaller than a page, and for any size.
 *
 * In Linux: include/linux/slab.h.
 */
#ifndef KILBURN_MM_SLAB_H
#define KILBURN_MM_SLAB_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"
#include "mm/gfp.h"

struct kmem_cache;
struct page;

/* kmem_cache_create() flags. */
#define SLAB_HWCACHE_ALIGN 0x1u /* objects start at a cache line */
#define SLAB_PANIC         0x2u /* panic instead of returning NULL */

/* Every kmalloc() result is aligned to this, in bytes. */
#define ARCH_KMALLOC_MINALIGN 8

/* Larger requests get whole pages. */
#define KMALLOC_MAX_CACHE_SIZE 8192u

/* The largest kmalloc(): a block of MAX_ORDER. */
#define KMALLOC_MAX_SIZE (1UL << (MAX_ORDER + 12))

/**
 * kmem_cache_create() - make a cache of objects of one size.
 * @name: shown in reports; not copied, so a string constant
 * @size: bytes of an object
 * @align: alignment in bytes, a power of two; 0 is pointer alignment
 * @flags: SLAB_*
 * @ctor: brings a new object into its initial state, which whoever frees it
 *        must restore; called when its slab is made, not at each allocation;
 *        NULL for none
 *
 * Context: process context, after slab_init().
 * Return: the cache; NULL if there are SLAB_MAX_CACHES already.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, unsigned int flags,
				     void (*ctor)(void *));

/* A cache for struct @type, with its own name and alignment. */
#define KMEM_CACHE(type, flags)                                                \
	kmem_cache_create(#type, sizeof(struct type),                          \
			  __alignof__(struct type), (flags), NULL)

/**
 * kmem_cache_destroy() - give a cache and its pages back.
 * @s: no object of it is in use; NULL is allowed
 *
 * Objects that are still in use are a kernel bug: they are reported by number
 * and the cache stays.
 *
 * Context: process context, interrupts on.
 */
void kmem_cache_destroy(struct kmem_cache *s);

/**
 * kmem_cache_alloc() - allocate one object.
 * @s: the cache
 * @gfp: how to allocate; __GFP_ZERO clears the object
 *
 * Context: any; with GFP_ATOMIC also from interrupt handlers.
 * Return: the object; NULL if there is no memory or a failure was injected.
 */
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp);

static inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t gfp)
{
	return kmem_cache_alloc(s, gfp | __GFP_ZERO);
}

/**
 * kmem_cache_free() - give one object back.
 * @s: the cache it came from
 * @object: what kmem_cache_alloc() returned; not NULL
 *
 * Context: any.
 */
void kmem_cache_free(struct kmem_cache *s, void *object);

/**
 * kmalloc() - allocate @size bytes, physically contiguous.
 * @size: bytes; 0 gives an address that must not be followed
 * @gfp: how to allocate; __GFP_ZERO clears the memory
 *
 * Unlike Linux, the alignment is ARCH_KMALLOC_MINALIGN whatever the size: who
 * needs more makes a cache, or asks for pages.
 *
 * Context: any; with GFP_ATOMIC also from interrupt handlers.
 * Return: the memory; NULL if there is none, @size is above KMALLOC_MAX_SIZE,
 * or a failure was injected.
 */
void *kmalloc(size_t size, gfp_t gfp) __must_check;

static inline void *__must_check kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/* kmalloc() of @n * @size bytes; NULL if the product does not fit. */
static inline void *__must_check kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kmalloc(bytes, gfp);
}

static inline void *__must_check kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

/**
 * krealloc() - change the size of a kmalloc() result.
 * @p: the old memory, or NULL
 * @new_size: bytes; 0 frees @p
 * @gfp: how to allocate
 *
 * Return: the memory, perhaps elsewhere, with the old contents up to the
 * smaller of both sizes; NULL if there is none, and @p is then untouched.
 */
void *krealloc(const void *p, size_t new_size, gfp_t gfp) __must_check;

/**
 * kfree() - give memory from kmalloc() or kmem_cache_alloc() back.
 * @p: the memory; NULL is allowed
 *
 * Context: any.
 */
void kfree(const void *p);

/* Bytes that may be used at @p: at least what was asked for. */
size_t ksize(const void *p);

char *kstrdup(const char *s, gfp_t gfp) __must_check;
char *kstrndup(const char *s, size_t max, gfp_t gfp) __must_check;
void *kmemdup(const void *src, size_t len, gfp_t gfp) __must_check;

/* kmalloc(0): not NULL, and following it faults. */
#define ZERO_SIZE_PTR       ((void *)16)
#define ZERO_OR_NULL_PTR(p) ((unsigned long)(p) <= (unsigned long)ZERO_SIZE_PTR)

/**
 * slab_verify() - check S1 to S5 over every cache.
 *
 * Context: any but an interrupt handler.  Takes each cache's lock in turn.
 * Return: the number of violations; each is logged with cache and object.
 */
int slab_verify(void);

/**
 * slab_shrink() - give the pages of empty slabs back to the page allocator.
 *
 * Context: process context, interrupts on.
 * Return: the number of pages freed.
 */
unsigned long slab_shrink(void);

/* Pages that slabs occupy now: "Slab:" in /proc/meminfo. */
unsigned long slab_nr_pages(void);

/* Called once by mm_init(), after the page allocator is up. */
void slab_init(void);

#endif /* KILBURN_MM_SLAB_H */
