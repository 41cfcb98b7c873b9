# SPDX-License-Identifier: MIT
"""The oracle: Debian 12's Linux, unpacked under build/linux, never installed.

`cloud` is linux-image-cloud-amd64, which boots fast and leaves the screen's
memory free to map; `full` is linux-image-amd64, whose vesafb drives /dev/fb0,
and whose module bochs, with what it depends on, drives /dev/dri/card0.

The guest needs 4 seconds to expand `full`, which is packed with xz.  So we keep
it expanded too, for QEMU to enter at its PVH entry; but vesafb works only where
the kernel's real-mode part has set the screen's mode.  `cloud` unpacks itself in half
a second, and a Linux entered by PVH shows all from 640 KiB to 1 MiB as reserved.
"""

import fcntl
import glob
import lzma
import os
import re
import shutil
import struct
import subprocess

from .builder import need
from .common import BUILD, Failure, say

PACKAGES = {"cloud": "linux-image-cloud-amd64", "full": "linux-image-amd64"}
# Self tests of ciphers, events of kprobes and the keys of modules are left
# out: a tenth of the time to boot, and no program can tell.
COMMAND_LINE = ("console=ttyS0 8250.nr_uarts=4 no5lvl panic=-1 quiet "
                "random.trust_cpu=on cryptomgr.notests "
                "initcall_blacklist=init_kprobe_trace,load_system_certificate_list")
# Without work-arounds for bugs that an emulated processor has not, and without
# patching "lock" out of the kernel: a tenth again.  A measurement keeps them.
UNMEASURED = "mitigations=off noreplace-smp"
DRM_MODULE = "bochs"
DIRECTORY = os.path.join(BUILD, "linux")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://deb.debian.org/debian"


def _system_is_bookworm():
    try:
        with open("/etc/os-release") as file:
            text = file.read()
    except OSError:
        return False
    return "VERSION_CODENAME=bookworm" in text and os.uname().machine == "x86_64"


def _private_apt():
    """Options for an apt of our own that knows Debian 12 for amd64.

    It needs no root, and works where the system is another release, another
    architecture, or has never run `apt-get update`.
    """
    top = os.path.join(BUILD, "apt")
    for name in ("state/lists/partial", "cache/archives/partial", "etc"):
        os.makedirs(os.path.join(top, name), exist_ok=True)
    if not os.path.exists(KEYRING):
        raise Failure(f"--linux needs {KEYRING} "
                      "(package debian-archive-keyring)")
    sources = os.path.join(top, "sources.list")
    with open(sources, "w") as file:
        file.write(f"deb [signed-by={KEYRING}] {MIRROR} bookworm main\n")
    status = os.path.join(top, "state", "status")
    open(status, "a").close()
    return ["-o", f"Dir::State={top}/state", "-o", f"Dir::Cache={top}/cache",
            "-o", f"Dir::State::status={status}",
            "-o", f"Dir::Etc::sourcelist={sources}",
            "-o", f"Dir::Etc::sourceparts={top}/etc",
            "-o", "APT::Architecture=amd64", "-o", "APT::Architectures=amd64"]


def _apt(tool, options, *words, directory=None):
    return subprocess.run(
        [need(tool, "apt"), "-q", "-o", "APT::Sandbox::User=root", *options, *words],
        cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


def _resolve(options, package):
    """The versioned package that the meta-package depends on."""
    done = _apt("apt-cache", options, "depends", package)
    match = re.search(r"Depends: (linux-image-6\.1\.\S+)", done.stdout)
    return match.group(1) if match else None


def _download(kind, directory):
    """Fetch the .deb of `kind` into `directory` and return its path."""
    options = [] if _system_is_bookworm() else _private_apt()
    image = _resolve(options, PACKAGES[kind])
    if image is None:
        options = _private_apt()
        _apt("apt-get", options, "update")
        image = _resolve(options, PACKAGES[kind])
    if image is None:
        raise Failure(f"apt knows no Debian 12 {PACKAGES[kind]}: "
                      "is the network reachable?")
    say(f"fetching {image} from Debian (once)")
    done = _apt("apt-get", options, "download", image, directory=directory)
    found = glob.glob(os.path.join(directory, "*.deb"))
    if done.returncode != 0 or not found:
        raise Failure(f"cannot download {image}:\n{done.stdout.rstrip()}")
    return found[0]


def _with_dependencies(files, module, order):
    """Append the names of what `module` needs, and its own, to `order`.

    modules.dep is made when a package is installed, which ours never is; but
    each module names what it depends on itself.
    """
    if module in order:
        return
    with open(files[module], "rb") as file:
        depends = re.search(rb"\0depends=([^\0]*)\0", file.read()).group(1)
    for name in filter(None, depends.decode().split(",")):
        _with_dependencies(files, name.replace("-", "_"), order)
    order.append(module)


def _keep_modules(root, target):
    """Copy the modules of the screen's driver, named in the order of loading."""
    files = {os.path.basename(path)[:-len(".ko")].replace("-", "_"): path
             for path in glob.glob(f"{root}/lib/modules/*/kernel/**/*.ko",
                                   recursive=True)}
    order = []
    _with_dependencies(files, DRM_MODULE, order)
    os.mkdir(target)
    for number, name in enumerate(order):
        shutil.copyfile(files[name],
                        os.path.join(target, f"{number:02}-{name}.ko"))


def _expand(image, target):
    """Write the ELF file that the bzImage holds (Documentation/x86/boot.rst)."""
    with open(image, "rb") as file:
        data = file.read()
    start = (data[0x1f1] + 1) * 512
    offset, length = struct.unpack_from("<II", data, 0x248)
    packed = data[start + offset:start + offset + length]
    # Behind the stream is its length, which a decompressor object leaves alone.
    with open(target, "wb") as file:
        file.write(lzma.LZMADecompressor().decompress(packed))


def _unpack(kind, target):
    need("dpkg-deb", "dpkg")
    work = target + ".new"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    deb = _download(kind, work)
    subprocess.run(["dpkg", "-x", deb, os.path.join(work, "root")], check=True)
    (image,) = glob.glob(os.path.join(work, "root", "boot", "vmlinuz-*"))
    os.rename(image, os.path.join(work, "vmlinuz"))
    with open(os.path.join(work, "VERSION"), "w") as file:
        for field in ("Package", "Version"):
            file.write(subprocess.run(["dpkg-deb", "-f", deb, field], text=True,
                                      check=True, stdout=subprocess.PIPE).stdout)
    if kind == "full":
        _expand(os.path.join(work, "vmlinuz"), os.path.join(work, "vmlinux"))
        _keep_modules(os.path.join(work, "root"), os.path.join(work, "modules"))
    # The other modules, by far the largest part, are of no use without a disk.
    shutil.rmtree(os.path.join(work, "root"))
    os.remove(deb)
    shutil.rmtree(target, ignore_errors=True)
    os.rename(work, target)


def _is_complete(kind, target):
    """Whether it is all there; one unpacked by an older kb is not."""
    names = ["vmlinuz"] + (["vmlinux", "modules"] if kind == "full" else [])
    return all(os.path.exists(os.path.join(target, name)) for name in names)


def image(kind="cloud"):
    """Return the path of the kernel image, fetching it the first time."""
    target = os.path.join(DIRECTORY, kind)
    path = os.path.join(target, "vmlinuz")
    if _is_complete(kind, target):
        return path
    os.makedirs(DIRECTORY, exist_ok=True)
    with open(os.path.join(DIRECTORY, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_complete(kind, target):
            _unpack(kind, target)
        _record_versions()
    return path


def expanded_image():
    """Return the path of `full` as an ELF file."""
    return os.path.join(os.path.dirname(image("full")), "vmlinux")


def drm_modules():
    """The modules that make /dev/dri/card0, in the order of loading."""
    image("full")
    return sorted(glob.glob(os.path.join(DIRECTORY, "full", "modules", "*.ko")))


def _record_versions():
    """Keep build/linux/VERSION: a line for each kernel that is unpacked."""
    with open(os.path.join(DIRECTORY, "VERSION"), "w") as out:
        for kind in sorted(PACKAGES):
            try:
                with open(os.path.join(DIRECTORY, kind, "VERSION")) as file:
                    out.write(f"{kind}: {' '.join(file.read().split())}\n")
            except OSError:
                pass
