/* SPDX-License-Identifier: MIT */
/*
 * fs/elf.h - the ELF64 file format, and the auxiliary vector.
 *
 * In Linux: include/uapi/linux/elf.h, auxvec.h.
 */
#ifndef KILBURN_FS_ELF_H
#define KILBURN_FS_ELF_H

#include "kernel/lib/types.h"

struct linux_binprm;

#define EI_NIDENT 16
#define ELFMAG    "\177ELF"
#define SELFMAG   4

struct elf64_hdr {
	unsigned char e_ident[EI_NIDENT];
	u16 e_type;
	u16 e_machine;
	u32 e_version;
	u64 e_entry;
	u64 e_phoff;
	u64 e_shoff;
	u32 e_flags;
	u16 e_ehsize;
	u16 e_phentsize;
	u16 e_phnum;
	u16 e_shentsize;
	u16 e_shnum;
	u16 e_shstrndx;
};

#define ET_EXEC 2
#define ET_DYN  3

struct elf64_phdr {
	u32 p_type;
	u32 p_flags;
	u64 p_offset;
	u64 p_vaddr;
	u64 p_paddr;
	u64 p_filesz;
	u64 p_memsz;
	u64 p_align;
};

#define PT_LOAD      1
#define PT_INTERP    3
#define PT_GNU_STACK 0x6474e551

#define PF_X 0x1
#define PF_W 0x2
#define PF_R 0x4

/* Entries of the auxiliary vector. */
#define AT_NULL         0
#define AT_PHDR         3
#define AT_PHENT        4
#define AT_PHNUM        5
#define AT_PAGESZ       6
#define AT_BASE         7
#define AT_FLAGS        8
#define AT_ENTRY        9
#define AT_UID          11
#define AT_EUID         12
#define AT_GID          13
#define AT_EGID         14
#define AT_PLATFORM     15
#define AT_HWCAP        16
#define AT_CLKTCK       17
#define AT_SECURE       23
#define AT_RANDOM       25
#define AT_HWCAP2       26
#define AT_EXECFN       31
#define AT_SYSINFO_EHDR 33
#define AT_MINSIGSTKSZ  51

/* Where a program was put: what its initial stack tells it. */
struct elf_image {
	const struct elf64_hdr *hdr;
	unsigned long phdr_addr;   /* of the program headers */
	unsigned long e_entry;     /* the program's own */
	unsigned long interp_base; /* AT_BASE; 0: no interpreter */
};

/**
 * create_elf_tables() - write argc, argv, envp and auxv onto the new stack.
 * @bprm:  the program; bprm->p becomes the initial stack pointer
 * @image: where it is
 *
 * Return: 0 or -EFAULT.
 */
int create_elf_tables(struct linux_binprm *bprm, const struct elf_image *image);

#endif /* KILBURN_FS_ELF_H */
