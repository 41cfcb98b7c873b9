# SPDX-License-Identifier: MIT
"""Make a hybrid ISO that GRUB boots on BIOS and on UEFI."""

import os
import shutil
import subprocess
import tempfile

from .builder import need
from .common import Failure

# All part_* because GRUB's start-up complains about each that is missing.
MODULES = ("all_video multiboot2 linux normal iso9660 fat part_acorn part_amiga "
           "part_apple part_bsd part_dfly part_dvh part_gpt part_msdos part_plan "
           "part_sun part_sunpc")

CONFIGURATION = """\
set timeout=0
insmod all_video
set gfxpayload={mode}
{load}
boot
"""


def _quote(command_line):
    """Quote for GRUB: it would take $, ;, & and the like for its own."""
    return " ".join("'" + word.replace("'", "'\\''") + "'"
                    for word in command_line.split())


def configuration(command_line, linux=False):
    line = _quote(command_line)
    if linux:
        load = f"linux /boot/vmlinuz {line}\ninitrd /boot/initramfs.cpio"
    else:
        load = (f"multiboot2 /boot/kilburn.elf {line}\n"
                "module2 /boot/initramfs.cpio")
    return CONFIGURATION.format(mode="1024x768x32", load=load)


def _strip(kernel, target):
    """Copy without the symbols, which GRUB would load into memory as well."""
    prefix = os.environ.get("CROSS_COMPILE", "x86_64-linux-gnu-")
    strip = shutil.which(prefix + "strip") or need("strip", "binutils")
    subprocess.run([strip, "-s", "-o", target, kernel], check=True)


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def make(output, kernel, initrd, command_line, linux=False):
    """Write the image `output`; `initrd` None leaves the module out."""
    mkrescue = need("grub-mkrescue", "grub-common")
    need("xorriso", "xorriso")
    need("mformat", "mtools")
    with tempfile.TemporaryDirectory(prefix="kb-iso-") as tree:
        boot = os.path.join(tree, "boot")
        os.makedirs(os.path.join(boot, "grub"))
        if linux:
            shutil.copyfile(kernel, os.path.join(boot, "vmlinuz"))
        else:
            _strip(kernel, os.path.join(boot, "kilburn.elf"))
        text = configuration(command_line, linux)
        if initrd:
            _link_or_copy(initrd, os.path.join(boot, "initramfs.cpio"))
        else:
            text = text.replace("module2 /boot/initramfs.cpio\n", "")
        with open(os.path.join(boot, "grub", "grub.cfg"), "w") as file:
            file.write(text)
        done = subprocess.run(
            [mkrescue, f"--install-modules={MODULES}", "--fonts=", "--locales=",
             "--themes=", "-o", output, tree],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failure(f"grub-mkrescue failed:\n{done.stdout.rstrip()}")
