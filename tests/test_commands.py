"""What docs/commands.md tells of exit codes and JSON is what happens."""

import re
import shlex
from pathlib import Path

from click.testing import CliRunner
from repository import Repository

from statusgen.cli import cli

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "commands.md"
DOC = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
BEGIN = 1795510800  # 2026-11-24T09:00:00Z


def steps(block):
    """Give each command of a block with what it is shown to print."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def play(folder, monkeypatch):
    """Run all commands of the page in their order, ten minutes apart; give each with what it printed."""
    monkeypatch.chdir(folder)
    now = BEGIN
    for block in BLOCKS:
        for command, shown in steps(block):
            if command.startswith("cd "):
                monkeypatch.chdir(command[3:])
                Repository(Path(), begun=False).commit("2026-11-24T09:00:00Z")
                yield command, shown, ""
                continue
            words, _, head = command.partition(" | head -n ")
            monkeypatch.setenv("SOURCE_DATE_EPOCH", str(now))
            now += 600
            printed = CliRunner().invoke(cli, shlex.split(words)[1:]).stdout
            lines = printed.splitlines(keepends=True)
            yield command, shown, "".join(lines[: int(head)] if head else lines)


def plain(text):
    """Take out what differs with every release of the program: the number of files of a site, and commits."""
    text = re.sub(r'("(?:added|changed|removed|unchanged)": )\d+', r"\1N", text)
    return re.sub(r"\b[0-9a-f]{9}\b", "COMMIT", text)


def test_the_story_of_the_page_is_what_happens(tmp_path, monkeypatch):
    played = list(play(tmp_path, monkeypatch))
    assert len(played) > 15
    for command, shown, printed in played:
        assert plain(printed) == plain(shown), command
