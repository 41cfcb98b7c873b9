/* SPDX-License-Identifier: MIT */
/*
 * fs/exec.h - a task becomes another program.
 *
 * In Linux: include/linux/binfmts.h.
 */
#ifndef KILBURN_FS_EXEC_H
#define KILBURN_FS_EXEC_H

#include "kernel/compiler.h"
#include "kernel/lib/types.h"
#include "kernel/resource.h"
#include "kernel/sched.h"

struct file;
struct mm_struct;
struct page;
struct vm_area_struct;

#define BINPRM_BUF_SIZE 256
#define MAX_ARG_STRLEN  (32 * 4096UL) /* one string, with its NUL */
#define MAX_ARG_STRINGS 0x7fffffff
#define ARG_MAX         131072UL /* what is always allowed for all of them */

/* A program that is being loaded. */
struct linux_binprm {
	/* The address space to be, and in it the stack. */
	struct mm_struct *mm; /* NULL once it is current's */
	struct vm_area_struct *vma;
	unsigned long p;      /* top of the strings so far, user address */
	unsigned long argmin; /* they may not go below this */
	struct page *page;    /* of the stack: the one written last, or NULL */
	unsigned long page_addr;

	struct file *file;        /* the program; writing to it is denied */
	struct file *interpreter; /* of a script: to be loaded instead */
	const char *filename;     /* as given to execve() */
	char *interp;             /* path of the interpreter, kmalloc()ed */
	char *fdpath;             /* /dev/fd/N/..., for execveat() */
	bool path_inaccessible;   /* fdpath leads nowhere after exec */
	bool comm_from_dentry;    /* a descriptor alone: /dev/fd/N */
	int argc, envc;
	unsigned long exec; /* user address of the file name's copy */

	uid_t euid;
	gid_t egid;
	bool secureexec; /* AT_SECURE */
	bool point_of_no_return;
	struct rlimit rlim_stack;               /* as it was when exec began */
	char buf[BINPRM_BUF_SIZE] __aligned(8); /* the first bytes of file */
};

/* PT_GNU_STACK */
enum exec_stack {
	EXSTACK_DEFAULT,
	EXSTACK_DISABLE_X,
	EXSTACK_ENABLE_X,
};

/* ---- exec.c ------------------------------------------------------------- */

/**
 * kernel_execve() - the first program, started by the kernel.
 * @filename: path
 * @argv: strings, and NULL
 * @envp: strings, and NULL
 *
 * Context: a kernel thread; when its function returns 0 after this it goes to
 * user mode as the new program.
 * Return: 0 or -errno.
 */
int kernel_execve(const char *filename, const char *const *argv,
		  const char *const *envp);

/**
 * open_exec() - open a file to execute it.
 * @name: path
 *
 * Return: the file, with writing to it denied; ERR_PTR.  Undo with
 * close_exec().
 */
struct file *open_exec(const char *name);
void close_exec(struct file *file);

/**
 * begin_new_exec() - give up the old program.
 * @bprm: the new one, checked as far as that is possible
 *
 * Ends all other threads, changes to the new address space, closes files,
 * resets signals.  Once this has begun there is nothing to return to: any
 * error ends the process.
 */
int begin_new_exec(struct linux_binprm *bprm);

/* Decide where areas go in the new address space: it is still empty. */
void setup_new_exec(struct linux_binprm *bprm);

/* mm->exe_file comes and goes with an mm; writing to it is denied meanwhile. */
void exe_file_get(struct file *file);
void exe_file_put(struct file *file);

/* ---- exec_args.c -------------------------------------------------------- */

/* Strings in user space, or in the kernel: one of the two. */
struct arg_vector {
	const char __user *const __user *user;
	const char *const *kernel;
};

int bprm_mm_init(struct linux_binprm *bprm);
void bprm_drop_page(struct linux_binprm *bprm);
int count_strings(struct arg_vector argv);
int bprm_stack_limits(struct linux_binprm *bprm);
int copy_strings(int argc, struct arg_vector argv, struct linux_binprm *bprm);
int copy_string_kernel(const char *arg, struct linux_binprm *bprm);
int remove_arg_zero(struct linux_binprm *bprm);

/**
 * setup_arg_pages() - make the area that holds the strings the stack.
 * @bprm: the program; its address space is current's already
 * @executable: what the program header asked for
 *
 * Return: 0 or -errno.
 */
int setup_arg_pages(struct linux_binprm *bprm, enum exec_stack executable);

/* ---- binfmt_elf.c, binfmt_script.c -------------------------------------- */

/* 0; -ENOEXEC: not this format, nothing changed; another error. */
int load_elf_binary(struct linux_binprm *bprm);
int load_script(struct linux_binprm *bprm);

#endif /* KILBURN_FS_EXEC_H */
