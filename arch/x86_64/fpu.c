/* SPDX-License-Identifier: MIT */
/*
 * arch/x86_64/fpu.c - see asm/fpu.h.
 *
 * In Linux: arch/x86/kernel/fpu/xstate.c, core.c, signal.c.
 */
#include <asm/extable.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/signal.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/slab.h"

unsigned int fpu_state_size = FXSAVE_SIZE + XSAVE_HDR_SIZE;
u64 fpu_xfeatures = XFEATURE_MASK_FPSSE;

static struct kmem_cache *fpu_cachep;

/* ---- instructions ------------------------------------------------------- */

static void xsetbv(u64 value)
{
	__asm__ volatile("xsetbv"
			 :
			 : "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

/*
 * Not XSAVEOPT: it leaves out what is in its initial state or what the area is
 * thought to have already, and areas here are copied, freed and used again.
 */
void fpu_save(struct fpu *fpu)
{
	u32 lo = (u32)fpu_xfeatures, hi = (u32)(fpu_xfeatures >> 32);

	if (boot_cpu.xsave)
		__asm__ volatile("xsave64 %0"
				 : "+m"(*fpu)
				 : "a"(lo), "d"(hi)
				 : "memory");
	else
		__asm__ volatile("fxsave64 %0" : "=m"(*fpu)::"memory");
}

/* The CPU refuses a malformed area by #GP.  Return: 0 or -EFAULT. */
static int fpu_restore_checked(const struct fpu *fpu)
{
	u32 lo = (u32)fpu_xfeatures, hi = (u32)(fpu_xfeatures >> 32);

	if (boot_cpu.xsave)
		__asm__ goto("1: xrstor64 %0\n" _ASM_EXTABLE("1b", "%l3")
			     :
			     : "m"(*fpu), "a"(lo), "d"(hi)
			     : "memory"
			     : bad);
	else
		__asm__ goto("1: fxrstor64 %0\n" _ASM_EXTABLE("1b", "%l1")
			     :
			     : "m"(*fpu)
			     : "memory"
			     : bad);
	return 0;
bad:
	return -EFAULT;
}

void fpu_restore(const struct fpu *fpu)
{
	if (fpu_restore_checked(fpu))
		BUG(); /* only checked contents get into an area */
}

/* ---- boot --------------------------------------------------------------- */

void fpu_init_cpu(void)
{
	u32 a, b, c, d;

	__asm__ volatile("fninit");
	if (!boot_cpu.xsave)
		return;
	cpuid_count(0xd, 0, &a, &b, &c, &d);
	fpu_xfeatures = a & (XFEATURE_MASK_FPSSE | XFEATURE_MASK_YMM |
			     XFEATURE_MASK_AVX512);
	xsetbv(fpu_xfeatures);
	/* EBX: the size for what is enabled now. */
	cpuid_count(0xd, 0, &a, &b, &c, &d);
	fpu_state_size = b;
}

static void init_state(struct fpu *fpu)
{
	memset(fpu, 0, fpu_state_size);
	fpu->fx.cwd = FCW_DEFAULT;
	fpu->fx.mxcsr = MXCSR_DEFAULT;
}

void fpu_init(void)
{
	fpu_cachep =
		kmem_cache_create("fpu", fpu_state_size, 64, SLAB_PANIC, NULL);
}

/* ---- tasks -------------------------------------------------------------- */

struct fpu *fpu_alloc(void)
{
	struct fpu *fpu = kmem_cache_alloc(fpu_cachep, GFP_KERNEL);

	if (fpu)
		init_state(fpu);
	return fpu;
}

void fpu_free(struct fpu *fpu)
{
	if (fpu)
		kmem_cache_free(fpu_cachep, fpu);
}

void fpu_reset(struct fpu *fpu)
{
	/* A switch in between would save the old registers over it. */
	preempt_disable();
	init_state(fpu);
	fpu_restore(fpu);
	preempt_enable();
}

/* ---- signal frames ------------------------------------------------------ */

unsigned int fpu_sigframe_size(void)
{
	return boot_cpu.xsave ? fpu_state_size + FP_XSTATE_MAGIC2_SIZE
			      : FXSAVE_SIZE;
}

int copy_fpstate_to_sigframe(void __user *buf)
{
	struct fpu *fpu = current->thread.fpu;
	struct _fpx_sw_bytes sw = {
		.magic1 = FP_XSTATE_MAGIC1,
		.extended_size = fpu_state_size + FP_XSTATE_MAGIC2_SIZE,
		.xfeatures = fpu_xfeatures,
		.xstate_size = fpu_state_size,
	};
	struct fpu __user *ubuf = buf;

	preempt_disable();
	fpu_save(fpu);
	preempt_enable();
	if (!boot_cpu.xsave)
		return copy_to_user(ubuf, fpu, FXSAVE_SIZE) ? -EFAULT : 0;

	if (copy_to_user(ubuf, fpu, fpu_state_size) ||
	    copy_to_user(ubuf->fx.sw_reserved, &sw, sizeof(sw)) ||
	    put_user(FP_XSTATE_MAGIC2,
		     (u32 __user *)((char __user *)buf + fpu_state_size)))
		return -EFAULT;
	/*
	 * x87 and SSE are always marked as in use: their values are valid, and
	 * old programs change them without knowing of the header.
	 */
	return put_user(fpu->header.xfeatures | XFEATURE_MASK_FPSSE,
			&ubuf->header.xfeatures);
}

/*
 * How much of @buf is a valid area: all of it if both magic numbers are there,
 * otherwise the 512 bytes of FXSAVE.  Return: bytes, or -EFAULT.
 */
static long sigframe_fpstate_size(const struct fpu __user *buf, u64 *xfeatures)
{
	struct _fpx_sw_bytes sw;
	u32 magic2;

	*xfeatures = XFEATURE_MASK_FPSSE;
	if (!boot_cpu.xsave)
		return FXSAVE_SIZE;
	if (copy_from_user(&sw, buf->fx.sw_reserved, sizeof(sw)))
		return -EFAULT;
	if (sw.magic1 != FP_XSTATE_MAGIC1 ||
	    sw.xstate_size < FXSAVE_SIZE + XSAVE_HDR_SIZE ||
	    sw.xstate_size > fpu_state_size ||
	    sw.xstate_size > sw.extended_size)
		return FXSAVE_SIZE;
	if (get_user(magic2, (const u32 __user *)((const char __user *)buf +
						  sw.xstate_size)))
		return -EFAULT;
	if (magic2 != FP_XSTATE_MAGIC2)
		return FXSAVE_SIZE;
	*xfeatures = sw.xfeatures & fpu_xfeatures;
	return sw.xstate_size;
}

/* Read the area into @fpu; what is not in the frame is initial. */
static int read_sigframe_fpstate(struct fpu *fpu, const void __user *buf)
{
	u64 xfeatures;
	long size = sigframe_fpstate_size(buf, &xfeatures);

	if (size < 0)
		return (int)size;
	init_state(fpu);
	if (copy_from_user(fpu, buf, (unsigned long)size))
		return -EFAULT;
	memset(fpu->fx.sw_reserved, 0, sizeof(fpu->fx.sw_reserved));
	if (size == FXSAVE_SIZE)
		fpu->header.xfeatures = XFEATURE_MASK_FPSSE;
	else if (fpu->header.xfeatures & ~fpu_xfeatures)
		return -EFAULT;
	fpu->header.xfeatures &= xfeatures;
	fpu->header.xcomp_bv = 0;
	memset(fpu->header.reserved, 0, sizeof(fpu->header.reserved));
	return 0; /* bits of MXCSR that do not exist: the CPU refuses them */
}

int fpu_restore_sig(const void __user *buf)
{
	struct fpu *fpu = current->thread.fpu;
	struct fpu *new;
	int err;

	if (!buf) {
		fpu_reset(fpu);
		return 0;
	}
	/* Not into the task's own area: a switch in between overwrites it. */
	new = fpu_alloc();
	if (!new)
		return -EFAULT;
	err = read_sigframe_fpstate(new, buf);
	if (!err) {
		preempt_disable();
		err = fpu_restore_checked(new);
		preempt_enable();
	}
	if (err)
		fpu_reset(fpu);
	fpu_free(new);
	return err;
}
