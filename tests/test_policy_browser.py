"""The headers that hosts are told to send, held against what Chromium makes of them."""

from urllib.parse import urlsplit

import pytest
from kinds import ALL, MISSING
from serving import serve

from statusgen.render.headers import headers_of
from statusgen.render.urls import badge, file_of

pytestmark = pytest.mark.browser

REPORTS = """
    window.reports = []
    addEventListener('securitypolicyviolation', e => reports.push(`${e.effectiveDirective}: ${e.blockedURI}`))
"""
NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"
BAD_PAGE = """<!doctype html>
<title>Bad</title>
<p style="color: red">Red</p>
<script>document.title = 'Run'</script>
<img src="http://elsewhere.example/count.gif" alt="">
<script src="/assets/bad.js"></script>
"""


class Watch:
    """What a page says, reports and asks for."""

    def __init__(self, page):
        self.said, self.asked = [], []
        page.add_init_script(REPORTS)
        page.on("console", lambda message: self.said.append((message.location["url"], message.text)))
        page.on("pageerror", lambda error: self.said.append((page.url, str(error))))
        page.on("request", lambda request: self.asked.append(request.url))


def test_no_page_is_reported_or_asks_another_host(visit, address):
    page = visit()
    watch = Watch(page)
    for path in ALL:
        answer = page.goto(address + path)
        assert answer.status == (404 if path in MISSING else 200)
        sent = headers_of("404.html" if path in MISSING else file_of(path))
        assert answer.headers["content-security-policy"] == sent["Content-Security-Policy"]
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("reports") == [], path
    assert [said for said in watch.said if said not in {(address + path, NOT_FOUND) for path in MISSING}] == []
    assert {urlsplit(url).netloc for url in watch.asked} == {urlsplit(address).netloc}


def test_a_badge_has_its_colours_also_by_itself(visit, address):
    page = visit(color_scheme="light")
    watch = Watch(page)
    page.goto(address + badge("overall", "svg"))
    assert page.evaluate("reports") == watch.said == []
    assert page.evaluate("getComputedStyle(document.querySelector('text')).fill") == "rgb(255, 255, 255)"


def test_what_the_policy_forbids_is_reported(visit, tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "bad.js").write_text("document.querySelector('p').innerHTML = '<b>Bold</b>'")
    (tmp_path / "index.html").write_text(BAD_PAGE)
    with serve(tmp_path) as address:
        page = visit()
        watch = Watch(page)
        page.goto(address)
        assert {report.split(":")[0] for report in page.evaluate("reports")} == {
            "style-src-attr", "script-src-elem", "img-src", "require-trusted-types-for",
        }  # fmt: skip
        assert page.title() == "Bad"
        assert watch.said


def test_only_what_is_made_for_it_is_shown_within_another_page(visit, tmp_path):
    for path in ("site/index.html", "site/embed/index.html"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("<!doctype html><title>Page</title><h1>Hello</h1>")
    with serve(tmp_path / "site") as address, serve(tmp_path, headers=lambda _: {}) as elsewhere:
        frames = f"<iframe src='{address}'></iframe><iframe src='{address}embed/'></iframe>"
        (tmp_path / "index.html").write_text(frames)
        page = visit()
        page.goto(elsewhere)
        refused, shown = page.main_frame.child_frames
        assert shown.get_by_role("heading").inner_text() == "Hello"
        assert refused.url.startswith("chrome-error:")
