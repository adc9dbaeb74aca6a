"""What the documentation works through is what the program computes."""

import json
import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen.cli import cli
from statusgen.project import build_site
from statusgen.read.times import Clock, parse_time

ROOT = Path(__file__).parent.parent
DOC = (ROOT / "docs" / "how-the-figure-is-made.md").read_text(encoding="utf-8")


def rows(heading):
    """Give the cells of the table whose headings begin so."""
    lines = DOC.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def explain(monkeypatch):
    monkeypatch.chdir(ROOT)
    command = "explain messenger 2026-10 --format json --now 2026-11-24T09:30:00Z"
    assert " ".join(command.split()[:3]) in DOC
    result = CliRunner().invoke(cli, command.split())
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def number(text):
    return Fraction(text.replace(",", ""))


def test_the_worked_month_is_the_one_that_is_computed(monkeypatch):
    document = explain(monkeypatch)
    assert [
        (f"2026-{start.replace(' ', 'T')}Z", f"2026-{end.replace(' ', 'T')}Z", number(seconds), state, number(lost))
        for start, end, seconds, state, lost, _ in rows("from")
    ] == [
        (s["from"], s["to"], s["seconds"], s["state"].replace("_", " "), Fraction(s["lost"]))
        for s in document["stretches"]
    ]
    told = "".join(f"{s['why'][0]['text']} {s['why'][-1]['text']}" for s in document["stretches"])
    for count in re.findall(r"([\d,]+) checks (?:say so)|by ([\d,]+) checks", DOC):
        assert f"{''.join(count)} checks" in told


def test_the_sum_is_the_one_that_is_computed(monkeypatch):
    document = explain(monkeypatch)
    *parts, together = rows("state | seconds")
    assert [(name, number(seconds), number(lost)) for name, seconds, _, lost in parts] == [
        (p["state"].replace("_", " "), p["number"], Fraction(p["lost"])) for p in document["parts"]
    ]
    figure = document["figure"]
    assert (number(together[1]), number(together[3])) == (Fraction(figure["accounted"]), Fraction(figure["downtime"]))
    assert f"shown as **{figure['shown']}**" in DOC
    assert float(Fraction(figure["budget"])) == 5356.8
    assert (figure["met"], figure["credit"]) == (False, "10")


API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://status.parley.example/"
FETCHES = re.findall(r"^```console\n\$ (.*)\n((?:.*\n)*?)```$", API, re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("docs") / "site"
    build_site(ROOT / "content", out, parse_time("2026-11-24T09:30:00Z", Clock()))
    return out


@pytest.mark.parametrize(("command", "shown"), FETCHES)
def test_what_programs_are_shown_is_what_they_get(site, command, shown):
    """The commands are run as they stand, but from the disk."""
    assert f"curl -s {SITE}" in command
    local = command.replace(f"curl -s {SITE}", f"cat {site}/")
    assert subprocess.run(["bash", "-c", local], capture_output=True, text=True, check=True).stdout == shown


def test_every_address_for_programs_is_there(site):
    assert len(FETCHES) == 4
    named = re.findall(r"`/?((?:[A-Za-z0-9-]+/)*[A-Za-z0-9-]+\.json)`", API)
    assert len(named) > 12
    for name in named:
        assert list(site.glob(f"api/v1/{name.replace('/ID', '/*')}")) or (site / name).is_file(), name
    below = API.split("## Statuspage, version 2", 1)[1].split("each with", 1)[0]
    for name in re.findall(r"`([a-z-]+(?:/[a-z]+)?(?:/ID)?)`", below):
        assert list(site.glob(f"api/v2/{name.replace('/ID', '/*')}.json")), name
