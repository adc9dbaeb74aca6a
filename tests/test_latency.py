"""Latencies by day: what is shown of them is what a sorted list says, wherever they were cut apart."""

import json
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_checks_scan import NOW, PACKERS, T, jsonl, parquet, record, site_of

from statusgen.compute.latency import index_latencies, measure_latency
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.calendar import DAY
from statusgen.model.history import Checks, Component, History, LogSource
from statusgen.model.latency import (
    DAYS,
    LIMIT,
    MonitorLatency,
    add_counts,
    bucket_of,
    check_counts,
    first_day,
    measure_day,
    micros_of,
    middle_of,
    pack_counts,
)
from statusgen.read.checks import cache, engine, reading, streams
from statusgen.read.checks.lines import Check, find_dialect, parse_json
from statusgen.read.checks.observe import read_checks
from statusgen.read.checks.packed import find_buckets

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TODAY = T // DAY * DAY
MICROS = st.integers(0, LIMIT - 1) | st.integers(0, 2_000_000)


def count(micros):
    counts = {}
    for one in micros:
        counts[bucket_of(one)] = counts.get(bucket_of(one), 0) + 1
    return pack_counts(counts)


@given(MICROS)
def test_the_middle_of_a_bucket_is_near_all_that_is_in_it(micros):
    assert abs(middle_of(bucket_of(micros)) * 1000 - micros) <= max(micros / 128, 0.5)


@given(MICROS)
def test_buckets_leave_no_gap_and_keep_the_order(micros):
    assert bucket_of(micros + 1) - bucket_of(micros) in (0, 1)


@given(st.lists(MICROS, min_size=1, max_size=300))
def test_a_day_says_what_a_sorted_list_says(micros):
    shown = measure_day(TODAY, count(micros))
    assert (shown.start, shown.checks) == (TODAY, len(micros))
    for share, middle in ((50, shown.p50_ms), (95, shown.p95_ms)):
        nearest = sorted(micros)[math.ceil(len(micros) * share / 100) - 1]
        assert middle == middle_of(bucket_of(nearest))
        assert abs(middle * 1000 - nearest) <= max(nearest / 128, 0.5)


@given(st.lists(st.lists(MICROS, min_size=1, max_size=20), min_size=1, max_size=5), st.randoms())
def test_counts_add_up_in_any_order(lists, random):
    expected = count([micros for one in lists for micros in one])
    assert check_counts(expected) == expected
    random.shuffle(lists)
    assert add_counts(map(count, lists)) == expected
    assert add_counts([count(lists[0]), *([add_counts(map(count, lists[1:]))] if lists[1:] else [])]) == expected


@pytest.mark.parametrize(
    "counts",
    [b"", b"1", pack_counts({1: 2}) * 2, pack_counts({2: 1}) + pack_counts({1: 1}), pack_counts({9: 0}),
     pack_counts({60_000: 1})],
)  # fmt: skip
def test_counts_that_nobody_wrote_are_refused(counts):
    with pytest.raises(ValueError, match="b'"):
        check_counts(counts)


@given(st.lists(st.floats() | st.floats(0, 5000) | st.sampled_from([LIMIT / 1000, 0.0, -0.0, 2.0**20]), max_size=50))
def test_arrays_have_the_same_buckets(numbers):
    expected = [-1 if (m := micros_of(n)) is None else bucket_of(m) for n in numbers]
    found = find_buckets(np.array(numbers, np.float64))
    assert (found.tolist() if found is not None else [-1] * len(numbers)) == expected


# What a log may write as a latency, and what it is in microseconds.
LATENCIES = [
    ("123.4", 123_400), ("5", 5000), ("0", 0), ("0.0004", 0), ("1e3", 1_000_000), ("1.5E-1", 150), ("-0", 0),
    ("0.29", 290), ("86399999", LIMIT - 1000), ("86400000", None), ("-1", None), ("-0.001", None), ("1e999", None),
    ("null", None), ("true", None), ('"5"', None), ('"fast"', None), ("NaN", None), ("Infinity", None), ("[5]", None),
    ('{"latency_ms": 5}', None), ("9" * 400, None), ("0." + "1" * 300, 111),
]  # fmt: skip


@pytest.mark.parametrize(("text", "micros"), LATENCIES)
def test_a_latency_is_a_number_of_json_and_takes_nothing_from_the_line(text, micros):
    line = f'{{"time": {T}, "monitor": "api", "status": "up", "latency_ms": {text}}}'
    check = parse_json(line, find_dialect(LogSource(files="")))
    assert isinstance(check, Check)
    assert check.latency == micros


def test_a_latency_that_is_given_twice_or_stands_elsewhere_is_none():
    dialect = find_dialect(LogSource(files="", fields={"latency_ms": "took"}))
    start = f'{{"time": {T}, "monitor": "api", "status": "up"'
    assert parse_json(f'{start}, "took": 5, "latency_ms": 7}}', dialect).latency == 5000
    assert parse_json(f'{start}, "took": 5, "took": 5}}', dialect).latency is None
    assert parse_json(f'{start}, "x": {{"took": 5}}}}', dialect).latency is None
    same = find_dialect(LogSource(files="", fields={"latency_ms": "time"}))
    assert parse_json(f"{start}}}", same).latency is None


RECORDS = st.lists(
    st.tuples(
        st.integers(-4000, 1500), st.sampled_from(["up", "down"]), st.sampled_from(["api", "web", "x"]),
        st.sampled_from(["eu", "us"]), st.none() | st.floats(0, 3000) | st.sampled_from([-1.0, "1", 1e12]),
    ),
    max_size=60,
)  # fmt: skip


def lines(records):
    return [record(*one) | ({} if latency is None else {"latency_ms": latency}) for *one, latency in records]


def reference(records, now):
    """Give what the obvious reader makes of the latencies of all lines."""
    found = {}
    for one in lines(records):
        check = parse_json(json.dumps(one), find_dialect(LogSource(files="")))
        known = check.latency is not None and first_day(now) <= check.instant < now
        if known and check.monitor in ("api", "web"):
            found.setdefault((check.monitor, check.instant // DAY * DAY), []).append(check.latency)
    return tuple(MonitorLatency(*day, count(found[day])) for day in sorted(found))


TWO = (("api", ("api",), 120), ("web", ("web",), 120))


@SLOW
@given(RECORDS, st.lists(st.integers(0, 60), max_size=3), st.sampled_from(list(PACKERS)), st.integers(-1, 2))
def test_logs_cut_in_any_way_say_what_all_of_their_lines_say(tmp_path_factory, records, cuts, packing, days):
    root = tmp_path_factory.mktemp("logs")
    now = NOW + days * DAY
    edges = sorted({0, len(records), *(min(cut, len(records)) for cut in cuts)})
    for number, (a, b) in enumerate(pairwise(edges)):
        (root / f"{number}.jsonl{packing}").write_bytes(PACKERS[packing](jsonl(*lines(records[a:b]))))
    site = site_of("*.jsonl*", components=TWO)
    expected = reference(records, now)
    for _ in range(2):
        assert read_checks(root, site, now, cache=root / "cache").latencies == expected
    earlier = now - DAYS * DAY
    assert read_checks(root, site, earlier, cache=root / "cache").latencies == reference(records, earlier)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_many_lines_through_sql_say_what_one_after_the_other_says(tmp_path, monkeypatch, kind):
    records = [
        (n, "up", "api" if n % 3 else "web", "eu" if n % 2 else "us", n * 7919 % 30_000 / 10) for n in range(1200)
    ]
    written = lines(records)
    content = {
        "jsonl": jsonl(*written),
        "csv": ("latency_ms,time,monitor,probe,status\n" + "".join(
            f"{r['latency_ms']},{r['time']},{r['monitor']},{r['probe']},{r['status']}\n" for r in written
        )).encode(),
        "parquet": parquet(tmp_path, "FROM (VALUES {}) t(time, monitor, probe, status, latency_ms)".format(", ".join(
            f"({r['time']}, '{r['monitor']}', '{r['probe']}', '{r['status']}', {r['latency_ms']})" for r in written
        ))),
    }[kind]  # fmt: skip
    (tmp_path / f"a.{kind}").write_bytes(content)
    site = site_of(f"a.{kind}", components=TWO)
    expected = reference(records, NOW + DAY)
    assert read_checks(tmp_path, site, NOW + DAY).latencies == expected
    monkeypatch.setattr(streams, "LINES_LIMIT", 100)
    monkeypatch.setattr(reading, "ROWS_LIMIT", 100)
    monkeypatch.setattr(engine, "FEW", 3)
    assert read_checks(tmp_path, site, NOW + DAY).latencies == expected


def write_api(tmp_path, *minutes):
    (tmp_path / "a.jsonl").write_bytes(jsonl(*(record(minute) | {"latency_ms": 5} for minute in minutes)))
    return site_of("a.jsonl")


def read(tmp_path, site, now):
    return read_checks(tmp_path, site, now, cache=tmp_path / ".cache").latencies


def test_days_that_a_later_now_did_not_ask_for_are_read_again_for_an_earlier_one(tmp_path):
    site = write_api(tmp_path, 0, 1)
    late = NOW + 100 * DAY
    assert read(tmp_path, site, late) == ()
    assert len(read(tmp_path, site, NOW)) == 1
    assert read(tmp_path, site, late) == ()
    last = TODAY + DAYS * DAY
    assert len(read(tmp_path, site, last)) == 1
    assert read(tmp_path, site, last + 1) == ()


def test_the_first_day_that_is_known_is_whole(tmp_path):
    at = first_day(NOW)
    records = [record(0) | {"time": time, "latency_ms": 5} for time in (at - 1, at, at + 1)]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*records))
    assert read(tmp_path, site_of("a.jsonl"), NOW) == (MonitorLatency("api", at, count([5000] * 2)),)
    assert NOW - DAYS * DAY <= at < NOW - (DAYS - 1) * DAY


def test_what_an_older_statusgen_found_is_read_again(tmp_path, monkeypatch):
    site = write_api(tmp_path, 0, 1)
    with monkeypatch.context() as before:
        before.setattr(cache, "VERSION", cache.VERSION - 1)
        before.setattr(engine, "bucket_of", lambda _: 7)
        old = read(tmp_path, site, NOW)
    assert old != read(tmp_path, site, NOW) == (MonitorLatency("api", TODAY, count([5000, 5000])),)


def test_logs_without_a_latency_have_none(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(jsonl(record(0), record(1) | {"latency_ms": None}))
    assert read(tmp_path, site_of("a.jsonl"), NOW) == ()


def test_checks_from_now_on_have_no_latency_yet(tmp_path):
    site = write_api(tmp_path, 0, 1, 2)
    assert read(tmp_path, site, T + 60) == (MonitorLatency("api", TODAY, count([5000])),)
    assert read(tmp_path, site, T + 61) == (MonitorLatency("api", TODAY, count([5000] * 2)),)


def test_the_monitors_of_a_component_are_taken_together():
    latencies = [
        MonitorLatency("a", TODAY, count([1000] * 5)), MonitorLatency("a", TODAY + DAY, count([3000])),
        MonitorLatency("b", TODAY, count([9000] * 20)), MonitorLatency("c", TODAY, count([5000])),
    ]  # fmt: skip
    today, tomorrow = measure_latency(("b", "a", "b"), index_latencies(latencies))
    assert (today.start, today.checks, tomorrow.start, tomorrow.checks) == (TODAY, 25, TODAY + DAY, 1)
    assert today == measure_day(TODAY, count([1000] * 5 + [9000] * 20))
    assert measure_latency(("d",), index_latencies(latencies)) == ()


def test_a_report_has_latencies_and_none_of_what_is_not_public(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(
        jsonl(*(record(n, monitor=m) | {"latency_ms": 5} for n in range(3) for m in ("api", "secret")))
    )
    site = site_of("a.jsonl")
    hidden = Component(id="secret", name="secret", checks=Checks(monitors=("secret",)), public=False)
    site = replace(site, components=(*site.components, hidden))
    history = public_history(History(site=site, observations=read_checks(tmp_path, site, NOW)), NOW)
    assert {one.monitor for one in history.observations.latencies} == {"api"}
    (report,) = compute_report(history, NOW).components
    assert report.latency == (measure_day(TODAY, count([5000] * 3)),)
