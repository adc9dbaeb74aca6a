"""What `init` writes builds at once, overwrites nothing, and is all there or not there at all."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen import __version__
from statusgen.cli import cli
from statusgen.cli.init import CI, PUBLISH
from statusgen.publish import sources
from statusgen.read.shapes import make_shape
from statusgen.starter import HOSTS, SERVICES

NOW = "2026-11-24T09:30:00Z"
# Every choice that is one: a service's own pages take that service.
CHOICES = [
    (ci, publish)
    for ci, publish in product((None, *CI), (None, *PUBLISH))
    if publish is None or HOSTS[publish].service in (None, ci)
]


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def options_of(ci, publish, *, sample=False):
    return [
        *(["--ci", ci] if ci else []),
        *(["--publish", publish] if publish else []),
        *(["--sample"] if sample else []),
    ]


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def environment() -> dict[str, str]:
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": root, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("acme status")


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize(("ci", "publish"), CHOICES)
def test_every_choice_gives_a_folder_that_passes_the_strictest_check_and_builds(folder, ci, publish, sample):
    result = run("init", folder, *options_of(ci, publish, sample=sample), "--now", NOW)
    assert result.exit_code == 0, result.output
    content = folder / "content"
    for at in (NOW, "2026-11-24T09:31:00Z", "2026-12-24T00:00:00Z"):
        result = run("check", "--strict", "--content", content, "--now", at)
        assert result.exit_code == 0, result.stderr
        # That the address is yet to be written is all there is to say.
        assert result.stderr.count("\n") == 1
        assert "https://status.example.com/ is an example" in result.stderr
    result = run("build", "--content", content, "--out", folder / "site", "--now", NOW)
    assert result.exit_code == 0, result.output
    assert "state  operational" in result.stdout
    assert (folder / "site" / "incidents").is_dir() == sample


def test_all_is_written_that_a_team_needs(folder):
    run("init", folder, "--ci", "github", "--publish", "s3", "--now", NOW)
    assert set(files_of(folder)) == {
        *(".gitignore", ".pre-commit-config.yaml", "README.md", "requirements.txt", "schemas/status.json"),
        *(".github/workflows/check.yml", ".github/workflows/due.yml", ".github/workflows/publish.yml"),
        *("ci/due.py", "ci/publish.sh", "content/status.yaml", "content/templates/outage.md"),
        *("content/incidents/.gitkeep", "content/maintenance/.gitkeep", "content/checks/.gitkeep"),
    }
    assert f"statusgen=={__version__}\n" in (folder / "requirements.txt").read_text()


def test_the_sample_has_an_incident_a_maintenance_ahead_and_checks_until_now(folder):
    run("init", folder, "--sample", "--now", NOW)
    assert {name for name in files_of(folder) if name.startswith("content/")} == {
        *("content/status.yaml", "content/templates/outage.md", "content/incidents/2026-11-22-sign-in-slow.md"),
        *("content/maintenance/2026-12-02-database-upgrade.md", "content/checks/2026-11-24.jsonl"),
    }
    lines = (folder / "content" / "checks" / "2026-11-24.jsonl").read_text().splitlines()
    assert len(lines) == 72
    assert json.loads(lines[-1])["time"] == "2026-11-24T09:25:00Z"


def test_the_same_choice_at_the_same_time_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        run("init", tmp_path / name, "--ci", "gitlab", "--sample", "--now", NOW)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_editors_find_the_schema_beside_the_settings(folder):
    run("init", folder)
    settings = folder / "content" / "status.yaml"
    first = settings.read_text().splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert json.loads((settings.parent / named).read_text()) == make_shape("status")


@pytest.mark.parametrize(("ci", "publish"), CHOICES)
def test_no_place_of_a_template_is_left_empty(folder, ci, publish):
    for sample in (False, True):
        run("init", folder, "--force", *options_of(ci, publish, sample=sample))
    for name, content in files_of(folder).items():
        assert b"@@" not in content.replace(b"@@@", b""), name
        assert not name.endswith(".md") or max(map(len, content.decode().splitlines())) <= 125, name


def test_it_ends_with_the_three_next_commands(folder):
    shown = run("init", folder).stdout.splitlines()
    assert shown[-3:] == ["  cd 'acme status'", "  statusgen check", "  statusgen serve"]
    assert run("init", folder / "content", "--force").stdout.count("\n  ") == 3


def test_in_the_folder_where_one_is_no_command_goes_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = run("init").stdout.splitlines()
    assert shown[-3] == "  statusgen check"
    assert shown[-1].startswith("  statusgen incident new ")
    assert Path("content/status.yaml").is_file()


def test_the_commands_that_the_readme_shows_are_commands(folder, monkeypatch):
    run("init", folder, "--sample", "--ci", "github", "--now", NOW)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795512600")  # NOW
    text = Path("README.md").read_text().replace(" \\\n", " ")
    shown = [line[2:] for line in text.splitlines() if line.startswith("$ statusgen ")]
    written = [line for line in shown if line.split()[1] in ("incident", "maintenance")]
    assert len(written) == 4
    for command in written:
        done = subprocess.run(
            ["bash", "-c", f'statusgen() {{ python -m statusgen "$@"; }}; {command}'],
            capture_output=True, text=True, check=False, env=environment(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    result = run("check", "--strict", "--now", "2026-11-24T09:31:00Z")
    assert result.exit_code == 0, result.stderr


def test_a_folder_that_is_not_empty_is_refused(folder):
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    result = run("init", folder)
    assert result.exit_code == 2
    assert "is not empty (--force adds what is missing, and changes nothing)" in result.stderr
    assert files_of(folder) == {"README.md": b"mine"}


def test_by_force_what_is_missing_is_added_and_what_is_there_stays(folder):
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    (folder / "requirements.txt").symlink_to("nowhere")
    result = run("init", folder, "--force")
    assert result.exit_code == 0
    assert "README.md is there already, and was left as it is" in result.stderr
    assert (folder / "README.md").read_text() == "mine"
    assert (folder / "requirements.txt").readlink() == Path("nowhere")
    assert (folder / "content" / "status.yaml").is_file()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("written", [0, 1, 5, 10])
def test_whatever_interrupts_it_leaves_nothing_behind(folder, monkeypatch, error, written):
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    before = sources.sync_path
    calls = iter(range(1000))

    def fail_later(path):
        if next(calls) == 2 * written:
            raise error
        before(path)

    monkeypatch.setattr(sources, "sync_path", fail_later)
    assert run("init", folder, "--force", "--ci", "github").exit_code != 0
    assert files_of(folder) == {"README.md": b"mine"}
    assert [path.name for path in folder.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--ci", "gitlab", "--publish", "github-pages"], "add --ci github"),
        (["--publish", "gitlab-pages"], "add --ci gitlab"),
        (["--ci", "jenkins"], "is not one of github, gitlab"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(folder, options, told):
    result = run("init", folder, *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not folder.exists()


def test_what_can_be_chosen_is_what_there_is():
    assert set(PUBLISH) == set(HOSTS)
    assert CI == SERVICES
