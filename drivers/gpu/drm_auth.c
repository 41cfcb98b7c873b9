/* SPDX-License-Identifier: MIT */
/*
 * drivers/gpu/drm_auth.c - which client may set modes.
 *
 * The first client to open the device becomes master, if there is none.  Others
 * that open it belong to that master's session: they have no rights, unless
 * the master vouches for them (a client asks for a magic number and tells it to
 * the master).  With the master goes the right; then root may take it, or who
 * had it before in this process.
 *
 * In Linux: drivers/gpu/drm/drm_auth.c.
 */

#include "drivers/gpu/drm_device.h"
#include "kernel/lib/errno.h"
#include "kernel/lib/kernel.h"
#include "kernel/sched.h"
#include "kernel/task.h"
#include "mm/slab.h"

static struct drm_master *master_create(void)
{
	struct drm_master *master = kzalloc(sizeof(*master), GFP_USER);

	if (!master)
		return NULL;
	refcount_set(&master->refcount, 1);
	drm_mm_init(&master->magics, 1, 0x7fffffff);
	return master;
}

static void master_put(struct drm_master *master)
{
	if (refcount_dec_and_test(&master->refcount))
		kfree(master);
}

/* The client's magic number is of its master.  master_mutex held. */
static void forget_magic(struct drm_file *file)
{
	if (!file->magic.size)
		return;
	drm_mm_remove_node(&file->master->magics, &file->magic);
	file->magic.size = 0;
	file->magic_used = false;
}

/* Begin a session with this client as its master.  Return: 0 or -ENOMEM. */
static int new_master(struct drm_file *file)
{
	struct drm_master *master = master_create();

	lockdep_assert_held(&file->dev->master_mutex);
	if (!master)
		return -ENOMEM;
	if (file->master) {
		forget_magic(file);
		master_put(file->master);
	}
	file->master = master;
	file->is_master = file->was_master = true;
	file->authenticated = true;
	refcount_inc(&master->refcount);
	file->dev->master = master;
	return 0;
}

static bool is_current_master_locked(const struct drm_file *file)
{
	return file->is_master && file->dev->master == file->master;
}

bool drm_is_current_master(struct drm_file *file)
{
	bool is;

	mutex_lock(&file->dev->master_mutex);
	is = is_current_master_locked(file);
	mutex_unlock(&file->dev->master_mutex);
	return is;
}

int drm_master_open(struct drm_file *file)
{
	struct drm_device *dev = file->dev;
	int err = 0;

	lockdep_assert_held(&dev->master_mutex);
	if (!dev->master)
		return new_master(file);
	file->master = dev->master;
	refcount_inc(&file->master->refcount);
	return err;
}

static void drop_master(struct drm_device *dev)
{
	master_put(dev->master);
	dev->master = NULL;
}

void drm_master_release(struct drm_file *file)
{
	lockdep_assert_held(&file->dev->master_mutex);
	forget_magic(file);
	if (is_current_master_locked(file))
		drop_master(file->dev);
	master_put(file->master);
}

/* May the client become or cease to be master?  Return: 0 or -EACCES. */
static int check_permission(const struct drm_file *file)
{
	if (file->was_master && file->tgid == current->tgid)
		return 0;
	return capable_root() ? 0 : -EACCES;
}

static int set_master(struct drm_file *file)
{
	struct drm_device *dev = file->dev;
	int err = check_permission(file);

	if (err || is_current_master_locked(file))
		return err;
	if (dev->master)
		return -EBUSY;
	if (!file->is_master)
		return new_master(file);
	dev->master = file->master;
	refcount_inc(&dev->master->refcount);
	return 0;
}

int drm_setmaster_ioctl(struct drm_device *dev, void *data,
			struct drm_file *file)
{
	int err;

	mutex_lock(&dev->master_mutex);
	err = set_master(file);
	mutex_unlock(&dev->master_mutex);
	return err;
}

int drm_dropmaster_ioctl(struct drm_device *dev, void *data,
			 struct drm_file *file)
{
	int err;

	mutex_lock(&dev->master_mutex);
	err = check_permission(file);
	if (!err && !is_current_master_locked(file))
		err = -EINVAL;
	if (!err)
		drop_master(dev);
	mutex_unlock(&dev->master_mutex);
	return err;
}

int drm_getmagic(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_auth *auth = data;
	int err = 0;

	mutex_lock(&dev->master_mutex);
	if (!file->magic.size)
		err = drm_mm_insert_node(&file->master->magics, &file->magic,
					 1);
	auth->magic = file->magic.size ? file->magic.start : 0;
	mutex_unlock(&dev->master_mutex);
	return err;
}

int drm_authmagic(struct drm_device *dev, void *data, struct drm_file *file)
{
	struct drm_auth *auth = data;
	struct drm_file *other = NULL;
	struct drm_mm_node *node;
	int err = -EINVAL;

	mutex_lock(&dev->master_mutex);
	node = drm_mm_lookup(&file->master->magics, auth->magic);
	if (node)
		other = container_of(node, struct drm_file, magic);
	if (other && !other->magic_used) {
		/* It stays the client's: nobody else may come by it. */
		other->authenticated = other->magic_used = true;
		err = 0;
	}
	mutex_unlock(&dev->master_mutex);
	return err;
}
