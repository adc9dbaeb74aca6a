"""The example in the help of every command does what it shows."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import EXAMPLE
from repository import ENVIRONMENT, Repository

from statusgen.cli import cli

NOW = 1795512600  # 2026-11-24T09:30:00Z: one incident is open, one maintenance runs
ROOT = Path(__file__).parent.parent
# What comes before a command so that there is one thing that it can mean, and one to go back to.
FIRST = {
    "maintenance cancel": ["maintenance complete -m x"],
    "maintenance start": ["maintenance complete -m x"],
    "rollback": ["build --now '2026-11-24 09:00 UTC'", "build"],
}
WEEKLY = Path("content/maintenance/2026-09-06-search-and-push-weekly.md")


def examples(command=cli, name=""):
    """Give the example of each command by its name."""
    for own in command.list_commands(None):
        full = f"{name} {own}".strip()
        found = command.get_command(None, own)
        help_text = CliRunner().invoke(cli, [*full.split(), "--help"], terminal_width=60).stdout
        shown = re.findall(r"^Example:\n  (.*)\n$", help_text, re.MULTILINE)
        yield full, shown
        if isinstance(found, click.Group):
            yield from examples(found, full)


ALL = dict(examples())


def test_every_command_has_one_example_that_calls_it():
    assert len(ALL) >= 24
    for name, shown in ALL.items():
        assert len(shown) == 1, name
        assert f"{shown[0]} ".startswith(f"statusgen {name} "), name


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Give the example in git, with what its logs hold already found."""
    top = tmp_path_factory.mktemp("examples") / "acme"
    shutil.copytree(EXAMPLE, top / "content")
    repository = Repository(top)
    repository.commit("2026-11-24T09:00:00Z")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    run(f"uptime --content {top}/content")
    return top


def run(text):
    return CliRunner(env={"SOURCE_DATE_EPOCH": str(NOW), **ENVIRONMENT}).invoke(cli, shlex.split(text))


@pytest.mark.parametrize("name", sorted(set(ALL) - {"serve"}))
def test_the_example_does_what_it_shows(repository, tmp_path, monkeypatch, name):
    folder = shutil.copytree(repository, tmp_path / "acme")
    monkeypatch.chdir(folder)
    if name in ("maintenance start", "maintenance cancel"):
        WEEKLY.unlink()
    for text in FIRST.get(name, ()):
        before = run(text)
        assert before.exit_code == 0, before.output
    words, _, into = ALL[name][0].removeprefix("statusgen ").partition(" > ")
    done = run(words)
    assert done.exit_code == 0, done.output
    assert done.stdout
    if into:
        assert re.fullmatch(r"[a-z]+\.[a-z]+", into)


def test_the_example_of_serve_opens_the_page(repository, tmp_path):
    """It is the one that ends only when it is told to."""
    folder = shutil.copytree(repository, tmp_path / "acme")
    browser = tmp_path / "bin" / "xdg-open"
    browser.parent.mkdir()
    browser.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    words = ALL["serve"][0].split()[1:]
    with subprocess.Popen(
        [sys.executable, "-m", "statusgen", *words], cwd=folder, stdout=subprocess.PIPE, text=True,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "PATH": f"{browser.parent}:{os.environ['PATH']}"},
    ) as served:  # fmt: skip
        assert served.stdout
        said = [served.stdout.readline(), served.stdout.readline()]
        try:
            address = re.search(r"http://[^ ]+", said[1])
            assert address, said
            for _ in range(100):
                if (tmp_path / "opened").exists() and (tmp_path / "opened").read_text():
                    break
                served.poll()
                time.sleep(0.05)
            assert (tmp_path / "opened").read_text().strip() == address[0]
        finally:
            served.send_signal(signal.SIGINT)
        assert served.wait(timeout=20) == 0
