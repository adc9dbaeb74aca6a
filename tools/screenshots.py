"""Take pictures of the example's pages at three widths, light and dark; run it with `make screenshots`."""

import argparse
import functools
import http.server
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from statusgen.project import build_site
from statusgen.read.times import Clock, parse_time

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PAGES = ["", "history/", "uptime/", "404.html"]
FIRST_OF = ["history", "uptime", "incidents", "maintenance", "components"]


def main() -> None:
    """Build a content folder and photograph one page of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, default=ROOT / "content")
    parser.add_argument("--now", required=True)
    parser.add_argument("--out", type=Path, default=Path(".statusgen/screenshots"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch) / "site"
        build_site(options.content, site, parse_time(options.now, Clock()))
        handler = functools.partial(Quiet, directory=str(site))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        photograph(f"http://127.0.0.1:{server.server_port}/", pages_of(site), options.out)
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that does not tell of each request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def pages_of(site: Path) -> list[str]:
    """Give one address of each kind; of incidents and maintenance the last, which is the newest."""
    found = list(PAGES)
    for kind in FIRST_OF:
        pages = sorted(path.parent for path in (site / kind).glob("*/index.html"))
        found += [f"{pages[-1].relative_to(site).as_posix()}/"] if pages else []
    return found


def photograph(base: str, pages: list[str], out: Path) -> None:
    """Take each page at three widths, light and dark."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for scheme in ("light", "dark"):
            for width in (320, 768, 1280):
                context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
                page = context.new_page()
                for address in pages:
                    page.goto(base + address)
                    name = address.strip("/").replace("/", "_") or "index"
                    page.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()
        browser.close()
    print(f"{len(pages) * 6} pictures in {out}")


if __name__ == "__main__":
    main()
