"""Badges and the card: what they say, that they say it to everyone, and that they load nothing."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from test_pages import EXAMPLE, HOSTILE, NOW, OPEN, TINY, tiny_site

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.read.content import read_content
from statusgen.render.badges import render_badges
from statusgen.render.figures import show_uptime
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme
from statusgen.render.words import show_headline

SVG = "{http://www.w3.org/2000/svg}"


def badges(history=TINY):
    return {a.path: a.content.decode() for a in render_badges(compute_report(history, NOW))}


def test_each_component_and_group_and_the_whole_have_both_badges_in_both_kinds():
    names = ("api", "web", "docs", "groups/core")
    expected = {f"badges/{name}{kind}.{end}" for name in names for kind in ("", "/uptime") for end in ("svg", "json")}
    expected |= {"badges/overall.svg", "badges/overall.json"}
    assert set(badges()) == expected, "TINY has no overall SLA, and the fax is retired"


def test_a_badge_says_the_state_and_the_one_percentage():
    report = compute_report(TINY, NOW)
    texts = badges()
    for component in report.components:
        if not component.retired:
            state = json.loads(texts[f"badges/{component.component.id}.json"])
            uptime = json.loads(texts[f"badges/{component.component.id}/uptime.json"])
            assert state["message"] == component.shown.replace("_", " ").replace("unknown", "no data")
            assert uptime["message"] == show_uptime(component.recent)
            assert uptime["label"] == f"{component.component.name} uptime, 90 days"
    assert json.loads(texts["badges/overall.json"])["message"] == show_headline(report.shown).lower()


@pytest.mark.parametrize("name", ["API", HOSTILE, "", "服务状态", "حالة", "👍🏽 x", "\x07\x00bell", "W" * 300])
def test_a_badge_is_complete_in_itself_and_has_a_title(name):
    components = tuple(replace(c, name=name) for c in tiny_site().components)
    for path, text in badges(replace(TINY, site=tiny_site(title=name or "x", components=components))).items():
        if path.endswith(".json"):
            document = json.loads(text)
            assert set(document) == {"schemaVersion", "label", "message", "color", "cacheSeconds"}
            assert document["message"]
            continue
        root = ET.fromstring(text)
        title = root.findtext(f"{SVG}title")
        assert root.get("aria-label") == title
        assert root.get("role") == "img"
        words = [element.text for element in root.iter(f"{SVG}text")]
        assert title == ": ".join(words)
        assert not re.search(r"href|url\((?!#)|@import|<script|<image", text)
        boxes = list(root.iter(f"{SVG}rect"))[1:]
        for box, element in zip(boxes, root.iter(f"{SVG}text"), strict=True):
            start, length = float(element.get("x")), float(element.get("textLength"))
            assert float(box.get("x", 0)) < start < start + length < float(box.get("x", 0)) + float(box.get("width"))


def test_the_card_is_two_kilobytes_and_runs_nothing():
    history = public_history(read_content(EXAMPLE, NOW), NOW)
    files = {a.path: a.content for a in render_site(compute_report(history, NOW), load_theme("default", None))}
    card = files["embed/index.html"]
    assert len(card) <= 2048
    assert b'type="application/rss+xml"' in card, "whoever opens it by itself can follow, too"
    assert b"<script" not in card
    assert b"Webhooks fail for some workspaces" in card
    assert b"embed/" not in files["sitemap.xml"]


def test_a_card_stays_small_whatever_is_open():
    many = tuple(
        replace(OPEN, id=f"2026-11-{day}-{'long-' * 8}name", title=f"{'Something is <wrong> & ' * 40}{day}")
        for day in range(10, 20)
    )
    report = compute_report(replace(TINY, incidents=many), NOW)
    files = {a.path: a.content for a in render_site(report, load_theme("default", None))}
    card = files["embed/index.html"]
    assert len(card) <= 2048
    assert card.count(b"<li>") == 3
    assert card.count("…</a>".encode()) == 3
