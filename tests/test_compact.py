"""History that outlives the logs: figures stay the same, and what is missing is told."""

import json
import random
import shutil
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
    chance = random.Random(seed)
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
        (root / "checks" / f"day-{day + 1}.jsonl").write_text("\n".join(lines) + "\n")


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
        log.write_bytes(b"x" * log.stat().st_size)
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
    assert "late" not in run("check", "--content", folder).output
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
