"""Spark and DuckDB make the same of the same logs, however hostile these are."""

import csv
import gzip
import io
import json
import random
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import duckdb
import pytest
import zstandard
from click.testing import CliRunner

from statusgen.cli import cli
from statusgen.model.compacted import Reading
from statusgen.model.history import Checks, Component, LogSource, Site, Sla
from statusgen.model.status import CHECK_WORDS, Status
from statusgen.read.checks.observe import open_scan, read_checks
from statusgen.read.checks.runs import write_scan
from statusgen.read.checks.scan import find_readings

LINES = 200_000
DAY = 86400
START = 20_000 * DAY
NOW = START + 9 * DAY + 12_345
MASTER = "local[2]"
SETTINGS = """\
title: Acme
url: https://status.acme.example/
timezone: UTC
components:
  api: {name: API, checks: {monitors: [api]}}
checks: [{files: %s}]
engine: {spark: {master: "%s"}}
"""


@pytest.fixture
def spark():
    """Skip where the extra is not installed; `make test-spark` installs it."""
    pytest.importorskip("pyspark")


def component(name, gap, sla=None):
    return Component(id=name, name=name, sla=sla, checks=Checks(monitors=(name,), max_gap=gap))


SITE = Site(
    title="Acme",
    url="https://status.acme.example/",
    slas={"exact": Sla(method="checks")},
    components=(
        component("api", 120),
        component("web", 61),
        component('it\'s \\ "quoted"\n', 3600),
        component("even", 120, "exact"),
        component("ünder", 90, "exact"),
        component("silent", 120),
    ),
    logs=(
        LogSource(files="checks/**/*.jsonl*"),
        LogSource(
            files="other/*",
            fields={"time": "ts", "monitor": "site", "probe": "region", "status": "result"},
            statuses={"200": Status.OPERATIONAL, "fail": Status.MAJOR_OUTAGE},
        ),
    ),
)
WORDS = {status: word for word, status in CHECK_WORDS.items()}
STEPS = {
    "api": [60] * 50 + [59, 61, 1, 119, 120, 121, 300, 20_000],
    "web": [30] * 30 + [60, 61, 62, 0, DAY],
    'it\'s \\ "quoted"\n': [1800, 3600, 3601],
    "even": [60] * 400 + [61, 120, 240],
    "ünder": [60, 60, 60, 30, 90, 91],
    "stranger": [60] * 9 + [130],
    "odd\u0000one": [60, 7],
}


def generate(random_, number):
    """Give so many checks in order of time for each probe: flapping, with gaps, twice in a second, over midnights."""
    checks = []
    while len(checks) < number:
        monitor = random_.choice(list(STEPS))
        probe = random_.choice(["", "eu", "us", "ü"])
        at = START + random_.randrange(9) * DAY - random_.randrange(7200)
        at -= at % random_.choice([1, 60])  # many step on midnight itself
        status = Status.OPERATIONAL
        for _ in range(random_.choice([3, 400, 2000])):
            if random_.random() < random_.choice([0.002, 0.3]):
                status = random_.choice(list(Status))
            checks.append((monitor, probe, at, status))
            if random_.random() < 0.02:
                checks.append((monitor, probe, at, random_.choice([status, *Status])))
            at += random_.choice(STEPS[monitor])
    return checks[:number]


def write_time(random_, at):
    offset = timezone(timedelta(minutes=random_.choice([0, 0, 330, -210, 840])))
    local = datetime.fromtimestamp(at, offset)
    return random_.choice([
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        local.isoformat(),
        local.isoformat(" ").replace("+00:00", ".999999z"),
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dt%H:%M:%S.5Z"),
        at,
        at + 0.75,
        str(at),
        f"{at}.999",
        f"{at * 10}e-1",
    ])  # fmt: skip


def json_line(random_, check):
    monitor, probe, at, status = check
    row = {"time": write_time(random_, at), "monitor": monitor, "probe": probe, "status": WORDS[status]}
    if not probe:
        del row["probe"]
    if random_.random() < 0.5:
        row["latency_ms"] = random_.random()
    return json.dumps(row, ensure_ascii=random_.random() < 0.5).encode()


def bad_line(random_, line):
    cut = random_.randrange(1, max(2, len(line)))
    return random_.choice([
        line[:cut],
        line[cut:],
        line[:cut] + b"\0" + line[cut:],
        line[:cut] + b"\xff" + line[cut:],
        line + line,
        b"[" + line + b"]",
        line.replace(b'"time"', b'"time": 1, "time"'),
        line.replace(b'"monitor"', b'"Monitor"'),
        line.replace(b'"up"', b'"UP"'),
        line.replace(b'"up"', b"true"),
        line.replace(b"Z", b""),
        b'{"time": 1793606400123, "monitor": "api", "status": "up"}',
        b'{"time": -1, "monitor": "api", "status": "up"}',
        b'{"time": "2026-02-30T00:00:00Z", "monitor": "api", "status": "up"}',
        b'{"time": 1e12, "monitor": "\\ud800", "status": "up"}',
        b'{"time": 5, "monitor": "", "status": "up"}',
        b"<<<<<<< HEAD",
        b"=======",
        b" \t ",
        b"",
        b"\r",
        b"x" * random_.choice([70_000, 5]),
        b"\xef\xbb\xbf" + line,
    ])  # fmt: skip


def csv_line(random_, check):
    monitor, probe, at, status = check
    word = random_.choice(["200", "up"]) if status is Status.OPERATIONAL else WORDS[status]
    word = "fail" if status is Status.MAJOR_OUTAGE else word
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([monitor.strip(), word, "1,5", write_time(random_, at), probe])
    return text.getvalue().encode()


def write_hostile_logs(root):
    """Write LINES lines into files of all kinds, out of order within and across them; give how many."""
    random_ = random.Random(11)
    lines = 0
    checks = generate(random_, LINES * 7 // 8)
    for file in range(8):
        # Most of a file is its own stretch, the rest lies between the checks of other files.
        own = checks[file::8] if file % 2 else checks[file * len(checks) // 8 : (file + 1) * len(checks) // 8]
        own = own + random_.sample(own, len(own) // 5)
        if file > 3:
            random_.shuffle(own)
        own = own[: LINES // 8 - 10]
        if file in {2, 5}:
            made = [b"site,result,latency,ts,region", *(csv_line(random_, check) for check in own)]
            junk = [b"a,b", b'api,up,"1,5,2026', b"api,up,1,nonsense,eu", b"api,up,1,5,eu,6", b'"', b"\xff", b""]
            name = "other/log.csv"
        else:
            made, junk, name = [json_line(random_, check) for check in own], [], "checks/a/log.jsonl"
        for _ in range(len(made) // 50):
            place = random_.randrange(1, len(made))
            made[place] = random_.choice(junk) if junk else bad_line(random_, made[place])
        lines += len(made)
        text = (b"\r\n" if file == 3 else b"\n").join(made) + (b"\n" if file % 2 else b'{"time": 17')
        packed = [bytes, gzip.compress, zstandard.ZstdCompressor().compress][file % 3](text)
        path = root / name.replace("log", f"log-{file}")
        path = path.with_name(path.name + ["", ".gz", ".zst"][file % 3])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed[:-9] if file == 4 else packed)
    (root / "other" / "no.csv").write_bytes(b"ts,site\n1,api\n\xff\n\n2,api\n")
    (root / "other" / "empty.csv").write_bytes(b"\n \n")
    rows = ", ".join(f"({at}.5, '{monitor}', 'eu', '{word}')" for at, monitor, word in [
        (START + 5, "api", "200"), (START + 65, "api", "fail"), (START + 125, "api", "odd"), (NOW + 5, "api", "up"),
    ])  # fmt: skip
    with duckdb.connect(":memory:") as database:
        database.execute(
            f"COPY (FROM (VALUES {rows}) AS t(ts, site, region, result)) TO '{root}/other/p.parquet' (FORMAT parquet)"
        )
    (root / "other" / "broken.parquet").write_bytes((root / "other" / "p.parquet").read_bytes()[:-7])
    return lines


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    assert LINES - 200 < write_hostile_logs(root) < LINES + 200
    return root


def scan(root, site):
    """Give all that an engine finds in the logs of a site, ordered."""
    with open_scan(root, site, find_readings(site), NOW) as opened:
        scanned = opened.read(opened.logs)
        found = {
            log.told: (one.good, one.bad, one.later, one.until, one.since, one.lines, one.examples)
            for log, one in scanned.found
        }
        return sorted(scanned.rows), found, scanned.distinct, dict(scanned.days), opened.notes


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_duckdb_and_spark_make_identical_runs_and_counts_of_the_same_hostile_lines(hostile):
    expected = scan(hostile, SITE)
    found = scan(hostile, replace(SITE, spark_master=MASTER))
    assert found[1:] == expected[1:]
    assert found[0] == expected[0]
    seen = read_checks(hostile, SITE, NOW)
    # Spark gives runs; how long answers took is known to the scan of one machine alone.
    assert read_checks(hostile, replace(SITE, spark_master=MASTER), NOW) == replace(seen, latencies=())
    # The logs are as hostile as they are meant to be.
    assert seen.good + seen.bad > LINES * 0.95
    assert min(seen.bad, seen.duplicates, seen.later, len(seen.runs)) > 1000
    assert {run.probe for run in seen.runs} >= {"", "eu", "us", "ü"}
    assert {run.status for run in seen.runs} == set(Status)
    assert {"stranger", "odd\0one"} <= {run.monitor for run in expected[0]}
    assert all(run.even for run in seen.runs if run.monitor in {"even", "ünder"})


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_spark_reads_what_lies_at_an_address(hostile):
    entries = tuple(replace(log, files=f"file://{hostile}/{log.files.replace('**', 'a')}") for log in SITE.logs)
    far = replace(SITE, logs=(*entries, LogSource(files="file:///nowhere/at/all/*")), spark_master=MASTER)
    here, there = scan(hostile, SITE), scan(hostile, far)
    assert there[0] == here[0]
    by_name = {told.removeprefix(f"file:{hostile}/"): found for told, found in there[1].items()}
    assert {told: found[:-1] for told, found in by_name.items()} == {
        told: found[:-1] for told, found in here[1].items()
    }
    for told, (*_, examples) in by_name.items():
        assert [(line, text.replace("file:", "")) for line, text in examples] == here[1][told][-1]
    assert [str(note) for note in there[4]] == [
        'status.yaml: checks: no file matches "file:///nowhere/at/all/*" [SG402]'
    ]


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_the_text_for_spark_gives_the_runs_of_duckdb():
    from statusgen.read.checks.spark import _start

    readings = {c.id: Reading(c.checks.max_gap, c.sla is not None) for c in SITE.components}
    rows = [(*check[:3], int(check[3])) for check in generate(random.Random(5), 20_000)]
    session = _start(MASTER)
    table = "monitor STRING, probe STRING, t BIGINT, status INT"
    session.createDataFrame(rows, table).createOrReplaceTempView("checks")
    found = [tuple(row) for row in session.sql(write_scan("spark", readings).rstrip().removesuffix(";")).collect()]
    session.stop()
    with duckdb.connect(":memory:") as database:
        database.execute("CREATE TABLE checks (monitor VARCHAR, probe VARCHAR, t BIGINT, status INTEGER)")
        columns = [list(column) for column in zip(*rows, strict=True)]
        database.execute("INSERT INTO checks SELECT UNNEST($1), UNNEST($2), UNNEST($3), UNNEST($4)", columns)
        assert found == database.execute(write_scan("duckdb", readings)).fetchall()
    assert len(found) > 1000


def run(*arguments):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def content(world):
    lines = [{"time": START + 60 * n, "monitor": "api", "status": "down" if n % 900 < 3 else "up"} for n in range(4000)]
    log = "".join(json.dumps(line) + "\n" for line in lines)
    return world({"status.yaml": SETTINGS % ("checks/*.jsonl", MASTER), "checks/a.jsonl": log})


def without_spark(content):
    settings = content / "status.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").partition("engine:")[0], encoding="utf-8")


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_commands_say_the_same_with_spark_and_it_keeps_quiet(content, capfd):
    now = ["--content", content, "--now", "2024-10-06T00:00:00Z"]
    made = {}
    for engine in ("spark", "duckdb"):
        if engine == "duckdb":
            without_spark(content)
        scanned, checked = run("scan", *now), run("check", *now)
        compacted = run("compact", *now)
        assert [result.exit_code for result in (scanned, checked, compacted)] == [0, 0, 0], scanned.output
        files = {path.name: path.read_bytes() for path in sorted((content / "history").iterdir())}
        made[engine] = scanned.output, checked.output, compacted.output, files
        for path in (content / "history").iterdir():
            path.unlink()
    assert made["spark"] == made["duckdb"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_a_spark_that_fails_is_told_in_one_line(world):
    content = world({"status.yaml": SETTINGS % ("checks/*.jsonl", "nonsense"), "checks/a.jsonl": "{}\n"})
    result = run("check", "--content", content)
    assert result.exit_code == 3
    assert result.stderr.startswith("engine.spark: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_an_address_that_no_engine_knows_is_told(world):
    content = world({"status.yaml": SETTINGS % ("nothing://bucket/*.jsonl", MASTER)})
    result = run("check", "--content", content)
    assert result.exit_code == 3
    assert "nothing" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_the_extra_the_setting_is_an_error_that_names_the_cure(content, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    result = run("check", "--content", content)
    assert result.exit_code == 3
    assert result.stderr == "engine.spark is set, but pyspark is not installed: pip install statusgen[spark]\n"
    without_spark(content)
    assert run("check", "--content", content).exit_code == 0


def test_an_address_without_spark_is_a_problem(world):
    content = world({"status.yaml": SETTINGS % ("s3a://logs/*.jsonl.gz", MASTER)})
    without_spark(content)
    result = run("check", "--content", content)
    assert result.exit_code == 1
    assert 'status.yaml:6: checks.0.files: "s3a://logs/*.jsonl.gz" only Spark can read' in result.stderr
