"""What a merge request of a stranger may hold: the rows of safety.md, section 3.1, that no other test has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from statusgen.cli import cli
from statusgen.cli.responding import complete_files
from statusgen.serve.server import Answer, Stage, open_server

INCIDENT = """\
---
title: T
components: {api: major_outage}
---

## Investigating — 2026-11-02 09:20 UTC

X
"""
NOW = ("--now", "2026-11-24 09:30 UTC")


def run(root: Path, *words: str):
    """Run a command on a content folder."""
    return CliRunner().invoke(cli, [*words, "--content", str(root), *NOW])


# --- "symlink in content/theme reads outside files": themes are in test_theme.test_links_that_lead_astray_are_refused,
# the look in test_look.test_a_link_out_of_the_content_is_refused, logs in
# test_checks_scan.test_an_absolute_glob_may_lie_elsewhere_and_a_relative_one_may_not, commits in
# test_diff.test_links_out_of_a_commit_are_not_followed, the preview in test_preview.test_no_link_leads_out_of_content.

FILES = ["/dev/zero", "/etc/passwd", "/proc/self/root/etc/passwd", "../../outside.md", "z.md", "chain.md"]


@pytest.mark.parametrize("folder", ["incidents", "maintenance"])
@pytest.mark.parametrize("target", FILES)
@pytest.mark.parametrize("words", [("check",), ("check", "--fix"), ("incident", "list"), ("maintenance", "list")])
def test_no_command_reads_a_file_behind_a_link_that_leads_out(world, folder, target, words):
    root = world({"incidents/a.md": INCIDENT, f"{folder}/.keep": ""})
    (root.parent / "outside.md").write_text(INCIDENT.replace("title: T", "title: Secret"))
    (root / folder / "z.md").symlink_to(target)
    (root / folder / "chain.md").symlink_to("../../outside.md")
    done = run(root, *words)
    assert "Secret" not in done.output
    if words[0] == "check" or words[0] in folder + "s":
        assert "leads out" in done.output or "cannot be read" in done.output
        assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit) or "leads out" in str(done.exception)


@pytest.mark.parametrize("folder", ["incidents", "maintenance", "pages"])
def test_a_folder_that_leads_out_is_told_once_and_not_looked_into(world, tmp_path, folder):
    outside = tmp_path / "outside"
    outside.mkdir()
    for number in range(3):
        (outside / f"secret-{number}.md").write_text(INCIDENT)
    root = world({})
    (root / folder).symlink_to(outside)
    done = run(root, "check", "--format", "json")
    problems = [problem["message"] for problem in json.loads(done.output)["problems"] if problem["level"] == "error"]
    assert len(problems) == 1
    assert "leads out" in problems[0]
    assert "secret" not in done.output


# --- "titles, attributes, links unescaped": the outputs of check; those of pages, feeds and comments are in test_text,
# test_feeds.test_hostile_titles_and_bodies_survive and test_diff.test_a_title_of_a_stranger_stays_in_code.

NAMES = [b"\xff.md", b"a\n::error::pwned.md", b"\x1b[31mred.md", "\u202egnp.md".encode()]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "gitlab"])
def test_a_hostile_file_name_breaks_no_form_and_gives_no_order(world, form):
    root = world({"incidents/a.md": INCIDENT})
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(root / "incidents") + b"/" + name)).write_text(INCIDENT)
    done = subprocess.run(
        [sys.executable, "-m", "statusgen", "check", "--content", str(root), *NOW, "--format", form],
        capture_output=True, check=False,
    )  # fmt: skip
    told = (done.stdout + done.stderr).decode()
    assert done.returncode == 1
    assert "Traceback" not in told
    assert "\x1b" not in told
    assert not any(line.startswith("::error::") for line in told.splitlines())
    if form not in ("text", "github"):
        assert json.loads(done.stdout)
    if form == "text":
        assert "\u202e" not in told


def test_a_title_steers_no_terminal_when_incidents_are_listed(world):
    done = run(world({"incidents/a.md": INCIDENT.replace("title: T", 'title: "A \u202eB"')}), "incident", "list")
    assert "\\u202e" in done.output
    assert "\u202e" not in done.output


def test_only_ids_are_completed_since_a_shell_would_run_other_names(world):
    root = world({"incidents/good.md": INCIDENT, "incidents/$(id).md": INCIDENT, "incidents/`id`.md": INCIDENT})

    class Context:
        params = {"content": root}

    assert complete_files("incidents")(Context, None, "") == ["good"]


# --- "dev server drive-by": Host and traversal are in
# test_preview.test_nothing_is_served_but_the_site_and_to_nobody_but_this_machine.


def test_another_page_of_the_browser_cannot_read_the_preview():
    from http.client import HTTPConnection
    from threading import Thread

    stage = Stage(lambda _: Answer(200, {"Access-Control-Allow-Origin": "*"}, b"{}"))
    server = open_server(stage, 0)
    Thread(target=server.serve_forever, daemon=True).start()
    asked = HTTPConnection("127.0.0.1", server.server_address[1])
    asked.request("GET", "/api/v1/status.json", headers={"Origin": "https://evil.example"})
    headers = asked.getresponse().headers
    server.shutdown()
    server.server_close()
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
