/* SPDX-License-Identifier: MIT */
/*
 * mm/mmap.c - making a mapping.
 *
 * Theory
 *
 * mmap() only promises: it makes an area, and pages come when they are touched.
 * It goes in four steps, each of which can refuse:
 *
 *   1. do_mmap(): what is asked for?  Arguments become vm_flags.
 *   2. get_unmapped_area(): where?  An address is checked or chosen, from the
 *      top down, below mmap_base, which exec has set:
 *
 *	0   mmap_min_addr		      mmap_base		    TASK_SIZE
 *	|----|-- program, heap --> ... <-- maps |  128 MiB or more <- stack |
 *
 *   3. mmap_region(): may this process have that much, and is the place free?
 *      MAP_FIXED unmaps what is there.
 *   4. A neighbour grows over the range if it is like it (vma_merge.c), or else
 *      the file's ->mmap() gives a new area its vm_ops.
 *
 * What a file allows limits what the mapping may ever become.  VM_READ,
 * VM_WRITE and VM_EXEC are the rights now, and VM_MAYREAD, VM_MAYWRITE and
 * VM_MAYEXEC the ones that mprotect() may add:
 *
 *	descriptor    mapping	 VM_SHARED  VM_MAYWRITE	 VM_MAYSHARE
 *	O_RDWR	      MAP_SHARED      x		  x		x
 *	O_RDONLY      MAP_SHARED      -		  -		x
 *	either	      MAP_PRIVATE     -		  x		-
 *
 * A shared mapping through O_RDONLY can never be stored to.  So it is treated
 * as if it were private, except that it is not: VM_MAYSHARE remembers.
 *
 * Invariants
 *
 *  A1. A call that fails leaves the address space as it was, but for one case
 *      that Linux has too: when the object to map cannot be had, or refuses,
 *      MAP_FIXED has already unmapped what was there.
 *  A2. The order of the checks, and so the errno of a call that is wrong in two
 *      ways, is that of Linux 6.1.
 *
 * Locking: mmap_lock for write.
 *
 * Reading order: do_mmap() and up from there; then munmap.c.
 * In Linux: mm/mmap.c; arch/x86/mm/mmap.c, arch/x86/kernel/sys_x86_64.c.
 */

#include "mm/mman.h"
#include "fs/fs.h"
#include "fs/mount.h"
#include "fs/stat.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/resource.h"
#include "kernel/sched.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/rmap.h"
#include "mm/shmem.h"
#include "mm/vma.h"

unsigned int sysctl_max_map_count = 65530;
unsigned long mmap_min_addr = 65536;

/* MAP_32BIT: the second GiB, so that an address fits a signed 32-bit number. */
#define MAP_32BIT_START 0x40000000UL
#define MAP_32BIT_END   0x80000000UL

/* Where the search from the bottom begins, when the one from the top fails. */
#define TASK_UNMAPPED_BASE PAGE_ALIGN(TASK_SIZE / 3)

/* Flags that MAP_SHARED ignores if it does not know them. */
#define LEGACY_MAP_MASK                                                        \
	(MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS |                \
	 MAP_DENYWRITE | MAP_EXECUTABLE | MAP_UNINITIALIZED | MAP_GROWSDOWN |  \
	 MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK |            \
	 MAP_STACK | MAP_HUGETLB | MAP_32BIT | (21UL << MAP_HUGE_SHIFT) |      \
	 (30UL << MAP_HUGE_SHIFT))

/* ---- where -------------------------------------------------------------- */

static unsigned long search_bottom_up(struct mm_struct *mm, unsigned long len,
				      unsigned long flags)
	__must_hold(&mm->mmap_lock)
{
	if (flags & MAP_32BIT)
		return unmapped_area(mm, len, MAP_32BIT_START, MAP_32BIT_END);
	return unmapped_area(mm, len, TASK_UNMAPPED_BASE, TASK_SIZE);
}

/* Is the hint @addr good as it is?  The guard gap below a stack is not free. */
static bool hint_is_free(struct mm_struct *mm, unsigned long addr,
			 unsigned long len) __must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma;

	if (addr > TASK_SIZE - len)
		return false;
	vma = find_vma(mm, addr);
	return !vma || addr + len <= vm_start_gap(vma);
}

static unsigned long choose_area(struct mm_struct *mm, unsigned long addr,
				 unsigned long len, unsigned long flags)
	__must_hold(&mm->mmap_lock)
{
	unsigned long found;

	if (flags & MAP_32BIT) {
		if (len > MAP_32BIT_END)
			return -ENOMEM;
		if (addr && addr <= MAP_32BIT_END - len &&
		    hint_is_free(mm, addr, len))
			return addr;
		return search_bottom_up(mm, len, flags);
	}
	if (addr && hint_is_free(mm, addr, len))
		return addr;
	found = unmapped_area_topdown(mm, len, mmap_min_addr, mm->mmap_base);
	if (!IS_ERR_VALUE(found))
		return found;
	return search_bottom_up(mm, len, flags);
}

unsigned long get_unmapped_area(unsigned long addr, unsigned long len,
				unsigned long flags)
{
	struct mm_struct *mm = current->mm;

	mmap_assert_write_locked(mm);

	if (len > TASK_SIZE)
		return -ENOMEM;
	if (!(flags & MAP_FIXED))
		addr = choose_area(mm, addr & PAGE_MASK, len, flags);
	/* A fixed address among the last 4095 is taken for an errno too. */
	if (IS_ERR_VALUE(addr))
		return addr;
	if (addr > TASK_SIZE - len)
		return -ENOMEM;
	if (offset_in_page(addr))
		return -EINVAL;
	/* A NULL pointer in the kernel must not lead to a user's page. */
	if (addr < mmap_min_addr && !capable_root())
		return -EPERM;
	return addr;
}

/* ---- how much ----------------------------------------------------------- */

/* How many pages of [addr, end) are mapped now? */
static unsigned long count_vma_pages_range(struct mm_struct *mm,
					   unsigned long addr,
					   unsigned long end)
	__must_hold_shared(&mm->mmap_lock)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, addr, end);
	unsigned long nr_pages = 0;

	for (; vma && vma->vm_start < end; vma = vma_next(vma))
		nr_pages +=
			(min(end, vma->vm_end) - max(addr, vma->vm_start)) >>
			PAGE_SHIFT;
	return nr_pages;
}

/* MAP_FIXED may replace pages, which then do not come on top. */
static bool may_map(struct mm_struct *mm, unsigned long addr, unsigned long len,
		    vm_flags_t vm_flags) __must_hold_shared(&mm->mmap_lock)
{
	unsigned long nr_pages = len >> PAGE_SHIFT;

	if (may_expand_vm(mm, vm_flags, nr_pages))
		return true;
	nr_pages -= count_vma_pages_range(mm, addr, addr + len);
	return may_expand_vm(mm, vm_flags, nr_pages);
}

/* ---- the area ----------------------------------------------------------- */

/* What follows from the flags of an area just mapped or grown by @len bytes. */
static void account_new(struct vm_area_struct *vma, unsigned long len)
{
	struct mm_struct *mm = vma->vm_mm;

	vm_stat_account(mm, vma->vm_flags, len >> PAGE_SHIFT);
	if (!(vma->vm_flags & VM_LOCKED))
		return;
	if (vma->vm_flags & VM_SPECIAL)
		vma->vm_flags &= ~VM_LOCKED_MASK;
	else
		mm->locked_vm += len >> PAGE_SHIFT;
}

/*
 * Let the owner of the memory set up @vma, which is in no tree yet: it may map
 * frames into it, and change anything but its place.  A count of ours keeps the
 * object from being sealed until vma_link_file() has counted the area.
 * Return: 0 or -errno, with vma->vm_file released.
 */
static int setup_backing(struct vm_area_struct *vma, struct file *file)
{
	int err = 0;

	if (file) {
		vma->vm_file = get_file(file);
		err = file->f_op->mmap(file, vma);
	} else if (vma->vm_flags & VM_SHARED) {
		err = shmem_zero_setup(vma);
	}
	if (!err && vma_is_shared_maywrite(vma))
		err = mapping_map_writable(vma->vm_file->f_mapping);
	if (err && vma->vm_file) {
		fput(vma->vm_file);
		vma->vm_file = NULL;
	}
	return err;
}

/* Make the empty @vma the new area.  Return: 0; -errno, and @vma is freed. */
static int map_new_area(struct mm_struct *mm, struct vm_area_struct *vma,
			const struct vma_merge_struct *vmg)
	__must_hold(&mm->mmap_lock)
{
	LIST_HEAD(failed);
	int err;

	vma->vm_start = vmg->start;
	vma->vm_end = vmg->end;
	vma->vm_flags = vmg->vm_flags;
	vma->vm_page_prot = vm_get_page_prot(vmg->vm_flags);
	vma->vm_pgoff = vmg->pgoff;

	err = setup_backing(vma, vmg->file);
	if (err)
		goto err_unmap;
	VM_BUG_ON(vma->vm_start != vmg->start || vma->vm_end != vmg->end);

	vma_tree_insert(mm, vmg->prev, vma, vmg->next);
	vma_link_file(vma);
	if (vma_is_shared_maywrite(vma))
		mapping_unmap_writable(vma->vm_file->f_mapping);
	account_new(vma, vma->vm_end - vma->vm_start);
	vma_set_page_prot(vma);
	return 0;

err_unmap:
	/* A driver may have mapped some frames before it failed. */
	list_add(&vma->vm_detached, &failed);
	unmap_region(mm, &failed, vmg->prev, vmg->next);
	vm_area_free(vma);
	return err;
}

/*
 * Find the neighbours of the range, and unmap what is there.  Then the new area
 * is allocated first, so that lack of memory leaves the old ones alone.
 * Return: 0 with *@vma an empty area or NULL; -ENOMEM with nothing changed.
 */
static int clear_range(struct mm_struct *mm, struct vma_merge_struct *vmg,
		       struct vm_area_struct **vma) __must_hold(&mm->mmap_lock)
{
	*vma = NULL;
	vmg->next = find_vma_prev(mm, vmg->start, &vmg->prev);
	if (!vmg->next || vmg->next->vm_start >= vmg->end)
		return 0;

	*vma = vm_area_alloc(mm);
	if (!*vma)
		return -ENOMEM;
	if (do_munmap(mm, vmg->start, vmg->end - vmg->start)) {
		vm_area_free(*vma);
		return -ENOMEM;
	}
	vmg->next = find_vma_prev(mm, vmg->start, &vmg->prev);
	return 0;
}

static unsigned long mmap_region(struct mm_struct *mm,
				 struct vma_merge_struct *vmg)
	__must_hold(&mm->mmap_lock)
{
	unsigned long addr = vmg->start, len = vmg->end - vmg->start;
	struct vm_area_struct *vma;
	struct vma_merge_plan plan;
	int err = 0;

	if (!may_map(mm, addr, len, vmg->vm_flags) ||
	    clear_range(mm, vmg, &vma))
		return -ENOMEM;
	if (accountable_mapping(vmg->vm_flags)) {
		err = security_vm_enough_memory_mm(mm, len >> PAGE_SHIFT);
		if (err)
			goto out_free;
		vmg->vm_flags |= VM_ACCOUNT;
	}

	if (vma_merge_plan_new(vmg, &plan)) {
		account_new(vma_merge_commit(&plan), len);
		goto out_free;
	}
	if (!vma)
		vma = vm_area_alloc(mm);
	err = vma ? map_new_area(mm, vma, vmg) : -ENOMEM;
	if (err && vmg->vm_flags & VM_ACCOUNT)
		vm_unacct_memory(len >> PAGE_SHIFT);
	vma = NULL;
out_free:
	if (vma)
		vm_area_free(vma);
	validate_mm_debug(mm);
	return err ? err : addr;
}

/* ---- what --------------------------------------------------------------- */

static vm_flags_t calc_vm_flags(unsigned long prot, unsigned long flags)
{
	vm_flags_t vm_flags = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;

	vm_flags |= prot & VM_ACCESS_FLAGS; /* PROT_READ is VM_READ, ... */
	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if (flags & MAP_SYNC)
		vm_flags |= VM_SYNC; /* even where it is not supported */
	if (flags & MAP_LOCKED)
		vm_flags |= VM_LOCKED;
	return vm_flags;
}

/* Do the offsets of @len bytes from @pgoff on exist in such a file? */
static bool file_mmap_ok(const struct file *file, pgoff_t pgoff,
			 unsigned long len)
{
	const struct inode *inode = file_inode(file);
	unsigned long maxsize = ULONG_MAX;

	if (inode && (S_ISREG(inode->i_mode) || S_ISBLK(inode->i_mode)))
		maxsize = LONG_MAX;
	else if (file->f_mode & FMODE_UNSIGNED_OFFSET)
		maxsize = 0; /* one more than ULONG_MAX */
	if (maxsize && len > maxsize)
		return false;
	return pgoff <= (maxsize - len) >> PAGE_SHIFT;
}

/* Apply what @file allows to *@vm_flags.  Return: 0 or -errno. */
static int check_file_mapping(const struct file *file, unsigned long prot,
			      unsigned long flags, vm_flags_t *vm_flags)
{
	switch (flags & MAP_TYPE) {
	case MAP_SHARED:
	case MAP_SHARED_VALIDATE:
		if ((flags & MAP_TYPE) == MAP_SHARED_VALIDATE &&
		    flags & ~LEGACY_MAP_MASK)
			return -EOPNOTSUPP;
		if (prot & PROT_WRITE && !(file->f_mode & FMODE_WRITE))
			return -EACCES;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		if (!(file->f_mode & FMODE_WRITE))
			*vm_flags &= ~(VM_MAYWRITE | VM_SHARED);
		break;
	case MAP_PRIVATE:
		break;
	default:
		return -EINVAL;
	}
	if (!(file->f_mode & FMODE_READ))
		return -EACCES;
	if (path_noexec(file)) {
		if (*vm_flags & VM_EXEC)
			return -EPERM;
		*vm_flags &= ~VM_MAYEXEC;
	}
	if (!file->f_op->mmap)
		return -ENODEV;
	if (*vm_flags & VM_GROWSDOWN)
		return -EINVAL;
	return memfd_check_seals_mmap(file, vm_flags);
}

/* The same without a file.  Memory of no file counts offsets by address. */
static int check_anon_mapping(struct vma_merge_struct *vmg, unsigned long flags)
{
	switch (flags & MAP_TYPE) {
	case MAP_SHARED:
		if (vmg->vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		vmg->pgoff = 0;
		vmg->vm_flags |= VM_SHARED | VM_MAYSHARE;
		return 0;
	case MAP_PRIVATE:
		vmg->pgoff = vmg->start >> PAGE_SHIFT;
		return 0;
	default:
		return -EINVAL;
	}
}

/* A hint too low for the caller is moved up; 0 stays "anywhere". */
static unsigned long round_hint_to_min(unsigned long hint)
{
	hint &= PAGE_MASK;
	return hint && hint < mmap_min_addr ? PAGE_ALIGN(mmap_min_addr) : hint;
}

/*
 * Check the size and settle the place: the first half of do_mmap().
 * Return: the address, or -errno as a number.
 */
static unsigned long mmap_place(struct mm_struct *mm, unsigned long addr,
				unsigned long *len, pgoff_t pgoff,
				unsigned long flags)
	__must_hold_shared(&mm->mmap_lock)
{
	if (!*len)
		return -EINVAL;
	if (flags & MAP_FIXED_NOREPLACE)
		flags |= MAP_FIXED;
	if (!(flags & MAP_FIXED))
		addr = round_hint_to_min(addr);
	*len = PAGE_ALIGN(*len);
	if (!*len)
		return -ENOMEM;
	if (pgoff + (*len >> PAGE_SHIFT) < pgoff)
		return -EOVERFLOW;
	if (mm->map_count > sysctl_max_map_count)
		return -ENOMEM;

	addr = get_unmapped_area(addr, *len, flags);
	if (!IS_ERR_VALUE(addr) && flags & MAP_FIXED_NOREPLACE &&
	    find_vma_intersection(mm, addr, addr + *len))
		return -EEXIST;
	return addr;
}

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flags,
		      unsigned long pgoff, unsigned long *populate)
{
	struct mm_struct *mm = current->mm;
	struct vma_merge_struct vmg = { .file = file, .pgoff = pgoff };
	int err;

	mmap_assert_write_locked(mm);

	*populate = 0;
	addr = mmap_place(mm, addr, &len, pgoff, flags);
	if (IS_ERR_VALUE(addr))
		return addr;
	vmg.start = addr;
	vmg.end = addr + len;
	vmg.vm_flags = calc_vm_flags(prot, flags) | mm->def_flags;

	if (flags & MAP_LOCKED && !can_do_mlock())
		return -EPERM;
	if (mlock_future_check(mm, vmg.vm_flags, len))
		return -EAGAIN;
	if (file && !file_mmap_ok(file, pgoff, len))
		return -EOVERFLOW;
	err = file ? check_file_mapping(file, prot, flags, &vmg.vm_flags)
		   : check_anon_mapping(&vmg, flags);
	if (err)
		return err;
	if (flags & MAP_NORESERVE &&
	    sysctl_overcommit_memory != OVERCOMMIT_NEVER)
		vmg.vm_flags |= VM_NORESERVE;

	addr = mmap_region(mm, &vmg);
	if (!IS_ERR_VALUE(addr) &&
	    (vmg.vm_flags & VM_LOCKED ||
	     (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE))
		*populate = len;
	return addr;
}

/* ---- from outside ------------------------------------------------------- */

static unsigned long vm_mmap_pgoff(struct file *file, unsigned long addr,
				   unsigned long len, unsigned long prot,
				   unsigned long flags, unsigned long pgoff)
{
	struct mm_struct *mm = current->mm;
	unsigned long populate;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	addr = do_mmap(file, addr, len, prot, flags, pgoff, &populate);
	mmap_write_unlock(mm);
	if (populate)
		mm_populate(addr, populate);
	return addr;
}

unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flags,
		      unsigned long offset)
{
	if (offset + PAGE_ALIGN(len) < offset || offset_in_page(offset))
		return -EINVAL;
	return vm_mmap_pgoff(file, addr, len, prot, flags,
			     offset >> PAGE_SHIFT);
}

int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
{
	mmap_assert_write_locked(mm);
	VM_BUG_ON(vma->anon_vma);

	if (find_vma_intersection(mm, vma->vm_start, vma->vm_end))
		return -ENOMEM;
	if (vma->vm_flags & VM_ACCOUNT &&
	    security_vm_enough_memory_mm(mm, vma_pages(vma)))
		return -ENOMEM;
	if (vma_is_anonymous(vma))
		vma->vm_pgoff = vma->vm_start >> PAGE_SHIFT;
	vma_link(mm, vma);
	return 0;
}

/*
 * There are no huge pages, which on Linux is the state of a pool that nobody
 * has filled: the sizes are known, and there is never one free.
 */
static int hugetlb_error(unsigned long flags)
{
	unsigned long order = flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

	return order == 0 || order == 21 || order == 30 ? -ENOMEM : -EINVAL;
}

SYSCALL_DEFINE6(mmap, unsigned long, addr, unsigned long, len, unsigned long,
		prot, unsigned long, flags, unsigned long, fd, unsigned long,
		off)
{
	struct file *file;
	long ret;

	if (offset_in_page(off))
		return -EINVAL;
	if (flags & MAP_ANONYMOUS) {
		if (flags & MAP_HUGETLB)
			return hugetlb_error(flags);
		return vm_mmap_pgoff(NULL, addr, len, prot, flags,
				     off >> PAGE_SHIFT);
	}

	file = fget(fd);
	if (!file)
		return -EBADF;
	if (flags & MAP_HUGETLB)
		ret = -EINVAL;
	else
		ret = vm_mmap_pgoff(file, addr, len, prot, flags,
				    off >> PAGE_SHIFT);
	fput(file);
	return ret;
}
