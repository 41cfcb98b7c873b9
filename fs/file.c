/* SPDX-License-Identifier: MIT */
/*
 * fs/file.c - the table of descriptors, and its life across clone and exec.
 *
 * files->file_lock protects a table against the other tasks that share it, and
 * against those who look in through /proc.  Only tasks that share it change
 * it, so a task that has it alone reads without the lock (fs/file.h).
 *
 * Invariant F1: no descriptor below next_fd is free.
 * Invariant F2: fd[n] is NULL while n is reserved but not yet installed; then
 * the open_fds bit is set.
 *
 * In Linux: fs/file.c.
 */
#include <asm/bitops.h>
#include "fs/fcntl.h"
#include "fs/file.h"
#include "fs/internal.h"
#include "kernel/bug.h"
#include "kernel/lib/bitmap.h"
#include "kernel/lib/err.h"
#include "kernel/lib/string.h"
#include "kernel/resource.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"

static struct kmem_cache *files_cachep;

/* ---- tables ------------------------------------------------------------- */

static void files_struct_init(struct files_struct *files)
{
	atomic_set(&files->count, 1);
	spin_lock_init(&files->file_lock);
	files->max_fds = NR_OPEN_DEFAULT;
	files->next_fd = 0;
	files->fd = files->fd_array;
	files->open_fds = files->open_fds_init;
	files->close_on_exec = files->close_on_exec_init;
}

/* One allocation holds the pointers and both bit sets. */
static size_t table_bytes(unsigned int max_fds)
{
	return max_fds * sizeof(struct file *) +
	       2 * BITS_TO_LONGS(max_fds) * sizeof(long);
}

static void *table_alloc(unsigned int max_fds)
{
	size_t bytes = table_bytes(max_fds);

	if (bytes > 4 * PAGE_SIZE)
		return vzalloc(bytes);
	return kzalloc(bytes, GFP_KERNEL);
}

static void table_free(struct file **table)
{
	if (is_vmalloc_addr(table))
		vfree(table);
	else
		kfree(table);
}

/* Move the contents of @files into a larger, zeroed @table. */
static void table_install(struct files_struct *files, struct file **table,
			  unsigned int max_fds)
{
	unsigned long *open = (unsigned long *)(table + max_fds);
	unsigned long *cloexec = open + BITS_TO_LONGS(max_fds);
	unsigned int old_max = files->max_fds;

	memcpy(table, files->fd, old_max * sizeof(*table));
	bitmap_copy(open, files->open_fds, old_max);
	bitmap_copy(cloexec, files->close_on_exec, old_max);
	files->fd = table;
	files->open_fds = open;
	files->close_on_exec = cloexec;
	files->max_fds = max_fds;
}

static void table_release(struct files_struct *files, struct file **table)
{
	if (table != files->fd_array)
		table_free(table);
}

/* Make room for descriptor @fd.  Called and returns without the lock. */
static int expand_files(struct files_struct *files, unsigned int fd)
{
	unsigned int max_fds = roundup_pow_of_two(fd + 1);
	struct file **table, **old;

	if (max_fds < 2 * NR_OPEN_DEFAULT)
		max_fds = 2 * NR_OPEN_DEFAULT;
	table = table_alloc(max_fds);
	if (!table)
		return -ENOMEM;

	spin_lock(&files->file_lock);
	if (fd < files->max_fds) { /* another thread was first */
		old = table;
	} else {
		old = files->fd;
		table_install(files, table, max_fds);
	}
	spin_unlock(&files->file_lock);
	table_release(files, old);
	return 0;
}

/* ---- reading the table -------------------------------------------------- */

static struct file *files_get(struct files_struct *files, unsigned int fd)
{
	struct file *file;

	spin_lock(&files->file_lock);
	file = files_lookup_unlocked(files, fd);
	if (file)
		get_file(file);
	spin_unlock(&files->file_lock);
	return file;
}

struct file *fget_raw(unsigned int fd)
{
	return files_get(current->files, fd);
}

struct file *fget(unsigned int fd)
{
	struct file *file = fget_raw(fd);

	if (file && file->f_mode & FMODE_PATH) {
		fput(file);
		return NULL;
	}
	return file;
}

/* A descriptor of another task; NULL too if the task is exiting. */
struct file *fget_task(struct task_struct *task, unsigned int fd)
{
	struct files_struct *files = get_files_struct(task);
	struct file *file;

	if (!files)
		return NULL;
	file = files_get(files, fd);
	put_files_struct(files);
	return file;
}

/* ---- changing the table ------------------------------------------------- */

static void set_cloexec(struct files_struct *files, unsigned int fd,
			unsigned int flags)
{
	if (flags & O_CLOEXEC)
		__set_bit(fd, files->close_on_exec);
	else
		__clear_bit(fd, files->close_on_exec);
}

/* Reserve the lowest free descriptor in [start, end). */
int alloc_fd(unsigned int start, unsigned int end, unsigned int flags)
{
	struct files_struct *files = current->files;
	unsigned int fd;
	int err;

	for (;;) {
		spin_lock(&files->file_lock);
		fd = max(start, files->next_fd);
		if (fd < files->max_fds)
			fd = find_next_zero_bit(files->open_fds, files->max_fds,
						fd);
		if (fd < files->max_fds || fd >= end)
			break;
		spin_unlock(&files->file_lock);
		err = expand_files(files, fd);
		if (err)
			return err;
	}
	if (fd >= end) {
		spin_unlock(&files->file_lock);
		return -EMFILE;
	}
	if (start <= files->next_fd)
		files->next_fd = fd + 1;
	__set_bit(fd, files->open_fds);
	set_cloexec(files, fd, flags);
	VM_BUG_ON(files->fd[fd]);
	spin_unlock(&files->file_lock);
	return fd;
}

static unsigned int nofile_limit(void)
{
	return min_t(u64, rlimit(RLIMIT_NOFILE), NR_OPEN_MAX);
}

int get_unused_fd_flags(unsigned int flags)
{
	return alloc_fd(0, nofile_limit(), flags);
}

static void free_fd_locked(struct files_struct *files, unsigned int fd)
	__must_hold(&files->file_lock)
{
	lockdep_assert_held(&files->file_lock);
	__clear_bit(fd, files->open_fds);
	__clear_bit(fd, files->close_on_exec);
	if (fd < files->next_fd)
		files->next_fd = fd;
}

void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	free_fd_locked(files, fd);
	spin_unlock(&files->file_lock);
}

void fd_install(unsigned int fd, struct file *file)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	VM_BUG_ON(files->fd[fd]);
	files->fd[fd] = file;
	spin_unlock(&files->file_lock);
}

int close_fd(unsigned int fd)
{
	struct files_struct *files = current->files;
	struct file *file;

	spin_lock(&files->file_lock);
	file = files_lookup_unlocked(files, fd);
	if (file) {
		files->fd[fd] = NULL;
		free_fd_locked(files, fd);
	}
	spin_unlock(&files->file_lock);
	if (!file)
		return -EBADF;
	fput(file);
	return 0;
}

/* dup2(): make @fd mean @file, closing what it meant before. */
int replace_fd(unsigned int fd, struct file *file, unsigned int flags)
{
	struct files_struct *files = current->files;
	struct file *old;
	int err;

	if (fd >= nofile_limit())
		return -EBADF;
	if (fd >= READ_ONCE(files->max_fds)) {
		err = expand_files(files, fd);
		if (err)
			return err;
	}
	spin_lock(&files->file_lock);
	old = files->fd[fd];
	if (!old && test_bit(fd, files->open_fds)) {
		/* Another thread is between reserving and installing it. */
		spin_unlock(&files->file_lock);
		return -EBUSY;
	}
	files->fd[fd] = get_file(file);
	__set_bit(fd, files->open_fds);
	set_cloexec(files, fd, flags);
	spin_unlock(&files->file_lock);
	if (old)
		fput(old);
	return fd;
}

bool get_close_on_exec(unsigned int fd)
{
	struct files_struct *files = current->files;
	bool set;

	spin_lock(&files->file_lock);
	set = fd < files->max_fds && test_bit(fd, files->close_on_exec);
	spin_unlock(&files->file_lock);
	return set;
}

void set_close_on_exec(unsigned int fd, unsigned int flags)
{
	struct files_struct *files = current->files;

	spin_lock(&files->file_lock);
	if (fd < files->max_fds && test_bit(fd, files->open_fds))
		set_cloexec(files, fd, flags);
	spin_unlock(&files->file_lock);
}

/* Call @fn for each open file of @task, from descriptor @fd up. */
int next_task_fd(struct task_struct *task, unsigned int fd)
{
	struct files_struct *files = get_files_struct(task);
	unsigned int found = 0;
	bool any = false;

	if (!files)
		return -1;
	spin_lock(&files->file_lock);
	for (found = fd; found < files->max_fds; found++) {
		if (files->fd[found]) {
			any = true;
			break;
		}
	}
	spin_unlock(&files->file_lock);
	put_files_struct(files);
	return any ? (int)found : -1;
}

/* ---- clone, exec and exit ----------------------------------------------- */

/* Descriptors in use, rounded up to a whole word of the bit set. */
static unsigned int used_fds(const struct files_struct *files)
{
	unsigned int words = BITS_TO_LONGS(files->max_fds);

	while (words > 1 && !files->open_fds[words - 1])
		words--;
	return words * BITS_PER_LONG;
}

/* A descriptor that is reserved, not yet installed, is free in the copy. */
static void copy_table_locked(struct files_struct *new,
			      struct files_struct *old, unsigned int nr)
{
	new->next_fd = old->next_fd;
	bitmap_copy(new->close_on_exec, old->close_on_exec, nr);
	for (unsigned int word = 0; word < nr / BITS_PER_LONG; word++) {
		unsigned long bits = old->open_fds[word];
		unsigned long open = bits;

		for (; bits; bits &= bits - 1) {
			unsigned int fd = word * BITS_PER_LONG + __ffs(bits);

			if (old->fd[fd])
				new->fd[fd] = get_file(old->fd[fd]);
			else
				open &= ~(bits & -bits);
		}
		new->open_fds[word] = open;
		if (open != old->open_fds[word])
			new->next_fd = 0;
	}
}

static struct files_struct *dup_files(struct files_struct *old)
{
	struct files_struct *new = kmem_cache_zalloc(files_cachep, GFP_KERNEL);
	unsigned int nr;

	if (!new)
		return NULL;
	files_struct_init(new);
	spin_lock(&old->file_lock);
	while ((nr = used_fds(old)) > new->max_fds) {
		spin_unlock(&old->file_lock);
		if (expand_files(new, nr - 1)) {
			put_files_struct(new);
			return NULL;
		}
		spin_lock(&old->file_lock);
	}
	copy_table_locked(new, old, nr);
	spin_unlock(&old->file_lock);
	return new;
}

int copy_files(unsigned long clone_flags, struct task_struct *tsk)
{
	struct files_struct *old = current->files;

	tsk->files = NULL;
	if (!old)
		return 0;
	if (clone_flags & CLONE_FILES) {
		atomic_inc(&old->count);
		tsk->files = old;
		return 0;
	}
	tsk->files = dup_files(old);
	return tsk->files ? 0 : -ENOMEM;
}

static void close_files(struct files_struct *files)
{
	unsigned int words = BITS_TO_LONGS(files->max_fds);

	for (unsigned int word = 0; word < words; word++) {
		unsigned long bits = files->open_fds[word];

		for (; bits; bits &= bits - 1) {
			unsigned int fd = word * BITS_PER_LONG + __ffs(bits);

			if (files->fd[fd])
				fput(files->fd[fd]);
		}
	}
}

void put_files_struct(struct files_struct *files)
{
	if (!atomic_dec_and_test(&files->count))
		return;
	close_files(files);
	table_release(files, files->fd);
	if (files != &init_files)
		kmem_cache_free(files_cachep, files);
}

/* For /proc: the table of a task that may be exiting, with a reference. */
struct files_struct *get_files_struct(struct task_struct *task)
{
	struct files_struct *files;

	task_lock(task);
	files = task->files;
	if (files)
		atomic_inc(&files->count);
	task_unlock(task);
	return files;
}

static void replace_files(struct task_struct *tsk, struct files_struct *files)
{
	struct files_struct *old = tsk->files;

	task_lock(tsk);
	tsk->files = files;
	task_unlock(tsk);
	if (old)
		put_files_struct(old);
}

void exit_files(struct task_struct *tsk)
{
	if (tsk->files)
		replace_files(tsk, NULL);
}

int unshare_files(void)
{
	struct files_struct *new;

	if (atomic_read(&current->files->count) == 1)
		return 0;
	new = dup_files(current->files);
	if (!new)
		return -ENOMEM;
	replace_files(current, new);
	return 0;
}

void do_close_on_exec(struct files_struct *files)
{
	unsigned int words = BITS_TO_LONGS(files->max_fds);

	for (unsigned int word = 0; word < words; word++) {
		unsigned long bits = files->close_on_exec[word];

		for (; bits; bits &= bits - 1)
			close_fd(word * BITS_PER_LONG + __ffs(bits));
	}
}

/* The table of the first task. */
struct files_struct init_files;

void files_init(void)
{
	files_cachep = KMEM_CACHE(files_struct, SLAB_PANIC);
	files_struct_init(&init_files);
	current->files = &init_files;
}
