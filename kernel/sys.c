/* SPDX-License-Identifier: MIT */
/*
 * kernel/sys.c - small system calls about the task, the machine and its name.
 *
 * In Linux: kernel/sys.c, reboot.c.
 */
#include <asm/reboot.h>
#include <asm/smp.h>
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/string.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "kernel/utsname.h"
#include "mm/page_alloc.h"

/* ---- names of the machine ----------------------------------------------- */

struct new_utsname {
	char sysname[__NEW_UTS_LEN + 1];
	char nodename[__NEW_UTS_LEN + 1];
	char release[__NEW_UTS_LEN + 1];
	char version[__NEW_UTS_LEN + 1];
	char machine[__NEW_UTS_LEN + 1];
	char domainname[__NEW_UTS_LEN + 1];
};

static DEFINE_SPINLOCK(uts_lock); /* protects the two names in uts */
static struct new_utsname uts = {
	.sysname = UTS_SYSNAME,
	.nodename = "(none)",
	.release = UTS_RELEASE,
	.version = UTS_VERSION,
	.machine = UTS_MACHINE,
	.domainname = "(none)",
};

void get_nodename(char *name)
{
	spin_lock(&uts_lock);
	memcpy(name, uts.nodename, sizeof(uts.nodename));
	spin_unlock(&uts_lock);
}

SYSCALL_DEFINE1(uname, struct new_utsname __user *, name)
{
	struct new_utsname copy;

	spin_lock(&uts_lock);
	copy = uts;
	spin_unlock(&uts_lock);
	return copy_to_user(name, &copy, sizeof(copy)) ? -EFAULT : 0;
}

/* Set one of the names; the rest of it becomes NUL. */
static long set_name(char *field, const char __user *name, int len)
{
	char new[__NEW_UTS_LEN + 1] = "";

	if (!capable_root())
		return -EPERM;
	if (len < 0 || len > __NEW_UTS_LEN)
		return -EINVAL;
	if (copy_from_user(new, name, len))
		return -EFAULT;
	spin_lock(&uts_lock);
	memcpy(field, new, sizeof(new));
	spin_unlock(&uts_lock);
	return 0;
}

SYSCALL_DEFINE2(sethostname, const char __user *, name, int, len)
{
	return set_name(uts.nodename, name, len);
}

SYSCALL_DEFINE2(setdomainname, const char __user *, name, int, len)
{
	return set_name(uts.domainname, name, len);
}

/* ---- who and where am I ------------------------------------------------- */

SYSCALL_DEFINE0(getpid)
{
	return current->tgid;
}

SYSCALL_DEFINE0(gettid)
{
	return current->pid;
}

SYSCALL_DEFINE0(getppid)
{
	pid_t pid;

	spin_lock(&tasklist_lock);
	pid = current->real_parent->tgid;
	spin_unlock(&tasklist_lock);
	return pid;
}

SYSCALL_DEFINE3(getcpu, unsigned int __user *, cpup, unsigned int __user *,
		nodep, void __user *, unused)
{
	if (cpup && put_user((unsigned int)raw_smp_processor_id(), cpup))
		return -EFAULT;
	if (nodep && put_user(0u, nodep))
		return -EFAULT;
	return 0;
}

/* ---- process groups and sessions ---------------------------------------- */

/* Whether current may move @p to another group at all. */
static int may_set_pgid(struct task_struct *p) __must_hold(&tasklist_lock)
{
	struct task_struct *me = current->group_leader;

	lockdep_assert_held(&tasklist_lock);
	if (!thread_group_leader(p))
		return -EINVAL;
	if (same_thread_group(p->real_parent, me)) {
		if (p->signal->session != me->signal->session)
			return -EPERM;
		if (!(p->flags & PF_FORKNOEXEC))
			return -EACCES;
	} else if (p != me) {
		return -ESRCH;
	}
	if (p->signal->session == p->pid) /* a session leader stays */
		return -EPERM;
	return 0;
}

/* Whether there is such a group in the caller's session. */
static bool pgrp_in_session(pid_t pgid) __must_hold(&tasklist_lock)
{
	struct task_struct *p;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p)
		if (p->signal->pgrp == pgid)
			return p->signal->session == current->signal->session;
	return false;
}

SYSCALL_DEFINE2(setpgid, pid_t, pid, pid_t, pgid)
{
	struct task_struct *p;
	int err = -ESRCH;

	if (!pid)
		pid = current->tgid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;

	spin_lock(&tasklist_lock);
	p = find_task_locked(pid);
	if (!p)
		goto out;
	err = may_set_pgid(p);
	if (err)
		goto out;
	err = -EPERM;
	if (pgid != pid && !pgrp_in_session(pgid))
		goto out;
	/* The group that it founded lives on in the others. */
	if (p->signal->pgrp == p->pid)
		hold_pid(p->pid);
	p->signal->pgrp = pgid;
	err = 0;
out:
	spin_unlock(&tasklist_lock);
	return err;
}

/* The group or session of a process; @pid 0: the caller's. */
static long get_group_of(pid_t pid, bool session)
{
	struct task_struct *p = current;
	long ret = -ESRCH;

	spin_lock(&tasklist_lock);
	if (pid)
		p = find_task_locked(pid);
	if (p)
		ret = session ? p->signal->session : p->signal->pgrp;
	spin_unlock(&tasklist_lock);
	return ret;
}

SYSCALL_DEFINE1(getpgid, pid_t, pid)
{
	return get_group_of(pid, false);
}

SYSCALL_DEFINE0(getpgrp)
{
	return get_group_of(0, false);
}

SYSCALL_DEFINE1(getsid, pid_t, pid)
{
	return get_group_of(pid, true);
}

SYSCALL_DEFINE0(setsid)
{
	struct signal_struct *sig = current->signal;
	pid_t pid = current->tgid;
	struct task_struct *p;
	long ret = -EPERM;

	spin_lock(&tasklist_lock);
	if (sig->session == pid)
		goto out;
	for_each_process (p)
		if (p->signal->pgrp == pid)
			goto out; /* the group's members would be split */
	sig->session = pid;
	sig->pgrp = pid;
	sig->tty = NULL;
	ret = pid;
out:
	spin_unlock(&tasklist_lock);
	return ret;
}

/* ---- prctl -------------------------------------------------------------- */

#define PR_SET_PDEATHSIG       1
#define PR_GET_PDEATHSIG       2
#define PR_SET_NAME            15
#define PR_GET_NAME            16
#define PR_SET_TIMERSLACK      29
#define PR_GET_TIMERSLACK      30
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37
#define PR_SET_NO_NEW_PRIVS    38
#define PR_GET_NO_NEW_PRIVS    39

static long prctl_set_name(const char __user *name)
{
	char comm[TASK_COMM_LEN] = "";

	if (strncpy_from_user(comm, name, sizeof(comm) - 1) < 0)
		return -EFAULT;
	set_task_comm(current, comm);
	return 0;
}

static long prctl_get_name(char __user *name)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	return copy_to_user(name, comm, sizeof(comm)) ? -EFAULT : 0;
}

/* Descendants find their way to a subreaper by has_child_subreaper. */
static void mark_descendants(struct task_struct *top)
	__must_hold(&tasklist_lock)
{
	struct task_struct *p, *up;

	lockdep_assert_held(&tasklist_lock);
	for_each_process (p) {
		for (up = p->real_parent; up->pid > 1; up = up->real_parent) {
			if (same_thread_group(up, top)) {
				p->signal->has_child_subreaper = true;
				break;
			}
		}
	}
}

static long prctl_set_subreaper(bool on)
{
	spin_lock(&tasklist_lock);
	current->signal->is_child_subreaper = on;
	if (on)
		mark_descendants(current);
	spin_unlock(&tasklist_lock);
	return 0;
}

SYSCALL_DEFINE5(prctl, int, option, unsigned long, arg2, unsigned long, arg3,
		unsigned long, arg4, unsigned long, arg5)
{
	struct task_struct *me = current;

	switch (option) {
	case PR_SET_PDEATHSIG:
		if (!valid_signal(arg2))
			return -EINVAL;
		me->pdeath_signal = arg2;
		return 0;
	case PR_GET_PDEATHSIG:
		return put_user(me->pdeath_signal, (int __user *)arg2);
	case PR_SET_NAME:
		return prctl_set_name((const char __user *)arg2);
	case PR_GET_NAME:
		return prctl_get_name((char __user *)arg2);
	case PR_SET_TIMERSLACK:
		me->timer_slack_ns = (long)arg2 > 0 ? arg2 : 50000;
		return 0;
	case PR_GET_TIMERSLACK:
		return me->timer_slack_ns;
	case PR_SET_CHILD_SUBREAPER:
		return prctl_set_subreaper(arg2);
	case PR_GET_CHILD_SUBREAPER:
		return put_user((int)me->signal->is_child_subreaper,
				(int __user *)arg2);
	case PR_SET_NO_NEW_PRIVS:
		if (arg2 != 1 || arg3 || arg4 || arg5)
			return -EINVAL;
		me->no_new_privs = true;
		return 0;
	case PR_GET_NO_NEW_PRIVS:
		if (arg2 || arg3 || arg4 || arg5)
			return -EINVAL;
		return me->no_new_privs;
	default:
		return -EINVAL;
	}
}

/* ---- the machine -------------------------------------------------------- */

SYSCALL_DEFINE1(sysinfo, struct sysinfo __user *, uinfo)
{
	struct sysinfo info;

	memset(&info, 0, sizeof(info));
	si_meminfo(&info);
	info.totalram *= info.mem_unit; /* in bytes, as everybody expects */
	info.freeram *= info.mem_unit;
	info.sharedram *= info.mem_unit;
	info.bufferram *= info.mem_unit;
	info.mem_unit = 1;
	info.uptime = (ktime_get_ns() + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
	info.procs = READ_ONCE(nr_threads);
	return copy_to_user(uinfo, &info, sizeof(info)) ? -EFAULT : 0;
}

#define LINUX_REBOOT_MAGIC1        0xfee1dead
#define LINUX_REBOOT_CMD_RESTART   0x01234567
#define LINUX_REBOOT_CMD_HALT      0xcdef0123
#define LINUX_REBOOT_CMD_POWER_OFF 0x4321fedc

static bool valid_reboot_magic(u32 magic1, u32 magic2)
{
	/* Linus's birthday and those of his daughters. */
	return magic1 == LINUX_REBOOT_MAGIC1 &&
	       (magic2 == 0x28121969 || magic2 == 0x05121996 ||
		magic2 == 0x16041998 || magic2 == 0x20112000);
}

SYSCALL_DEFINE4(reboot, u32, magic1, u32, magic2, unsigned int, cmd,
		void __user *, arg)
{
	if (!capable_root())
		return -EPERM;
	if (!valid_reboot_magic(magic1, magic2))
		return -EINVAL;

	switch (cmd) {
	case LINUX_REBOOT_CMD_RESTART:
		pr_info("reboot: restarting system\n");
		machine_restart();
	case LINUX_REBOOT_CMD_HALT:
		pr_info("reboot: system halted\n");
		machine_halt();
	case LINUX_REBOOT_CMD_POWER_OFF:
		pr_info("reboot: power down\n");
		machine_power_off();
	default:
		return -EINVAL;
	}
}
