/* SPDX-License-Identifier: MIT */
/*
 * fs/binfmt_elf_tables.c - what a program finds on its stack.
 *
 *	higher addresses
 *	| file name, environment and	|  copied by fs/exec_args.c
 *	| argument strings		|
 *	| "x86_64", 16 random bytes	|
 *	| (up to 15 bytes of padding)	|
 *	| AT_NULL, 0			|
 *	| ...				|  auxv: pairs of number and value
 *	| AT_SYSINFO_EHDR, address	|
 *	| NULL				|
 *	| envp[0] ...			|
 *	| NULL				|
 *	| argv[0] ...			|
 *	| argc				|  <- rsp, a multiple of 16
 *
 * In Linux: fs/binfmt_elf.c:create_elf_tables().
 */
#include <asm/elf.h>
#include <asm/uaccess.h>
#include "fs/elf.h"
#include "fs/exec.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/random.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "mm/mm.h"

#define RANDOM_BYTES 16

/* The vector in the making: in mm->saved_auxv, for /proc/self/auxv. */
struct auxv {
	unsigned long *entry;
	int words;
};

static void aux_add(struct auxv *auxv, unsigned long id, unsigned long value)
{
	VM_BUG_ON(auxv->words + 2 > ARRAY_SIZE(current->mm->saved_auxv));
	auxv->entry[auxv->words++] = id;
	auxv->entry[auxv->words++] = value;
}

/* In Linux's order. */
static int fill_auxv(struct linux_binprm *bprm, const struct elf_image *image,
		     unsigned long u_rand_bytes, unsigned long u_platform)
{
	struct mm_struct *mm = current->mm;
	struct auxv auxv = { .entry = mm->saved_auxv };

	memset(mm->saved_auxv, 0, sizeof(mm->saved_auxv));
	if (mm->vdso)
		aux_add(&auxv, AT_SYSINFO_EHDR, (unsigned long)mm->vdso);
	aux_add(&auxv, AT_MINSIGSTKSZ, ELF_MINSIGSTKSZ);
	aux_add(&auxv, AT_HWCAP, ELF_HWCAP);
	aux_add(&auxv, AT_PAGESZ, ELF_EXEC_PAGESIZE);
	aux_add(&auxv, AT_CLKTCK, USER_HZ);
	aux_add(&auxv, AT_PHDR, image->phdr_addr);
	aux_add(&auxv, AT_PHENT, sizeof(struct elf64_phdr));
	aux_add(&auxv, AT_PHNUM, image->hdr->e_phnum);
	aux_add(&auxv, AT_BASE, image->interp_base);
	aux_add(&auxv, AT_FLAGS, 0);
	aux_add(&auxv, AT_ENTRY, image->e_entry);
	aux_add(&auxv, AT_UID, current->uid);
	aux_add(&auxv, AT_EUID, current->euid);
	aux_add(&auxv, AT_GID, current->gid);
	aux_add(&auxv, AT_EGID, current->egid);
	aux_add(&auxv, AT_SECURE, bprm->secureexec);
	aux_add(&auxv, AT_RANDOM, u_rand_bytes);
	aux_add(&auxv, AT_HWCAP2, ELF_HWCAP2);
	aux_add(&auxv, AT_EXECFN, bprm->exec);
	aux_add(&auxv, AT_PLATFORM, u_platform);
	aux_add(&auxv, AT_NULL, 0);
	return auxv.words;
}

/*
 * Write @count pointers to the strings that begin at *@str, and NULL.  Both
 * *@sp and *@str move behind what was written and read.
 */
static int put_pointers(unsigned long __user **sp, unsigned long *str,
			int count)
{
	while (count-- > 0) {
		long len;

		if (put_user(*str, (*sp)++))
			return -EFAULT;
		len = strnlen_user((const char __user *)*str, MAX_ARG_STRLEN);
		if (!len || len > MAX_ARG_STRLEN)
			return -EINVAL;
		*str += len;
	}
	return put_user(0UL, (*sp)++);
}

static int put_vectors(struct linux_binprm *bprm, unsigned long __user *sp,
		       int auxv_words)
{
	struct mm_struct *mm = current->mm;
	unsigned long str = mm->arg_start;
	int err;

	if (put_user((unsigned long)bprm->argc, sp++))
		return -EFAULT;
	err = put_pointers(&sp, &str, bprm->argc);
	if (err)
		return err;
	mm->arg_end = mm->env_start = str;
	err = put_pointers(&sp, &str, bprm->envc);
	if (err)
		return err;
	mm->env_end = str;
	if (copy_to_user(sp, mm->saved_auxv,
			 auxv_words * sizeof(unsigned long)))
		return -EFAULT;
	return 0;
}

int create_elf_tables(struct linux_binprm *bprm, const struct elf_image *image)
{
	static const char platform[] = ELF_PLATFORM;
	unsigned long p = round_down(bprm->p, 16);
	unsigned long u_platform, u_rand_bytes, items;
	u8 rand_bytes[RANDOM_BYTES];
	int auxv_words;

	p -= sizeof(platform);
	u_platform = p;
	if (copy_to_user((void __user *)p, platform, sizeof(platform)))
		return -EFAULT;
	get_random_bytes(rand_bytes, sizeof(rand_bytes));
	p -= sizeof(rand_bytes);
	u_rand_bytes = p;
	if (copy_to_user((void __user *)p, rand_bytes, sizeof(rand_bytes)))
		return -EFAULT;

	auxv_words = fill_auxv(bprm, image, u_rand_bytes, u_platform);
	items = 1 + (bprm->argc + 1) + (bprm->envc + 1) + auxv_words;
	bprm->p = round_down(p - items * sizeof(unsigned long), 16);
	return put_vectors(bprm, (unsigned long __user *)bprm->p, auxv_words);
}
