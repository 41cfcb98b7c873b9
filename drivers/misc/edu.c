/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/edu.c - /dev/edu0: QEMU's teaching device.
 *
 *	mmap	its registers; a store of 4 bytes to 0x60 raises an interrupt
 *	read	wait for interrupts: 4 bytes, how many there have been (UIO's ABI)
 *	poll	whether read would return at once
 *	ioctl	factorial, DMA (edu_dma.c), interrupt by pin or by message
 *
 * Only a shared map: a copy of a page of registers would be no registers, and
 * making it would read them all.  No ->access() either, for a debugger reads
 * bytes and the device answers words.
 *
 * A program that maps the registers can start a DMA to anywhere, as with
 * resource0 in /sys; so the node is root's.  It can also take away interrupts
 * that the driver waits for: an interrupt is only the hint to look at the
 * register, and after a while the driver looks anyway.
 *
 * In Linux: no driver; drivers/uio/uio.c for the read and poll.
 */

#include "drivers/misc/edu.h"
#include "drivers/misc/misc.h"
#include "fs/devtmpfs.h"
#include "fs/fcntl.h"
#include "fs/poll.h"
#include "fs/uio.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/time.h"
#include "mm/mm.h"
#include "mm/slab.h"

#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8
#define EDU_NAME   "edu0"

#define EDU_ID_MASK 0xffffu
#define EDU_ID      0x00edu

#define LOOK_AGAIN_NS (20 * NSEC_PER_MSEC)
#define GIVE_UP_TURNS 1500 /* of LOOK_AGAIN_NS */

static struct edu edu0;

/* One open(2): the events it has been told of. */
struct edu_listener {
	int event_count;
};

/* ---- interrupts --------------------------------------------------------- */

/* Why the device interrupts, and tell it that we know. */
static u32 take_status(struct edu *edu)
{
	unsigned long flags;
	u32 status;

	spin_lock_irqsave(&edu->irq_lock, flags);
	status = edu_read(edu, EDU_REG_IRQ_STATUS);
	if (status)
		edu_write(edu, EDU_REG_IRQ_ACK, status);
	spin_unlock_irqrestore(&edu->irq_lock, flags);
	return status;
}

static irqreturn_t edu_handler(int irq, void *dev)
{
	struct edu *edu = dev;
	u32 status = take_status(edu);

	if (!status)
		return IRQ_NONE;
	if (status & (EDU_IRQ_FACTORIAL | EDU_IRQ_DMA))
		wake_up_all(&edu->idle);
	if (status & ~(EDU_IRQ_FACTORIAL | EDU_IRQ_DMA)) {
		atomic_inc(&edu->event);
		wake_up_interruptible_all(&edu->wait);
	}
	return IRQ_HANDLED;
}

int edu_wait_idle(struct edu *edu, unsigned int reg, u32 busy,
		  unsigned int state)
{
	DEFINE_WAIT(wait);
	int turns = 0, err = 0;

	for (;;) {
		prepare_to_wait(&edu->idle, &wait, state);
		if (!(edu_read(edu, reg) & busy))
			break;
		if (signal_pending_state(state, current))
			err = -ERESTARTSYS;
		else if (turns++ == GIVE_UP_TURNS)
			err = -EIO;
		if (err)
			break;
		schedule_timeout_ns(LOOK_AGAIN_NS);
	}
	finish_wait(&edu->idle, &wait);
	return err;
}

/* Return: 0; -EINVAL: no such way; -ENODEV: the device or the board lacks it. */
static long edu_set_irq(struct edu *edu, unsigned long irq)
{
	if (irq != EDU_IRQ_INTX && irq != EDU_IRQ_MSI)
		return -EINVAL;
	if ((irq == EDU_IRQ_INTX ? edu->intx : edu->msi) < 0)
		return -ENODEV;
	if (irq == EDU_IRQ_MSI) {
		pci_msi_enable(edu->pci);
		/* One in between came neither way, and no other may follow. */
		edu_handler(edu->msi, edu);
	} else {
		pci_msi_disable(edu->pci);
		pci_intx_enable(edu->pci);
	}
	edu->irq = irq;
	return 0;
}

/* ---- read, poll --------------------------------------------------------- */

static int edu_open(struct inode *inode, struct file *file)
{
	struct edu_listener *listener = kmalloc(sizeof(*listener), GFP_KERNEL);

	if (!listener)
		return -ENOMEM;
	listener->event_count = atomic_read(&edu0.event);
	file->private_data = listener;
	return 0;
}

static int edu_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t edu_read_events(struct file *file, char __user *buf,
			       size_t count, loff_t *pos)
{
	struct edu_listener *listener = file->private_data;
	struct edu *edu = &edu0;
	int event, err;

	if (count != sizeof(event))
		return -EINVAL;
	if (file->f_flags & O_NONBLOCK &&
	    atomic_read(&edu->event) == listener->event_count)
		return -EAGAIN;
	err = wait_event_interruptible(
		edu->wait, atomic_read(&edu->event) != listener->event_count);
	if (err)
		return err;
	event = atomic_read(&edu->event);
	if (copy_to_user(buf, &event, sizeof(event)))
		return -EFAULT;
	listener->event_count = event;
	return sizeof(event);
}

static unsigned int edu_poll(struct file *file, poll_table *pt)
{
	const struct edu_listener *listener = file->private_data;

	poll_wait(file, &edu0.wait, pt);
	return atomic_read(&edu0.event) != listener->event_count
		       ? POLLIN | POLLRDNORM
		       : 0;
}

/* ---- ioctl, mmap -------------------------------------------------------- */

static long edu_factorial(struct edu *edu, u32 __user *arg)
{
	u32 value;
	int err;

	if (copy_from_user(&value, arg, sizeof(value)))
		return -EFAULT;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	/* One may be under way, started through a map or given up. */
	err = edu_wait_idle(edu, EDU_REG_STATUS, EDU_STATUS_COMPUTING,
			    TASK_INTERRUPTIBLE);
	if (!err) {
		edu_write(edu, EDU_REG_STATUS, EDU_STATUS_IRQFACT);
		edu_write(edu, EDU_REG_FACTORIAL, value);
		err = edu_wait_idle(edu, EDU_REG_STATUS, EDU_STATUS_COMPUTING,
				    TASK_INTERRUPTIBLE);
		value = edu_read(edu, EDU_REG_FACTORIAL);
		edu_write(edu, EDU_REG_STATUS, 0);
	}
	mutex_unlock(&edu->lock);
	if (err)
		return err;
	return copy_to_user(arg, &value, sizeof(value)) ? -EFAULT : 0;
}

static long edu_ioctl_dma(struct edu *edu, const struct edu_dma __user *arg)
{
	struct edu_dma dma;
	int err;

	if (copy_from_user(&dma, arg, sizeof(dma)))
		return -EFAULT;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	err = edu_dma(edu, &dma);
	mutex_unlock(&edu->lock);
	return err;
}

static long edu_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct edu *edu = &edu0;
	long ret;

	switch (cmd) {
	case EDU_FACTORIAL:
		return edu_factorial(edu, (u32 __user *)arg);
	case EDU_DMA:
		return edu_ioctl_dma(edu, (const struct edu_dma __user *)arg);
	case EDU_SET_IRQ:
		if (mutex_lock_interruptible(&edu->lock))
			return -ERESTARTSYS;
		ret = edu_set_irq(edu, arg);
		mutex_unlock(&edu->lock);
		return ret;
	case EDU_GET_IRQ:
		return READ_ONCE(edu->irq);
	default:
		return -ENOTTY;
	}
}

static const struct vm_operations_struct edu_vm_ops = {};

static int edu_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct pci_bar *bar = &edu0.pci->bar[0];

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_ops = &edu_vm_ops;
	return vm_iomap_memory(vma, bar->start, bar->len);
}

static const struct file_operations edu_fops = {
	.open = edu_open,
	.release = edu_release,
	.llseek = noop_llseek,
	.read = edu_read_events,
	.poll = edu_poll,
	.unlocked_ioctl = edu_ioctl,
	.mmap = edu_mmap,
};

/* ------------------------------------------------------------------------- */

/* Both ways are prepared; programs choose.  Return: 0 or -errno. */
static int edu_setup_irqs(struct edu *edu)
{
	int err;

	edu->intx = pci_intx_irq(edu->pci);
	if (edu->intx >= 0) {
		err = request_irq(edu->intx, edu_handler, EDU_NAME, edu);
		if (err)
			edu->intx = err;
	}
	edu->msi = pci_request_msi(edu->pci, edu_handler, EDU_NAME, edu);
	if (!edu_set_irq(edu, EDU_IRQ_MSI))
		return 0;
	return edu_set_irq(edu, EDU_IRQ_INTX);
}

static int edu_probe(struct edu *edu, struct pci_dev *pci)
{
	const struct pci_bar *bar = &pci->bar[0];

	if (bar->is_io || !bar->len)
		return -ENODEV;
	edu->pci = pci;
	mutex_init(&edu->lock);
	spin_lock_init(&edu->irq_lock);
	init_waitqueue_head(&edu->idle);
	init_waitqueue_head(&edu->wait);
	pci_enable_device(pci);
	edu->regs = ioremap(bar->start, bar->len);
	if (!edu->regs)
		return -ENOMEM;
	if ((edu_read(edu, EDU_REG_ID) & EDU_ID_MASK) != EDU_ID)
		return -ENODEV;
	pci_set_master(pci);
	edu_write(edu, EDU_REG_IRQ_ACK, ~0u);
	return edu_setup_irqs(edu);
}

void edu_init(void)
{
	struct pci_dev *pci = pci_get_device(EDU_VENDOR, EDU_DEVICE);
	int err;

	if (!pci)
		return;
	err = edu_probe(&edu0, pci);
	if (!err)
		err = register_chrdev_node(EDU_NAME,
					   MKDEV(MISC_MAJOR, EDU_MINOR), 0600,
					   &edu_fops);
	if (err)
		pr_err("edu: cannot be used: error %d\n", err);
	else
		pr_info("edu0: interrupt %d by pin, %d by message\n", edu0.intx,
			edu0.msi);
}
