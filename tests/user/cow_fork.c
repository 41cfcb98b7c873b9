/* SPDX-License-Identifier: MIT */
/*
 * tests/user/cow_fork.c - fork shares pages, and the first store copies.
 */
#include "fault.h"
#include "maps.h"

#define RW    (PROT_READ | PROT_WRITE)
#define PAGES 200

/* Stamp page i with a value that tells the writer and the page. */
static void stamp(char *p, int who)
{
	for (int i = 0; i < PAGES; i++)
		memset(p + i * PAGE, who + i, PAGE);
}

static int stamped(const char *p, int who)
{
	for (int i = 0; i < PAGES; i++)
		if (!all_bytes(p + i * PAGE, who + i, PAGE))
			return 0;
	return 1;
}

/* Two processes take turns by passing a byte to and fro. */
struct turns {
	int to_child[2], to_parent[2];
};

static void turns_init(struct turns *t)
{
	need(!pipe(t->to_child) && !pipe(t->to_parent));
}

static void turns_free(struct turns *t)
{
	close(t->to_child[0]);
	close(t->to_child[1]);
	close(t->to_parent[0]);
	close(t->to_parent[1]);
}

static void pass(int *fds)
{
	need(write(fds[1], "", 1) == 1);
}

static void await(int *fds)
{
	char c;

	need(read(fds[0], &c, 1) == 1);
}

static int child_isolated(void *p)
{
	if (!stamped(p, 1))
		return 1;
	stamp(p, 50);
	return stamped(p, 50) ? 0 : 2;
}

static void test_isolation(void)
{
	char *p = anon_pages(PAGES);

	stamp(p, 1);
	exits_with(run_child(child_isolated, p), 0,
		   "a child sees its parent's memory and changes its own",
		   "Status 1: the child did not see the parent's bytes; 2: "
		   "it lost its own.");
	ok(stamped(p, 1), "the parent does not see the child's stores",
	   "fork must write-protect the entries of both, and flush the "
	   "parent's TLB.");
	stamp(p, 9);
	ok(stamped(p, 9), "and can store again after the child has ended",
	   "The last owner of a page takes it over.");
	need(!munmap(p, PAGES * PAGE));
}

/* While both live: the parent's stores stay out of the child. */
static void test_parent_stores(void)
{
	char *p = anon_pages(PAGES);
	struct turns t;
	int status;
	pid_t pid;

	turns_init(&t);
	stamp(p, 1);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		await(t.to_child);
		_exit(stamped(p, 1) ? 0 : 1);
	}
	stamp(p, 2);
	pass(t.to_child);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "a parent's stores after fork stay its own",
		   "The parent's entries must be write-protected too: it may "
		   "well store before the child does.");
	ok(stamped(p, 2), "and the parent keeps them", "");
	turns_free(&t);
	need(!munmap(p, PAGES * PAGE));
}

/* Each generation checks what it inherited, stores, forks, checks again. */
static int generation(char *p, int depth)
{
	int status;
	pid_t pid;

	if (!stamped(p, depth))
		return 100 + depth;
	stamp(p, depth + 1);
	if (depth == 8)
		return 0;
	pid = fork();
	if (pid < 0)
		return 99;
	if (!pid)
		_exit(generation(p, depth + 1));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 98;
	if (!stamped(p, depth + 1))
		return 50 + depth;
	return WEXITSTATUS(status);
}

static int first_generation(void *p)
{
	return generation(p, 1);
}

static void test_generations(void)
{
	char *p = anon_pages(PAGES);

	stamp(p, 1);
	exits_with(run_child(first_generation, p), 0,
		   "eight generations each have their own memory",
		   "Status 100+n: generation n inherited wrong bytes; 50+n: a "
		   "descendant changed the memory of generation n.");
	ok(stamped(p, 1), "the first ancestor's memory is as it was", "");
	need(!munmap(p, PAGES * PAGE));
}

/* Ten children at a time, each storing into every other page. */
static void test_siblings(void)
{
	char *p = anon_pages(PAGES);
	int status, bad = 0;

	stamp(p, 7);
	for (int n = 0; n < 10; n++) {
		pid_t pid = fork();

		need(pid >= 0);
		if (pid)
			continue;
		for (int i = n % 2; i < PAGES; i += 2)
			p[i * PAGE + n] = (char)(100 + n);
		for (int i = 0; i < PAGES; i++) {
			char want = i % 2 == n % 2 ? 100 + n : 7 + i;

			if (p[i * PAGE + n] != want)
				_exit(1);
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		bad += status != 0;
	is_num(bad, 0, "ten siblings do not see each other's stores", "");
	ok(stamped(p, 7), "nor does their parent", "");
	need(!munmap(p, PAGES * PAGE));
}

static long faults_storing(char *p)
{
	long before = minor_faults();

	for (int i = 0; i < PAGES; i++)
		p[i * PAGE]++;
	return minor_faults() - before;
}

static int child_counts(void *p)
{
	long n = faults_storing(p);

	if (n != PAGES) {
		diag("the child's stores took %ld faults", n);
		return 1;
	}
	return faults_storing(p) != 0;
}

static int child_reads_only(void *arg)
{
	volatile char *p = arg;
	long before = minor_faults();
	int sum = 0;

	for (int i = 0; i < PAGES; i++)
		sum += p[i * PAGE];
	return minor_faults() - before != 0 || sum < 0;
}

static int just_exit(void *unused)
{
	return 0;
}

static void test_fault_counts(void)
{
	char *p = anon_pages(PAGES);

	memset(p, 0, PAGES * PAGE);
	exits_with(run_child(child_counts, p), 0,
		   "a child's first store to each page is one fault",
		   "One copy each, then none.");
	exits_with(run_child(child_reads_only, p), 0,
		   "a child reads inherited pages without a fault",
		   "fork must copy the page-table entries of areas that have "
		   "an anon_vma.");
	need(run_child(just_exit, NULL) == 0);
	is_num(faults_storing(p), PAGES,
	       "after a child has ended each page of the parent faults once",
	       "The entry was write-protected by fork; the fault finds that "
	       "this is the last owner and makes it writable again.");
	is_num(faults_storing(p), 0, "and then no more", "");
	need(!munmap(p, PAGES * PAGE));
}

/*
 * A parent that forks again and again and stores in between must not use up
 * memory: each page's last owner takes it over, and copies are freed.
 */
static void test_no_leak(void)
{
	char *p = anon_pages(PAGES);
	int bad = 0;

	for (int round = 0; round < 300; round++) {
		memset(p, round, PAGES * PAGE);
		bad += run_child(just_exit, NULL) != 0;
		bad += !all_bytes(p, round, PAGE);
	}
	is_num(bad, 0, "300 rounds of fork and stores to 200 pages",
	       "240 MB of copies in all: a copy that is never freed would "
	       "exhaust a small machine.");
	need(!munmap(p, PAGES * PAGE));
}

static int child_shared(void *p)
{
	char *c = p;

	if (c[PAGE] != 'p')
		return 1;
	c[0] = 'c';
	c[2 * PAGE] = 'n';
	return 0;
}

static void test_shared(void)
{
	char *p = shared_pages(3);

	p[PAGE] = 'p';
	exits_with(run_child(child_shared, p), 0,
		   "shared memory stays shared after fork", "");
	ok(p[0] == 'c' && p[2 * PAGE] == 'n',
	   "the parent sees the child's stores, in new pages too",
	   "Entries of shared areas are not write-protected by fork, and a "
	   "page is found by its offset in the shared object.");
	need(!munmap(p, 3 * PAGE));
}

static int child_zero_page(void *arg)
{
	char *p = arg;

	p[0] = 'z';
	return p[0] == 'z' && p[PAGE] == 0 && anon_pages(1)[0] == 0 ? 0 : 1;
}

static void test_zero_page(void)
{
	char *p = anon_pages(2);

	touch_read(p);
	touch_read(p + PAGE);
	exits_with(run_child(child_zero_page, p), 0,
		   "a child's store to an inherited zero page copies it",
		   "The zero page has no owner and is never written.");
	ok(p[0] == 0, "the parent still reads zeros", "");
	p[0] = 'y';
	ok(p[0] == 'y' && p[PAGE] == 0, "and can store to its own copy", "");
	need(!munmap(p, 2 * PAGE));
}

/* The kernel's own stores into user memory break COW as well. */
static void test_kernel_stores(void)
{
	char *p = anon_pages(2), *buf = p + PAGE - 3;
	struct turns t;
	int status;
	pid_t pid;

	turns_init(&t);
	memset(p, 'o', 2 * PAGE);
	pid = fork();
	need(pid >= 0);
	if (!pid) {
		await(t.to_child);
		_exit(all_bytes(p, 'o', 2 * PAGE) ? 0 : 1);
	}
	need(write(t.to_parent[1], "kernel", 6) == 6);
	need(read(t.to_parent[0], buf, 6) == 6);
	ok(!memcmp(buf, "kernel", 6), "read(2) into shared pages works", "");
	pass(t.to_child);
	need(waitpid(pid, &status, 0) == pid);
	exits_with(status, 0, "and the child does not see what was read",
		   "A store by the kernel to a write-protected page must fault "
		   "and copy, like the program's own: CR0.WP must be set.");
	turns_free(&t);
	need(!munmap(p, 2 * PAGE));
}

static int child_mapped_after(void *arg)
{
	char *p = arg;

	need(!munmap(p, PAGE) && !mprotect(p + PAGE, PAGE, PROT_READ));
	map_at(p + 3 * PAGE, 2, RW);
	return read_fault(p) == SEGV_MAPERR ? 0 : 1;
}

static void test_areas(void)
{
	char *p = map_at(free_range(6), 3, RW);

	memset(p, 1, 3 * PAGE);
	exits_with(run_child(child_mapped_after, p), 0,
		   "a child can rearrange its address space", "");
	layout_is(p, 6, "3rw 3.", "the parent's areas are not affected",
		  "fork gives the child areas and page tables of its own.");
	ok(all_bytes(p, 1, 3 * PAGE), "nor its bytes", "");
	need(!munmap(p, 3 * PAGE));
}

int main(void)
{
	plan(24);
	test_isolation();
	test_parent_stores();
	test_generations();
	test_siblings();
	test_fault_counts();
	test_no_leak();
	test_shared();
	test_zero_page();
	test_kernel_stores();
	test_areas();
	return done();
}
