"""A CalDAV server as people have them: Radicale, in a thread of this process."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from radicale import Application
from radicale.config import load


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """Its address; anna's password is "secret"."""
    users = folder / "users"
    users.write_text("anna:secret\n")
    settings = load()
    settings.update(
        {
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(users),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "storage": {"filesystem_folder": str(folder / "collections")},
        },
        "test",
    )
    server = make_server("127.0.0.1", 0, Application(settings), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
