/* SPDX-License-Identifier: MIT */
/*
 * asm/reboot.h - the ends of a machine.
 */
#ifndef KILBURN_ASM_REBOOT_H
#define KILBURN_ASM_REBOOT_H

#include "kernel/compiler.h"

/* The other CPUs are not stopped: the caller has seen to them. */
void machine_restart(void) __noreturn;
void machine_power_off(void) __noreturn;
void machine_halt(void) __noreturn;

/**
 * emulator_exit() - end QEMU through its isa-debug-exit device.
 * @code: QEMU's exit status becomes (code << 1) | 1
 *
 * Returns if there is no such device.
 */
void emulator_exit(unsigned char code);

#endif /* KILBURN_ASM_REBOOT_H */
