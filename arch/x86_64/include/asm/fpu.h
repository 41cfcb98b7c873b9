/* SPDX-License-Identifier: MIT */
/*
 * asm/fpu.h - x87, SSE and AVX registers of user programs.
 *
 * The kernel never touches these registers, so while it runs on behalf of a
 * task they still hold that task's values.  They are saved when the CPU
 * switches to another task and loaded when it switches back.
 *
 * The area has XSAVE's standard format, which is also what a signal frame
 * has; its size is what CPUID says for the features we enable.  A CPU without
 * XSAVE uses FXSAVE, whose 512 bytes are the beginning of the same format.
 *
 * In Linux: arch/x86/kernel/fpu/.
 */
#ifndef KILBURN_ASM_FPU_H
#define KILBURN_ASM_FPU_H

#include "kernel/lib/types.h"

struct task_struct;

#define FXSAVE_SIZE    512
#define XSAVE_HDR_SIZE 64
#define MXCSR_DEFAULT  0x1f80
#define FCW_DEFAULT    0x037f

#define XFEATURE_MASK_FP     0x001
#define XFEATURE_MASK_SSE    0x002
#define XFEATURE_MASK_YMM    0x004
#define XFEATURE_MASK_AVX512 0x0e0
#define XFEATURE_MASK_FPSSE  (XFEATURE_MASK_FP | XFEATURE_MASK_SSE)

struct fxregs_state {
	u16 cwd, swd, twd, fop;
	u64 rip, rdp;
	u32 mxcsr, mxcsr_mask;
	u8 st_space[128];
	u8 xmm_space[256];
	u8 padding[48];
	u8 sw_reserved[48]; /* in a signal frame: struct _fpx_sw_bytes */
};
_Static_assert(sizeof(struct fxregs_state) == FXSAVE_SIZE, "FXSAVE format");

struct xstate_header {
	u64 xfeatures, xcomp_bv;
	u64 reserved[6];
};

/* fpu_state_size bytes, at a multiple of 64. */
struct fpu {
	struct fxregs_state fx;
	struct xstate_header header;
	u8 extended[];
};

extern unsigned int fpu_state_size; /* bytes of a struct fpu */
extern u64 fpu_xfeatures;           /* what XSAVE saves here */

/* Boot: each CPU; then once, when the slab allocator works. */
void fpu_init_cpu(void);
void fpu_init(void);

struct fpu *fpu_alloc(void); /* in its initial state; NULL: no memory */
void fpu_free(struct fpu *fpu);

/* Between the registers and an area. */
void fpu_save(struct fpu *fpu);
void fpu_restore(const struct fpu *fpu);

/* exec: registers and area as a program finds them at its start. */
void fpu_reset(struct fpu *fpu);

/* Bytes that the FPU part of a signal frame needs, with its end mark. */
unsigned int fpu_sigframe_size(void);

/**
 * copy_fpstate_to_sigframe() - write the FPU part of a signal frame.
 * @buf: user address, a multiple of 64, with fpu_sigframe_size() bytes
 *
 * Context: process context, for current.
 * Return: 0 or -EFAULT.
 */
int copy_fpstate_to_sigframe(void __user *buf);

/**
 * fpu_restore_sig() - load the FPU registers from a signal frame.
 * @buf: user address, any value; NULL: the initial state
 *
 * Context: process context, for current.
 * Return: 0 or -EFAULT; then the registers are in their initial state.
 */
int fpu_restore_sig(const void __user *buf);

#endif /* KILBURN_ASM_FPU_H */
