/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/normal_page.h - the cases of vm_normal_page(), for both forms.
 *
 * test_normal_page_bit.c and test_normal_page_rule.c compile mm/memory.c with
 * CONFIG_PTE_SPECIAL 1 and 0 and run the same cases: where the two forms are
 * defined they must answer the same.
 */

static vm_fault_t unused_handler(struct vm_fault *vmf)
{
	abort(); /* no fault is resolved here */
}

vm_fault_t do_anonymous_page(struct vm_fault *vmf)
{
	return unused_handler(vmf);
}

vm_fault_t do_fault(struct vm_fault *vmf)
{
	return unused_handler(vmf);
}

vm_fault_t do_wp_page(struct vm_fault *vmf)
{
	return unused_handler(vmf);
}

pmd_t *mm_alloc_pmd(struct mm_struct *mm, unsigned long addr)
{
	abort();
}

int pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	abort();
}

#define START      0x10000000UL
#define RAW_PFN    0x80000UL /* beyond the RAM of the host program */
#define PRIVATE_RW (VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE)
#define SHARED_RW  (PRIVATE_RW | VM_SHARED | VM_MAYSHARE)

static struct vm_area_struct area(vm_flags_t flags, unsigned long pgoff)
{
	return (struct vm_area_struct){
		.vm_start = START,
		.vm_end = START + (4UL << PAGE_SHIFT),
		.vm_flags = flags,
		.vm_pgoff = pgoff,
	};
}

static pte_t raw_pte(unsigned long pfn)
{
	return pte_mkspecial(pfn_pte(pfn, PAGE_READONLY));
}

static pte_t page_pte(struct page *page)
{
	return mk_pte(page, PAGE_READONLY);
}

static struct page *anon_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_non_null(page);
	page->mapping = (void *)PAGE_MAPPING_ANON;
	return page;
}

static void free_anon_page(struct page *page)
{
	page->mapping = NULL;
	put_page(page);
}

static void a_normal_page_is_found(void **state)
{
	struct vm_area_struct vma = area(PRIVATE_RW, 0);
	struct page *page = anon_page();

	assert_ptr_equal(vm_normal_page(&vma, START, page_pte(page)), page);
	free_anon_page(page);
}

static void the_zero_page_is_special(void **state)
{
	struct vm_area_struct vma = area(PRIVATE_RW, 0);

	assert_null(vm_normal_page(&vma, START, raw_pte(zero_pfn)));
}

static void shared_frames_may_be_in_any_order(void **state)
{
	struct vm_area_struct vma = area(SHARED_RW | VM_PFNMAP | VM_IO, 77);

	assert_null(vm_normal_page(&vma, START, raw_pte(RAW_PFN + 3)));
	assert_null(vm_normal_page(&vma, START + PAGE_SIZE, raw_pte(RAW_PFN)));
}

static void a_private_frame_is_where_the_rule_says(void **state)
{
	struct vm_area_struct vma =
		area(PRIVATE_RW | VM_PFNMAP | VM_IO, RAW_PFN);

	for (unsigned long i = 0; i < 4; i++)
		assert_null(vm_normal_page(&vma, START + (i << PAGE_SHIFT),
					   raw_pte(RAW_PFN + i)));
}

static void a_copy_in_a_private_map_is_normal(void **state)
{
	struct vm_area_struct vma =
		area(PRIVATE_RW | VM_PFNMAP | VM_IO, RAW_PFN);
	struct page *copy = anon_page();

	assert_ptr_equal(
		vm_normal_page(&vma, START + PAGE_SIZE, page_pte(copy)), copy);
	free_anon_page(copy);
}

/* A split moves vm_pgoff with vm_start, so the rule goes on to hold. */
static void the_rule_survives_a_split(void **state)
{
	struct vm_area_struct vma =
		area(PRIVATE_RW | VM_PFNMAP | VM_IO, RAW_PFN);

	vma.vm_start += 2UL << PAGE_SHIFT;
	vma.vm_pgoff += 2;
	assert_null(vm_normal_page(&vma, START + (3UL << PAGE_SHIFT),
				   raw_pte(RAW_PFN + 3)));
}

/* The zero page's mark in an ordinary area is lawful; any other is a bug. */
static void a_stray_mark_is_noticed(void **state)
{
	struct vm_area_struct vma = area(PRIVATE_RW, 0);

	if (CONFIG_PTE_SPECIAL)
		assert_true(host_panics(
			vm_normal_page(&vma, START, raw_pte(RAW_PFN))));
}

/* The two forms may differ in one way only; this is another. */
static void a_lost_mark_is_noticed(void **state)
{
	struct vm_area_struct vma =
		area(SHARED_RW | VM_PFNMAP | VM_IO, RAW_PFN);

	assert_true(host_panics(
		vm_normal_page(&vma, START, pfn_pte(RAW_PFN, PAGE_READONLY))));
}

/*
 * The hole in the rule: the raw frames are RAM, and a copy landed on the very
 * frame that the rule expects at its address.  Only the bit can tell.
 */
static void a_copy_on_the_expected_frame_needs_the_bit(void **state)
{
	struct page *copy = anon_page();
	struct vm_area_struct vma =
		area(PRIVATE_RW | VM_PFNMAP | VM_IO, page_to_pfn(copy));
	struct page *found = vm_normal_page(&vma, START, page_pte(copy));

	assert_ptr_equal(found, CONFIG_PTE_SPECIAL ? copy : NULL);
	free_anon_page(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_normal_page_is_found),
		cmocka_unit_test(the_zero_page_is_special),
		cmocka_unit_test(shared_frames_may_be_in_any_order),
		cmocka_unit_test(a_private_frame_is_where_the_rule_says),
		cmocka_unit_test(a_copy_in_a_private_map_is_normal),
		cmocka_unit_test(the_rule_survives_a_split),
		cmocka_unit_test(a_stray_mark_is_noticed),
		cmocka_unit_test(a_lost_mark_is_noticed),
		cmocka_unit_test(a_copy_on_the_expected_frame_needs_the_bit),
	};

	empty_zero_page = alloc_page(GFP_KERNEL);
	zero_pfn = page_to_pfn(empty_zero_page);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
