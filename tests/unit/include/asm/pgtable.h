/* SPDX-License-Identifier: MIT */
/*
 * asm/pgtable.h for host programs: the kernel's own.  Tables are made in the
 * host's `physical' memory and no CPU ever walks them.
 */
#include "arch/x86_64/include/asm/pgtable.h"
