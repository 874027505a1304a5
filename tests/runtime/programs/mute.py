"""A door that takes a request and never answers it, once the file ``mute`` stands in the home.

The file is removed when it is seen, so that the next process answers. ``unwell`` makes it say 503.
"""

import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

MUTE = Path(os.environ["SENIM_HOME"]) / "mute"


class Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if MUTE.exists():
            MUTE.unlink()
            time.sleep(600)
        self.send_response(503 if MUTE.with_name("unwell").exists() else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


HTTPServer(("127.0.0.1", int(os.environ["SENIM_PORTAL_PORT"])), Door).serve_forever()
