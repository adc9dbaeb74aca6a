"""`statusgen serve`."""

import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

import click

from statusgen.cli import Helpful
from statusgen.cli.options import content_option, now_option
from statusgen.errors import count

_TICK = 60.0
"""Seconds after which the site is built again, so that times move on, and memory is tidied."""


@click.command("serve", cls=Helpful)
@content_option
@click.option("--theme", help="A theme's name, or its folder.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Or the next that is free."
)
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@now_option
def command(content: Path, theme: str | None, port: int, now: int | None, *, show: bool) -> None:
    """Show the site on this machine while you write: built from memory, and again at each save.

    An open page reloads itself. Problems are shown over it, with file and line, while the last good page stays.
    Edits that git knows of are not marked. Ctrl-C stops.

    Example: statusgen serve --open
    """
    from statusgen.preview import Preview, describe  # noqa: PLC0415 - sockets, watches and Jinja
    from statusgen.serve.server import HOST, open_server  # noqa: PLC0415
    from statusgen.serve.watch import Watcher  # noqa: PLC0415

    preview = Preview(content, theme, lambda: int(time.time()) if now is None else now)
    server = open_server(preview.stage, port)
    stop = threading.Event()
    before = _stop_at_signals(stop)
    lock = threading.Lock()
    good: list[bool] = []

    def rebuild(*, quietly: bool = False) -> None:
        with lock:
            preview.rebuild(quietly=quietly)
        if quietly:
            return
        if preview.problems:
            waiting = "the last good page stays" if good else "the page is there once this is put right"
            click.echo(
                f"{describe(preview.problems)}\n{count(len(preview.problems), 'problem')}; {waiting}.",
                err=True,
            )
        else:
            good.append(True)
            click.echo(f"built  {content} in {preview.seconds * 1000:.0f} ms")

    watcher = Watcher(preview.folders, rebuild)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        rebuild()
        watcher.start()
        if watcher.polling:
            click.echo("note: the system has no watches left; files are looked at twice a second instead", err=True)
        address = f"http://{HOST}:{server.server_address[1]}/"
        click.echo(f"serve  {address} (Ctrl-C stops)")
        if show:
            click.launch(address)
        while not stop.wait(_TICK):
            if now is None:
                rebuild(quietly=True)
            preview.tidy()
    finally:
        preview.stage.close()
        watcher.stop()
        server.shutdown()
        server.server_close()
        for number, handler in before.items():
            signal.signal(number, handler)
    click.echo("stopped")


def _stop_at_signals(stop: threading.Event) -> dict[int, Any]:
    """Let Ctrl-C and a request to end set an event; give the handlers of before."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
