/* SPDX-License-Identifier: MIT */
/*
 * tests/selftest/test_kernel_map.c - what the kernel may do to itself.
 */

#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "mm/mm.h"
#include "mm/vmalloc.h"
#include "tests/selftest/selftest.h"

/* The entry, of whatever level, that maps a kernel address; 0: none. */
static u64 kernel_entry(unsigned long addr)
{
	pgd_t *pgd = pgd_offset_k(addr);
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return 0;
	pud = pud_offset(pgd, addr);
	if (pud_none(*pud) || pud_leaf(*pud))
		return pud_val(*pud);
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd) || pmd_leaf(*pmd))
		return pmd_val(*pmd);
	return pte_val(*pte_offset_kernel(pmd, addr));
}

static bool writable(const void *addr)
{
	return kernel_entry((unsigned long)addr) & _PAGE_RW;
}

static bool executable(const void *addr)
{
	u64 entry = kernel_entry((unsigned long)addr);

	return entry && !(entry & _PAGE_NX);
}

static int a_variable = 1;
static const int a_constant = 1;

SELFTEST(nothing_is_writable_and_executable)
{
	void *direct = __va(__pa(&a_variable));

	EXPECT(executable(_text) && !writable(_text));
	EXPECT(!executable(&a_constant) && !writable(&a_constant));
	EXPECT(!executable(&a_variable) && writable(&a_variable));
	EXPECT(!executable(direct));
}

SELFTEST(the_direct_map_has_no_device)
{
	EXPECT_EQ(kernel_entry((unsigned long)__va(0xfee00000UL)), 0);
	EXPECT_EQ(kernel_entry(0),
		  0); /* and nothing is left of the boot's map */
}

SELFTEST(a_stack_has_a_guard)
{
	char *stack = alloc_thread_stack();
	char byte;

	REQUIRE(stack);
	EXPECT_EQ(copy_from_kernel_nofault(&byte, stack, 1), 0);
	EXPECT_EQ(copy_from_kernel_nofault(&byte, stack - 1, 1), -EFAULT);
	free_thread_stack(stack);
}

SELFTEST(bad_user_pointers_are_errors)
{
	char byte = 0;

	EXPECT_EQ(copy_from_user(&byte, (void __user *)0xffff888000000000UL, 1),
		  1);
	EXPECT_EQ(copy_to_user((void __user *)~0UL, &byte, 1), 1);
	EXPECT_EQ(get_user(byte, (char __user *)0x7ffffffff000UL), -EFAULT);
}
