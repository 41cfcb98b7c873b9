/* SPDX-License-Identifier: MIT */
/*
 * asm/prctl.h - arch_prctl()'s options; ABI.
 */
#ifndef KILBURN_ASM_PRCTL_H
#define KILBURN_ASM_PRCTL_H

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004

#endif /* KILBURN_ASM_PRCTL_H */
