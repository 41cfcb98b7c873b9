/* SPDX-License-Identifier: MIT */
/*
 * fs/proc/pid_files.c - the files of /proc/PID that are read and written as
 * they are: a piece of the process's memory, or one value.
 *
 * In Linux: fs/proc/base.c.
 */
#include <asm/uaccess.h>
#include "fs/inode.h"
#include "fs/proc/internal.h"
#include "fs/seq_file.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrto.h"
#include "kernel/lib/string.h"
#include "kernel/task.h"
#include "mm/gup.h"

/* ---- files that are a piece of the process's memory --------------------- */

enum vm_piece { PIECE_CMDLINE, PIECE_ENVIRON };

static void vm_piece_range(struct mm_struct *mm, enum vm_piece piece,
			   unsigned long *start, unsigned long *end)
{
	if (piece == PIECE_CMDLINE) {
		*start = mm->arg_start;
		*end = mm->arg_end;
	} else {
		*start = mm->env_start;
		*end = mm->env_end;
	}
}

static ssize_t read_vm_piece(struct file *file, enum vm_piece piece,
			     char __user *ubuf, size_t count, loff_t *pos)
{
	struct task_struct *task = get_proc_task(file->f_inode);
	unsigned long start, end;
	struct mm_struct *mm;
	ssize_t done = 0;
	char *page;

	if (!task)
		return -ESRCH;
	if (piece == PIECE_ENVIRON && !proc_may_access(task)) {
		put_task_struct(task);
		return -EACCES;
	}
	mm = get_task_mm(task);
	put_task_struct(task);
	if (!mm)
		return 0;
	page = (char *)__get_free_page(GFP_KERNEL);
	if (!page) {
		mmput(mm);
		return -ENOMEM;
	}
	vm_piece_range(mm, piece, &start, &end);
	while (count && (u64)*pos < end - start) {
		size_t chunk = min3(count, (size_t)(end - start - *pos),
				    (size_t)PAGE_SIZE);
		int n = access_remote_vm(mm, start + *pos, page, chunk, 0);

		if (n > 0 && copy_to_user(ubuf + done, page, n)) {
			done = done ? done : -EFAULT;
			break;
		}
		*pos += n;
		done += n;
		count -= n;
		if ((size_t)n < chunk)
			break;
	}
	free_page((unsigned long)page);
	mmput(mm);
	return done;
}

static ssize_t cmdline_read(struct file *file, char __user *ubuf, size_t count,
			    loff_t *pos)
{
	return read_vm_piece(file, PIECE_CMDLINE, ubuf, count, pos);
}

static ssize_t environ_read(struct file *file, char __user *ubuf, size_t count,
			    loff_t *pos)
{
	return read_vm_piece(file, PIECE_ENVIRON, ubuf, count, pos);
}

const struct file_operations proc_cmdline_operations = {
	.read = cmdline_read,
	.llseek = generic_file_llseek,
};

const struct file_operations proc_environ_operations = {
	.read = environ_read,
	.llseek = generic_file_llseek,
};

/* The auxiliary vector as the program got it, with its AT_NULL. */
int proc_pid_auxv(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm;
	unsigned int n = 0;

	if (!proc_may_access(task))
		return -EACCES;
	mm = get_task_mm(task);
	if (!mm)
		return 0;
	do {
		n += 2;
	} while (n < ARRAY_SIZE(mm->saved_auxv) && mm->saved_auxv[n - 2]);
	seq_write(m, mm->saved_auxv, n * sizeof(mm->saved_auxv[0]));
	mmput(mm);
	return 0;
}

/* ---- files that can be written ------------------------------------------ */

/* Copy a short text from user space and cut the white space off its ends. */
static char *copy_short_text(char *buf, size_t size, const char __user *ubuf,
			     size_t count)
{
	count = min(count, size - 1);
	if (copy_from_user(buf, ubuf, count))
		return ERR_PTR(-EFAULT);
	buf[count] = '\0';
	return strim(buf);
}

int proc_pid_comm(struct seq_file *m, struct task_struct *task)
{
	char comm[TASK_COMM_LEN];

	task_lock(task);
	strscpy(comm, task->comm, sizeof(comm));
	task_unlock(task);
	seq_printf(m, "%s\n", comm);
	return 0;
}

static ssize_t comm_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *pos)
{
	struct task_struct *task;
	char comm[TASK_COMM_LEN];
	size_t len = min(count, sizeof(comm) - 1);

	if (copy_from_user(comm, ubuf, len))
		return -EFAULT;
	comm[len] = '\0';
	task = get_proc_task(file->f_inode);
	if (!task)
		return -ESRCH;
	if (task->signal != current->signal) {
		put_task_struct(task);
		return -EINVAL;
	}
	task_lock(task);
	memcpy(task->comm, comm, sizeof(comm));
	task_unlock(task);
	put_task_struct(task);
	return count;
}

const struct file_operations proc_comm_operations = {
	.open = proc_pid_single_open,
	.read = seq_read,
	.write = comm_write,
	.llseek = seq_lseek,
	.release = single_release,
};

int proc_pid_oom_score_adj(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%d\n", task->signal->oom_score_adj);
	return 0;
}

static ssize_t oom_score_adj_write(struct file *file, const char __user *ubuf,
				   size_t count, loff_t *pos)
{
	struct task_struct *task;
	ssize_t ret = count;
	char buf[16], *text;
	int value;

	text = copy_short_text(buf, sizeof(buf), ubuf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (kstrtoint(text, 0, &value) || value < -1000 || value > 1000)
		return -EINVAL;
	task = get_proc_task(file->f_inode);
	if (!task)
		return -ESRCH;
	if (value < task->signal->oom_score_adj && !capable_root())
		ret = -EACCES;
	else
		WRITE_ONCE(task->signal->oom_score_adj, value);
	put_task_struct(task);
	return ret;
}

const struct file_operations proc_oom_score_adj_operations = {
	.open = proc_pid_single_open,
	.read = seq_read,
	.write = oom_score_adj_write,
	.llseek = seq_lseek,
	.release = single_release,
};

int proc_pid_fail_nth(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%u\n", READ_ONCE(task->fail_nth));
	return 0;
}

static ssize_t fail_nth_write(struct file *file, const char __user *ubuf,
			      size_t count, loff_t *pos)
{
	struct task_struct *task;
	char buf[16], *text;
	unsigned int nth;

	text = copy_short_text(buf, sizeof(buf), ubuf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	if (kstrtouint(text, 0, &nth))
		return -EINVAL;
	task = get_proc_task(file->f_inode);
	if (!task)
		return -ESRCH;
	WRITE_ONCE(task->fail_nth, nth);
	put_task_struct(task);
	return count;
}

const struct file_operations proc_fail_nth_operations = {
	.open = proc_pid_single_open,
	.read = seq_read,
	.write = fail_nth_write,
	.llseek = seq_lseek,
	.release = single_release,
};
