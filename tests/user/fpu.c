/* SPDX-License-Identifier: MIT */
/*
 * tests/user/fpu.c - x87, SSE and AVX registers belong to a task: they
 * survive preemption, system calls and page faults, are inherited over fork
 * and reset by execve.
 *
 * CFLAGS: -pthread
 */
#include "tap.h"
#include <cpuid.h>
#include <pthread.h>
#include <sched.h>

#define PROCESSES 6
#define ROUNDS    400

static int has_avx;

/* A bit pattern for register @reg of process @who. */
static void fill(unsigned char *block, int who, size_t len)
{
	for (size_t i = 0; i < len; i++)
		block[i] = (unsigned char)(who * 37 + i * 11 + 1);
}

/*
 * Load all sixteen SSE registers, let others run, and store them again.
 * @how: 0 only spin; 1 yield; 2 touch a new page
 */
static int check_sse(int who, int how, char *page)
{
	static unsigned char in[256], out[256];

	fill(in, who, sizeof(in));
	__asm__ volatile(
		"movdqu 0(%0), %%xmm0\n\tmovdqu 16(%0), %%xmm1\n\t"
		"movdqu 32(%0), %%xmm2\n\tmovdqu 48(%0), %%xmm3\n\t"
		"movdqu 64(%0), %%xmm4\n\tmovdqu 80(%0), %%xmm5\n\t"
		"movdqu 96(%0), %%xmm6\n\tmovdqu 112(%0), %%xmm7\n\t"
		"movdqu 128(%0), %%xmm8\n\tmovdqu 144(%0), %%xmm9\n\t"
		"movdqu 160(%0), %%xmm10\n\tmovdqu 176(%0), %%xmm11\n\t"
		"movdqu 192(%0), %%xmm12\n\tmovdqu 208(%0), %%xmm13\n\t"
		"movdqu 224(%0), %%xmm14\n\tmovdqu 240(%0), %%xmm15\n\t"
		"cmp $1, %2\n\tje 1f\n\tcmp $2, %2\n\tje 2f\n\t"
		"mov $20000, %%ecx\n3:\tdec %%ecx\n\tjnz 3b\n\tjmp 4f\n"
		"1:\tmov $24, %%eax\n\tsyscall\n\tjmp 4f\n" /* sched_yield */
		"2:\tmovb $1, (%3)\n"
		"4:\tmovdqu %%xmm0, 0(%1)\n\tmovdqu %%xmm1, 16(%1)\n\t"
		"movdqu %%xmm2, 32(%1)\n\tmovdqu %%xmm3, 48(%1)\n\t"
		"movdqu %%xmm4, 64(%1)\n\tmovdqu %%xmm5, 80(%1)\n\t"
		"movdqu %%xmm6, 96(%1)\n\tmovdqu %%xmm7, 112(%1)\n\t"
		"movdqu %%xmm8, 128(%1)\n\tmovdqu %%xmm9, 144(%1)\n\t"
		"movdqu %%xmm10, 160(%1)\n\tmovdqu %%xmm11, 176(%1)\n\t"
		"movdqu %%xmm12, 192(%1)\n\tmovdqu %%xmm13, 208(%1)\n\t"
		"movdqu %%xmm14, 224(%1)\n\tmovdqu %%xmm15, 240(%1)\n\t"
		:
		: "r"(in), "r"(out), "r"(how), "r"(page)
		: "rax", "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3",
		  "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
		  "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return memcmp(in, out, sizeof(in)) != 0;
}

__attribute__((target("avx"))) static int check_avx(int who)
{
	static unsigned char in[64], out[64];

	fill(in, who, sizeof(in));
	__asm__ volatile("vmovdqu 0(%0), %%ymm3\n\tvmovdqu 32(%0), %%ymm14\n\t"
			 "mov $20000, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\t"
			 "mov $24, %%eax\n\tsyscall\n\t"
			 "vmovdqu %%ymm3, 0(%1)\n\tvmovdqu %%ymm14, 32(%1)\n\t"
			 "vzeroupper"
			 :
			 : "r"(in), "r"(out)
			 : "rax", "rcx", "r11", "memory", "xmm3", "xmm14");
	return memcmp(in, out, sizeof(in)) != 0;
}

/* The x87 stack, its control word and MXCSR. */
static int check_x87(int who)
{
	unsigned int mxcsr = 0x1f80 | (who % 4) << 13, mxcsr_out;
	unsigned short cw = 0x037f & ~((who % 4) << 10), cw_out;
	double in = who * 1.5 + 0.25, out;

	__asm__ volatile("fninit\n\tldmxcsr %3\n\tfldcw %4\n\tfldl %5\n\t"
			 "mov $20000, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\t"
			 "mov $24, %%eax\n\tsyscall\n\t"
			 "fstpl %0\n\tfnstcw %1\n\tstmxcsr %2"
			 : "=m"(out), "=m"(cw_out), "=m"(mxcsr_out)
			 : "m"(mxcsr), "m"(cw), "m"(in)
			 : "rax", "rcx", "r11", "memory");
	return in != out || cw != cw_out || mxcsr != mxcsr_out;
}

static int all_checks(int who, int rounds)
{
	char *page = anon_pages(rounds);
	int bad = 0;

	for (int i = 0; i < rounds; i++) {
		bad |= check_sse(who, i % 3, page + i * PAGE) << 0;
		bad |= check_x87(who) << 1;
		if (has_avx)
			bad |= check_avx(who) << 2;
	}
	munmap(page, rounds * PAGE);
	return bad;
}

static void test_alone(void)
{
	int bad = all_checks(3, 30);

	ok(!(bad & 1), "SSE registers survive spinning, calls and faults",
	   "The kernel must not use them itself, and restore them if it does.");
	ok(!(bad & 2), "so do x87 and MXCSR", "");
	if (has_avx)
		ok(!(bad & 4), "and AVX registers",
		   "Their upper halves need XSAVE; FXSAVE loses them.");
	else
		skip("and AVX registers", "this processor has none");
}

static void test_processes(void)
{
	int status, bad = 0;

	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		need(pid >= 0);
		if (!pid)
			_exit(all_checks(i + 1, ROUNDS));
	}
	while (wait(&status) > 0)
		bad |= WIFEXITED(status) ? WEXITSTATUS(status) : 0x100;
	is_num(bad, 0, "six processes keep their registers apart",
	       "1: SSE, 2: x87, 4: AVX registers of one process were seen by "
	       "another, or lost at a switch.");
}

static void *thread(void *arg)
{
	double x = (long)arg, sum = 0;

	for (int i = 1; i < 20000; i++) {
		sum += x / i;
		if (i % 64 == 0)
			sched_yield();
	}
	return (void *)(long)(sum * 1000);
}

static void test_threads(void)
{
	pthread_t t[4];
	int bad = 0;
	void *ret;

	for (long i = 0; i < 4; i++)
		need(!pthread_create(&t[i], NULL, thread, (void *)(i + 1)));
	for (long i = 0; i < 4; i++) {
		need(!pthread_join(t[i], &ret));
		bad += ret != thread((void *)(i + 1));
	}
	is_num(bad, 0, "four threads compute what one computes alone", "");
}

/* The child of a fork has its parent's registers. */
static __attribute__((noinline)) int fork_keeps(void)
{
	double in = 6.75, out;
	int status;
	long pid;

	__asm__ volatile("movq %2, %%xmm9\n\tmov $57, %%eax\n\tsyscall\n\t"
			 "movq %%xmm9, %1"
			 : "=&a"(pid), "=m"(out)
			 : "m"(in)
			 : "rcx", "r11", "memory", "xmm9");
	if (!pid)
		_exit(out == in ? 0 : 1);
	need(waitpid(pid, &status, 0) == pid);
	return status || out != in;
}

/* The first thing of the second life: what do the registers hold? */
static int fresh_registers(void)
{
	unsigned short cw;
	unsigned int mxcsr;

	__asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(cw), "=m"(mxcsr));
	if (cw != 0x37f)
		return 1;
	return mxcsr != 0x1f80 ? 2 : 0;
}

static int exec_fresh(void *unused)
{
	char *argv[] = { (char *)"f", (char *)"--fresh", NULL };
	unsigned int mxcsr = 0x7f80;
	unsigned short cw = 0x0f7f;

	__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(cw));
	execve(self_path(), argv, argv + 1);
	return 100;
}

static void test_fork_exec(void)
{
	is_num(fork_keeps(), 0, "a forked child has its parent's registers",
	       "");
	exits_with(run_child(exec_fresh, NULL), 0,
		   "execve resets the control words",
		   "FCW 0x37f, MXCSR 0x1f80: status 1 or 2 if not.");
}

int main(int argc, char **argv)
{
	unsigned int a, b, c = 0, d, lo = 0;

	if (argc > 1 && !strcmp(argv[1], "--fresh"))
		return fresh_registers();
	__get_cpuid(1, &a, &b, &c, &d);
	if (c & (1 << 27)) /* OSXSAVE */
		__asm__("xgetbv" : "=a"(lo), "=d"(d) : "c"(0));
	has_avx = (c & (1 << 28)) && (lo & 6) == 6;
	plan(7);
	test_alone();
	test_processes();
	test_threads();
	test_fork_exec();
	return done();
}
