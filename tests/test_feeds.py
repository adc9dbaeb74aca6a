"""RSS and Atom as subscribers get them."""

import json
import re
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree as ET

import feedparser
import pytest
from conftest import SETTINGS, at

from statusgen.compute.report import compute_report
from statusgen.model.calendar import iso_utc
from statusgen.read.content import read_documents
from statusgen.render.feeds import render_feeds
from statusgen.render.feeds.items import NEWEST, newest, update_items
from statusgen.render.text import absolute_links

NOW = at("2026-11-24T00:00:00+00:00")
INCIDENT = """\
---
title: {title}
components: {{api: major_outage}}
---
## Investigating — 2026-11-02 09:20 UTC
{body}
## Update — 2026-11-02 09:20 UTC {{web=partial_outage}}
More. See [the list](#list) and [home](/).
## Resolved — 2026-11-02 10:02 UTC
Done.
"""
MAINTENANCE = """\
---
title: Upgrade
start: 2026-12-05 01:00 UTC
end: 2026-12-05 02:00 UTC
components: [web]
---
## Scheduled — 2026-11-20 09:00 UTC
Soon.
"""


def feeds(root, now=NOW):
    report = compute_report(read_documents(root), now)
    return {artifact.path: artifact.content for artifact in render_feeds(report)}


@pytest.fixture
def root(world):
    return world(
        {
            "incidents/2026-11-02-api.md": INCIDENT.format(title="API errors", body="Looking."),
            "maintenance/upgrade.md": MAINTENANCE,
        }
    )


@pytest.mark.parametrize("path", ["history.rss", "history.atom"])
def test_one_item_per_update_newest_first_with_permanent_ids(root, path):
    feed = feedparser.parse(feeds(root)[path])
    assert not feed.bozo
    assert [entry.id for entry in feed.entries] == [
        "tag:statusgen,2026:acme/upgrade/20261120T0900Z",
        "tag:statusgen,2026:acme/2026-11-02-api/20261102T1002Z",
        "tag:statusgen,2026:acme/2026-11-02-api/20261102T0920Z-2",
        "tag:statusgen,2026:acme/2026-11-02-api/20261102T0920Z",
    ]
    assert [entry.title for entry in feed.entries][:2] == ["[Scheduled] Upgrade", "[Resolved] API errors"]
    assert feed.entries[2].link == "https://status.acme.example/incidents/2026-11-02-api/#u-20261102T0920Z-2"
    assert 'href="https://status.acme.example/"' in feed.entries[2].content[0].value
    assert 'href="https://status.acme.example/incidents/2026-11-02-api/#list"' in feed.entries[2].content[0].value
    assert feed.entries[0].published_parsed[:5] == (2026, 11, 20, 9, 0), "dated by its announcement"
    assert feed.feed.link == "https://status.acme.example/"
    assert {link.rel: link.href for link in feed.feed.links}["self"] == f"https://status.acme.example/{path}"
    assert feed.feed.updated_parsed[:5] == (2026, 11, 20, 9, 0), "the newest item's date, never the build's"


def test_a_guid_is_no_address(root):
    rss = feeds(root)["history.rss"].decode()
    assert rss.count('<guid isPermaLink="false">') == 4
    assert "<ttl>" in rss


def test_two_builds_and_a_later_one_have_the_same_bytes(root):
    assert feeds(root) == feeds(root) == feeds(root, NOW + 3600)


def test_without_an_id_of_the_site_its_part_is_left_out(world):
    root = world(
        {
            "status.yaml": SETTINGS.replace("id: acme\n", ""),
            "incidents/x.md": INCIDENT.format(title="API errors", body="Looking."),
        }
    )
    assert b"tag:statusgen,2026:x/20261102T0920Z" in feeds(root)["history.rss"]


def test_an_empty_history_is_a_valid_feed_without_a_build_time(world):
    for path, content in feeds(world()).items():
        assert b"202" not in re.sub(rb"statusgen,2026|Atom|http\S+", b"", content), path
        if path.endswith(".json"):
            assert json.loads(content)["items"] == []
            continue
        feed = feedparser.parse(content)
        assert not feed.bozo
        assert feed.entries == []


@pytest.mark.parametrize("title", ['He said "no" </script> & ]]> <b>x</b>', "🚀 عربى \u202e rtl", "{{7*7}} ${x}"])
def test_hostile_titles_and_bodies_survive(world, title):
    quoted = title.replace('"', '\\"')
    body = f"{title}\n\x0b\x00\ufffe ]]> <script>alert(1)</script> <img src=x onerror=y>\n"
    root = world({"incidents/x.md": INCIDENT.format(title=f'"{quoted}"', body=body)})
    for path, content in feeds(root).items():
        if path.endswith(".json"):
            items = json.loads(content)["items"]
            assert all(title in item["title"] for item in items)
            assert not [item for item in items if re.search("<script|<[^>]*onerror", item["content_html"])]
            continue
        feed = feedparser.parse(content, sanitize_html=False)
        assert not feed.bozo, path
        if not path.startswith("history"):
            continue
        plain = feed.entries[0].title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert plain == f"[Resolved] {title}"
        assert "<script" not in feed.entries[2].content[0].value
        assert "onerror" not in feed.entries[2].content[0].value


def test_a_description_of_rss_is_html_that_says_the_words_as_they_are(world):
    """RSS Best Practices Profile: a reader takes a description for HTML, also where it was made of plain words."""
    body = "Send `<script>alert(1)</script>` to AT&T if a < b."
    root = world({"incidents/x.md": INCIDENT.format(title="API errors", body=body)})
    said = "Send <script>alert(1)</script> to AT&T if a < b."
    texts = feeds(root)
    channel = ET.fromstring(texts["history.rss"]).find("channel")
    description = channel.findall("item")[2].findtext("description")
    assert "<" not in description
    assert unescape(description) == said
    atom = feedparser.parse(texts["history.atom"], sanitize_html=False).entries[2]
    assert (atom.summary, atom.summary_detail.type) == (said, "text/plain")
    assert json.loads(texts["history.json"])["items"][2]["summary"] == said


def test_a_maintenance_that_is_announced_in_its_front_matter_is_heard_of_once(world):
    head = MAINTENANCE.partition("## ")[0].replace("end:", "announced: 2026-11-20 09:00 UTC\nend:") + "New *disks*.\n"
    later = "\n## In progress — 2026-11-23 09:00 UTC\n"
    seen = set()
    heard = []
    for text in (head, head + later, MAINTENANCE + later):
        texts = feeds(world({"maintenance/upgrade.md": text}))
        (item, *others) = json.loads(texts["history.json"])["items"][::-1]
        assert item["id"] == "tag:statusgen,2026:acme/upgrade/20261120T0900Z"
        assert item["url"] == "https://status.acme.example/maintenance/upgrade/#u-20261120T0900Z"
        assert item["title"] == "[Scheduled] Upgrade"
        assert item["date_published"] == "2026-11-20T09:00:00Z"
        if text is head:
            assert item["content_html"] == "<p>New <em>disks</em>.</p><p>Affected: Web.</p>"
            assert json.loads(texts["maintenance.json"])["items"] == [item]
            assert len(json.loads(texts["incidents.json"])["items"]) == 1
        heard.append(len({i["id"] for i in (item, *others)} - seen))
        seen |= {i["id"] for i in (item, *others)}
    assert heard == [1, 1, 0], "the same announcement, written as an update, is no news"
    assert feeds(world({"maintenance/upgrade.md": head}), at("2026-11-20T09:00:00+00:00")) == feeds(
        world({"maintenance/upgrade.md": head.replace("announced: 2026-11-20", "announced: 2026-11-22")}),
        at("2026-11-20T09:00:00+00:00"),
    ), "before its time nobody hears of it"


def test_a_feed_holds_the_newest_items_and_all_of_the_last_days(world):
    text = "---\ntitle: T\n---\n" + "".join(
        f"## Update — 2026-{month:02d}-{day:02d} 10:00 UTC\n" for month in range(1, 11) for day in range(1, 29, 3)
    )
    root = world({"incidents/x.md": text})
    assert len(newest(update_items(compute_report(read_documents(root), NOW)), NOW)) == NEWEST
    now = at("2026-11-01T00:00:00+00:00")
    many = "---\ntitle: T\n---\n" + "".join(
        f"## Update — 2026-10-{day:02d} {hour:02d}:00 UTC\n" for day in range(10, 20) for hour in range(9)
    )
    root = world({"incidents/x.md": many})
    items = newest(update_items(compute_report(read_documents(root), now)), now)
    assert len(items) == 90
    assert items == sorted(items, key=lambda item: item.at, reverse=True)
    assert iso_utc(items[0].at) == "2026-10-19T08:00:00Z"


EDITED = at("2026-11-21T10:00:00+00:00")


def edit_of(history, text, edited=EDITED):
    """Give the history in which the first update of the incident says something else since then."""
    (incident,) = history.incidents
    first = replace(incident.updates[0], text=text, edited=edited)
    return replace(history, incidents=(replace(incident, updates=(first, *incident.updates[1:])),))


def lines_that_differ(before, after):
    assert len(before.splitlines()) == len(after.splitlines())
    pairs = zip(before.decode().splitlines(), after.decode().splitlines(), strict=True)
    return [(old.strip(), new.strip()) for old, new in pairs if old != new]


def test_an_edit_changes_what_is_said_and_the_date_of_edits_and_nothing_else(root):
    history = read_documents(root)
    plain = {a.path: a.content for a in render_feeds(compute_report(history, NOW))}
    after = {a.path: a.content for a in render_feeds(compute_report(edit_of(history, "Looking."), NOW))}
    entry, feed = "<updated>2026-11-02T09:20:00+00:00</updated>", "<updated>2026-11-20T09:00:00+00:00</updated>"
    moved = "<updated>2026-11-21T10:00:00+00:00</updated>"
    assert lines_that_differ(plain["history.atom"], after["history.atom"]) == [(feed, moved), (entry, moved)]
    assert lines_that_differ(plain["history.json"], after["history.json"]) == [
        ('"date_modified": "2026-11-02T09:20:00Z",', '"date_modified": "2026-11-21T10:00:00Z",')
    ]
    assert plain["history.rss"] == after["history.rss"], "RSS knows no date of edits"
    other = {a.path: a.content for a in render_feeds(compute_report(edit_of(history, "Found."), NOW))}
    assert {old for old, _ in lines_that_differ(plain["history.rss"], other["history.rss"])} == {
        "<description>Looking.</description>",
        "<content:encoded><![CDATA[<p>Looking.</p><p>Affected: API.</p>]]></content:encoded>",
    }


def test_the_digest_of_an_incident_is_as_new_as_its_last_edit(root):
    history = read_documents(root)
    for edited, updated in (
        (EDITED, "2026-11-21T10:00:00Z"),
        (at("2026-11-02T09:30:00+00:00"), "2026-11-02T10:02:00Z"),
    ):
        after = {a.path: a.content for a in render_feeds(compute_report(edit_of(history, "x", edited), NOW))}
        items = {item["id"].rpartition("/")[2]: item for item in json.loads(after["incidents.json"])["items"]}
        assert items["2026-11-02-api"]["date_published"] == "2026-11-02T09:20:00Z"
        assert items["2026-11-02-api"]["date_modified"] == updated


def test_links_become_absolute():
    assert absolute_links('<a href="../x/?a=1&amp;b=2">', "https://h/s/incidents/i/#u") == (
        '<a href="https://h/s/incidents/x/?a=1&amp;b=2">'
    )
