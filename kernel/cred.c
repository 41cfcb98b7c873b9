/* SPDX-License-Identifier: MIT */
/*
 * kernel/cred.c - who a task is: user and group ids, and per-user counts.
 *
 * A task has a real id (who started it), an effective one (what it may do), a
 * saved one (what it may become again) and one for files, which follows the
 * effective one.  Unlike Linux, they live in the task itself and each is read
 * without a lock: they change only by the task's own system calls.
 *
 * Privilege is not divided into capabilities: effective uid 0 has all of it.
 *
 * In Linux: kernel/sys.c (setuid and friends), cred.c, user.c, groups.c.
 */
#include <asm/uaccess.h>
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/lib/list.h"
#include "kernel/lib/sort.h"
#include "kernel/sched.h"
#include "kernel/signal_types.h"
#include "kernel/spinlock.h"
#include "kernel/syscalls.h"
#include "kernel/task.h"
#include "mm/slab.h"

/* ---- what is counted per user ------------------------------------------- */

#define UIDHASH_SIZE 64

/*
 * Protects the hash and the drop of a last reference.  Taken inside siglock, so
 * with interrupts off.
 */
static DEFINE_SPINLOCK(uidhash_lock);
static struct hlist_head uidhash[UIDHASH_SIZE];

/* Of uid 0: always there, so that boot needs no allocation. */
struct user_struct root_user = {
	.uid = 0,
	.refs = ATOMIC_INIT(1),
	.processes = ATOMIC_INIT(1),
};

static struct user_struct *uid_find(uid_t uid) __must_hold(&uidhash_lock)
{
	struct user_struct *user;

	lockdep_assert_held(&uidhash_lock);
	hlist_for_each_entry (user, &uidhash[uid % UIDHASH_SIZE], node) {
		if (user->uid == uid) {
			atomic_inc(&user->refs);
			return user;
		}
	}
	return NULL;
}

void get_uid(struct user_struct *user)
{
	atomic_inc(&user->refs);
}

void free_uid(struct user_struct *user)
{
	unsigned long flags;

	if (atomic_add_unless(&user->refs, -1, 1))
		return;

	spin_lock_irqsave(&uidhash_lock, flags);
	if (!atomic_dec_and_test(&user->refs)) {
		spin_unlock_irqrestore(&uidhash_lock, flags);
		return;
	}
	hlist_del(&user->node);
	spin_unlock_irqrestore(&uidhash_lock, flags);
	kfree(user);
}

struct user_struct *alloc_uid(uid_t uid)
{
	struct user_struct *user, *new;
	unsigned long flags;

	if (uid == 0) {
		get_uid(&root_user);
		return &root_user;
	}
	spin_lock_irqsave(&uidhash_lock, flags);
	user = uid_find(uid);
	spin_unlock_irqrestore(&uidhash_lock, flags);
	if (user)
		return user;

	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return NULL;
	new->uid = uid;
	atomic_set(&new->refs, 1);

	spin_lock_irqsave(&uidhash_lock, flags);
	user = uid_find(uid); /* somebody may have been faster */
	if (!user)
		hlist_add_head(&new->node, &uidhash[uid % UIDHASH_SIZE]);
	spin_unlock_irqrestore(&uidhash_lock, flags);
	if (!user)
		return new;
	kfree(new);
	return user;
}

/* ---- changing ids ------------------------------------------------------- */

/* The ids a task is to have; commit_ids() makes them so. */
struct ids {
	uid_t uid, euid, suid, fsuid;
	gid_t gid, egid, sgid, fsgid;
};

static struct ids current_ids(void)
{
	struct task_struct *p = current;

	return (struct ids){
		.uid = p->uid,
		.euid = p->euid,
		.suid = p->suid,
		.fsuid = p->fsuid,
		.gid = p->gid,
		.egid = p->egid,
		.sgid = p->sgid,
		.fsgid = p->fsgid,
	};
}

/* Return: 0, or -EAGAIN if the new user has no memory for its counts. */
static long commit_ids(const struct ids *new)
{
	struct task_struct *p = current;
	bool changed = new->euid != p->euid || new->egid != p->egid;

	if (new->uid != p->uid) {
		struct user_struct *old = p->user;
		struct user_struct *user = alloc_uid(new->uid);

		if (!user)
			return -EAGAIN;
		atomic_inc(&user->processes);
		p->user = user;
		atomic_dec(&old->processes);
		free_uid(old);
	}
	p->uid = new->uid;
	p->euid = new->euid;
	p->suid = new->suid;
	p->fsuid = new->fsuid;
	p->gid = new->gid;
	p->egid = new->egid;
	p->sgid = new->sgid;
	p->fsgid = new->fsgid;
	if (changed)
		p->pdeath_signal = 0;
	return 0;
}

static bool is_own_uid(const struct ids *ids, uid_t uid)
{
	return uid == ids->uid || uid == ids->euid || uid == ids->suid;
}

static bool is_own_gid(const struct ids *ids, gid_t gid)
{
	return gid == ids->gid || gid == ids->egid || gid == ids->sgid;
}

#define NO_ID ((uid_t)-1) /* leave this one as it is */

SYSCALL_DEFINE1(setuid, uid_t, uid)
{
	struct ids ids = current_ids();

	if (uid == NO_ID)
		return -EINVAL;
	if (capable_root())
		ids.uid = ids.suid = uid;
	else if (uid != ids.uid && uid != ids.suid)
		return -EPERM;
	ids.euid = ids.fsuid = uid;
	return commit_ids(&ids);
}

SYSCALL_DEFINE1(setgid, gid_t, gid)
{
	struct ids ids = current_ids();

	if (gid == NO_ID)
		return -EINVAL;
	if (capable_root())
		ids.gid = ids.sgid = gid;
	else if (gid != ids.gid && gid != ids.sgid)
		return -EPERM;
	ids.egid = ids.fsgid = gid;
	return commit_ids(&ids);
}

SYSCALL_DEFINE2(setreuid, uid_t, ruid, uid_t, euid)
{
	struct ids ids = current_ids();
	uid_t old_uid = ids.uid;

	if (ruid != NO_ID) {
		if (ruid != ids.uid && ruid != ids.euid && !capable_root())
			return -EPERM;
		ids.uid = ruid;
	}
	if (euid != NO_ID) {
		if (euid != old_uid && euid != ids.euid && euid != ids.suid &&
		    !capable_root())
			return -EPERM;
		ids.euid = euid;
	}
	if (ruid != NO_ID || (euid != NO_ID && euid != old_uid))
		ids.suid = ids.euid;
	ids.fsuid = ids.euid;
	return commit_ids(&ids);
}

SYSCALL_DEFINE2(setregid, gid_t, rgid, gid_t, egid)
{
	struct ids ids = current_ids();
	gid_t old_gid = ids.gid;

	if (rgid != NO_ID) {
		if (rgid != ids.gid && rgid != ids.egid && !capable_root())
			return -EPERM;
		ids.gid = rgid;
	}
	if (egid != NO_ID) {
		if (egid != old_gid && egid != ids.egid && egid != ids.sgid &&
		    !capable_root())
			return -EPERM;
		ids.egid = egid;
	}
	if (rgid != NO_ID || (egid != NO_ID && egid != old_gid))
		ids.sgid = ids.egid;
	ids.fsgid = ids.egid;
	return commit_ids(&ids);
}

SYSCALL_DEFINE3(setresuid, uid_t, ruid, uid_t, euid, uid_t, suid)
{
	struct ids ids = current_ids();
	const struct ids old = ids;

	if (!capable_root() && ((ruid != NO_ID && !is_own_uid(&old, ruid)) ||
				(euid != NO_ID && !is_own_uid(&old, euid)) ||
				(suid != NO_ID && !is_own_uid(&old, suid))))
		return -EPERM;

	if (ruid != NO_ID)
		ids.uid = ruid;
	if (euid != NO_ID)
		ids.euid = euid;
	if (suid != NO_ID)
		ids.suid = suid;
	ids.fsuid = ids.euid;
	return commit_ids(&ids);
}

SYSCALL_DEFINE3(setresgid, gid_t, rgid, gid_t, egid, gid_t, sgid)
{
	struct ids ids = current_ids();
	const struct ids old = ids;

	if (!capable_root() && ((rgid != NO_ID && !is_own_gid(&old, rgid)) ||
				(egid != NO_ID && !is_own_gid(&old, egid)) ||
				(sgid != NO_ID && !is_own_gid(&old, sgid))))
		return -EPERM;

	if (rgid != NO_ID)
		ids.gid = rgid;
	if (egid != NO_ID)
		ids.egid = egid;
	if (sgid != NO_ID)
		ids.sgid = sgid;
	ids.fsgid = ids.egid;
	return commit_ids(&ids);
}

/* These two answer with the old id, and never with an error. */
SYSCALL_DEFINE1(setfsuid, uid_t, uid)
{
	struct ids ids = current_ids();
	uid_t old = ids.fsuid;

	if (uid != NO_ID &&
	    (is_own_uid(&ids, uid) || uid == old || capable_root()))
		current->fsuid = uid;
	return old;
}

SYSCALL_DEFINE1(setfsgid, gid_t, gid)
{
	struct ids ids = current_ids();
	gid_t old = ids.fsgid;

	if (gid != NO_ID &&
	    (is_own_gid(&ids, gid) || gid == old || capable_root()))
		current->fsgid = gid;
	return old;
}

/* ---- asking ------------------------------------------------------------- */

SYSCALL_DEFINE0(getuid)
{
	return current->uid;
}

SYSCALL_DEFINE0(geteuid)
{
	return current->euid;
}

SYSCALL_DEFINE0(getgid)
{
	return current->gid;
}

SYSCALL_DEFINE0(getegid)
{
	return current->egid;
}

SYSCALL_DEFINE3(getresuid, uid_t __user *, ruid, uid_t __user *, euid,
		uid_t __user *, suid)
{
	if (put_user(current->uid, ruid) || put_user(current->euid, euid) ||
	    put_user(current->suid, suid))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE3(getresgid, gid_t __user *, rgid, gid_t __user *, egid,
		gid_t __user *, sgid)
{
	if (put_user(current->gid, rgid) || put_user(current->egid, egid) ||
	    put_user(current->sgid, sgid))
		return -EFAULT;
	return 0;
}

/* ---- supplementary groups ----------------------------------------------- */

struct group_info *get_group_info(struct group_info *info)
{
	if (info)
		atomic_inc(&info->usage);
	return info;
}

void put_group_info(struct group_info *info)
{
	if (info && atomic_dec_and_test(&info->usage))
		kfree(info);
}

bool in_group_p(gid_t gid)
{
	const struct group_info *info = current->group_info;

	if (gid == current->fsgid)
		return true;
	for (int i = 0; info && i < info->ngroups; i++)
		if (info->gid[i] == gid)
			return true;
	return false;
}

SYSCALL_DEFINE2(getgroups, int, gidsetsize, gid_t __user *, grouplist)
{
	const struct group_info *info = current->group_info;
	int n = info ? info->ngroups : 0;

	if (gidsetsize < 0)
		return -EINVAL;
	if (gidsetsize == 0)
		return n;
	if (n > gidsetsize)
		return -EINVAL;
	if (n && copy_to_user(grouplist, info->gid, n * sizeof(gid_t)))
		return -EFAULT;
	return n;
}

static int compare_gid(const void *a, const void *b)
{
	gid_t x = *(const gid_t *)a, y = *(const gid_t *)b;

	return x < y ? -1 : x > y;
}

SYSCALL_DEFINE2(setgroups, int, gidsetsize, gid_t __user *, grouplist)
{
	struct group_info *info, *old;

	if (!capable_root())
		return -EPERM;
	if ((unsigned int)gidsetsize > NGROUPS_MAX)
		return -EINVAL;
	info = kmalloc(sizeof(*info) + gidsetsize * sizeof(gid_t), GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	atomic_set(&info->usage, 1);
	info->ngroups = gidsetsize;
	if (copy_from_user(info->gid, grouplist, gidsetsize * sizeof(gid_t))) {
		kfree(info);
		return -EFAULT;
	}
	for (int i = 0; i < gidsetsize; i++) {
		if (info->gid[i] == NO_ID) {
			kfree(info);
			return -EINVAL;
		}
	}
	sort(info->gid, gidsetsize, sizeof(gid_t), compare_gid);

	old = current->group_info;
	current->group_info = info;
	put_group_info(old);
	return 0;
}
