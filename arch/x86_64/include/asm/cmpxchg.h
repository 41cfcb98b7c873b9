/* SPDX-License-Identifier: MIT */
/*
 * asm/cmpxchg.h - exchange and compare-and-exchange on any word.
 *
 * They work on integers and pointers of 1, 2, 4 and 8 bytes; the compiler
 * picks the register and with it the size of the instruction.
 *
 * In Linux: arch/x86/include/asm/cmpxchg.h.
 */
#ifndef KILBURN_ASM_CMPXCHG_H
#define KILBURN_ASM_CMPXCHG_H

#include "kernel/lib/types.h"

/* XCHG with memory locks the bus by itself. */
#define xchg(ptr, new)                                                         \
	({                                                                     \
		__typeof__(*(ptr)) xchg_val_ = (new);                          \
		__asm__ volatile("xchg %0, %1"                                 \
				 : "+q"(xchg_val_), "+m"(*(ptr))               \
				 :                                             \
				 : "memory");                                  \
		xchg_val_;                                                     \
	})

/* Answers what was there; equal to @old means that @new is there now. */
#define cmpxchg(ptr, old, new)                                                 \
	({                                                                     \
		__typeof__(*(ptr)) cx_old_ = (old);                            \
		__typeof__(*(ptr)) cx_new_ = (new);                            \
		__asm__ volatile("lock; cmpxchg %2, %1"                        \
				 : "+a"(cx_old_), "+m"(*(ptr))                 \
				 : "q"(cx_new_)                                \
				 : "memory", "cc");                            \
		cx_old_;                                                       \
	})

/* Answers whether it happened; if not, *@oldp becomes what was there. */
#define try_cmpxchg(ptr, oldp, new)                                            \
	({                                                                     \
		__typeof__(*(ptr)) tcx_new_ = (new);                           \
		__typeof__(*(ptr)) tcx_old_ = *(oldp);                         \
		bool tcx_ok_;                                                  \
		__asm__ volatile("lock; cmpxchg %3, %1"                        \
				 : "=@cce"(tcx_ok_), "+m"(*(ptr)),             \
				   "+a"(tcx_old_)                              \
				 : "q"(tcx_new_)                               \
				 : "memory");                                  \
		if (!tcx_ok_)                                                  \
			*(oldp) = tcx_old_;                                    \
		tcx_ok_;                                                       \
	})

#define cmpxchg_acquire     cmpxchg
#define cmpxchg_release     cmpxchg
#define cmpxchg_relaxed     cmpxchg
#define try_cmpxchg_acquire try_cmpxchg
#define try_cmpxchg_release try_cmpxchg
#define xchg_release        xchg
#define xchg_acquire        xchg

#endif /* KILBURN_ASM_CMPXCHG_H */
