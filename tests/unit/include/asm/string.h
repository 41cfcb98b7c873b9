/* SPDX-License-Identifier: MIT */
/* asm/string.h for host programs: libc has it all. */
#ifndef KILBURN_HOST_ASM_STRING_H
#define KILBURN_HOST_ASM_STRING_H
#endif /* KILBURN_HOST_ASM_STRING_H */
