/* SPDX-License-Identifier: MIT */
/* asm/memtype.h for host programs: the kernel's own, it is only C. */
#include "arch/x86_64/include/asm/memtype.h"
