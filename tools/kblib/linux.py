# SPDX-License-Identifier: MIT
"""The oracle: Debian 12's Linux, unpacked under build/linux, never installed.

`cloud` is linux-image-cloud-amd64, which boots fast and leaves the screen's
memory free to map; `full` is linux-image-amd64, whose vesafb drives /dev/fb0.
"""

import fcntl
import glob
import os
import re
import shutil
import subprocess

from .builder import need
from .common import BUILD, Failure, say

PACKAGES = {"cloud": "linux-image-cloud-amd64", "full": "linux-image-amd64"}
COMMAND_LINE = ("console=ttyS0 8250.nr_uarts=4 no5lvl panic=-1 quiet "
                "random.trust_cpu=on")
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
    # The modules, by far the largest part, are of no use without a disk.
    shutil.rmtree(os.path.join(work, "root"))
    os.remove(deb)
    shutil.rmtree(target, ignore_errors=True)
    os.rename(work, target)


def image(kind="cloud"):
    """Return the path of the kernel image, fetching it the first time."""
    target = os.path.join(DIRECTORY, kind)
    path = os.path.join(target, "vmlinuz")
    if os.path.exists(path):
        return path
    os.makedirs(DIRECTORY, exist_ok=True)
    with open(os.path.join(DIRECTORY, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(path):
            _unpack(kind, target)
        _record_versions()
    return path


def _record_versions():
    """Keep build/linux/VERSION: a line for each kernel that is unpacked."""
    with open(os.path.join(DIRECTORY, "VERSION"), "w") as out:
        for kind in sorted(PACKAGES):
            try:
                with open(os.path.join(DIRECTORY, kind, "VERSION")) as file:
                    out.write(f"{kind}: {' '.join(file.read().split())}\n")
            except OSError:
                pass
