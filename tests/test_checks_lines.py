"""What a good line of a log is, and what is said of a bad one."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen.model.history import LogSource
from statusgen.model.status import Status
from statusgen.read.checks.formats import Format, find_format
from statusgen.read.checks.lines import (
    Check,
    Columns,
    find_dialect,
    parse_csv,
    parse_heading,
    parse_instant,
    parse_json,
    quote,
)

PLAIN = find_dialect(LogSource(files=""))
T = 1793606400  # 2026-11-02T08:00:00Z

TIMES = [
    ("2026-11-02T08:00:00Z", T),
    ("2026-11-02t08:00:00z", T),
    ("2026-11-02 08:00:00Z", T),
    ("2026-11-02T13:30:00+05:30", T),
    ("2026-11-02T03:00:00-05:00", T),
    ("2026-11-02T08:00:00-00:00", T),
    ("2026-11-02T08:00:00.9Z", T),
    ("2026-11-02T08:00:00.999999999999999999999999Z", T),
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01T01:00:00+01:00", 0),
    ("9999-12-31T23:59:59Z", 253402300799),
    ("2024-02-29T00:00:00Z", 1709164800),
    ("2016-12-31T23:59:60Z", 1483228800),
    ("1793606400", T),
    ("1793606400.999999999999999999999", T),
    ("1.7936064e9", T),
    ("17936064009e-1", T),
    ("0", 0),
    ("-0.0", 0),
]

NO_TIMES = [
    ("2026-11-02T08:00:00", "no zone"),
    ("2026-11-02 08:00:00", "no zone"),
    ("2026-11-02T08:00Z", "neither"),
    ("2026-11-02", "neither"),
    ("2026-11-02T08:00:00+0530", "neither"),
    ("2026-11-02T08:00:00 Z", "neither"),
    ("2026-11-02T08:00:00Z ", "neither"),
    ("2026-11-02T08:00:00.Z", "neither"),
    ("２026-11-02T08:00:00Z", "neither"),
    ("2026-02-30T08:00:00Z", "does not exist"),
    ("2026-13-01T08:00:00Z", "does not exist"),
    ("0000-01-01T00:00:00Z", "does not exist"),
    ("2026-11-02T24:00:00Z", "does not exist"),
    ("2026-11-02T08:60:00Z", "does not exist"),
    ("2026-11-02T08:00:60Z", "does not exist"),
    ("2026-11-02T08:00:00+24:00", "offset"),
    ("2026-11-02T08:00:00+05:60", "offset"),
    ("1969-12-31T23:59:59Z", "1970 to 9999"),
    ("1970-01-01T00:00:00+01:00", "1970 to 9999"),
    ("9999-12-31T23:59:59-01:00", "1970 to 9999"),
    ("-0.5", "1970 to 9999"),
    ("-1", "1970 to 9999"),
    ("1793606400000", "milliseconds"),
    ("253402300800", "1970 to 9999"),
    ("1e99", "1970 to 9999"),
    ("1e999999999", "neither"),
    ("0x10", "neither"),
    ("1_000", "neither"),
    (".5", "neither"),
    ("nan", "neither"),
    ("now", "neither"),
]


@pytest.mark.parametrize(("text", "instant"), TIMES)
def test_a_time_is_cut_off_to_whole_seconds(text, instant):
    assert parse_instant(text) == instant


@pytest.mark.parametrize(("text", "words"), NO_TIMES)
def test_what_is_no_time_is_told_with_the_reason(text, words):
    reason = parse_instant(text)
    assert isinstance(reason, str)
    assert words in reason
    assert quote(text) in reason


@given(st.integers(-(10**14), 10**14), st.integers(0, 9))
def test_unix_seconds_are_rounded_down_exactly(number, places):
    text = f"{'-' if number < 0 else ''}{abs(number):0{places + 1}d}"
    text = text[: len(text) - places] + ("." + text[len(text) - places :] if places else "")
    floor = Fraction(number, 10**places).__floor__()
    assert parse_instant(text) == floor if 0 <= floor < 253402300800 else isinstance(parse_instant(text), str)


def line(**changes):
    record = {"time": T, "monitor": "api", "probe": "eu", "status": "up", "latency_ms": 1.5}
    return json.dumps({key: value for key, value in {**record, **changes}.items() if value != "left out"})


UP = Check("api", "eu", T, Status.OPERATIONAL)

GOOD_LINES = [
    (line(), UP),
    (line(status="degraded"), UP._replace(status=Status.DEGRADED_PERFORMANCE)),
    (line(status="partial"), UP._replace(status=Status.PARTIAL_OUTAGE)),
    (line(status="down"), UP._replace(status=Status.MAJOR_OUTAGE)),
    (line(status="unknown"), UP._replace(status=Status.UNKNOWN)),
    (line(probe="left out"), UP._replace(probe="")),
    (line(probe=None), UP._replace(probe="")),
    (line(probe=""), UP._replace(probe="")),
    (line(probe=7, monitor=12), UP._replace(probe="7", monitor="12")),
    (line(time=str(T)), UP),
    (line(time=T + 0.75), UP),
    (line(latency_ms=float("nan")), UP),
    (line(latency_ms=None, error='a "quoted" thing\n', tags={"time": [1]}), UP),
    (f"  {line()}\t", UP),
    (line(monitor="über ☃"), UP._replace(monitor="über ☃")),
]

BAD_LINES = [
    (line(status="maybe"), 'status: "maybe" is not one of up, degraded, partial, down, unknown'),
    (line(status="UP"), 'status: "UP" is not one of'),
    (line(status=""), "status: missing"),
    (line(status=None), "status: missing"),
    (line(status=["up"]), "status: an object or a list"),
    (line(status=200), 'status: "200" is not one of'),
    (line(status=True), 'status: "true" is not one of'),
    (line(monitor=""), "monitor: missing"),
    (line(monitor="left out"), "monitor: missing"),
    (line(monitor=True), "monitor: true is not a text"),
    (line(monitor="\ud800"), "monitor: "),
    (line(probe={}), "probe: an object or a list"),
    (line(probe=False), "probe: false is not a text"),
    (line(time=None), "time: missing"),
    (line(time="2026-11-02T08:00:00"), "has no zone"),
    (line(time=True), "time: true is not a time"),
    (line()[:-20], "not JSON"),
    (line() + line(), "not JSON"),
    (f"[{line()}]", "not a JSON object"),
    ("[" * 100_000, "nested too deeply"),
    ('"up"', "not a JSON object"),
    ("curl: (7) Failed to connect", "not JSON"),
    ("<<<<<<< HEAD", "a conflict that git left"),
    ("=======", "a conflict that git left"),
    (">>>>>>> other", "a conflict that git left"),
    ("\0" * 50, "NUL"),
    ("\0" * 50 + line(), "NUL"),
    (line()[:-1] + ', "status": "down"}', '"status" is given twice'),
    (line()[:-1] + ', "st\\u0061tus": "down"}', '"status" is given twice'),
    (line(error="x" * (1 << 20)), "longer than 1,048,576 bytes"),
    (line()[:-1] + ",}", "not JSON"),
]


@pytest.mark.parametrize(("text", "check"), GOOD_LINES)
def test_a_good_line_is_a_check(text, check):
    # What it says of the latency is the concern of test_latency.
    found = parse_json(text, PLAIN)
    assert isinstance(found, Check)
    assert found[:4] == check[:4]


@pytest.mark.parametrize(("text", "reason"), BAD_LINES)
def test_a_bad_line_is_told_with_what_is_wrong(text, reason):
    told = parse_json(text, PLAIN)
    assert isinstance(told, str)
    assert reason in told
    assert len(told) < 250
    assert told.isprintable()


def test_fields_and_words_of_a_log_are_mapped():
    names = {"time": "ts", "monitor": "site", "probe": "region", "status": "result"}
    words = {"200": Status.OPERATIONAL, "slow": Status.DEGRADED_PERFORMANCE, "false": Status.MAJOR_OUTAGE}
    dialect = find_dialect(LogSource(files="", fields=names, statuses=words))
    record = {"ts": T, "site": "api", "region": "eu", "status": "maybe"}
    for word, status in ((200, 0), ("200", 0), ("slow", 1), (False, 3), ("up", 0), ("down", 3)):
        assert parse_json(json.dumps({**record, "result": word}), dialect) == UP._replace(status=Status(status))


@pytest.mark.parametrize("number", ["200.0", "2e2", "+200", "0200"])
def test_a_number_is_compared_as_it_is_written(number):
    dialect = find_dialect(LogSource(files="", statuses={"200": Status.OPERATIONAL}))
    assert isinstance(parse_json(line(status="X").replace('"X"', number), dialect), str)


COLUMNS = Columns(time=0, monitor=1, probe=2, status=3, width=4)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (f"{T},api,eu,up", UP),
        (f'"{T}","api","eu","up"', UP),
        (f"{T},api,,up", UP._replace(probe="")),
        (f'{T},"a,""b""",eu,up', UP._replace(monitor='a,"b"')),
        (f"{T},api,eu", "3 fields where the heading has 4"),
        (f"{T},api,eu,up,", "5 fields where the heading has 4"),
        (f"{T},api,eu,", "status: missing"),
        (f"{T},api,eu, up", 'status: " up" is not one of'),
        (f'{T},api,eu,"up', "not CSV"),
        (f'{T},api,"e"u,up', "not CSV"),
        (f"<<<<<<< {T},api,eu,up", "a conflict that git left"),
        (f"{T},api,e\0u,up", "NUL"),
    ],
)
def test_a_line_of_a_csv_is_a_check_or_bad(text, result):
    parsed = parse_csv(text, COLUMNS)
    assert parsed == result if isinstance(result, Check) else result in parsed


@pytest.mark.parametrize(
    ("heading", "result"),
    [
        ("time,monitor,probe,status", COLUMNS),
        ('status,"x,y",monitor,time', Columns(time=3, monitor=2, probe=None, status=0, width=4)),
        ("time,monitor", 'the heading has no "status"'),
        ("when", 'no "time" and no "monitor" and no "status"'),
        ("time,monitor,status,time", 'the heading has "time" twice'),
        ('time,"monitor', "not CSV"),
    ],
)
def test_a_heading_says_where_the_fields_are(heading, result):
    parsed = parse_heading(heading, PLAIN)
    assert parsed == result if isinstance(result, Columns) else result in parsed


@pytest.mark.parametrize(
    ("name", "stated", "found"),
    [
        ("a.jsonl", None, Format("jsonl", None)),
        ("2026.11.CSV.gz", None, Format("csv", "gzip")),
        ("a.parquet.zst", None, Format("parquet", "zstd")),
        ("a.ndjson", None, Format("jsonl", None)),
        ("a.log", None, None),
        ("a.gz", None, None),
        ("jsonl", None, None),
        ("jsonl.gz", None, None),
        ("a.log", "jsonl", Format("jsonl", None)),
        ("a.log.gz", "csv", Format("csv", "gzip")),
        ("a.csv", "jsonl", Format("jsonl", None)),
        ("a.bin", "jsonl.zst", Format("jsonl", "zstd")),
        ("a.bin", "xml", None),
    ],
)
def test_the_format_comes_from_the_ending_unless_it_is_stated(name, stated, found):
    assert find_format(name, stated) == found
