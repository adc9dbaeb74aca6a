"""All feeds: which items they hold, that they are valid, and that each update is heard of exactly once."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree
from pydantic import BaseModel, ConfigDict, TypeAdapter
from test_pages import EXAMPLE, HOSTILE, NOTE, NOW, ONCE, OPEN, OVER, TINY, WEEKLY, say, tiny_site

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.history import History, Incident, Phase, Update
from statusgen.model.status import Status
from statusgen.read.content import read_content
from statusgen.render.feeds import FORMATS, render_feeds
from statusgen.render.feeds.items import digest_items, update_items

REAL = Path(__file__).parents[2] / "shared" / "data"
ATOM = "{http://www.w3.org/2005/Atom}"
LONG = replace(NOTE, id="long", updates=(say(4000, Phase.UPDATE, f"{HOSTILE} \u202e\U0001f680 " + "Wörter " * 30_000),))


def feeds(history: History = TINY, now: int = NOW) -> dict[str, bytes]:
    return {a.path: a.content for a in render_feeds(compute_report(history, now))}


def read(path: str) -> History:
    return public_history(read_content(Path(path), NOW), NOW)


def hostile() -> History:
    names = tuple(replace(c, name=HOSTILE) for c in tiny_site().components)
    incidents = tuple(replace(i, title=HOSTILE, summary=HOSTILE) for i in TINY.incidents)
    return replace(TINY, site=tiny_site(title=HOSTILE, components=names), incidents=(*incidents, LONG))


WORLDS: dict[str, Callable[[], History]] = {
    "tiny": lambda: TINY,
    "example": lambda: read(str(EXAMPLE)),
    "hostile": hostile,
    **{
        path.name: lambda path=path: read(str(path))
        for path in (REAL / "real-github", REAL / "real-curc")
        if path.is_dir()
    },
}
ALL = pytest.mark.parametrize("name", WORLDS)


@cache
def world(name: str) -> tuple[History, dict[str, bytes]]:
    history = WORLDS[name]()
    return history, feeds(history)


def test_there_is_a_feed_of_everything_and_of_each_part_in_each_format():
    parts = [f"components/{c.id}" for c in TINY.site.components] + ["groups/core"]
    names = ["history", "incidents", "resolved", "maintenance", *parts]
    assert set(feeds()) == {f"{name}.{kind}" for name in names for kind in FORMATS}


def ids(feed: bytes) -> list[str]:
    return [item["id"].removeprefix("tag:statusgen,2026:tiny/") for item in json.loads(feed)["items"]]


def test_each_feed_holds_what_it_says():
    texts = feeds()
    of_api = ids(texts["components/api.json"])
    assert {id_.partition("/")[0] for id_ in of_api} == {"open", "over"}
    assert {id_.partition("/")[0] for id_ in ids(texts["groups/core.json"])} == {"open", "over", "weekly"}
    assert {id_.partition("/")[0] for id_ in ids(texts["maintenance.json"])} == {"once", "weekly"}
    assert ids(texts["resolved.json"]) == [f"note/t{3 * 1440}", f"over/t{40 * 1440 - 90}"]
    assert sorted(ids(texts["incidents.json"])) == ["note", "once", "open", "over", "weekly"]
    assert set(of_api) < set(ids(texts["history.json"]))


def test_a_digest_tells_the_whole_course_and_is_dated_by_its_first_word():
    item = next(i for i in json.loads(feeds()["incidents.json"])["items"] if i["id"].endswith("/over"))
    assert item["content_html"].index("A <strong>cable</strong>") < item["content_html"].index("Said")
    assert item["date_published"] == "2026-10-15T09:30:00Z"
    assert item["date_modified"] == "2026-10-17T09:30:00Z"
    assert item["url"] == "https://status.example/incidents/over/"


def test_categories_name_components_and_impact_as_they_were_then():
    tags = {i["id"].rpartition("/")[2]: i["tags"] for i in json.loads(feeds()["history.json"])["items"]}
    assert tags["t60"] == ["API", "Major impact"] or tags["t60"] == ["Docs", "Maintenance"]
    worse = replace(OPEN, updates=(*OPEN.updates, say(10, Phase.UPDATE, web=Status.MAJOR_OUTAGE)))
    items = {item.id: item for item in update_items(compute_report(replace(TINY, incidents=(worse,)), NOW))}
    before = {item.id: item for item in update_items(compute_report(replace(TINY, incidents=(OPEN,)), NOW))}
    assert all(items[id_] == item for id_, item in before.items()), "a later update changes no item"
    newest = items["tag:statusgen,2026:tiny/open/t10"]
    assert newest.categories == ("API", "Web", "Critical impact")
    assert "Now Web: major outage." in newest.body


# --- Validity


@ALL
def test_xml_feeds_parse_and_have_nothing_of_their_own(name):
    schema = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
    for path, content in world(name)[1].items():
        if path.endswith(".json"):
            continue
        parsed = feedparser.parse(content)
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))
        root = etree.fromstring(content)
        if path.endswith(".atom"):
            schema.assertValid(root)
            entries = root.findall(f"{ATOM}entry")
            assert len({e.findtext(f"{ATOM}id") for e in entries}) == len(entries)
        else:
            assert list(rss_faults(root)) == [], path


def rss_faults(root: etree._Element) -> Iterator[str]:
    """Check the RSS Best Practices Profile as far as it says must and should."""
    channel = root.find("channel")
    if root.get("version") != "2.0" or channel is None:
        yield "not RSS 2.0"
        return
    for name in ("title", "link", "description", "pubDate", "lastBuildDate", "generator", "docs", "ttl", "language"):
        if len(channel.findall(name)) > 1 or not channel.findtext(name, "").strip():
            yield f"the channel needs one {name}"
    links = channel.findall(f"{ATOM}link")
    if [link.get("rel") for link in links] != ["self"] or links[0].get("type") != "application/rss+xml":
        yield "an atom:link to itself is wanted"
    items = channel.findall("item")
    if len({item.findtext("guid") for item in items}) != len(items):
        yield "two items with one guid"
    dates = [parsedate_to_datetime(item.findtext("pubDate")) for item in items]
    if dates and max(dates) > parsedate_to_datetime(channel.findtext("pubDate")):
        yield "the channel is older than its items"
    for item in items:
        yield from item_faults(item)


def item_faults(item: etree._Element) -> Iterator[str]:
    guid, link, date = item.find("guid"), item.findtext("link"), item.findtext("pubDate")
    if guid is None or guid.get("isPermaLink") != "false":
        yield f"bad guid {guid}"
    if urlsplit(link).scheme not in ("http", "https"):
        yield f"bad link {link}"
    if item.find("description") is None or item.find("title") is None:
        yield "an item without words"
    if not re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000", date):
        yield f"bad date {date}"
    body = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded", "")
    yield from (
        f"a relative address {a}" for a in re.findall(r'(?:href|src)="([^"]*)"', body) if not urlsplit(a).scheme
    )


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Author(_Strict):
    name: str
    url: str


class _Item(_Strict):
    id: str
    url: str
    title: str
    content_html: str
    content_text: str
    summary: str
    date_published: str
    date_modified: str
    tags: list[str]


class _Feed(_Strict):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    language: str
    authors: list[_Author]
    items: list[_Item]


@ALL
def test_json_feeds_are_json_feed_1_1(name):
    """https://www.jsonfeed.org/version/1.1/: names, types, and RFC 3339 dates."""
    for path, content in world(name)[1].items():
        if path.endswith(".json"):
            feed = TypeAdapter(_Feed).validate_json(content)
            assert feed.version == "https://jsonfeed.org/version/1.1"
            assert feed.feed_url.endswith(f"/{path}")
            assert len({item.id for item in feed.items}) == len(feed.items)
            for item in feed.items:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item.date_published)
                assert item.date_published <= item.date_modified


@ALL
def test_the_same_content_gives_the_same_bytes_and_no_time_of_a_build(name):
    known, first = world(name)
    assert first == feeds(known)
    later = feeds(known, NOW + 60) if known is TINY else first
    assert {path: content for path, content in later.items() if path.startswith("history")} == {
        path: content for path, content in first.items() if path.startswith("history")
    }


# --- The replay law


def by_guid(seen: set, item) -> bool:
    """miniflux, FreshRSS: an item whose id was seen is put in the place of the old one, silently."""
    return _new(seen, item.id)


def by_guid_and_date(seen: set, item) -> bool:
    """Readers that take a moved date for news, such as Liferea."""
    return _new(seen, (item.id, item.published))


def by_link(seen: set, item) -> bool:
    """Readers that know an item by its address."""
    return _new(seen, item.link)


def by_slack(seen: set, item) -> bool:
    """Slack posts what it has not posted; an edit is not posted again (conventions.md §2.5)."""
    return _new(seen, item.get("guid") or item.link)


def _new(seen: set, key) -> bool:
    fresh = key not in seen
    seen.add(key)
    return fresh


READERS = (by_guid, by_guid_and_date, by_link, by_slack)


def steps() -> Iterator[tuple[int, History, int]]:
    """Grow a history: each step gives an instant, what is known, and how many updates are new; 0 is an edit."""

    def incident(fact: Incident, *updates: Update) -> Incident:
        return replace(fact, updates=tuple(sorted(updates, key=lambda u: u.at)))

    empty = replace(TINY, incidents=(), maintenances=())
    first, second, early = OPEN.updates[0], OPEN.updates[1], say(45, Phase.UPDATE, "Forgotten.", key="early")
    typo = replace(second, text="Said 30 minutes ago!")
    over = say(5, Phase.RESOLVED, "Over.", api=Status.OPERATIONAL)
    yield NOW - 3599, replace(empty, incidents=(incident(OPEN, first),)), 1
    yield NOW - 3000, replace(empty, incidents=(incident(OPEN, first),)), 0  # a rebuild
    yield NOW - 1799, replace(empty, incidents=(incident(OPEN, first, second),)), 1
    yield NOW - 1700, replace(empty, incidents=(incident(OPEN, first, typo),)), 0  # a typo is mended
    yield NOW - 1600, replace(empty, incidents=(incident(OPEN, first, early, typo),)), 1  # one between others
    renamed = replace(OPEN, title="API is slow in Europe")
    yield NOW - 1500, replace(empty, incidents=(incident(renamed, first, early, typo),)), 0
    yield NOW - 200, replace(empty, incidents=(incident(renamed, first, early, typo, over),)), 1
    grown = replace(empty, incidents=(incident(renamed, first, early, typo, over), NOTE, OVER))
    yield NOW - 100, grown, len(NOTE.updates) + len(OVER.updates)
    yield NOW - 90, replace(grown, maintenances=(ONCE, WEEKLY)), len(ONCE.updates) + len(WEEKLY.updates)
    moved = replace(TINY.site, url="https://elsewhere.example/status/")
    yield NOW - 80, replace(grown, site=moved, maintenances=(ONCE, WEEKLY)), 0


@pytest.mark.parametrize("kind", ["rss", "atom"])
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_each_update_is_heard_of_once_and_an_edit_or_a_rebuild_never(reader, kind):
    """The law of feeds: build by build, as a reader that asks after each build hears of it."""
    seen: set = set()
    for at, history, expected in steps():
        if reader is by_link and history.site.url != TINY.site.url:
            continue  # such a reader takes a moved site for a new one, whoever writes the feed
        entries = feedparser.parse(feeds(history, at)[f"history.{kind}"]).entries
        heard = [entry.title for entry in entries if reader(seen, entry)]
        assert len(heard) == expected, (at - NOW, heard)


def test_a_digest_notifies_once_for_each_incident():
    seen: set[str] = set()
    heard = []
    for at, history, _ in steps():
        heard.append(sum(_new(seen, item.id) for item in digest_items(compute_report(history, at))))
    assert heard == [1, 0, 0, 0, 0, 0, 0, 2, 2, 0]
