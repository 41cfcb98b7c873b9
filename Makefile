# SPDX-License-Identifier: MIT
#
# Builds the Kilburn kernel, the programs in its image, the tests and the
# bootable images.  Everything that is made lives in build/.
#
#   build/debug/, build/release/  the kernel, one directory for each BUILD
#   build/user/, build/tests/     programs, independent of BUILD
#   build/initramfs.cpio          the base root file system
#
# One Makefile sees every file, so there is no recursion; `run` and `test` only
# start make once more after they have installed the tools that it looks for.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# --- Settings ---------------------------------------------------------------

BUILD ?= debug
CROSS_COMPILE ?= x86_64-linux-gnu-
WERROR ?= 0
CONSOLE_FONT ?= /usr/share/consolefonts/Lat15-VGA16.psf.gz
HOSTCC ?= gcc
PYTHON ?= python3

ifeq ($(filter debug release,$(BUILD)),)
$(error BUILD must be debug or release, not "$(BUILD)")
endif

# An exported CC is meant for host programs: only `make CC=...` chooses ours.
ifneq ($(origin CC),command line)
CC := $(CROSS_COMPILE)gcc
endif

ifneq ($(findstring clang,$(notdir $(firstword $(CC)))),)
KERNEL_CC := $(CC) --target=x86_64-elf
else
KERNEL_CC := $(CC)
endif
LD := $(CROSS_COMPILE)ld
NM := $(CROSS_COMPILE)nm
STRIP := $(CROSS_COMPILE)strip

Q := $(if $(filter 1,$(V)),,@)
quiet := $(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS))))
say = $(if $(filter 1,$(V))$(quiet),@:,@printf '  %-7s %s\n' $(1) '$(2)')

# `run` and `test` build with every CPU unless make was given a -j of its own.
JOBS := $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 1))

# Where the kernel of this BUILD goes.
O ?= build/$(BUILD)

# $(call stamp,file,text): write text to file unless it is there already.  Rules
# that depend on the file then run again when the flags in it have changed.
STAMPS :=
stamp = $(eval STAMPS += $(1))$(eval STAMP/$(1) := $(strip $(2)))\
	$(if $(findstring x$(STAMP/$(1))x,x$(strip $(file <$(1)))x),,\
	$(shell mkdir -p $(dir $(1)))$(file >$(1),$(STAMP/$(1))))

# $(call tag,WORD,file): the text after "WORD:" in the first lines of a source.
tag = $(shell sed -n '1,15s,^[ /*]*$(1):\([^*]*\).*,\1,p' $(2))

# These goals build nothing, and must not leave a build directory behind.
NO_BUILD_GOALS := help clean doctor deps run test fuzz stress mutants bench check \
	format-check analyze
BUILDING := $(if $(MAKECMDGOALS),$(filter-out $(NO_BUILD_GOALS),$(MAKECMDGOALS)),all)

# --- Kernel -----------------------------------------------------------------

# Every CONFIG_* of the command line overrides kernel/config.h.
CONFIGS := $(foreach v,$(sort $(filter CONFIG_%,$(.VARIABLES))),\
	$(if $(filter command,$(firstword $(origin $(v)))),-D$(v)=$($(v))))

WARNINGS := -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wundef \
	-Wmissing-prototypes -Wstrict-prototypes \
	$(if $(filter 1,$(WERROR)),-Werror)

KERNEL_CPPFLAGS := -I. -Iarch/x86_64/include -include kernel/config.h $(CONFIGS)
KERNEL_CFLAGS := -std=gnu11 -ffreestanding -fno-strict-aliasing -fno-common \
	-fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mno-sse -mno-mmx \
	-mgeneral-regs-only -fno-stack-protector -fno-omit-frame-pointer \
	-fno-asynchronous-unwind-tables -fcf-protection=none $(WARNINGS)
KERNEL_LDFLAGS := -m elf_x86_64 -nostdlib -static -z max-page-size=4096 \
	-z noexecstack --build-id=none -T linker.ld

ifeq ($(BUILD),release)
# Lines for a backtrace; to step, take the debug kernel.
KERNEL_CFLAGS += -O2 -g1
KERNEL_CPPFLAGS += -DKILBURN_RELEASE
else
# To step through; make test builds a kernel that nobody does with -g1.
DEBUG_INFO ?= -g3
KERNEL_CFLAGS += -Og $(DEBUG_INFO)
# They look at every frame after every test: at -Og, half of a sweep's time.
$(patsubst %,$(O)/mm/%.o,audit audit_rmap page_verify): KERNEL_CFLAGS += -O2
endif

KERNEL_DIRS := arch/x86_64 kernel mm fs drivers tests/selftest
KERNEL_SRCS := $(sort $(shell find $(KERNEL_DIRS) -name '*.[cS]' 2>/dev/null))
KERNEL_OBJS := $(patsubst %.c,$(O)/%.o,$(filter %.c,$(KERNEL_SRCS))) \
	$(patsubst %.S,$(O)/%.S.o,$(filter %.S,$(KERNEL_SRCS))) \
	$(O)/font.o

KERNEL := $(O)/kilburn.elf

ifneq ($(BUILDING),)
$(call stamp,$(O)/flags.cc,$(KERNEL_CC) $(KERNEL_CPPFLAGS) $(KERNEL_CFLAGS))
$(call stamp,$(O)/flags.ld,$(LD) $(KERNEL_LDFLAGS) $(KERNEL_OBJS))
# What tools/kb repeats when it brings this kernel up to date.
$(call stamp,$(O)/settings,$(patsubst -D%,%,$(CONFIGS)) \
	$(foreach v,CC CROSS_COMPILE WERROR,\
	$(if $(filter command,$(firstword $(origin $(v)))),$(v)=$($(v)))))
endif

.PHONY: all kernel
## all            debug kernel, user programs and base initramfs (the default)
all: kernel user initramfs
## kernel         only the kernel: build/$(BUILD)/kilburn.elf
kernel: $(KERNEL)

$(O)/%.o: %.c $(O)/flags.cc
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) $(KERNEL_CPPFLAGS) $(KERNEL_CFLAGS) -MMD -MP -c $< -o $@

$(O)/%.S.o: %.S $(O)/flags.cc
	$(call say,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) $(KERNEL_CPPFLAGS) $(KERNEL_CFLAGS) -D__ASSEMBLY__ \
		-MMD -MP -c $< -o $@

# Assembler that a tool wrote.
$(O)/%.o: $(O)/%.S
	$(Q)$(KERNEL_CC) $(KERNEL_CFLAGS) -c $< -o $@

build/font.psf: $(wildcard $(CONSOLE_FONT))
	$(call say,FONT,$(CONSOLE_FONT))
	@test -f $(CONSOLE_FONT) || { \
		echo "$(CONSOLE_FONT) is missing: run 'make deps'" >&2; exit 1; }
	@mkdir -p $(@D)
	$(Q)gzip -dc $(CONSOLE_FONT) > $@

$(O)/font.S: build/font.psf Makefile
	@mkdir -p $(@D)
	@{ printf '.section .rodata\n.balign 8\n'; \
	printf '.globl console_font_psf, console_font_psf_end\n'; \
	printf 'console_font_psf:\n.incbin "build/font.psf"\n'; \
	printf 'console_font_psf_end:\n'; \
	printf '.section .note.GNU-stack,"",@progbits\n'; } > $@

# The kernel carries its own symbol table for backtraces, which is known only
# after linking.  The first link has an empty table, the second one of the final
# size, the third one with the final addresses.
$(O)/kallsyms0.S: tools/kallsyms
	@mkdir -p $(@D)
	@$(PYTHON) tools/kallsyms < /dev/null > $@

KALLSYMS_LINK = $(LD) $(KERNEL_LDFLAGS)

$(O)/kallsyms1.S: $(KERNEL_OBJS) $(O)/kallsyms0.o linker.ld $(O)/flags.ld
	$(call say,KSYM,$@)
	$(Q)$(KALLSYMS_LINK) -S -o $(O)/kallsyms0.elf $(KERNEL_OBJS) $(O)/kallsyms0.o
	$(Q)$(NM) -n $(O)/kallsyms0.elf | $(PYTHON) tools/kallsyms > $@

$(O)/kallsyms2.S: $(O)/kallsyms1.o
	$(Q)$(KALLSYMS_LINK) -S -o $(O)/kallsyms1.elf $(KERNEL_OBJS) $<
	$(Q)$(NM) -n $(O)/kallsyms1.elf | $(PYTHON) tools/kallsyms > $@

$(KERNEL): $(O)/kallsyms2.o
	$(call say,LD,$@)
	@# Replaced at once: a machine may be reading the old one.
	$(Q)$(KALLSYMS_LINK) -Map=$(O)/kilburn.map -o $@.$$$$ $(KERNEL_OBJS) $< \
		&& mv $@.$$$$ $@

# --- Programs ---------------------------------------------------------------

# Where the amd64 musl was unpacked on a host of another kind (install-deps).
AMD64 := build/amd64
ifeq ($(wildcard $(AMD64)/musl-gcc.specs),)
MUSL_CC ?= musl-gcc
else
MUSL_CC ?= $(CROSS_COMPILE)gcc -specs $(AMD64)/musl-gcc.specs
endif
GLIBC_CC ?= $(CROSS_COMPILE)gcc

PROGRAM_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Wno-unused-parameter \
	$(if $(filter 1,$(WERROR)),-Werror) -Iuser/include

ifneq ($(BUILDING),)
$(call stamp,build/flags.user,$(MUSL_CC) $(GLIBC_CC) $(PROGRAM_CFLAGS))
endif

# The sources of user/NAME.c, or of the directory user/NAME/.
program_srcs = $(sort $(wildcard $(1).c $(1)/*.c))
# A source may ask for more: "CFLAGS: -pthread", or "LIBC: glibc".
program_cc = $(if $(filter glibc,$(call tag,LIBC,$(1))),$(GLIBC_CC),$(MUSL_CC))

# $(call program,path): build/path from path.c or path/*.c.
define program
build/$(1): $(call program_srcs,$(1)) build/flags.user
	$$(call say,MUSL,$(1))
	@mkdir -p build/obj/$(1) $$(@D)
	$$(Q)for c in $(call program_srcs,$(1)); do \
		$(call program_cc,$(firstword $(call program_srcs,$(1)))) \
			$(PROGRAM_CFLAGS) $(call tag,CFLAGS,$(call program_srcs,$(1))) \
			-MMD -MP -MT build/$(1) \
			-c $$$$c -o build/obj/$(1)/$$$$(basename $$$$c .c).o || exit 1; done
	$$(Q)$(call program_cc,$(firstword $(call program_srcs,$(1)))) -static \
		$(PROGRAM_CFLAGS) $(call tag,CFLAGS,$(call program_srcs,$(1))) \
		-o $$@ $(patsubst %.c,build/obj/$(1)/%.o,\
			$(notdir $(call program_srcs,$(1))))
-include $(wildcard build/obj/$(1)/*.d)
endef

USER_NAMES := $(sort $(basename $(wildcard user/*.c)) \
	$(patsubst %/,%,$(sort $(dir $(wildcard user/*/*.c)))))
TEST_NAMES := $(sort $(basename $(wildcard tests/user/*.c \
	tests/kilburn/*.c tests/runner/*.c tests/boot/*.c tests/tools/*.c)) \
	tests/compare/memwalk)
USER_PROGRAMS := $(addprefix build/,$(USER_NAMES))
TEST_PROGRAMS := $(addprefix build/,$(TEST_NAMES))

ifneq ($(BUILDING),)
$(foreach p,$(USER_NAMES) $(TEST_NAMES),$(eval $(call program,$(p))))
endif

.PHONY: user tests-user initramfs
## user           the programs of the image: build/user/NAME
user: $(USER_PROGRAMS)
## tests-user     the tests that run in the guest: build/tests/user/NAME
tests-user: $(TEST_PROGRAMS)

INITRAMFS := build/initramfs.cpio
STRIPPED := $(patsubst build/user/%,build/image/%,$(USER_PROGRAMS))

build/image/%: build/user/%
	@mkdir -p $(@D)
	$(Q)$(STRIP) -o $@ $<

initramfs: $(INITRAMFS)
$(INITRAMFS): $(STRIPPED) $(wildcard user/etc/*) tools/mkinitramfs \
		tools/kblib/cpio.py Makefile
	$(call say,CPIO,$@)
	$(Q)$(PYTHON) tools/mkinitramfs -o $@ $(STRIPPED) $(wildcard user/etc/*)

# --- Host unit tests --------------------------------------------------------

UNIT_CFLAGS := -std=gnu11 -g -O1 -fno-omit-frame-pointer -fno-strict-aliasing \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Itests/unit/include -I. -include kernel/config.h $(CONFIGS)
UNIT_NAMES := $(sort $(basename $(notdir $(wildcard tests/unit/*.c))))
UNIT_SUPPORT := $(wildcard tests/unit/support/*.c)
UNIT_TESTS := $(patsubst %,build/tests/unit/%.t,$(UNIT_NAMES))

# Another kernel's settings (make kernel CONFIG_X=...) are none of theirs.
ifneq ($(filter-out kernel,$(BUILDING)),)
$(call stamp,build/flags.unit,$(HOSTCC) $(UNIT_CFLAGS))
endif

# A test names the kernel sources that it is linked with in its first lines:
# "SOURCES: mm/page_alloc.c kernel/lib/list.c".  Tests share the objects of
# these, unless one has flags of its own: "CFLAGS: -DX".
unit_srcs = tests/unit/$(1).c $(UNIT_SUPPORT) \
	$(call tag,SOURCES,tests/unit/$(1).c)
unit_flags = $(call tag,CFLAGS,tests/unit/$(1).c)
unit_dir = build/obj/tests/unit/$(if $(call unit_flags,$(1)),$(1),shared)
unit_objs = $(patsubst %.c,$(call unit_dir,$(1))/%.o,$(call unit_srcs,$(1)))

define unit_object
$(1)/%.o: %.c build/flags.unit
	@mkdir -p $$(@D)
	$$(Q)$$(HOSTCC) $$(UNIT_CFLAGS) $(2) -MMD -MP -c $$< -o $$@
endef

define unit_test
$(if $(call unit_flags,$(1)),\
	$(eval $(call unit_object,$(call unit_dir,$(1)),$(call unit_flags,$(1)))))
build/tests/unit/$(1).t: $(call unit_objs,$(1))
	$$(call say,UNIT,$(1))
	@mkdir -p $$(@D)
	$$(Q)$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $(call unit_objs,$(1)) -lcmocka
UNIT_OBJS += $(call unit_objs,$(1))
endef

ifneq ($(filter-out kernel,$(BUILDING)),)
$(eval $(call unit_object,build/obj/tests/unit/shared))
$(foreach t,$(UNIT_NAMES),$(eval $(call unit_test,$(t))))
-include $(sort $(UNIT_OBJS:.o=.d))
endif

.PHONY: tests-unit
## tests-unit     the host unit tests: build/tests/unit/NAME.t
tests-unit: $(UNIT_TESTS)

# --- Running ----------------------------------------------------------------

.PHONY: deps doctor run test test-built test-release test-rule fuzz stress mutants gdb bench iso
## deps           install what is missing for run and test (apt, through sudo)
deps: build/deps.stamp
build/deps.stamp: tools/install-deps
	$(Q)sh tools/install-deps
	@mkdir -p $(@D) && touch $@

## doctor         say what is wrong with this machine
doctor:
	@sh tools/doctor

## run            boot the ISO in QEMU: a window, or serial in the terminal
run: deps
	+$(Q)$(MAKE) $(JOBS) all
	@tools/kb run $(RUN_ARGS)

## test           build everything and run every test (T='files' for a few)
# The longest first, or one of them runs alone at the end.
SLOW_TESTS := $(addprefix tests/,tools/kb-linux.t tools/kb.t kilburn/kilburn.t \
	user/linux.t user/kilburn-4cpu.t user/kilburn-1cpu.t boot/screenshot.t)
T = $(SLOW_TESTS) $(filter-out $(SLOW_TESTS),$(sort $(wildcard tests/*/*.t))) \
	$(UNIT_TESTS)
ifeq ($(origin T),command line)
# A few files: each test makes what it needs.
test: deps
	+$(Q)$(MAKE) $(JOBS) all $(filter build/tests/unit/%,$(T))
	@PYTHONDONTWRITEBYTECODE=1 CMOCKA_MESSAGE_OUTPUT=TAP prove $(T)
else
test: deps
	+$(Q)$(MAKE) $(JOBS) test-built
	@PYTHONDONTWRITEBYTECODE=1 KB_BUILT=1 CMOCKA_MESSAGE_OUTPUT=TAP \
		prove -j3 $(T)
endif

# All that the tests need.  The kernels are built at once: each ends with steps
# that keep one CPU busy.
test-built: all tests-user tests-unit test-release test-rule
test-release:
	+$(Q)$(MAKE) kernel BUILD=release
test-rule:
	+$(Q)$(MAKE) kernel O=build/rule CONFIG_PTE_SPECIAL=0 DEBUG_INFO=-g1

## fuzz           compare random memory calls with Linux (SEEDS=FIRST..LAST)
SEEDS ?= 1000..1099
fuzz: deps
	+$(Q)$(MAKE) all tests-user
	@PYTHONDONTWRITEBYTECODE=1 KB_BUILT=1 SEEDS=$(SEEDS) prove -v \
		tests/compare/compare.t

## stress         a million moves of a buffer that four CPUs use (a minute or two)
stress: deps
	@STRESS=1 PYTHONDONTWRITEBYTECODE=1 tests/selftest/switches.t

## mutants        put known bugs into the kernel, one at a time: tests must notice
mutants: deps
	@tests/mutants/run $(MUTANTS)

## gdb            boot stopped, with gdb attached at kernel_main
gdb: all
	@tools/kb gdb $(GDB_ARGS)

## bench          measure guest instructions beside Linux (release build)
bench: deps
	@tools/kb bench $(BENCH_ARGS)

## iso            the bootable image, for BIOS and UEFI: build/$(BUILD)/kilburn.iso
iso: $(O)/kilburn.iso
$(O)/kilburn.iso: $(KERNEL) $(INITRAMFS) tools/mkiso tools/kblib/iso.py
	$(call say,ISO,$@)
	$(Q)$(PYTHON) tools/mkiso -o $@ --kernel $(KERNEL) --initrd $(INITRAMFS)

# --- Checking ---------------------------------------------------------------

C_FILES = $(shell find $(KERNEL_DIRS) user tests -name '*.[ch]' 2>/dev/null | sort)

.PHONY: check format-check analyze clean help
## check          format-check and analyze
check: format-check analyze

## format-check   compare every C file with .clang-format
format-check:
	$(Q)clang-format --dry-run -Werror $(C_FILES)

## analyze        clang's lock analysis over the kernel
analyze:
	$(Q)printf '%s\n' $(filter %.c,$(KERNEL_SRCS)) | xargs -n 8 -P 2 \
		clang --target=x86_64-elf $(KERNEL_CPPFLAGS) $(KERNEL_CFLAGS) \
		-fsyntax-only -Wthread-safety -Werror=thread-safety

## clean          remove build/
clean:
	rm -rf build

# For `make clean all`, where they vanish after they have been written.
$(STAMPS):
	$(shell mkdir -p $(@D))$(file >$@,$(STAMP/$@))

## help           this list
help:
	@echo 'Targets:'
	@sed -n 's/^## \(.*\)/  \1/p' Makefile
	@echo
	@echo 'Variables:'
	@echo '  BUILD=debug|release   which kernel (debug)'
	@echo '  V=1                   show the commands'
	@echo '  CONFIG_NAME=VALUE     override an option of kernel/config.h'
	@echo '  CROSS_COMPILE=PREFIX  tool chain ($(CROSS_COMPILE))'
	@echo '  CC=clang              compile the kernel with clang'
	@echo '  WERROR=1              warnings are errors'
	@echo '  ACCEL=kvm             let QEMU use KVM instead of TCG'

ifneq ($(BUILDING),)
-include $(wildcard $(patsubst %.o,%.d,$(KERNEL_OBJS)))
endif
