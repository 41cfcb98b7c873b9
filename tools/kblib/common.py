# SPDX-License-Identifier: MIT
"""Where things are, and how the tool says that it failed."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build")

# Statuses of kb's own, as timeout(1) and the shell have them.
STATUS_TIMEOUT = 124
STATUS_FAILED = 125
STATUS_NOT_EXECUTABLE = 126
STATUS_NOT_FOUND = 127


class Failure(Exception):
    """The run cannot go on; the message is for the user."""

    def __init__(self, message, status=STATUS_FAILED):
        super().__init__(message)
        self.status = status


def reason(error):
    """What an OSError says, without its number."""
    if error.filename is None:
        return error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {error.strerror}"


def say(message):
    """Print a line of the tool's own, apart from the program's output."""
    sys.stdout.flush()
    print(f"kb: {message}", file=sys.stderr, flush=True)


def host_memory_mib():
    """RAM of the host in MiB, or 0 when it is unknown."""
    try:
        pages = os.sysconf("SC_PHYS_PAGES")
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20
    except (ValueError, OSError):
        return 0
