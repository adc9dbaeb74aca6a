"""When the site changes by itself: nothing changes before that, and what is told is what happens then."""

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from click.testing import CliRunner
from conftest import at
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pages import HOUR, NOTE, NOW, ONCE, OPEN, OVER, TINY, WEEKLY, tiny_site

from statusgen.cli import cli
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.compute.turns import KINDS, Turn, next_turns
from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.history import (
    Component,
    Exclusion,
    History,
    Hours,
    Incident,
    Maintenance,
    MaintenanceRule,
    Phase,
    Recurrence,
    Update,
)
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.render.notice import digest_facts

MIDNIGHT = at("2026-11-25T00:00:00Z")


def says(history: History, now: int) -> str:
    """Give the `content` of the build.json of a build."""
    return digest_facts(compute_report(public_history(history, now), now))


def turns_after(history: History, after: int = NOW) -> tuple[Turn, ...]:
    return next_turns(history, after, lambda t: says(history, t - 1) != says(history, t))


def told(history: History, after: int = NOW) -> list[tuple[str, str]]:
    return [(iso_utc(turn.at), turn.text) for turn in turns_after(history, after)]


# --- The law


def law_holds(history: History, now: int, probes: list[int]) -> None:
    """A build at any instant before the next one says the same as a build at now."""
    turns = turns_after(history, now)
    then = turns[0].at
    assert now < then <= now + DAY + HOUR + 1, "a day ends within 25 hours"
    assert {turn.at for turn in turns} == {then}
    assert {turn.kind for turn in turns} <= set(KINDS)
    before = says(history, now)
    for probe in {then - 1, *(now + probe % (then - now) for probe in probes)}:
        assert says(history, probe) == before, (iso_utc(now), iso_utc(probe), iso_utc(then))


def dated(offset: int, phase: Phase, **changes: Status) -> Update:
    return Update(key=f"t{offset}", at=NOW + offset, phase=phase, text="Said.", changes=tuple(changes.items()))


offsets = st.integers(-2 * DAY, 2 * DAY).map(lambda n: n // 60 * 60) | st.integers(-5, 5)
states = st.sampled_from([Status.DEGRADED_PERFORMANCE, Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE, Status.OPERATIONAL])


@st.composite
def incidents(draw) -> Incident:
    begun, said, over = sorted(draw(st.lists(offsets, min_size=3, max_size=3, unique=True)))
    name = draw(st.sampled_from(["api", "web", "docs", "hidden"]))
    out = sorted(draw(st.lists(offsets, min_size=2, max_size=2, unique=True)))
    updates = (dated(begun, Phase.INVESTIGATING, **{name: draw(states)}),)
    if draw(st.booleans()):
        updates += (dated(said, Phase.UPDATE, **{draw(st.sampled_from(["web", "docs"])): draw(states)}),)
    if draw(st.booleans()):
        updates += (dated(over, Phase.RESOLVED),)
    return Incident(
        id="it",
        title="It",
        started=NOW + begun - draw(st.integers(0, 1000)),
        updates=updates,
        exclude=draw(st.sampled_from([None, "a storm"])),
        exclusions=draw(
            st.sampled_from([(), (Exclusion(window=Window(NOW + out[0], NOW + out[1]), reason="a storm"),)])
        ),
    )


@st.composite
def maintenances(draw) -> Maintenance:
    start = NOW + draw(offsets)
    said = draw(st.sampled_from([(), (dated(draw(offsets), Phase.IN_PROGRESS),)]))
    said += draw(st.sampled_from([(), (dated(draw(offsets), Phase.COMPLETED),)]))
    name, state = draw(st.sampled_from(["api", "web", "docs", "hidden"])), draw(st.none() | states)
    rule = st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY"])
    zone = draw(st.sampled_from(["Europe/Berlin", "UTC"]))
    return Maintenance(
        id="work",
        title="Work",
        start=start,
        end=start + draw(st.integers(60, 5 * HOUR)),
        announced=draw(st.sampled_from([start - DAY * 2, start - 60, start + 60])),
        components=((name, state),),
        recurrence=draw(st.none() | rule.map(lambda text: Recurrence(rule=text, zone=zone))),
        updates=tuple(sorted(said, key=lambda update: update.at)),
    )


@st.composite
def histories(draw) -> History:
    site = tiny_site(zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"])))
    rule = MaintenanceRule(
        policy=draw(st.sampled_from(["exclude", "up", "count"])),
        notice=draw(st.sampled_from([0, DAY])),
        max_excluded=draw(st.sampled_from([None, 1800])),
    )
    hours = draw(st.sampled_from([None, Hours(days=(0, 1, 2, 3, 4), start=8 * HOUR, end=10 * HOUR)]))
    gold = replace(site.slas["gold"], maintenance=rule, hours=hours)
    service = NOW + draw(offsets)
    extra = Component(id="new", name="New", since=service, retired=service + draw(st.integers(1, DAY)))
    hidden = Component(id="hidden", name="Hidden", public=False)
    return History(
        site=replace(site, slas={"gold": gold}, components=(*site.components, extra, hidden)),
        incidents=(draw(incidents()), OVER) if draw(st.booleans()) else (),
        maintenances=(draw(maintenances()),),
    )


@settings(max_examples=20)
@given(histories(), st.integers(-DAY, DAY), st.lists(st.integers(0, DAY), min_size=3, max_size=3))
def test_nothing_changes_before_the_next_moment(history, ago, probes):
    law_holds(history, NOW + ago, probes)


@cache
def walk(history_name: str) -> tuple[int, ...]:
    """Give the moments of some days, one after the other."""
    history = {"tiny": TINY}[history_name]
    found = [NOW]
    while found[-1] < NOW + 9 * DAY:
        found.append(turns_after(history, found[-1])[0].at)
    return tuple(found)


def test_between_the_moments_of_a_week_every_build_says_the_same():
    moments = walk("tiny")
    for start, end in pairwise(moments):
        assert len({says(TINY, at) for at in (start, (start + end) // 2, end - 1)}) == 1


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2027-09-25T00:20:00Z", "2027-09-25T00:30:00Z"),  # 02:30 comes into sight,
        ("2027-09-25T00:45:00Z", "2027-09-25T01:00:00Z"),  # is out of it when it is 02:00 once more,
        ("2027-09-25T01:00:00Z", "2027-09-25T01:30:00Z"),  # and comes again.
        ("2027-09-25T01:30:00Z", "2027-09-25T02:30:00Z"),
    ],
)
def test_what_is_planned_400_days_ahead_comes_into_sight_by_the_wall_clock(now, moment):
    """On 2028-10-29, 400 days later, the clocks of Berlin show the hour from 02:00 twice."""
    hourly = Recurrence(rule="FREQ=HOURLY", zone="Europe/Berlin")
    start = at("2028-10-28T20:30:00Z")
    work = replace(WEEKLY, start=start, end=start + 60, announced=NOW - DAY, recurrence=hourly, updates=())
    history = replace(TINY, incidents=(), maintenances=(work,))
    law_holds(history, at(now), list(range(0, HOUR, 300)))
    assert told(history, at(now)) == [(moment, 'maintenance "Weekly work" gets a further window in the calendar')]


# --- What is told


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (replace(TINY, incidents=(NOTE,), maintenances=()), ("2026-11-25T00:00:01Z", "2026-11-24 ends (UTC)")),
        (replace(TINY, maintenances=(replace(ONCE, start=NOW - 60, updates=()),)),
         ("2026-11-24T10:30:01Z", 'maintenance "New disks" ends by its plan')),
        (replace(TINY, maintenances=(replace(ONCE, start=NOW + 60, updates=()),)),
         ("2026-11-24T09:31:01Z", 'maintenance "New disks" begins by its plan')),
        (replace(TINY, maintenances=(replace(ONCE, start=NOW + HOUR, end=NOW + 2 * HOUR, announced=NOW + 30),)),
         ("2026-11-24T09:30:31Z", 'maintenance "New disks" is announced')),
        (replace(TINY, incidents=(replace(OPEN, updates=(*OPEN.updates, dated(600, Phase.MONITORING))),)),
         ("2026-11-24T09:40:01Z", 'incident "API is slow": monitoring')),
        (replace(TINY, site=tiny_site(components=(Component(id="x", name="X", since=NOW + 7),)), incidents=()),
         ("2026-11-24T09:30:08Z", 'component "X" comes into service')),
        (replace(TINY, site=tiny_site(components=(Component(id="x", name="X", retired=NOW),)), incidents=()),
         ("2026-11-24T09:30:01Z", 'component "X" is retired')),
        (replace(TINY, site=tiny_site(fresh_for=900), maintenances=()),
         ("2026-11-24T09:45:00Z", "data of 2026-11-24T09:30:00Z are older than fresh_for")),
    ],
)  # fmt: skip
def test_the_next_moment_and_what_happens_then(history, expected):
    history = replace(history, maintenances=tuple(m for m in history.maintenances if m is not WEEKLY))
    ((moment, text),) = told(history)
    assert moment == expected[0]
    assert text.startswith(expected[1])


def test_an_outage_that_begins_to_count_when_the_service_hours_begin_is_told():
    site = tiny_site()
    hours = Hours(days=tuple(range(7)), start=12 * HOUR, end=18 * HOUR)
    site = replace(site, slas={"gold": replace(site.slas["gold"], hours=hours)})
    history = History(site=site, incidents=(OPEN,))
    assert told(history) == [
        ("2026-11-24T11:00:01Z", 'the seconds of component "API" count from here on'),
        ("2026-11-24T11:00:01Z", 'the seconds of component "Web" count from here on'),
    ]
    assert told(replace(history, incidents=()))[0][0] == "2026-11-25T00:00:01Z", "all is well"


def test_a_work_that_repeats_from_beyond_400_days_on_is_in_no_calendar_yet():
    start = NOW + 400 * DAY + 600
    work = replace(WEEKLY, start=start, end=start + 60, recurrence=Recurrence(rule="FREQ=DAILY", zone="UTC"))
    history = replace(TINY, incidents=(), maintenances=(work,))
    assert compute_report(history, NOW).occurrences == ()
    assert told(history) == [
        ("2026-11-24T09:40:00Z", 'maintenance "Weekly work" gets a further window in the calendar')
    ]
    law_holds(history, NOW, [])


def test_all_that_happens_in_one_second_is_told():
    month = at("2026-11-30T12:00:00Z")
    site = tiny_site(zone="Europe/Berlin")
    assert told(replace(TINY, site=site, maintenances=()), month) == [
        ("2026-11-30T23:00:01Z", "2026-11-30 ends (Europe/Berlin): the bars move on"),
        ("2026-11-30T23:00:01Z", "2026-11 ends (Europe/Berlin): its figures are final"),
    ]


def test_each_zone_has_its_own_end_of_the_month():
    assert told(replace(TINY, maintenances=()), at("2026-11-30T12:00:00Z")) == [
        ("2026-11-30T23:00:01Z", "2026-11 ends (Europe/Berlin): its figures are final")
    ]


def test_what_is_not_public_is_not_told():
    site = tiny_site(components=(*tiny_site().components, Component(id="in", name="Inner", public=False)))
    secret = Incident(
        id="secret", title="Secret", started=MIDNIGHT, components=(("in", Status.MAJOR_OUTAGE),),
        updates=(replace(dated(0, Phase.INVESTIGATING), at=MIDNIGHT),),
    )  # fmt: skip
    sooner = replace(secret, id="sooner", updates=(dated(60, Phase.INVESTIGATING),), started=NOW)
    history = History(site=site, incidents=(secret, sooner))
    assert told(history) == [("2026-11-25T00:00:01Z", "2026-11-24 ends (UTC): the bars move on")]


def test_an_allowance_of_maintenance_that_is_spent_is_told():
    site = tiny_site()
    capped = replace(site.slas["gold"], maintenance=MaintenanceRule(max_excluded=1800))
    work = replace(ONCE, start=NOW - 60, components=(("api", Status.MAJOR_OUTAGE),), updates=())
    history = History(site=replace(site, slas={"gold": capped}), maintenances=(work,))
    assert told(history) == [("2026-11-24T09:59:01Z", 'the seconds of component "API" count from here on')]
    assert capped.target == Fraction(999, 1000)


# --- The command


def run(content, *arguments: str):
    return CliRunner().invoke(cli, ["next", "--content", str(content), "--now", "2026-11-24T09:30:00Z", *arguments])


def test_the_moment_stands_first_in_each_line(world):
    work = "---\ntitle: Disks\nstart: 2026-11-24 22:00 UTC\nend: 2026-11-24 23:00 UTC\ncomponents: [api]\n---\n"
    content = world({"maintenance/w.md": work + "## Scheduled — 2026-11-23 10:00 UTC\nSoon.\n"})
    result = run(content)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == '2026-11-24T22:00:01Z  maintenance "Disks" begins by its plan\n'
    later = run(content, "--after", "2026-11-24T22:00:01Z")
    assert later.stdout == '2026-11-24T23:00:01Z  maintenance "Disks" ends by its plan\n'


def test_json_says_the_same(world):
    result = run(world(), "--format", "json")
    assert json.loads(result.stdout) == {
        "now": "2026-11-24T09:30:00Z",
        "after": "2026-11-24T09:30:00Z",
        "next": "2026-11-25T00:00:01Z",
        "in_seconds": 52201,
        "what": [{"kind": "day", "subject": "2026-11-24", "text": "2026-11-24 ends (Europe/London): the bars move on"}],
    }


def test_an_after_that_is_earlier_than_now_is_wrong_usage(world):
    result = run(world(), "--after", "2026-11-24T09:29:00Z")
    assert result.exit_code == 2
    assert "is earlier than now" in result.stderr


def test_problems_of_the_content_are_told(world):
    result = run(world({"incidents/x.md": "---\ntitle: X\n---\n"}))
    assert result.exit_code == 1
    assert "x.md" in result.stderr
