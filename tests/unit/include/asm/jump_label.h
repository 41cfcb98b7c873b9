/* SPDX-License-Identifier: MIT */
/*
 * asm/jump_label.h - for the host: nobody may write to code, so it is a flag.
 */
#ifndef KILBURN_ASM_JUMP_LABEL_H
#define KILBURN_ASM_JUMP_LABEL_H

#define arch_static_branch(which) ((which)->enabled)

#endif /* KILBURN_ASM_JUMP_LABEL_H */
