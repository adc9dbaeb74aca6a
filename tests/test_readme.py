"""What the README shows is what happens."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen.cli import COMMANDS, cli
from statusgen.model.history import Incident
from statusgen.read.document import parse_document, parse_yaml
from statusgen.read.incidents import parse_incident
from statusgen.read.schema import SiteSchema
from statusgen.read.settings import parse_site
from statusgen.read.times import Clock
from statusgen.read.updates import Names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def run(command: str) -> str:
    result = CliRunner().invoke(cli, command.split()[1:])
    return result.stdout + result.stderr


def squeezed(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def shown(command: str) -> str:
    (block,) = (block for block in blocks("console") if block.startswith(f"$ {command}"))
    return block.split("\n", 1)[1]


def test_the_uptime_that_is_shown_is_what_is_printed(monkeypatch):
    monkeypatch.chdir(ROOT)
    command = next(
        line[2:] for block in blocks("console") for line in block.splitlines() if "$ statusgen uptime" in line
    )
    assert squeezed(run(command)) == squeezed(shown("statusgen uptime"))


def test_the_build_that_is_shown_reads_and_writes_as_much(example, monkeypatch, tmp_path):
    monkeypatch.chdir(example.parent)
    told = run(f"statusgen build --out {tmp_path / 'site'} --now 2026-11-24T09:30:00Z")
    expected = [re.sub(r"\(.* s\)", "", line) for line in squeezed(shown("make site")) if line != "…"]
    assert [
        re.sub(r"\(.* s\)", "", line).replace(str(tmp_path / "site"), "site") for line in squeezed(told)
    ] == expected


SETTINGS = """\
title: Acme Status
url: https://status.acme.example/
timezone: UTC



slas:
  standard: {target: 99.8%}
components:
  api:
    name: API
    sla: standart
"""
INCIDENT = """\
---
title: API errors
components: {}
impact: sever
started: 2026-01-05 10:31 UTC
---


## Investigating — 2026-01-05 10:12 UTC
"""


def test_the_problems_that_are_shown_are_told(world, monkeypatch):
    root = world({"status.yaml": SETTINGS, "incidents/2026-01-05-api.md": INCIDENT})
    monkeypatch.chdir(root.parent)
    assert run("statusgen check") == shown("statusgen check")


def test_the_settings_and_the_incident_that_are_shown_are_read():
    (settings,) = (block for block in blocks("yaml") if "title:" in block)
    site = parse_site(parse_yaml(settings, "status.yaml"), "status.yaml")
    assert not isinstance(site, list)
    (incident,) = blocks("markdown")
    assert isinstance(parse_incident(parse_document(incident, "x"), "x", Names(("api",)), Clock()), Incident)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_named(command):
    assert f"statusgen {command}" in README


def test_every_top_level_key_of_the_format_is_known():
    assert set(SiteSchema.model_fields) == {
        "title", "id", "url", "timezone", "languages", "sla", "groups", "components", "monitoring", "checks", "slas",
        "fresh_for", "expect_update_within", "private_words", "hosting", "theme", "engine",
    }  # fmt: skip


def test_the_makefile_has_every_target_that_is_named():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z-]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
