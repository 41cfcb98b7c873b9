/* SPDX-License-Identifier: MIT */
/* asm/mtrr.h for host programs: the kernel's own, only a prototype. */
#include "arch/x86_64/include/asm/mtrr.h"
