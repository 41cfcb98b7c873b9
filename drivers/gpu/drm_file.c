/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_file.c - a client: open, close, and the events it reads.
 *
 * When a client goes, all that is its own goes: handles, framebuffers (and with
 * a framebuffer what the screen shows of it), unread events, the right to set
 * modes.  A map outlives the client: an area has a reference of its own.
 *
 * In Linux: drivers/gpu/drm/drm_file.c.
 */

#include <asm/uaccess.h>
#include "drivers/gpu/drm_device.h"
#include "fs/devtmpfs.h"
#include "fs/fcntl.h"
#include "fs/poll.h"
#include "kernel/lib/err.h"
#include "kernel/lib/errno.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/slab.h"

/* What may wait to be read by one client, bytes. */
#define DRM_EVENT_SPACE 4096

static struct drm_device *card0;

/* ---- open, close -------------------------------------------------------- */

static struct drm_file *drm_file_alloc(struct drm_device *dev)
{
	struct drm_file *file = kzalloc(sizeof(*file), GFP_USER);

	if (!file)
		return NULL;
	file->dev = dev;
	file->authenticated = capable_root();
	file->tgid = current->tgid;
	file->uid = current->euid;
	file->event_space = DRM_EVENT_SPACE;
	INIT_LIST_HEAD(&file->fbs);
	INIT_LIST_HEAD(&file->events);
	mutex_init(&file->event_read_lock);
	spin_lock_init(&file->event_lock);
	init_waitqueue_head(&file->event_wait);
	drm_gem_open(file);
	return file;
}

static int drm_open(struct inode *inode, struct file *filp)
{
	struct drm_device *dev = card0;
	struct drm_file *file = drm_file_alloc(dev);
	int err;

	if (!file)
		return -ENOMEM;
	mutex_lock(&dev->master_mutex);
	err = drm_master_open(file);
	if (!err) {
		list_add_tail(&file->node, &dev->files);
		dev->open_count++;
	}
	mutex_unlock(&dev->master_mutex);
	if (err) {
		kfree(file);
		return err;
	}
	/* All maps of all clients, by whatever node they came. */
	filp->f_mapping = &dev->mapping;
	filp->private_data = file;
	return 0;
}

static void drop_events(struct drm_file *file)
{
	struct drm_pending_event *e, *next;

	list_for_each_entry_safe (e, next, &file->events, node)
		kfree(e);
}

static int drm_release(struct inode *inode, struct file *filp)
{
	struct drm_file *file = filp->private_data;
	struct drm_device *dev = file->dev;
	bool dark;

	drm_fb_release(file);
	drm_gem_release(file);
	drop_events(file);

	mutex_lock(&dev->master_mutex);
	list_del(&file->node);
	drm_master_release(file);
	dev->open_count--;
	/* Unlike Linux, which waits for the last client: a shell needs light. */
	dark = !dev->open_count || !dev->master;
	mutex_unlock(&dev->master_mutex);
	if (dark)
		drm_restore_console(dev);
	kfree(file);
	return 0;
}

/* ---- events ------------------------------------------------------------- */

struct drm_pending_event *drm_event_reserve(struct drm_file *file)
{
	struct drm_pending_event *e = kzalloc(sizeof(*e), GFP_USER);
	bool room;

	if (!e)
		return NULL;
	e->event.base.length = sizeof(e->event);
	spin_lock(&file->event_lock);
	room = file->event_space >= sizeof(e->event);
	if (room)
		file->event_space -= sizeof(e->event);
	spin_unlock(&file->event_lock);
	if (!room) {
		kfree(e);
		return NULL;
	}
	return e;
}

void drm_send_event(struct drm_file *file, struct drm_pending_event *e)
{
	spin_lock(&file->event_lock);
	list_add_tail(&e->node, &file->events);
	spin_unlock(&file->event_lock);
	wake_up_interruptible_poll(&file->event_wait, POLLIN | POLLRDNORM);
}

void drm_event_cancel(struct drm_file *file, struct drm_pending_event *e)
{
	spin_lock(&file->event_lock);
	file->event_space += sizeof(e->event);
	spin_unlock(&file->event_lock);
	kfree(e);
}

/* The first event, if there is one and it fits into @room bytes; or NULL. */
static struct drm_pending_event *take_event(struct drm_file *file, size_t room)
{
	struct drm_pending_event *e = NULL;

	spin_lock(&file->event_lock);
	if (!list_empty(&file->events) && room >= sizeof(e->event)) {
		e = list_first_entry(&file->events, struct drm_pending_event,
				     node);
		list_del(&e->node); /* its space is taken until it is read */
	}
	spin_unlock(&file->event_lock);
	return e;
}

/* It could not be delivered: it comes first again. */
static void put_back_event(struct drm_file *file, struct drm_pending_event *e)
{
	spin_lock(&file->event_lock);
	list_add(&e->node, &file->events);
	spin_unlock(&file->event_lock);
}

/* Copy whole events, as many as there are and fit.  Bytes, or -EFAULT. */
static ssize_t read_events(struct drm_file *file, char __user *buf,
			   size_t count)
{
	struct drm_pending_event *e;
	size_t done = 0;

	while ((e = take_event(file, count - done))) {
		if (copy_to_user(buf + done, &e->event, sizeof(e->event))) {
			put_back_event(file, e);
			return done ? (ssize_t)done : -EFAULT;
		}
		done += sizeof(e->event);
		drm_event_cancel(file, e);
	}
	return done;
}

static bool has_events(struct drm_file *file)
{
	bool any;

	spin_lock(&file->event_lock);
	any = !list_empty(&file->events);
	spin_unlock(&file->event_lock);
	return any;
}

static ssize_t drm_read(struct file *filp, char __user *buf, size_t count,
			loff_t *pos) __no_lock_analysis
{
	struct drm_file *file = filp->private_data;
	ssize_t ret = mutex_lock_interruptible(&file->event_read_lock);

	if (ret)
		return ret;
	while (!ret && !has_events(file)) {
		ret = -EAGAIN;
		if (filp->f_flags & O_NONBLOCK)
			break;
		/* Without the lock, so that another reader can be told EAGAIN. */
		mutex_unlock(&file->event_read_lock);
		ret = wait_event_interruptible(file->event_wait,
					       has_events(file));
		if (ret)
			return ret;
		ret = mutex_lock_interruptible(&file->event_read_lock);
		if (ret)
			return ret;
	}
	if (!ret)
		ret = read_events(file, buf, count);
	mutex_unlock(&file->event_read_lock);
	return ret;
}

static unsigned int drm_poll(struct file *filp, struct poll_table_struct *pt)
{
	struct drm_file *file = filp->private_data;

	poll_wait(filp, &file->event_wait, pt);
	return has_events(file) ? POLLIN | POLLRDNORM : 0;
}

/* ------------------------------------------------------------------------- */

static const struct file_operations drm_fops = {
	.open = drm_open,
	.release = drm_release,
	.read = drm_read,
	.poll = drm_poll,
	.llseek = noop_llseek,
	.unlocked_ioctl = drm_ioctl,
	.mmap = drm_gem_mmap,
};

int drm_dev_register(struct drm_device *dev)
{
	int err = drm_sysfs_init(dev);

	if (!err)
		err = drm_debugfs_init(dev);
	if (err)
		return err;
	card0 = dev;
	return register_chrdev_node("dri/card0", MKDEV(DRM_MAJOR, 0), 0600,
				    &drm_fops);
}
