"""Drawings of days, of a year and of an incident's course: each says what the report says, and no more."""

import calendar
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pages import NOTE, NOW, TINY, say

from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.history import Phase
from statusgen.model.latency import LatencyDay
from statusgen.model.status import Status
from statusgen.render.bars import CODES, draw_bars, word_of
from statusgen.render.pages.incidents import _affected
from statusgen.render.pages.latency import LatencyChart, draw_latency, show_latency
from statusgen.render.pages.world import World
from statusgen.render.pages.year import CELL, draw_year


@pytest.fixture(scope="module")
def report():
    return compute_report(TINY, NOW)


def test_the_code_of_the_bars_is_each_day_in_a_letter(report):
    for component in report.components:
        drawing = draw_bars(component.days, "x")
        assert drawing.code == "".join(CODES[word_of(day)] for day in component.days)
        assert drawing.first == component.days[0].period.name


def test_the_first_of_each_month_has_a_mark(report):
    days = report.components[0].days
    marks = [int(x) for x in re.findall(r"M(\d+)\.5 35", draw_bars(days, "x").months)]
    assert [days[x].period.name[-2:] for x in marks] == ["01"] * 3


def test_each_day_with_trouble_has_a_row_and_days_without_data_share_one(report):
    web = next(c for c in report.components if c.component.id == "web")
    for component in report.components:
        rows = draw_bars(component.days, "x").rows
        told = {row.name for row in rows if row.word != "unknown"}
        assert told == {d.period.name for d in component.days if d.status > 0 and d.figure.seconds.eligible}
        for row in rows:
            assert [iso_utc(row.last)[:10]] == [row.name] or row.word == "unknown"
    blank = [row for row in draw_bars(web.days, "x").rows if row.word == "unknown"]
    covered = sum((row.last + 1 - row.start) // DAY for row in blank)
    assert covered == sum(word_of(day) == "unknown" for day in web.days)


def cells(drawing) -> dict[tuple[int, int], str]:
    found = {}
    for word, path in drawing.shapes:
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", path):
            found[int(float(x)) // CELL, int(float(y)) // CELL] = word
    return found


def test_a_month_is_drawn_as_a_calendar_is_printed(report):
    api = report.components[0]
    by_month = {}
    for day in api.year:
        by_month.setdefault(day.period.name[:7], []).append(day)
    drawings = draw_year(api.year)
    assert [d.name for d in drawings] == sorted(by_month, reverse=True)
    for drawing in drawings:
        year, month = map(int, drawing.name.split("-"))
        places = {
            date(year, month, day): (column, row)
            for row, week in enumerate(calendar.monthcalendar(year, month))
            for column, day in enumerate(week)
            if day
        }
        expected = {places[date.fromisoformat(d.period.name)]: word_of(d) for d in by_month[drawing.name]}
        assert cells(drawing) == expected


def test_a_year_is_twelve_months_at_most_and_begins_with_the_service():
    components = tuple(replace(c, since=NOW - 3 * 365 * DAY, retired=None) for c in TINY.site.components)
    long = compute_report(replace(TINY, site=replace(TINY.site, components=components)), NOW).components[0]
    assert (long.year[0].period.name, long.year[-1].period.name) == ("2025-12-01", "2026-11-24")
    assert long.year[-90:] == long.days
    assert [b.period.window.start for b in long.year[1:]] == [a.period.window.end for a in long.year[:-1]]
    api = compute_report(TINY, NOW).components[0]
    assert api.year[0].period.name == "2026-08-16", "the day of `since`"


def test_the_course_of_an_incident_ends_now_while_it_is_open(report):
    incident = next(r for r in report.incidents if r.incident.id == "open")
    (row,) = _affected(incident, NOW)
    assert row.component == "api"
    halves = {word: re.findall(r"M(\d+) \d+h(\d+)", path)[0] for word, path in row.shapes}
    assert halves == {"partial_outage": ("0", "500"), "degraded_performance": ("500", "500")}


def test_an_incident_of_no_time_has_no_course():
    report = compute_report(replace(TINY, incidents=(replace(NOTE, components=(("api", Status.MAJOR_OUTAGE),)),)), NOW)
    (row,) = _affected(report.incidents[0], NOW)
    assert row.shapes == ()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 600)), max_size=6))
def test_time_with_incidents_is_counted_once(spans):
    """The law: the seconds of a month with an active incident are those of the union of their minutes."""
    incidents = tuple(
        replace(
            NOTE, id=f"i{n}", started=NOW - ago * 60, updates=(say(ago, Phase.INVESTIGATING), say(end, Phase.RESOLVED))
        )
        for n, (ago, length) in enumerate(spans)
        if (end := max(ago - length, 0)) < ago and end
    )
    report = compute_report(replace(TINY, incidents=incidents), NOW)
    minutes = {m for i in report.incidents for s in i.stretches for m in range(s.start // 60, s.end // 60)}
    for period in report.months:
        window = period.window
        expected = sum(window.start <= m * 60 < window.end for m in minutes) * 60
        assert World.of(report).seconds_active(window) == expected


def latency(*days: tuple[int, float, float]) -> LatencyChart:
    first = NOW // DAY * DAY
    rows = [LatencyDay(start=first - ago * DAY, p50_ms=p50, p95_ms=p95, checks=9) for ago, p50, p95 in days]
    return draw_latency(rows, NOW)


def test_latency_is_drawn_to_scale_with_holes_where_nothing_was_measured():
    chart = latency((89, 50, 100), (88, 100, 200), (2, 25, 50), (0, 20, 40))
    assert chart.top == "200 ms"
    assert chart.p50 == "M0.5 75h.01L1.5 50M87.5 87.5h.01M89.5 90h.01"
    assert [row.p95 for row in chart.rows] == ["40 ms", "50 ms", "200 ms", "100 ms"]
    assert chart.label == "Response time on 24 November 2026: median 20 ms, 95th percentile 40 ms"


def test_without_a_latency_there_is_no_chart():
    assert draw_latency((), NOW) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0.25, "0.25 ms"), (9.94, "9.9 ms"), (999, "999 ms"), (1234, "1.23 s"), (65000, "65 s")]
)
def test_a_latency_is_written_with_what_is_known_of_it(value, shown):
    assert show_latency(value) == shown
