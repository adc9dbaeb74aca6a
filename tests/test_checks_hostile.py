"""Logs as a crash, a merge, an editor or an enemy leaves them: nothing stops, and every line is counted once."""

import gzip
import json
import subprocess
import sys
import zlib
from functools import cache

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_checks_scan import NOW, T, jsonl, parquet, record, site_of

from statusgen.model.status import Status
from statusgen.read.checks.observe import read_checks

MANY = jsonl(*({**record(0), "time": T + 30 * n} for n in range(3000)))
CSV = b"time,monitor,probe,status\n" + b"".join(b"%d,api,eu,up\n" % (T + 30 * n) for n in range(3000))
LINE = MANY[: MANY.index(b"\n") + 1]


def at(content, share, piece):
    """Put a piece at the start of a line."""
    cut = content.index(b"\n", int(len(content) * share)) + 1
    return content[:cut] + piece + content[cut:]


def flip(content, share):
    packed = bytearray(content)
    packed[int(len(packed) * share)] ^= 16
    return bytes(packed)


# A name, the content, and how many lines are good and bad; None where the break decides.
CORPUS = {
    "torn-tail.jsonl": (MANY[:-20], 2999, 1),
    "nul-run.jsonl": (at(MANY, 0.5, b"\0" * 5000 + b"\n"), 3000, 1),
    "nul-in-a-line.jsonl": (MANY.replace(b'"up"', b'"u\0p"', 5), 2995, 5),
    "bad-utf8.jsonl": (at(MANY, 0.5, LINE.replace(b"eu", b"\xff\xfe") * 3), 3000, 3),
    "bad-utf8-all.jsonl": (MANY.replace(b"eu", b"e\xc3"), 0, 3000),
    "conflict.jsonl": (at(at(MANY, 0.2, b"<<<<<<< HEAD\n"), 0.7, b"=======\n>>>>>>> other\n"), 3000, 3),
    "interleaved.jsonl": (at(MANY, 0.5, LINE[:30] + LINE[:-1] + LINE[30:]), 3000, 1),
    "bom.jsonl": (b"\xef\xbb\xbf" + MANY, 3000, 0),
    "bom-twice.jsonl": (b"\xef\xbb\xbf" * 2 + MANY, 2999, 1),
    "bom-within.jsonl": (at(MANY, 0.5, b"\xef\xbb\xbf" + LINE), 3000, 1),
    "array.jsonl": (json.dumps([record(n) for n in range(100)]).encode(), 0, 1),
    "pretty.jsonl": (json.dumps([record(n) for n in range(1000)], indent=1).encode(), 0, 6002),
    "future.jsonl": (at(MANY, 0.5, jsonl(record(10**6), record(10**6, "down"))), 3002, 0),
    "clock-jump.jsonl": (MANY[len(MANY) // 2 :].partition(b"\n")[2] + MANY, None, 0),
    "reversed.jsonl": (b"".join(reversed(MANY.splitlines(keepends=True))), 3000, 0),
    "twice-a-key.jsonl": (MANY.replace(b'"up"', b'"up", "status": "down"', 7), 2993, 7),
    "cr-line-ends.jsonl": (MANY.replace(b"\n", b"\r"), 0, 1),
    "crlf.jsonl": (MANY.replace(b"\n", b"\r\n"), 3000, 0),
    "mixed-line-ends.jsonl": (MANY.replace(b"}\n", b"}\r\n", 99).replace(b"}\n{", b"}\r{", 1), 2998, 1),
    "blank-lines.jsonl": (MANY.replace(b"\n", b"\n\n \n\t\r\n"), 3000, 0),
    "empty.jsonl": (b"", 0, 0),
    "newline.jsonl": (b"\n", 0, 0),
    "long-line.jsonl": (at(MANY, 0.5, b'{"time": "' + b"x" * (2 << 20) + b'"}\n'), 3000, 1),
    "long-good-line.jsonl": (at(MANY, 0.5, LINE[:-2] + b', "x": "' + b"y" * 100_000 + b'"}\n'), 3001, 0),
    "many-spaces.jsonl": (at(MANY, 0.5, b" " * 300_000 + b"\n"), 3000, 0),
    "deep.jsonl": (
        at(MANY, 0.5, b"[" * 100_000 + b"\n" + LINE[:-2] + b', "x": ' + b"[" * 9 + b"]" * 9 + b"}\n"),
        3001,
        1,
    ),
    "nan.jsonl": (MANY.replace(b'"up"', b'"up", "latency_ms": NaN', 9), 3000, 0),
    "other-times.jsonl": (
        MANY
        + b"".join(
            LINE.replace(str(T).encode(), t)
            for t in (
                b'"1e9  "',
                b"-5",
                b"true",
                b"1793606400000",
                b'"2016-12-31T23:59:60Z"',
                b'"2016-12-31T23:59:61Z"',
            )
        ),
        3001,
        5,
    ),
    "every-second-line-bad.jsonl": (MANY.replace(b"}\n{", b"}\nx\n{"), 3000, 2999),
    "no-json-at-all.jsonl": (b"curl: (7) Failed to connect\n" * 2000, 0, 2000),
    "csv-in-disguise.jsonl": (CSV, 0, 3001),
    "header-only.csv": (CSV[: CSV.index(b"\n") + 1], 0, 0),
    "no-header.csv": (CSV.partition(b"\n")[2], 0, 2999),
    "empty.csv": (b"", 0, 0),
    "plain.csv": (CSV, 3000, 0),
    "quotes.csv": (CSV.replace(b"api", b'"api"'), 3000, 0),
    "some-quotes.csv": (CSV.replace(b"api", b'"api"', 3), 3000, 0),
    "half-a-quote.csv": (CSV.replace(b"api", b'"api', 3), 2997, 3),
    "too-few-fields.csv": (at(CSV, 0.5, b"%d,api,eu\n%d\n" % (T, T)), 3000, 2),
    "too-many-fields.csv": (at(CSV, 0.5, b"%d,api,eu,up,\n" % T + b"," * 50_000 + b"\n"), 3000, 2),
    "header-again.csv": (at(CSV, 0.5, CSV[: CSV.index(b"\n") + 1]), 3000, 1),
    "crlf.csv": (CSV.replace(b"\n", b"\r\n"), 3000, 0),
    "nul.csv": (CSV.replace(b"up\n", b"up\0\n", 2), 2998, 2),
    "conflict.csv": (at(CSV, 0.5, b"<<<<<<< a,b,c,d\n||||||| 1,api,eu,up\n=======\n"), 3000, 3),
    "damaged.jsonl.gz": (flip(gzip.compress(MANY, mtime=0), 0.6), None, None),
    "truncated.jsonl.gz": (gzip.compress(MANY)[:-900], None, 1),
    "truncated.jsonl.zst": (zstandard.compress(MANY)[:-300], None, 1),
    "junk.jsonl.gz": (b"this is no gzip", 0, 1),
    "junk.jsonl.zst": (b"this is no zstd", 0, 1),
    "plain.csv.gz": (gzip.compress(CSV), 3000, 0),
    "junk.parquet": (MANY, 0, 1),
    "empty.parquet": (b"", 0, 1),
}


@pytest.mark.parametrize("name", CORPUS)
def test_every_line_is_counted_and_no_other_file_is_lost(tmp_path, name):
    content, good, bad = CORPUS[name]
    (tmp_path / name).write_bytes(content)
    alone = read_checks(tmp_path, site_of(name), NOW)
    bad = max(1, alone.bad) if bad is None else bad  # what a flipped bit makes of lines is anyone's guess
    assert (alone.bad, not alone.notes or alone.good == 0) == (bad, True)
    if good is not None:
        assert alone.good == good
    if not name.endswith((".gz", ".zst", ".parquet")):
        text = content.removeprefix(b"\xef\xbb\xbf")
        lines = sum(1 for line in text.split(b"\n") if line.strip(b" \t\r"))
        header = name.endswith(".csv") and lines > 0
        assert alone.good + alone.bad == lines - header
    assert len(alone.bad_lines) == min(20, bad) or name == "no-header.csv"
    assert {run.status for run in alone.runs} <= {Status.OPERATIONAL, Status.MAJOR_OUTAGE}
    (tmp_path / "z.jsonl").write_bytes(jsonl(record(-9999, monitor="web")))
    both = read_checks(tmp_path, site_of("*.*", components=[("api", ("api", "web"), 120)]), NOW)
    assert (both.good, both.bad) == (alone.good + 1, alone.bad)
    assert both.runs[-1].monitor == "web"
    assert both.runs[:-1] == alone.runs


def test_the_corpus_is_large_enough():
    assert len(CORPUS) >= 26


def test_a_truncated_or_odd_table_costs_no_more_than_itself(tmp_path):
    whole = parquet(tmp_path, f"SELECT {T} + i AS time, 'api' AS monitor, 'up' AS status FROM range(5000) r(i)")
    odd = parquet(tmp_path, "SELECT {'a': 1} AS time, [1] AS monitor, DATE '2026-01-01' AS status FROM range(7)")
    for name, content in (
        ("a.parquet", whole[:-200]),
        ("b.parquet", whole[:2000]),
        ("c.parquet", odd),
        ("d.parquet", whole),
    ):
        (tmp_path / name).write_bytes(content)
    seen = read_checks(tmp_path, site_of("*.parquet"), NOW)
    assert (seen.good, seen.bad) == (5000, 9)


def test_an_ending_that_lies_is_told(tmp_path):
    for name, content in (
        ("a.csv", MANY),
        ("b.jsonl.gz", MANY),
        ("c.jsonl", gzip.compress(MANY)),
        ("d.log", MANY),
        ("e.jsonl", MANY),
    ):
        (tmp_path / name).write_bytes(content)
    seen = read_checks(tmp_path, site_of("*.*"), NOW)
    assert seen.good == 3000
    assert {problem.path for problem in seen.bad_lines} >= {"a.csv", "b.jsonl.gz", "c.jsonl"}
    assert [problem.path for problem in seen.notes] == ["d.log"]


BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [LINE, LINE[:-1], b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff", b" ", b'"', b"{", b"}", b",", LINE[:40],  # noqa: E501
             LINE.replace(b"up", b"down"), b"%d,api,eu,up\n" % T, b"time,monitor,probe,status\n", b"\x01\n", b"\x02", b": "]  # noqa: E501
        ),
        max_size=30,
    ).map(b"".join),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BYTES, st.sampled_from(["jsonl", "csv"]), st.booleans())
@example(b"\xef\xbb\xbf", "jsonl", True)
@example(b"time,monitor,status", "csv", True)
def test_whatever_the_bytes_are_the_counts_add_up(tmp_path, content, kind, few):
    from statusgen.read.checks import engine

    before = engine.FEW
    engine.FEW = 400 if few else 1
    try:
        (tmp_path / f"a.{kind}").write_bytes(content)
        seen = read_checks(tmp_path, site_of(f"a.{kind}"), NOW)
    finally:
        engine.FEW = before
    text = content.removeprefix(b"\xef\xbb\xbf")
    lines = sum(1 for line in text.split(b"\n") if line.strip(b" \t\r"))
    assert seen.good + seen.bad == lines - (kind == "csv" and lines > 0)


@cache
def bomb(packing, piece):
    """Pack half a gigabyte of one byte into three megabytes at most."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31) if packing == "gz" else zstandard.ZstdCompressor().compressobj()
    megabyte = piece * (1 << 20)
    packed = b"".join([*(packer.compress(megabyte) for _ in range(512)), packer.flush()])
    assert len(packed) < 3 << 20
    return packed


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
@pytest.mark.parametrize("piece", [b"\0", b"\n", b" "], ids=["zeros", "newlines", "blanks"])
@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_a_bomb_is_stopped_soon_and_takes_little(tmp_path, packing, piece, kind):
    head = b"time,monitor,status\n" if kind == "csv" else b""
    packed = bomb(packing, piece)
    if head:
        packed = (gzip.compress(head) if packing == "gz" else zstandard.compress(head)) + packed
    (tmp_path / f"a.{kind}.{packing}").write_bytes(packed)
    code = (
        "import sys, resource, time, pathlib; from statusgen.model.history import *; "
        "from statusgen.read.checks.observe import read_checks; begun = time.process_time(); "
        "seen = read_checks(pathlib.Path(sys.argv[1]), Site(title='A', url='https://a.example/', logs=(LogSource(files='a.*'),)), 9**10); "  # noqa: E501
        "print(time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, seen.bad, seen.good)"
    )
    found = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    seconds, peak, bad, good = map(float, found.stdout.split())
    assert bad >= 1
    assert good == 0
    assert peak < 600 * 1024
    assert seconds < 2
