/* SPDX-License-Identifier: MIT */
/*
 * mm/audit_rmap.c - the ledger's view of the way back: from pages to entries.
 *
 * Theory
 *
 * The rmap is right if, for each normal entry, the walk that starts at its page
 * arrives at it: page -> object -> tree -> area -> address.  The ledger comes
 * from the other end.  It stands at the entry, so it knows the area, and asks of
 * each step of that walk whether it would lead here:
 *
 *   page -> object	U10: the page names an object that the area is tied to
 *   area -> address	U10: the page's index gives this address in this area
 *   object -> area	U11: the area is in the object's tree, at its range
 *
 * Here it does not follow page->mapping, which another CPU may be about to free;
 * that the area is tied to what it names is enough, for a tie keeps its end
 * alive.
 *
 *  U10. An anonymous page names an anon_vma of its area's chain, a cached page
 *	 the area's file; its index is the entry's linear page index.
 *  U11. An area with a file is in i_mmap at [vm_pgoff, vm_pgoff + pages), once;
 *	 each anon_vma_chain of an area is in its anon_vma's tree there.
 *  U12. The area's own anon_vma is in its chain, and all of a chain have one
 *	 root; num_active_vmas and num_children are what the trees say.
 *
 * Where every step is right the walk must be.  It is taken all the same, from
 * each page that has entries, for that is what the rest of the kernel does:
 *
 *  U13. rmap_walk() visits the entries that the scan of the page tables found,
 *	 no more and no fewer: as many, with the same sum over their places.
 *
 * Locking: mmap_lock for write; here i_mmap_rwsem, then the family's rwsem.  For
 * U13 none: the page is held, and the walk locks what it needs.
 *
 * Reading order: audit_rmap_entry(), audit_rmap_area(), audit_rmap_frame().
 * In Linux: no counterpart.
 */

#include <asm/barrier.h>
#include "fs/fs.h"
#include "mm/audit.h"
#include "mm/mm.h"
#include "mm/pagemap.h"
#include "mm/rmap.h"

/* Beyond this many areas in one tree, counting distinct children is skipped. */
#define MAX_FAMILY 64

static struct anon_vma_chain *find_chain(const struct vm_area_struct *vma,
					 const struct anon_vma *anon_vma)
{
	struct anon_vma_chain *avc;

	list_for_each_entry (avc, &vma->anon_vma_chain, same_vma)
		if (avc->anon_vma == anon_vma)
			return avc;
	return NULL;
}

void audit_rmap_entry(struct audit *audit, struct vm_area_struct *vma,
		      unsigned long addr, struct page *page)
{
	struct address_space *mapping = READ_ONCE(page->mapping);
	unsigned long pfn = page_to_pfn(page);

	if (!mapping)
		return; /* a driver's page: nobody looks for its entries */
	if (page->index != linear_page_index(vma, addr))
		disagree_frame(audit, pfn,
			       "U10 index is %#lx, entry at %lx is for %#lx",
			       page->index, addr, linear_page_index(vma, addr));
	if (PageAnon(page)) {
		if (!find_chain(vma, page_anon_vma(page)))
			disagree_frame(
				audit, pfn,
				"U10 its anon_vma is not in the chain of "
				"the area that has its entry at %lx",
				addr);
	} else if (!vma->vm_file || vma->vm_file->f_mapping != mapping) {
		disagree_frame(audit, pfn,
			       "U10 its object is not that of the area that "
			       "has its entry at %lx",
			       addr);
	}
}

/* How often a tree has @node at the range it should have. */
static int times_in_tree(struct rb_root *root,
			 const struct interval_tree_node *node, pgoff_t first,
			 pgoff_t last)
{
	struct interval_tree_node *pos;
	int found = 0;

	if (node->start != first || node->last != last)
		return 0;
	interval_tree_for_each (pos, root, first, last)
		found += pos == node;
	return found;
}

/* U11 for the file's tree. */
static void audit_i_mmap(struct audit *audit, struct vm_area_struct *vma)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	int found;

	down_read(&mapping->i_mmap_rwsem);
	found = times_in_tree(&mapping->i_mmap, &vma->i_mmap_node,
			      vma->vm_pgoff,
			      vma->vm_pgoff + vma_pages(vma) - 1);
	up_read(&mapping->i_mmap_rwsem);
	if (found != 1)
		disagree(audit, "U11 area %lx-%lx is in i_mmap %d times",
			 vma->vm_start, vma->vm_end, found);
}

/* The child of @anon_vma from which @descendant comes; NULL: none. */
static struct anon_vma *child_towards(struct anon_vma *anon_vma,
				      struct anon_vma *descendant)
{
	while (descendant && descendant->parent != anon_vma) {
		if (descendant == descendant->root)
			return NULL;
		descendant = descendant->parent;
	}
	return descendant;
}

/* U12: the numbers of one anon_vma.  The family's rwsem is held. */
static void audit_family(struct audit *audit, struct anon_vma *anon_vma)
{
	struct anon_vma *children[MAX_FAMILY];
	unsigned long active = 0, nr_children = 0, areas = 0, i;
	struct interval_tree_node *node;

	interval_tree_for_each (node, &anon_vma->rb_root, 0, ULONG_MAX) {
		struct anon_vma_chain *avc =
			container_of(node, struct anon_vma_chain, node);
		struct anon_vma *child =
			child_towards(anon_vma, avc->vma->anon_vma);

		active += avc->vma->anon_vma == anon_vma;
		if (areas++ == MAX_FAMILY)
			return;
		for (i = 0; i < nr_children && children[i] != child; i++)
			;
		if (child && i == nr_children)
			children[nr_children++] = child;
	}
	/* A root is its own child, even when no area has it as its own. */
	for (i = 0; i < nr_children && children[i] != anon_vma; i++)
		;
	if (anon_vma == anon_vma->root && i == nr_children)
		nr_children++;
	if (active != anon_vma->num_active_vmas)
		disagree(audit, "U12 num_active_vmas is %lu, areas are %lu",
			 anon_vma->num_active_vmas, active);
	if (nr_children != anon_vma->num_children)
		disagree(audit, "U12 num_children is %lu, children are %lu",
			 anon_vma->num_children, nr_children);
}

/* U11 and U12 for an area's ties to anon_vmas. */
static void audit_chain(struct audit *audit, struct vm_area_struct *vma)
{
	pgoff_t first = vma->vm_pgoff, last = first + vma_pages(vma) - 1;
	struct anon_vma *root = vma->anon_vma->root;
	struct anon_vma_chain *avc;

	if (!find_chain(vma, vma->anon_vma))
		disagree(audit, "U12 area %lx-%lx: own anon_vma not in chain",
			 vma->vm_start, vma->vm_end);
	down_read(&root->rwsem);
	list_for_each_entry (avc, &vma->anon_vma_chain, same_vma) {
		if (avc->vma != vma || avc->anon_vma->root != root)
			disagree(audit,
				 "U12 area %lx-%lx: a chain that is not "
				 "its own, or of another family",
				 vma->vm_start, vma->vm_end);
		else if (times_in_tree(&avc->anon_vma->rb_root, &avc->node,
				       first, last) != 1)
			disagree(audit,
				 "U11 area %lx-%lx is not in the tree "
				 "of an anon_vma",
				 vma->vm_start, vma->vm_end);
	}
	audit_family(audit, vma->anon_vma);
	up_read(&root->rwsem);
}

void audit_rmap_area(struct audit *audit, struct vm_area_struct *vma)
{
	if (vma->vm_file)
		audit_i_mmap(audit, vma);
	if (vma->anon_vma)
		audit_chain(audit, vma);
	else if (!list_empty(&vma->anon_vma_chain))
		disagree(audit, "U12 area %lx-%lx has chains, no anon_vma",
			 vma->vm_start, vma->vm_end);
}

static bool count_walked_entry(struct page *page, struct vm_area_struct *vma,
			       unsigned long address, pte_t *pte, void *arg)
{
	audit_entries_add(arg, vma->vm_mm, address);
	return true;
}

/*
 * Is page->mapping an object, or NULL?  The frame may have another use since it
 * was scanned, whose words lie there (struct page).  Who uses them so has the flag
 * set before and until after; and what is just allocated has no object yet.  With
 * a reference on the page the answer stays true.  A driver's page has none: nobody
 * looks for its entries.
 */
static bool has_object(const struct page *page)
{
	const struct address_space *mapping = READ_ONCE(page->mapping);

	smp_rmb(); /* against new_slab(), discard_slab(), table_dtor() */
	return mapping && !PageSlab(page) && !PageTable(page);
}

/* Walk from @page, on which there is a reference.  Return: false: it is busy. */
static bool walk_from_page(struct page *page, struct audit_entries *walked)
{
	struct rmap_walk_control rwc = {
		.rmap_one = count_walked_entry,
		.arg = walked,
	};

	if (PageAnon(page)) {
		rmap_walk(page, &rwc);
		return true;
	}
	if (!trylock_page(page))
		return false;
	rmap_walk(page, &rwc);
	unlock_page(page);
	return true;
}

void audit_rmap_frame(struct audit *audit, unsigned long pfn)
{
	const struct audit_entries *scanned = &audit->entries[pfn];
	struct audit_entries walked = { 0 };
	struct page *page = pfn_to_page(pfn);
	bool complete;

	if (!scanned->count || !has_object(page) || !try_get_page(page))
		return;
	complete = has_object(page) && walk_from_page(page, &walked);
	put_page(page);
	if (complete && (walked.count != scanned->count ||
			 walked.places != scanned->places))
		disagree_frame(audit, pfn,
			       "U13 the rmap leads to %u entries, %u map it%s",
			       walked.count, scanned->count,
			       walked.count == scanned->count ? ": other ones"
							      : "");
}
