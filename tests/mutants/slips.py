# SPDX-License-Identifier: MIT
"""Slips that nobody thought of: small changes at random places of mm/.

The list holds bugs that somebody once made.  A slip is what a tired programmer
makes anywhere: a call left out, a condition turned round, one off at a border.
Some change nothing that can be seen (a hint, a second check of the same thing);
a survivor is a question to a reader, not a verdict.
"""

import glob
import os
import random
import re

# What only watches: its absence is for its own tests to notice.
WATCHERS = re.compile(
    r"trace|BUG_ON|WARN|assert|pr_[a-z]+\(|validate_mm|likely_|prefetch|"
    r"cond_resched|reset_range|__attribute|EXPORT")
SKIPPED_FILES = re.compile(r"/(audit\w*|trace|debug|slab_debug|page_verify)\.c$")

CALL = re.compile(r"^(\t+)([a-z]\w*\([^;]*\);)$")
STEP = re.compile(r"^(\t+)([\w.>*()\[\]-]+(\+\+|--|( [-+|&]?= )[^;]*);)$")
CONDITION = re.compile(r"^(\t+(?:\} else )?(?:if|while)) \((.*)\)( \{)?$")
BORDERS = ((" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "),
           (" == ", " != "), (" && ", " || "), (" || ", " && "))


def _balanced(text):
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _changes(line):
    """Yield (what, changed line) for everything that can go wrong in a line."""
    match = CALL.match(line)
    if match:
        yield "left out", match.group(1) + "(void)0;"
    match = STEP.match(line)
    if match:
        yield "left out", match.group(1) + "(void)0;"
    match = CONDITION.match(line)
    if match and _balanced(match.group(2)):
        head, condition, tail = match.group(1), match.group(2), match.group(3) or ""
        yield "turned round", f"{head} (!({condition})){tail}"
        for old, new in BORDERS:
            if condition.count(old) == 1:
                yield (f"{old.strip()} became {new.strip()}",
                       f"{head} ({condition.replace(old, new)}){tail}")


def _code_lines(text):
    """Yield (number, line) of what is not inside a comment."""
    inside = False
    for number, line in enumerate(text.split("\n")):
        if not inside and "/*" not in line and not line.lstrip().startswith("*"):
            yield number, line
        if "/*" in line:
            inside = True
        if "*/" in line:
            inside = False


def all_slips(root):
    """Every slip of mm/, as (file, line number, what, changed line)."""
    slips = []
    for path in sorted(glob.glob(os.path.join(root, "mm/*.c"))):
        if SKIPPED_FILES.search(path):
            continue
        with open(path) as file:
            text = file.read()
        name = os.path.relpath(path, root)
        for number, line in _code_lines(text):
            if WATCHERS.search(line):
                continue
            slips += [(name, number, what, changed)
                      for what, changed in _changes(line)]
    return slips


def choose(root, count, seed):
    """`count` slips, the same for the same seed and sources."""
    slips = all_slips(root)
    return random.Random(seed).sample(slips, min(count, len(slips)))
