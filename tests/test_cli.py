"""The commands as people and scripts meet them."""

import json
import os
import re
import subprocess
import sys

import pytest
from click import unstyle
from click.testing import CliRunner
from conftest import EXAMPLE, SETTINGS

from statusgen.cli import COMMANDS, cli

NOW = ["--now", "2026-11-24T00:00:00Z"]
SLA = SETTINGS.replace("{name: API, ", "{name: API, sla: standard, ") + (
    "slas:\n  standard: {target: 99.8%, credits: [{below: 99.8%, credit: 10%}]}\n"
)
OUTAGE = """\
---
title: Down
components: {api: major_outage}
---
## Investigating — 2026-04-10 00:00 UTC
## Resolved — 2026-04-10 01:26:25 UTC
"""


def run(*arguments, **options):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], **options)


@pytest.fixture
def content(world):
    return world({"status.yaml": SLA.replace("Europe/London", "UTC"), "incidents/x.md": OUTAGE})


def test_uptime_prints_the_json_of_the_contract(content):
    result = run("uptime", "rest-api", "--content", content, "--month", "2026-04", "--format", "json", *NOW)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "now": "2026-11-24T00:00:00Z",
        "components": [{
            "id": "api", "sla": "standard", "target": "99.8",
            "window": {"from": "2026-04-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"},
            "uptime": "517363/518400", "shown": "99.799%", "met": False, "downtime": "5185", "accounted": "2592000",
            "seconds": {"operational": 2586815, "degraded_performance": 0, "partial_outage": 0, "major_outage": 5185,
                        "unknown": 0, "excluded": 0, "outside": 0},
            "coverage": "1", "lower": "517363/518400", "upper": "517363/518400", "budget": "5184", "remaining": "-1",
            "burned": "5185/5184", "final_if_no_more": "517363/518400", "credit": "10",
        }],
    }  # fmt: skip


def test_a_component_without_an_sla_has_no_verdict(content):
    result = run("uptime", "web", "--content", content, "--month", "2026-04", "--format", "json", *NOW)
    (figure,) = json.loads(result.stdout)["components"]
    assert [figure[key] for key in ("sla", "target", "met", "budget", "remaining", "burned", "credit")] == [None] * 7
    assert figure["shown"] == "100%"


def test_groups_are_added_when_asked_for(content):
    result = run("uptime", "--content", content, "--month", "2026-04", "--groups", "--format", "json", *NOW)
    document = json.loads(result.stdout)
    assert [figure["id"] for figure in document["components"]] == ["api", "web", "old"]
    assert document["groups"] == []
    assert document["overall"] is None, "the members share no SLA"


@pytest.mark.parametrize(
    ("options", "window"),
    [
        (["--quarter", "2026-Q2"], ("2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z")),
        (["--year", "2026"], ("2026-01-01T00:00:00Z", "2026-11-24T00:00:00Z")),
        (["--days", "30"], ("2026-10-25T00:00:00Z", "2026-11-24T00:00:00Z")),
        (["--from", "2026-04-01", "--to", "2026-04-02T12:00Z"], ("2026-04-01T00:00:00Z", "2026-04-02T12:00:00Z")),
        (["--from", "2026-11-01"], ("2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z")),
        ([], ("2026-11-01T00:00:00Z", "2026-11-24T00:00:00Z")),
    ],
)
def test_the_windows_that_can_be_named(content, options, window):
    result = run("uptime", "api", "--content", content, "--format", "json", *NOW, *options)
    assert result.exit_code == 0, result.stderr
    (figure,) = json.loads(result.stdout)["components"]
    assert (figure["window"]["from"], figure["window"]["to"]) == window


@pytest.mark.parametrize(
    ("zone", "options", "window"),
    [
        ("Europe/London", ["--from", "2026-04-01", "--to", "2026-04-02"],
         ("2026-03-31T23:00:00Z", "2026-04-01T23:00:00Z")),
        ("Europe/London", ["--from", "2026-04-01 10:00", "--to", "2026-04-01T10:30Z"],
         ("2026-04-01T09:00:00Z", "2026-04-01T10:30:00Z")),
        ("America/New_York", ["--from", "2026-11-01 00:00"], ("2026-11-01T04:00:00Z", "2026-11-24T00:00:00Z")),
    ],
)  # fmt: skip
def test_times_without_a_zone_are_in_that_of_the_site(world, zone, options, window):
    root = world({"status.yaml": SLA.replace("Europe/London", zone)})
    result = run("uptime", "api", "--content", root, "--format", "json", *NOW, *options)
    assert result.exit_code == 0, result.stderr
    (figure,) = json.loads(result.stdout)["components"]
    assert (figure["window"]["from"], figure["window"]["to"]) == window


@pytest.mark.parametrize("time", ["2026-03-29 01:30", "2026-10-25 01:30"])
def test_a_local_time_that_is_none_or_two_is_wrong_usage(world, time):
    result = run("uptime", "--content", world({"status.yaml": SLA}), *NOW, "--from", time)
    assert result.exit_code == 2
    assert "in Europe/London, where the clocks change" in result.stderr


@pytest.mark.parametrize("command", ["build", "check", "uptime"])
@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("2026-11-24", '"2026-11-24" needs an hour and a minute'),
        ("9998-12-30 09:20 UTC", "is too far ahead"),
        ("2026-11-24 09:20", '"2026-11-24 09:20" has no zone (write "2026-11-24 09:20 UTC", or an offset)'),
    ],
)
def test_now_is_an_instant_whatever_the_sites_zone(content, command, time, told):
    result = run(command, "--content", content, "--now", time)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--month", "2026-13"], "2026-04"),
        (["--month", "2026"], "2026-04"),
        (["--quarter", "2026-04"], "2026-Q3"),
        (["--month", "2026-04", "--days", "3"], "name different windows"),
        (["--to", "2026-04-02"], "--to goes with --from"),
        (["--from", "2026-04-02", "--to", "2026-04-01"], "is earlier than"),
        (["apii"], "did you mean api?"),
        (["--now", "yesterday"], "is not a time"),
    ],
)
def test_wrong_usage_says_what_is_right_and_exits_with_2(content, options, word):
    result = run("uptime", "--content", content, *options)
    assert result.exit_code == 2
    assert word in result.stderr
    assert result.stdout == ""


def test_a_missed_target_exits_with_5_when_asked_to(content):
    asked = ["uptime", "--content", content, "--month", "2026-04", *NOW]
    assert run(*asked).exit_code == 0
    result = run(*asked, "--fail-under")
    assert result.exit_code == 5
    assert result.stderr == "target missed: api\n"
    assert run(*asked[:-2], "--month", "2026-05", *NOW, "--fail-under").exit_code == 0


def test_the_table_says_missed_in_words(content):
    table = run("uptime", "--content", content, "--month", "2026-04", *NOW).stdout
    assert "99.799%" in table
    assert "missed" in table
    assert "-1 s" in table
    assert "\x1b" not in table


@pytest.mark.parametrize(
    "words", [["uptime", "--groups"], ["uptime", "--month", "2026-04"], ["explain", "api", "2026-04"]]
)
def test_a_terminal_of_80_columns_cuts_nothing_off(content, words):
    environment = {"FORCE_COLOR": "1", "COLUMNS": "80"}
    shown = unstyle(run(*words, "--content", content, *NOW, env=environment).stdout)
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in re.sub(r"\d…%", "", shown)
    wide = run(*words, "--content", content, *NOW).stdout
    told = set(re.findall(r"\S*[a-z0-9]\S*", unstyle(shown)))
    missing = {"to", "from", "seconds", "state", "counts", "lost", "why", "–", "credit", "target", "budget", "left"}
    assert {word for word in re.findall(r"\S*[a-z]\S*", wide) if not word.startswith("2026")} - missing <= told


def test_check_says_what_was_read(content):
    result = run("check", "--content", content, *NOW)
    assert result.exit_code == 0
    assert [line[-8:] for line in result.stderr.splitlines()] == [" [SG507]", " [SG519]"]
    assert result.stdout == "no problem in 2 files (2 notes): 1 incident, 0 maintenance windows\n"


def test_strict_makes_advice_a_problem(world):
    late = OUTAGE + "## Update — 2026-04-11 00:00 UTC\n"
    root = world({"status.yaml": SLA, "incidents/x.md": late})
    assert run("check", "--content", root, *NOW).exit_code == 0
    result = run("check", "--content", root, "--strict", *NOW)
    assert result.exit_code == 1
    assert "x.md:7: this update after resolved" in result.stderr


def test_bad_log_lines_are_told_and_stop_nothing(world, tmp_path):
    root = world({
        "status.yaml": SLA + "checks: [{files: checks/*.jsonl}]\n",
        "checks/a.jsonl": '{"time": "2026-11-01T00:00:00Z", "monitor": "api", "status": "up"}\n'
        '{"time": "2026-11-01T00:01:00Z", "monitor": "api", "status": "maybe"}\n{"ti\n',
    })  # fmt: skip
    result = run("check", "--content", root, *NOW)
    assert result.exit_code == 0
    assert f"{root}/checks/a.jsonl:2:" in result.stderr
    assert f"{root}/checks/a.jsonl:3:" in result.stderr
    assert "3 log lines of which 2 bad and not used" in result.stdout
    assert run("build", "--content", root, "--out", tmp_path / "site", "--strict", *NOW).exit_code == 1
    assert not (tmp_path / "site").exists()


def test_build_publishes_and_rollback_puts_back(content, tmp_path):
    out = tmp_path / "site"
    first = run("build", "--content", content, "--out", out, *NOW)
    assert first.exit_code == 0, first.stderr
    before = (out / "index.html").read_bytes()
    again = run("build", "--content", content, "--out", out, *NOW)
    assert "nothing changed" in again.stdout
    run("build", "--content", content, "--out", out, "--now", "2026-11-25T00:00:00Z")
    assert (out / "index.html").read_bytes() != before
    result = run("rollback", "--out", out)
    assert result.exit_code == 0
    assert (out / "index.html").read_bytes() == before


def test_a_problem_leaves_the_live_site_as_it_was(content, tmp_path):
    out = tmp_path / "site"
    run("build", "--content", content, "--out", out, *NOW)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    (content / "incidents" / "x.md").write_text("no front matter")
    result = run("build", "--content", content, "--out", out, *NOW)
    assert result.exit_code == 1
    assert "nothing was written" in result.stderr
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_a_folder_that_is_not_ours_is_refused(content, tmp_path):
    out = tmp_path / "precious"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    result = run("build", "--content", content, "--out", out, *NOW)
    assert result.exit_code == 3
    assert str(out) in result.stderr
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("where", ["content/site", "checkout"])
def test_an_output_that_would_take_something_precious_along_is_refused(content, where):
    out = content.parent / where
    (content.parent / "checkout" / ".git").mkdir(parents=True)
    (content.parent / "checkout" / ".statusgen").touch()
    result = run("build", "--content", content, "--out", out, *NOW)
    assert result.exit_code == 3
    assert (content.parent / "checkout" / ".git").exists()


def test_folders_that_are_links_to_themselves_are_told(content, tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    for options in (["--content", content, "--out", loop], ["--content", loop, "--out", tmp_path / "site"]):
        result = run("build", *options, *NOW)
        assert result.exit_code == 3
        assert "loop: cannot be read (a link that leads to itself?)" in result.stderr


def test_rollback_without_a_site_before_says_so(tmp_path):
    result = run("rollback", "--out", tmp_path / "site")
    assert result.exit_code == 3
    assert result.stderr.strip()


def test_now_comes_from_the_option_else_from_source_date_epoch(content):
    asked = ["uptime", "api", "--content", content, "--format", "json"]
    result = run(*asked, env={"SOURCE_DATE_EPOCH": "1777593600"})
    assert json.loads(result.stdout)["now"] == "2026-05-01T00:00:00Z"
    both = run(*asked, *NOW, env={"SOURCE_DATE_EPOCH": "1777593600"})
    assert json.loads(both.stdout)["now"] == "2026-11-24T00:00:00Z"
    assert run(*asked, env={"SOURCE_DATE_EPOCH": "soon"}).exit_code == 2


def test_help_lists_every_command_with_an_example():
    overview = run("--help").stdout
    for name in COMMANDS:
        assert name in overview
        shown = run(name, "--help").stdout
        assert f"Example: statusgen {name}" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (".", "--content content"), ("content", "--content ."), ("content/incidents", "--content .."),
        ("site", "--content ../content"), ("..", "statusgen init DIR --sample"),
    ],
)  # fmt: skip
def test_whoever_is_in_the_wrong_folder_is_told_the_way(content, monkeypatch, where, told):
    (content.parent / "site").mkdir()
    monkeypatch.chdir(content.parent / where)
    result = run("check", "--content", "nowhere", *NOW)
    assert result.exit_code == 1
    assert told in result.stderr.splitlines()[-1]
    assert "[SG111]" in result.stderr


def test_the_help_of_all_fits_a_small_terminal():
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80).stdout
    assert len(shown.splitlines()) < 24


def test_explain_without_a_period_says_which_there_is(content):
    result = run("explain", "api", "--content", content, *NOW)
    assert result.exit_code == 2
    assert "This month is 2026-11" in result.stderr


def test_the_name_of_a_group_leads_to_its_components():
    result = run("explain", "messaging", "2026-10", "--content", EXAMPLE, "--now", "2026-11-24T09:30:00Z")
    assert result.exit_code == 2
    assert "it is a group: name one of its components, messenger, inbox, " in result.stderr


def test_a_misspelt_command_is_guessed():
    result = run("biuld")
    assert result.exit_code == 2
    assert "build" in result.stderr


def test_help_imports_nothing_heavy():
    code = "import sys, statusgen.cli as c\ntry: c.cli(['--help'])\nexcept SystemExit: pass\nprint(sorted(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = shown.rsplit("[", 1)[1]
    for heavy in ("duckdb", "jinja2", "pydantic", "yaml", "lxml", "feedgen", "pendulum", "rich", "markdown"):
        assert f"'{heavy}'" not in loaded


def test_uptime_needs_neither_templates_nor_feeds(content):
    code = (
        "import sys, statusgen.cli as c\n"
        f"try: c.cli(['uptime', '--content', {str(content)!r}, '--format', 'json'])\nexcept SystemExit: pass\n"
        "print(sorted(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("duckdb", "lxml", "feedgen", "rich"):
        assert f"'{heavy}'" not in shown.rsplit("[", 1)[1]


def test_a_closed_pipe_is_quiet(content):
    command = f"{sys.executable} -m statusgen uptime --content {content} --format json | head -c 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("variable", ["NO_COLOR", "none"])
def test_colour_only_where_it_is_wanted(content, variable):
    environment = {**os.environ, "FORCE_COLOR": "1", variable: "1"}
    command = [sys.executable, "-m", "statusgen", "uptime", "--content", str(content), "--month", "2026-04", *NOW]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert ("\x1b[" in done.stdout) == (variable == "none")
