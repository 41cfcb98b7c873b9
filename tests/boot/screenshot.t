#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The screen shows what a program says that it drew, pixel by pixel.

A demo prints what it drew, in the order of drawing, as `rect X Y W H RRGGBB` and
`pixel X Y RRGGBB`, then `ready`.  Every pixel that it names is compared.
"""

import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))

from kbtest import ROOT, Tap, build, kb  # noqa: E402

from kblib import picture  # noqa: E402

# On Linux only one, for its boot takes 10 s; fbcow maps the screen both ways.
SCREENS = (
    ("fbpaint", "Kilburn", []),
    ("fbpaint", "Kilburn, ISO", ["--boot", "iso"]),
    ("fbcow", "Kilburn", []),
    ("fbcow", "Kilburn, ISO", ["--boot", "iso"]),
    ("fbcow", "Linux", ["--linux", "--fb"]),
)


class Drawing:
    """What a program says that it drew: a picture, and which pixels it named."""

    def __init__(self, lines, width, height):
        self.width, self.height = width, height
        self.wanted = bytearray(3 * width * height)
        self.named = bytearray(3 * width * height)
        for line in lines:
            words = line.split()
            if words[:1] == ["pixel"]:
                self._row(int(words[1]), int(words[2]), 1, words[3])
            elif words[:1] == ["rect"]:
                left, top, across, down = map(int, words[1:5])
                for y in range(top, top + down):
                    self._row(left, y, across, words[5])

    def _row(self, x, y, across, colour):
        if not (0 <= x and x + across <= self.width and 0 <= y < self.height):
            raise SystemExit(f"drawn outside of the screen: {x} {y} {across}")
        at, end = 3 * (y * self.width + x), 3 * (y * self.width + x + across)
        self.wanted[at:end] = bytes.fromhex(colour) * across
        self.named[at:end] = b"\1" * (3 * across)

    def count(self):
        return sum(self.named) // 3

    def wrong(self, screen):
        """[(x, y)] of the named pixels that are not as they should be."""
        found, row = [], 3 * self.width
        for y in range(self.height):
            at = y * row
            if (screen.pixels[at:at + row] == self.wanted[at:at + row]
                    and all(self.named[at:at + row])):
                continue
            found += [(x, y) for x in range(self.width)
                      if self.named[at + 3 * x]
                      and bytes(screen.pixel(x, y)) != self.pixel(x, y)]
        return found

    def pixel(self, x, y):
        at = 3 * (y * self.width + x)
        return bytes(self.wanted[at:at + 3])


def take(tap, name, options, words, directory):
    """Take a picture while `words` run; return (picture, output) or None."""
    path = os.path.join(directory, "screen.ppm")
    result = kb("screenshot", *options, "-o", path, "--", *words, cwd=ROOT)
    if not tap.equal(result.status, 0, f"{name}: a picture was taken",
                     result.explain()):
        return None
    return picture.read_ppm(path), result.out.decode()


def compare(tap, name, screen, out):
    drawing = Drawing(out.splitlines(), screen.width, screen.height)
    tap.ok(drawing.count() > 10000, f"{name}: it names many pixels",
           drawing.count())
    wrong = drawing.wrong(screen)
    details = [f"({x}, {y}) is {bytes(screen.pixel(x, y)).hex()}, "
               f"should be {drawing.pixel(x, y).hex()}" for x, y in wrong[:8]]
    tap.ok(not wrong, f"{name}: all {drawing.count()} pixels are as it says",
           f"{len(wrong)} wrong", *details)


def documented(tap, name, out):
    """The README's picture shows what the program draws."""
    path = f"docs/{name}.png"
    compare(tap, path, picture.read_png(os.path.join(ROOT, path)),
            out)


def switchview(tap, directory):
    """A buffer that moves: the picture, and what the program says of it."""
    for where, options, keeps in (("Kilburn", [], True), ("Kilburn, 4 CPUs", ["--smp", "4"], True),
                                  ("Linux", ["--linux", "--drm"], False)):
        name = f"switchview on {where}"
        taken = take(tap, name, options, ["/bin/switchview", "--hold"], directory)
        if not taken:
            continue
        screen, out = taken
        tap.equal((screen.width, screen.height), (1024, 768), f"{name}: 1024x768")
        compare(tap, name, screen, out)
        # 6.1 lets the device clear what arrives (tests/user/drm.h).
        if keeps:
            tap.ok("# 0 pixels were lost in 4 moves" in out,
                   f"{name}: nothing was lost in a move", out[:200])
        tap.ok("rect 0 0 1024 64 b03a2e" in out, f"{name}: it ends in RAM")
        if not options:
            documented(tap, "switchview", out)


def main():
    build("all", "tests-user")
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        for program, where, options in SCREENS:
            name = f"{program} on {where}"
            taken = take(tap, name, options, [f"/bin/{program}", "--hold"], directory)
            if not taken:
                continue
            screen, out = taken
            tap.equal((screen.width, screen.height), (1024, 768), f"{name}: 1024x768")
            compare(tap, name, screen, out)
            if name == "fbpaint on Kilburn":
                documented(tap, program, out)
        # Debian's Linux has no local store.
        taken = take(tap, "lsrun", [], ["/bin/lsrun", "--hold"], directory)
        if taken:
            compare(tap, "lsrun", taken[0], taken[1])
            documented(tap, "lsrun", taken[1])
        switchview(tap, directory)
        # Nobody opens the screen: there is a picture all the same.
        taken = take(tap, "no drawing", ["--ready", "before"],
                     [os.path.join(ROOT, "build/tests/tools/probe"), "hang"], directory)
        if taken:
            tap.ok(taken[0].width >= 640, "no drawing: it has a size")
    tap.end()


main()
