"""How much a reader loads before anything is seen: in the worst minute, on a phone, on a bad line."""

import gzip
import random

import pytest

from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY
from statusgen.model.history import Component, Group, History, Incident, Phase, Site, Update
from statusgen.model.status import Status
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme

NOW = 1795512600
BAD = (Status.DEGRADED_PERFORMANCE, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)
NAMES = (
    *("Messenger", "Inbox", "API", "Webhooks", "Search", "Email", "Push", "SMS", "Voice", "Reports"),
    *("Exports", "Billing", "Login", "Admin", "Mobile app", "Web app", "CDN", "Data US", "Data EU", "Data AU"),
)


def quarter(seed: int) -> History:
    """Twenty components in three groups, and sixty incidents in ninety days: a bad quarter."""
    chance = random.Random(seed)
    components = tuple(
        Component(id=f"c{n}", name=name, description=f"What {name} does", group="abc"[n % 3], since=NOW - 400 * DAY)
        for n, name in enumerate(NAMES)
    )
    incidents = []
    for n in range(61):
        started = NOW - (3000 if n == 60 else chance.randrange(1, 89 * 24 * 60) * 60)
        hit = chance.sample(range(20), chance.randrange(1, 4))
        updates = [Update(key="a", at=started, phase=Phase.INVESTIGATING, text="We are looking into it. " * 8)]
        if n < 60:
            over = started + chance.randrange(5, 300) * 60
            updates.append(Update(key="b", at=over, phase=Phase.RESOLVED, text="It is over."))
        incidents.append(
            Incident(
                id=f"2026-{n}-{NAMES[hit[0]].lower().replace(' ', '-')}-errors",
                title=f"Elevated errors in {NAMES[hit[0]]} for some customers, number {n}",
                started=started,
                components=tuple((f"c{i}", chance.choice(BAD)) for i in hit),
                updates=tuple(u for u in updates if u.at < NOW),
            )
        )
    groups = tuple(Group(id=letter, name=f"Group {letter}") for letter in "abc")
    site = Site(title="A site", url="https://status.example/", groups=groups, components=components, fresh_for=900)
    return History(site=site, incidents=tuple(incidents))


@pytest.fixture(scope="module")
def files():
    report = compute_report(quarter(1), NOW)
    return {a.path: a.content for a in render_site(report, load_theme("default", None))}


def packed(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))


def test_the_first_view_of_twenty_components_is_14_kb(files):
    style = next(content for path, content in files.items() if path.startswith("assets/style."))
    assert packed(files["index.html"]) + packed(style) <= 14_000


def test_the_script_is_4_kb(files):
    script = next(content for path, content in files.items() if path.startswith("assets/page."))
    assert packed(script) <= 4_096


def test_nothing_else_is_asked_for_before_the_page_is_seen(files):
    page = files["index.html"].decode()
    assert page.count('rel="stylesheet"') == 1
    assert page.count("<script src") == page.count(' defer blocking="render"></script>') == 1
    assert "<img" not in page
