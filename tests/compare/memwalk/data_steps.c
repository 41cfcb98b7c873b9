/* SPDX-License-Identifier: MIT */
/*
 * tests/compare/memwalk/data_steps.c - calls that read or write memory, and
 * calls that change the files behind it.
 */
#include "walk.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char bytes[4 * PAGE] __attribute__((aligned(PAGE)));
static unsigned long stamp; /* what is stored next */

static unsigned long sum_of_bytes(void)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		sum = sum * 31 + (unsigned char)bytes[i];
	return sum & 0xffffffff;
}

static void fill_bytes(void)
{
	memset(bytes, (int)(++stamp * 7), sizeof(bytes));
}

static unsigned long pick_word(unsigned long addr)
{
	unsigned long page = addr & ~(PAGE - 1);

	return page + PICK(0, 8, 2048, 4088);
}

static void step_load(void)
{
	unsigned long addr = pick_word(pick_addr());
	struct call call = { .nr = CALL_LOAD, .arg = { addr } };

	say("load %s", place(addr));
	perform(&call);
}

static void step_store(void)
{
	unsigned long addr = pick_word(pick_addr());
	struct call call = { .nr = CALL_STORE, .arg = { addr, ++stamp } };

	say("store %s", place(addr));
	perform(&call);
}

static size_t pick_count(void)
{
	return PICK(1, 8, 100, PAGE, PAGE, 2 * PAGE, 3 * PAGE, 4 * PAGE);
}

static void step_process_vm(void)
{
	unsigned long addr = pick_addr() + (one_in(2) ? 0 : pick(PAGE));
	size_t count = pick_count();
	struct iovec local = { bytes, count };
	struct iovec remote = { (void *)addr, count };
	bool writes = one_in(2);

	fill_bytes();
	say("process_vm_%sv(%s, %zx)", writes ? "write" : "read", place(addr),
	    count);
	if (known_difference(KNOWN_STACK_FOR_OTHERS, addr, count))
		return;
	make(writes ? SYS_process_vm_writev : SYS_process_vm_readv, getpid(),
	     (long)&local, 1, (long)&remote, 1, 0);
	if (!writes)
		say(" [%lx]", sum_of_bytes());
}

static void step_vmsplice(void)
{
	unsigned long addr = pick_addr() + (one_in(2) ? 0 : pick(PAGE));
	struct iovec from = { (void *)addr, pick_count() };

	say("vmsplice(%s, %zx)", place(addr), from.iov_len);
	if (known_difference(KNOWN_SPLICE_RAW_COPY, addr, from.iov_len) ||
	    known_difference(KNOWN_SPLICE_UNREADABLE, addr, from.iov_len) ||
	    known_difference(KNOWN_STACK_FOR_OTHERS, addr, from.iov_len))
		return;
	make(SYS_vmsplice, walk_fds[FILE_PIPE_WO], (long)&from, 1, 0, 0, 0);
}

static void step_drain_pipe(void)
{
	fill_bytes();
	say("read(pipe)");
	make(SYS_read, walk_fds[FILE_PIPE], (long)bytes, sizeof(bytes), 0, 0,
	     0);
	say(" [%lx]", sum_of_bytes());
}

/* The kernel copies to and from the addresses, like any read and write. */
static void step_pipe_copy(void)
{
	unsigned long addr = pick_addr() + (one_in(2) ? 0 : pick(PAGE));
	bool reads = one_in(2);
	size_t count = pick_count();

	say("%s(pipe, %s, %zx)", reads ? "read" : "write", place(addr), count);
	make(reads ? SYS_read : SYS_write,
	     walk_fds[reads ? FILE_PIPE : FILE_PIPE_WO], addr, count, 0, 0, 0);
}

static void step_proc_mem(void)
{
	unsigned long addr = pick_addr() + (one_in(2) ? 0 : pick(PAGE));
	size_t count = pick_count();
	bool writes = one_in(2);

	fill_bytes();
	say("%s(/proc/self/mem, %s, %zx)", writes ? "pwrite" : "pread",
	    place(addr), count);
	if (known_difference(KNOWN_DEBUGGER_PAST_RAW, addr, count) ||
	    known_difference(KNOWN_STACK_FOR_OTHERS, addr, count))
		return;
	make(writes ? SYS_pwrite64 : SYS_pread64, mem_fd, (long)bytes, count,
	     addr, 0, 0);
	if (!writes)
		say(" [%lx]", sum_of_bytes());
}

static enum walk_file pick_file(void)
{
	return PICK(FILE_A, FILE_A, FILE_B, FILE_MEM, FILE_MEM, FILE_A_RO,
		    FILE_A_WO);
}

/* Through the file, from or to memory that may be a map of the same file. */
static void step_file_copy(void)
{
	unsigned long addr = one_in(3) ? (unsigned long)bytes : pick_addr();
	enum walk_file file = pick_file();
	size_t count = pick_count();
	long offset = pick(9 * PAGE);
	bool writes = one_in(2);

	if (addr == (unsigned long)bytes)
		fill_bytes();
	say("%s(%s, %s, %zx, %lx)", writes ? "pwrite" : "pread",
	    walk_file_names[file],
	    addr == (unsigned long)bytes ? "own" : place(addr), count, offset);
	make(writes ? SYS_pwrite64 : SYS_pread64, walk_fds[file], addr, count,
	     offset, 0, 0);
	if (addr == (unsigned long)bytes)
		say(" [%lx]", sum_of_bytes());
}

static void step_truncate(void)
{
	enum walk_file file = pick_file();
	long size = pick(10) * PAGE;

	if (one_in(2))
		size += pick(PAGE);
	if (one_in(30))
		size = PICK(-1, 1L << 62);
	say("ftruncate(%s, %lx)", walk_file_names[file], size);
	make(SYS_ftruncate, walk_fds[file], size, 0, 0, 0, 0);
}

static void step_fallocate(void)
{
	enum walk_file file = pick_file();
	long mode = PICK(0, 1, 2, 3, 3, 3, 3, 3, 0x10, 0x8), len, offset;

	offset = pick(9) * PAGE + (one_in(2) ? 0 : pick(PAGE));
	len = one_in(3) ? pick(3 * PAGE) : pick(4) * PAGE;
	say("fallocate(%s, %lx, %lx, %lx)", walk_file_names[file], mode, offset,
	    len);
	make(SYS_fallocate, walk_fds[file], mode, offset, len, 0, 0);
}

static void step_seal(void)
{
	enum walk_file file = one_in(5) ? FILE_A : FILE_MEM;
	long seals = PICK(1, 2, 2, 4, 4, 8, 8, 16, 0, 32);

	if (one_in(3)) {
		say("fcntl(%s, F_GET_SEALS)", walk_file_names[file]);
		make(SYS_fcntl, walk_fds[file], F_GET_SEALS, 0, 0, 0, 0);
		return;
	}
	say("fcntl(%s, F_ADD_SEALS, %lx)", walk_file_names[file], seals);
	make(SYS_fcntl, walk_fds[file], F_ADD_SEALS, seals, 0, 0, 0);
}

/* A new memfd in the place of the old one, whose maps go on. */
static void step_memfd(void)
{
	static const char name[] = "walk";
	long flags = PICK(1, 2, 2, 3, 3, 8, 16), fd;

	say("memfd_create(%lx)", flags);
	fd = raw_syscall(SYS_memfd_create, (long)name, flags, 0, 0, 0, 0);
	say(" %s", fd < 0 ? "fails" : "succeeds");
	if (fd < 0)
		return;
	dup3(fd, walk_fds[FILE_MEM], O_CLOEXEC);
	close(fd);
	ftruncate(walk_fds[FILE_MEM], pick(8 * PAGE));
}

const struct step data_steps[] = {
	{ step_load, 16 },     { step_store, 26 },     { step_process_vm, 5 },
	{ step_vmsplice, 4 },  { step_drain_pipe, 3 }, { step_pipe_copy, 4 },
	{ step_proc_mem, 5 },  { step_file_copy, 5 },  { step_truncate, 5 },
	{ step_fallocate, 5 }, { step_seal, 2 },       { step_memfd, 1 },
	{ NULL, 0 },
};
