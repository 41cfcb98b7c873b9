# SPDX-License-Identifier: MIT
"""What the .t programs written in Python share: TAP, and running tools/kb."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KB = os.path.join(ROOT, "tools", "kb")
# The kernel whose vm_normal_page() knows only the rule of 2006.
RULE_KERNEL = os.path.join(ROOT, "build/rule/kilburn.elf")
RULE_BUILD = ("kernel", "O=build/rule", "CONFIG_PTE_SPECIAL=0",
              "DEBUG_INFO=-g1")
TINY = os.path.join(ROOT, "build/tests/boot/tiny")

sys.path.insert(0, os.path.join(ROOT, "tools"))
sys.dont_write_bytecode = True


def build(*targets):
    """Make `targets`, unless `make test` has just done so."""
    if not os.environ.get("KB_BUILT"):
        subprocess.run(["make", "-s", "-C", ROOT, *targets], check=True,
                       stdout=sys.stderr)


class Tap:
    """Prints test points; end() prints the plan and exits."""

    def __init__(self):
        self.points = 0
        self.failures = 0

    def ok(self, passed, name, *details):
        """One point; `details` are printed when it fails."""
        self.points += 1
        print(f"{'ok' if passed else 'not ok'} {self.points} - {name}", flush=True)
        if not passed:
            self.failures += 1
            for detail in details:
                for line in str(detail).splitlines():
                    print(f"#   {line}", flush=True)
        return passed

    def equal(self, got, wanted, name, *details):
        return self.ok(got == wanted, name, f"got:    {got!r}",
                       f"wanted: {wanted!r}", *details)

    def end(self):
        print(f"1..{self.points}", flush=True)
        sys.exit(1 if self.failures else 0)


class Result:
    """How a command ended: status, out and err (bytes)."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def explain(self):
        return self.err.decode(errors="replace") + self.out.decode(errors="replace")


def kb(*words, timeout=300, **keywords):
    """Run tools/kb with `words`."""
    done = subprocess.run([KB, *words], stdin=subprocess.DEVNULL, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords)
    return Result(done.returncode, done.stdout, done.stderr)
