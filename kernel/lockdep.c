/* SPDX-License-Identifier: MIT */
/*
 * kernel/lockdep.c - is every lock taken in the right order?
 *
 * Theory
 *
 * Two tasks that take the same two locks in different orders can wait for each
 * other for ever.  They seldom meet; but to be safe it is enough that all
 * locks have one order, and that can be checked by every single acquisition.
 *
 * Locks of one kind form a class: all that one line of the source initialises.
 * "b was taken while a was held" is an edge a -> b between classes.  If the
 * edges ever form a circle, two tasks could deadlock along it, whether or not
 * they did.  So before a lock is taken, each new edge from a held lock to it is
 * checked: is there a way back?
 *
 *	task 1: lock(a), lock(b)	edge a -> b
 *	task 2: lock(b), lock(a)	edge b -> a: b is reachable from a. BUG.
 *
 * The order of the memory subsystem's locks is not left to be learned: classes
 * whose name ends in an entry of lock_order[] begin with its edges, so that the
 * very first acquisition against the tree of mm/mm.h is caught.
 *
 * A lock of the same class as one that is held needs a rule of its own (the
 * parent's mmap_lock before the child's); by the _nested() calls the caller
 * says that there is one, and subclass 1 then is a class that follows
 * subclass 0.
 *
 * And a spinlock that an interrupt handler takes must never be held with
 * interrupts on: the handler would wait for what it has interrupted.
 *
 * Locking
 *
 *  graph_lock (a bare exchange) protects the classes and edges when they
 *  change, which is rare; reading an edge needs no lock, since edges are never
 *  taken back.
 *
 * In Linux: kernel/locking/lockdep.c, a hundred times as large.
 */
#include <asm/cmpxchg.h>
#include <asm/irqflags.h>
#include <asm/percpu.h>
#include <asm/preempt.h>
#include "kernel/bug.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lockdep.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

#if CONFIG_LOCKDEP

#define MAX_IDS     512 /* a class has LOCKDEP_SUBCLASSES of them */
#define MAX_STATICS 192

/* Outermost first; the tree of mm/mm.h.  An entry is the end of a name. */
static const char *const lock_order[] = {
	"->mmap_lock", "lstore0.lock",   "context->lock",   "bdev->move_lock",
	"bo->resv",    "->i_mmap_rwsem", "anon_vma->rwsem", "->page_table_lock",
	"->ptl",       "->i_pages_lock", "zone->lock",
};

/* What is known about each id; id 0 is none. */
static struct {
	const struct lock_class *class;
	bool in_irq;  /* was taken in an interrupt */
	bool irqs_on; /* was held with interrupts on */
	u8 rank;      /* place in lock_order[] plus one, or 0 */
} ids[MAX_IDS];
static unsigned int nr_ids = 1;

/* followers[a] has b: b was taken while a was held. */
static unsigned long followers[MAX_IDS][BITS_TO_LONGS(MAX_IDS)];

/* Classes of the locks that DEFINE_SPINLOCK() and the like made. */
static struct lock_class static_classes[MAX_STATICS];
static unsigned int nr_statics;

static DEFINE_PER_CPU(struct lockdep_task, irq_held);
static unsigned int graph_lock;
static bool lockdep_disabled;

void lockdep_off(void)
{
	WRITE_ONCE(lockdep_disabled, true);
}

void lockdep_init_task(struct lockdep_task *lt)
{
	lt->depth = 0;
}

static struct lockdep_task *held_locks(void)
{
	if (in_interrupt())
		return this_cpu_ptr(&irq_held);
	return &current->lockdep;
}

static void show_one(const struct held_lock *h)
{
	pr_emerg("  %s%s (%px), taken at %pB\n", ids[h->id].class->name,
		 h->read ? " for reading" : "", h->map, (void *)h->ip);
}

void lockdep_show_held(void)
{
	const struct lockdep_task *lt = held_locks();

	if (!lt->depth)
		return;
	pr_emerg("Locks held, outermost first:\n");
	for (unsigned int i = 0; i < lt->depth; i++)
		show_one(&lt->held[i]);
}

/* ---- classes ------------------------------------------------------------ */

static bool has_edge(u16 from, u16 to)
{
	return READ_ONCE(followers[from][to / BITS_PER_LONG]) >>
		       (to % BITS_PER_LONG) &
	       1;
}

static void set_edge(u16 from, u16 to)
{
	followers[from][to / BITS_PER_LONG] |= 1UL << (to % BITS_PER_LONG);
}

static void graph_acquire(void)
{
	while (xchg(&graph_lock, 1))
		;
}

static void graph_release(void)
{
	smp_store_release(&graph_lock, 0);
}

static u8 rank_of(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(lock_order); i++) {
		size_t tail = strlen(lock_order[i]);

		if (len >= tail && !strcmp(name + len - tail, lock_order[i]))
			return i + 1;
	}
	return 0;
}

/* Give a class its ids, and the edges that are known beforehand. */
static void register_class(struct lock_class *class)
{
	u8 rank = rank_of(class->name);
	u16 first = nr_ids;

	if (first + LOCKDEP_SUBCLASSES > MAX_IDS)
		panic("lockdep: more than %d lock classes", MAX_IDS);
	for (u16 id = first; id < first + LOCKDEP_SUBCLASSES; id++) {
		ids[id].class = class;
		ids[id].rank = rank;
		for (u16 other = 1; rank && other < first; other++) {
			if (ids[other].rank && ids[other].rank < rank)
				set_edge(other, id);
			if (ids[other].rank > rank)
				set_edge(id, other);
		}
	}
	set_edge(first, first + 1);
	nr_ids = first + LOCKDEP_SUBCLASSES;
	smp_store_release(&class->id, first);
}

/* The id of a lock, registering its class at first sight. */
static u16 id_of(struct lockdep_map *map, unsigned int subclass)
{
	if (unlikely(!map->class || !READ_ONCE(map->class->id))) {
		if (!map->class && !map->name)
			panic("lock %px was never initialised", map);
		graph_acquire();
		if (!map->class) {
			BUG_ON(nr_statics == MAX_STATICS);
			static_classes[nr_statics].name = map->name;
			map->class = &static_classes[nr_statics++];
		}
		if (!map->class->id)
			register_class(map->class);
		graph_release();
	}
	return map->class->id + subclass;
}

/* ---- the checks --------------------------------------------------------- */

static void report(const char *what, u16 id,
		   const struct held_lock *held) __noreturn;
static void report(const char *what, u16 id, const struct held_lock *held)
{
	lockdep_off();
	pr_emerg("lockdep: %s\n", what);
	pr_emerg("taking: %s%s\n", ids[id].class->name,
		 id != ids[id].class->id ? ", nested" : "");
	if (held) {
		pr_emerg("while holding:\n");
		show_one(held);
	}
	lockdep_show_held();
	panic("lockdep: %s", what);
}

/* Is there a way from @from to @to? graph_lock held. */
static bool reachable(u16 from, u16 to)
{
	static unsigned long seen[BITS_TO_LONGS(MAX_IDS)];
	static u16 stack[MAX_IDS];
	unsigned int depth = 0;

	bitmap_zero(seen, MAX_IDS);
	stack[depth++] = from;
	while (depth) {
		u16 at = stack[--depth];
		unsigned long next;

		if (at == to)
			return true;
		for_each_set_bit (next, followers[at], nr_ids) {
			if (seen[next / BITS_PER_LONG] >>
				    (next % BITS_PER_LONG) &
			    1)
				continue;
			bitmap_set(seen, next, 1);
			stack[depth++] = next;
		}
	}
	return false;
}

/* @held is held and @id is about to be waited for. */
static void check_order(const struct held_lock *held, u16 id)
{
	bool circle;

	if (has_edge(held->id, id))
		return;
	if (held->id == id)
		report("two locks of one class, without an order", id, held);
	graph_acquire();
	circle = reachable(id, held->id);
	if (!circle)
		set_edge(held->id, id);
	graph_release();
	if (circle)
		report("lock order violated: the other order is in use", id,
		       held);
}

static void check_irq_use(u16 id, unsigned int how, bool irqs_on)
{
	if (in_interrupt() && !(how & LOCKDEP_TRY))
		ids[id].in_irq = true;
	else if (irqs_on)
		ids[id].irqs_on = true;
	if (unlikely(ids[id].in_irq && ids[id].irqs_on))
		report("taken in interrupts, and also with interrupts on", id,
		       NULL);
}

void lockdep_acquire(struct lockdep_map *map, unsigned int subclass,
		     unsigned int how, unsigned long ip)
{
	struct lockdep_task *lt;
	unsigned long flags;
	u16 id;

	if (unlikely(READ_ONCE(lockdep_disabled)))
		return;
	local_irq_save(flags);
	lt = held_locks();
	id = id_of(map, subclass);

	for (unsigned int i = 0; i < lt->depth; i++) {
		if (lt->held[i].map == map)
			report("taking a lock twice", id, &lt->held[i]);
		if (!(how & LOCKDEP_TRY))
			check_order(&lt->held[i], id);
	}
	if (how & LOCKDEP_SPIN)
		check_irq_use(id, how, !irqs_disabled_flags(flags));
	if (lt->depth == LOCKDEP_MAX_HELD)
		report("too many locks held", id, NULL);
	lt->held[lt->depth++] = (struct held_lock){
		.map = map,
		.ip = ip,
		.id = id,
		.read = how & LOCKDEP_READ,
	};
	local_irq_restore(flags);
}

/* Its entry, or NULL.  Locks need not be released in the opposite order. */
static struct held_lock *find_held(struct lockdep_task *lt,
				   const struct lockdep_map *map)
{
	for (unsigned int i = lt->depth; i-- > 0;) {
		if (lt->held[i].map == map)
			return &lt->held[i];
	}
	return NULL;
}

void lockdep_release(struct lockdep_map *map)
{
	struct lockdep_task *lt = held_locks();
	struct held_lock *held, *last;

	if (unlikely(READ_ONCE(lockdep_disabled)))
		return;
	held = find_held(lt, map);
	if (!held)
		report("releasing a lock that is not held", id_of(map, 0),
		       NULL);
	last = &lt->held[lt->depth - 1];
	for (; held < last; held++)
		*held = held[1];
	lt->depth--;
}

/* With checking off nothing is known, and nobody must be accused. */
bool lockdep_is_held(const struct lockdep_map *map)
{
	return READ_ONCE(lockdep_disabled) || find_held(held_locks(), map);
}

bool lockdep_is_held_write(const struct lockdep_map *map)
{
	struct held_lock *held;

	if (READ_ONCE(lockdep_disabled))
		return true;
	held = find_held(held_locks(), map);
	return held && !held->read;
}

void lockdep_assert_none_held(void)
{
	struct lockdep_task *lt = &current->lockdep;

	if (lt->depth && !READ_ONCE(lockdep_disabled))
		report("leaving the kernel with a lock", lt->held[0].id,
		       &lt->held[0]);
}

void might_sleep_at(const char *file, int line)
{
	if (READ_ONCE(lockdep_disabled) || preemptible())
		return;
	if (!current->pid)
		return; /* booting, and nobody to wait for */
	panic("%s:%d sleeps with preemption disabled (count %x)", file, line,
	      preempt_count());
}

#endif /* CONFIG_LOCKDEP */
