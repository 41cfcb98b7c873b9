/* SPDX-License-Identifier: MIT */
/*
 * user/bench/scale.c - several processes or threads at once, each in memory
 * of its own.  The cost is the whole time over the work of all: with one CPU
 * it should not grow, with several it should fall.
 */
#include "bench.h"
#include <pthread.h>

#define ROUNDS 8
#define PAIRS  2000

static void do_faults(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *p = map_anon(MIB, 0);

		touch(p, MIB);
		munmap(p, MIB);
	}
}

static void do_maps(void)
{
	for (int i = 0; i < PAIRS; i++)
		munmap(map_anon(PAGE, 0), PAGE);
}

static void *thread(void *work)
{
	((void (*)(void))work)();
	return NULL;
}

static void in_processes(void (*work)(void), int nr)
{
	for (int i = 0; i < nr; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			work();
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
}

static void in_threads(void (*work)(void), int nr)
{
	pthread_t t[4];

	for (int i = 0; i < nr; i++)
		if (pthread_create(&t[i], NULL, thread, (void *)work))
			die("pthread_create");
	for (int i = 0; i < nr; i++)
		pthread_join(t[i], NULL);
}

static double faults_proc(long nr)
{
	return MIN_TIME(2, nr * ROUNDS * 256, in_processes(do_faults, nr));
}

static double faults_thread(long nr)
{
	return MIN_TIME(2, nr * ROUNDS * 256, in_threads(do_faults, nr));
}

static double maps_proc(long nr)
{
	return MIN_TIME(2, nr * PAIRS, in_processes(do_maps, nr));
}

static double maps_thread(long nr)
{
	return MIN_TIME(2, nr * PAIRS, in_threads(do_maps, nr));
}

const struct row rows_scale[] = {
	{ "scale_pf_proc_1", "per fault(agg)", faults_proc, 1, 0 },
	{ "scale_pf_proc_2", "per fault(agg)", faults_proc, 2, 0 },
	{ "scale_pf_proc_4", "per fault(agg)", faults_proc, 4, 0 },
	{ "scale_pf_thr_1", "per fault(agg)", faults_thread, 1, 0 },
	{ "scale_pf_thr_2", "per fault(agg)", faults_thread, 2, 0 },
	{ "scale_pf_thr_4", "per fault(agg)", faults_thread, 4, 0 },
	{ "scale_mmap_proc_1", "per pair(agg)", maps_proc, 1, 0 },
	{ "scale_mmap_proc_2", "per pair(agg)", maps_proc, 2, 0 },
	{ "scale_mmap_proc_4", "per pair(agg)", maps_proc, 4, 0 },
	{ "scale_mmap_thr_1", "per pair(agg)", maps_thread, 1, 0 },
	{ "scale_mmap_thr_2", "per pair(agg)", maps_thread, 2, 0 },
	{ "scale_mmap_thr_4", "per pair(agg)", maps_thread, 4, 0 },
	{ NULL, NULL, NULL, 0, 0 },
};
