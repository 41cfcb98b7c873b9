/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/walk.h - what the files of memwalk share: see main.c.
 */
#ifndef KILBURN_TESTS_COMPARE_WALK_H
#define KILBURN_TESTS_COMPARE_WALK_H

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096UL

/* ---- main.c -------------------------------------------------------------- */

/* Where the walk takes place; the same distances on every kernel. */
extern unsigned long arena; /* an address that is always free at the start */
extern unsigned long top;   /* mmap(NULL) hands out what is below */
extern unsigned long heap;  /* the first program break */
extern unsigned long vram;  /* physical address of video memory, or 0 */

/* The descriptors that calls name by their place here. */
enum walk_file {
	NO_FILE,
	FILE_A,       /* eight pages on tmpfs */
	FILE_B,       /* ends in the middle of a page */
	FILE_A_RO,    /* FILE_A, opened for reading */
	FILE_A_WO,    /* FILE_A, opened for writing */
	FILE_MEM,     /* a memfd that may be sealed */
	FILE_ZERO,    /* /dev/zero */
	FILE_RAW,     /* /dev/mem */
	FILE_RAW_RO,  /* /dev/mem, opened for reading */
	FILE_PIPE,    /* the end of a pipe that is read */
	FILE_PIPE_WO, /* its other end */
	NR_FILES,
};
extern int walk_fds[NR_FILES];
extern const char *const walk_file_names[NR_FILES];

/* Ready the copy of this program that a fork() has made. */
void process_begins(void);
void walk_steps(int nr);
/* Add to the line of this call. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_line(void);
void fatal(const char *what);

extern char walk_who[32];    /* which process: "", ".1", ".1.2" */
extern bool walk_privileged; /* until setuid() */

/* ---- call.c -------------------------------------------------------------- */

enum { CALL_LOAD = -1, CALL_STORE = -2 };

/* Who makes a call. */
enum performer { BY_MAIN, BY_THREAD, BY_VFORK };

/* One system call, load or store, and what came of it. */
struct call {
	long nr; /* system call, or CALL_LOAD, CALL_STORE */
	long arg[6];
	long ret; /* -errno if it failed; what was loaded */
	int sig, code;
	unsigned long bad_addr;
	long minflt, majflt;
	sigjmp_buf back;
};

long raw_syscall(long nr, long a, long b, long c, long d, long e, long f);
void calls_begin(void);
/* Choose who makes the calls of this step. */
void choose_performer(enum performer who);
/* Make the call, and say how it ended.  Return: call->ret. */
long perform(struct call *call);
/* perform() of a system call. */
long make(long nr, long a, long b, long c, long d, long e, long f);

/* ---- state.c ------------------------------------------------------------- */

struct area {
	unsigned long start, end, offset;
	char perms[5];
	bool raw;   /* of /dev/mem */
	bool grows; /* a stack */
};
#define MAX_AREAS 256
extern struct area areas[MAX_AREAS];
extern int nr_areas;

void state_begins(void);
/* Look at everything that can be seen; say() the digests. */
void look(bool in_full);
/* "A+0x5": pages, and bytes if there are any, from the nearest landmark. */
const char *place(unsigned long addr);
#define PM_PRESENT (1ULL << 63)
/* The entries of /proc/self/pagemap for the @nr pages at @addr. */
void read_pagemap(unsigned long addr, unsigned long nr, uint64_t entries[]);
extern int mem_fd; /* /proc/self/mem, from before setuid() */
/* A line of /proc/self/status, in bytes. */
unsigned long status_bytes(const char *name);

/* ---- known.c ------------------------------------------------------------- */

enum known {
	KNOWN_FORK_RAW_COPY,
	KNOWN_SPLICE_RAW_COPY,
	KNOWN_SPLICE_UNREADABLE,
	KNOWN_DEBUGGER_PAST_RAW,
	KNOWN_STACK_FOR_OTHERS,
	KNOWN_SEALED_MAP,
	KNOWN_LAZY_FREE,
	KNOWN_REFERENCED,
	KNOWN_VM_PAT,
	KNOWN_RSS_BATCHES,
	KNOWN_PKEYS,
	KNOWN_HUGE_PAGES,
	NR_KNOWN,
};

/* Must the call not be made?  Says so in the line. */
bool known_difference(enum known which, unsigned long addr, unsigned long len);
void print_known(void);

/* ---- pick.c -------------------------------------------------------------- */

void seed_with(uint64_t seed);
/* A number below @nr. */
unsigned long pick(unsigned long nr);
/* True once in @nr times. */
bool one_in(unsigned long nr);
long pick_of(const long *values, int nr);
#define PICK(...)                                                              \
	pick_of((const long[]){ __VA_ARGS__ },                                 \
		sizeof((const long[]){ __VA_ARGS__ }) / sizeof(long))
unsigned long pick_addr(void);
unsigned long pick_len(void);
int pick_prot(void);
/* A range that begins, or begins and ends, with an area. */
void pick_range(unsigned long *addr, unsigned long *len);

/* ---- the calls ----------------------------------------------------------- */

/* What can be done in a step, and how often relative to the others. */
struct step {
	void (*fn)(void);
	int weight;
};
extern const struct step map_steps[], data_steps[], task_steps[];

#endif
