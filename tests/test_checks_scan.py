"""Logs on a disk, good and hostile, and what is made of them."""

import gzip
import io
import json
import random
import zlib
from pathlib import Path

import duckdb
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statusgen.model.calendar import DAY
from statusgen.model.code import Code
from statusgen.model.history import Checks, Component, LogSource, Observations, Site
from statusgen.model.latency import MonitorLatency, bucket_of, pack_counts
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.read.checks import engine, reading, streams
from statusgen.read.checks.lines import EXAMPLES
from statusgen.read.checks.observe import read_checks

T = 1793606400  # 2026-11-02T08:00:00Z
NOW = T + 86400
UP, DEGRADED, PARTIAL, DOWN = Status(0), Status(1), Status(2), Status(3)


def site_of(*sources, components=(("api", ("api",), 120),)):
    logs = tuple(LogSource(files=source) if isinstance(source, str) else source for source in sources)
    made = tuple(Component(id=i, name=i, checks=Checks(monitors=m, max_gap=gap)) for i, m, gap in components)
    return Site(title="Acme", url="https://status.acme.example/", components=made, logs=logs)


def record(minute, status="up", monitor="api", probe="eu"):
    return {"time": T + 60 * minute, "monitor": monitor, "probe": probe, "status": status}


def jsonl(*records):
    return "".join(json.dumps(one) + "\n" for one in records).encode()


THREE = jsonl(record(0), record(1), record(2, "down"))
RUNS_OF_THREE = (
    Run(monitor="api", probe="eu", status=UP, start=T, last=T + 60, checks=2, longest=60),
    Run(monitor="api", probe="eu", status=DOWN, start=T + 120, last=T + 120, checks=1),
)


def read(tmp_path, files, *sources, **options):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return read_checks(tmp_path, site_of(*(sources or ("**/*.*",)), **options), NOW)


def told(seen):
    return [f"{problem.place}: {problem.text}" for problem in seen.bad_lines]


PACKERS = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": lambda content: zstandard.ZstdCompressor().compress(content),
}


def parquet(tmp_path, query):
    path = tmp_path / "made.tmp"
    with duckdb.connect(":memory:") as database:
        database.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    content = path.read_bytes()
    path.unlink()
    return content


def content_of(kind, tmp_path):
    if kind == "jsonl":
        return THREE.replace(b"}", b', "latency_ms": 1.5}')
    rows = [json.loads(line) for line in THREE.splitlines()]
    if kind == "csv":
        return (
            "status,latency_ms,monitor,time,probe\r\n"
            + "".join(f"{row['status']},1.5,{row['monitor']},{row['time']},{row['probe']}\r\n" for row in rows)
        ).encode()
    values = ", ".join(f"(to_timestamp({row['time']}.75), 'api', 'eu', '{row['status']}', 1.5)" for row in rows)
    return parquet(tmp_path, f"FROM (VALUES {values}) AS t(time, monitor, probe, status, latency_ms)")


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_every_format_gives_the_same_runs_however_it_is_packed(tmp_path, kind, packing):
    content = PACKERS[packing](content_of(kind, tmp_path))
    latencies = (MonitorLatency("api", T // DAY * DAY, pack_counts({bucket_of(1500): 3})),)
    seen = read(tmp_path, {f"checks/a.{kind}{packing}": content})
    assert seen == Observations(runs=RUNS_OF_THREE, good=3, latencies=latencies)
    renamed = read(tmp_path, {"b.dat": content}, LogSource(files="b.dat", format=kind + packing))
    assert renamed == seen


def test_a_site_without_logs_has_nothing_to_tell(tmp_path):
    assert read_checks(tmp_path, site_of(), NOW) == Observations()


def test_fields_and_words_are_mapped_in_every_format(tmp_path):
    names = {"time": "ts", "monitor": "site", "probe": "region", "status": "result"}
    words = {"200": UP, "slow": DEGRADED}
    rows = [(T, "api", "eu", 200), (T + 60, "api", "eu", 200)]
    slow = [(T, "api", "eu", "slow"), (T + 60, "api", "eu", "slow")]
    files = {
        "a.jsonl": jsonl(*(dict(zip(names.values(), row, strict=True)) for row in rows)),
        "b.csv": b"ts,site,region,result\n" + "".join(f"{a},{b},{c},{d}\n" for a, b, c, d in slow).encode(),
        "c.parquet": parquet(tmp_path, f"SELECT {T}::DOUBLE ts, 'api' AS site, 'eu' region, 200 AS result"),
    }
    seen = read(tmp_path, files, LogSource(files="*", fields=names, statuses=words))
    assert seen.runs == (Run(monitor="api", probe="eu", status=DEGRADED, start=T, last=T + 60, checks=2, longest=60),)
    assert (seen.good, seen.bad, seen.duplicates) == (5, 0, 3)


def test_a_byte_order_mark_does_not_cost_the_first_line(tmp_path):
    files = {
        "a.jsonl": b"\xef\xbb\xbf" + jsonl(record(0)),
        "b.csv": b"\xef\xbb\xbftime,monitor,status\n%d,api,up\n" % T,
    }
    seen = read(tmp_path, files)
    assert (seen.good, seen.bad) == (2, 0)


HOSTILE = {
    "a torn last line": (THREE + THREE[:40], 3, 1, "a.jsonl:4: not JSON"),
    "runs of NUL": (THREE + b"\0" * 4096 + b"\n" + THREE, 6, 1, "a.jsonl:4: holds NUL"),
    "NUL before a line": (b"\0" * 64 + THREE, 2, 1, "a.jsonl:1: holds NUL"),
    "bad UTF-8": (THREE + b'{"time": "\xff\xfe"}\n' + THREE, 6, 1, "a.jsonl:4: not UTF-8"),
    "marks of a conflict": (
        b"<<<<<<< HEAD\n" + THREE + b"=======\n" + THREE + b">>>>>>> b\n",
        6,
        3,
        "a.jsonl:1: a conflict",
    ),
    "a JSON array": (json.dumps([record(0), record(1)]).encode(), 0, 1, "a.jsonl:1: not a JSON object"),
    "pretty JSON": (json.dumps(record(0), indent=1).encode(), 0, 6, "a.jsonl:1: not JSON"),
    "interleaved lines": (THREE[:50] + THREE, 2, 1, "a.jsonl:1: not JSON"),
    "a long line": (THREE + b"x" * (3 << 20) + b"\n" + THREE, 6, 1, "a.jsonl:4: longer than 1,048,576 bytes"),
    "line ends of Windows": (THREE.replace(b"\n", b"\r\n") + b"\r\n \t\n", 3, 0, None),
    "no end of the last line": (THREE.rstrip(b"\n"), 3, 0, None),
    "a carriage return at the end": (THREE.rstrip(b"\n") + b"\r", 3, 0, None),
    "nothing": (b"", 0, 0, None),
    "blank lines": (b"\n\n \n" + THREE, 3, 0, None),
    "a line after blank lines": (b"\n\n \n" + THREE + b"\nx", 3, 1, "a.jsonl:8: not JSON"),
    "UTF-16": (THREE.decode().encode("utf-16"), 0, 4, "a.jsonl:1: not UTF-8"),
    "random bytes": (b"\xfe" + random.Random(1).randbytes(999).replace(b"\n", b""), 0, 1, "a.jsonl:1: not UTF-8"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("packing", ["", ".gz"])
def test_a_hostile_file_is_counted_and_told_and_harms_no_other(tmp_path, name, packing):
    content, good, bad, first = HOSTILE[name]
    files = {f"a.jsonl{packing}": PACKERS[packing](content), "z.jsonl": jsonl(record(30))}
    seen = read(tmp_path, files)
    assert (seen.good, seen.bad) == (good + 1, bad)
    assert seen.runs[-1].start == T + 1800
    assert not seen.notes
    assert len(seen.bad_lines) == bad
    if first:
        assert told(seen)[0].replace(".gz:", ":").startswith(first)


@pytest.mark.parametrize("size", [7, 1000])
def test_blocks_of_any_size_give_the_same(tmp_path, monkeypatch, size):
    content = b"\xef\xbb\xbf" + THREE + b"bad\n\n" + THREE[:-1] + b"\r\n" + b"y" * 5000 + b"\n" + jsonl(record(3)) * 20
    csv = b"\n\ntime,monitor,status\n" + b"%d,api,up\n" % T * 50 + b"x\n"
    whole = read(tmp_path, {"a.jsonl": content, "b.csv": csv})
    monkeypatch.setattr(streams, "BLOCK", size)
    assert read(tmp_path, {}) == whole
    assert told(whole)[-1].startswith("b.csv:54: 1 fields")


def test_a_file_that_is_cut_off_gives_the_lines_before_the_break(tmp_path):
    lines = jsonl(*(record(minute, probe=str(minute * 7919 % 1000)) for minute in range(1000)))
    for packing in (".gz", ".zst"):
        packed = PACKERS[packing](lines)
        seen = read(tmp_path, {f"a.jsonl{packing}": packed[: len(packed) // 2]}, "*" + packing)
        assert seen.bad == 1
        assert seen.good == seen.bad_lines[0].line - 1
        assert "ends too early" in told(seen)[0]
    assert read(tmp_path, {"a.jsonl.gz": gzip.compress(lines)[:-3]}, "*.gz").good == 1000


def test_a_flipped_bit_costs_no_more_than_what_comes_after_it(tmp_path):
    packed = bytearray(gzip.compress(jsonl(*(record(0, probe=str(n)) for n in range(1000))), mtime=0))
    packed[-6] ^= 1  # in the checksum, so that every line can be got
    seen = read(tmp_path, {"a.jsonl.gz": bytes(packed), "z.jsonl": THREE})
    assert (seen.good, seen.bad) == (1003, 1)
    assert "a.jsonl.gz:1001: its gzip data is damaged" in told(seen)[0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([".gz", ".zst", ""]), st.sampled_from(["jsonl", "csv", "parquet"]), st.data())
def test_no_damage_stops_the_reading(tmp_path, packing, kind, data):
    packed = bytearray(PACKERS[packing](content_of(kind, tmp_path)))
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(packed)))
    seen = read(
        tmp_path, {f"a.{kind}{packing}": bytes(packed[:cut]), "z.jsonl": jsonl(record(30))}, f"*.{kind}{packing}", "z.*"
    )
    assert seen.good >= 1
    assert any(run.start == T + 1800 for run in seen.runs)


def test_several_gzip_files_in_one_are_read_through(tmp_path):
    seen = read(tmp_path, {"a.jsonl.gz": gzip.compress(THREE) + gzip.compress(THREE) + b"\0" * 512})
    assert (seen.good, seen.bad) == (6, 0)
    seen = read(tmp_path, {"a.jsonl.gz": gzip.compress(THREE) + b"junk"})
    assert (seen.good, seen.bad) == (3, 1)


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_bomb_is_stopped_and_told(tmp_path, monkeypatch, packing):
    monkeypatch.setattr(streams, "_FREE", 4 << 20)
    bomb = PACKERS[packing](THREE + b"\0" * (64 << 20))
    seen = read(tmp_path, {f"a.jsonl{packing}": bomb, "z.jsonl": THREE})
    assert (seen.good, seen.bad) == (6, 1)
    assert "unpacks to more than 200 times its size" in told(seen)[0]


def test_only_the_first_bad_lines_of_a_file_are_told_and_all_are_counted(tmp_path):
    seen = read(tmp_path, {"a.jsonl": b"x\n" * 500, "b.jsonl": b"\xff\n" * 3})
    assert seen.bad == 503
    assert [(problem.path, problem.line) for problem in seen.bad_lines] == [
        *(("a.jsonl", n) for n in range(1, 21)),
        *(("b.jsonl", n) for n in range(1, 4)),
    ]


def test_a_heading_that_lacks_a_column_is_told_once(tmp_path):
    seen = read(tmp_path, {"a.csv": b"\ntime,monitor\n" + b"1,api\n" * 50 + b"\n"})
    assert (seen.good, seen.bad) == (0, 50)
    assert told(seen) == ['a.csv:2: the heading has no "status"; no line of the file can be used']


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("1 AS time, 'api' AS monitor", 'there is no column "status"'),
        ("1 AS Time, 'api' AS monitor, 'up' AS status", 'there is no column "time"'),
        ("TIMESTAMP '2026-11-02 08:00:00' AS time, 'api' AS monitor, 'up' AS status", "TIMESTAMP and has no zone"),
        ("DATE '2026-11-02' AS time, 'api' AS monitor, 'up' AS status", 'the column "time" is DATE'),
        ("1 AS time, ['api'] AS monitor, 'up' AS status", 'the column "monitor" is VARCHAR[]'),
    ],
)
def test_a_table_with_the_wrong_columns_is_told_once(tmp_path, columns, reason):
    seen = read(tmp_path, {"a.parquet": parquet(tmp_path, f"SELECT {columns} FROM range(7)")})
    assert (seen.good, seen.bad, len(seen.bad_lines)) == (0, 7, 1)
    assert reason in told(seen)[0]


@pytest.mark.parametrize(
    ("time", "instant"),
    [
        (f"{T}", T),
        (f"{T}::UINTEGER", T),
        (f"{T}.999::DOUBLE", T),
        (f"{T}.999::DECIMAL(18, 3)", T),
        (f"'{T}.5'", T),
        ("'2026-11-02T08:00:00.5Z'", T),
        ("TIMESTAMPTZ '2026-11-02 09:00:00.999999+01'", T),
        ("TIMESTAMPTZ '1969-12-31 23:59:59.5+00'", "1970 to 9999"),
        ("TIMESTAMPTZ 'infinity'", "neither"),
        ("'2026-11-02 08:00:00'", "no zone"),
        ("'nan'::DOUBLE", "neither"),
        ("-0.5::DOUBLE", "1970 to 9999"),
        ("1e300::DOUBLE", "neither"),
        ("NULL::BIGINT", "missing"),
    ],
)
def test_a_table_has_instants_of_several_types(tmp_path, time, instant):
    query = f"SELECT {time} AS time, 'api' AS monitor, 'up' AS status UNION ALL SELECT NULL, 'api', 'up'"
    seen = read(tmp_path, {"a[1]*'.parquet": parquet(tmp_path, query)})
    assert [run.start for run in seen.runs] == ([instant] if isinstance(instant, int) else [])
    assert seen.good + seen.bad == 2
    assert told(seen)[-1].startswith("a[1]*'.parquet:2: time: missing")
    if isinstance(instant, str):
        assert instant in told(seen)[0]


@pytest.mark.parametrize("limit", [3, 10_000])
def test_a_table_says_what_the_same_lines_say_however_many_names_it_has(tmp_path, monkeypatch, limit):
    words = ["up", "down", "maybe", None]
    rows = [(T + n if n % 7 else None, f"m{n % 50}", "eu" if n % 3 else None, words[n % 4]) for n in range(300)]
    names = ("time", "monitor", "probe", "status")
    by_line = read(tmp_path, {"a.jsonl": jsonl(*(dict(zip(names, row, strict=True)) for row in rows))}, "a.jsonl")
    values = ", ".join(
        "(" + ", ".join("NULL" if v is None else f"'{v}'" if isinstance(v, str) else str(v) for v in row) + ")"
        for row in rows
    )
    content = parquet(tmp_path, f"FROM (VALUES {values}) AS t({', '.join(names)})")
    monkeypatch.setattr(engine, "TEXTS_LIMIT", limit)
    monkeypatch.setattr(reading, "ROWS_LIMIT", 128)
    by_row = read(tmp_path, {"a.parquet": content}, "a.parquet")
    assert by_row.good + by_row.bad == 300
    assert (by_row.good, by_row.bad, by_row.runs) == (by_line.good, by_line.bad, by_line.runs)
    assert [(one.line, one.text) for one in by_row.bad_lines] == [(one.line, one.text) for one in by_line.bad_lines]
    assert len(by_row.bad_lines) == EXAMPLES


def test_what_is_no_parquet_is_told(tmp_path):
    seen = read(tmp_path, {"a.parquet": THREE, "b.parquet.gz": gzip.compress(b"PAR1"), "z.jsonl": THREE})
    assert (seen.good, seen.bad) == (3, 2)
    assert all("cannot be read as Parquet" in line for line in told(seen))


def test_a_file_is_read_once_by_the_first_entry_that_names_it(tmp_path):
    first = LogSource(files="checks/**/*.jsonl", statuses={"fine": UP})
    files = {"checks/a.jsonl": jsonl(record(0, "fine")), "checks/2026/11/b.jsonl": jsonl(record(1, "fine"))}
    seen = read(tmp_path, files, first, "**/*.jsonl", str(tmp_path / "checks" / "a.jsonl"))
    assert (seen.good, seen.bad, seen.notes) == (2, 0, ())


def test_an_absolute_glob_may_lie_elsewhere_and_a_relative_one_may_not(tmp_path):
    root, elsewhere = tmp_path / "content", tmp_path / "logs"
    read(tmp_path, {"logs/a.jsonl": THREE + b"x\n", "content/b.jsonl": THREE})
    (root / "link.jsonl").symlink_to(elsewhere / "a.jsonl")
    (root / "inside.jsonl").symlink_to(root / "b.jsonl")
    seen = read_checks(root, site_of("*.jsonl", "../logs/*.jsonl"), NOW)
    assert (seen.good, seen.bad) == (3, 0)
    assert [problem.path for problem in seen.notes] == ["link.jsonl", "../logs/a.jsonl"]
    assert all("outside" in problem.text for problem in seen.notes)
    seen = read_checks(root, site_of(str(elsewhere / "*.jsonl")), NOW)
    assert (seen.good, seen.bad_lines[0].path) == (3, (elsewhere / "a.jsonl").as_posix())


def test_what_cannot_be_read_is_noted_and_passed_over(tmp_path, monkeypatch):
    def refuse(path, *args, **options):
        if path.name == "locked.jsonl":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **options)

    opened = Path.open
    monkeypatch.setattr(Path, "open", refuse)
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "locked.jsonl").touch()
    (tmp_path / "gone.jsonl").symlink_to("nowhere")
    (tmp_path / "a.log").write_bytes(THREE)
    (tmp_path / "loop.jsonl").symlink_to("loop.jsonl")
    (tmp_path / "loop").symlink_to(tmp_path)
    seen = read(tmp_path, {"b.jsonl": THREE, ".hidden.jsonl": THREE, ".git/c.jsonl": THREE}, "**/*.*")
    assert seen.good == 3
    assert sorted(problem.path for problem in seen.notes) == ["a.log", "gone.jsonl", "locked.jsonl", "loop.jsonl"]


@pytest.mark.parametrize("pattern", ["checks/*.jsonl", "/nowhere/at/all/*.jsonl", "**x.jsonl", "", "[", "a\0b"])
def test_a_glob_without_a_file_is_told(tmp_path, pattern):
    seen = read(tmp_path, {"a.csv": b""}, pattern, components=())
    assert [(problem.path, problem.line) for problem in seen.notes] == [("status.yaml", 0)]


def test_monitors_that_no_component_names_are_told_once_and_make_no_run(tmp_path):
    names = ["api", "b", "c", "d", "e", "f", "g"]
    seen = read(tmp_path, {"a.jsonl": jsonl(*(record(0, monitor=name) for name in names), record(1, monitor="b"))})
    assert seen.good == 8
    assert [run.monitor for run in seen.runs] == ["api"]
    text = "checks: 6 monitors that no component names: b, c, d, e, f and 1 more (7 lines)"
    assert seen.notes == (Problem("", 0, text, Code.NO_MONITOR),)


def test_a_component_without_a_line_is_told(tmp_path):
    components = [("api", ("api",), 120), ("web", ("web", "www"), 120), ("by-hand", (), 120)]
    seen = read(tmp_path, {"a.jsonl": THREE + jsonl(record(9999, monitor="web"))}, components=components)
    assert [f"{note.place}: {note.text}" for note in seen.notes] == [
        "status.yaml: components.web: the logs have no line of web, www before now"
    ]


def test_nothing_at_or_after_now_is_looked_at(tmp_path):
    lines = jsonl(record(1439), record(1440), {**record(0), "time": NOW - 0.001}, record(2000, "down"))
    seen = read(tmp_path, {"a.jsonl": lines})
    assert (seen.good, seen.later, seen.duplicates) == (4, 2, 0)
    assert [(run.start, run.last) for run in seen.runs] == [(NOW - 60, NOW - 1)]


def test_of_several_checks_in_a_second_the_worst_known_counts(tmp_path):
    lines = jsonl(
        *(record(0, status) for status in ("unknown", "up", "down", "partial")),
        *(record(1, status) for status in ("unknown", "unknown")),
        *(record(2, status) for status in ("unknown", "up")),
    )
    seen = read(tmp_path, {"a.jsonl": lines})
    assert [run.status for run in seen.runs] == [DOWN, Status.UNKNOWN, UP]
    assert seen.duplicates == 5


def test_the_smallest_gap_of_the_components_that_name_a_monitor_parts_runs(tmp_path):
    lines = {"a.jsonl": jsonl(record(0), record(2), record(5))}
    seen = read(tmp_path, lines, components=[("a", ("api",), 180), ("b", ("api",), 120)])
    assert [(run.start, run.last, run.checks) for run in seen.runs] == [(T, T + 120, 2), (T + 300, T + 300, 1)]
    assert len(read(tmp_path, lines, components=[("a", ("api",), 180)]).runs) == 1


def test_an_incomplete_check_is_bad_and_never_up(tmp_path):
    for missing in ("time", "monitor", "status"):
        lines = jsonl({key: value for key, value in record(0).items() if key != missing})
        seen = read(tmp_path, {"a.jsonl": lines})
        assert (seen.runs, seen.good, seen.bad, told(seen)) == ((), 0, 1, [f"a.jsonl:1: {missing}: missing"])


RECORDS = st.lists(
    st.builds(
        record,
        st.integers(0, 12),
        st.sampled_from(["up", "down", "unknown", "partial", "bad"]),
        st.sampled_from(["api", "web"]),
        st.sampled_from(["eu", "us"]),
    ),
    max_size=25,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORDS, st.randoms(use_true_random=False), st.integers(0, 25))
def test_order_files_and_repetition_change_no_run(tmp_path, records, chance, cut):
    one = read(tmp_path, {"1/a.jsonl": jsonl(*records)}, "1/*")
    shuffled = chance.sample(records, len(records))
    two = {"2/a.jsonl": jsonl(*shuffled[cut:]), "2/b.jsonl.gz": gzip.compress(jsonl(*shuffled[:cut]))}
    other = read(tmp_path, two, "2/*")
    assert (other.runs, other.good, other.bad, other.duplicates) == (one.runs, one.good, one.bad, one.duplicates)
    twice = read(tmp_path, {"3/a.jsonl": jsonl(*records), "3/b.jsonl": jsonl(*shuffled)}, "3/*")
    assert twice.runs == one.runs
    assert twice.duplicates == one.duplicates + one.good


def test_a_stream_is_unpacked_in_pieces_of_a_few_megabytes():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b"\0" * (12 << 20)) + packer.flush()
    assert max(map(len, streams._gunzip(io.BytesIO(bomb)))) <= 5 << 20
