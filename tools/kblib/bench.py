# SPDX-License-Identifier: MIT
"""kb bench: the cost of operations in guest instructions, beside Linux.

The benchmark is /bin/bench of the image.  It prints a line for each operation,
NAME VALUE UNIT, where VALUE is mostly in virtual nanoseconds, which under --icount
are instructions; what begins with # is passed over.
"""

import re

from .common import Failure, say
from .execute import status_of
from .session import Session

PROGRAM = "/bin/bench"
LINE = re.compile(r"([a-z_][\w]*)\s+(-?[\d.]+)(?:\s+(\S.*))?$")

# Debian's own settings, and without what a teaching kernel does not have: the
# strict comparison.  Huge pages would make other work of the same operation.
DEFAULT = "transparent_hugepage=never"
TUNED = (f"{DEFAULT} mitigations=off nopti init_on_alloc=0 "
         "randomize_kstack_offset=off cgroup_disable=memory")


def parse(text):
    """Return {name: (value, unit)} in the order of printing."""
    found = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            name, value, unit = match.groups()
            found[name] = (float(value), unit or "")
    return found


def measure(options, linux, append=""):
    """Run the benchmark once and return its figures."""
    rows = [options.program, *options.arguments] if options.program else []
    settings = dict(vars(options))
    settings.update(linux=linux, fb=False, icount=True, split=False,
                    program=PROGRAM, arguments=rows, stdin=None, log=None,
                    append=f"{options.append} {append}".strip())
    collected = []
    with Session(type(options)(**settings)) as session:
        session.prepare()
        session.output.write = collected.append
        guest = session.start()
        outcome = guest.wait(options.timeout, lambda: session.status.result)
        if outcome:
            raise session.explain(outcome)
        text = b"".join(collected).decode(errors="replace")
        status = status_of(session.status.result)
    if status:
        raise Failure(f"the benchmark ended with status {status}:\n{text}")
    figures = parse(text)
    if not figures:
        raise Failure(f"the benchmark has no row {' '.join(rows)}")
    return figures


def table(columns):
    """A Markdown table of [(heading, figures)]; ratios are to the last column."""
    headings = [heading for heading, _ in columns]
    ratio = len(columns) > 1
    rows = [["operation", "unit", *headings] + (["ratio"] if ratio else [])]
    names = []
    for _, figures in columns:
        names += [name for name in figures if name not in names]
    for name in names:
        have = [figures.get(name) for _, figures in columns]
        unit = next(value[1] for value in have if value)
        row = [name, unit] + [f"{v[0]:.1f}" if v else "-" for v in have]
        if ratio:
            both = have[0] and have[-1] and have[-1][0] > 0
            row.append(f"{have[0][0] / have[-1][0]:.2f}" if both else "-")
        rows.append(row)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    marks = ["---", "---"] + ["---:"] * (len(rows[0]) - 2)
    lines.insert(1, "|" + "|".join(marks) + "|")
    return "\n".join(lines)


def run(options):
    say("measuring Kilburn")
    columns = [("Kilburn", measure(options, linux=False))]
    if not options.kilburn_only:
        for heading, append in (("Linux", DEFAULT), ("Linux, tuned", TUNED)):
            say(f"measuring {heading}")
            columns.append((heading, measure(options, True, append)))
    print(table(columns))
    return 0
