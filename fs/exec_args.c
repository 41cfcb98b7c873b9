/* SPDX-License-Identifier: MIT */
/*
 * fs/exec_args.c - the strings of a new program, on a stack nobody uses yet.
 *
 * The arguments are in the old address space and must get into the new one
 * while the old program can still be returned to.  So the new address space is
 * made first, with one area, the stack, at its very top; and the strings are
 * written to its pages through the kernel's own map of memory:
 *
 *	STACK_TOP_MAX ->+---------------+
 *			| 8 bytes of 0	|
 *			| file name	|  bprm->exec
 *			| environment	|
 *			| arguments	|
 *	     bprm->p ->	+---------------+  grows down, to argmin at most
 *
 * In Linux: fs/exec.c.
 */
#include <asm/uaccess.h>
#include "fs/exec.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/gup.h"
#include "mm/mman.h"

#define STACK_TOP_MAX TASK_SIZE_MAX

/* The stack is made this much larger than what is in it, in bytes. */
#define STACK_EXPAND 131072UL

/* ---- the new address space ---------------------------------------------- */

static int insert_stack_vma(struct linux_binprm *bprm)
{
	struct mm_struct *mm = bprm->mm;
	struct vm_area_struct *vma = vm_area_alloc(mm);
	int err;

	if (!vma)
		return -ENOMEM;
	vma->vm_end = STACK_TOP_MAX;
	vma->vm_start = vma->vm_end - PAGE_SIZE;
	vma->vm_flags = VM_STACK_FLAGS;
	vma_set_page_prot(vma);

	mmap_write_lock(mm);
	err = insert_vm_struct(mm, vma);
	if (!err)
		mm->stack_vm = mm->total_vm = 1;
	mmap_write_unlock(mm);
	if (err) {
		vm_area_free(vma);
		return err;
	}
	bprm->vma = vma;
	bprm->p = vma->vm_end - sizeof(void *);
	return 0;
}

int bprm_mm_init(struct linux_binprm *bprm)
{
	int err;

	bprm->rlim_stack = current->signal->rlim[RLIMIT_STACK];
	bprm->mm = mm_alloc();
	if (!bprm->mm)
		return -ENOMEM;
	err = insert_stack_vma(bprm);
	if (err) {
		mmput(bprm->mm);
		bprm->mm = NULL;
	}
	return err;
}

/* ---- its pages ---------------------------------------------------------- */

void bprm_drop_page(struct linux_binprm *bprm)
{
	if (bprm->page) {
		put_page(bprm->page);
		bprm->page = NULL;
	}
}

/* The page at @addr, for which the stack may grow, with a reference; NULL. */
static struct page *get_arg_page(struct linux_binprm *bprm, unsigned long addr)
{
	struct mm_struct *mm = bprm->mm;
	struct page *page = NULL;

	mmap_write_lock(mm); /* nobody else knows this mm yet */
	if (addr < bprm->vma->vm_start && expand_stack(bprm->vma, addr))
		goto out;
	if (get_user_pages_remote(mm, addr, 1, FOLL_WRITE, &page) != 1)
		page = NULL;
out:
	mmap_write_unlock(mm);
	return page;
}

/* Where the kernel can write what will be at @addr; NULL: no memory. */
static char *arg_address(struct linux_binprm *bprm, unsigned long addr)
{
	unsigned long page_addr = addr & PAGE_MASK;

	if (!bprm->page || bprm->page_addr != page_addr) {
		bprm_drop_page(bprm);
		bprm->page = get_arg_page(bprm, page_addr);
		bprm->page_addr = page_addr;
		if (!bprm->page)
			return NULL;
	}
	return (char *)page_address(bprm->page) + offset_in_page(addr);
}

/* ---- strings ------------------------------------------------------------ */

/* The nth string; ERR_PTR(-EFAULT), or NULL behind the last. */
static const char __user *nth_string(struct arg_vector argv, int n)
{
	const char __user *str;

	if (argv.kernel)
		return argv.kernel[n];
	if (get_user(str, argv.user + n))
		return ERR_PTR(-EFAULT);
	return str;
}

int count_strings(struct arg_vector argv)
{
	int n = 0;

	if (!argv.user && !argv.kernel)
		return 0;
	for (;; n++) {
		const char __user *str = nth_string(argv, n);

		if (!str)
			return n;
		if (IS_ERR(str))
			return -EFAULT;
		if (n >= MAX_ARG_STRINGS)
			return -E2BIG;
		if (fatal_signal_pending(current))
			return -ERESTARTNOHAND;
		cond_resched();
	}
}

/*
 * Strings and pointers together may take a quarter of the stack; 128 KiB are
 * always allowed, and 6 MiB are always enough.
 */
int bprm_stack_limits(struct linux_binprm *bprm)
{
	unsigned long limit = _STK_LIM / 4 * 3;
	unsigned long ptr_size;

	limit = min_t(unsigned long, limit, bprm->rlim_stack.rlim_cur / 4);
	limit = max(limit, ARG_MAX);
	/* An empty argv will get one argument. */
	ptr_size = ((unsigned long)max(bprm->argc, 1) + bprm->envc) *
		   sizeof(void *);
	if (limit <= ptr_size)
		return -E2BIG;
	bprm->argmin = bprm->p - (limit - ptr_size);
	return 0;
}

/* Put @len bytes below what is there; from the end, page by page. */
static int push_bytes(struct linux_binprm *bprm, const char *kernel,
		      const char __user *user, unsigned long len)
{
	bprm->p -= len;
	if (bprm->p < bprm->argmin)
		return -E2BIG;
	while (len) {
		unsigned long last = bprm->p + len - 1;
		unsigned long n = min(len, offset_in_page(last) + 1);
		char *to = arg_address(bprm, last);

		if (!to)
			return -E2BIG;
		to -= n - 1;
		len -= n;
		if (kernel)
			memcpy(to, kernel + len, n);
		else if (copy_from_user(to, user + len, n))
			return -EFAULT;
	}
	return 0;
}

int copy_string_kernel(const char *arg, struct linux_binprm *bprm)
{
	unsigned long len = strlen(arg) + 1;

	if (len > MAX_ARG_STRLEN)
		return -E2BIG;
	return push_bytes(bprm, arg, NULL, len);
}

/* The last string first, so that the first ends up lowest. */
int copy_strings(int argc, struct arg_vector argv, struct linux_binprm *bprm)
{
	while (argc-- > 0) {
		const char __user *str = nth_string(argv, argc);
		long len;
		int err;

		if (IS_ERR(str))
			return -EFAULT;
		if (argv.kernel) {
			err = copy_string_kernel(str, bprm);
		} else {
			len = strnlen_user(str, MAX_ARG_STRLEN);
			if (!len)
				return -EFAULT;
			if (len > MAX_ARG_STRLEN)
				return -E2BIG;
			err = push_bytes(bprm, NULL, str, len);
		}
		if (err)
			return err;
		if (fatal_signal_pending(current))
			return -ERESTARTNOHAND;
		cond_resched();
	}
	return 0;
}

/* Take argv[0] off: a script's interpreter gets other arguments there. */
int remove_arg_zero(struct linux_binprm *bprm)
{
	const char *c;

	if (!bprm->argc)
		return 0;
	do {
		c = arg_address(bprm, bprm->p);
		if (!c)
			return -EFAULT;
		bprm->p++;
	} while (*c);
	bprm->argc--;
	return 0;
}

/* ---- the stack ---------------------------------------------------------- */

int setup_arg_pages(struct linux_binprm *bprm, enum exec_stack executable)
{
	struct vm_area_struct *vma = bprm->vma;
	struct mm_struct *mm = current->mm;
	unsigned long limit = bprm->rlim_stack.rlim_cur & PAGE_MASK;
	unsigned long size, base;
	int err = 0;

	mm->arg_start = bprm->p;
	mm->start_stack = bprm->p;

	mmap_write_lock(mm);
	if (executable == EXSTACK_ENABLE_X)
		err = do_mprotect(mm, vma->vm_start, vma->vm_end,
				  PROT_READ | PROT_WRITE | PROT_EXEC, 0);
	if (!err) {
		size = vma->vm_end - vma->vm_start;
		base = vma->vm_start - STACK_EXPAND;
		if (size + STACK_EXPAND > limit)
			base = vma->vm_end - limit;
		if (base < vma->vm_start && expand_stack(vma, base))
			err = -EFAULT;
	}
	mmap_write_unlock(mm);
	return err;
}
