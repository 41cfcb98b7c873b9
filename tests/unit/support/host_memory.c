/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/support/host_memory.c - `physical' memory of a host program.
 *
 * Address space is reserved for all of it; the host gives pages to what is
 * touched.  The array of struct page is reserved without access rights, and
 * early_map_range() gives them: a struct page of no RAM faults.
 */
#define _GNU_SOURCE
#include "host.h"
#include <sys/mman.h>
#include <unistd.h>
#include <asm/pgtable.h>
#include "mm/memtype.h"
#include "mm/page.h"

char *host_ram;
struct page *host_vmemmap;
unsigned long host_vmemmap_bytes;
pgd_t swapper_pg_dir[PTRS_PER_PGD];

static void *reserve(size_t size, int prot)
{
	void *p = mmap(NULL, size, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

__attribute__((constructor)) static void host_memory_init(void)
{
	size_t array = (HOST_RAM_SIZE >> PAGE_SHIFT) * sizeof(struct page);
	char *p;

	/* Aligned as the kernel's are: both to more than 2 MiB. */
	p = reserve(HOST_RAM_SIZE + (1UL << 30), PROT_READ | PROT_WRITE);
	host_ram = PTR_ALIGN(p, 1UL << 30);
	p = reserve(array + (1UL << 30), PROT_NONE);
	host_vmemmap = (struct page *)PTR_ALIGN(p, 1UL << 30);
}

/* Only vmemmap is mapped this way in a host program. */
__weak void early_map_range(unsigned long virt, phys_addr_t phys,
			    unsigned long len, pgprot_t prot)
{
	unsigned long host_page = sysconf(_SC_PAGESIZE);
	unsigned long start = ALIGN_DOWN(virt, host_page);
	unsigned long end = ALIGN(virt + len, host_page);

	host_vmemmap_bytes += len;
	if (mprotect((void *)start, end - start, PROT_READ | PROT_WRITE)) {
		perror("mprotect");
		abort();
	}
	/* The kernel does not get zeroed memory either. */
	memset((void *)virt, 0xa5, len);
}

/* Cache types: everybody gets what he asks for. */
__weak int memtype_reserve(phys_addr_t start, phys_addr_t end,
			   enum page_cache_mode want,
			   enum page_cache_mode *actual)
{
	*actual = want;
	return 0;
}

__weak void memtype_free(phys_addr_t start, phys_addr_t end)
{
}

__weak void pfnmap_track_ctx_get(struct pfnmap_track_ctx *ctx)
{
}

__weak void pfnmap_track_ctx_put(struct pfnmap_track_ctx *ctx)
{
}

/* mm/pgtable.c keeps no tables for reuse where it is not linked. */
__weak void pgtable_cache_drain(void)
{
}
