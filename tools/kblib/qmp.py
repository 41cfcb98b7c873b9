# SPDX-License-Identifier: MIT
"""QEMU's machine protocol: one JSON object a line, on a socket."""

import json
import time

from .common import Failure


class Monitor:
    """Talks on one end of a socket pair, whose other end QEMU has."""

    def __init__(self, port):
        self.socket = port.host
        self.socket.setblocking(True)
        self.buffer = b""
        self._receive(time.monotonic() + 10)  # the greeting
        self.command("qmp_capabilities")

    def _receive(self, deadline):
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            self.socket.settimeout(max(left, 0.001))
            try:
                data = self.socket.recv(65536)
            except OSError:
                raise Failure("QEMU does not answer on its monitor") from None
            if not data:
                raise Failure("QEMU has closed its monitor")
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return json.loads(line)

    def command(self, name, seconds=30, **arguments):
        """Execute and return the result; events are passed over."""
        request = {"execute": name}
        if arguments:
            request["arguments"] = arguments
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        deadline = time.monotonic() + seconds
        while True:
            answer = self._receive(deadline)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Failure(f"QEMU: {name}: {answer['error'].get('desc')}")
