# SPDX-License-Identifier: MIT
"""The command line of tools/kb."""

import argparse
import math
import os
import shlex
import sys

from .common import ROOT, STATUS_FAILED, Failure, reason, say

# With less memory (MIB) firmware or GRUB fail, or the kernel, which is loaded
# at 2 MiB, has no place: there would be nobody to say so.
LEAST_MEMORY_MIB = {"pvh": 3, "iso": 5, "uefi": 56}

EPILOG = """\
PROGRAM that begins with ./ or ../, or an absolute path that the guest image
does not have, is a file of this host and becomes /host/NAME in the guest.
The exit status is the program's; 128+n when signal n killed it; 126 and 127 as
in a shell; 124 after a timeout; 125 when the machine ended without a status.
"""


def _positive(text):
    if not text.isdecimal() or int(text) <= 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return int(text)


def _picture(text):
    if not text.endswith((".png", ".ppm")):
        raise argparse.ArgumentTypeError(f"{text} ends neither in .png nor in .ppm")
    if not os.path.isdir(os.path.dirname(text) or "."):
        raise argparse.ArgumentTypeError(f"{text}: there is no such directory")
    return text


def _tcp_port(text):
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is not a TCP port")
    return int(text)


def _seconds(text):
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def add_machine_options(parser, boot="pvh", timeout=120.0):
    """The options that every subcommand which starts a machine takes."""
    add = parser.add_argument
    add("--linux", action="store_true", help="run Debian's Linux instead of Kilburn")
    add("--fb", action="store_true",
        help="with --linux: the kernel with /dev/fb0 (Kilburn always has it)")
    add("--drm", action="store_true",
        help="with --linux: the kernel with /dev/dri/card0 (Kilburn always has it)")
    add("--smp", type=_positive, default=1, metavar="N", help="CPUs (1)")
    add("--mem", type=_positive, default=512, metavar="MIB", help="memory (512)")
    add("--timeout", type=_seconds, default=timeout, metavar="S",
        help=f"seconds of the host's clock ({timeout:g})")
    add("--add", action="append", default=[], metavar="HOST[:GUEST]",
        help="add a file or directory (to /host/NAME)")
    add("--stdin", metavar="FILE", help="the program's standard input (- for kb's own)")
    add("--append", default="", metavar="'K=V ...'", help="kernel command line")
    add("--icount", action="store_true",
        help="count instructions: one a nanosecond; release build")
    add("--split", action="store_true", help="keep fd 2 apart, on standard error")
    add("--with-libs", action="store_true", help="add shared libraries")
    add("--log", metavar="FILE", help="keep the kernel's log")
    add("--ivshmem", metavar="FILE",
        help="keep the memory of the ivshmem device in FILE (4 MiB; made if absent)")
    add("--qemu", metavar="'ARGS'", help="more arguments for QEMU")
    add("--kernel", metavar="FILE", help="this Kilburn, not the one of the build")
    add("--boot", choices=("pvh", "iso", "uefi"), default=boot, help=f"({boot})")
    parser.set_defaults(program=None, arguments=[])


def _split_command(parser, words):
    """Separate the options from `[--] PROGRAM ARG...`.

    Done by hand: argparse refuses a value that begins with a dash, as those of
    --qemu do, and would take the program's options for its own.
    """
    with_value = {name for name, action in parser._option_string_actions.items()
                  if action.nargs is None}
    options, words = [], list(words)
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word == "--":
            break
        if word in with_value and words:
            value = words.pop(0)
            options += ([f"{word}={value}"] if word.startswith("--")
                        else [word, value])
        else:
            options.append(word)
    return options, words


def _parser():
    parser = argparse.ArgumentParser(
        prog="kb", description="Run Kilburn, and Linux beside it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, text, usage_tail="", **keywords):
        made = commands.add_parser(
            name, allow_abbrev=False, help=text, description=text, epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            usage=f"kb {name} [OPTION]... {usage_tail}".rstrip())
        if keywords.pop("machine", True):
            add_machine_options(made, **keywords)
        return made

    command("exec", "run a program in the guest", "[--] PROGRAM [ARG]...")
    run = command("run", "boot for a person: the menu of demos", boot="iso")
    run.add_argument("--display", help="QEMU's -display (gtk, sdl, none)")
    run.set_defaults(smp=2)
    shot = command("screenshot", "picture the screen when a program says 'ready'",
                   "-o FILE [--] PROGRAM [ARG]...")
    shot.add_argument("-o", dest="out", required=True, metavar="FILE", type=_picture,
                      help="FILE.png or FILE.ppm")
    shot.add_argument("--ready", default="ready", metavar="LINE",
                      help="the line of output to wait for (ready)")
    gdb = command("gdb", "boot stopped, with gdb attached", "[[--] PROGRAM [ARG]...]",
                  timeout=3600.0)
    gdb.add_argument("-x", dest="script", action="append", default=[],
                     metavar="FILE", help="run gdb in batch mode with this script")
    gdb.add_argument("--port", type=_tcp_port, metavar="N",
                     help="gdb's TCP port (1234 or a free one)")
    gdb.add_argument("--no-gdb", action="store_true",
                     help="only wait for a debugger of your own")
    bench = command("bench", "measure guest instructions beside Linux",
                    "[[--] ROW]...", timeout=1800.0)
    bench.add_argument("--kilburn-only", action="store_true",
                       help="leave Linux out")
    command("test", "make test, for the given .t files", "[FILE]...",
            machine=False).add_argument("files", nargs="*")
    command("doctor", "say what is wrong with this machine", machine=False)
    return parser, commands.choices


def _dispatch(options):
    # Each command is loaded when it runs, so that exec starts fast.
    if options.command == "exec":
        from . import execute
        return execute.run(options)
    if options.command == "run":
        from . import interactive
        return interactive.run(options)
    if options.command == "screenshot":
        from . import screenshot
        return screenshot.run(options)
    if options.command == "gdb":
        from . import gdb
        return gdb.run(options)
    if options.command == "bench":
        from . import bench
        return bench.run(options)
    if options.command == "doctor":
        os.execv("/bin/sh", ["sh", os.path.join(ROOT, "tools", "doctor")])
    files = [f"T={' '.join(options.files)}"] if options.files else []
    os.execvp("make", ["make", "-C", ROOT, "test", *files])


def _check(parser, options):
    if options.command in ("exec", "screenshot") and not options.program:
        parser.error("no program: give PROGRAM [ARG]...")
    if getattr(options, "drm", False) and options.fb:
        parser.error("--drm and --fb are two drivers of one screen: give one")
    if getattr(options, "kernel", None) and options.linux:
        parser.error("--kernel names a Kilburn: it does not go with --linux")
    if "mem" in options:  # a command that starts a machine
        _check_machine(parser, options)


def _check_machine(parser, options):
    least = LEAST_MEMORY_MIB[options.boot]
    if options.mem < least:
        parser.error(f"--mem {options.mem}: with less than {least} MiB no kernel "
                     f"is ever reached (--boot {options.boot})")
    stdin = options.stdin
    if stdin and stdin != "-":
        if not os.path.exists(stdin):
            parser.error(f"--stdin {stdin}: no such file")
        if os.path.isdir(stdin):
            parser.error(f"--stdin {stdin}: is a directory")
    try:
        shlex.split(options.qemu or "")
    except ValueError as error:
        parser.error(f"--qemu {options.qemu}: {error}")


def _parse(words):
    """Return the options, with program and arguments among them."""
    parser, commands = _parser()
    command = commands.get(words[0]) if words else None
    program = []
    if command and words[0] not in ("test", "doctor"):
        before, program = _split_command(command, words[1:])
        words = [words[0], *before]
    options = parser.parse_args(words)
    if program:
        options.program, options.arguments = program[0], program[1:]
    _check(command, options)
    return options


def _fill_descriptors():
    """Let no file of ours take the place of a closed 0, 1 or 2."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or open(os.devnull, "w")
    sys.stderr = sys.stderr or open(os.devnull, "w")


def main():
    _fill_descriptors()
    try:
        options = _parse(sys.argv[1:])
    except SystemExit as end:
        # argparse's 2 could be the program's status; ours is 125.
        return STATUS_FAILED if end.code else 0
    try:
        return _dispatch(options)
    except Failure as failure:
        say(str(failure))
        return failure.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; keep Python from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except OSError as error:  # a full disk, say; 1 could be the program's
        say(reason(error))
        return STATUS_FAILED
