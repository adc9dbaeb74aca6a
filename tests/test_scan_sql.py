"""The scan as one SQL text for any engine, and the runs that come back."""

import gzip
import json
import sqlite3

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner
from conftest import SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from statusgen.cli import cli
from statusgen.errors import ContentError
from statusgen.model.compacted import Reading
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.read.checks.given import read_given
from statusgen.read.checks.merge import Piece, Setting, join_pieces
from statusgen.read.checks.runs import DIALECTS, RUNS_SQL, cut_even, write_scan

DAY = 86400
T = 20_000 * DAY
NOW = ["--now", "2024-10-08T00:00:00Z"]
READINGS = {"api": Reading(120), 'it\'s \\ "web"': Reading(90, exact=True), "x": Reading(60, exact=True)}
CHECKS = [
    (monitor, probe, T - 600 + 30 * n + (n % 7 == 0), 3 if n % 11 < 2 else -1 if n % 31 == 0 else 0)
    for monitor in (*READINGS, "stranger")
    for probe in ("", "eu")
    for n in range(60)
    if n % 13
]


def run(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.mark.parametrize("readings", [READINGS, {}], ids=["some", "none"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_text_is_one_statement_in_each_dialect(dialect, readings):
    (statement,) = sqlglot.parse(write_scan(dialect, readings), read=dialect)
    assert statement.named_selects == ["monitor", "probe", "status", "first_t", "last_t", "checks", "longest"]
    names = {literal.name for literal in statement.find_all(sqlglot.exp.Literal) if literal.is_string}
    assert set(readings) <= names


def test_where_no_dialect_asks_for_more_it_is_the_text_that_runs_here():
    for dialect in set(DIALECTS) - {"clickhouse"}:
        assert RUNS_SQL.strip().removeprefix("WITH ") in write_scan(dialect, READINGS)
    clickhouse = write_scan("clickhouse", READINGS)
    assert "LAG(" not in clickhouse
    assert clickhouse.count("lagInFrame(toNullable(") == 4


@pytest.mark.parametrize("readings", [READINGS, {}], ids=["some", "none"])
def test_the_text_gives_the_runs_of_named_and_other_monitors(readings):
    plain = Reading(120)
    settings = [
        (name, readings.get(name, plain).max_gap, int(readings.get(name, plain).exact))
        for name in dict.fromkeys(check[0] for check in CHECKS)
    ]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE checks (monitor, probe, t, status)")
        database.execute("CREATE TABLE monitors (monitor, max_gap, exact)")
        database.executemany("INSERT INTO checks VALUES (?, ?, ?, ?)", CHECKS)
        database.executemany("INSERT INTO monitors VALUES (?, ?, ?)", settings)
        expected = database.execute(RUNS_SQL).fetchall()
    with duckdb.connect(":memory:") as database:
        database.execute("CREATE TABLE checks (monitor VARCHAR, probe VARCHAR, t BIGINT, status INTEGER)")
        database.executemany("INSERT INTO checks VALUES (?, ?, ?, ?)", CHECKS)
        assert database.execute(write_scan("duckdb", readings)).fetchall() == expected


@given(st.lists(st.tuples(st.sampled_from([1, 60, 60, 60, 61, 121, DAY]), st.integers(0, 9), st.booleans())))
def test_even_runs_do_not_depend_on_where_the_parts_of_a_log_begin(steps):
    parts, at = [[]], T - 300
    for step, kind, apart in steps:
        at += step
        if apart:
            parts.append([])
        parts[-1].append(("m", "", at, 3 if kind == 0 else 0))
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE checks (monitor, probe, t, status)")
        database.execute("CREATE TABLE monitors AS SELECT 'm' AS monitor, 120 AS max_gap, 1 AS exact")

        def runs(checks):
            database.execute("DELETE FROM checks")
            database.executemany("INSERT INTO checks VALUES (?, ?, ?, ?)", checks)
            return [Piece(*row[2:]) for row in database.execute(RUNS_SQL).fetchall()]

        setting = Setting(120, 1)
        whole = runs([check for part in parts for check in part])
        pieces = [piece for part in parts for piece in runs(part)]
        assert cut_even(join_pieces(pieces, setting), setting) == whole


def lines(monitor, start, number, step=60, first=0):
    rows = (
        {"time": start + step * n, "monitor": monitor, "status": "down" if n % 90 < 2 else "up"}
        for n in range(first, first + number)
    )
    return "".join(json.dumps(row) + "\n" for row in rows)


LOGS = {
    "status.yaml": SETTINGS.replace("Europe/London", "UTC") + "checks: [{files: checks/*.jsonl}]\n",
    "checks/a.jsonl": lines("api", T - 7200, 3000) + lines("stranger", T, 40) + "bad\n",
    "checks/b.jsonl": lines("api", T + 3000, 3000, 61) + lines("stranger", T, 40, first=40) + lines("web", T, 9),
}


def run_files(content):
    return {path.name: path.read_bytes() for path in (content / "history").glob("*.runs")}


@pytest.mark.parametrize("form", ["csv", "csv.gz", "jsonl", "words.jsonl"])
def test_runs_of_another_engine_are_kept_as_those_of_the_logs(world, form):
    content = world(LOGS)
    scanned = run("scan", "--content", content, *NOW)
    assert scanned.exit_code == 0
    assert "1 log line bad" in scanned.stderr
    text = scanned.stdout.split("note:")[0]
    heading, *rows = (line.split(",") for line in text.splitlines())
    if form.endswith("jsonl"):
        made = [dict(zip(heading, row, strict=True)) for row in rows]
        if form.startswith("words"):
            words = {"0": "up", "3": "down"}
            made = [
                {"monitor": row["monitor"], "status": words[row["status"]], "from": int(row["first_t"]),
                 "last": int(row["last_t"]), "checks": int(row["checks"]), "longest": int(row["longest"])}
                for row in made
            ]  # fmt: skip
        text = "".join(json.dumps(row) + "\n" for row in made)
    path = content.parent / f"runs.{form}"
    path.write_bytes(gzip.compress(text.encode()) if form.endswith(".gz") else text.encode())
    result = run("compact", "--content", content, "--runs", path, *NOW)
    assert result.exit_code == 0, result.output
    given = run_files(content)
    for file in (content / "history").iterdir():
        file.unlink()
    assert run("compact", "--content", content, *NOW).exit_code == 0
    assert run_files(content) == given
    assert b'"stranger"' in b"".join(given.values())
    again = run("compact", "--content", content, "--runs", path, *NOW)
    assert "nothing changed" in again.output


def test_the_sql_that_is_printed_gives_what_scan_prints(world):
    content = world(LOGS | {"checks/a.jsonl": LOGS["checks/a.jsonl"].replace("bad\n", "")})
    scanned, printed = (run("scan", "--content", content, *NOW, *more) for more in ([], ["--sql", "duckdb"]))
    with duckdb.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE checks AS SELECT monitor, '' AS probe, time::BIGINT AS t, "
            f"CASE status WHEN 'up' THEN 0 ELSE 3 END AS status FROM read_json('{content}/checks/*.jsonl')"
        )
        rows = database.execute(printed.stdout).fetchall()
    heading, *lines = scanned.stdout.splitlines()
    assert heading == "monitor,probe,status,first_t,last_t,checks,longest"
    assert lines == [",".join(map(str, row)) for row in rows]
    assert len(lines) > 50


HEAD = "monitor,probe,status,first_t,last_t,checks,longest\n"
BAD = [
    ("a.csv", HEAD + "api,,0,0,60,2,60\napi,,9,120,180,2,60\n", ':3: status: "9" is not one of up, '),
    ("a.csv", HEAD + "api,,0,0,60,3,61\n", ":2: is a run that cannot be"),
    ("a.csv", HEAD + "api,,0,0,60,2\n", ":2: 6 fields where the heading has 7"),
    ("a.csv", HEAD + "api,,0,0,60,x,60\n", ':2: checks: "x" is not a whole number'),
    ("a.csv", HEAD + ",,0,0,60,2,60\n", ":2: monitor: missing"),
    ("a.csv", HEAD + "api,,0,noon,60,2,60\n", ':2: from: "noon" is neither RFC 3339'),
    ("a.csv", HEAD + f"api,,0,{DAY - 60},{DAY + 60},3,61\n", ":2: crosses midnight"),
    ("a.csv", HEAD + "api,,0,0,120,3,60\napi,eu,0,0,60,2,60\napi,,3,60,60,1,0\n", ":4: overlaps"),
    ("a.csv", "monitor,status,from,checks\napi,0,0,1\n", ':1: the heading has no "last" or "last_t" and no "longest"'),
    ("a.csv", HEAD + 'api,"eu,0,0,60,2,60\n', ":2: not CSV"),
    ("a.jsonl", '{"monitor": "api"}\n[]\nx\n', ':1: there is no "status"'),
    ("a.jsonl", '{"monitor": 5, "status": 0, "from": 0, "last": 0, "checks": 1, "longest": 0}\n', ":1: monitor: "),
    ("a.jsonl", '{"monitor": "a", "status": true, "from": 0, "last": 0, "checks": 1, "longest": 0}\n', ":1: status: "),
    ("a.txt", "", ": is neither .csv nor .jsonl"),
    ("a.csv.gz", "no gzip", ": its gzip data is damaged"),
]


@pytest.mark.parametrize(("name", "text", "words"), BAD)
def test_a_row_that_cannot_be_a_run_is_told_with_its_line_and_nothing_is_written(world, name, text, words):
    content = world(LOGS)
    (content.parent / name).write_text(text, encoding="utf-8")
    result = run("compact", "--content", content, "--runs", content.parent / name, *NOW)
    assert result.exit_code == 1
    assert f"{name}{words}" in result.stderr
    assert not (content / "history").exists()


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x\n\n\xff\n[]\n{}\n")
    with pytest.raises(ContentError) as caught:
        read_given(path)
    assert [problem.line for problem in caught.value.problems] == [1, 3, 4, 5]


def test_a_run_over_midnight_is_cut_where_each_check_is_known(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"monitor,status,from,last,checks,longest\napi,down,{T - 60},2024-10-04T00:02:00Z,4,60\n")
    assert read_given(path) == [
        Run("api", "", Status.MAJOR_OUTAGE, T - 60, T - 60, 1),
        Run("api", "", Status.MAJOR_OUTAGE, T, T + 120, 3, 60),
    ]


def test_late_runs_from_elsewhere_do_not_take_the_place_of_what_was_kept(world):
    content = world(LOGS)
    assert run("compact", "--content", content, *NOW).exit_code == 0
    kept = run_files(content)
    path = content.parent / "late.csv"
    path.write_text(f"{HEAD}api,,3,{T - 7150},{T - 7150},1,0\nnew,,0,{T},{T},1,0\n")
    told = run("compact", "--content", content, "--runs", path, *NOW)
    assert "came late" in told.stderr
    assert run_files(content) == kept
    amended = run("compact", "--content", content, "--runs", path, "--amend", *NOW)
    assert amended.exit_code == 0, amended.output
    before, after = (set(b"".join(files.values()).splitlines()) for files in (kept, run_files(content)))
    assert before - after == {b"down 2024-10-03T22:00:00Z 2024-10-03T22:01:00Z 2 60"}, "all else is as it was"
    assert b'monitor "new" probe ""' in after


def test_compact_until_takes_a_day(world):
    content = world(LOGS)
    result = run("compact", "--content", content, "--until", "2024-10-05", *NOW)
    assert result.exit_code == 0, result.output
    assert "kept   2024-10-03 to 2024-10-04" in result.stdout
