/* SPDX-License-Identifier: MIT */
/*
 * asm/boot_info.h - what the boot loader told us, whichever it was.
 *
 * boot/pvh.c and boot/multiboot2.c fill it; boot/setup.c and the drivers read
 * it.  It is a copy: the loader's own tables may be overwritten afterwards.
 */
#ifndef KILBURN_ASM_BOOT_INFO_H
#define KILBURN_ASM_BOOT_INFO_H

#include "kernel/lib/types.h"

#define BOOT_MAX_REGIONS  128
#define COMMAND_LINE_SIZE 2048

/* The values of E820, which PVH and multiboot2 share. */
enum boot_mem_type {
	BOOT_MEM_RAM = 1,
	BOOT_MEM_RESERVED = 2,
	BOOT_MEM_ACPI = 3,
	BOOT_MEM_NVS = 4,
	BOOT_MEM_UNUSABLE = 5,
};

struct boot_mem_region {
	phys_addr_t start; /* bytes */
	u64 size;          /* bytes */
	u32 type;          /* enum boot_mem_type, or another firmware's */
};

/* A linear framebuffer that the loader set up; phys 0: none. */
struct boot_framebuffer {
	phys_addr_t phys;
	u32 pitch;         /* bytes from one line to the next */
	u32 width, height; /* pixels */
	u32 bpp;           /* bits per pixel */
	struct {
		u8 pos, size; /* bits, from the least significant */
	} red, green, blue;
};

enum boot_protocol {
	BOOT_PVH = 1,
	BOOT_MULTIBOOT2 = 2,
};

struct boot_info {
	enum boot_protocol protocol;
	const char *loader; /* its name, for the log */
	unsigned int nr_regions;
	struct boot_mem_region regions[BOOT_MAX_REGIONS];
	char cmdline[COMMAND_LINE_SIZE];
	phys_addr_t initrd_start; /* bytes; size 0: none */
	u64 initrd_size;
	phys_addr_t rsdp; /* of the ACPI RSDP; 0: search for it */
	struct boot_framebuffer fb;
};

extern struct boot_info boot_info;

/* The same command line, for code that knows Linux's name for it. */
#define boot_command_line (boot_info.cmdline)

/**
 * cmdline_find() - look up an option of the command line.
 * @name: "name" of "name=value", or of a bare word
 * @buf: receives the value, always terminated; may be NULL
 * @size: bytes of @buf
 *
 * Return: length of the value (0 for a bare word), or -1 if it is not there.
 */
int cmdline_find(const char *name, char *buf, int size);

#endif /* KILBURN_ASM_BOOT_INFO_H */
