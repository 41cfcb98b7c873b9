/* SPDX-License-Identifier: MIT */
/*
 * kernel/utsname.h - what uname() says this system is.
 *
 * The ABI is Linux's, and programs ask for its name and version to find out
 * what they may use: so the name is Linux, and the release begins with the
 * version whose behaviour this kernel has.
 */
#ifndef KILBURN_KERNEL_UTSNAME_H
#define KILBURN_KERNEL_UTSNAME_H

#define UTS_SYSNAME "Linux"
#define UTS_RELEASE "6.1.0-kilburn"
#define UTS_VERSION "#1 SMP PREEMPT"
#define UTS_MACHINE "x86_64"

#define __NEW_UTS_LEN 64

/* Copy the name of the machine, which sethostname() sets; 65 bytes. */
void get_nodename(char *name);

#endif /* KILBURN_KERNEL_UTSNAME_H */
