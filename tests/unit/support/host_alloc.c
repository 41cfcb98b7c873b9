/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/support/host_alloc.c - allocators for tests of what uses them.
 *
 * A test that does not link mm/page_alloc.c, mm/slab.c or mm/kmalloc.c gets
 * these: an object is a malloc() of its own, so that AddressSanitizer sees
 * each byte beyond it and each use after free.  All of them honour
 * current->fail_nth, and count what is in use.
 */
#include "host.h"
#include <sanitizer/asan_interface.h>
#include <sys/mman.h>
#include "kernel/bug.h"
#include "kernel/sched.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/slab.h"

unsigned long host_live_objects, host_live_pages;

static bool should_fail(gfp_t gfp)
{
	if (!current->fail_nth || (gfp & __GFP_NOFAIL))
		return false;
	return --current->fail_nth == 0;
}

/* ---- objects ------------------------------------------------------------ */

struct kmem_cache {
	const char *name;
	unsigned int size, align;
	void (*ctor)(void *);
};

__weak struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
					    unsigned int align,
					    unsigned int flags,
					    void (*ctor)(void *))
{
	struct kmem_cache *s = malloc(sizeof(*s));

	*s = (struct kmem_cache){ name, size, align, ctor };
	return s;
}

__weak void kmem_cache_destroy(struct kmem_cache *s)
{
	free(s);
}

__weak void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	size_t align = s->align > sizeof(void *) ? s->align : sizeof(void *);
	void *object = NULL;

	if (should_fail(gfp) || posix_memalign(&object, align, s->size))
		return NULL;
	memset(object, gfp & __GFP_ZERO ? 0 : 0x5a, s->size);
	if (s->ctor)
		s->ctor(object);
	host_live_objects++;
	return object;
}

__weak void kmem_cache_free(struct kmem_cache *s, void *object)
{
	host_live_objects--;
	free(object);
}

__weak void *kmalloc(size_t size, gfp_t gfp)
{
	void *p;

	if (should_fail(gfp))
		return NULL;
	p = malloc(size);
	if (!p)
		return NULL;
	memset(p, gfp & __GFP_ZERO ? 0 : 0x5a, size);
	host_live_objects++;
	return p;
}

__weak void kfree(const void *p)
{
	if (!p)
		return;
	host_live_objects--;
	free((void *)p);
}

__weak void *krealloc(const void *p, size_t new_size, gfp_t gfp)
{
	if (should_fail(gfp))
		return NULL;
	host_live_objects += !p;
	return realloc((void *)p, new_size);
}

__weak void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmalloc(len, gfp);

	return p ? memcpy(p, src, len) : NULL;
}

__weak char *kstrdup(const char *s, gfp_t gfp)
{
	return kmemdup(s, strlen(s) + 1, gfp);
}

/* ---- pages: a stack of free frames of host_ram -------------------------- */

#define NR_HOST_PAGES 65536UL

__weak unsigned long max_pfn;
__weak unsigned long *section_map;
static unsigned long host_sections[NR_HOST_PAGES / PAGES_PER_SECTION / 64 + 1];
static unsigned long next_pfn;
static struct page *free_pages_list;

static void host_pages_init(void)
{
	max_pfn = NR_HOST_PAGES;
	memset(host_sections, 0xff, sizeof(host_sections));
	section_map = host_sections;
	if (mprotect(vmemmap, NR_HOST_PAGES * sizeof(struct page),
		     PROT_READ | PROT_WRITE))
		abort();
	memset(vmemmap, 0, NR_HOST_PAGES * sizeof(struct page));
	next_pfn = 1; /* frame 0 is nobody's */
}

__weak struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (should_fail(gfp))
		return NULL;
	if (!next_pfn)
		host_pages_init();
	if (order == 0 && free_pages_list) {
		page = free_pages_list;
		free_pages_list = page->pcp_next;
	} else {
		next_pfn = ALIGN(next_pfn, 1UL << order);
		BUG_ON(next_pfn + (1UL << order) > NR_HOST_PAGES);
		page = vmemmap + next_pfn;
		next_pfn += 1UL << order;
	}
	memset(page, 0, sizeof(*page));
	atomic_set(&page->_mapcount, -1);
	atomic_set(&page->_refcount, 1);
	if (order) {
		page->flags = BIT(PG_head);
		page->order = order;
	}
	ASAN_UNPOISON_MEMORY_REGION(page_address(page), PAGE_SIZE << order);
	memset(page_address(page), gfp & __GFP_ZERO ? 0 : 0x5a,
	       PAGE_SIZE << order);
	host_live_pages += 1UL << order;
	return page;
}

__weak void free_unref_page(struct page *page)
{
	unsigned int order = page->flags & BIT(PG_head) ? page->order : 0;

	BUG_ON(page_count(page) != 0 || page_mapped(page));
	ASAN_POISON_MEMORY_REGION(page_address(page), PAGE_SIZE << order);
	host_live_pages -= 1UL << order;
	if (order)
		return; /* blocks are not reused */
	page->pcp_next = free_pages_list;
	free_pages_list = page;
}

__weak void __free_pages(struct page *page, unsigned int order)
{
	put_page(page);
}

__weak unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

__weak unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

__weak void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

/* ---- xarray nodes ------------------------------------------------------- */

#include "kernel/lib/xarray.h"

__weak struct xa_node *xa_node_alloc(gfp_t gfp)
{
	return kzalloc(sizeof(struct xa_node), gfp);
}

__weak void xa_node_free(struct xa_node *node)
{
	kfree(node);
}
