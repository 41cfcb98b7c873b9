# SPDX-License-Identifier: MIT
#
# The first commands of a session, once gdb knows the symbols and is connected:
#
#	file build/debug/kilburn.elf
#	target remote :1234
#	source tools/gdb/kilburn.gdb
#
# `make gdb` does all of it.  A hardware breakpoint, because the boot loader has
# not yet copied the kernel to memory: it would overwrite an int3.

set confirm off
set pagination off
hbreak kernel_main
continue
