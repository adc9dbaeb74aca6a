import re
import time
from dataclasses import replace
from fractions import Fraction
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY
from statusgen.model.history import (
    Component,
    Credit,
    CustomPage,
    Group,
    History,
    Hours,
    Incident,
    Link,
    Maintenance,
    Phase,
    Recurrence,
    Site,
    Sla,
    ThemeSettings,
    Update,
)
from statusgen.model.report import Report
from statusgen.model.status import Impact, Status
from statusgen.read.content import read_content
from statusgen.render import urls
from statusgen.render.bars import STATES, UNKNOWN, draw_bars, draw_days, draw_outline
from statusgen.render.figures import show_uptime
from statusgen.render.pages import render_pages
from statusgen.render.pages.explain import explain_recurrence, explain_sla
from statusgen.render.site import render_site
from statusgen.render.text import absolute_links, render_markdown
from statusgen.render.theme import load_theme
from statusgen.render.words import show_budget, show_burned

NOW = 1795512600  # 2026-11-24T09:30:00Z
HOUR = 3600
VOID = {"meta", "link", "br", "hr", "img", "wbr", "source"}
PROMISE = Fraction(999, 1000)
HOSTILE = """<script>alert(1)</script> "quoted" 'single' {{7*7}} {% raw %} ]]> & </title>"""
EXAMPLE = Path(__file__).parent.parent / "content"


def say(minutes_ago: int, phase: Phase, text: str = "", key: str | None = None, **changes: Status) -> Update:
    return Update(
        key=key or f"t{minutes_ago}",
        at=NOW - minutes_ago * 60,
        phase=phase,
        text=text or f"Said {minutes_ago} minutes ago.",
        changes=tuple(changes.items()),
    )


def tiny_site(**changes: object) -> Site:
    """A promise, a folded group, a component that stands by itself and one that is retired."""
    tiers = (Credit(below=PROMISE, credit=Fraction(1, 10)),)
    gold = Sla(id="gold", target=PROMISE, target_places=1, zone="Europe/Berlin", credits=tiers)
    site = Site(
        title="Tiny",
        id="tiny",
        url="https://status.example/",
        groups=(Group(id="core", name="Core", collapsed=True, sla="gold"),),
        components=(
            Component(id="api", name="API", group="core", since=NOW - 100 * DAY, sla="gold"),
            Component(id="web", name="Web", group="core", since=NOW - 10 * DAY, sla="gold"),
            Component(id="docs", name="Docs", since=NOW - 100 * DAY),
            Component(id="fax", name="Fax", since=NOW - 100 * DAY, retired=NOW - 50 * DAY),
        ),
        slas={"gold": gold},
        theme=ThemeSettings(footer="A footer", links=(Link(name="Help", url="https://help.example/"),)),
    )
    return replace(site, **changes)


OPEN = Incident(
    id="open",
    title="API is slow",
    started=NOW - HOUR,
    components=(("api", Status.PARTIAL_OUTAGE),),
    updates=(say(60, Phase.INVESTIGATING), say(30, Phase.IDENTIFIED, api=Status.DEGRADED_PERFORMANCE)),
)
OVER = Incident(
    id="over",
    title="Everything was down",
    started=NOW - 40 * DAY,
    components=(("api", Status.MAJOR_OUTAGE), ("docs", Status.MAJOR_OUTAGE)),
    summary="A summary.",
    override="our probe lost its network",
    exclude="a carrier's outage",
    updates=(
        say(40 * 1440, Phase.INVESTIGATING),
        say(40 * 1440 - 90, Phase.RESOLVED),
        say(38 * 1440, Phase.POSTMORTEM, "### Cause\n\nA **cable**.", key="why"),
    ),
)
NOTE = Incident(
    id="note", title="A note", started=NOW - 3 * DAY, impact=Impact.NONE, updates=(say(4320, Phase.RESOLVED),)
)
ONCE = Maintenance(
    id="once",
    title="New disks",
    start=NOW - HOUR,
    end=NOW + HOUR,
    announced=NOW - 2 * DAY,
    components=(("docs", None),),
    updates=(say(2880, Phase.SCHEDULED), say(60, Phase.IN_PROGRESS)),
)
WEEKLY = Maintenance(
    id="weekly",
    title="Weekly work",
    start=NOW - 70 * DAY,
    end=NOW - 70 * DAY + HOUR,
    announced=NOW - 80 * DAY,
    components=(("web", Status.DEGRADED_PERFORMANCE),),
    recurrence=Recurrence(rule="FREQ=WEEKLY;BYDAY=TU", zone="Europe/Berlin", skipped=("2026-12-01",)),
    updates=(say(80 * 1440, Phase.SCHEDULED), say(14 * 1440 - 5, Phase.COMPLETED)),
)
ABOUT = CustomPage(
    id="about", title="About us", text="We are tiny.\n\n## Since when\n\nSince [over](../incidents/over/).", nav=1
)
TINY = History(site=tiny_site(), incidents=(OPEN, OVER, NOTE), maintenances=(ONCE, WEEKLY), pages=(ABOUT,))
EMPTY = History(site=Site(title="Empty", url="https://empty.example/"))


class Document(HTMLParser):
    """A page as a strict reader sees it: every tag is closed, in order, and every id is there once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"
        assert len(self.ids) == len(set(self.ids)), "an id stands twice"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert {"svg", "symbol", "defs"} & set(self.open), f"<{tag}/> is not HTML"
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.words.append(data)

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch(r"h[1-6]", tag)]

    @property
    def links(self) -> list[str]:
        return [attrs[name] for _, attrs in self.tags for name in ("href", "src") if name in attrs]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def render(history: History, now: int = NOW) -> dict[str, bytes]:
    return render_report(compute_report(public_history(history, now), now))


def render_report(report: Report) -> dict[str, bytes]:
    artifacts = list(render_site(report, load_theme("default", None)))
    files = {artifact.path: artifact.content for artifact in artifacts}
    assert len(files) == len(artifacts), "two files at one address"
    return files


@cache
def tiny() -> dict[str, bytes]:
    return render(TINY)


@cache
def example() -> dict[str, bytes]:
    return render(read_content(EXAMPLE, NOW))


def documents(files: dict[str, bytes]) -> dict[str, Document]:
    return {path: Document(content.decode()) for path, content in files.items() if path.endswith(".html")}


WORLDS = pytest.mark.parametrize(
    "files", [tiny, example, lambda: render(EMPTY)], ids=["a tiny world", "the example", "nothing"]
)


@WORLDS
def test_every_link_and_anchor_inside_the_site_is_there(files):
    written = files()
    pages = documents(written)
    for path, page in pages.items():
        for href in page.links:
            target = urlsplit(urljoin(f"https://here.example/{path}", href))
            if target.netloc != "here.example":
                continue
            file = unquote(target.path[1:])
            file = f"{file}index.html" if not file or file.endswith("/") else file
            assert file in written, f"{path} links to {href}"
            if target.fragment and file in pages:
                assert target.fragment in pages[file].ids, f"{path} links to {href}"


@WORLDS
def test_every_address_that_programs_are_told_is_there(files):
    written = files()
    pages = documents(written)
    (base,) = re.findall(r"Sitemap: (.*)sitemap\.xml", written["robots.txt"].decode())
    for path, content in written.items():
        if not path.endswith((".json", ".rss", ".atom", ".ics", ".xml")):
            continue
        text = unescape(content.decode().replace("\r\n ", ""))
        for address in set(re.findall(rf"{re.escape(base)}[^\s\"'<>\\{{}}\]]*(?![^\s\"<>\]]*\{{)", text)):
            target = urlsplit(address)
            file = unquote(target.path.removeprefix(urlsplit(base).path))
            file = f"{file}index.html" if not file or file.endswith("/") else file
            assert file in written, f"{path} tells of {address}"
            if target.fragment and file in pages:
                assert target.fragment in pages[file].ids, f"{path} tells of {address}"


@WORLDS
def test_a_page_has_one_h1_and_skips_no_heading(files):
    for path, page in documents(files()).items():
        assert page.headings.count(1) == 1, path
        assert page.headings[0] == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), (path, page.headings)


@WORLDS
def test_nothing_on_a_page_runs_or_loads_from_elsewhere(files):
    for path, page in documents(files()).items():
        for tag, attrs in page.tags:
            assert tag not in {"style", "iframe", "object", "embed", "base"}, path
            if tag == "script":  # the one file of the theme, or data that nothing runs
                assert "src" in attrs or attrs == {"type": "application/ld+json"}, path
            assert not [name for name in attrs if name == "style" or name.startswith("on")], path
            if "src" in attrs or (tag == "link" and attrs["rel"] in {"stylesheet", "icon"}):
                assert not urlsplit(attrs.get("src") or attrs["href"]).netloc, path


@WORLDS
def test_every_page_says_in_its_head_what_it_is(files):
    for path, page in documents(files()).items():
        if path == "embed/index.html":  # a card in a frame
            continue
        named = {
            attrs.get("name") or attrs.get("property"): attrs.get("content")
            for tag, attrs in page.tags
            if tag == "meta"
        }
        assert {"viewport", "description", "color-scheme", "generator"} <= set(named), path
        assert named["description"], path
        feeds = [attrs["type"] for tag, attrs in page.tags if tag == "link" and attrs["rel"] == "alternate"]
        kinds = ["application/rss+xml", "application/atom+xml", "application/feed+json"]
        assert feeds == kinds * (2 if path.startswith("components/") else 1), path
        assert ("html", {"lang": "en", "dir": "ltr"}) in page.tags
        if path != "404.html":
            canonical = next(attrs["href"] for tag, attrs in page.tags if tag == "link" and attrs["rel"] == "canonical")
            assert urlsplit(canonical).path.strip("/") == path.removesuffix("index.html").strip("/")
            assert named["og:url"] == canonical
        assert "As of 24 November 2026, 09:30 UTC" in page.text, path


def test_a_hostile_title_is_only_text():
    site = tiny_site(
        title=HOSTILE,
        groups=(Group(id="core", name=HOSTILE, sla="gold"),),
        components=tuple(replace(c, name=HOSTILE, description=HOSTILE) for c in tiny_site().components),
        theme=ThemeSettings(footer=HOSTILE, links=(Link(name=HOSTILE, url="https://x.example/?a=1&b=\"'>"),)),
    )
    hostile = History(
        site=site,
        incidents=tuple(
            replace(i, title=HOSTILE, override=HOSTILE, exclude=HOSTILE, summary=HOSTILE) for i in TINY.incidents
        ),
        maintenances=tuple(replace(m, title=HOSTILE, summary=HOSTILE) for m in TINY.maintenances),
        pages=(replace(ABOUT, title=HOSTILE, text=HOSTILE),),
    )
    for path, page in documents(render(hostile)).items():
        scripts = [attrs for tag, attrs in page.tags if tag == "script"]
        assert [attrs for attrs in scripts if "src" not in attrs and attrs != {"type": "application/ld+json"}] == []
        assert len(scripts) <= 2, path
        assert " ".join(HOSTILE.split()) in page.text, path
        assert "49" not in page.text.replace("2049", ""), path


def test_links_work_below_a_path_and_the_lost_find_back():
    below = render(replace(TINY, site=tiny_site(url="https://example.org/status/")))
    for path, page in documents(below).items():
        inside = [href for href in page.links if not urlsplit(href).netloc]
        rooted = [href for href in inside if href.startswith("/")]
        if path == "404.html":
            assert all(href.startswith(("/status/", "#")) for href in inside)
        else:
            assert not rooted, path
    assert b"https://example.org/status/incidents/open/</loc>" in below["sitemap.xml"]
    assert b"Sitemap: https://example.org/status/sitemap.xml" in below["robots.txt"]


@pytest.mark.parametrize("site_url", ["https://status.example/", "https://example.org/status/"])
def test_an_authors_links_lead_to_the_same_place_wherever_they_are_shown(site_url):
    text = "[a](../over/) [b](#u-t60) [c](/top) [d](https://x.example/) [e](mailto:a@x.example) [f](f.png) [g](?q=1#x)"
    spoken = replace(OPEN, updates=(*OPEN.updates[:1], say(5, Phase.IDENTIFIED, text)))
    working = replace(ONCE, updates=(*ONCE.updates[:1], say(5, Phase.IN_PROGRESS, text)))
    site = tiny_site(url=site_url)
    pages = documents(render(replace(TINY, site=site, incidents=(spoken, OVER), maintenances=(working,))))
    shown = [urljoin(site_url, href) for href in pages["index.html"].links]
    for own in ("incidents/open/", "maintenance/once/"):
        links = ("../over/", "#u-t60", "/top", "https://x.example/", "mailto:a@x.example", "f.png", "?q=1#x")
        meant = [urljoin(site_url + own, link) for link in links]
        assert set(meant) <= {urljoin(site_url + own, href) for href in pages[f"{own}index.html"].links}
        assert set(meant) <= set(shown)
    assert "incidents/over/" in pages["index.html"].links, "the site can be moved"


@pytest.mark.parametrize(
    ("link", "from_home", "from_below"),
    [
        ("../b/", "incidents/b/", "../incidents/b/"),
        ("#u-1", "incidents/a/#u-1", "../incidents/a/#u-1"),
        ("", "incidents/a/", "../incidents/a/"),
        ("./", "incidents/a/", "../incidents/a/"),
        ("../..", "./", "../"),
        ("../../../beside/?q#f", "../beside/?q#f", "../../beside/?q#f"),
        ("//host.example/x", "//host.example/x", "//host.example/x"),
        ("../../javascript:alert(1)", "./javascript:alert(1)", "../javascript:alert(1)"),
    ],
)
def test_a_link_is_moved_and_never_gets_a_scheme(link, from_home, from_below):
    assert urls.moved(link, "incidents/a/") == from_home
    assert urls.moved(link, "../incidents/a/") == from_below


def test_only_addresses_are_moved():
    html = render_markdown('Write `href="x"` or src="x": [a](x "1 > 0") [b](y)')
    moved = absolute_links(str(html), "https://h.example/i/")
    assert moved.count("https://h.example/i/") == 2
    assert 'href="x"</code> or src="x":' in moved


def test_what_is_no_address_stays_as_it_is():
    assert absolute_links('<a href="//[">x</a>', "https://h.example/") == '<a href="//[">x</a>'


@pytest.mark.parametrize(
    ("target", "page", "link"),
    [
        ("", "", "./"),
        ("", "history/", "../"),
        ("history/", "history/2026-10/", "../"),
        ("history/2026-10/", "history/", "2026-10/"),
        ("incidents/a/#u-1", "incidents/a/", "#u-1"),
        ("incidents/a/#u-1", "incidents/b/", "../a/#u-1"),
        ("assets/a b.css", "404.html", "assets/a%20b.css"),
        ("history.rss", "components/x/", "../../history.rss"),
    ],
)
def test_a_link_is_relative_to_its_page(target, page, link):
    assert urls.relative(target, page) == link


def test_the_pages_are_those_of_the_plan():
    pages = {path.removesuffix("index.html") for path in tiny() if path.endswith(".html")}
    assert {"", "history/", "uptime/", "404.html", "incidents/open/", "maintenance/weekly/", "components/fax/"} <= pages
    months = {"2026-08", "2026-09", "2026-10", "2026-11"}
    assert {f"history/{month}/" for month in months} <= pages
    assert {f"uptime/{month}/" for month in months} <= pages


def test_a_site_without_anything_says_so():
    page = documents(render(EMPTY))["index.html"]
    assert "No component is listed yet." in page.text
    assert "No incidents." in page.text


def test_percentages_are_written_by_one_function():
    report = compute_report(TINY, NOW)
    pages = documents(render_report(report))
    for component in report.components:
        page = pages[f"components/{component.component.id}/index.html"]
        shown = {show_uptime(month.figure) for month in component.months} | {show_uptime(component.recent)}
        assert all(text in page.text for text in shown)
        for month in component.months:
            assert show_uptime(month.figure) in pages[f"uptime/{month.period.name}/index.html"].text
    allowed = {
        show_uptime(figure)
        for c in report.components
        for figure in (c.recent, *(day.figure for day in c.days), *(month.figure for month in c.months))
    }
    allowed |= {show_uptime(m.figure) for m in (*report.overall, *(m for g in report.groups for m in g.months))}
    for path in ("index.html", "uptime/index.html"):
        found = set(re.findall(r"\d+\.\d{3}%", pages[path].text))
        assert found <= allowed, path


def test_a_missed_target_is_said_in_words():
    history = replace(TINY, incidents=(replace(OVER, exclude=None, override=None),))
    pages = documents(render(history))
    assert "missed" in pages["uptime/index.html"].text
    assert "missed" in pages["uptime/2026-10/index.html"].text
    assert "missed" in pages["components/api/index.html"].text


def test_a_month_that_lasts_is_not_yet_missed():
    lately = replace(
        OVER,
        id="lately",
        started=NOW - 5 * DAY,
        exclude=None,
        override=None,
        updates=(
            say(5 * 1440, Phase.INVESTIGATING),
            say(5 * 1440 - 35, Phase.RESOLVED),
        ),
    )
    page = documents(render(replace(TINY, incidents=(lately,), maintenances=())))["uptime/2026-11/index.html"]
    assert "below so far" in page.text
    assert "missed" not in page.text


def cells(files: dict[str, bytes], path: str, name: str) -> list[str]:
    """Give the texts of the row of a table that begins with a name."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", files[path].decode(), re.DOTALL)
    texts = ([Document(cell).text for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows)
    return next(row for row in texts if row[0] == name)


def test_the_table_says_of_each_month_whether_it_is_met_and_what_budget_is_left_now():
    missed = replace(TINY, incidents=(replace(OVER, exclude=None, override=None),), maintenances=())
    files = render(missed)
    assert cells(files, "uptime/index.html", "Component")[:3] == ["Component", "Budget left, Nov 2026", "Nov 2026"]
    api = cells(files, "uptime/index.html", "API")
    assert api[1:3] == ["43 min 12 s", "100% met so far"]
    assert api[3].endswith("% missed")
    assert api[4] == "100% met"
    assert cells(files, "uptime/index.html", "Docs")[1] == "100%"


def test_what_has_no_data_has_no_budget_left():
    gold = replace(tiny_site().slas["gold"], source="measured")
    files = render(replace(TINY, site=tiny_site(slas={"gold": gold})))
    assert cells(files, "uptime/index.html", "API")[1:3] == ["\u2013", "no data"]
    month = dict(zip(*(cells(files, "uptime/2026-11/index.html", name) for name in ("Component", "API")), strict=True))
    assert (month["Uptime"], month["Budget left"], month["Used"]) == ("no data", "\u2013", "\u2013")
    assert "43 min" not in documents(files)["components/api/index.html"].text


@pytest.mark.parametrize(
    ("left", "shown", "brief"),
    [
        (Fraction(0), "0 s", "0 s"),
        (Fraction(2591, 2), "21 min 35 s", "21 min 35 s"),
        (Fraction(-1, 2), "\u22121 s", "\u22121 s"),
        (Fraction(93784), "1 d 2 h 3 min 4 s", "1 d 2 h"),
        (Fraction(-3601), "\u22121 h 1 s", "\u22121 h 1 min"),
        (Fraction(-86399), "\u221223 h 59 min 59 s", "\u22121 d"),
    ],
)
def test_what_is_left_of_a_budget_is_rounded_down(left, shown, brief):
    figure = replace(compute_report(TINY, NOW).components[0].months[0].figure, remaining=left)
    assert (show_budget(figure), show_budget(figure, brief=True)) == (shown, brief)


def test_a_budget_of_checks_is_left_in_shares():
    figure = replace(compute_report(TINY, NOW).components[0].months[0].figure, remaining=None, burned=Fraction(5, 8))
    assert (show_budget(figure), show_burned(figure)) == ("37.5%", "62.5%")
    assert show_budget(replace(figure, burned=Fraction(9, 8))) == "\u221212.5%"
    assert show_budget(replace(figure, burned=None)) == "\u2013"


def test_the_zone_of_a_promise_stands_beside_its_figures():
    assert "months in Europe/Berlin" in documents(tiny())["uptime/2026-11/index.html"].text


def test_the_first_page_tells_what_is_the_matter():
    page = documents(tiny())["index.html"]
    assert "Degraded performance · Tiny" in page.text
    assert "API is slow" in page.text
    assert "Said 30 minutes ago." in page.text
    assert "In progress · " in page.text
    assert any(tag == "details" and "group" in attrs.get("class", "") and "open" in attrs for tag, attrs in page.tags)


def test_quiet_days_are_told_in_one_line():
    assert "22 – 23 November 2026" in documents(tiny())["index.html"].text


def test_an_incident_has_its_updates_newest_first_and_the_postmortem_above_them():
    page = documents(tiny())["incidents/over/index.html"]
    assert [i for i in page.ids if i.startswith("u-")] == ["u-why", f"u-t{40 * 1440 - 90}", f"u-t{40 * 1440}"]
    assert "our probe lost its network" in page.text
    assert "a carrier's outage" in page.text
    assert "1 h 30 min" in page.text


def test_what_is_over_is_said_to_be_resolved_although_a_postmortem_came_later():
    pages = documents(tiny())
    for path in ("incidents/over/index.html", "history/2026-10/index.html", "components/docs/index.html"):
        assert re.search(r"Resolved ·[^·]*· Critical impact|Resolved · Critical impact", pages[path].text), path
    assert "Resolved · Critical impact · Postmortem" in pages["incidents/over/index.html"].text


def test_while_an_incident_lasts_its_updates_come_first():
    pages = documents(tiny())
    assert "Identified · Major impact · API" in pages["incidents/open/index.html"].text
    for path, order in (("open", ["updates", "affected"]), ("over", ["affected", "updates"])):
        assert [i for i in pages[f"incidents/{path}/index.html"].ids if i in order] == order


def test_the_ways_to_other_incidents_say_to_a_listener_where_they_lead():
    page = documents(tiny())["incidents/note/index.html"]
    assert "Earlier: Everything was down" in page.text
    assert "Later: API is slow" in page.text


def test_many_components_of_an_incident_are_counted_where_it_is_listed():
    parts = tuple(Component(id=f"p{n}", name=f"Part {n}", since=NOW - 100 * DAY) for n in range(7))
    hit = replace(OPEN, components=tuple((part.id, Status.MAJOR_OUTAGE) for part in parts))
    pages = documents(render(replace(TINY, site=tiny_site(components=parts), incidents=(hit,), maintenances=())))
    assert "Part 0, Part 1, Part 2, Part 3, Part 4 and 2 more" in pages["index.html"].text
    page = pages["incidents/open/index.html"]
    assert all(f"Part {n} Major outage" in page.text for n in range(7))


@pytest.mark.parametrize(
    ("promised", "told"),
    [
        (31 * 60, "by 09:31 UTC"),
        (30 * 60, "by 09:30 UTC overdue"),
        (20 * 60, "by 09:20 UTC overdue"),
        (15 * HOUR, "by 25 November 2026, 00:00 UTC"),
        (10 * DAY, "by 4 December 2026, 09:00 UTC"),
    ],
)
def test_the_next_update_is_told_and_so_is_that_it_is_overdue(promised, told):
    pages = documents(render(replace(TINY, site=tiny_site(expect_update_within=promised))))
    for path, start in (("index.html", "Next update"), ("incidents/open/index.html", "Next update")):
        found = re.search(rf"{start} (by .*?UTC(?: overdue)?)(?= |$)", pages[path].text)
        assert found[1] == told, path


def test_each_update_of_a_maintenance_is_told_once_and_each_window_has_its_anchor():
    page = documents(tiny())["maintenance/weekly/index.html"]
    assert [i for i in page.ids if i.startswith("u-")] == [f"u-t{80 * 1440}", f"u-t{14 * 1440 - 5}"]
    windows = [i for i in page.ids if re.fullmatch(r"\d{8}T\d{4,6}Z", i)]
    assert windows[:2] == ["20261124T1030Z", "20261208T1030Z"]
    coming = [w for w in windows if w > "20261124T0930Z"]
    assert coming == sorted(coming)
    assert len(coming) == len([o for o in compute_report(TINY, NOW).occurrences if o.coming_at(NOW)]) > 50
    seen_at_once = tiny()["maintenance/weekly/index.html"].decode().partition("<details>")[0]
    assert [start for start in coming if f'id="{start}"' in seen_at_once] == coming[:6], "the rest is folded"
    assert "every week on Tuesday" in page.text
    assert "Not on 1 December 2026." in page.text


def test_the_map_tells_when_content_changed_and_not_when_it_was_built():
    later = render(TINY, NOW + 5)["sitemap.xml"]
    assert later == tiny()["sitemap.xml"]
    tree = ET.fromstring(later)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    dates = {entry[0].text: entry.findtext(f"{space}lastmod") for entry in tree.iter(f"{space}url")}
    assert dates["https://status.example/incidents/over/"] == "2026-10-17T09:30:00Z"
    assert dates["https://status.example/"] == "2026-11-24T09:00:00Z"
    assert dates["https://status.example/about/"] is None, "nothing says when it was written"
    assert not [address for address in dates if "404" in address]


def test_a_report_is_rendered_to_the_same_bytes_twice():
    assert render(TINY) == render(TINY)


def test_each_state_of_a_day_has_a_shape_of_its_own():
    report = compute_report(TINY, NOW)
    days = report.components[0].days
    drawing = draw_bars(days, "API")
    assert drawing.width == 90
    assert drawing.label.startswith("API: last 90 days: ")
    shapes = {draw_outline(0, 1) if word == UNKNOWN else draw_days(word, 0, 1) for word in STATES}
    assert len(shapes) == len(STATES)


def test_equal_days_are_one_shape():
    days = compute_report(replace(TINY, incidents=()), NOW).components[0].days
    (shape,) = draw_bars(days, "API").shapes
    assert shape == ("operational", "M0 12h90v20h-90z")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=SU", "every week on Sunday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "every 2 weeks on Monday and Wednesday"),
        ("FREQ=MONTHLY;BYDAY=1TU", "every month on the first Tuesday"),
        ("FREQ=DAILY;COUNT=3", "every day, 3 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", None),
        ("FREQ=MONTHLY;BYDAY=-2FR", None),
    ],
)
def test_a_rule_is_put_into_words_where_it_has_short_ones(rule, words):
    assert explain_recurrence(Recurrence(rule=rule, zone="UTC")) == words


def test_a_promise_is_explained():
    words = explain_sla(
        Sla(
            target=PROMISE,
            zone="Europe/Dublin",
            hours=Hours(days=(0, 4), start=8 * HOUR, end=18 * HOUR),
            min_coverage=Fraction(9, 10),
        ),
        combined=True,
    )
    assert words.startswith(
        "At least 99.9% of each calendar month in Europe/Dublin, Monday and Friday from 08:00 to 18:00."
    )
    assert "less than 90% of the time measured" in words
    assert "partial outage as 30% down" in words


def test_the_time_grows_with_the_incidents_and_no_faster():
    def took(number: int) -> float:
        starts = [OVER.started - n * HOUR for n in range(number)]
        many = tuple(replace(NOTE, id=f"i{n}", started=start) for n, start in enumerate(starts))
        report = compute_report(replace(TINY, incidents=many), NOW)
        begun = time.process_time()
        assert sum(1 for _ in render_pages(report, load_theme("default", None))) > number
        return time.process_time() - begun

    took(100)
    assert took(800) < 4 * 3 * took(200)
