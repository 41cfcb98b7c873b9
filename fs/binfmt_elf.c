/* SPDX-License-Identifier: MIT */
/*
 * fs/binfmt_elf.c - load an ELF program, and the interpreter that it names.
 *
 * Theory
 *
 * A program is a list of segments (PT_LOAD): a piece of the file, where it goes
 * in memory, and how long it is there.  What is longer in memory than in the
 * file is zero: the tail of the last page from the file is cleared, and pages
 * beyond it are anonymous.
 *
 *	file	 | text  | data |
 *		     \      \
 *	memory	 | text  | data |00|0000 bss 0000|
 *				^  ^		  ^
 *		       end of file  page end	  brk -> the heap
 *
 * A fixed program (ET_EXEC) says where it goes.  A position-independent one
 * (ET_DYN) goes where load_bias says: the dynamic ones to ELF_ET_DYN_BASE, and
 * those without interpreter into the mmap area, because they may be an
 * interpreter themselves that somebody started by hand.  The heap of these is
 * at ELF_ET_DYN_BASE, where it has room.
 *
 * Addresses are not randomised: this is Linux's layout with norandmaps, so
 * that what a student saw in the debugger is there again the next time.
 *
 * The file may be wrong in every way.  Whatever can be checked before
 * begin_new_exec() is -ENOEXEC or another error to the old program; after it
 * the process can only be killed.  Sums do not wrap, because BAD_ADDR() and
 * segment_valid() look at each part first.
 *
 * In Linux 6.1: fs/binfmt_elf.c.
 */
#include <asm/elf.h>
#include <asm/uaccess.h>
#include <asm/vdso.h>
#include "fs/elf.h"
#include "fs/exec.h"
#include "fs/fcntl.h"
#include "fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/string.h"
#include "kernel/sched.h"
#include "mm/mm.h"
#include "mm/mman.h"
#include "mm/slab.h"

#define BAD_ADDR(x) ((unsigned long)(x) >= TASK_SIZE)

/* A file with its headers: the program, or its interpreter. */
struct elf_file {
	struct file *file;
	const struct elf64_hdr *hdr;
	struct elf64_phdr *phdr; /* kmalloc()ed, hdr->e_phnum of them */
};

/* What loading the segments of a file has come to. */
struct elf_load {
	unsigned long load_bias; /* added to every address of the file */
	unsigned long phdr_addr;
	unsigned long start_code, end_code, start_data, end_data;
	unsigned long bss, brk; /* end of what the file fills, and of all */
	bool bss_exec;          /* the segment that has the bss can execute */
	bool first;             /* no segment is mapped yet */
	bool has_interp;
};

/* ---- reading ------------------------------------------------------------ */

/* Exactly @len bytes, or -EIO. */
static int elf_read(struct file *file, void *buf, size_t len, loff_t pos)
{
	ssize_t n;

	if (pos < 0)
		return -EINVAL;
	n = kernel_read(file, buf, len, &pos);
	if (n == (ssize_t)len)
		return 0;
	return n < 0 ? n : -EIO;
}

/* The program headers; NULL: there are none, or too many, or no memory. */
static struct elf64_phdr *load_elf_phdrs(const struct elf64_hdr *hdr,
					 struct file *file)
{
	unsigned int size = sizeof(struct elf64_phdr) * hdr->e_phnum;
	struct elf64_phdr *phdr;

	if (hdr->e_phentsize != sizeof(struct elf64_phdr))
		return NULL;
	if (size == 0 || size > PAGE_SIZE)
		return NULL;
	phdr = kmalloc(size, GFP_KERNEL);
	if (!phdr)
		return NULL;
	if (elf_read(file, phdr, size, hdr->e_phoff)) {
		kfree(phdr);
		return NULL;
	}
	return phdr;
}

static bool elf_header_valid(const struct elf64_hdr *hdr)
{
	return !memcmp(hdr->e_ident, ELFMAG, SELFMAG) && elf_check_arch(hdr) &&
	       (hdr->e_type == ET_EXEC || hdr->e_type == ET_DYN);
}

/* ---- arithmetic on headers ---------------------------------------------- */

/* Bytes from the first page of the first segment to the end of the last. */
static unsigned long total_mapping_size(const struct elf_file *elf)
{
	unsigned long min_addr = ~0UL, max_addr = 0;
	bool found = false;

	for (int i = 0; i < elf->hdr->e_phnum; i++) {
		const struct elf64_phdr *ph = &elf->phdr[i];

		if (ph->p_type != PT_LOAD)
			continue;
		min_addr =
			min(min_addr, (unsigned long)ph->p_vaddr & PAGE_MASK);
		max_addr = max(max_addr,
			       (unsigned long)(ph->p_vaddr + ph->p_memsz));
		found = true;
	}
	return found ? max_addr - min_addr : 0;
}

/* The strictest alignment of a segment; what is no power of two is ignored. */
static unsigned long maximum_alignment(const struct elf_file *elf)
{
	unsigned long alignment = 0;

	for (int i = 0; i < elf->hdr->e_phnum; i++) {
		const struct elf64_phdr *ph = &elf->phdr[i];

		if (ph->p_type == PT_LOAD && is_power_of_2(ph->p_align))
			alignment = max(alignment, (unsigned long)ph->p_align);
	}
	return PAGE_ALIGN(alignment);
}

/* Whether a segment that begins at @start lies in user space. */
static bool segment_valid(const struct elf64_phdr *ph, unsigned long start)
{
	return !BAD_ADDR(start) && ph->p_filesz <= ph->p_memsz &&
	       ph->p_memsz <= TASK_SIZE && TASK_SIZE - ph->p_memsz >= start;
}

static unsigned long segment_prot(const struct elf64_phdr *ph)
{
	return (ph->p_flags & PF_R ? PROT_READ : 0) |
	       (ph->p_flags & PF_W ? PROT_WRITE : 0) |
	       (ph->p_flags & PF_X ? PROT_EXEC : 0);
}

/* ---- mapping ------------------------------------------------------------ */

/*
 * Map the part of a segment that is in the file, at @addr.  @total_size is not
 * 0 for the first segment of a file that goes anywhere: so much is searched
 * for, mapped, and given back but for the segment, so that the others fit.
 */
static unsigned long elf_map(struct file *file, unsigned long addr,
			     const struct elf64_phdr *ph, unsigned long flags,
			     unsigned long total_size)
{
	unsigned long in_page = offset_in_page(ph->p_vaddr);
	unsigned long size = PAGE_ALIGN(ph->p_filesz + in_page);
	unsigned long off = ph->p_offset - in_page;
	unsigned long map;

	addr &= PAGE_MASK;
	if (!size) /* only bss: nothing to map, and that is no error */
		return addr;
	if (!total_size)
		return vm_mmap(file, addr, size, segment_prot(ph), flags, off);

	total_size = PAGE_ALIGN(total_size);
	map = vm_mmap(file, addr, total_size, segment_prot(ph), flags, off);
	if (!BAD_ADDR(map) && total_size > size)
		vm_munmap(map + size, total_size - size);
	return map;
}

/* Anonymous pages for [start, end), both rounded up. */
static int map_bss(unsigned long start, unsigned long end, bool exec)
{
	start = PAGE_ALIGN(start);
	end = PAGE_ALIGN(end);
	if (end <= start)
		return 0;
	return vm_brk_flags(start, end - start, exec ? VM_EXEC : 0);
}

/* Clear the rest of the page that the file fills only up to @bss. */
static int padzero(unsigned long bss)
{
	unsigned long in_page = offset_in_page(bss);

	if (in_page && clear_user((void __user *)bss, PAGE_SIZE - in_page))
		return -EFAULT;
	return 0;
}

/*
 * Map a segment at @addr: what the file has of it, and zeros behind that.
 * Return: the address of its first page, or an error as unsigned long.
 */
static unsigned long elf_load(struct file *file, unsigned long addr,
			      const struct elf64_phdr *ph, unsigned long flags,
			      unsigned long total_size)
{
	unsigned long start, map;
	int err;

	if (ph->p_filesz) {
		map = elf_map(file, addr, ph, flags, total_size);
		if (BAD_ADDR(map))
			return map;
	} else {
		map = addr & PAGE_MASK;
	}
	if (ph->p_memsz <= ph->p_filesz)
		return map;

	start = map;
	if (ph->p_filesz) {
		start += offset_in_page(ph->p_vaddr) + ph->p_filesz;
		/* A page that cannot be written keeps what the file has. */
		(void)padzero(start);
	}
	err = map_bss(start, map + offset_in_page(ph->p_vaddr) + ph->p_memsz,
		      ph->p_flags & PF_X);
	return err ? (unsigned long)err : map;
}

/* ---- the segments of the program ---------------------------------------- */

/*
 * A program that goes anywhere, but at a multiple of @alignment: find room for
 * it with that much to spare.  Return: where it is, or an error.
 */
static unsigned long find_aligned_room(unsigned long total_size,
				       unsigned long alignment)
{
	unsigned long size = total_size + alignment;
	unsigned long room;

	room = vm_mmap(NULL, 0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       0);
	if (BAD_ADDR(room))
		return IS_ERR_VALUE(room) ? room : (unsigned long)-EINVAL;
	vm_munmap(room, size);
	return round_up(room, alignment);
}

/* Where the first segment goes decides about all; the flags to map it with. */
static int place_first_segment(const struct elf_file *elf,
			       const struct elf64_phdr *ph,
			       struct elf_load *load, unsigned long *flags,
			       unsigned long *total_size)
{
	unsigned long alignment = maximum_alignment(elf);

	if (elf->hdr->e_type == ET_EXEC) {
		*flags |= MAP_FIXED_NOREPLACE;
		return 0;
	}
	*total_size = total_mapping_size(elf);
	if (!*total_size)
		return -EINVAL;
	if (load->has_interp) {
		load->load_bias = ELF_ET_DYN_BASE;
		if (alignment)
			load->load_bias &= ~(alignment - 1);
		*flags |= MAP_FIXED_NOREPLACE;
	} else if (alignment > PAGE_SIZE) {
		load->load_bias = find_aligned_room(*total_size, alignment);
		if (IS_ERR_VALUE(load->load_bias))
			return (int)load->load_bias;
		*flags |= MAP_FIXED_NOREPLACE;
	}
	/* So that the first segment, not address 0, is at the base. */
	load->load_bias = (load->load_bias - ph->p_vaddr) & PAGE_MASK;
	return 0;
}

/* Note what a segment that has just been mapped changes. */
static void account_segment(const struct elf_file *elf,
			    const struct elf64_phdr *ph, struct elf_load *load)
{
	unsigned long start = ph->p_vaddr;
	unsigned long file_end = start + ph->p_filesz;
	unsigned long end = start + ph->p_memsz;
	u64 phoff = elf->hdr->e_phoff;

	if (ph->p_offset <= phoff && phoff < ph->p_offset + ph->p_filesz)
		load->phdr_addr = phoff - ph->p_offset + ph->p_vaddr;
	if (ph->p_flags & PF_X) {
		load->start_code = min(load->start_code, start);
		load->end_code = max(load->end_code, file_end);
	}
	load->start_data = max(load->start_data, start);
	load->end_data = max(load->end_data, file_end);
	load->brk = max(load->brk, end);
}

static int load_segment(const struct elf_file *elf, const struct elf64_phdr *ph,
			struct elf_load *load)
{
	unsigned long flags = MAP_PRIVATE, total_size = 0, want, map;
	int err;

	if (load->first) {
		err = place_first_segment(elf, ph, load, &flags, &total_size);
		if (err)
			return err;
	} else {
		flags |=
			MAP_FIXED; /* the first one has made sure of the room */
	}

	want = load->load_bias + ph->p_vaddr;
	map = elf_load(elf->file, want, ph, flags, total_size);
	if (BAD_ADDR(map))
		return IS_ERR_VALUE(map) ? (int)map : -EINVAL;
	if (load->first && elf->hdr->e_type == ET_DYN)
		load->load_bias += map - (want & PAGE_MASK);
	load->first = false;

	if (!segment_valid(ph, ph->p_vaddr))
		return -EINVAL;
	account_segment(elf, ph, load);
	return 0;
}

/* All segments of the program.  The heap begins behind the highest. */
static int load_elf_segments(const struct elf_file *elf, struct elf_load *load)
{
	int err;

	for (int i = 0; i < elf->hdr->e_phnum; i++) {
		if (elf->phdr[i].p_type != PT_LOAD)
			continue;
		err = load_segment(elf, &elf->phdr[i], load);
		if (err)
			return err;
	}
	load->phdr_addr += load->load_bias;
	load->brk += load->load_bias;
	load->start_code += load->load_bias;
	load->end_code += load->load_bias;
	load->start_data += load->load_bias;
	load->end_data += load->load_bias;
	current->mm->start_brk = current->mm->brk = PAGE_ALIGN(load->brk);
	return 0;
}

/* ---- the interpreter ---------------------------------------------------- */

/*
 * Map the dynamic linker.  @program_bias: not 0 if the program was moved too.
 * Return: its load bias, or an error as unsigned long.
 */
static unsigned long load_elf_interp(const struct elf_file *elf,
				     unsigned long program_bias)
{
	unsigned long bias = 0, bss = 0, last = 0;
	unsigned long total_size = total_mapping_size(elf);
	bool dyn = elf->hdr->e_type == ET_DYN, placed = !dyn, exec = false;
	int err;

	if (!elf_header_valid(elf->hdr) || !elf->file->f_op->mmap)
		return ~0UL;
	if (!total_size)
		return -EINVAL;

	for (int i = 0; i < elf->hdr->e_phnum; i++) {
		const struct elf64_phdr *ph = &elf->phdr[i];
		unsigned long start, map;

		if (ph->p_type != PT_LOAD)
			continue;
		if (!placed && program_bias)
			bias = -ph->p_vaddr; /* let mmap choose */
		map = elf_map(elf->file, bias + ph->p_vaddr, ph,
			      MAP_PRIVATE | (placed ? MAP_FIXED : 0),
			      total_size);
		total_size = 0;
		if (BAD_ADDR(map))
			return map;
		if (!placed) {
			bias = map - (ph->p_vaddr & PAGE_MASK);
			placed = true;
		}
		start = bias + ph->p_vaddr;
		if (!segment_valid(ph, start))
			return -ENOMEM;
		bss = max(bss, (unsigned long)(start + ph->p_filesz));
		if (start + ph->p_memsz > last) {
			last = start + ph->p_memsz;
			exec = ph->p_flags & PF_X;
		}
	}
	if (padzero(bss))
		return -EFAULT;
	err = map_bss(bss, last, exec);
	return err ? err : bias;
}

/* The interpreter as the program headers name it. */
static int read_interp_name(const struct elf_file *elf,
			    const struct elf64_phdr *ph, char **name)
{
	char *buf;
	int err = -ENOEXEC;

	if (ph->p_filesz > PATH_MAX || ph->p_filesz < 2)
		return -ENOEXEC;
	buf = kmalloc(ph->p_filesz, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	err = elf_read(elf->file, buf, ph->p_filesz, ph->p_offset);
	if (!err && buf[ph->p_filesz - 1] != '\0')
		err = -ENOEXEC;
	if (err) {
		kfree(buf);
		return err;
	}
	*name = buf;
	return 0;
}

/*
 * Open the interpreter, if the program has one, and read its headers into
 * @interp and @hdr.  What was done is undone by put_interp(), also on failure.
 */
static int open_interp(const struct elf_file *elf, struct elf_file *interp,
		       struct elf64_hdr *hdr)
{
	const struct elf64_phdr *ph = elf->phdr;
	struct file *file;
	char *name;
	int err, i;

	for (i = 0; i < elf->hdr->e_phnum && ph->p_type != PT_INTERP; i++)
		ph++;
	if (i == elf->hdr->e_phnum)
		return 0;
	err = read_interp_name(elf, ph, &name);
	if (err)
		return err;
	file = open_exec(name);
	kfree(name);
	if (IS_ERR(file))
		return PTR_ERR(file);
	interp->file = file;
	interp->hdr = hdr;
	return elf_read(file, hdr, sizeof(*hdr), 0);
}

/* The second half, after PT_GNU_STACK was looked for: is it usable? */
static int check_interp(struct elf_file *interp)
{
	if (!interp->file)
		return 0;
	if (memcmp(interp->hdr->e_ident, ELFMAG, SELFMAG) ||
	    !elf_check_arch(interp->hdr))
		return -ELIBBAD;
	interp->phdr = load_elf_phdrs(interp->hdr, interp->file);
	return interp->phdr ? 0 : -ELIBBAD;
}

static void put_interp(struct elf_file *interp)
{
	kfree(interp->phdr);
	if (interp->file)
		close_exec(interp->file);
}

/* ---- the whole ---------------------------------------------------------- */

static enum exec_stack stack_flags(const struct elf_file *elf)
{
	enum exec_stack flags = EXSTACK_DEFAULT;

	for (int i = 0; i < elf->hdr->e_phnum; i++)
		if (elf->phdr[i].p_type == PT_GNU_STACK)
			flags = elf->phdr[i].p_flags & PF_X ? EXSTACK_ENABLE_X
							    : EXSTACK_DISABLE_X;
	return flags;
}

static void set_mm_layout(const struct elf_load *load,
			  const struct linux_binprm *bprm, bool static_pie)
{
	struct mm_struct *mm = current->mm;

	mm->start_code = load->start_code;
	mm->end_code = load->end_code;
	mm->start_data = load->start_data;
	mm->end_data = load->end_data;
	mm->start_stack = bprm->p;
	if (static_pie)
		mm->brk = mm->start_brk = PAGE_ALIGN(ELF_ET_DYN_BASE);
}

/* After the point of no return: map everything, and go. */
static int run_elf(struct linux_binprm *bprm, const struct elf_file *elf,
		   const struct elf_file *interp)
{
	struct elf_load load = {
		.start_code = ~0UL,
		.first = true,
		.has_interp = interp->file != NULL,
	};
	struct elf_image image = { .hdr = elf->hdr };
	unsigned long entry;
	int err;

	err = setup_arg_pages(bprm, stack_flags(elf));
	if (err)
		return err;
	err = load_elf_segments(elf, &load);
	if (err)
		return err;

	image.phdr_addr = load.phdr_addr;
	image.e_entry = elf->hdr->e_entry + load.load_bias;
	entry = image.e_entry;
	if (interp->file) {
		entry = load_elf_interp(interp, load.load_bias);
		if (IS_ERR_VALUE(entry))
			return (int)entry;
		image.interp_base = entry;
		entry += interp->hdr->e_entry;
	}
	if (BAD_ADDR(entry))
		return -EINVAL;

	err = arch_setup_additional_pages();
	if (err)
		return err;
	err = create_elf_tables(bprm, &image);
	if (err)
		return err;
	set_mm_layout(&load, bprm, elf->hdr->e_type == ET_DYN && !interp->file);
	start_thread(current_pt_regs(), entry, bprm->p);
	return 0;
}

int load_elf_binary(struct linux_binprm *bprm)
{
	struct elf_file elf = {
		.file = bprm->file,
		.hdr = (const struct elf64_hdr *)bprm->buf,
	};
	struct elf_file interp = { .file = NULL };
	struct elf64_hdr interp_hdr;
	int err = -ENOEXEC;

	if (!elf_header_valid(elf.hdr) || !elf.file->f_op->mmap)
		return -ENOEXEC;
	elf.phdr = load_elf_phdrs(elf.hdr, elf.file);
	if (!elf.phdr)
		return -ENOEXEC;

	err = open_interp(&elf, &interp, &interp_hdr);
	if (!err)
		err = check_interp(&interp);
	if (!err)
		err = begin_new_exec(bprm);
	if (!err) {
		setup_new_exec(bprm);
		err = run_elf(bprm, &elf, &interp);
	}
	put_interp(&interp);
	kfree(elf.phdr);
	return err;
}
