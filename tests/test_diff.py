"""What readers will get: a comparison of two commits, or of a commit with what lies on disk."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import at
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from repository import ENVIRONMENT, Repository
from test_pages import NOTE, NOW, OVER, TINY, say

from statusgen.cli import cli
from statusgen.compute.difference import compare_sites
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.model.difference import Comer, Difference, ItemSeen, Notice, PageSeen, Seen
from statusgen.model.history import CustomPage, History, Phase
from statusgen.render.differences.lines import align_rows
from statusgen.render.differences.markdown import MOST, code, write_comment
from statusgen.render.differences.sections import LONGEST, MOST_ROWS, clean, sections_of
from statusgen.render.seen import look_at, read_apart
from statusgen.render.theme import load_theme

SETTINGS = """\
title: Acme Status
id: acme
url: https://status.acme.example/
slas: {standard: {target: 99.9%, credits: [{below: 99.9%, credit: 10%}]}}
groups: {core: {name: Core, sla: standard}}
components:
  api: {name: API, group: core, sla: standard, since: 2026-10-01}
  web: {name: Web, group: core, sla: standard, since: 2026-10-01}
"""
API = "incidents/2026-11-02-api.md"
SOLVED = """\
---
title: API errors
components: {api: major_outage}
---
## Investigating — 2026-11-02 09:20 UTC
We are looking.

## Resolved — 2026-11-02 09:30 UTC
Done.
"""
OPEN = """\
---
title: Web is down
components: {web: major_outage}
---
## Investigating — 2026-11-24 07:00 UTC
We are looking.
"""
WEB = "incidents/2026-11-24-web.md"
AT = "2026-11-24T09:30:00Z"


@pytest.fixture
def repository(tmp_path) -> Repository:
    """Give a repository with one incident that is over, on its main branch."""
    repository = Repository(tmp_path / "it")
    repository.commit("2026-11-02T10:00:00Z", {"status.yaml": SETTINGS, API: SOLVED})
    return repository


@pytest.fixture(autouse=True)
def own_git(monkeypatch, tmp_path):
    """Keep the machine's configuration of git out, and temporary files where they can be counted."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)


def run(repository: Repository, *arguments: str, now: str = AT):
    asked = ["diff", "--content", str(repository.content), "--now", now, *arguments]
    return CliRunner().invoke(cli, asked)


def diff(repository: Repository, *arguments: str, now: str = AT):
    """Give the comparison as JSON has it."""
    result = run(repository, *arguments, "--format", "json", now=now)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- What is compared with what


def test_where_nothing_was_written_nothing_changes(repository):
    result = run(repository)
    assert result.exit_code == 0
    assert result.stdout.endswith("\n\nnothing changes for readers\n")
    assert diff(repository)["nothing_changes"]
    assert "\nNothing changes for readers.\n" in run(repository, "--format", "markdown").stdout


def test_what_is_not_committed_is_compared_with_the_main_branch(repository):
    repository.write({WEB: OPEN})
    said = diff(repository)
    assert [incident["title"] for incident in said["incidents"]["opened"]] == ["Web is down"]
    assert said["head"] == "the working tree"


def test_a_branch_is_compared_with_where_it_left_the_main_one(repository):
    start = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.commit("2026-11-24T07:00:00Z", {WEB: OPEN})
    repository.git("checkout", "--quiet", "main")
    repository.commit("2026-11-24T08:00:00Z", {API: None})
    repository.git("checkout", "--quiet", "branch")
    said = diff(repository)
    assert said["base"] == f"where main was left ({start[:9]})"
    assert [page["address"] for page in said["pages"]["added"]] == ["incidents/2026-11-24-web/"]
    assert said["pages"]["gone"] == [], "what main did meanwhile is not ours"
    assert diff(repository, "main...branch")["pages"] == said["pages"]
    there = diff(repository, "main..branch")
    assert [page["address"] for page in there["pages"]["added"]] == [
        "incidents/2026-11-24-web/", "incidents/2026-11-02-api/"
    ]  # fmt: skip
    back = diff(repository, "branch..main")
    assert [page["address"] for page in back["pages"]["gone"]] == [
        "incidents/2026-11-24-web/", "incidents/2026-11-02-api/"
    ]  # fmt: skip


def test_two_commits_are_compared_whatever_lies_on_disk(repository):
    repository.commit("2026-11-24T07:00:00Z", {WEB: OPEN})
    whole = diff(repository, "HEAD~1..HEAD")
    repository.write({"status.yaml": "broken: [", WEB: None})
    again = diff(repository, "HEAD~1..HEAD")
    assert again == whole
    assert whole["pages"]["added"]
    assert diff(repository, "HEAD~1..")["pages"] == whole["pages"]


def test_a_base_alone_is_compared_with_what_lies_on_disk(repository):
    repository.commit("2026-11-24T07:00:00Z", {WEB: OPEN})
    repository.write({WEB: OPEN + "\n## Resolved — 2026-11-24 08:00 UTC\nDone.\n"})
    assert diff(repository, "HEAD~1")["incidents"]["opened"] == []
    assert [i["title"] for i in diff(repository, "HEAD")["incidents"]["closed"]] == ["Web is down"]


@pytest.mark.parametrize("content", [".", "deep/er/content", "a 'b' \"c\"\t*[d]:e"])
def test_the_content_may_be_any_folder_of_a_repository(tmp_path, content):
    repository = Repository(tmp_path / "it", content)
    repository.commit("2026-11-02T10:00:00Z", {"status.yaml": SETTINGS, API: SOLVED})
    repository.write({WEB: OPEN})
    said = diff(repository)
    assert [page["address"] for page in said["pages"]["added"]] == ["incidents/2026-11-24-web/"]


def test_nothing_is_written(repository, tmp_path):
    repository.commit("2026-11-24T07:00:00Z", {WEB: OPEN})
    repository.write({API: None})
    before = fingerprint(repository.top)
    assert diff(repository, "HEAD~1..HEAD")["pages"]["added"]
    assert diff(repository)["pages"]["gone"]
    assert fingerprint(repository.top) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_both_sides_are_removed_on_ctrl_c(repository, tmp_path):
    temporary = tmp_path / "temporary"
    script = (
        "import time, statusgen.render.seen as s\n"
        "def wait(*_): time.sleep(60)\n"
        "s.look_at = wait\n"
        "import statusgen.__main__ as m; m.main()\n"
    )
    arguments = ["diff", "HEAD..HEAD", "--content", str(repository.content)]
    environment = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    process = subprocess.Popen([sys.executable, "-c", script, *arguments], stderr=subprocess.PIPE, env=environment)
    for _ in range(300):
        if list(temporary.glob("*/head/content/status.yaml")):
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint.strip()) == (130, b"interrupted")
    assert list(temporary.iterdir()) == []


# --- What is told


def test_an_incident_is_a_page_a_notice_a_state_and_a_figure(repository):
    repository.write({WEB: OPEN})
    said = diff(repository)
    assert said["state"] == {"before": "operational", "after": "major_outage"}
    assert said["components"] == [
        {"id": "web", "name": "Web", "before": "operational", "after": "major_outage"}
    ]  # fmt: skip
    (notice,) = said["feed_items"]["notify"]
    assert notice["title"] == "[Investigating] Web is down"
    assert notice["feeds"] == ["components/web", "groups/core", "history", "incidents"]
    changed = {page["address"] for page in said["pages"]["changed"]}
    assert {"", "history/", "components/web/", "uptime/2026-11/web/", "embed/"} <= changed
    assert not {"components/api/", "uptime/2026-10/", "uptime/2026-11/api/", "404.html", "subscribe/"} & changed
    assert said["pages"]["changed_around"] == 0, "what tells programs that the facts are others is no word"
    moved = {(one["kind"], one["id"], one["period"]) for one in said["figures"]}
    assert moved == {
        (kind, id_, period) for kind, id_ in (("component", "web"), ("group", "core"), ("overall", None))
        for period in ("90 days", "2026-11")
    }  # fmt: skip
    web = next(one for one in said["figures"] if (one["id"], one["period"]) == ("web", "2026-11"))
    assert (web["before"]["met"], web["after"]["met"]) == (True, False)


def test_text_is_short_and_aligned(repository):
    repository.write({WEB: OPEN})
    commit = repository.git("rev-parse", "HEAD")[:9]
    assert (
        run(repository).stdout
        == f"""\
from   where main was left ({commit})
to     the working tree, as of 2026-11-24T09:30:00Z

state: operational → major outage
~ Web   operational → major outage
+ open  Web is down                 investigating, since 2026-11-24T07:00:00Z

feed items: 1 notifies
+ [Investigating] Web is down  notifies 4 feeds

pages: 1 new, 11 changed
+ /incidents/2026-11-24-web/  Investigating: Web is down
~ /                           Major outage
~ /history/                   History
~ /history/2026-11/           Incidents in November 2026
~ /incidents/2026-11-02-api/  Resolved: API errors
~ /components/web/            Web
~ /uptime/                    Uptime
~ /uptime/2026-11/            Uptime in November 2026
~ /embed/                     Major outage
~ and 3 explanation pages

figures: 6 move, 3 newly missed
! Web         2026-11  100% → 99.554%     met → missed  down 0 s → 2 h 30 min
! group Core  2026-11  99.970% → 99.525%  met → missed  down 10 min → 2 h 40 min
! overall     2026-11  99.970% → 99.525%  met → missed  down 10 min → 2 h 40 min
~ Web         90 days  100% → 99.808%                   down 0 s → 2 h 30 min
~ group Core  90 days  99.987% → 99.795%                down 10 min → 2 h 40 min
~ overall     90 days  99.987% → 99.795%                down 10 min → 2 h 40 min
"""
    )


def test_an_edit_tells_nobody(repository):
    repository.write({API: SOLVED.replace("We are looking.", "We are looking into it.")})
    said = diff(repository)
    assert said["feed_items"]["notify"] == []
    (edit,) = said["feed_items"]["edited"]
    assert edit["title"] == "[Investigating] API errors"
    assert "history" in edit["feeds"]
    assert said["figures"] == []
    assert [page["address"] for page in said["pages"]["changed"]] == ["incidents/2026-11-02-api/"]
    assert "edited in 4 feeds, which tells nobody" in run(repository).stdout


def test_an_update_with_another_time_is_sent_again(repository):
    repository.write({API: SOLVED.replace("09:30 UTC", "09:40 UTC")})
    said = diff(repository)["feed_items"]
    assert [item["title"] for item in (*said["notify"], *said["gone"])] == ["[Resolved] API errors"] * 2
    assert "an update is known by its time" in run(repository).stdout


def test_a_page_that_goes_is_a_warning(repository):
    repository.write({API: None})
    said = diff(repository)
    assert [page["address"] for page in said["pages"]["gone"]] == ["incidents/2026-11-02-api/"]
    assert re.search(r"^! /incidents/2026-11-02-api/  gone: an address", run(repository).stdout, re.MULTILINE)
    assert "- :warning: **pages**: 1 gone, " in run(repository, "--format", "markdown").stdout


def test_a_component_that_goes_takes_its_feeds_along(repository):
    web = re.compile("  web: .*\n")
    repository.write({"status.yaml": web.sub("", SETTINGS)})
    said = diff(repository)
    assert said["feeds_gone"] == ["components/web"]
    assert {"id": "web", "name": "Web", "before": "operational", "after": None} in said["components"]
    assert "! components/web.rss" in run(repository).stdout


def test_a_target_moves_verdicts_and_credits_and_no_uptime(repository):
    repository.write({"status.yaml": SETTINGS.replace("99.9%", "99.99%")})
    figures = diff(repository)["figures"]
    assert ("component", "api", "2026-11") in {(one["kind"], one["id"], one["period"]) for one in figures}
    assert all(one["before"]["uptime"] == one["after"]["uptime"] for one in figures)
    assert re.search(r"^! API +2026-11 +99.97\d%  met → missed ", run(repository).stdout, re.MULTILINE)


def test_what_is_dated_ahead_is_told_with_its_time(repository):
    work = "---\ntitle: Disks\ncomponents: [web]\nstart: 2026-12-01 22:00 UTC\nend: 2026-12-01 23:00 UTC\n---\n"
    repository.write({"maintenance/disks.md": work + "## Scheduled — 2026-11-24 12:00 UTC\nSoon.\n"})
    said = diff(repository)
    assert [(one["title"], one["at"]) for one in said["later"]] == [("[Scheduled] Disks", "2026-11-24T12:00:00Z")]
    assert not said["nothing_changes"]
    assert "later: 1 update dated ahead\n+ 2026-11-24T12:00:00Z  [Scheduled] Disks\n" in run(repository).stdout


def test_words_around_all_pages_are_told_once(repository):
    repository.write({"pages/about.md": "---\ntitle: About\nnav: true\n---\nHello.\n"})
    said = diff(repository)
    assert [page["address"] for page in said["pages"]["added"]] == ["about/"]
    assert said["pages"]["changed"] == []
    assert said["pages"]["changed_around"] > 10
    assert "~ the words around " in run(repository).stdout


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS + "theme: {accent: '#1a4fb4'}\n",  # a stylesheet, in each page by a new address
        SETTINGS + "# a comment\n",
        SETTINGS + "private_words: [secret]\n",
    ],
)
def test_what_pages_carry_for_programs_is_no_change(repository, settings):
    repository.write({"status.yaml": settings})
    said = diff(repository)
    assert said["pages"] == {"added": [], "changed": [], "gone": [], "changed_around": 0}


def test_a_language_more_is_told_and_no_page_of_it(repository):
    repository.write({"status.yaml": SETTINGS + "languages: [en, de]\n"})
    said = diff(repository)
    assert said["languages"] == {"before": ["en"], "after": ["en", "de"]}
    assert said["pages"]["added"] == said["pages"]["changed"] == []


def test_a_theme_is_that_of_the_commit(repository):
    theme = repository.top / "themes" / "ours" / "base.html"
    theme.parent.mkdir(parents=True)
    theme.write_text('{% extends "default/base.html" %}{% block footer %}Ours.{% endblock %}\n')
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": SETTINGS + "theme: {name: ours}\n"})
    theme.write_text('{% extends "default/base.html" %}{% block footer %}Theirs.{% endblock %}\n')
    said = diff(repository, "HEAD")
    assert said["pages"]["changed_around"] > 10
    assert diff(repository, "HEAD..HEAD")["nothing_changes"]


# --- Logs


LOGGED = SETTINGS + "monitoring: {interval: 60s}\nchecks: [{files: 'checks/*.jsonl'}]\n"


def checks(day: int, status: str = "up") -> str:
    lines = (
        {"time": f"2026-11-{day}T{hour:02}:{minute:02}:00Z", "monitor": "api", "status": status}
        for hour in range(3) for minute in range(60)
    )  # fmt: skip
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def test_logs_that_git_does_not_know_count_on_both_sides(repository):
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": LOGGED, ".gitignore": "checks/\n"})
    repository.write({"checks/a.jsonl": checks(20, "down"), "checks/b.jsonl": checks(21)})
    assert diff(repository)["nothing_changes"]
    assert diff(repository, "HEAD..HEAD")["nothing_changes"]
    repository.write({API: SOLVED.replace("title: API errors", "title: API errors\nexclude: a storm")})
    figures = {(one["id"], one["period"]): one for one in diff(repository)["figures"]}
    assert figures["api", "2026-11"]["before"]["downtime"] != figures["api", "2026-11"]["after"]["downtime"]


def test_logs_that_git_knows_are_those_of_each_side(repository):
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": LOGGED, "checks/a.jsonl": checks(20)})
    repository.commit("2026-11-04T00:00:00Z", {"checks/b.jsonl": checks(21, "down")})
    said = diff(repository, "HEAD~1..HEAD")
    assert ("api", "2026-11") in {(one["id"], one["period"]) for one in said["figures"]}
    assert diff(repository, "HEAD")["nothing_changes"]


def test_a_large_log_is_read_where_it_lies(repository, monkeypatch):
    from statusgen.read import trees

    monkeypatch.setattr(trees, "_LARGE", 1000)
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": LOGGED, "checks/a.jsonl": checks(20, "down")})
    assert diff(repository, "HEAD")["nothing_changes"]
    repository.write({"checks/a.jsonl": checks(20)})
    assert not diff(repository, "HEAD")["nothing_changes"]


def test_what_git_keeps_elsewhere_is_that_on_disk(repository):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": LOGGED, "checks/a.jsonl": pointer})
    repository.write({"checks/a.jsonl": checks(20, "down")})
    assert diff(repository, "HEAD")["nothing_changes"]


# --- Where it cannot be


def test_problems_of_the_head_are_told_as_check_tells_them(repository):
    repository.write({WEB: OPEN.replace("major_outage", "down")})
    result = run(repository)
    assert result.exit_code == 1
    assert f"{repository.content}/{WEB}:3: " in result.stderr
    assert result.stdout == ""
    repository.commit("2026-11-24T08:00:00Z")
    again = run(repository, "HEAD~1..HEAD")
    assert (again.exit_code, again.stderr) == (1, result.stderr)


def test_problems_of_the_base_make_everything_new(repository):
    repository.commit("2026-11-03T00:00:00Z", {WEB: OPEN.replace("major_outage", "down")})
    repository.write({WEB: OPEN})
    said = diff(repository, "HEAD")
    assert said["state"] == {"before": None, "after": "major_outage"}
    assert said["base_problems"][0].startswith(f"{repository.content}/{WEB}:3: ")
    assert "note: the base does not build (1 problem), so everything is new" in run(repository, "HEAD").stdout
    assert "The base does not build" in run(repository, "HEAD", "--format", "markdown").stdout


def test_a_base_without_content_is_nothing(tmp_path):
    repository = Repository(tmp_path / "it")
    repository.content.mkdir()
    (repository.top / "README").write_text("x")
    repository.commit("2026-11-02T10:00:00Z")
    repository.write({"status.yaml": SETTINGS, API: SOLVED})
    said = diff(repository)
    assert said["base"].endswith(f"has no folder {repository.content}")
    assert len(said["pages"]["added"]) > 10
    assert said["pages"]["changed"] == []


def test_before_the_first_commit_everything_is_new(tmp_path):
    repository = Repository(tmp_path / "it")
    repository.write({"status.yaml": SETTINGS})
    said = diff(repository)
    assert said["base"] == "no commit yet"
    assert said["pages"]["added"]


def test_a_folder_in_no_repository_is_told_with_the_cure(world):
    result = CliRunner().invoke(cli, ["diff", "--content", str(world())])
    assert result.exit_code == 3
    assert "lies in no git repository, so there is nothing to compare with (git init)" in result.stderr


@pytest.mark.parametrize("asked", ["nonsense", "nonsense..HEAD", "HEAD..nonsense", "--all", "HEAD:content", "main@{9}"])
def test_a_revision_that_git_does_not_know_is_wrong_usage(repository, asked):
    result = run(repository, "--", asked)
    assert result.exit_code == 2, result.output
    assert "no revision" in result.stderr
    assert "git branch --all" in result.stderr


def test_without_a_main_branch_the_base_must_be_named(repository):
    repository.git("branch", "--move", "main", "trunk")
    result = run(repository)
    assert result.exit_code == 2
    assert "no main branch: there is none of origin/HEAD, origin/main, origin/master, main, master" in result.stderr
    assert "statusgen diff BASE" in result.stderr


def test_a_shallow_clone_without_the_merge_base_says_fetch_depth(repository, tmp_path):
    repository.git("checkout", "--quiet", "-b", "branch")
    repository.commit("2026-11-24T07:00:00Z", {WEB: OPEN})
    repository.git("checkout", "--quiet", "main")
    repository.commit("2026-11-24T08:00:00Z", {"pages/x.md": "---\ntitle: X\n---\nX.\n"})
    clone = repository.clone(tmp_path / "clone", "--depth=1", "--no-single-branch", "--branch=branch")
    result = run(clone)
    assert result.exit_code == 3
    assert "shallow clone" in result.stderr
    assert "fetch-depth: 0" in result.stderr
    clone.git("fetch", "--quiet", "--unshallow")
    assert diff(clone)["pages"]["added"]


def test_a_repository_of_another_user_is_told_with_the_cure(repository, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")
    monkeypatch.setattr(
        "statusgen.read.git._environment",
        lambda: {**os.environ, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "LC_ALL": "C"},
    )
    result = run(repository)
    assert result.exit_code == 3
    assert "belongs to another user (git config --global --add safe.directory" in result.stderr


def test_without_git_there_is_no_comparison(repository, monkeypatch, tmp_path):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    result = run(repository)
    assert result.exit_code == 3
    assert "there is no git (install it)" in result.stderr


# --- Strangers


def test_no_configuration_of_the_repository_runs_anything(repository, tmp_path):
    touch = f"touch {tmp_path / 'ran'}; cat"
    for name in ("filter.evil.clean", "filter.evil.smudge", "core.fsmonitor", "diff.evil.textconv", "core.pager",
                 "core.sshCommand", "core.hooksPath", "uploadpack.packObjectsHook"):  # fmt: skip
        repository.git("config", name, touch)
    repository.git("config", "filter.evil.required", "true")
    (repository.top / ".gitattributes").write_text("* filter=evil diff=evil export-subst\n")
    repository.write({WEB: OPEN})
    assert diff(repository)["pages"]["added"]
    assert not (tmp_path / "ran").exists()


def test_links_out_of_a_commit_are_not_followed(repository, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text(OPEN.replace("Web is down", "A secret"))
    (repository.content / "incidents" / "x.md").symlink_to(secret)
    repository.commit("2026-11-03T00:00:00Z")
    result = run(repository, "HEAD~1..HEAD")
    assert result.exit_code == 1
    assert "x.md: a link that leads out of the content folder" in result.stderr
    assert "secret" not in result.output


def test_a_theme_that_leads_out_of_a_commit_is_none(repository, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("A secret")
    (repository.top / "themes").mkdir()
    (repository.top / "themes" / "evil").symlink_to(outside)
    repository.commit("2026-11-03T00:00:00Z", {"status.yaml": SETTINGS + "theme: {name: evil}\n"})
    result = run(repository, "HEAD~1..HEAD")
    assert result.exit_code == 1
    assert 'no theme "evil"' in result.stderr


def tree_of(repository: Repository, *entries: tuple[str, str, str]) -> str:
    """Make a tree that git itself would not, from (mode, name, id)."""
    raw = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(id_) for mode, name, id_ in entries)
    command = ["git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally"]
    done = subprocess.run(command, cwd=repository.top, input=raw, capture_output=True, check=True, env=ENVIRONMENT)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("name", ["..", ".git", ".", ".GIT"])
def test_names_that_no_file_can_have_are_refused(repository, name, tmp_path):
    blob = repository.git("rev-parse", f"HEAD:content/{API}")
    inner = tree_of(repository, ("100644", "evil.md", blob))
    content = tree_of(repository, ("40000", name, inner))
    commit = repository.git("commit-tree", "-m", "x", tree_of(repository, ("40000", "content", content)))
    result = run(repository, commit)
    assert result.exit_code == 3
    assert "a name that no file can have" in result.stderr
    assert not list(tmp_path.rglob("evil.md"))


def test_nothing_is_written_through_a_link(repository, tmp_path):
    """A tree may name a link and a folder alike, though git would not make one."""
    outside = tmp_path / "outside"
    outside.mkdir()
    aim = tmp_path / "aim"
    aim.write_text(str(outside))
    link = repository.git("hash-object", "-w", str(aim))
    blob = repository.git("rev-parse", f"HEAD:content/{API}")
    settings = repository.git("rev-parse", "HEAD:content/status.yaml")
    inner = tree_of(repository, ("100644", "evil.md", blob))
    content = tree_of(
        repository, ("120000", "incidents", link), ("40000", "incidents", inner), ("100644", "status.yaml", settings)
    )
    commit = repository.git("commit-tree", "-m", "x", tree_of(repository, ("40000", "content", content)))
    assert run(repository, commit).exit_code == 0
    assert list(outside.iterdir()) == []


# --- The comment


HOSTILE = [
    "@joe look", "<img src=x onerror=alert(1)>", "``` end", "`` ` ```` x", "#1 !2 &3", "</details><script>",
    "[x](https://evil.example)", "https://evil.example www.evil.example", "a | b\\| c", "--> <!--", "- [ ] task",
    "\u202egnitsav", "line\nbreak\n```\n@joe", ":tada: *b* _i_ ~~s~~", "&lt;b&gt; &#64;joe", "\x1b[31m", "`", "\\`x",
]  # fmt: skip


def hostile_difference(title: str) -> Difference:
    item = ItemSeen(id="x", title=title, at=0, feeds=frozenset({"a"}), meant=frozenset({"a"}))
    page = PageSeen(address="x/", kind="incident.html", title=title)
    notices = (Notice(item=item, feeds=("a",)),)
    return Difference(
        shown=("operational", "operational"), notices=notices, edits=notices, items_gone=notices, added=(page,),
        gone=(page,), comers=(Comer(id="x", title=title, at=0),),
    )  # fmt: skip


def inert(comment: str, title: str) -> None:
    """Tell that a title stands in code alone, and that the structure is ours."""
    tokens = MarkdownIt("commonmark").parse(comment)
    inline = [child for token in tokens for child in token.children or ()]
    outside = [t.content for t in inline if t.type != "code_inline"]
    html = [t.content for t in tokens if t.type == "html_block"] + [t.content for t in inline if "html" in t.type]
    spoken = " ".join([*outside, *html])
    assert not [t for t in inline if t.type in ("link_open", "image")]
    words = set(re.findall(r"\w{3,}", clean(title))) - {"details"}
    assert not words & set(re.findall(r"\w+", spoken)), spoken
    assert spoken.count("<details>") == spoken.count("</details>") == sum(t.type == "fence" for t in tokens)
    assert all(t.content.splitlines()[0][1] == " " for t in tokens if t.type == "fence")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_of_a_stranger_stays_in_code(title):
    comment = write_comment(hostile_difference(title), base=title, head="the working tree", moment=AT)
    inert(comment, title)


@settings(max_examples=150)
@given(st.text(alphabet="`~ \\|<>@#!\n\r-_*[]()&;\u2028\x00", max_size=30))
def test_any_text_is_one_piece_of_code(text):
    tokens = MarkdownIt("commonmark").parseInline(f"a: {code(text)}")
    kinds = [child.type for child in tokens[0].children]
    assert kinds == ["text", "code_inline"]
    assert tokens[0].children[1].content.strip() == clean(text).strip()


def test_a_comment_fits_and_says_what_is_left_out():
    pages = tuple(PageSeen(address=f"{n}/", kind="incident.html", title="x" * 1000) for n in range(5000))
    explained = tuple(PageSeen(address=f"e{n}/", kind="uptime_explained.html", title="x") for n in range(24))
    difference = Difference(shown=("operational", "operational"), added=(*pages, *explained), gone=pages)
    comment = write_comment(difference, base="a", head="b", moment=AT)
    assert len(comment) <= MOST
    (section,) = sections_of(difference)
    told = [row.cells[0] for row in section.rows]
    assert f"and {5000 - MOST_ROWS:,} more" in told
    assert "and 24 explanation pages" in told
    assert max(map(len, align_rows(section.rows))) < 2 * LONGEST


def test_the_command_writes_the_comment_of_a_hostile_merge_request(repository):
    repository.write({WEB: OPEN.replace("Web is down", "'</details> @joe <b> `x` | #1'")})
    result = run(repository, "--format", "markdown")
    assert result.exit_code == 0
    assert result.stdout.startswith("<!-- statusgen diff -->\n### What readers will get\n\n- ")
    inert(result.stdout, "</details> @joe <b> `x` | #1")


def test_colour_is_for_terminals(repository, monkeypatch):
    repository.write({WEB: OPEN})
    assert "\x1b" not in run(repository).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m" in run(repository).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run(repository).stdout


# --- Laws of the comparison


def seen(history: History) -> Seen:
    public = public_history(history, NOW)
    return look_at(public, compute_report(public, NOW), load_theme("default", None))


def compare(before: Seen, after: Seen) -> Difference:
    return compare_sites(*read_apart(before, after))


def test_a_site_differs_from_itself_in_nothing():
    one = seen(TINY)
    assert compare(one, one).nothing
    assert sections_of(compare(one, one)) == ()


def test_what_one_direction_adds_the_other_takes_away():
    less = seen(replace(TINY, incidents=(OVER,)))
    more = seen(replace(TINY, incidents=(OVER, NOTE)))
    there, back = compare(less, more), compare(more, less)
    assert there.added == back.gone != ()
    assert {notice.item.id for notice in there.notices} == {notice.item.id for notice in back.items_gone}
    assert {page.address for page in there.changed} == {page.address for page in back.changed}
    assert len(there.figures) == len(back.figures)


def test_what_is_too_old_for_the_feeds_notifies_nobody():
    many = tuple(say(minutes, Phase.UPDATE) for minutes in range(60 * 24 * 60, 60 * 24 * 60 - 60, -1))
    old = replace(NOTE, id="old", started=many[0].at, updates=many)
    item = replace(NOTE, id="older", started=many[0].at - 60, updates=(say(60 * 24 * 61, Phase.UPDATE),))
    before = seen(replace(TINY, incidents=(old,)))
    after = seen(replace(TINY, incidents=(old, item)))
    (notice,) = compare(before, after).notices
    assert notice.feeds == ("incidents",), "where each incident is one item there is room"


def test_a_page_says_the_same_whatever_it_carries_for_programs():
    page = CustomPage(id="a", title="A", text="Hello *there*.")
    one, other = (seen(replace(TINY, pages=(replace(page, text=text),))) for text in ("Hello *there*.", "Hello there!"))
    assert [p.address for p in compare(one, other).changed] == ["a/"]


def test_the_instant_is_one_for_both_sides(repository):
    assert at(AT) == NOW
    assert diff(repository)["now"] == AT
