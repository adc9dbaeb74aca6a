"""History that outlives the logs: figures stay the same, and what is missing is told."""

import json
import os
import random
import shutil
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen.cli import cli
from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc
from statusgen.publish.sources import write_sources

NOW = "2026-11-08T12:00:00Z"
START = 1_793_491_200  # 2026-11-01T00:00:00Z
SETTINGS = """\
title: Acme Status
url: https://status.acme.example/
components:
  api: {name: API, sla: standard, checks: {monitors: [api, "odd name"], confirm: {down: 2, up: 1}}}
  web: {name: Web, sla: other}
slas:
  standard: {target: 99.8%}
  other: {target: 99%, method: METHOD}
monitoring: {interval: 60s, max_gap: 180s}
checks: [{files: "checks/*.jsonl"}]
"""


def write_logs(root, *, seed=1, days=7, jitter=True):
    """Write a log a day of three monitors, with outages, pauses, doubles and some disorder."""
    for day, text in enumerate(texts_of_logs(seed, days, jitter)):
        (root / "checks" / f"day-{day + 1}.jsonl").write_text(text)


@cache
def texts_of_logs(seed, days, jitter):
    chance = random.Random(seed)
    texts = []
    for day in range(days):
        lines = []
        for monitor, probe in (("api", "eu"), ("api", "us"), ("odd name", ""), ("web", "")):
            at, bad = START + day * 86400 + chance.randrange(60), 0
            while at < START + (day + 1) * 86400:
                bad = bad - 1 if bad > 0 else chance.randrange(1, 9) if chance.random() < 0.003 else 0
                status = "down" if bad else "unknown" if chance.random() < 0.001 else "up"
                record = {"time": iso_utc(at), "monitor": monitor, "probe": probe, "status": status}
                lines += [json.dumps(record)] * (2 if chance.random() < 0.01 else 1)
                at += 60 + (chance.randrange(-2, 3) if jitter else 0) + (600 if chance.random() < 0.002 else 0)
        chance.shuffle(lines)
        texts.append("\n".join(lines) + "\n")
    return texts


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "content"
    (root / "checks").mkdir(parents=True)
    (root / "status.yaml").write_text(SETTINGS.replace("METHOD", "time"))
    write_logs(root)
    return root


def run(*arguments, code=0):
    result = CliRunner().invoke(cli, [*map(str, arguments), "--now", NOW])
    assert result.exit_code == code, result.output
    return result


def figures(root, now=NOW):
    everything = []
    for window in (("--month", "2026-11"), ("--from", "2026-11-02T10:00:00Z", "--to", "2026-11-05T03:04:05Z")):
        result = CliRunner().invoke(
            cli, ["uptime", "--content", str(root), *window, "--groups", "--format", "json", "--now", now]
        )
        assert result.exit_code == 0, result.output
        everything.append(json.loads(result.stdout))
    return everything


def compact(root, *options, code=0):
    return run("compact", "--content", root, *options, code=code)


def kept(root):
    return {path.name: path.read_bytes() for path in sorted((root / "history").iterdir())}


@pytest.mark.parametrize("method", ["time", "checks", "slices", "downtime-periods"])
def test_figures_are_the_same_before_and_after_and_without_the_logs(folder, method):
    (folder / "status.yaml").write_text(SETTINGS.replace("METHOD", method))
    before = figures(folder)
    told = compact(folder).stdout
    assert "kept   2026-11-01 to 2026-11-07" in told
    assert "may be deleted: 7 logs" in told
    assert figures(folder) == before
    first = kept(folder)
    assert "nothing changed" in compact(folder).stdout
    assert kept(folder) == first
    shutil.rmtree(folder / "checks")
    assert figures(folder) == before
    assert "nothing changed" in compact(folder).stdout
    assert kept(folder) == first


def test_compacting_day_by_day_ends_in_the_same_files(folder):
    for day in range(2, 9):
        compact(folder, "--until", f"2026-11-0{day}")
        for log in (folder / "checks").glob(f"day-{day - 1}.jsonl"):
            log.unlink()
    in_steps = kept(folder)
    shutil.rmtree(folder / "history")
    write_logs(folder)
    compact(folder)
    at_once = kept(folder)
    assert {name: text for name, text in in_steps.items() if name != "logs.txt"} == {
        name: text for name, text in at_once.items() if name != "logs.txt"
    }


def test_logs_that_are_kept_are_not_read_again(folder):
    compact(folder)
    for log in (folder / "checks").iterdir():
        text = log.read_bytes()
        middle = len(text) // 2
        # A log is known again by its size, its beginning and its end.
        log.write_bytes(text[:middle] + b"x" * 999 + text[middle + 999 :])
    assert " bad " not in run("check", "--content", folder).output
    (folder / "checks" / "day-3.jsonl").write_text("x\n")
    assert "day-3.jsonl:1" in run("check", "--content", folder).output


LATE = '{"time": "2026-11-03T10:00:30Z", "monitor": "web", "status": "down"}\n'


def test_a_late_line_is_told_and_taken_in_on_demand(folder):
    compact(folder)
    before = figures(folder)
    (folder / "checks" / "late.jsonl").write_text(LATE)
    assert "1 check of web on 2026-11-03 came late" in run("check", "--content", folder).output
    assert figures(folder) == before
    assert "1 check came late" in compact(folder).output
    assert figures(folder) == before
    compact(folder, "--amend")
    assert "came late" not in run("check", "--content", folder).output
    after = figures(folder)
    assert after != before
    shutil.rmtree(folder / "history")
    assert figures(folder) == after


def test_a_late_line_into_an_uneven_run_without_its_log_is_refused(folder):
    compact(folder)
    shutil.rmtree(folder / "checks")
    (folder / "checks").mkdir()
    (folder / "checks" / "late.jsonl").write_text(LATE)
    before = kept(folder)
    told = compact(folder, "--amend", code=1).output
    assert "web: a late check at 2026-11-03T10:00:30Z lies within a run" in told
    assert "put the logs of 2026-11-03 back" in told
    assert kept(folder) == before


def test_settings_that_need_more_say_which_days_need_their_logs(folder):
    before_text = SETTINGS.replace("METHOD", "time")
    compact(folder)
    (folder / "status.yaml").write_text(SETTINGS.replace("METHOD", "checks"))
    with_logs = figures(folder)
    for log in (folder / "checks").iterdir():
        log.rename(folder / log.name)
    told = run("uptime", "--content", folder, code=1).output
    assert "history/2026-11.runs:" in told
    assert "web: the method asks for the instant of each check" in told
    assert "put the logs of 2026-11-01 to 2026-11-07 back" in told
    (folder / "status.yaml").write_text(before_text.replace("max_gap: 180s", "max_gap: 61s"))
    assert "is longer than max_gap, 61 s" in run("check", "--content", folder, code=1).output
    (folder / "status.yaml").write_text(SETTINGS.replace("METHOD", "checks"))
    for log in folder.glob("day-*.jsonl"):
        log.rename(folder / "checks" / log.name)
    assert figures(folder) == with_logs


def test_even_checks_need_no_logs_for_any_method(folder):
    shutil.rmtree(folder / "checks")
    (folder / "checks").mkdir()
    rows = [
        json.dumps({"time": START + at * 60, "monitor": monitor, "status": "down" if 2000 < at < 2100 else "up"})
        for at in range(7 * 1440)
        for monitor in ("api", "odd name", "web")
    ]
    (folder / "checks" / "all.jsonl").write_text("\n".join(rows) + "\n")
    compact(folder)
    (folder / "status.yaml").write_text(SETTINGS.replace("METHOD", "checks"))
    with_logs = figures(folder)
    (folder / "checks" / "all.jsonl").unlink()
    assert figures(folder) == with_logs


def test_an_instant_in_the_past_sees_what_was_known_then(folder):
    early = "2026-11-04T09:10:11Z"
    before = figures(folder, early)
    compact(folder)
    assert figures(folder, early) == before


def test_run_files_that_do_not_parse_are_problems_of_the_content(folder):
    compact(folder)
    path = folder / "history" / "2026-11.runs"
    path.write_text(path.read_text().replace("up ", "<<<<<<< HEAD\nup ", 1))
    told = run("check", "--content", folder, code=1).output
    assert "history/2026-11.runs:5:" in told
    assert "nothing was written" in told


def day_of_checks(day, *, every=60, jitter=0, status="up"):
    lines = []
    for n in range(86400 // every):
        at = START + (day - 1) * 86400 + n * every + (n * 7 % jitter if jitter else 0)
        lines.append(json.dumps({"time": iso_utc(at), "monitor": "web", "status": status}))
    return "\n".join(lines) + "\n"


@pytest.fixture
def rotated(folder):
    """Keep a day of a log that is written anew each day."""
    for log in (folder / "checks").iterdir():
        log.unlink()
    (folder / "checks" / "today.jsonl").write_text(day_of_checks(1, jitter=9))
    run("compact", "--content", folder, "--until", "2026-11-02")
    return folder


def known_seconds(root):
    (web,) = (c for c in figures(root)[0]["components"] if c["id"] == "web")
    return sum(web["seconds"][state] for state in ("operational", "major_outage"))


def test_a_log_that_is_written_anew_is_read_though_its_size_is_the_same(rotated):
    log = rotated / "checks" / "today.jsonl"
    size = log.stat().st_size
    log.write_text(day_of_checks(2, jitter=9))
    assert log.stat().st_size == size
    assert known_seconds(rotated) > 2 * 86400 - 300
    assert "may be deleted" in compact(rotated).output
    assert "2026-11-01 to 2026-11-02" in compact(rotated).output


def test_a_log_that_is_written_anew_never_takes_away_what_was_kept(rotated):
    late = json.dumps({"time": iso_utc(START + 5 * 3600 + 1), "monitor": "web", "status": "down"}) + "\n"
    (rotated / "checks" / "today.jsonl").write_text(late + day_of_checks(2))
    told = compact(rotated, "--amend", code=1).output
    assert "lies within a run whose single checks were not kept" in told
    assert known_seconds(rotated) > 2 * 86400 - 300
    compact(rotated)
    settings = (rotated / "status.yaml").read_text()
    (rotated / "status.yaml").write_text(settings.replace("max_gap: 180s", "max_gap: 61s"))
    assert "put the logs of 2026-11-01 to 2026-11-02 back" in run("check", "--content", rotated, code=1).output


def test_runs_from_elsewhere_are_not_dropped_when_settings_ask_for_more(folder):
    for log in (folder / "checks").iterdir():
        log.unlink()
    given = folder.parent / "runs.csv"
    given.write_text(
        f"monitor,probe,status,from,last,checks,longest\nweb,,up,{START},{START + 86000},1000,130\n", "utf-8"
    )
    compact(folder, "--runs", given)
    assert known_seconds(folder) > 86000
    settings = (folder / "status.yaml").read_text()
    (folder / "status.yaml").write_text(settings.replace("max_gap: 180s", "max_gap: 61s"))
    assert "put the logs of 2026-11-01 back" in run("check", "--content", folder, code=1).output


def test_late_checks_that_fill_a_gap_are_told(folder):
    for log in (folder / "checks").iterdir():
        log.unlink()
    lines = day_of_checks(1, jitter=9).splitlines(keepends=True)
    (folder / "checks" / "a.jsonl").write_text("".join(lines[:600] + lines[660:]))
    compact(folder)
    (folder / "checks" / "a.jsonl").unlink()
    (folder / "checks" / "b.jsonl").write_text("".join(lines[599:661]))
    assert "came late" in run("check", "--content", folder).output
    assert "lies within a run" in compact(folder, "--amend", code=1).output
    (folder / "checks" / "b.jsonl").write_text("".join(lines[600:660]))
    compact(folder, "--amend")
    assert known_seconds(folder) > 86400 - 180


def test_a_year_of_single_checks_can_be_read_again(folder):
    for log in (folder / "checks").iterdir():
        log.unlink()
    (folder / "status.yaml").write_text(SETTINGS.replace("METHOD", "checks"))
    (folder / "checks" / "a.jsonl").write_text("".join(day_of_checks(1 - day, every=10, jitter=9) for day in range(23)))
    compact(folder)
    assert max(path.stat().st_size for path in (folder / "history").iterdir()) > 2_000_000
    assert "nothing changed" in compact(folder).output


def test_a_log_whose_name_is_no_text_is_kept_and_named(folder):
    (folder / "checks" / "day-1.jsonl").rename(folder / "checks" / os.fsdecode(b"d\xff\x1b[31m.jsonl"))
    before = figures(folder)
    assert "\x1b" not in compact(folder).output
    assert figures(folder) == before
    assert "\x1b" not in run("explain", "--content", folder, "api", "2026-11-01").output


def test_sections_and_files_that_say_the_same_time_twice_are_problems(folder):
    compact(folder)
    path = folder / "history" / "2026-11.runs"
    text = path.read_text()
    again = 'monitor "api" probe "eu"\nup 2026-11-02T00:00:00Z 2026-11-02T01:00:00Z 61 60\n'
    path.write_text(f"{text}\n{again}")
    assert "begins before that of" in run("check", "--content", folder, code=1).output
    path.write_text(text)
    (folder / "history" / "2026-12.runs").write_text(text)
    assert "these days are not those of 2026-12" in run("check", "--content", folder, code=1).output


def test_today_is_not_compacted(folder):
    write_logs(folder, days=8)
    compact(folder)
    assert "days 2026-11-01 to 2026-11-07" in (folder / "history" / "2026-11.runs").read_text()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "a.runs").write_text("old")
    artifacts = [Artifact("history/a.runs", b"new"), Artifact("history/b.runs", b"new")]
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        write_sources(artifacts, tmp_path)
    assert [path.name for path in (tmp_path / "history").iterdir()] == ["a.runs"]
    assert (tmp_path / "history" / "a.runs").read_text() == "old"
    monkeypatch.undo()
    assert write_sources(artifacts, tmp_path) == ["history/a.runs", "history/b.runs"]
    assert write_sources(artifacts, tmp_path) == []
