# SPDX-License-Identifier: MIT
"""kb exec: run one program in the guest and end with its status."""

import os
import re

from . import elf
from .common import STATUS_NOT_EXECUTABLE, STATUS_NOT_FOUND, Failure, say
from .session import Session


def status_of(result):
    """Turn init's status line into an exit status."""
    word, text = result
    if word == "error":
        raise Failure(f"init: {text}")
    try:
        number = int(text)
    except ValueError:
        raise Failure(f"bad status line from init: {word} {text}") from None
    return number if word == "exit" else 128 + number


def _script_interpreter(path):
    """The program that the first line of the script `path` names, or None."""
    with open(path, "rb") as file:
        line = file.readline(256)
    words = line[2:].split(None, 1) if line.startswith(b"#!") else []
    return os.fsdecode(words[0]) if words else None


def _hint(session, status):
    """Say why execve failed: the program itself could not."""
    if status not in (STATUS_NOT_EXECUTABLE, STATUS_NOT_FOUND):
        return
    text = (session.console.tail + session.log.tail).decode(errors="replace")
    match = re.search(r"init: (cannot execute .*)", text)
    if match:
        say(match.group(1).strip())
        program = session.request.host_program
        interpreter = _script_interpreter(program) if program else None
        if interpreter and interpreter not in session.request.guest:
            say(f"{program} needs {interpreter}, which the guest has not: "
                "give it with --add")
        if program and not session.options.with_libs and elf.is_dynamic(program):
            say(f"{program} is dynamically linked: add --with-libs")


def run(options):
    with Session(options) as session:
        session.prepare()
        guest = session.start()
        outcome = guest.wait(options.timeout, lambda: session.status.result)
        if outcome:
            raise session.explain(outcome)
        status = status_of(session.status.result)
        _hint(session, status)
        return status
