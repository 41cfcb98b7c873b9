/* SPDX-License-Identifier: MIT */
/*
 * kernel/panic.c - the end of the machine, and what it says about it.
 *
 * One CPU wins the right to report; it stops the others, lets go of the
 * printing lock whoever has it, and from then on only writes to the consoles.
 * The last act is to leave the emulator with status 125, so that a test ends
 * at once instead of by its time limit.
 *
 * In Linux: kernel/panic.c, lib/dump_stack.c, arch/x86/kernel/dumpstack.c.
 */
#include <asm/cmpxchg.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/reboot.h>
#include <asm/sections.h>
#include <asm/smp.h>
#include <asm/uaccess.h>
#include "kernel/bug.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/lib/vsprintf.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

/* isa-debug-exit makes (code << 1) | 1 of it: 125, "the test could not run". */
#define PANIC_EXIT_CODE 62

#define MAX_FRAMES 40

bool panic_in_progress;

/* 0: nobody; otherwise the CPU that panics, plus one. */
static unsigned int panic_cpu;
static bool halt_on_panic;

void panic_setup(const char *arg)
{
	halt_on_panic = !strcmp(arg, "halt");
}

/* What a frame pointer points to. */
struct stack_frame {
	unsigned long bp; /* of the caller */
	unsigned long ret;
};

static bool same_stack(unsigned long bp, unsigned long next)
{
	return next > bp && next - bp < THREAD_SIZE && IS_ALIGNED(next, 8);
}

static void print_address(unsigned long addr)
{
	pr_emerg("  [<%016lx>] %pB\n", addr, (void *)addr);
}

/* A frame may lie on any stack, or nowhere: read it without trust. */
static void walk_stack(unsigned long bp)
{
	struct stack_frame frame;

	for (int i = 0; i < MAX_FRAMES; i++) {
		if (copy_from_kernel_nofault(&frame, (void *)bp, sizeof(frame)))
			break;
		if (!is_kernel_text(frame.ret))
			break;
		print_address(frame.ret);
		if (!same_stack(bp, frame.bp))
			break;
		bp = frame.bp;
	}
}

void show_stack(unsigned long bp)
{
	pr_emerg("Call trace:\n");
	walk_stack(bp);
}

void dump_stack(void)
{
	pr_emerg("CPU: %d PID: %d Comm: %s\n", smp_processor_id(), current->pid,
		 current->comm);
	show_stack((unsigned long)__builtin_frame_address(0));
}

void show_regs(struct pt_regs *regs)
{
	pr_emerg("CPU: %d PID: %d Comm: %s\n", smp_processor_id(), current->pid,
		 current->comm);
	pr_emerg("RIP: %04lx:%pS [<%016lx>]\n", regs->cs, (void *)regs->ip,
		 regs->ip);
	pr_emerg("RSP: %04lx:%016lx EFLAGS: %08lx\n", regs->ss, regs->sp,
		 regs->flags);
	pr_emerg("RAX: %016lx RBX: %016lx RCX: %016lx\n", regs->ax, regs->bx,
		 regs->cx);
	pr_emerg("RDX: %016lx RSI: %016lx RDI: %016lx\n", regs->dx, regs->si,
		 regs->di);
	pr_emerg("RBP: %016lx R08: %016lx R09: %016lx\n", regs->bp, regs->r8,
		 regs->r9);
	pr_emerg("R10: %016lx R11: %016lx R12: %016lx\n", regs->r10, regs->r11,
		 regs->r12);
	pr_emerg("R13: %016lx R14: %016lx R15: %016lx\n", regs->r13, regs->r14,
		 regs->r15);
	pr_emerg("CR0: %016lx CR2: %016lx CR3: %016lx CR4: %08lx\n", read_cr0(),
		 read_cr2(), read_cr3(), read_cr4());
}

static void halt_forever(void) __noreturn;
static void halt_forever(void)
{
	local_irq_disable();
	for (;;)
		halt();
}

/* Alone from here on; a second panic on this CPU only ends the machine. */
static void panic_begin(void)
{
	unsigned int me = smp_processor_id() + 1;
	unsigned int none = 0;

	local_irq_disable();
	if (!try_cmpxchg(&panic_cpu, &none, me)) {
		if (none == me)
			emulator_exit(PANIC_EXIT_CODE);
		halt_forever();
	}
	WRITE_ONCE(panic_in_progress, true);
	lockdep_off();
	smp_send_stop();
	printk_bust_locks();
}

static void panic_end(void) __noreturn;
static void panic_end(void)
{
	lockdep_show_held();
	pr_emerg("---[ end of panic ]---\n");
	if (!halt_on_panic)
		emulator_exit(PANIC_EXIT_CODE);
	halt_forever();
}

void panic(const char *fmt, ...)
{
	static char reason[256];
	va_list args;

	panic_begin();
	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	pr_emerg("Kernel panic: %s\n", reason);
	dump_stack();
	panic_end();
}

void die(const char *what, struct pt_regs *regs)
{
	panic_begin();
	pr_emerg("Kernel panic: %s\n", what);
	show_regs(regs);
	show_stack(regs->bp);
	panic_end();
}

void bug_at(const char *file, int line, const char *what)
{
	panic("BUG at %s:%d: %s", file, line, what);
}

void warn_at(const char *file, int line, const char *what)
{
	pr_emerg("WARNING at %s:%d: %s\n", file, line, what);
	dump_stack();
}
