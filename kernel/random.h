/* SPDX-License-Identifier: MIT */
/*
 * kernel/random.h - numbers that nobody can foretell.
 *
 * In Linux: include/linux/random.h.
 */
#ifndef KILBURN_KERNEL_RANDOM_H
#define KILBURN_KERNEL_RANDOM_H

#include "kernel/lib/types.h"

/**
 * get_random_bytes() - fill a buffer with random bytes.
 * @buf: the buffer
 * @len: bytes
 *
 * Context: any.
 */
void get_random_bytes(void *buf, size_t len);

/* Mix something that an attacker may not know into the generator. */
void add_device_randomness(const void *buf, size_t len);

/* As read() of /dev/urandom: bytes written, or -EFAULT. */
ssize_t get_random_bytes_user(char __user *buf, size_t len);

#endif /* KILBURN_KERNEL_RANDOM_H */
