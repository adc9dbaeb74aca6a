"""Words of a stranger in every place that takes words, put through the whole build (safety.md §3.1)."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.read.content import read_content
from statusgen.render.site import render_site
from statusgen.render.text import _ATTRIBUTES, _CLEANERS, _TAGS, render_markdown
from statusgen.render.theme import load_theme

NOW = 1795512600  # 2026-11-24T09:30:00Z
HOST = "status.acme.example"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def write_world(root: Path, words: str) -> Path:
    """Write a site that has some words in each place that takes any."""
    text = re.sub("[\x7f-\x9f\ufffe]", lambda m: f"\\u{ord(m[0]):04x}", json.dumps(words, ensure_ascii=False))
    watched = " ".join(CONTROLS.sub("", words).split())  # as status.yaml is read
    body = words.replace("\r", "\n").replace("\n#", "\n #").lstrip("#")
    said = f"First.\n\n{body}\n\nLast.\n" if _is_closed(body) else f"First.\n\n    {body.splitlines()[0]}\n"
    files = {
        "status.yaml": f"""\
title: {text}
id: acme
url: https://{HOST}/
timezone: UTC
languages: [en, de]
sla: standard
groups: {{core: {{name: {text}}}}}
components:
  api:
    {{name: {text}, description: {text}, group: core, sla: standard, since: 2026-10-20, checks: {{monitors: {text}}}}}
  web: {{sla: standard, since: 2026-10-20, aliases: [{text}]}}
slas: {{standard: {{target: 99.8%}}}}
monitoring: {{interval: 12h, max_gap: 1d}}
checks: [{{files: "*.jsonl"}}]
theme: {{footer: {text}, links: [{{name: {text}, url: "https://links.example/"}}]}}
private_words: [{text}]
hosting: [netlify, nginx, caddy]
""",
        "incidents/out.md": f"""\
---
title: {text}
components: {{api: major_outage}}
exclude: {text}
---
{said}
## Investigating — 2026-11-24 08:00 UTC

{said}
""",
        "incidents/out.de.md": f"---\ntitle: {text}\n---\n{said}\n## Investigating — 2026-11-24 08:00 UTC\n\n{said}\n",
        "incidents/past.md": f"""\
---
title: {text}
components: {{web: partial_outage}}
override: {text}
---
## Investigating — 2026-11-02 08:00 UTC

{said}
## Resolved — 2026-11-02 09:00 UTC

{said}
""",
        "maintenance/disks.md": f"""\
---
title: {text}
components: [api]
start: 2026-12-01 08:00 UTC
end: 2026-12-01 09:00 UTC
announced: 2026-11-20 08:00 UTC
---
{said}
""",
        "pages/about.md": f"---\ntitle: {text}\nnav: 1\n---\n{said}",
        "log.jsonl": "".join(
            json.dumps({"time": 1793491200 + day * 86400, "monitor": watched, "probe": words, "status": status}) + "\n"
            for day, status in enumerate(("up", "up", "down", "up") * 5, 1)
        ),
    }  # fmt: skip
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    return root


def _is_closed(body: str) -> bool:
    """Tell whether no block begins in a text that would never end: that is a problem, and nothing is built."""
    return not any(mark in body for mark in ("<!--", "```", "~~~", "<<<<<<<", "---"))


def build(root: Path) -> dict[str, bytes]:
    """Build a site in memory."""
    report = compute_report(public_history(read_content(root, NOW), NOW), NOW)
    return {artifact.path: artifact.content for artifact in render_site(report, load_theme("default", root))}


# --- What each kind of file may hold

FORBIDDEN = {
    *("style", "iframe", "object", "embed", "form", "input", "base", "frame", "frameset", "applet"),
    *("math", "template", "noscript", "audio", "video", "source", "foreignobject", "animate", "set"),
}
LOADS = {"script", "link", "img", "use", "image"}
ADDRESSES = {"href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset", "background", "ping"}
KNOWN_HOSTS = {"", HOST, "links.example", "evil.example", "www.w3.org"}


class Reader(HTMLParser):
    """Finds what a page must not hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.data: list[str] = []
        self._kind: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in FORBIDDEN or (tag == "meta" and given.get("http-equiv", "").lower() == "refresh"):
            self.wrong.append(f"<{tag} {given}>")
        if tag == "script":
            self._kind = given.get("type", "")
            if not (self._kind == "application/ld+json" and "src" not in given) and not re.fullmatch(
                r"(?:/|(?:\.\./)*)assets/page\.[0-9a-f]+\.js", given.get("src", "")
            ):
                self.wrong.append(f"<script {given}>")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.wrong.append(f"<{tag} {name}={value}>")
            if name in ADDRESSES:
                self._address(tag, name, value, given)

    def _address(self, tag: str, name: str, value: str, given: dict[str, str]) -> None:
        address = urlsplit(re.sub(r"[\x00-\x20]", "", value))
        if address.scheme not in ("", "http", "https", "mailto") or address.hostname not in {None, *KNOWN_HOSTS}:
            self.wrong.append(f"<{tag} {name}={value}>")
        outside = address.hostname not in (None, HOST)
        if outside and (
            tag in LOADS or (address.hostname == "evil.example" and "nofollow" not in given.get("rel", ""))
        ):
            self.wrong.append(f"<{tag} {given}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._kind = None

    def handle_data(self, data: str) -> None:
        if self._kind == "application/ld+json":
            json.loads(data)


def read_html(text: str) -> None:
    """Hold a page, or the HTML in a feed, to what it may hold."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.wrong == []


def read_xml(text: str) -> None:
    root = ET.fromstring(text)
    for element in root.iter():
        name = element.tag.rpartition("}")[2].lower()
        assert name not in (FORBIDDEN - {"style"}) | {"script"}, element.tag
        assert not any(key.lower().startswith("on") for key in element.attrib)
        if element.text and (name in ("description", "encoded") or element.get("type") == "html"):
            read_html(element.text)


def read_json(text: str) -> None:
    def look(value: object, name: str = "") -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                look(inner, key)
        elif isinstance(value, list):
            for inner in value:
                look(inner, name)
        elif isinstance(value, str) and name == "content_html":
            read_html(value)

    look(json.loads(text))


PROPERTIES = {
    *("BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL"),
    *("STATUS", "SEQUENCE", "LAST-MODIFIED", "CREATED", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"),
    *("METHOD", "CALSCALE", "TRANSP", "CATEGORIES", "SOURCE", "CLASS", "CONTACT", "IMAGE", "COLOR", "X-WR-TIMEZONE"),
}


def read_calendar(text: str) -> None:
    lines = text.replace("\r\n ", "").split("\r\n")
    assert {re.split("[:;]", line)[0] for line in lines if line} <= PROPERTIES
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n)", text)
    calendar = Calendar.from_ical(text)
    assert lines.count("BEGIN:VEVENT") == len(calendar.walk("VEVENT")) <= 2


def read_plain(text: str) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def read_table(text: str) -> None:
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")) or re.fullmatch(r"-?[\d.:/]+", cell), cell


def read_metrics(text: str) -> None:
    assert list(text_string_to_metric_families(text))


READERS = {
    ".html": read_html, ".rss": read_xml, ".atom": read_xml, ".svg": read_xml, ".xml": read_xml, ".json": read_json,
    ".ics": read_calendar, ".txt": read_plain, ".csv": read_table, "metrics": read_metrics,
}  # fmt: skip


def read_site(files: dict[str, bytes]) -> None:
    """Hold every file of a site to what its kind may hold."""
    for path, content in files.items():
        text = content.decode("utf-8")
        read = READERS.get(Path(path).suffix or path)
        assert not CONTROLS.search(text), path
        if read and not path.startswith("assets/"):
            try:
                read(text)
            except Exception as error:
                raise AssertionError(f"{path}: {error}") from error


# --- Laws

PIECES = [
    "<script>alert(1)</script>", "<img src=https://evil.example/x onerror=alert(1)>", '" onload="alert(1)',
    "' onload='x",
    "[x](javascript:alert(1))", "[x](https://evil.example/)", "![x](//evil.example/y)", "]]>", "&", "&lt;script&gt;",
    "\0", "\x0b", "\x1b[31m", "\x9b", "\u202e", "\u2066", "\ufffe", "\u2028", "</style>", "</title>", "</script>",
    "--&gt;",
    "<svg onload=alert(1)>", "<math><mtext></p><style><img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% raw %}", "{#",
    "w" * 300, "\r\nATTENDEE:mailto:x@evil.example\r\n", "\nBEGIN:VEVENT\n", "\nX-Header: x\n", '\\n"} 1\nup{x="',
    "=1+1",
    "@SUM(1)", "|", "`", "*", "# ", "\\", "\N{ROCKET}", "عربى", " ", "a", "%0A::error::x", "$(id)", "<a href=data:x>",
]  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join).filter(lambda words: words.split()))
def test_whatever_a_stranger_writes_no_file_runs_loads_or_breaks(tmp_path_factory, words):
    read_site(build(write_world(tmp_path_factory.mktemp("hostile"), f"x{words}x")))


def test_every_piece_at_once_does_no_harm(tmp_path):
    files = build(write_world(tmp_path, "x" + " ".join(PIECES) + "x"))
    read_site(files)
    assert {Path(path).suffix for path in files} >= {".html", ".rss", ".atom", ".json", ".ics", ".svg", ".csv", ".txt"}


def test_the_readers_find_what_is_wrong():
    for text in (
        "<script>alert(1)</script>", "<p onclick=x>", "<p style=x>", "<a href=javascript:x>",
        "<img src=//evil.example/>",
        "<a href='https://evil.example/'>", "<iframe>", '<script type="application/ld+json">{</script>',
    ):  # fmt: skip
        with pytest.raises((AssertionError, ValueError)):
            read_html(text)
    with pytest.raises(AssertionError):
        read_xml('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    with pytest.raises(AssertionError):
        read_calendar("BEGIN:VCALENDAR\r\nATTENDEE:x\r\nEND:VCALENDAR\r\n")
    with pytest.raises(AssertionError):
        read_table("=1+1,2\n")


def test_a_surrogate_alone_is_told_and_not_built(world):
    from statusgen.errors import ContentError

    root = world({"incidents/a.md": '---\ntitle: "a \\ud800"\n---\n\n## Investigating — 2026-11-02 09:20 UTC\n'})
    with pytest.raises(ContentError, match=r"a\.md:2: broken YAML"):
        read_content(root, NOW)


# --- Templates in texts

TEMPLATE = "{{ 7*7 }} {% include 'x' %} {# gone #} ${7*7}"


def strings(value: object):
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def words_of(path: str, text: str) -> str:
    """Give the words of a file without the escapes of its kind."""
    from html import unescape

    if path.endswith(".json"):
        return "\n".join(strings(json.loads(text)))
    if path.endswith(".ics"):
        return re.sub(r"\\([;,\\])", r"\1", text.replace("\r\n ", ""))
    return unescape(unescape(text))  # a feed holds HTML as text


SAYING = [
    "index.html", "de/index.html", "history/2026-11/index.html", "incidents/out/index.html",
    "de/incidents/out/index.html", "incidents/past/index.html", "maintenance/disks/index.html",
    "components/api/index.html", "uptime/index.html", "uptime/2026-11/index.html", "uptime/2026-11/api/index.html",
    "uptime/2026-11/web/index.html", "subscribe/index.html", "about/index.html", "404.html", "history.rss",
    "history.atom", "history.json", "incidents.rss", "maintenance.atom", "components/api.rss", "groups/core.json",
    "maintenance.ics", "components/api.ics", "api/v2/summary.json", "api/v2/incidents.json", "api/v1/incidents.json",
    "status.json", "status.txt", "metrics", "badges/api.svg", "badges/groups/core.svg", "badges/api.json",
]  # fmt: skip


def test_a_template_in_a_text_is_a_text_in_every_file(tmp_path):
    files = {path: content.decode() for path, content in build(write_world(tmp_path, TEMPLATE)).items()}
    silent = [path for path in SAYING if TEMPLATE not in words_of(path, files[path])]
    assert silent == []
    calculated = [path for path, text in files.items() if re.search(r"\b49\b", text) and not path.startswith("assets/")]
    plain = build(write_world(tmp_path / "plain", "Plain words"))
    assert calculated == [path for path in calculated if re.search(rb"\b49\b", plain[path])]


# --- What is let through

LET_THROUGH = {
    "p", "br", "hr", "em", "strong", "del", "ins", "mark", "code", "pre", "kbd", "samp", "blockquote", "ul", "ol", "li",
    "dl", "dt", "dd", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6", "sup", "sub",
    "abbr", "details", "summary", "time",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "th": {"align", "scope"}, "td": {"align"},
    "ol": {"start"}, "abbr": {"title"}, "time": {"datetime"}, "*": {"lang", "dir"},
}  # fmt: skip
SCHEMES = {"http": True, "https": True, "mailto": True, "HTTPS": True, "": True} | dict.fromkeys(
    ("javascript", "data", "vbscript", "file", "ftp", "blob", "tel", "about", "view-source", "ws", "jAvAsCrIpT"), False
)


def test_the_elements_and_attributes_that_are_let_through_are_these():
    assert set(_TAGS) == LET_THROUGH
    assert _ATTRIBUTES == ATTRIBUTES
    every = {*LET_THROUGH, *FORBIDDEN, "h1", "h2", "script", "svg", "link", "meta", "font", "marquee", "select", "span"}
    for tag in sorted(every - {"img"}):  # of an image the words are left
        kept = tag in LET_THROUGH or tag == "h2"
        assert (f"<{tag}" in _CLEANERS[2].clean(f"<{tag}>x</{tag}>")) == kept or tag in (
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        )


@pytest.mark.parametrize(("scheme", "kept"), SCHEMES.items())
def test_the_schemes_that_are_let_through_are_these_and_a_link_vouches_for_nothing(scheme, kept):
    html = str(render_markdown(f"[x]({scheme}{':' if scheme else ''}//evil.example/a)"))
    assert ("href=" in html) == kept
    assert ('rel="nofollow noopener noreferrer"' in html) or not kept


# --- What the shipped scripts do

MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|document\.write|createContextualFragment|srcdoc"
    r"|\beval\b|new Function|setTimeout\([\"'`]|setInterval\([\"'`]|createPolicy"
)


def test_no_shipped_script_makes_markup_or_code_of_a_text():
    root = Path(__file__).parent.parent
    scripts = [*root.glob("themes/**/*.js"), *root.glob("statusgen/**/*.js")]
    assert len(scripts) >= 2
    assert [(path.name, MARKUP.findall(path.read_text())) for path in scripts if MARKUP.search(path.read_text())] == []
    assert MARKUP.search("a.innerHTML = b")


def test_what_hosts_are_told_to_send_forbids_scripts_of_others_and_markup_made_of_texts(tmp_path):
    files = build(write_world(tmp_path, "x"))
    for name in ("_headers", "_hosting/nginx.conf", "_hosting/Caddyfile"):
        policy = files[name].decode()
        for rule in (
            "default-src 'none'",
            "script-src 'self'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert rule in policy
        assert "unsafe-eval" not in policy
        assert "script-src 'unsafe" not in policy
