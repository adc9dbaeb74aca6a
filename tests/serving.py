"""A web server for tests and tools that does exactly what the table of headers asks of a host."""

import gzip
import mimetypes
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from statusgen.render.headers import headers_of
from statusgen.render.urls import file_of

MISSING = "404.html"


class Handler(BaseHTTPRequestHandler):
    """Answers as a good host does: compressed, over lasting connections, and with the site's own page for 404."""

    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, headers_of: Callable[[str], Mapping[str, str]], *arguments: object) -> None:
        self.folder, self.headers_of = folder, headers_of
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path = file_of(unquote(urlsplit(self.path).path).removeprefix("/"))
        found = (self.folder / path).is_file()
        path = path if found else MISSING
        file = self.folder / path
        body = file.read_bytes() if file.is_file() else b""
        headers = {"Content-Type": type_of(path), **self.headers_of(path)}
        if headers["Content-Type"].startswith(("text/", "application/", "image/svg")):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                headers["Content-Encoding"] = "gzip"
                body = gzip.compress(body, mtime=0)
        self.send_response(200 if found else 404)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serve(
    folder: Path, headers: Callable[[str], Mapping[str, str]] = headers_of, handler: type[Handler] = Handler
) -> Iterator[str]:
    """Serve a built site; give its address, which ends with a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, folder, headers)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def type_of(path: str) -> str:
    """Give the type that any host knows from the ending."""
    known = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{known}; charset=utf-8" if known.startswith("text/") else known
