/* SPDX-License-Identifier: MIT */
/* vm_normal_page() in the form of CONFIG_PTE_SPECIAL=0; see normal_page.h. */
#undef CONFIG_PTE_SPECIAL
#define CONFIG_PTE_SPECIAL 0
#include "support/host.h"
#include "mm/memory.c"
#include "normal_page.h"
