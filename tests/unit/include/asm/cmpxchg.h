/* SPDX-License-Identifier: MIT */
/* asm/cmpxchg.h for host programs, on any CPU. */
#ifndef KILBURN_HOST_ASM_CMPXCHG_H
#define KILBURN_HOST_ASM_CMPXCHG_H

#include "kernel/lib/types.h"

#define xchg(ptr, new) __atomic_exchange_n(ptr, new, __ATOMIC_SEQ_CST)

#define cmpxchg(ptr, old, new)                                                 \
	({                                                                     \
		__typeof__(*(ptr)) cx_old_ = (old);                            \
		__atomic_compare_exchange_n(ptr, &cx_old_, (new), false,       \
					    __ATOMIC_SEQ_CST,                  \
					    __ATOMIC_SEQ_CST);                 \
		cx_old_;                                                       \
	})

#define try_cmpxchg(ptr, oldp, new)                                            \
	__atomic_compare_exchange_n(ptr, oldp, new, false, __ATOMIC_SEQ_CST,   \
				    __ATOMIC_SEQ_CST)

#define cmpxchg_acquire     cmpxchg
#define cmpxchg_release     cmpxchg
#define cmpxchg_relaxed     cmpxchg
#define try_cmpxchg_acquire try_cmpxchg
#define try_cmpxchg_release try_cmpxchg
#define xchg_release        xchg
#define xchg_acquire        xchg

#endif /* KILBURN_HOST_ASM_CMPXCHG_H */
