"""SQL is the fast way through a log, never another opinion of it."""

import json
import sqlite3
from itertools import groupby

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_checks_lines import BAD_LINES, GOOD_LINES, NO_TIMES, TIMES, T

from statusgen.model.history import LogSource
from statusgen.model.status import Status
from statusgen.read.checks.engine import open_engine
from statusgen.read.checks.lines import Check, Columns, Dialect, find_dialect, is_blank, parse_csv, parse_json
from statusgen.read.checks.runs import RUNS_SQL

DIALECT = find_dialect(LogSource(files="", statuses={"200": Status.OPERATIONAL, "é": Status.PARTIAL_OUTAGE}))
COLUMNS = Columns(time=0, monitor=1, probe=2, status=3, width=4)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(2_000_000_000, tmp_path_factory.mktemp("engine")) as opened:
        yield opened


def sql_of(engine, rest):
    sure = engine._db.execute("SELECT n, monitor, probe, t, status FROM judged WHERE t IS NOT NULL").fetchall()
    return {n: Check(monitor, probe, t, Status(status)) for n, monitor, probe, t, status in sure}, dict(rest)


def agree(engine, lines, rest, parse):
    """Tell how many lines SQL was sure of, after seeing that it is right about them and leaves all others."""
    sure, left = sql_of(engine, rest)
    assert sure == {n: parse(lines[n - 1]) for n in sure}
    assert left == {n: line for n, line in enumerate(lines, 1) if n not in sure and not is_blank(line)}
    return len(sure)


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


@QUICK
@given(st.lists(json_lines() | FREE, min_size=1, max_size=12))
def test_sql_and_python_agree_on_json(engine, lines):
    agree(engine, lines, engine.judge_json("\n".join(lines), DIALECT), lambda line: parse_json(line, DIALECT))


CSV_VALUES = st.one_of(TEXTS, TIME_TEXTS, st.sampled_from(['"up"', '"a,b"', '"', " up", "a\rb", "<<<<<<< "]), FREE)


@QUICK
@given(
    st.lists(
        st.one_of(
            st.tuples(TIME_TEXTS, st.just("api"), TEXTS, st.sampled_from(["up", "down", "200", "é"])).map(",".join),
            st.lists(CSV_VALUES, min_size=3, max_size=5).map(",".join),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_sql_and_python_agree_on_csv(engine, lines):
    rest = engine.judge_csv("\n".join(lines), COLUMNS, DIALECT)
    agree(engine, lines, rest, lambda line: parse_csv(line, COLUMNS, DIALECT.words))


def test_sql_and_python_agree_on_every_line_of_the_tables(engine):
    times = [json.dumps({"time": text, "monitor": "a", "status": "up"}) for text, _ in TIMES + NO_TIMES]
    numbers = [f'{{"time": {text}, "monitor": "a", "status": "up"}}' for text, _ in TIMES + NO_TIMES]
    lines = [text for text, _ in GOOD_LINES + BAD_LINES] + times + numbers
    agree(engine, lines, engine.judge_json("\n".join(lines), DIALECT), lambda line: parse_json(line, DIALECT))


def test_sql_is_sure_of_the_lines_that_logs_are_made_of(engine):
    plain = [
        '{"time": "2026-11-02T09:20:00Z", "monitor": "api", "probe": "eu", "status": "up", "latency_ms": 123.4}',
        '{"time":"2026-11-02T09:20:00.123+05:30","monitor":"api","status":"down","error":"\\"b\\" \\u00e9 a\\/x"}',
        '{"status":200,"time":1793606400,"monitor":7,"probe":null}',
        '{"status":"up","time":1793606400.25,"monitor":"\u00fc","probe":""}',
    ]
    rest = engine.judge_json("\n".join(plain), DIALECT)
    assert agree(engine, plain, rest, lambda line: parse_json(line, DIALECT)) == len(plain)
    rows = ["2026-11-02T09:20:00Z,api,eu,up", "1793606400,api,,200"]
    rest = engine.judge_csv("\n".join(rows), COLUMNS, DIALECT)
    assert agree(engine, rows, rest, lambda line: parse_csv(line, COLUMNS, DIALECT.words)) == len(rows)


@pytest.mark.parametrize("names", [("ts", "a.b", "my field", "x-y"), ("t", "t", "p", "s"), ('a"b', "m", "p", "s")])
def test_names_of_every_kind_are_found(engine, names):
    dialect = Dialect(*names)
    lines = [
        json.dumps(dict(zip(names, values, strict=True))) for values in ((T, "a", "p", "up"), ("1", "2", "3", "up"))
    ]
    agree(engine, lines, engine.judge_json("\n".join(lines), dialect), lambda line: parse_json(line, dialect))


def slow_runs(checks, max_gaps):
    """Make runs in the obvious way: one check after the other."""
    worst = {}
    for monitor, probe, t, status in checks:
        if monitor in max_gaps:
            worst[monitor, probe, t] = max(status, worst.get((monitor, probe, t), -1))
    runs = []
    for (monitor, probe), group in groupby(sorted(worst), key=lambda key: key[:2]):
        for _, _, t in group:
            status = worst[monitor, probe, t]
            last = runs[-1] if runs and runs[-1][:2] == [monitor, probe] else None
            if last and last[2] == status and t - last[4] <= max_gaps[monitor]:
                last[4:] = t, last[5] + 1, max(last[6], t - last[4])
            else:
                runs.append([monitor, probe, status, t, t, 1, 0])
    return [tuple(run) for run in runs]


CHECKS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 40), st.integers(-1, 3)), max_size=40)
MAX_GAPS = st.dictionaries(st.integers(0, 2), st.integers(1, 9))


def fast_runs(database, checks, max_gaps):
    for table in ("checks (monitor INT, probe INT, t BIGINT, status INT)", "gaps (monitor INT, max_gap BIGINT)"):
        database.execute(f"DROP TABLE IF EXISTS {table.split()[0]}")
        database.execute(f"CREATE TABLE {table}")
    for check in checks:
        database.execute("INSERT INTO checks VALUES (?, ?, ?, ?)", check)
    for gap in max_gaps.items():
        database.execute("INSERT INTO gaps VALUES (?, ?)", gap)
    return database.execute(RUNS_SQL).fetchall()


@settings(deadline=None)
@given(CHECKS, MAX_GAPS)
def test_runs_in_sql_are_those_of_a_slow_loop(checks, max_gaps):
    with sqlite3.connect(":memory:") as database:
        assert fast_runs(database, checks, max_gaps) == slow_runs(checks, max_gaps)


@settings(deadline=None, max_examples=15)
@given(CHECKS, MAX_GAPS)
def test_duckdb_makes_the_same_runs(checks, max_gaps):
    with duckdb.connect(":memory:") as database:
        assert fast_runs(database, checks, max_gaps) == slow_runs(checks, max_gaps)


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
