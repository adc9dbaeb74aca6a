"""A web server for one person on this machine: it answers from memory, and tells open pages of each build."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HOST = "127.0.0.1"
OWN = "-/"
"""Below it lies what the preview itself needs; no page of a site can have this address."""

_FILES = Path(__file__).parent / "files"
_TYPES = {"preview.js": "text/javascript; charset=utf-8", "preview.css": "text/css; charset=utf-8"}
_PING = 15.0  # seconds after which a page that waits hears something, so that one which has gone is noticed


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for an address: 200 or 404, the headers that a host would send, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class State:
    """What open pages are told: the number of the build that is shown, and what is wrong since: place, text, code."""

    build: int
    problems: Sequence[tuple[str, str, str]] = ()


class Stage:
    """What the server shows: `answer` gives what lies at a path, `state` what open pages are to know."""

    def __init__(self, answer: Callable[[str], Answer | None]) -> None:
        self.answer = answer
        self._state = State(0)
        self._number = 0
        self._changed = threading.Condition()
        self.closed = False

    def tell(self, state: State) -> None:
        """Tell all open pages."""
        with self._changed:
            self._state = state
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Let all pages go."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> tuple[int, State]:
        """Give the state, with its number, once that is another than `seen`, or so many seconds have passed."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._number != seen, seconds)
            return self._number, self._state

    @property
    def state(self) -> State:
        """Give the state of now."""
        with self._changed:
            return self._state


class PreviewServer(ThreadingHTTPServer):
    """Listens on this machine alone."""

    daemon_threads = True

    def __init__(self, port: int, stage: Stage) -> None:
        super().__init__((HOST, port), _Handler)
        self.stage = stage
        real = self.server_address[1]
        self.hosts = frozenset(f"{name}:{real}" for name in (HOST, "localhost"))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that hung up."""


def open_server(stage: Stage, port: int, tries: int = 20) -> PreviewServer:
    """Listen on a port, or on the next that is free; OSError where none is. Port 0 is any."""
    for number in range(port, port + tries):
        try:
            return PreviewServer(number, stage)
        except OSError:
            if number == port + tries - 1 or not port:
                raise
    raise OSError("no port is free")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PreviewServer

    def do_GET(self) -> None:
        """Answer; a name that is not this machine's would let any web page read the preview (DNS rebinding)."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._send(Answer(421, _PLAIN, b"this preview answers to 127.0.0.1 and localhost alone\n"))
            return
        try:
            path = unquote(urlsplit(self.path).path, errors="strict").removeprefix("/")
        except ValueError:
            self._send(Answer(400, _PLAIN, b"not an address\n"))
            return
        if path == f"{OWN}events" and self.command == "GET":
            self._send_events()
        elif path.startswith(OWN):
            self._send(_own_file(path.removeprefix(OWN)))
        else:
            self._send(self._page(path))

    do_HEAD = do_GET  # noqa: N815

    def _page(self, path: str) -> Answer:
        stage = self.server.stage
        state = stage.state
        answer = stage.answer(path)
        if answer is None:
            return Answer(503, {**_PLAIN, "Content-Type": "text/html; charset=utf-8"}, _problem_page(state))
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            body = answer.body.replace(b"</head>", _injected(state.build) + b"</head>", 1)
            return Answer(answer.status, answer.headers, body)
        return answer

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, **_OWN_HEADERS}.items():
            if name != "Access-Control-Allow-Origin":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _send_events(self) -> None:
        """Tell a page each state, until it goes or the preview ends."""
        self.send_response(200)
        for name, value in (("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        stage, seen = self.server.stage, -1
        while not stage.closed:
            number, state = stage.wait(seen, _PING)
            told = {"build": state.build, "problems": state.problems}
            line = f"data: {json.dumps(told)}\n\n" if number != seen else ": still here\n\n"
            try:
                self.wfile.write(line.encode())
                self.wfile.flush()
            except OSError:
                return
            seen = number

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the library's own names
        """Say nothing of each request."""


# What is not published yet is for no other page that the same browser has open.
_OWN_HEADERS = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


@cache
def _own_file(name: str) -> Answer:
    if name not in _TYPES:
        return Answer(404, _PLAIN, b"nothing\n")
    return Answer(200, {**_PLAIN, "Content-Type": _TYPES[name]}, (_FILES / name).read_bytes())


def _injected(build: int) -> bytes:
    sheet = f'<link rel="stylesheet" href="/{OWN}preview.css">'
    return f'{sheet}<script type="module" src="/{OWN}preview.js?{build}"></script>'.encode()


def _problem_page(state: State) -> bytes:
    """Make the page of a site that was never built: what is wrong is all that there is to see."""
    problems = "".join(
        f"<li><code>{escape(place)}</code><p>{escape(text)} [{escape(code)}]</p></li>"
        for place, text, code in state.problems
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Problems</title>'
        f"{_injected(state.build).decode()}</head><body>"
        '<section id="statusgen-problems" role="alert"><h2>Nothing could be built yet</h2>'
        f"<ul>{problems}</ul></section></body></html>"
    ).encode()
