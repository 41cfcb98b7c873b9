# SPDX-License-Identifier: MIT
"""Run gdb in batch mode on a machine that has just been switched on."""

import os
import tempfile

from kbtest import ROOT, TINY, build, kb

# kb's script has stopped at kernel_main; what follows begins there.
SESSION = """\
echo MARK main\\n
backtrace 1
delete
hbreak handle_mm_fault if flags & FAULT_FLAG_USER
continue
echo MARK fault\\n
backtrace
printf "user address %#lx\\n", address
echo MARK end\\n
kill
"""


def stops(tap, way):
    """kernel_main, then the page fault of a user program, after booting by `way`."""
    build("all", "tests-user")
    with tempfile.NamedTemporaryFile("w", suffix=".gdb") as script:
        script.write(SESSION)
        script.flush()
        result = kb("gdb", "--boot", way, "--timeout", "120", "-x", script.name,
                    "--log", os.path.join(ROOT, "build", f"gdb-{way}.log"),
                    "--", TINY, cwd=ROOT)
    text = result.explain()
    _, _, rest = text.partition("MARK main\n")
    main, _, rest = rest.partition("MARK fault\n")
    fault, found, _ = rest.partition("MARK end\n")
    tap.ok("kernel_main" in main, f"{way}: stops at kernel_main", text)
    tap.ok("handle_mm_fault" in fault, f"{way}: stops in a user program's page fault",
           text)
    tap.ok(found and "user address 0x" in fault, f"{way}: its arguments can be read",
           fault)
    tap.ok("do_page_fault" in fault or "exc_page_fault" in fault,
           f"{way}: the backtrace leads to the exception", fault)
