/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/edu.h - QEMU's teaching device, as programs and drivers see it.
 *
 * The second part is what programs see; user/include/edu.h repeats it for them.
 *
 * Source: QEMU docs/specs/edu.
 */
#ifndef KILBURN_DRIVERS_EDU_H
#define KILBURN_DRIVERS_EDU_H

#include <asm/atomic.h>
#include <asm/io.h>
#include "drivers/bus/pci.h"
#include "fs/fs.h"
#include "kernel/lib/types.h"
#include "kernel/mutex.h"
#include "kernel/spinlock.h"
#include "kernel/wait.h"
#include "mm/vmalloc.h"

/* Registers, offsets in bytes; below 0x80 in 4 bytes, above in 4 or 8. */
#define EDU_REG_ID         0x00 /* 0xRRrr00ed: revision */
#define EDU_REG_FACTORIAL  0x08
#define EDU_REG_STATUS     0x20
#define EDU_REG_IRQ_STATUS 0x24
#define EDU_REG_IRQ_RAISE  0x60
#define EDU_REG_IRQ_ACK    0x64
#define EDU_REG_DMA_SRC    0x80
#define EDU_REG_DMA_DST    0x88
#define EDU_REG_DMA_COUNT  0x90
#define EDU_REG_DMA_CMD    0x98

#define EDU_STATUS_COMPUTING 0x01u
#define EDU_STATUS_IRQFACT   0x80u /* interrupt when the factorial is there */

#define EDU_DMA_RUN         0x1u
#define EDU_DMA_FROM_DEVICE 0x2u
#define EDU_DMA_IRQ         0x4u

/* Interrupts that the driver causes for itself; all others are counted. */
#define EDU_IRQ_FACTORIAL 0x001u
#define EDU_IRQ_DMA       0x100u

#define EDU_BUFFER_BUS 0x40000u /* the buffer, as the device sees it */
#define EDU_DMA_MASK   ((1ull << 28) - 1)

/* ---- what programs see -------------------------------------------------- */

/*
 * Of the buffer's 4096 bytes the last one is out of reach: QEMU before 8.0
 * takes a transfer that ends with it for one that goes beyond, and stops.
 */
#define EDU_BUFFER_SIZE 4095u

struct edu_dma {
	u64 addr;      /* user address, bytes */
	u64 len;       /* bytes */
	u32 offset;    /* in the device's buffer, bytes */
	u32 direction; /* EDU_TO_DEVICE or EDU_FROM_DEVICE */
};
#define EDU_TO_DEVICE   0
#define EDU_FROM_DEVICE 1

#define EDU_FACTORIAL 0xc0046501 /* _IOWR('e', 1, u32): n, then n! mod 2^32 */
#define EDU_DMA       0x40186502 /* _IOW('e', 2, struct edu_dma) */
#define EDU_SET_IRQ   0x6503     /* _IO('e', 3), one of these: */
#define EDU_GET_IRQ   0x6504     /* _IO('e', 4), answers one */

enum edu_irq { EDU_IRQ_INTX, EDU_IRQ_MSI };

/* ------------------------------------------------------------------------- */

struct edu {
	struct pci_dev *pci;
	u8 __iomem *regs;
	struct mutex lock; /* one operation of the driver's at a time */
	enum edu_irq irq;  /* lock */
	int intx, msi;     /* irq numbers, or -errno */

	spinlock_t irq_lock; /* an interrupt is taken once, on whatever CPU */

	wait_queue_head_t idle; /* woken when an operation may be over */
	wait_queue_head_t wait; /* woken by events */
	atomic_t event;         /* interrupts that a program caused */
};

/* Find the device and make /dev/edu0.  Context: boot, after pci_init(). */
void edu_init(void);

static inline u32 edu_read(const struct edu *edu, unsigned int reg)
{
	return readl(edu->regs + reg);
}

static inline void edu_write(const struct edu *edu, unsigned int reg, u32 value)
{
	writel(value, edu->regs + reg);
}

/**
 * edu_dma() - move bytes between the device's buffer and user memory.
 * @dma: what a program asked for, not checked
 *
 * Context: may sleep, not to be interrupted: the device writes to memory.
 * edu->lock held.
 * Return: 0; -EINVAL (beyond the buffer, no such direction); -EFAULT (not user
 * memory, memory without pages, or not writable); -ENOMEM; -EIO.
 */
int edu_dma(struct edu *edu, const struct edu_dma *dma);

/**
 * edu_wait_idle() - sleep until the device has done something.
 * @reg: register, offset in bytes
 * @busy: bits of it that are set until then
 * @state: TASK_*: may a signal end the wait?
 *
 * Return: 0; -ERESTARTSYS: a signal did; -EIO: the device never ends.
 */
int edu_wait_idle(struct edu *edu, unsigned int reg, u32 busy,
		  unsigned int state);

#endif /* KILBURN_DRIVERS_EDU_H */
