/* SPDX-License-Identifier: MIT */
/*
 * kernel/main.c - what comes up, in order.
 *
 * arch/x86_64/boot/ has put the CPU into long mode, built the final page tables
 * and told memblock which RAM there is.  From here on each line may use what
 * the lines above it have started, and nothing else: there is no hidden order.
 *
 * In Linux: init/main.c:start_kernel().
 */

#include <asm/boot_info.h>
#include <asm/irqflags.h>
#include <asm/ptrace.h>
#include <asm/reboot.h>
#include <asm/setup.h>
#include <asm/smp.h>
#include "fs/exec.h"
#include "fs/init.h"
#include "kernel/futex.h"
#include "kernel/init.h"
#include "kernel/kthread.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrto.h"
#include "kernel/panic.h"
#include "kernel/printk.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "mm/fail_inject.h"
#include "mm/mm.h"
#include "mm/page_alloc.h"
#include "mm/pagemap.h"
#include "mm/trace.h"

static void parse_options(void)
{
	char value[64];
	long level;

	if (cmdline_find("loglevel", value, sizeof(value)) > 0 &&
	    !kstrtol(value, 10, &level))
		set_console_loglevel(level);
	if (cmdline_find("panic", value, sizeof(value)) > 0)
		panic_setup(value);
	if (cmdline_find("audit", value, sizeof(value)) > 0)
		audit_setup(value);
	if (cmdline_find("trace", value, sizeof(value)) > 0)
		mm_trace_setup(value);
	if (cmdline_find("fail_alloc", value, sizeof(value)) > 0 &&
	    fail_alloc_setup(value))
		pr_err("fail_alloc=%s: expected KIND,N\n", value);
}

/* The boot option selftest[=PATTERN]: run them, and end the machine. */
static void run_selftests(void)
{
	char pattern[64] = "";

	if (cmdline_find("selftest", pattern, sizeof(pattern)) < 0)
		return;
	if (selftest_run(pattern))
		panic("self tests failed");
	machine_power_off();
}

/* Unpack the initial RAM disk into the root, and give its memory back. */
static void unpack_initrd(void)
{
	void *start = phys_to_virt(boot_info.initrd_start);

	if (!boot_info.initrd_size)
		panic("No initial RAM disk: there is nothing to run. Pass one "
		      "with -initrd or module2");
	populate_rootfs(start, boot_info.initrd_size);
	free_reserved_area(start, start + boot_info.initrd_size);
}

/* The first process: finishes booting in the kernel, then becomes /init. */
static int kernel_init(void *unused)
{
	static const char *const argv[] = { "/init", NULL };
	static const char *const envp[] = { "HOME=/", "TERM=linux", NULL };
	char path[64] = "/init";
	int err;

	smp_init();
	mm_trace_boot();
	drivers_init();
	run_selftests();
	unpack_initrd();
	free_initmem();

	cmdline_find("init", path, sizeof(path));
	err = kernel_execve(path, argv, envp);
	if (err)
		panic("Cannot run %s: error %d", path, -err);
	return 0; /* to user mode, through ret_from_fork */
}

void kernel_main(void)
{
	pr_info("Kilburn, booted by %s\n", boot_info.loader);
	parse_options();

	/* Memory. */
	mm_init();
	mm_lifecycle_init();
	filemap_init();

	/* Time, interrupts and tasks. */
	sched_init();
	arch_init();
	timekeeping_init();
	signals_init();
	fork_init();
	futex_init();
	vfs_init();
	local_irq_enable();

	if (kernel_thread(kernel_init, NULL, 0) != 1)
		panic("Cannot start the first process");
	if (kernel_thread(kthreadd, NULL, CLONE_FS | CLONE_FILES) != 2)
		panic("Cannot start kthreadd");
	cpu_startup_entry();
}
