"""One folder per mistake under tests/problems/, each with exactly what is told of it."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen.cli import cli

FOLDERS = sorted(path for path in (Path(__file__).parent / "problems").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_mistake_is_told_with_its_place_and_its_cure(folder, command, monkeypatch, tmp_path):
    monkeypatch.chdir(folder)
    out = tmp_path / "site"
    arguments = [command, "--now", "2026-11-24T00:00:00Z", *(["--out", str(out)] if command == "build" else [])]
    result = CliRunner().invoke(cli, arguments)
    expected = folder / "expected.txt"
    if os.environ.get("STATUSGEN_RENEW"):
        expected.write_text(result.stderr, encoding="utf-8")
    assert result.stderr == expected.read_text(encoding="utf-8")
    assert result.stdout == ""
    assert result.exit_code == 1
    assert not out.exists()


def test_every_mistake_that_must_be_found_has_its_folder():
    named = {folder.name for folder in FOLDERS}
    assert named >= {
        "unknown-key", "unknown-component", "unknown-sla-and-group", "unknown-phase", "missing-time",
        "unparseable-time", "time-without-a-zone", "time-that-does-not-exist", "time-that-exists-twice",
        "maintenance-that-ends-before-it-starts", "update-before-started", "resolved-without-a-time",
        "two-files-with-one-slug", "front-matter-that-never-ends", "not-utf-8", "front-matter-that-is-a-list",
    }  # fmt: skip
