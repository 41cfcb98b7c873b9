# SPDX-License-Identifier: MIT
"""The command line of tools/kb."""

import argparse
import os
import sys

from .common import ROOT, STATUS_FAILED, Failure, say

EPILOG = """\
PROGRAM that begins with ./ or ../, or an absolute path that the guest image
does not have, is a file of this host and becomes /host/NAME in the guest.
The exit status is the program's; 128+n when signal n killed it; 126 and 127 as
in a shell; 124 after a timeout; 125 when the machine ended without a status.
"""


def _positive(text):
    value = int(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be positive")
    return value


def _seconds(text):
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be positive")
    return value


def add_machine_options(parser, boot="pvh", timeout=120.0):
    """The options that every subcommand which starts a machine takes."""
    add = parser.add_argument
    add("--linux", action="store_true", help="run Debian's Linux instead of Kilburn")
    add("--fb", action="store_true",
        help="with --linux: the kernel with /dev/fb0 (Kilburn always has it)")
    add("--smp", type=_positive, default=1, metavar="N", help="CPUs (1)")
    add("--mem", type=_positive, default=512, metavar="MIB", help="memory (512)")
    add("--timeout", type=_seconds, default=timeout, metavar="S",
        help=f"seconds of the host's clock ({timeout:g})")
    add("--add", action="append", default=[], metavar="HOST[:GUEST]",
        help="add a file or directory (to /host/NAME)")
    add("--stdin", metavar="FILE", help="the program's standard input")
    add("--append", default="", metavar="'K=V ...'", help="kernel command line")
    add("--icount", action="store_true",
        help="count instructions: one a nanosecond; release build")
    add("--split", action="store_true", help="keep fd 2 apart, on standard error")
    add("--with-libs", action="store_true", help="add shared libraries")
    add("--log", metavar="FILE", help="keep the kernel's log")
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
    shot.add_argument("-o", dest="out", required=True, metavar="FILE",
                      help="FILE.png or FILE.ppm")
    shot.add_argument("--ready", default="ready", metavar="LINE",
                      help="the line of output to wait for (ready)")
    gdb = command("gdb", "boot stopped, with gdb attached", "[[--] PROGRAM [ARG]...]",
                  timeout=3600.0)
    gdb.add_argument("-x", dest="script", action="append", default=[],
                     metavar="FILE", help="run gdb in batch mode with this script")
    gdb.add_argument("--port", type=_positive, help="gdb's TCP port (a free one)")
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
    if getattr(options, "kernel", None) and options.linux:
        parser.error("--kernel names a Kilburn: it does not go with --linux")
    if getattr(options, "stdin", None) and not os.path.exists(options.stdin):
        parser.error(f"--stdin {options.stdin}: no such file")


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


def main():
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
