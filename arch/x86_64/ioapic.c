/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/ioapic.c - the IO-APICs, which turn a device's interrupt line
 * into a message to a CPU's local APIC, and the PICs that they replace.
 *
 * Each input has a redirection entry of 64 bits:
 *
 *	 63..56        16    15     13        10..8  7..0
 *	| APIC ID |...|mask|level|..|low|..|  mode | vector |
 *
 * In Linux: arch/x86/kernel/apic/io_apic.c, i8259.c.
 */
#include <asm/acpi.h>
#include <asm/io.h>
#include <asm/ioapic.h>
#include "kernel/lib/kernel.h"
#include "kernel/panic.h"
#include "mm/vmalloc.h"

#define IOREGSEL 0x00
#define IOWIN    0x10

#define IOAPIC_VERSION     1
#define IOAPIC_REDIRECT(n) (0x10 + 2 * (n))

#define REDIR_MASKED (1u << 16)
#define REDIR_LEVEL  (1u << 15)
#define REDIR_LOW    (1u << 13)

/* The inputs of the ISA bus are the first ones; then comes PCI. */
#define NR_ISA_GSIS 16

struct ioapic {
	void __iomem *base;
	u32 gsi_base, nr_inputs;
};

static struct ioapic ioapics[MAX_IOAPICS];
static unsigned int nr_ioapics;

static u32 ioapic_read(const struct ioapic *io, u32 reg)
{
	writel(reg, (char *)io->base + IOREGSEL);
	return readl((const char *)io->base + IOWIN);
}

static void ioapic_write(const struct ioapic *io, u32 reg, u32 value)
{
	writel(reg, (char *)io->base + IOREGSEL);
	writel(value, (char *)io->base + IOWIN);
}

static const struct ioapic *find_ioapic(unsigned int gsi)
{
	for (unsigned int i = 0; i < nr_ioapics; i++) {
		if (gsi - ioapics[i].gsi_base < ioapics[i].nr_inputs)
			return &ioapics[i];
	}
	return NULL;
}

bool ioapic_has_input(unsigned int gsi)
{
	return find_ioapic(gsi) != NULL;
}

/* How the line signals: as ACPI says for ISA, otherwise as PCI does. */
static u32 input_mode(unsigned int gsi)
{
	for (unsigned int i = 0; i < MAX_ISA_IRQS; i++) {
		const struct acpi_isa_irq *irq = &acpi_board.isa_irqs[i];

		if (irq->gsi == gsi)
			return (irq->level ? REDIR_LEVEL : 0) |
			       (irq->active_low ? REDIR_LOW : 0);
	}
	return gsi < NR_ISA_GSIS ? 0 : REDIR_LEVEL | REDIR_LOW;
}

void ioapic_route(unsigned int gsi, unsigned int vector)
{
	const struct ioapic *io = find_ioapic(gsi);
	u32 reg = IOAPIC_REDIRECT(gsi - io->gsi_base);

	/* Masked until both halves are right. */
	ioapic_write(io, reg, REDIR_MASKED);
	ioapic_write(io, reg + 1, acpi_board.apic_ids[0] << 24);
	ioapic_write(io, reg, vector | input_mode(gsi));
}

void ioapic_mask(unsigned int gsi)
{
	const struct ioapic *io = find_ioapic(gsi);

	ioapic_write(io, IOAPIC_REDIRECT(gsi - io->gsi_base), REDIR_MASKED);
}

void ioapic_init(void)
{
	for (unsigned int i = 0; i < acpi_board.nr_ioapics; i++) {
		struct ioapic *io = &ioapics[i];

		io->base = ioremap(acpi_board.ioapics[i].address, PAGE_SIZE);
		if (!io->base)
			panic("no memory to map an IO-APIC");
		io->gsi_base = acpi_board.ioapics[i].gsi_base;
		io->nr_inputs =
			(ioapic_read(io, IOAPIC_VERSION) >> 16 & 0xff) + 1;
		nr_ioapics++;
		for (u32 n = 0; n < io->nr_inputs; n++)
			ioapic_write(io, IOAPIC_REDIRECT(n), REDIR_MASKED);
	}
}

/* ---- the PICs ----------------------------------------------------------- */

#define PIC1_COMMAND 0x20
#define PIC1_DATA    0x21
#define PIC2_COMMAND 0xa0
#define PIC2_DATA    0xa1

/*
 * They start at vector 8, among the exceptions.  A masked PIC can still raise
 * a spurious interrupt, so the vectors are moved as well.
 */
void pic_disable(void)
{
	outb(0x11, PIC1_COMMAND); /* four initialisation words follow */
	outb(0x11, PIC2_COMMAND);
	outb(0x20, PIC1_DATA); /* first vector */
	outb(0x28, PIC2_DATA);
	outb(0x04, PIC1_DATA); /* the second one is at input 2 */
	outb(0x02, PIC2_DATA);
	outb(0x01, PIC1_DATA); /* 8086 mode */
	outb(0x01, PIC2_DATA);
	outb(0xff, PIC1_DATA); /* all masked */
	outb(0xff, PIC2_DATA);
}
