/* SPDX-License-Identifier: MIT */
/*
 * tests/unit/test_lockdep.c - every wrong use of a lock is reported.
 *
 * The source is included, not linked: after a report checking is off for good,
 * and only here is there a reason to switch it on again.
 */
/* SOURCES: kernel/lib/bitmap.c */
#include "support/host.h"
#include "kernel/lockdep.c"
#include "kernel/spinlock.h"

static spinlock_t a, b, c;
static DEFINE_SPINLOCK(mmap_lock_of_no_class);

struct named {
	spinlock_t mmap_lock, i_mmap_rwsem;
};

static int start(void **state)
{
	lockdep_disabled = false;
	current->lockdep.depth = 0;
	a.locked = b.locked = c.locked = 0;
	/* Three classes: each use of the macro is one. */
	spin_lock_init(&a);
	spin_lock_init(&b);
	spin_lock_init(&c);
	return 0;
}

/* The other order is told before anybody waits. */
static void opposite_orders(void **state)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);

	spin_lock(&b);
	assert_true(host_panics(spin_lock(&a)));
	assert_true(host_logged("lock order violated"));
	assert_true(host_logged("taking: &a"));
	assert_true(host_logged("&b"));
}

static spinlock_t x, y, z;

/* Two edges that are never held at once still make an order. */
static void a_circle_of_three(void **state)
{
	spin_lock_init(&x);
	spin_lock_init(&y);
	spin_lock_init(&z);
	spin_lock(&x);
	spin_lock(&y);
	spin_unlock(&y);
	spin_unlock(&x);
	spin_lock(&y);
	spin_lock(&z);
	spin_unlock(&y); /* in any order */
	spin_unlock(&z);
	spin_lock(&z);
	assert_true(host_panics(spin_lock(&x)));
	assert_true(host_logged("lock order violated"));
}

static void the_same_lock_twice(void **state)
{
	spin_lock(&a);
	assert_true(host_panics(spin_lock(&a)));
	assert_true(host_logged("taking a lock twice"));
}

/* Two locks of one class need a _nested() call, and only in that order. */
static void two_of_one_class(void **state)
{
	spinlock_t locks[2];

	for (int i = 0; i < 2; i++)
		spin_lock_init(&locks[i]);
	spin_lock(&locks[0]);
	spin_lock_nested(&locks[1], SINGLE_DEPTH_NESTING);
	spin_unlock(&locks[1]);
	assert_true(host_panics(spin_lock(&locks[1])));
	assert_true(host_logged("two locks of one class"));
	lockdep_disabled = false;
	current->lockdep.depth = 0;
	locks[0].locked = locks[1].locked = 0;

	spin_lock_nested(&locks[1], SINGLE_DEPTH_NESTING);
	assert_true(host_panics(spin_lock(&locks[0])));
	assert_true(host_logged("lock order violated"));
}

/* The tree of mm/mm.h needs no example to learn from. */
static void order_known_beforehand(void **state)
{
	struct named m, *mm = &m;

	spin_lock_init(&mm->mmap_lock);
	spin_lock_init(&mm->i_mmap_rwsem);
	spin_lock(&mm->i_mmap_rwsem);
	assert_true(host_panics(spin_lock(&mm->mmap_lock)));
	assert_true(host_logged("lock order violated"));
}

/* Nor do the locks that a driver takes around a fault. */
static void drivers_order_known_beforehand(void **state)
{
	struct named m, *mm = &m;
	struct {
		spinlock_t resv;
	} object, *bo = &object;

	spin_lock_init(&mm->mmap_lock);
	spin_lock_init(&bo->resv);
	spin_lock(&bo->resv);
	assert_true(host_panics(spin_lock(&mm->mmap_lock)));
	assert_true(host_logged("lock order violated"));
}

static void interrupts(void **state)
{
	spin_lock(&c); /* interrupts are on */
	spin_unlock(&c);
	host_preempt_count += HARDIRQ_OFFSET;
	assert_true(host_panics(spin_lock(&c)));
	assert_true(host_logged("also with interrupts on"));
}

static void trylock_has_no_order(void **state)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	spin_lock(&b);
	assert_true(spin_trylock(&a));
	lockdep_assert_held(&a);
	spin_unlock(&a);
	spin_unlock(&b);
	assert_true(host_context_clean());
	lockdep_assert_none_held();
}

static void assertions(void **state)
{
	spinlock_t garbage = { 0 };

	assert_true(host_panics(lockdep_assert_held(&a)));
	assert_true(host_panics(spin_unlock(&a)));
	assert_true(host_logged("not held"));
	lockdep_disabled = false;
	assert_true(host_panics(spin_lock(&garbage)));
	assert_true(host_logged("never initialised"));
	lockdep_disabled = false;
	current->lockdep.depth = 0;
	spin_lock(&mmap_lock_of_no_class); /* gets a class by its name */
	assert_true(host_panics(lockdep_assert_none_held()));
	assert_true(host_logged("mmap_lock_of_no_class"));
}

static void sleeping(void **state)
{
	might_sleep();
	spin_lock(&a);
	assert_true(host_panics(might_sleep()));
	assert_true(host_logged("sleeps with preemption disabled"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(opposite_orders, start),
		cmocka_unit_test_setup(a_circle_of_three, start),
		cmocka_unit_test_setup(the_same_lock_twice, start),
		cmocka_unit_test_setup(two_of_one_class, start),
		cmocka_unit_test_setup(order_known_beforehand, start),
		cmocka_unit_test_setup(drivers_order_known_beforehand, start),
		cmocka_unit_test_setup(interrupts, start),
		cmocka_unit_test_setup(trylock_has_no_order, start),
		cmocka_unit_test_setup(assertions, start),
		cmocka_unit_test_setup(sleeping, start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
