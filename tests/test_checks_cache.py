"""Files read alone and put together say what one file would say; a log that has not changed is not read again."""

import gzip
import json
import os
import subprocess
import sys
from itertools import pairwise

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_checks_scan import NOW, THREE, T, jsonl, parquet, record, site_of

from statusgen.model.compacted import Reading
from statusgen.model.history import Checks, Component, Group, LogSource, Site, Sla
from statusgen.model.status import Status
from statusgen.read.checks import blocks, engine, streams
from statusgen.read.checks.locate import locate_checks
from statusgen.read.checks.observe import read_checks
from statusgen.read.checks.scan import find_readings

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def exact_site(*sources, exact, monitors=("api", "web"), max_gap=180):
    sla = Sla(id="s", method="checks" if exact else "time")
    components = tuple(
        Component(id=m, name=m, sla="s", checks=Checks(monitors=(m,), max_gap=max_gap)) for m in monitors
    )
    logs = tuple(LogSource(files=source) for source in sources)
    return Site(title="A", url="https://a.example/", components=components, slas={"s": sla}, logs=logs)


RECORDS = st.lists(
    st.builds(
        record, st.integers(0, 25), st.sampled_from(["up", "up", "up", "down", "unknown"]), st.sampled_from(["api", "web", "x"]),  # noqa: E501
        st.sampled_from(["eu", "us"]),
    ),
    max_size=60,
)  # fmt: skip


def expand(runs):
    """Give the checks of even runs, which is what they say."""
    assert all(run.even for run in runs)
    return [(run.monitor, run.probe, at, run.status) for run in runs for at in run.instants]


@SLOW
@given(RECORDS, st.lists(st.integers(0, 60), min_size=1, max_size=4), st.booleans(), st.booleans(), st.data())
def test_files_cut_in_any_way_say_what_one_file_says(  # noqa: PLR0917
    tmp_path_factory, records, cuts, exact, ordered, data
):
    root = tmp_path_factory.mktemp("logs")
    if ordered:
        records = sorted(records, key=lambda one: one["time"])
    (root / "one").mkdir()
    (root / "many").mkdir()
    (root / "one" / "a.jsonl").write_bytes(jsonl(*records))
    edges = sorted({0, len(records), *(min(cut, len(records)) for cut in cuts)})
    pieces = [records[a:b] for a, b in pairwise(edges)] or [[]]
    if data.draw(st.booleans()):
        pieces += data.draw(st.lists(st.lists(st.sampled_from(records), max_size=5), max_size=2)) if records else []
    for number, piece in enumerate(data.draw(st.permutations(pieces))):
        (root / "many" / f"{number}.jsonl").write_bytes(jsonl(*piece))
    one = read_checks(root, exact_site("one/*", exact=exact), NOW)
    for _ in range(2):
        many = read_checks(root, exact_site("many/*", exact=exact), NOW, cache=root / "cache")
        assert many.duplicates - one.duplicates == sum(map(len, pieces)) - len(records) == many.good - one.good
        if exact:
            assert expand(many.runs) == expand(one.runs)
        else:
            assert many.runs == one.runs


def test_many_small_blocks_say_what_one_block_says(tmp_path, monkeypatch):
    lines = [
        record(n * 7919 % 500, "down" if n % 50 == 0 else "up", probe="eu" if n % 3 else "us") for n in range(1500)
    ]
    (tmp_path / "a.jsonl").write_bytes(jsonl(*lines))
    one = read_checks(tmp_path, site_of("*.jsonl"), NOW)
    monkeypatch.setattr(streams, "LINES_LIMIT", 40)
    monkeypatch.setattr(engine, "FEW", 3)
    assert read_checks(tmp_path, site_of("*.jsonl"), NOW) == one


def read_again(root, site, now=NOW, **options):
    return read_checks(root, site, now, cache=root / ".cache", **options)


@pytest.fixture
def no_engine(monkeypatch):
    def refuse(*_):
        raise AssertionError("a log is read again")

    def forbid():
        import statusgen.read.checks.reading

        monkeypatch.setattr(statusgen.read.checks.reading, "open_reader", refuse)

    return forbid


def test_a_second_read_with_nothing_new_reads_no_log(tmp_path, no_engine):
    files = {
        "a.jsonl": THREE,
        "b.jsonl": THREE + b"x\n",
        "c.parquet": parquet(tmp_path, f"SELECT {T} AS time, 'api' AS monitor, 'up' AS status"),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    site = site_of("*.*")
    first = read_again(tmp_path, site)
    assert (first.good, first.bad, first.duplicates) == (7, 1, 3)
    no_engine()
    assert read_again(tmp_path, site) == first
    assert read_again(tmp_path, site, NOW + 86400) == first, "a later now finds nothing new in an old log"


@pytest.mark.parametrize("now", [T, T + 1, T + 60, T + 61, T + 120, T + 121, NOW])
def test_now_is_respected_with_a_cache_as_without(tmp_path, now):
    (tmp_path / "a.jsonl").write_bytes(THREE)
    (tmp_path / "b.jsonl").write_bytes(THREE + jsonl(record(4)))
    site = site_of("*.jsonl")
    for earlier in (NOW, T + 90, T + 300):
        read_again(tmp_path, site, earlier)
        assert read_again(tmp_path, site, now) == read_checks(tmp_path, site, now)


def test_what_has_changed_is_read_again(tmp_path):
    log = tmp_path / "a.jsonl"
    log.write_bytes(THREE)
    site = site_of("*.jsonl")
    assert read_again(tmp_path, site).good == 3
    log.write_bytes(THREE + jsonl(record(3)))
    assert read_again(tmp_path, site).good == 4
    log.write_bytes(THREE + jsonl(record(3, "down"))[:-2] + b" }\n")
    assert read_again(tmp_path, site).good == 4
    wide = site_of("*.jsonl", components=[("api", ("api",), 30)])
    assert len(read_again(tmp_path, wide).runs) == 4
    renamed = site_of(LogSource(files="*.jsonl", statuses={"up": Status.MAJOR_OUTAGE}))
    assert {run.status for run in read_again(tmp_path, renamed).runs} == {Status.MAJOR_OUTAGE}
    assert read_again(tmp_path, site) == read_checks(tmp_path, site, NOW)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"{}", zstandard.compress(b"{}"), zstandard.compress(b"[1]"), zstandard.compress(b"\xff")]
)
def test_an_entry_that_is_damaged_is_written_anew(tmp_path, content):
    (tmp_path / "a.jsonl").write_bytes(THREE)
    first = read_again(tmp_path, site_of("*.jsonl"))
    (entry,) = (tmp_path / ".cache" / "checks").iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(content)
    assert read_again(tmp_path, site_of("*.jsonl")) == first
    assert entry.read_bytes() == whole


@SLOW
@given(st.data())
def test_no_damage_to_an_entry_changes_what_is_told(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("logs")
    (root / "a.jsonl").write_bytes(THREE + b"x\n")
    first = read_again(root, site_of("*.jsonl"))
    (entry,) = (root / ".cache" / "checks").iterdir()
    document = json.loads(zstandard.decompress(entry.read_bytes()))
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(st.sampled_from([None, [], {}, "x", [[]], [1], [["api"]], [["api", "eu", None, 1, [1]]]]))
    entry.write_bytes(zstandard.compress(json.dumps(document).encode()))
    assert read_again(root, site_of("*.jsonl")).good in (first.good, 3)


def test_entries_that_are_not_used_are_pruned(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(THREE)
    read_again(tmp_path, site_of("*.jsonl"))
    folder = tmp_path / ".cache" / "checks"
    assert len(list(folder.iterdir())) == 3, "one a file, and one for what they say together"
    (tmp_path / "b.jsonl").unlink()
    read_again(tmp_path, site_of("*.jsonl"))
    assert len(list(folder.iterdir())) == 1


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(THREE)
    (tmp_path / ".cache").write_bytes(b"a file is in the way")
    assert read_again(tmp_path, site_of("*.jsonl")).good == 3


def test_duckdb_is_not_even_imported_where_everything_is_known(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(THREE)
    read_again(tmp_path, site_of("*.jsonl"))
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); from test_checks_cache_site import *; "
        "print(read_checks(pathlib.Path(sys.argv[1]), SITE, NOW, cache=pathlib.Path(sys.argv[1]) / '.cache').good, 'duckdb' in sys.modules)"  # noqa: E501
    )
    (tmp_path / "test_checks_cache_site.py").write_text(
        "from statusgen.model.history import *\nfrom statusgen.read.checks.observe import read_checks\n"
        "SITE = Site(title='A', url='https://a.example/', logs=(LogSource(files='*.jsonl'),), "
        f"components=(Component(id='api', name='api', checks=Checks(monitors=('api',), max_gap=120)),))\nNOW = {NOW}\n"
    )
    found = subprocess.run([sys.executable, "-c", code, tmp_path, tmp_path], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["3", "False"]


def test_progress_is_told_up_to_the_end(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(THREE)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(jsonl(record(30))))
    told = []
    read_again(tmp_path, site_of("*.*"), progress=lambda done, total: told.append((done, total)))
    total = sum(os.path.getsize(tmp_path / name) for name in ("a.jsonl", "b.jsonl.gz"))  # noqa: PTH202
    assert told[-1] == (total, total)
    assert told == sorted(told)


def test_runs_are_even_where_an_sla_needs_instants():
    slas = {"c": Sla(id="c", method="checks"), "s": Sla(id="s", method="slices"), "t": Sla(id="t")}

    def settings_of(sla, group, overall):
        component = Component(id="a", name="a", sla=sla, group="g", checks=Checks(monitors=("m",), max_gap=9))
        site = Site(
            title="A",
            url="https://a.example/",
            slas=slas,
            sla=overall,
            groups=(Group(id="g", name="g", sla=group),),
            components=(component,),
        )
        return find_readings(site)["m"]

    assert settings_of("t", "t", "t") == settings_of(None, None, None) == Reading(9)
    for given_slas in (("c", "t", None), (None, "s", "t"), ("t", None, "c")):
        assert settings_of(*given_slas) == Reading(9, exact=True)
    two = tuple(
        Component(id=i, name=i, sla=s, checks=Checks(monitors=("m",), max_gap=g))
        for i, s, g in (("a", "t", 5), ("b", "c", 9))
    )
    assert find_readings(Site(title="A", url="https://a.example/", slas=slas, components=two))["m"] == Reading(
        5, exact=True
    )


def test_a_check_is_located_in_the_first_file_that_holds_it(tmp_path):
    rows = f"SELECT {T + 3600} + i AS time, 'api' AS monitor, 'eu' AS probe, 'up' AS status FROM range(9) r(i)"
    files = {
        "a.csv": b"\n\ntime,monitor,probe,status\n\n%d,api,eu,up\n%d,api,eu,down\n" % (T + 9000, T + 9001),
        "b.jsonl": b"junk\n\n" + THREE + THREE,
        "c.jsonl.gz": gzip.compress(THREE + b'{"monitor": "a\\u0070i", "time": %d, "status": "up"}\n' % (T + 7200)),
        "d.parquet": parquet(tmp_path, rows),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    wanted = {
        ("api", "eu", T + 60): ("b.jsonl", 4), ("api", "eu", T + 120): ("b.jsonl", 5), ("api", "eu", T + 9001): ("a.csv", 6),  # noqa: E501
        ("api", "", T + 7200): ("c.jsonl.gz", 4), ("api", "eu", T + 3604): ("d.parquet", 5),
    }  # fmt: skip
    missing = {("api", "eu", T + 61), ("web", "eu", T + 60)}
    assert locate_checks(tmp_path, site_of("*.*"), wanted.keys() | missing) == wanted
    assert locate_checks(tmp_path, site_of("*.*"), set()) == {}


def test_a_check_is_located_among_many(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "FEW", 5)
    monkeypatch.setattr(streams, "LINES_LIMIT", 200)
    lines = [record(n) for n in range(1000)]
    (tmp_path / "a.jsonl").write_bytes(b"\n" + jsonl(*lines))
    wanted = {("api", "eu", T + 60 * n): ("a.jsonl", n + 2) for n in (0, 7, 333, 999)}
    assert locate_checks(tmp_path, site_of("*.*"), wanted.keys()) == wanted


def test_blocks_find_their_lines_however_they_lie():
    lines = [b"x" * (n * 37 % 211) for n in range(3000)]
    block = blocks.Block(b"\n".join(lines) + b"\n", 5)
    rows = [0, 1, 5, 6, 1490, 1491, 2998, 2999]
    assert list(block.lines(rows)) == [(5 + row, lines[row]) for row in rows]
    assert block.count_full() == sum(1 for line in lines if line)
