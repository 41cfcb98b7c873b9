# SPDX-License-Identifier: MIT
"""Bring what a run needs up to date, by calling make quietly."""

import fcntl
import os
import subprocess

from .common import BUILD, ROOT, Failure

INITRAMFS = os.path.join(BUILD, "initramfs.cpio")


def kernel_path(build):
    return os.path.join(BUILD, build, "kilburn.elf")


def default_build():
    return os.environ.get("BUILD") or "debug"


def _settings(build):
    """The CONFIG_* and tool-chain variables that this kernel was made with.

    Somebody who ran `make CONFIG_PTE_SPECIAL=0` wants to run that kernel, so a
    later make on their behalf must not fall back to the defaults.
    """
    try:
        with open(os.path.join(BUILD, build, "settings")) as file:
            return file.read().split()
    except OSError:
        return []


def make(*targets, build="debug"):
    """Make `targets`; silent unless it fails."""
    if os.environ.get("KB_BUILT"):  # `make test` has just built everything
        return
    os.makedirs(BUILD, exist_ok=True)
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "MAKELEVEL")}
    command = ["make", "-s", f"-j{min(os.cpu_count() or 1, 8)}", "-C", ROOT,
               f"BUILD={build}", *_settings(build), *targets]
    # Several runs may start at once in one tree; one of them builds.
    with open(os.path.join(BUILD, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            done = subprocess.run(command, env=environment, text=True,
                                  stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except FileNotFoundError:
            raise Failure("make is not installed") from None
    if done.returncode != 0:
        raise Failure(f"the build failed:\n{done.stdout.rstrip()}")


def need(program, package):
    """The path of a host tool, or a failure that names its package."""
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(directory, program)
        if os.access(path, os.X_OK):
            return path
    raise Failure(f"{program} is not installed (package {package}): "
                  "run 'make deps', or 'make doctor' for the whole list")
