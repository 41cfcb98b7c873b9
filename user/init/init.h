/* SPDX-License-Identifier: MIT */
/*
 * user/init/init.h - process 1 of the teaching image.
 *
 * A plain Linux program, the same binary on Kilburn and on Linux.  It mounts
 * the file systems and then either runs one program for tools/kb (exec.c) or
 * offers the demos to a person (menu.c).
 */
#ifndef KILBURN_USER_INIT_H
#define KILBURN_USER_INIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * report() - print one line about init's own troubles on the console.
 * @format: as for printf(), without the line's end
 */
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* mounts.c: mount /proc, /sys, /dev, /tmp and /dev/shm; failures are reported. */
void mount_all(void);

/* modules.c: load the kernel modules that tools/kb added below /kb/modules. */
void load_modules(void);

/* files.c */

/**
 * read_file() - read a whole file.
 * @path: its name
 * @len:  set to the number of bytes, without the NUL that follows them
 *
 * Return: the malloc()ed bytes, or NULL with errno set.
 */
char *read_file(const char *path, size_t *len);

/**
 * split_words() - make an argv-like array of NUL-terminated words.
 * @words: the bytes, as read_file() returns them
 * @len:   how many
 *
 * Return: a malloc()ed array that ends with NULL and points into @words, or
 * NULL with errno set.
 */
char **split_words(char *words, size_t len);

/* Write all of it, however often write() returns early; false with errno set. */
bool write_all(int fd, const void *buf, size_t len);

/* serial.c */

/* Open a serial port raw, close-on-exec; -1 with errno set. */
int open_serial(const char *path);

/* relay.c: copy what a child writes to its pipes until it ends. */

struct stream {
	int from; /* read end of a pipe, or -1 when it is at its end */
	int to;   /* where the bytes go */
};

/* To be called before the fork() of a child for relay_until_exit(). */
bool relay_prepare(void);

/**
 * relay_until_exit() - copy the output of a child and wait for its end.
 * @child:   its process
 * @streams: its pipes
 * @nr:      how many
 *
 * A grandchild may keep a pipe open for ever, so after @child has ended only
 * what its pipes hold at that time is copied.  Reaps orphans meanwhile.
 *
 * Return: the wait status of @child.
 */
int relay_until_exit(pid_t child, struct stream *streams, size_t nr);

/* exec.c: whether tools/kb left orders below /kb; carry them out. */
bool have_orders(void);
void run_orders(void);

/* menu.c: offer the demos on the console until the user has enough. */
void run_menu(void);

#endif /* KILBURN_USER_INIT_H */
