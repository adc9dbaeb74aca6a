"""What is kept of logs: run files, and figures that stay the same when logs go."""

from dataclasses import replace
from itertools import groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statusgen.compute.compacting import amend_runs, compact_runs
from statusgen.model.calendar import DAY, parse_period
from statusgen.model.compacted import (
    HEAD,
    Compacted,
    Kept,
    KeptLog,
    Reading,
    cut_at_midnight,
    days_needed,
    join_days,
    join_runs,
)
from statusgen.model.history import Checks
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.model.window import Window
from statusgen.read.checks.kept import combine_kept
from statusgen.read.runfiles import parse_logs, parse_run_file
from statusgen.render.runfiles import render_logs, render_run_files

NOON = 20_000 * DAY + DAY // 2
STATUS = st.sampled_from([Status.OPERATIONAL, Status.OPERATIONAL, Status.MAJOR_OUTAGE, Status.UNKNOWN])


@st.composite
def logs(draw):
    """Draw checks of two probes around three midnights, mostly in an even rhythm: (probe, instant) to status."""
    found = {}
    for probe in ("eu", "us"):
        at = NOON + draw(st.integers(-90, 90))
        for status, number, step in draw(
            st.lists(st.tuples(STATUS, st.integers(1, 30), st.sampled_from([1800, 3600, 3601, 7200])), max_size=6)
        ):
            for _ in range(number):
                found[probe, at] = status
                at += step
    return found


READINGS = st.builds(
    Reading, st.sampled_from([1800, 3600, 3601, 7200, 20000]), st.booleans(), st.sampled_from([1, 2, 3])
)


def rows_of(checks, reading):
    """Make the runs of whole days in the obvious way."""
    rows = []
    for probe, group in groupby(sorted(checks), key=lambda key: key[0]):
        before = gap = None
        for _, at in group:
            status = checks[probe, at]
            last = rows[-1] if before is not None else None
            step = at - before if before is not None else None
            joined = (
                last
                and last.status is status
                and step <= reading.max_gap
                and before // DAY == at // DAY
                and (not reading.exact or step == gap)
            )
            if joined:
                rows[-1] = last._replace(last=at, checks=last.checks + 1, longest=max(last.longest, step))
            else:
                rows.append(Run("api", probe, status, at, at, 1))
            before, gap = at, step
    return rows


def figures_need(runs, reading):
    """Give what figures are made of: joined runs, and of exact ones each check."""
    found = []
    for probe, group in groupby(runs, key=lambda run: run.probe):
        found.append((probe, join_runs(group, reading.max_gap, exact=False)))
    if reading.exact:
        found.append([(run.probe, at, run.status) for run in runs for at in run.instants])
    return found


def compacted_until(checks, reading, until):
    rows = [row for row in rows_of(checks, reading) if row.start < until]
    kept = [
        Kept(run, "history/x.runs", 1)
        for _, group in groupby(rows, key=lambda run: run.probe)
        for run in join_runs(group, reading.max_gap, exact=reading.exact)
    ]
    return Compacted(days=(Window(20_000 * DAY - DAY, until),), kept=tuple(kept))


@settings(max_examples=300)
@given(logs(), READINGS, st.integers(20_001, 20_004))
def test_figures_before_and_after_compacting_are_made_of_the_same(checks, reading, day):
    readings, now = {"api": reading}, NOON + 900 * DAY
    plain = combine_kept(Compacted(), rows_of(checks, reading), readings, now)
    compacted = compacted_until(checks, reading, day * DAY)
    rest = {key: status for key, status in checks.items() if key[1] >= day * DAY}
    for left in (checks, rest):
        after = combine_kept(compacted, rows_of(left, reading), readings, now)
        assert figures_need(after.runs, reading) == figures_need(plain.runs, reading)
        assert after.late == ()
        assert after.problems == ()


@settings(max_examples=200)
@given(logs(), READINGS, READINGS, st.integers(20_001, 20_004))
def test_other_settings_need_the_logs_or_give_the_same(checks, then, reading, day):
    readings, now = {"api": reading}, NOON + 900 * DAY
    compacted = compacted_until(checks, then, day * DAY)
    plain = combine_kept(Compacted(), rows_of(checks, reading), readings, now)
    with_logs = combine_kept(compacted, rows_of(checks, reading), readings, now)
    assert figures_need(with_logs.runs, reading) == figures_need(plain.runs, reading)
    rest = {key: status for key, status in checks.items() if key[1] >= day * DAY}
    without = combine_kept(compacted, rows_of(rest, reading), readings, now, gone=compacted.days)
    if days_needed(compacted, readings, now):
        assert without.problems
    else:
        assert without.problems == ()
        assert figures_need(without.runs, reading) == figures_need(plain.runs, reading)


@settings(max_examples=200)
@given(logs(), READINGS, st.integers(0, 3 * DAY))
def test_what_was_kept_beyond_now_is_not_looked_at(checks, reading, later):
    readings, now = {"api": reading}, NOON + later
    compacted = compacted_until(checks, reading, 20_004 * DAY)
    seen = combine_kept(compacted, [], readings, now)
    if not days_needed(compacted, readings, now):
        assert all(run.last < now for run in seen.runs)
        before = {key: status for key, status in checks.items() if key[1] < now}
        plain = combine_kept(Compacted(), rows_of(before, reading), readings, now)
        assert [run[:4] for run in seen.runs] == [run[:4] for run in join_all(plain.runs, reading)]
        for ours, theirs in zip(seen.runs, join_all(plain.runs, reading), strict=True):
            # It speaks until now, and is as well confirmed.
            assert min(ours.last + reading.max_gap, now) == min(theirs.last + reading.max_gap, now)
            assert min(ours.checks, reading.confirm) == min(theirs.checks, reading.confirm)


def join_all(runs, reading):
    return [
        run
        for _, group in groupby(runs, key=lambda run: run.probe)
        for run in join_runs(group, reading.max_gap, exact=reading.exact)
    ]


@settings(max_examples=200)
@given(logs(), READINGS, st.data())
def test_a_late_check_is_told_wherever_it_lies(checks, reading, data):
    compacted = compacted_until(checks, reading, 20_004 * DAY)
    at = NOON + data.draw(st.integers(-DAY // 2, 3 * DAY))
    probe = data.draw(st.sampled_from(["eu", "us", "ap"]))
    late = checks | {(probe, at): data.draw(STATUS)}
    seen = combine_kept(compacted, rows_of(late, reading), {"api": reading}, NOON + 900 * DAY)
    needed = days_needed(compacted, {"api": reading}, NOON + 900 * DAY)
    assert not needed
    if at >= 20_004 * DAY or checks.get((probe, at)) is late[probe, at]:
        assert seen.late == ()
    else:
        assert seen.late != ()


NOW = NOON + 900 * DAY
LOG = KeptLog("a.jsonl", 1, Window(20_000 * DAY, 20_009 * DAY))


def compact(compacted, checks, reading, day):
    return compact_runs(compacted, rows_of(checks, reading), [LOG], {"api": reading}, day * DAY)


@settings(max_examples=200)
@given(logs(), READINGS, st.integers(20_001, 20_004), st.integers(20_001, 20_004))
def test_compacting_twice_changes_nothing_and_in_steps_is_as_at_once(checks, reading, day, other):
    first, last = sorted((day, other))
    at_once = compact(Compacted(), checks, reading, last)
    assert compact(at_once, checks, reading, last) == at_once
    in_steps = compact(compact(Compacted(), checks, reading, first), checks, reading, last)
    assert in_steps == at_once


@settings(max_examples=200)
@given(logs(), READINGS, st.data(), st.booleans())
def test_a_late_check_is_taken_in_exactly_or_refused(checks, reading, data, lost):
    at = NOON + data.draw(st.integers(-DAY // 2, 3 * DAY - 1))
    probe = data.draw(st.sampled_from(["eu", "us", "ap"]))
    late = checks | {(probe, at): max(data.draw(STATUS), checks.get((probe, at), Status.UNKNOWN))}
    compacted = compact(Compacted(), checks, reading, 20_004)
    compacted = replace(compacted, days=(Window(19_999 * DAY, 20_004 * DAY),))
    left = {(probe, at): late[probe, at]} if lost else late
    gone = compacted.days if lost else ()
    rows, readings = rows_of(left, reading), {"api": reading}
    seen = combine_kept(compacted, rows, readings, NOW, gone=gone)
    amended = amend_runs(compacted, seen.late, rows, readings, gone)
    if not amended.problems:
        rest = {key: status for key, status in late.items() if key[1] >= 20_004 * DAY}
        again = combine_kept(amended.compacted, rows_of(rest, reading), readings, NOW)
        plain = combine_kept(Compacted(), rows_of(late, reading), readings, NOW)
        assert figures_need(again.runs, reading) == figures_need(plain.runs, reading)
        assert combine_kept(amended.compacted, rows, readings, NOW, gone=gone).late == ()
    else:
        assert lost
        assert amended.compacted.kept == compacted.kept


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["api", 'a "b"\n', "ü", "a\x7f\x85b\ufffe\ufeff"]),
        st.sampled_from(["", "eu"]),
        STATUS,
        st.integers(1, 400),
    ),
    max_size=8,
)


@given(RUNS)
def test_what_is_written_is_what_is_read(drawn):
    kept, at = [], NOON
    for monitor, probe, status, checks in drawn:
        kept.append(Kept(Run(monitor, probe, status, at, at + 60 * (checks - 1), checks, 60 if checks > 1 else 0)))
        at += 60 * checks
    log = KeptLog('checks/a "b\udcff".jsonl', 12, Window(20_000 * DAY, 20_001 * DAY), "0" * 32)
    compacted = Compacted(days=(Window(20_000 * DAY, at // DAY * DAY + DAY),), kept=tuple(kept), logs=(log,))
    days, runs = [], []
    for artifact in render_run_files(compacted):
        text = artifact.content.decode()
        if artifact.path.endswith("logs.txt"):
            assert parse_logs(text, artifact.path) == ([log], [])
            continue
        found = parse_run_file(text, artifact.path)
        assert found.problems == []
        days += found.days
        runs += [kept.run for kept in found.kept]
    assert sorted(runs) == sorted(k.run for k in kept)
    # A month of which no check is kept has no file.
    assert all(any(run.start in day for run in runs) for day in days)
    assert all(day & window == day for day in days for window in compacted.days)


def quiet_year(until):
    """Write what is kept of a year of one monitor, checked each minute, in which nothing happened."""
    months = [parse_period(f"2026-{month:02}", "UTC").window.before(until) for month in range(1, 13)]
    kept = [
        Kept(Run("messenger-web", "eu-west-1", Status.OPERATIONAL, m.start + 12, m.end - 48, m.seconds // 60, 61))
        for m in months
    ]
    files = render_run_files(Compacted(days=(Window(months[0].start, until),), kept=tuple(kept)))
    return {artifact.path: artifact.content.decode() for artifact in files}


def test_a_quiet_year_is_small_and_a_day_more_changes_the_end_of_a_line():
    end = parse_period("2026", "UTC").window.end
    files, before = quiet_year(end), quiet_year(end - DAY)
    assert sum(map(len, files.values())) < 4 * 1024
    assert [path for path in files if files[path] != before[path]] == ["history/2026-12.runs"]
    lines = [text["history/2026-12.runs"].splitlines() for text in (before, files)]
    assert [new for old, new in zip(*lines, strict=True) if old != new] == [
        "days 2026-12-01 to 2026-12-31",
        "up 2026-12-01T00:00:12Z 2026-12-31T23:59:12Z 44640 61",
    ]


def test_days_that_touch_are_one():
    assert join_days([Window(0, DAY), Window(2 * DAY, 3 * DAY), Window(DAY, 2 * DAY)]) == (Window(0, 3 * DAY),)


DAYS = 'days 2026-11-01 to 2026-11-01\nmonitor "a" probe ""\n'


def test_runs_are_cut_at_midnight_however_long_they_are():
    run = Run("api", "", Status.OPERATIONAL, 5, 5 + 7 * 10**8, 10**8 + 1, 7)
    pieces = cut_at_midnight([run])
    assert sum(piece.checks for piece in pieces) == run.checks
    assert (pieces[0].start, pieces[-1].last) == (run.start, run.last)
    assert all(piece.start // DAY == piece.last // DAY and piece.even for piece in pieces)
    assert all(later.start - piece.last == 7 for piece, later in pairwise(pieces))
    with pytest.raises(ValueError, match="crosses midnight"):
        cut_at_midnight([run._replace(longest=8)])


BAD = [
    ("statusgen runs 2", "is not"),
    ("up 2026-11-01T00:00:00Z 2026-11-01T00:01:00Z 2 60", "is neither days, a monitor nor a run"),
    (f"{DAYS}up 2026-11-02T00:00:00Z 2026-11-02T00:01:00Z 2 60", "outside"),
    (f"{DAYS}up 2026-11-01T00:00:00Z 2026-11-01T00:02:00Z 2 60", "agree"),
    (f"{DAYS}ok 2026-11-01T00:00:00Z 2026-11-01T00:01:00Z 2 60", "outcome"),
    ("<<<<<<< HEAD", "is neither"),
    ('monitor "\\ud800" probe ""', "half a character"),
    ("days 2026-11-02 to 2026-11-01", "ends before it begins"),
    ("days 2026-11-02 to 9998-12-31", "more than a month"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_a_run_file_that_was_tampered_with_is_told(text, words):
    found = parse_run_file(text if text.startswith("statusgen") else f"{HEAD}\n{text}", "history/2026-11.runs")
    (problem,) = found.problems
    assert words in problem.text
    assert problem.path == "history/2026-11.runs"


def test_logs_are_listed_with_their_days_and_sizes():
    log = KeptLog("a.jsonl", 7, Window(0, DAY))
    assert render_logs([log]) == 'statusgen logs 1\n1970-01-01 1970-01-01 7 - "a.jsonl"\n'
    assert parse_logs("statusgen logs 1\n1970-01-01 7\n", "x")[1][0].line == 2
    assert replace(Checks(), max_gap=5).max_gap == 5
