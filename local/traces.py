"""Stands where X-Ray's daemon listens beside each function, and keeps what it is told.

X-Ray's SDK sends each segment as a datagram of two lines: what it is, and the segment as JSON.
"""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from local.processes import HOST

_GLANCE = 0.05
_RECEIVED = 1 << 16  # bytes: the largest datagram


class _Daemon(socketserver.UDPServer):
    max_packet_size = _RECEIVED

    def __init__(self, file: BinaryIO) -> None:
        super().__init__((HOST, 0), _Segment)
        self.file = file


class _Segment(socketserver.DatagramRequestHandler):
    server: _Daemon

    def handle(self) -> None:
        """Write a segment down as a line of its own."""
        _, _, segment = self.rfile.read().partition(b"\n")
        self.server.file.write(segment.strip() + b"\n")


@contextmanager
def kept(file: Path) -> Iterator[str]:
    """Keep all that is traced until the block ends; give the daemon's address."""
    with file.open("wb", buffering=0) as out, _Daemon(out) as daemon:
        thread = Thread(target=daemon.serve_forever, args=(_GLANCE,), daemon=True)
        thread.start()
        try:
            yield f"{HOST}:{daemon.server_address[1]}"
        finally:
            daemon.shutdown()
            thread.join()
