/* SPDX-License-Identifier: MIT */
/*
 * tests/user/elf_hostile.h - the cases of elf_hostile.c and what Linux 6.1
 * makes of them.
 */
#ifndef KILBURN_TESTS_USER_ELF_HOSTILE_H
#define KILBURN_TESTS_USER_ELF_HOSTILE_H

#include <stddef.h>

#define EH(field) offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field)
#define PH(n, field)                                                           \
	64 + 56 * (n) + offsetof(Elf64_Phdr, field),                           \
		sizeof(((Elf64_Phdr *)0)->field)

/* clang-format off */
static const struct {
	const char *name;
	unsigned int offset, size;
	unsigned long value;
	char outcome;
} edits[] = {
	{ "magic: first byte",		0, 1, 0x7e, 'n' },
	{ "magic: second byte",		1, 1, 'e', 'n' },
	{ "magic: last byte",		3, 1, 0, 'n' },
	{ "e_ident: 32-bit class",	4, 1, 1, 'x' },
	{ "e_ident: big endian",	5, 1, 2, 'x' },
	{ "e_ident: version 9",		6, 1, 9, 'x' },
	{ "e_ident: FreeBSD",		7, 1, 9, 'x' },
	{ "e_type: none",		EH(e_type), 0, 'n' },
	{ "e_type: relocatable",	EH(e_type), ET_REL, 'n' },
	{ "e_type: shared object",	EH(e_type), ET_DYN, 'S' },
	{ "e_type: core",		EH(e_type), ET_CORE, 'n' },
	{ "e_machine: none",		EH(e_machine), 0, 'n' },
	{ "e_machine: 80386",		EH(e_machine), EM_386, 'n' },
	{ "e_machine: AArch64",		EH(e_machine), EM_AARCH64, 'n' },
	{ "e_version: 0",		EH(e_version), 0, 'x' },
	{ "e_entry: 0",			EH(e_entry), 0, 'S' },
	{ "e_entry: in the data",	EH(e_entry), DATA, 'S' },
	{ "e_entry: not mapped",	EH(e_entry), 0x500000, 'S' },
	{ "e_entry: the kernel",	EH(e_entry), 0xffffffff81000000, 'S' },
	{ "e_entry: not canonical",	EH(e_entry), 0x8000000000000000, 'S' },
	{ "e_entry: first past user",	EH(e_entry), 0x800000000000, 'S' },
	{ "e_phoff: 0",			EH(e_phoff), 0, 'n' },
	{ "e_phoff: the end",		EH(e_phoff), SIZE, 'n' },
	{ "e_phoff: just inside",	EH(e_phoff), SIZE - 167, 'n' },
	{ "e_phoff: negative",		EH(e_phoff), -1UL, 'n' },
	{ "e_phoff: 2^63 - 1",		EH(e_phoff), ~0UL >> 1, 'n' },
	{ "e_phentsize: 0",		EH(e_phentsize), 0, 'n' },
	{ "e_phentsize: 55",		EH(e_phentsize), 55, 'n' },
	{ "e_phentsize: 64",		EH(e_phentsize), 64, 'n' },
	{ "e_phnum: 0",			EH(e_phnum), 0, 'n' },
	{ "e_phnum: 1",			EH(e_phnum), 1, 'S' },
	{ "e_phnum: 2",			EH(e_phnum), 2, 'x' },
	{ "e_phnum: 4, the last one empty", EH(e_phnum), 4, 'x' },
	{ "e_phnum: past the file",	EH(e_phnum), 1000, 'n' },
	{ "e_phnum: 65535",		EH(e_phnum), 65535, 'n' },
	{ "e_shoff: wild",		EH(e_shoff), -1UL, 'x' },
	{ "e_flags: all",		EH(e_flags), 0xffffffff, 'x' },
	{ "e_ehsize: 0",		EH(e_ehsize), 0, 'x' },
	{ "text p_type: null",		PH(0, p_type), PT_NULL, 'S' },
	{ "text p_flags: not executable", PH(0, p_flags), PF_R, 'S' },
	{ "text p_flags: none",		PH(0, p_flags), 0, 'S' },
	{ "text p_flags: only execute",	PH(0, p_flags), PF_X, 'x' },
	{ "text p_offset: 1",		PH(0, p_offset), 1, 'S' },
	{ "text p_offset: a page",	PH(0, p_offset), 0x1000, 'I' },
	{ "text p_offset: past the file", PH(0, p_offset), 0x10000, 'B' },
	{ "text p_offset: negative",	PH(0, p_offset), -0x1000UL, 'S' },
	{ "text p_vaddr: elsewhere",	PH(0, p_vaddr), 0x600000, 'S' },
	{ "text p_vaddr: unaligned",	PH(0, p_vaddr), 0x400010, 'S' },
	{ "text p_vaddr: the kernel",	PH(0, p_vaddr), 0xffffffff81000000, 'S' },
	{ "text p_vaddr: end of user",	PH(0, p_vaddr), 0x7ffffffff000, 'S' },
	{ "text p_vaddr: over the data", PH(0, p_vaddr), DATA, 'S' },
	{ "text p_filesz: 0",		PH(0, p_filesz), 0, 'S' },
	{ "text p_filesz: more than memsz", PH(0, p_filesz), 0x2000, 'S' },
	{ "text p_filesz: huge",	PH(0, p_filesz), -1UL, 'S' },
	{ "text p_memsz: 0",		PH(0, p_memsz), 0, 'S' },
	{ "text p_memsz: huge",		PH(0, p_memsz), -1UL, 'S' },
	{ "text p_memsz: 128 TiB",	PH(0, p_memsz), 1UL << 47, 'S' },
	{ "text p_align: 0",		PH(0, p_align), 0, 'x' },
	{ "text p_align: 3",		PH(0, p_align), 3, 'x' },
	{ "text p_align: huge",		PH(0, p_align), 1UL << 63, 'x' },
	{ "data p_type: null",		PH(1, p_type), PT_NULL, 'S' },
	{ "data p_type: dynamic",	PH(1, p_type), PT_DYNAMIC, 'S' },
	{ "data p_type: unknown",	PH(1, p_type), 0x12345678, 'S' },
	{ "data p_type: interpreter",	PH(1, p_type), PT_INTERP, 'n' },
	{ "data p_type: phdr",		PH(1, p_type), PT_PHDR, 'S' },
	{ "data p_type: tls",		PH(1, p_type), PT_TLS, 'S' },
	{ "data p_flags: read-only",	PH(1, p_flags), PF_R, 'y' },
	{ "data p_flags: none",		PH(1, p_flags), 0, 'S' },
	{ "data p_offset: 0",		PH(1, p_offset), 0, 'y' },
	{ "data p_offset: past the file", PH(1, p_offset), 0x20000, 'B' },
	{ "data p_vaddr: over the text", PH(1, p_vaddr), 0x400000, 'S' },
	{ "data p_vaddr: 0",		PH(1, p_vaddr), 0, 'S' },
	{ "data p_vaddr: below the text", PH(1, p_vaddr), 0x300000, 'S' },
	{ "data p_vaddr: the kernel",	PH(1, p_vaddr), -0x10000UL, 'S' },
	{ "data p_filesz: past the file", PH(1, p_filesz), 0x1100, 'y' },
	{ "data p_memsz: less than filesz", PH(1, p_memsz), 0x80, 'S' },
	{ "data p_memsz: as filesz",	PH(1, p_memsz), 0x100, 'y' },
	{ "data p_memsz: 64 TiB",	PH(1, p_memsz), 1UL << 46, 'S' },
	{ "data p_memsz: wraps",	PH(1, p_memsz), -DATA, 'S' },
	{ "stack p_flags: executable",	PH(2, p_flags), 7, 'x' },
	{ "stack p_type: load, empty",	PH(2, p_type), PT_LOAD, 'x' },
	{ "stack p_type: interpreter",	PH(2, p_type), PT_INTERP, 'n' },
};
/* clang-format on */

#define NR_EDITS (sizeof(edits) / sizeof(edits[0]))

/* By number of the mutation. */
static const char mutations[] =
	"xxxxSSnxxxnnSSSnSxSSxSSSSSxSnxxBxnxxSSxxBSnSSnxxSS"
	"xnSxnxSBSSxSSxynnnxxSSSxxxSxnBnSnxxxxSnSxxnxnnSSxx"
	"nSBxnSxnnSnSSSxxSxxnSSxSxxxnxxSSnxxxxSSSSSSxSSSSxS"
	"xSnSxxSSxSnxxxxSnxxSxBxSSSSxxSSxxxxxSnxxSxxSSSBSSS"
	"xSxxxxxSSSxn?SxxxxxSxxnxnnnnSSBxSSxSnSnxSSnxSSxSxx"
	"SnxnnSxSSxxxSSBBnxxxxSBnnnSxSSSxSxxxSxSSxSBxySnSSS"
	"nxxxSSSxxn?SxSnxnxxxSxSSxx?nxnBxnxxSxSnSSSSSSnBSnx"
	"SSSxnxSnnnSnxSxnSSSxSxSSxSnSxSSnnxnxxnxSSSSnSSnSxS";

#endif
