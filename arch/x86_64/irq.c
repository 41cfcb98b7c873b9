/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/irq.c - from an interrupt vector to the handlers of its devices.
 *
 *	device ──► IO-APIC input (irq) ──► vector ──► irq_desc ──► irqaction ...
 *
 * All device interrupts go to the boot CPU.  Handlers of one irq run under its
 * lock, so they never run twice at a time, and free_irq() knows when the last
 * call is over.
 *
 * In Linux: arch/x86/kernel/irq.c, kernel/irq/.
 */
#include <asm/acpi.h>
#include <asm/apic.h>
#include <asm/ioapic.h>
#include <asm/irq.h>
#include <asm/irqflags.h>
#include <asm/preempt.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include <asm/traps.h>
#include "fs/seq_file.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/mutex.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/spinlock.h"
#include "kernel/timer.h"
#include "mm/slab.h"

/* One handler of an irq. */
struct irqaction {
	struct irqaction *next;
	irq_handler_t handler;
	const char *name;
	void *dev;
};

struct irq_desc {
	spinlock_t lock; /* protects actions and count */
	struct irqaction *actions;
	unsigned long count;
	unsigned int vector; /* 0: not routed */
};

/* Message-signalled ones get numbers above all IO-APIC inputs. */
#define FIRST_MSI_IRQ 128

static struct irq_desc irq_descs[NR_IRQS];
static u8 vector_irq[256]; /* valid for the vectors that were given out */
static unsigned int next_vector = FIRST_DEVICE_VECTOR;
static unsigned int next_msi_irq = FIRST_MSI_IRQ;
static DEFINE_MUTEX(irq_setup_lock); /* routing: all but actions and count */

/* Interrupts that are not a device's, of each CPU. */
struct local_irq_stats {
	unsigned long timer, reschedule, call_function, spurious;
};
static DEFINE_PER_CPU(struct local_irq_stats, irq_stats);

/* ---- delivery ----------------------------------------------------------- */

static void handle_device_irq(unsigned int vector)
{
	unsigned int irq = vector_irq[vector];
	struct irq_desc *desc = &irq_descs[irq];
	irqreturn_t handled = IRQ_NONE;

	spin_lock(&desc->lock);
	desc->count++;
	for (struct irqaction *a = desc->actions; a; a = a->next)
		handled |= a->handler((int)irq, a->dev);
	spin_unlock(&desc->lock);
	if (handled == IRQ_NONE)
		this_cpu_inc(irq_stats.spurious);
	apic_eoi();
}

static void handle_vector(unsigned int vector, bool user)
{
	switch (vector) {
	case LOCAL_TIMER_VECTOR:
		this_cpu_inc(irq_stats.timer);
		apic_eoi();
		timer_interrupt(user);
		break;
	case RESCHEDULE_VECTOR:
		/* The flag is set already: the way out looks at it. */
		this_cpu_inc(irq_stats.reschedule);
		apic_eoi();
		break;
	case CALL_FUNCTION_VECTOR:
		this_cpu_inc(irq_stats.call_function);
		apic_eoi();
		smp_call_function_interrupt();
		break;
	case ERROR_APIC_VECTOR:
		apic_eoi();
		pr_err_once("apic: error %#x\n", apic_error());
		break;
	case SPURIOUS_APIC_VECTOR: /* the one that wants no EOI */
		this_cpu_inc(irq_stats.spurious);
		break;
	default:
		handle_device_irq(vector);
	}
}

void common_interrupt(struct pt_regs *regs, unsigned long vector)
{
	preempt_count_add(HARDIRQ_OFFSET);
	handle_vector((unsigned int)vector, user_mode(regs));
	preempt_count_sub(HARDIRQ_OFFSET);

	/* User mode looks for work by itself, in exit_to_user_mode_loop(). */
	if (!user_mode(regs) && preempt_count() == 0 && need_resched())
		preempt_schedule_irq();
}

/* ---- requesting --------------------------------------------------------- */

unsigned int isa_irq_to_gsi(unsigned int isa_irq)
{
	return acpi_board.isa_irqs[isa_irq].gsi;
}

/* Give @irq a vector.  Return: 0 or -ENOSPC. */
static int assign_vector(unsigned int irq)
{
	if (next_vector > LAST_DEVICE_VECTOR)
		return -ENOSPC;
	vector_irq[next_vector] = (u8)irq;
	irq_descs[irq].vector = next_vector++;
	return 0;
}

static int add_action(unsigned int irq, irq_handler_t handler, const char *name,
		      void *dev)
{
	struct irqaction *action = kmalloc(sizeof(*action), GFP_KERNEL);
	struct irq_desc *desc = &irq_descs[irq];
	unsigned long flags;

	if (!action)
		return -ENOMEM;
	action->handler = handler;
	action->name = name;
	action->dev = dev;
	spin_lock_irqsave(&desc->lock, flags);
	action->next = desc->actions;
	desc->actions = action;
	spin_unlock_irqrestore(&desc->lock, flags);
	return 0;
}

int request_irq(unsigned int irq, irq_handler_t handler, const char *name,
		void *dev)
{
	int err;

	if (irq >= FIRST_MSI_IRQ || !ioapic_has_input(irq))
		return -EINVAL;
	mutex_lock(&irq_setup_lock);
	err = irq_descs[irq].vector ? 0 : assign_vector(irq);
	if (!err)
		err = add_action(irq, handler, name, dev);
	if (!err)
		ioapic_route(irq, irq_descs[irq].vector);
	mutex_unlock(&irq_setup_lock);
	return err;
}

int request_msi(irq_handler_t handler, const char *name, void *dev, u64 *addr,
		u32 *data)
{
	int err = -ENOSPC;
	unsigned int irq;

	mutex_lock(&irq_setup_lock);
	irq = next_msi_irq;
	if (irq < NR_IRQS)
		err = assign_vector(irq);
	if (!err)
		err = add_action(irq, handler, name, dev);
	if (!err) {
		next_msi_irq++;
		*addr = acpi_board.lapic_address | (u64)acpi_board.apic_ids[0]
							   << 12;
		*data = irq_descs[irq].vector;
	}
	mutex_unlock(&irq_setup_lock);
	return err ? err : (int)irq;
}

void free_irq(unsigned int irq, void *dev)
{
	struct irq_desc *desc = &irq_descs[irq];
	struct irqaction **link, *action;
	unsigned long flags;

	mutex_lock(&irq_setup_lock);
	spin_lock_irqsave(&desc->lock, flags);
	for (link = &desc->actions; *link; link = &(*link)->next) {
		if ((*link)->dev == dev)
			break;
	}
	action = *link;
	if (action)
		*link = action->next;
	spin_unlock_irqrestore(&desc->lock, flags);
	if (!desc->actions && irq < FIRST_MSI_IRQ)
		ioapic_mask(irq);
	mutex_unlock(&irq_setup_lock);
	kfree(action);
}

/* ---- reporting ---------------------------------------------------------- */

static void show_device_irq(struct seq_file *m, unsigned int irq)
{
	const struct irq_desc *desc = &irq_descs[irq];
	unsigned int cpu;

	seq_printf(m, "%4u: ", irq);
	for_each_online_cpu (cpu) /* all of them go to the boot CPU */
		seq_printf(m, "%10lu ", cpu ? 0 : READ_ONCE(desc->count));
	for (const struct irqaction *a = desc->actions; a; a = a->next)
		seq_printf(m, " %s", a->name);
	seq_putc(m, '\n');
}

#define SHOW_LOCAL(m, label, field, text)                                      \
	do {                                                                   \
		unsigned int slc_cpu_;                                         \
		seq_puts(m, label ": ");                                       \
		for_each_online_cpu (slc_cpu_)                                 \
			seq_printf(m, "%10lu ",                                \
				   per_cpu(irq_stats, slc_cpu_).field);        \
		seq_puts(m, " " text "\n");                                    \
	} while (0)

void show_interrupts(struct seq_file *m)
{
	unsigned int cpu;

	seq_puts(m, "     ");
	for_each_online_cpu (cpu)
		seq_printf(m, " %6s%-4u", "CPU", cpu);
	seq_putc(m, '\n');
	mutex_lock(&irq_setup_lock);
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		if (irq_descs[irq].actions)
			show_device_irq(m, irq);
	}
	mutex_unlock(&irq_setup_lock);
	SHOW_LOCAL(m, " LOC", timer, "Local timer interrupts");
	SHOW_LOCAL(m, " RES", reschedule, "Rescheduling interrupts");
	SHOW_LOCAL(m, " CAL", call_function, "Function call interrupts");
	SHOW_LOCAL(m, " SPU", spurious, "Spurious interrupts");
}

void irq_init(void)
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		spin_lock_init(&irq_descs[irq].lock);
	pic_disable();
	ioapic_init();
}
