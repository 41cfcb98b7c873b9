/* SPDX-License-Identifier: MIT */
/*
 * drivers/misc/lstore.h - the local store: several contexts, one memory.
 *
 * lstore_switch.c has the theory.  The first part is what programs see;
 * user/include/lstore.h repeats it for them.
 */
#ifndef KILBURN_DRIVERS_LSTORE_H
#define KILBURN_DRIVERS_LSTORE_H

#include "fs/fs.h"
#include "kernel/mutex.h"
#include "kernel/wait.h"
#include "mm/mm.h"
#include "mm/vmalloc.h"

#define LSTORE_SIZE    0x40000u    /* bytes; offset 0 of a mapping */
#define LSTORE_CONTROL LSTORE_SIZE /* offset of the control window, a page */

#define LSTORE_LOAD      0x4c01 /* _IO('L', 1): into the hardware */
#define LSTORE_SAVE      0x4c02 /* _IO('L', 2): out of it */
#define LSTORE_GET_STATE 0x4c03 /* _IO('L', 3): answers one of these: */

enum lstore_state {
	LSTORE_SAVED,  /* in frames of its own */
	LSTORE_LOADED, /* in the device's memory */
};

#define LSTORE_PAGES        (LSTORE_SIZE / PAGE_SIZE)
#define LSTORE_CONTROL_PAGE LSTORE_PAGES
#define LSTORE_OBJECT_PAGES (LSTORE_PAGES + 1) /* with the control window */
#define LSTORE_OBJECT_SIZE  (LSTORE_OBJECT_PAGES * PAGE_SIZE)

/* Where a saved context lives. */
struct lstore_frames {
	struct page *pages[LSTORE_PAGES];
};

/* One open(2) of /dev/lstore. */
struct lstore_context {
	struct address_space mapping; /* the areas that map this context */
	struct mutex lock;            /* protects the next two */
	enum lstore_state state;
	struct lstore_frames *frames; /* NULL while loaded */
	wait_queue_head_t wait;       /* until it is loaded */
};

/* The hardware. */
struct lstore {
	phys_addr_t start;  /* of the store; the control window follows */
	u8 __iomem *memory; /* the same, for the kernel */
	struct mutex lock;  /* protects loaded; taken before a context's */
	struct lstore_context *loaded; /* or NULL */
};

extern struct lstore lstore0;

/* Make /dev/lstore.  Context: boot, after ivshmem_init(). */
void lstore_init(void);

/* ---- lstore_switch.c ---------------------------------------------------- */

/* LSTORE_PAGES frames of zeros, or NULL; undo with the other. */
struct lstore_frames *lstore_alloc_frames(void);
void lstore_free_frames(struct lstore_frames *frames);

/**
 * lstore_load() - put a context into the hardware.
 * @context: stays as it is if it is there already
 *
 * The context that is there is saved first.
 *
 * Context: may sleep; no lock of this driver held.
 * Return: 0; -ENOMEM, with every context where it was; -EINTR.
 */
int lstore_load(struct lstore_context *context);

/* Take @context out of the hardware, if it is there.  Return: as above. */
int lstore_save(struct lstore_context *context);

/* @context goes: nobody has it open or mapped any more. */
void lstore_forget(struct lstore_context *context);

/* ---- lstore_vm.c -------------------------------------------------------- */

enum lstore_direction { LSTORE_READ, LSTORE_WRITE };

/**
 * lstore_copy() - read or write a context, wherever it is.
 * @context: the context
 * @pos: offset in the local store, bytes; with @len not beyond LSTORE_SIZE
 * @buf: kernel memory
 * @len: bytes
 * @direction: LSTORE_READ from the store, or LSTORE_WRITE to it
 *
 * Context: may sleep; context->lock not held.
 */
void lstore_copy(struct lstore_context *context, unsigned long pos, void *buf,
		 size_t len, enum lstore_direction direction);

/* ->mmap() of /dev/lstore. */
int lstore_mmap(struct file *file, struct vm_area_struct *vma);

#endif /* KILBURN_DRIVERS_LSTORE_H */
