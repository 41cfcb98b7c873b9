/* SPDX-License-Identifier: MIT */
/*
 * mm/kmalloc.c - memory of any size: a cache for each class of sizes.
 *
 * Theory
 *
 * kmalloc(100) takes an object from the cache kmalloc-128.  The classes are
 * the powers of two, with 96 and 192 between, where the loss would be largest.
 * Above KMALLOC_MAX_CACHE_SIZE a request gets a block of pages.  kfree() tells
 * the two apart by the page: PG_slab, or not.
 *
 * Locking: none of its own.
 *
 * Reading order: kmalloc_slab(), kmalloc(), kfree().
 * In Linux: mm/slab_common.c, mm/util.c.
 */
#include "kernel/bug.h"
#include "kernel/lib/string.h"
#include "mm/page_alloc.h"
#include "mm/slab_def.h"

static const struct {
	const char *name;
	unsigned int size; /* bytes */
} kmalloc_classes[] = {
	{ "kmalloc-8", 8 },     { "kmalloc-16", 16 },   { "kmalloc-32", 32 },
	{ "kmalloc-64", 64 },   { "kmalloc-96", 96 },   { "kmalloc-128", 128 },
	{ "kmalloc-192", 192 }, { "kmalloc-256", 256 }, { "kmalloc-512", 512 },
	{ "kmalloc-1k", 1024 }, { "kmalloc-2k", 2048 }, { "kmalloc-4k", 4096 },
	{ "kmalloc-8k", 8192 },
};

#define NR_CLASSES ARRAY_SIZE(kmalloc_classes)

/* Sizes up to this are looked up, in steps of 8; above are powers of two. */
#define KMALLOC_TABLE_MAX 192
#define CLASS_256         7

static struct kmem_cache *kmalloc_caches[NR_CLASSES];
static u8 kmalloc_table[KMALLOC_TABLE_MAX / 8]; /* (size - 1) / 8: class */

/* The cache for @size bytes, 1..KMALLOC_MAX_CACHE_SIZE. */
static struct kmem_cache *kmalloc_slab(size_t size)
{
	if (size <= KMALLOC_TABLE_MAX)
		return kmalloc_caches[kmalloc_table[(size - 1) / 8]];
	return kmalloc_caches[CLASS_256 + ilog2(size - 1) - 7];
}

static void *kmalloc_large(size_t size, gfp_t gfp)
{
	struct page *page;

	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	page = alloc_pages(gfp, get_order(size));
	return page ? page_address(page) : NULL;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE))
		return kmalloc_large(size, gfp);
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	return slab_alloc_sized(kmalloc_slab(size), gfp, size,
				(unsigned long)__builtin_return_address(0));
}

void kfree(const void *p)
{
	struct page *page;

	if (unlikely(ZERO_OR_NULL_PTR(p)))
		return;
	page = virt_to_page(p);
	if (likely(PageSlab(page))) {
		slab_free(page->slab_cache, (void *)p,
			  (unsigned long)__builtin_return_address(0));
		return;
	}
	BUG_ON(!(page->flags & BIT(PG_head)) || offset_in_page(p));
	put_page(page);
}

size_t ksize(const void *p)
{
	struct page *page;

	if (ZERO_OR_NULL_PTR(p))
		return 0;
	page = virt_to_page(p);
	if (!PageSlab(page))
		return PAGE_SIZE << page->order;
	if (CONFIG_DEBUG_POISON)
		return slab_debug_size(page->slab_cache, p);
	return page->slab_cache->object_size;
}

void *krealloc(const void *p, size_t new_size, gfp_t gfp)
{
	size_t old_size = ksize(p);
	void *new;

	if (!new_size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	if (new_size <= old_size && new_size > old_size / 2)
		return (void *)p;
	new = kmalloc(new_size, gfp);
	if (new &&old_size) {
		memcpy(new, p, min(old_size, new_size));
		kfree(p);
	}
	return new;
}

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = kmalloc(len, gfp);

	if (copy && len)
		memcpy(copy, src, len);
	return copy;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	size_t len;
	char *copy;

	if (!s)
		return NULL;
	len = strnlen(s, max);
	copy = kmalloc(len + 1, gfp);
	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup(s, strlen(s) + 1, gfp) : NULL;
}

void kmalloc_init(void)
{
	unsigned int class = 0;

	for (unsigned int i = 0; i < NR_CLASSES; i++)
		kmalloc_caches[i] = kmem_cache_create(
			kmalloc_classes[i].name, kmalloc_classes[i].size,
			ARCH_KMALLOC_MINALIGN, SLAB_PANIC, NULL);
	for (unsigned int i = 0; i < ARRAY_SIZE(kmalloc_table); i++) {
		if (8 * (i + 1) > kmalloc_classes[class].size)
			class ++;
		kmalloc_table[i] = class;
	}
}
