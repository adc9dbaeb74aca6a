"""SQL is the fast way through a log, never another opinion of it."""

import json
import sqlite3
from functools import partial
from itertools import groupby
from random import Random

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_checks_lines import BAD_LINES, GOOD_LINES, NO_TIMES, TIMES, T

from statusgen.model.history import LogSource
from statusgen.model.latency import bucket_of
from statusgen.model.status import Status
from statusgen.read.checks import engine as engines
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.engine import Shapes, open_engine
from statusgen.read.checks.lines import (
    EXAMPLES,
    Check,
    Columns,
    Dialect,
    find_dialect,
    least_csv,
    least_json,
    parse_csv,
    parse_json,
)
from statusgen.read.checks.merge import Setting
from statusgen.read.checks.packed import PAIR_BITS, drop_doubles, make_rows
from statusgen.read.checks.plainly import Lines
from statusgen.read.checks.runs import RUNS_SQL, UNNAMED
from statusgen.read.checks.template import learn_csv, learn_json

DIALECT = find_dialect(LogSource(files="", statuses={"200": Status.OPERATIONAL, "é": Status.PARTIAL_OUTAGE}))
COLUMNS = Columns(time=0, monitor=1, probe=2, status=3, width=4)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("engine")) as opened:
        yield opened


@pytest.fixture(scope="module")
def hand(engine):
    return engine.hand()


def json_shapes(dialect=DIALECT):
    parse, learn = partial(parse_json, dialect=dialect), partial(learn_json, dialect=dialect)
    return Shapes(parse, learn, dialect.words, least_json(dialect))


def csv_shapes(columns=COLUMNS, dialect=DIALECT):
    parse = partial(parse_csv, columns=columns, words=dialect.words)
    return Shapes(parse, partial(learn_csv, columns=columns), dialect.words, least_csv(columns))


def take(hand, lines, shapes, templates):
    """Let SQL alone, and bytes alone, judge lines by templates; give the places of those that SQL took."""
    take_quickly(hand, lines, shapes, templates)
    block = Block("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"), 1)
    taken = {}
    left = list(range(block.count))
    for template in templates:
        data = block.filled().split(b"\n")
        found = hand._take(b"".join(data[row] + b"\n" for row in left), len(left), template, shapes.lock)
        assert found is not None, "SQL counts other lines than Python"
        packed, rest = found
        rows = [row for at, row in enumerate(left) if at not in set(rest)]
        compare(hand, packed, [lines[row] for row in rows], shapes)
        taken |= dict.fromkeys(rows)
        left = [left[at] for at in rest]
    return set(taken)


FAR = "x" * 9000
"""What stands before and after lines, so that nobody looks out of their block."""


def take_quickly(hand, lines, shapes, templates):
    """Let bytes alone judge lines by templates; give the places of those that were taken."""
    taken = set()
    block = Block("".join(f"{line}\n" for line in (FAR, *lines, FAR)).encode("utf-8", "surrogatepass"), 1)
    left = np.arange(1, len(lines) + 1)
    for template in templates:
        packed, rest = hand._take_quickly(Lines(block.data), left, template, shapes.lock)
        rows = sorted({*left.tolist()} - {*rest.tolist()})
        compare(hand, packed, [lines[row - 1] for row in rows], shapes)
        taken |= {row - 1 for row in rows}
        left = rest
    return taken


def compare(hand, packed, lines, shapes):
    """See that what was taken is what `lines` makes of the same."""
    assert len(packed.checks) == len(lines)
    expected = [shapes.parse(line) for line in lines]
    assert all(isinstance(check, Check) for check in expected), expected
    assert all(len(line.encode()) >= shapes.least for line in lines)
    # It is told in no order.
    assert told(packed, hand) == sorted(
        (*check[:4], -1 if check.latency is None else bucket_of(check.latency)) for check in expected
    )


def told(packed, hand):
    """Give what packed checks say, in order, each with the bucket of its latency."""
    names = hand.engine.pairs.names()
    buckets = [-1] * len(packed.checks) if packed.buckets is None else packed.buckets.tolist()
    return sorted(
        (*names[v >> PAIR_BITS], v >> 3 & (1 << 38) - 1, Status((v & 7) - 1), bucket)
        for v, bucket in zip(packed.checks.tolist(), buckets, strict=True)
    )


def learn(shapes, lines):
    for line in lines:
        check = shapes.parse(line)
        if isinstance(check, Check):
            shapes.study(line, check)
    return shapes.templates


# Values as a log may write them, right and wrong.
TEXTS = st.sampled_from(
    ["api", "", "eu", "200", "up", "down", "unknown", "maybe", "é", "time", "status", "null", "a,b"]
)
TIME_TEXTS = st.sampled_from([text for text, _ in TIMES + NO_TIMES])
RAW = st.one_of(
    st.builds(json.dumps, TEXTS | TIME_TEXTS | st.text(max_size=5), ensure_ascii=st.booleans()),
    TIME_TEXTS,
    st.sampled_from(["null", "true", "false", "NaN", "nan", "-inf", "1.0", "200", "200.0", "2e2", "-0", "007", "1."]),
    st.sampled_from(
        ["0.30000000000000004", "86399999.9", "86400000", "00.5", ".5", "0.5", "-5", "5.", "1.5.5", "1 ", "nul"]
    ),
    st.floats(0, 1e9).map(repr),
    st.integers(0, 10**9).map(str),
    st.sampled_from(
        ["1793606399.99999999999999999999", "1793606400.5", "9" * 25, "{}", "[1, 2]", '{"time": 1}', "'x'"]
    ),
    st.sampled_from(
        ['"\\ud800"', '"\\u0000"', '"\\u00e9"', '"a\\/b"', '"\\x"', '"a\x01"', '"a\tb"', '"\x7f"', '"u\\u0070"']
    ),
)
KEYS = st.sampled_from(["time", "monitor", "probe", "status", "latency_ms", "t\\u0069me", "a\\/b", "Time", "é", ""])
BLANKS = st.sampled_from(["", "", " ", "\t", "\r", "\f", "\u00a0"])


@st.composite
def json_lines(draw):
    record = {"time": f'"{draw(TIME_TEXTS)}"', "monitor": '"api"', "probe": '"eu"', "status": '"up"'}
    pairs = [*record.items(), *draw(st.lists(st.tuples(KEYS, RAW), max_size=2))]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(pairs) - 1))
        pairs[at] = (pairs[at][0], draw(RAW))
    if draw(st.booleans()):
        pairs = draw(st.permutations(pairs))[: draw(st.integers(3, 6))]
    comma = draw(st.sampled_from([",", ", ", ","]))
    blank = draw(BLANKS)
    line = "{" + blank + comma.join(f'"{key}"{blank}: {value}' for key, value in pairs) + "}"
    torn = draw(st.integers(0, 9))
    return {0: line[: len(line) // 2], 1: line + line, 2: line[:-1] + ",}", 3: f"[{line}]"}.get(torn, line)


FREE = st.text(alphabet=st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=30)


PLAIN = {"time": '"2026-11-02T09:20:00Z"', "monitor": '"api"', "probe": '"eu"', "status": '"up"', "latency_ms": "123.4"}
SHAPED_TIMES = st.sampled_from(
    ['"2026-11-02T09:20:00Z"', '"2026-11-02 09:20:00.25+05:30"', "1793606400", '"1793606400.125"', "1793606400.5",
     '"1970-01-01T00:30:00+01:00"', '"2026-11-02T09:20:00-08:00"']
)  # fmt: skip
EXTRA = st.sampled_from(["12", "-1.5e3", "null", "true", '"ok"', '"a \\" b"', '{"a": 1}', '[1, "x"]', '"é"'])


@st.composite
def templates(draw):
    """A line of a log as some program writes it: its keys, their order, the blanks between, the kinds of its values."""
    record = {**PLAIN, "time": draw(SHAPED_TIMES)}
    record |= {key: draw(EXTRA) for key in draw(st.lists(st.sampled_from(["msg", "code", "t", "my key"]), unique=True))}
    for key in draw(st.lists(st.sampled_from(["probe", "latency_ms"]), max_size=1)):
        del record[key]
    pairs = draw(st.permutations(list(record.items())))
    comma, colon = draw(st.sampled_from([",", ", "])), draw(st.sampled_from([":", ": ", " : "]))
    return pairs, comma, colon


def write(pairs, comma, colon):
    return "{" + comma.join(f'"{key}"{colon}{value}' for key, value in pairs) + "}"


DAMAGE = [
    lambda line: line[:-1], lambda line: line + "}", lambda line: line[: len(line) // 2], lambda line: line[:-1] + ",}",
    lambda line: line.replace('"up"', "NaN"), lambda line: line.replace('"api"', '"a\\u0070i"'),
    lambda line: line.replace('"api"', '"a"pi"'), lambda line: line.replace("00", "0 "), lambda line: f"[{line}]",
    lambda line: line.replace("09:20:00", "09:20:60"), lambda line: line.replace("09:20:00", " 9:20:00"),
    lambda line: line.replace("09:20:00", "23:59:60"), lambda line: line.replace("09:20:00", "09:20:0Z"),
    lambda line: line.replace("2026-11-02", "2026-02-30"), lambda line: line.replace("2026", " 026"),
    lambda line: line.replace("T", " "), lambda line: line.replace("T", "t"), lambda line: line.replace("1793606400", "1e9       "),  # noqa: E501
    lambda line: line.replace("1793606400", "179360640\u0665"), lambda line: line.replace("1793606400", "1_79360640"),
    lambda line: "\ufeff" + line, lambda line: line + "\r", lambda line: "\r" + line, lambda line: line.replace("e", "\0", 1),  # noqa: E501
    lambda line: line.replace("123.4", "0123.4"), lambda line: line.replace("123.4", "123."), lambda line: line + " ",
    lambda line: line.replace('"eu"', '{"x": 1}'), lambda line: line.replace('"eu"', "null"), lambda line: line + "\t",
    lambda line: line.replace('"status"', '"monitor"'), lambda line: line.replace("{", '{"time": 1, ', 1),
    lambda line: line.replace(": ", ":"), lambda line: line.replace('"ok"', '"o\tk"'), lambda line: line.replace('"ok"', '"\\u12g4"'),  # noqa: E501
    lambda line: line.replace('"ok"', '"": 1, "'), lambda _: "", lambda _: " ", lambda line: line.replace('"', "'"),
]  # fmt: skip


@QUICK
@given(st.data())
def test_sql_takes_no_neighbour_of_a_template_for_what_it_is_not(hand, data):
    shapes = json_shapes()
    pairs, comma, colon = data.draw(templates())
    line = write(pairs, comma, colon)
    found = learn(shapes, [line])
    lines = [line]
    for _ in range(data.draw(st.integers(1, 8))):
        other = list(pairs)
        for _ in range(data.draw(st.integers(0, 2))):
            at = data.draw(st.integers(0, len(other) - 1))
            other[at] = (other[at][0], data.draw(RAW | EXTRA))
        lines.append(write(other, comma, colon))
        for damage in data.draw(st.lists(st.sampled_from(DAMAGE), max_size=2)):
            lines[-1] = damage(lines[-1])
    lines = [line for line in lines if "\n" not in line]
    learn(shapes, data.draw(st.lists(st.sampled_from(lines), max_size=3)))
    taken = take(hand, lines, shapes, found)
    if len(found) == 1 and lines[0] == line:
        assert 0 in taken


@QUICK
@given(st.lists(json_lines() | FREE, min_size=1, max_size=12))
def test_sql_and_python_agree_on_json(hand, lines):
    shapes = json_shapes()
    take(hand, lines, shapes, learn(shapes, lines))


CSV_VALUES = st.one_of(TEXTS, TIME_TEXTS, st.sampled_from(['"up"', '"a,b"', '"', " up", "a\rb", "<<<<<<< "]), FREE)
CSV_PLAIN = st.tuples(TIME_TEXTS, st.just("api"), TEXTS, st.sampled_from(["up", "down", "200", "é"]))


@QUICK
@given(
    st.lists(st.one_of(CSV_PLAIN, st.lists(CSV_VALUES, min_size=3, max_size=6)).map(",".join), min_size=1, max_size=12)
)
def test_sql_and_python_agree_on_csv(hand, lines):
    shapes = csv_shapes()
    take(hand, lines, shapes, learn(shapes, lines))


@QUICK
@given(
    st.lists(st.one_of(CSV_PLAIN, st.lists(CSV_VALUES, min_size=3, max_size=6)).map(",".join), min_size=1, max_size=12)
)
def test_sql_and_python_agree_on_csv_whose_first_column_is_not_ours(hand, lines):
    columns = Columns(time=1, monitor=2, probe=None, status=4, width=5)
    shapes = csv_shapes(columns)
    lines = [f"{first},{line}" for line, first in zip(lines, ["x", "", "<<<<<<< a", "=", '"x"'] * 3, strict=False)]
    take(hand, lines, shapes, learn(shapes, ["x,1793606400,api,,up", *lines]))


def test_sql_and_python_agree_on_every_line_of_the_tables(hand):
    times = [json.dumps({"time": text, "monitor": "a", "status": "up"}) for text, _ in TIMES + NO_TIMES]
    numbers = [f'{{"time": {text}, "monitor": "a", "status": "up"}}' for text, _ in TIMES + NO_TIMES]
    lines = [text for text, _ in GOOD_LINES + BAD_LINES if "\n" not in text] + times + numbers
    shapes = json_shapes()
    for line in lines:
        learn(shapes, [line])
        shapes.templates = shapes.templates[-6:]
        take(hand, lines, shapes, shapes.templates[-1:])


PLAIN_LINES = [
    '{"time": "2026-11-02T09:20:00Z", "monitor": "api", "probe": "eu", "status": "up", "latency_ms": 123.4}',
    '{"time":"2026-11-02T09:20:00.123+05:30","monitor":"api","status":"down","error":"\\"b\\" \\u00e9 a\\/x"}',
    '{"status":200,"time":1793606400,"monitor":7,"probe":null}',
    '{"status":"up","time":1793606400.25,"monitor":"\u00fc","tags":{"a":[1,2]},"probe":""}',
    '{"probe": "eu", "latency_ms": 5, "status": "up", "time": "1793606400", "x": null, "monitor": "api"}',
]


@pytest.mark.parametrize("line", PLAIN_LINES)
def test_sql_is_sure_of_the_lines_that_logs_are_made_of(hand, line):
    shapes = json_shapes()
    assert take(hand, [line] * 3, shapes, learn(shapes, [line])) == {0, 1, 2}


START = '{"time": "2026-11-02T09:20:00Z", "monitor": "api", "status": "up"'
QUICK_LINES = [
    (PLAIN_LINES[0], True), (PLAIN_LINES[0].replace("123.4", "null"), True),
    (PLAIN_LINES[0].replace("Z", ".123456+05:30"), True),
    (PLAIN_LINES[0].replace('"2026-11-02T09:20:00Z"', "1793606400"), True), (START + "}", True),
    (START + ', "latency_ms": 0.30000000000000004, "code": 200, "x": null}', True),
    ('{"latency_ms":5,"ts":7,' + START[1:] + "}", True),
    ('{"monitor":"\u00fc","status":"up","time":1793606400}', True),
    (PLAIN_LINES[1], False), (PLAIN_LINES[4], False), (PLAIN_LINES[0].replace("123.4", "1e3"), False),
]  # fmt: skip


@pytest.mark.parametrize(("line", "sure"), QUICK_LINES)
def test_bytes_are_sure_of_lines_whose_known_texts_stand_together(hand, line, sure):
    shapes = json_shapes()
    assert take_quickly(hand, [line] * 3, shapes, learn(shapes, [line])) == ({0, 1, 2} if sure else set())


@pytest.mark.parametrize(
    "row", ["2026-11-02T09:20:00Z,api,eu,up,1.5", "1793606400,api,,200,", "1793606400.5,api,,up,7"]
)
def test_bytes_are_sure_of_the_rows_that_logs_are_made_of(hand, row):
    shapes = csv_shapes(COLUMNS._replace(width=5, latency=4))
    assert take_quickly(hand, [row] * 3, shapes, learn(shapes, [row])) == {0, 1, 2}


def test_bytes_know_the_calendar(hand):
    shapes = json_shapes()
    templates = learn(shapes, [PLAIN_LINES[0]])
    days = [f"{y}-{m:02d}-{d:02d}" for y in (1970, 1999, 2000, 2024, 2100, 9999) for m in range(14) for d in range(33)]
    clocks = [f"{h:02d}:{m:02d}:{s:02d}" for h in (0, 9, 19, 23, 24, 29) for m in (0, 59, 60) for s in (0, 59, 60, 61)]
    times = [f"{day}T09:20:00" for day in days] + [f"2026-11-02T{clock}" for clock in clocks]
    lines = [PLAIN_LINES[0].replace("2026-11-02T09:20:00", time) for time in times]
    taken = take_quickly(hand, lines, shapes, templates)
    good = {at for at, line in enumerate(lines) if isinstance(shapes.parse(line), Check)}
    edges = {times.index(f"{day}T09:20:00") for day in ("1970-01-01", "9999-12-31")}
    leaps = {times.index("2026-11-02T23:59:60")}
    assert taken == good - edges - leaps


def test_bytes_tell_many_texts_apart(hand):
    shapes = json_shapes()
    lines = [
        PLAIN_LINES[0].replace("api", f"m{n}").replace("eu", f"p{n % 7}").replace("up", "down" if n % 2 else "up")
        for n in range(3000)
    ]
    templates = learn(shapes, lines[::2])
    assert take_quickly(hand, lines, shapes, templates) == {*range(0, 3000, 2)}


@pytest.mark.parametrize("row", ["2026-11-02T09:20:00Z,api,eu,up", "1793606400,api,,200"])
def test_sql_is_sure_of_the_rows_that_logs_are_made_of(hand, row):
    shapes = csv_shapes()
    assert take(hand, [row] * 3, shapes, learn(shapes, [row])) == {0, 1, 2}


def test_what_sql_leaves_is_judged_with_its_number(hand, monkeypatch):
    monkeypatch.setattr(engines, "FEW", 5)
    good = [PLAIN_LINES[0].replace("09:20", f"{n // 60:02d}:{n % 60:02d}") for n in range(900)]
    for n in (3, 500, 899):
        good[n] = good[n][:-1]
    lines = ["", *good[:400], "", " ", *good[400:], ""]
    shapes = json_shapes()
    verdict = hand.judge_block(Block("\n".join(lines).encode(), 11), shapes)
    assert (len(verdict.packed.checks), verdict.bad) == (897, 3)
    assert [number for number, _ in verdict.examples] == [
        11 + at for at, line in enumerate(lines) if line and line[-1:] == "4"
    ]


SHORT = st.sampled_from(
    ["x", "{}", "", " ", " \t", " x", ",", ",,,", "\0", '{"time":1,"monitor":"a"}', "1,a,,up", "a" * 99]
)


@QUICK
@given(st.lists(SHORT, max_size=80), st.sampled_from([json_shapes, csv_shapes]))
def test_lines_that_are_too_short_are_counted_and_the_first_are_told(hand, lines, make):
    shapes = make()
    verdict = hand.judge_block(Block("".join(f"{line}\n" for line in lines).encode(), 7), shapes)
    told = [(7 + at, shapes.parse(line)) for at, line in enumerate(lines) if line.strip(" \t\r")]
    bad = [(number, reason) for number, reason in told if isinstance(reason, str)]
    assert (verdict.bad, verdict.examples) == (len(bad), bad[:EXAMPLES])
    assert len(verdict.packed.checks) == len(told) - len(bad)


@pytest.mark.parametrize(
    ("line", "least"), [('{"time":1,"monitor":2,"status":3}', json_shapes().least), ("1,a,,b", csv_shapes().least)]
)
def test_no_good_line_is_shorter_than_the_least(line, least):
    assert len(line) == least


def test_monitors_that_take_turns_are_all_learned_from_a_few_lines(hand, monkeypatch):
    judged = []
    real = engines._judge
    monkeypatch.setattr(
        engines, "_judge", lambda lines, shapes: real([judged.append(1) or one for one in lines], shapes)
    )
    lines = [PLAIN_LINES[0].replace("api", f"m{n % 50}") for n in range(20_000)]
    verdict = hand.judge_block(Block("\n".join(lines).encode(), 1), json_shapes())
    assert len(verdict.packed.checks) == 20_000
    assert len(judged) < 2000


@pytest.mark.parametrize("names", [("ts", "a.b", "my field", "x-y"), ("t", "t", "p", "s"), ('a"b', "m", "p", "s")])
def test_names_of_every_kind_are_found(hand, names):
    dialect = Dialect(*names)
    lines = [
        json.dumps(dict(zip(names, values, strict=True))) for values in ((T, "a", "p", "up"), ("1", "2", "3", "up"))
    ]
    shapes = json_shapes(dialect)
    take(hand, lines, shapes, learn(shapes, lines))


def slow_runs(checks, monitors):
    """Make runs in the obvious way: one check after the other."""
    worst = {}
    for monitor, probe, t, status in checks:
        if monitor in monitors:
            worst[monitor, probe, t] = max(status, worst.get((monitor, probe, t), -1))
    runs = []
    for (monitor, _), group in groupby(sorted(worst), key=lambda key: key[:2]):
        max_gap, exact = monitors[monitor]
        before, gap_before = None, None
        for key in group:
            gap = None if before is None else key[2] - before[2]
            uneven = exact and gap_before is not None and gap != gap_before
            same_day = before and before[2] // 86400 == key[2] // 86400
            if same_day and worst[before] == worst[key] and gap <= max_gap and not uneven:
                last = runs[-1]
                last[4:] = key[2], last[5] + 1, max(last[6], gap)
            else:
                runs.append([*key[:2], worst[key], key[2], key[2], 1, 0])
            before, gap_before = key, gap
    return [tuple(run) for run in runs]


CHECKS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(86380, 86420), st.integers(-1, 3)), max_size=40
)
MONITORS = st.dictionaries(st.integers(0, 2), st.tuples(st.integers(1, 9), st.integers(0, 1)))


def fast_runs(database, checks, monitors):
    tables = (
        "checks (monitor INT, probe INT, t BIGINT, status INT)",
        "monitors (monitor INT, max_gap BIGINT, exact INT)",
    )
    for table in tables:
        database.execute(f"DROP TABLE IF EXISTS {table.split()[0]}")
        database.execute(f"CREATE TABLE {table}")
    for check in checks:
        database.execute("INSERT INTO checks VALUES (?, ?, ?, ?)", check)
    for monitor, (max_gap, exact) in monitors.items():
        database.execute("INSERT INTO monitors VALUES (?, ?, ?)", (monitor, max_gap, exact))
    return database.execute(RUNS_SQL).fetchall()


def packed_runs(checks, monitors):
    packed = [(2 * monitor + probe) << PAIR_BITS | t << 3 | status + 1 for monitor, probe, t, status in checks]
    settings = [Setting(*monitors.get(pair // 2, UNNAMED)) for pair in range(10)]
    singles = drop_doubles(np.sort(np.array(packed, np.int64)))
    assert len(singles) == len({check[:3] for check in checks})
    rows = make_rows(singles, settings)
    return [(row.pair // 2, row.pair % 2, *row[1:]) for row in rows if row.pair // 2 in monitors]


@settings(deadline=None)
@given(CHECKS, MONITORS)
def test_runs_in_sql_are_those_of_a_slow_loop(checks, monitors):
    with sqlite3.connect(":memory:") as database:
        assert fast_runs(database, checks, monitors) == slow_runs(checks, monitors)


@settings(deadline=None, max_examples=25)
@given(CHECKS, MONITORS)
def test_duckdb_makes_the_same_runs(checks, monitors):
    with duckdb.connect(":memory:") as database:
        assert fast_runs(database, checks, monitors) == slow_runs(checks, monitors)


@settings(deadline=None, max_examples=300)
@given(CHECKS, MONITORS)
def test_packed_checks_make_the_same_runs(checks, monitors):
    assert packed_runs(checks, monitors) == slow_runs(checks, monitors)


@pytest.mark.parametrize("jitter", [1, 7])
def test_many_packed_checks_make_the_same_runs(jitter):
    random = Random(jitter)
    checks = [
        (n % 5, 0, 30 * (n // 5) + random.randrange(jitter), 3 if random.randrange(1000) == 0 else 0)
        for n in range(100_000)
    ]
    monitors = {monitor: (33, monitor % 2) for monitor in range(5)}
    assert packed_runs(checks, monitors) == slow_runs(checks, monitors)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '9GB'",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'file.db'",
    ],
)
def test_the_database_is_locked(engine, query, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(duckdb.Error):
        engine._db.execute(query)
    assert not list(tmp_path.iterdir())
