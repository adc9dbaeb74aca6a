import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.read.content import read_content
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme

pytestmark = pytest.mark.browser

NOW = 1795512600  # 2026-11-24T09:30:00Z, the moment at which the example's story stops
CONTENT = Path(__file__).parent.parent / "content"
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = (
    "",
    "history/2026-10/",
    "incidents/2026-10-14-messages-not-sent/",
    "maintenance/2026-09-06-search-and-push-weekly/",
    "components/search/",
    "uptime/",
    "uptime/2026-10/",
    "uptime/2026-10/messenger/",
    "nowhere",
)
LOOKS = pytest.mark.parametrize("scheme", ["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [320, 1280])


class Handler(SimpleHTTPRequestHandler):
    """Serves the site as a strict host would: under the policy, and with its own page for what is missing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != 404:
            super().send_error(code, message, explain)
            return
        # Sent as found: the browser would otherwise log the status itself as an error.
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    out = tmp_path_factory.mktemp("site")
    report = compute_report(public_history(read_content(CONTENT, NOW), NOW), NOW)
    for artifact in render_site(report, load_theme("default", None)):
        path = out / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(out))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM) and "CI" not in os.environ:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@LOOKS
@WIDTHS
def test_pages_are_accessible_quiet_and_fit(browser, address, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"/{path}: {found.generate_report()}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"/{path} is {wide} px wide"
    assert said == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    context.close()


def test_pages_hold_in_forced_colours_and_without_their_style(browser, address):
    context = browser.new_context(viewport={"width": 320, "height": 800}, forced_colors="active")
    page = context.new_page()
    page.goto(address)
    fill = "getComputedStyle(document.querySelector('.bars .operational')).fill"
    ink = "getComputedStyle(document.body).color"
    assert page.evaluate(fill) == page.evaluate(ink)
    page.route("**/*.css", lambda route: route.abort())
    page.goto(address)
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("img").count() > 5
    context.close()


def test_bars_lie_on_whole_pixels(browser, address):
    cases = ((320, 30, 9), (360, 30, 10), (375, 30, 11), (412, 60, 6), (500, 60, 7), (600, 60, 9), (768, 90, 8))
    for width, days, expected in (*cases, (1280, 90, 8)):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(address)
        strip = page.locator(".components .strip").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        bars = page.locator(".components .bars").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        assert (bars["width"], strip["width"]) == (90 * expected, days * expected), width
        assert bars["right"] == strip["right"], "today is at the right"
        assert bars["left"] % 1 == 0, width
        page.close()


def test_names_without_a_blank_wrap(browser, address):
    page = browser.new_page(viewport={"width": 320, "height": 800})
    for path in PAGES[:7]:
        page.goto(address + path)
        page.evaluate("""document.querySelectorAll('h1, h2, .line a, .what a, .brand a, .text p, dd, .meta')
            .forEach(e => { e.textContent = 'W'.repeat(120) })""")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.close()


def test_what_is_pressed_is_large_enough(browser, address):
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(address)
    heights = page.locator("summary, nav a, footer a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    page.close()
