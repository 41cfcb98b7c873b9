/* SPDX-License-Identifier: MIT */
/*
 * mm/mm_types.h - the structures of an address space.
 *
 *	task_struct ──► mm_struct ──► vm_area_struct ──► file, address_space
 *	                   │               │
 *	                   ▼               ▼
 *	                  pgd            anon_vma ◄── page->mapping
 *
 * In Linux: include/linux/mm_types.h.
 */
#ifndef KILBURN_MM_MM_TYPES_H
#define KILBURN_MM_MM_TYPES_H

#include <asm/atomic.h>
#include <asm/pgtable_types.h>
#include "kernel/cpumask.h"
#include "kernel/lib/interval_tree.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"
#include "kernel/lib/xarray.h"
#include "kernel/rwsem.h"
#include "kernel/spinlock.h"

struct address_space;
struct anon_vma;
struct file;
struct inode;
struct mm_struct;
struct page;
struct pfnmap_track_ctx;
struct vm_area_struct;
struct vm_operations_struct;

typedef unsigned long vm_flags_t;
typedef unsigned int vm_fault_t;

/*
 * vm_flags: what an area is and may become.  The values are Linux's, because
 * /proc/PID/smaps names them and tools know them.
 */
#define VM_NONE        0x00000000UL
#define VM_READ        0x00000001UL /* pages can be read */
#define VM_WRITE       0x00000002UL
#define VM_EXEC        0x00000004UL
#define VM_SHARED      0x00000008UL /* stores are seen by other mappers */
#define VM_MAYREAD     0x00000010UL /* mprotect() may set VM_READ */
#define VM_MAYWRITE    0x00000020UL
#define VM_MAYEXEC     0x00000040UL
#define VM_MAYSHARE    0x00000080UL /* was mapped MAP_SHARED */
#define VM_GROWSDOWN   0x00000100UL
#define VM_PFNMAP      0x00000400UL /* raw frames: no struct page behind PTEs */
#define VM_LOCKED      0x00002000UL
#define VM_IO          0x00004000UL /* device memory: never pin, never dump */
#define VM_SEQ_READ    0x00008000UL
#define VM_RAND_READ   0x00010000UL
#define VM_DONTCOPY    0x00020000UL /* fork() leaves it out */
#define VM_DONTEXPAND  0x00040000UL /* mremap() may not grow it */
#define VM_LOCKONFAULT 0x00080000UL
#define VM_ACCOUNT     0x00100000UL /* counts towards the commit limit */
#define VM_NORESERVE   0x00200000UL
#define VM_SYNC        0x00800000UL /* was mapped MAP_SYNC; means nothing here */
#define VM_WIPEONFORK  0x02000000UL
#define VM_DONTDUMP    0x04000000UL
#define VM_MIXEDMAP    0x10000000UL /* both raw frames and counted pages */
#define VM_HUGEPAGE    0x20000000UL
#define VM_NOHUGEPAGE  0x40000000UL
#define VM_MERGEABLE   0x80000000UL

#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
#define VM_STACK_FLAGS                                                         \
	(VM_GROWSDOWN | VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE |        \
	 VM_MAYEXEC | VM_ACCOUNT)

/* Areas of these kinds are never merged and never grown. */
#define VM_SPECIAL (VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

/*
 * One area of an address space: [vm_start, vm_end), one protection, one
 * backing.
 */
struct vm_area_struct {
	/* Constant while mm->mmap_lock is held, for read or for write. */
	unsigned long vm_start;                   /* bytes, page aligned */
	unsigned long vm_end;                     /* the first byte after it */
	struct rb_node vm_rb;                     /* in mm->mm_rb, by address */
	struct vm_area_struct *vm_prev, *vm_next; /* or NULL */
	/*
	 * Free bytes directly below this area, and the most below any area of
	 * its subtree: what makes the search for free space O(log n).
	 */
	unsigned long vm_gap;
	unsigned long rb_subtree_gap;
	struct mm_struct *vm_mm;
	vm_flags_t vm_flags;
	pgprot_t
		vm_page_prot; /* what a new entry gets; derived from vm_flags */

	/*
	 * In mapping->i_mmap while vm_file has a mapping; by vm_pgoff.
	 * mapping->i_mmap_rwsem protects it.
	 */
	struct interval_tree_node i_mmap_node;

	/*
	 * The anon_vmas that pages of this area may belong to: its own and
	 * those of its ancestors over fork.  mmap_lock and anon_vma->rwsem.
	 */
	struct list_head anon_vma_chain;
	struct anon_vma *anon_vma; /* NULL until the first private page */

	const struct vm_operations_struct *vm_ops; /* NULL: anonymous */
	unsigned long vm_pgoff; /* offset in vm_file, pages; see pfnmap rules */
	struct file *vm_file;   /* may be NULL */
	void *vm_private_data;
	/* The cache type that remap_pfn_range() reserved, or NULL; counted. */
	struct pfnmap_track_ctx *pfnmap_track_ctx;
	struct list_head vm_detached; /* out of the tree, about to be freed */
};

/* Which of its pages a process has resident. */
enum mm_counter {
	MM_FILEPAGES,
	MM_ANONPAGES,
	MM_SWAPENTS,
	MM_SHMEMPAGES,
	NR_MM_COUNTERS,
};

struct mm_struct {
	/* mmap_lock protects: */
	struct rw_semaphore mmap_lock;
	struct rb_root mm_rb;                /* areas by address */
	struct vm_area_struct *mmap_highest; /* the last one, or NULL */
	u64 vmacache_seqnum; /* areas that have been taken out; vmacache.h */
	unsigned int map_count;
	unsigned long total_vm;  /* pages mapped */
	unsigned long locked_vm; /* pages under VM_LOCKED */
	unsigned long data_vm;   /* private writable, not stack */
	unsigned long exec_vm;   /* executable and not writable */
	unsigned long stack_vm;
	vm_flags_t def_flags; /* mlockall(MCL_FUTURE) */

	/* Set at exec, then constant, but for brk (mmap_lock). */
	unsigned long mmap_base; /* top of the mmap area; it grows down */
	unsigned long task_size;
	unsigned long start_code, end_code, start_data, end_data;
	unsigned long start_brk, brk, start_stack;
	unsigned long arg_start, arg_end, env_start, env_end;
	unsigned long saved_auxv[48]; /* for /proc/self/auxv */
	struct file *exe_file;

	pgd_t *pgd;
	spinlock_t page_table_lock; /* levels above the pte table */
	atomic_long_t pgtables_bytes;
	atomic_long_t rss_stat[NR_MM_COUNTERS];
	unsigned long hiwater_rss, hiwater_vm;

	atomic_t mm_users;       /* tasks; at 0 the areas go */
	atomic_t mm_count;       /* mm_users counts one; at 0 the struct goes */
	struct list_head mmlist; /* every mm, for the ledger; mmlist_lock */
	cpumask_t cpu_bitmap;    /* CPUs that may hold translations of it */
	atomic64_t tlb_gen;      /* counts flushes */
	atomic_t tlb_flush_pending; /* mmu_gathers under way: G2 */
	void *vdso;                 /* user address of the vDSO, or NULL */
	bool membarrier_registered; /* by membarrier(2) */
};

/* What a fault handler is asked to do. */
enum fault_flag {
	FAULT_FLAG_WRITE = 1 << 0,
	FAULT_FLAG_MKWRITE = 1 << 1,      /* set for page_mkwrite/pfn_mkwrite */
	FAULT_FLAG_ALLOW_RETRY = 1 << 2,  /* may drop mmap_lock: FAULT_RETRY */
	FAULT_FLAG_RETRY_NOWAIT = 1 << 3, /* but neither drop it nor wait */
	FAULT_FLAG_KILLABLE = 1 << 4,     /* a wait ends with a fatal signal */
	FAULT_FLAG_TRIED = 1 << 5,        /* not the first attempt */
	FAULT_FLAG_USER = 1 << 6,
	FAULT_FLAG_REMOTE = 1 << 7, /* not current's mm */
	FAULT_FLAG_INSTRUCTION = 1 << 8,
	FAULT_FLAG_INTERRUPTIBLE = 1 << 9, /* a wait ends with any signal */
	FAULT_FLAG_UNSHARE = 1 << 10,
};
#define FAULT_FLAG_DEFAULT                                                     \
	(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE |                        \
	 FAULT_FLAG_INTERRUPTIBLE)

/* What it answers; a bit set, Linux's values. */
#define VM_FAULT_OOM       0x000001u
#define VM_FAULT_SIGBUS    0x000002u
#define VM_FAULT_MAJOR     0x000004u
#define VM_FAULT_SIGSEGV   0x000040u
#define VM_FAULT_NOPAGE    0x000100u /* the handler installed the entry */
#define VM_FAULT_LOCKED    0x000200u /* vmf->page is returned locked */
#define VM_FAULT_RETRY     0x000400u /* mmap_lock was dropped: start over */
#define VM_FAULT_FALLBACK  0x000800u
#define VM_FAULT_DONE_COW  0x001000u
#define VM_FAULT_COMPLETED 0x004000u
#define VM_FAULT_ERROR     (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)

/* One page fault, from handle_mm_fault() down. */
struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;      /* bytes, page aligned */
	unsigned long real_address; /* as the CPU reported it */
	pgoff_t pgoff;              /* address as a page offset in the object */
	unsigned int flags;         /* FAULT_FLAG_* */
	pmd_t *pmd;                 /* the entry that points to the pte table */
	pte_t orig_pte;             /* as it was when the fault was judged */
	pte_t *pte;                 /* valid while ptl is held */
	spinlock_t *ptl;
	struct page *page;     /* ->fault() returns it here, with a reference */
	struct page *cow_page; /* the copy that do_cow_fault prepared */
};

/* What the owner of a mapping may add to an area. */
struct vm_operations_struct {
	/** @open: the area was duplicated (fork, split, mremap). */
	void (*open)(struct vm_area_struct *vma);
	/** @close: the area is going away. */
	void (*close)(struct vm_area_struct *vma);
	/** @may_split: 0, or -errno to refuse a split at @addr. */
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
	/** @mremap: 0, or -errno to refuse a move. */
	int (*mremap)(struct vm_area_struct *vma);
	/**
	 * @fault: find or make the page at vmf->pgoff.  Sets vmf->page with a
	 * reference (0 or VM_FAULT_LOCKED), or installs an entry itself
	 * (VM_FAULT_NOPAGE), or an error.  mmap_lock held for read; dropped
	 * if and only if it answers VM_FAULT_RETRY without RETRY_NOWAIT.
	 */
	vm_fault_t (*fault)(struct vm_fault *vmf);
	/** @map_pages: map what is ready of [start, end) pages, no sleep. */
	vm_fault_t (*map_pages)(struct vm_fault *vmf, pgoff_t start_pgoff,
				pgoff_t end_pgoff);
	/**
	 * @page_mkwrite: vmf->page of a shared area is about to become writable.
	 * Called with a reference, not locked, whether the entry is there and
	 * read-only or this is the first touch; FAULT_FLAG_MKWRITE is set.
	 * May sleep, and lock the page.  Returns VM_FAULT_LOCKED with the page
	 * locked, or 0 with it not locked: then it is locked and looked at once
	 * more, and if it has left its object the access is tried again; or
	 * VM_FAULT_NOPAGE (tried again) or an error, with it not locked.
	 * mmap_lock held for read; dropped if and only if it answers
	 * VM_FAULT_RETRY without RETRY_NOWAIT, as ->fault().
	 */
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	/**
	 * @pfn_mkwrite: the same for a frame without a struct page, whose entry
	 * is there.  Returns 0, VM_FAULT_NOPAGE or an error; VM_FAULT_RETRY
	 * and mmap_lock as for ->page_mkwrite().
	 */
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
	/** @access: read or write device memory for a debugger. */
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf,
		      int len, int write);
	/**
	 * @owns_pfn: is a special entry at @addr right to map @pfn?  For the
	 * ledger; pte lock held.  Unlike Linux.
	 */
	bool (*owns_pfn)(const struct vm_area_struct *vma, unsigned long addr,
			 unsigned long pfn);
	/** @name: what /proc/PID/maps shows instead of a path. */
	const char *(*name)(struct vm_area_struct *vma);
};

#endif /* KILBURN_MM_MM_TYPES_H */
