#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make the same random memory calls on Kilburn and on Linux, and compare.

usage: [SEEDS=FIRST..LAST] [STEPS=NR] tests/compare/compare.t

memwalk prints a line for each call: what was called, what came of it, and
digests of all that the process can see of its memory afterwards.  The first
line that differs is a bug of ours, or something for memwalk/known.c: it is run
again there with the state in full.
"""

import difflib
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from kbtest import ROOT, Tap, build, kb  # noqa: E402

MEMWALK = os.path.join(ROOT, "build/tests/compare/memwalk")
STEPS = os.environ.get("STEPS", "60")
SEEDS = os.environ.get("SEEDS", "1..12")
SEEDS_IN_A_BOOT = 50
# nopku: "pkeys" of memwalk/known.c.
LINUX = ("--linux", "--append", "nopku")
MACHINES = {"1 CPU": ("--smp", "1"), "4 CPUs": ("--smp", "4")}
SEED = re.compile(r"\d+")
PLACE = re.compile(r"\d+([.\d]*):(\d+) ")
EXPLAINED = 2  # differences that are shown in full


def walk(machine, *words):
    """The lines of a run, and what the tool said."""
    result = kb("exec", "--timeout", "280", *machine, "--", MEMWALK, *words)
    return result.out.decode(errors="replace").splitlines(), result


def by_seed(lines):
    programs = {}
    for line in lines:
        match = SEED.match(line)
        if match:
            programs.setdefault(int(match.group()), []).append(line)
    return programs


def first_difference(ours, theirs):
    """Its index; None if there is none."""
    for i in range(max(len(ours), len(theirs))):
        if ours[i:i + 1] != theirs[i:i + 1]:
            return i
    return None


def state(machine, seed, place):
    """The line at `place` (STEP.WHO), and the state after it."""
    lines, _ = walk(machine, "-v", place, STEPS, str(seed))
    at = [i for i, line in enumerate(lines)
          if (match := PLACE.match(line))
          and match.group(2) + match.group(1) == place]
    if not at:
        return [f"(call {place} was not reached)"]
    end = next((i for i in range(at[0] + 1, len(lines))
                if not lines[i].startswith("  ")), len(lines))
    return lines[at[0]:end]


def explain(machine, seed, ours, theirs, index):
    """What to print about a difference."""
    line = (theirs[index:index + 1] or ours[index:index + 1])[0]
    text = [f"seed {seed}, line {index + 1} of {len(theirs)}", "calls before:",
            *(f"  {before}" for before in theirs[max(0, index - 4):index]),
            f"Kilburn: {(ours[index:index + 1] or ['(nothing)'])[0]}",
            f"Linux:   {(theirs[index:index + 1] or ['(nothing)'])[0]}"]
    match = PLACE.match(line)
    if not match:
        return text
    place = match.group(2) + match.group(1)
    text += ["states (-Kilburn +Linux):"]
    text += list(difflib.unified_diff(
        [word for line in state(machine, seed, place) for word in split(line)],
        [word for line in state(LINUX, seed, place) for word in split(line)],
        lineterm="", n=1))[2:]
    program = os.path.relpath(MEMWALK, ROOT)
    text += ["to see it again:"]
    for options in (machine, LINUX):
        text += [f"  tools/kb exec {' '.join(options)} -- ./{program} -v {place} "
                 f"{STEPS} {seed}"]
    return text


def split(line):
    """A digest follows the last line of what it digests: apart from that."""
    return re.split(r" (?=(?:areas|pages|data|sums) [0-9a-f]{8}$)", line)


def compare(tap, name, machine, linux, first, last):
    lines, result = walk(machine, STEPS, str(first), str(last))
    ours = by_seed(lines)
    explained = 0
    different = []
    details = []
    for seed in range(first, last + 1):
        mine, theirs = ours.get(seed, []), linux.get(seed, [])
        index = first_difference(mine, theirs)
        if index is None:
            continue
        different.append(str(seed))
        if explained < EXPLAINED:
            explained += 1
            details += explain(machine, seed, mine, theirs, index)
    tap.ok(result.status == 0, f"programs {first} to {last} end, {name}",
           result.explain()[-2000:])
    tap.ok(not different,
           f"each of their {STEPS} and more calls is as on Linux, {name}",
           f"different: {' '.join(different)}", *details)


def main():
    first, last = (int(word) for word in SEEDS.split(".."))
    tap = Tap()
    build("tests-user")
    for begin in range(first, last + 1, SEEDS_IN_A_BOOT):
        end = min(last, begin + SEEDS_IN_A_BOOT - 1)
        lines, result = walk(LINUX, STEPS, str(begin), str(end))
        linux = by_seed(lines)
        ended = [seed for seed in linux
                 if linux[seed][-1] == f"{seed} ends 0"]
        tap.ok(result.status == 0 and len(ended) == end - begin + 1,
               f"programs {begin} to {end} end on Linux",
               f"only these do: {ended}", result.explain()[-2000:])
        for name, machine in MACHINES.items():
            compare(tap, name, machine, linux, begin, end)
    tap.end()


main()
