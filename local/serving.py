"""A WSGI application served from a thread of ours, on this machine only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from local.processes import HOST

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    """Keeps connections open between requests, and says nothing on the console."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave the console to whoever started us."""

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - werkzeug calls it so
        environ: dict[str, Any] | None = None,  # noqa: ARG002 - the same
    ) -> None:
        """Hang up when an application raises ConnectionError: its way to lose an answer."""
        self.close_connection = True


@contextmanager
def serving(application: "WSGIApplication", *, port: int = 0) -> Iterator[str]:
    """Serve until the block ends, each request in its own thread; give the address."""
    server = make_server(HOST, port, application, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
