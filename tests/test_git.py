"""Git as it is met: clones of all kinds, folders anywhere, no git at all, and repositories that mean harm."""

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SETTINGS, at
from repository import Repository
from test_edits import A2, API, ONCE, A, B, edited, incident, said

from statusgen.cli import cli
from statusgen.errors import ContentError
from statusgen.project import build_site, check_content
from statusgen.read import git, revisions
from statusgen.read.content import read_content
from statusgen.read.git import describe_head, find_checkout, read_head

NOW = at("2026-11-24T00:00:00Z")
GIT = shutil.which("git")


@pytest.fixture
def repository(tmp_path) -> Repository:
    """Give a repository in which an incident was edited once."""
    return begin(Repository(tmp_path / "it"))


def begin(repository: Repository) -> Repository:
    repository.commit("2026-11-02T09:25:00Z", {"status.yaml": SETTINGS, API: incident(A)})
    repository.commit("2026-11-02T09:30:00Z", {API: incident(A2)})
    return repository


def why_untraced(content: Path) -> str:
    """Give why nothing is known of edits, of which none is then told."""
    history = read_content(content, NOW, edits=True)
    assert all(update.edited is None for item in history.incidents for update in item.updates)
    return f"{history.untraced.place}: {history.untraced.text}" if history.untraced else ""


def digests(content: Path, out: Path) -> dict[str, str]:
    build_site(content, out, NOW)
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def other_git(tmp_path, monkeypatch):
    """Put a script in the place of git: it sees the arguments, and `exec "$GIT" "$@"` does what git does."""

    def put(script: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / "git"
        path.write_text(f"#!/bin/sh\nGIT={GIT}\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    return put


@pytest.fixture
def no_git(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


# --- Laws


def test_a_clone_builds_the_same_bytes(repository, tmp_path):
    clone = repository.clone(tmp_path / "clone")
    bytes_here = digests(repository.content, tmp_path / "a")
    assert digests(clone.content, tmp_path / "b") == bytes_here
    page = (tmp_path / "a" / "incidents" / "2026-11-02-api" / "index.html").read_text(encoding="utf-8")
    assert '<span class="edited">edited <time datetime="2026-11-02T09:30:00' in page
    bare = shutil.copytree(repository.content, tmp_path / "elsewhere" / "content")
    assert digests(bare, tmp_path / "c") != bytes_here


def test_a_history_that_is_cut_off_is_none(repository, tmp_path):
    shallow = repository.clone(tmp_path / "clone", "--depth=1")
    bare = shutil.copytree(repository.content, tmp_path / "elsewhere" / "content")
    assert digests(shallow.content, tmp_path / "a") == digests(bare, tmp_path / "b")
    told = why_untraced(shallow.content)
    assert told.startswith(f"{shallow.content}: it is not known which updates were edited: this is a shallow clone")
    assert "fetch-depth: 0" in told
    assert why_untraced(bare) == ""
    shallow.git("fetch", "--quiet", "--unshallow")
    assert edited(shallow) == ONCE


def test_a_depth_that_reaches_the_first_commit_cuts_nothing_off(repository, tmp_path):
    assert edited(repository.clone(tmp_path / "clone", "--depth=9")) == ONCE


# --- Where the content lies


@pytest.mark.parametrize("content", [".", "content", "deep/er/content", "Größe 'x' \"y\"\n\t*[a]/:(top)content"])
def test_the_content_may_be_any_folder_of_a_repository(tmp_path, content):
    assert edited(begin(Repository(tmp_path / "it", content))) == ONCE


def test_the_content_may_be_reached_by_a_link(repository, tmp_path):
    (tmp_path / "link").symlink_to(repository.content)
    assert edited(Repository(tmp_path, "link", begun=True)) == ONCE


def test_the_content_may_lie_in_a_worktree(repository, tmp_path):
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    tree = Repository(tmp_path / "tree", begun=True)
    tree.commit("2026-11-02T09:45:00Z", {API: incident(said("09:20", "There."))})
    assert edited(tree) == {"20261102T0920Z": "2026-11-02T09:45:00Z"}
    assert edited(repository) == ONCE
    assert describe_head(tree.content) != describe_head(repository.content)


def test_the_content_may_be_a_submodule(tmp_path):
    inner = begin(Repository(tmp_path / "inner", "."))
    outer = Repository(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", f"file://{inner.top}", "content")
    outer.commit("2026-11-03T00:00:00Z")
    assert edited(outer) == ONCE
    assert describe_head(outer.content) == describe_head(inner.content)


def test_hashes_may_be_of_the_longer_kind(tmp_path):
    (tmp_path / "it").mkdir()
    repository = Repository(tmp_path / "it", begun=True)
    repository.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    assert edited(begin(repository)) == ONCE


def test_what_git_knows_nothing_of_was_not_edited(repository, tmp_path):
    copy = shutil.copytree(repository.content, repository.top / "copy")
    assert why_untraced(copy) == "", "not committed"
    shutil.copytree(repository.content, tmp_path / "new" / "content")
    new = Repository(tmp_path / "new")
    assert why_untraced(new.content) == "", "no commit at all"
    assert describe_head(new.content).strip() == "False"
    shutil.copytree(repository.content, tmp_path / "archive" / "content")
    (tmp_path / "archive" / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert why_untraced(tmp_path / "archive" / "content") == "", "a worktree without its repository"
    assert find_checkout(tmp_path / "nowhere") is None
    (tmp_path / "loop").symlink_to("loop")
    assert find_checkout(tmp_path / "loop") is None


# --- Which commit is checked out


def test_the_commit_is_known_without_asking_git(repository, monkeypatch):
    head = repository.git("rev-parse", "HEAD")
    repository.git("worktree", "add", "--quiet", "../tree", "-b", "other")

    def never(*_, **__):
        raise AssertionError

    states = {
        "on a branch": (),
        "on a branch that is packed": ("pack-refs", "--all"),
        "on none": ("checkout", "--quiet", "--detach"),
    }
    for state, command in states.items():
        if command:
            repository.git(*command)
        with monkeypatch.context() as patch:
            patch.setattr(subprocess, "Popen", never)
            assert describe_head(repository.content) == f"{head} False", state
            assert describe_head(repository.top.parent / "tree" / "content") == f"{head} False", state


def test_the_commit_is_asked_for_where_references_lead_on(repository):
    repository.git("symbolic-ref", "refs/heads/link", "refs/heads/main")
    repository.git("symbolic-ref", "HEAD", "refs/heads/link")
    checkout = find_checkout(repository.content)
    assert read_head(checkout) == repository.git("rev-parse", "HEAD")
    assert edited(repository) == ONCE


def test_a_commit_that_changes_no_file_is_built_anew(repository, tmp_path):
    page = tmp_path / "site" / "incidents" / "2026-11-02-api" / "index.html"
    repository.write({API: incident(said("09:20", "Not committed yet."))})
    time.sleep(0.15)  # what changed a moment ago may change again without a sign, and is not remembered
    build_site(repository.content, tmp_path / "site", NOW)
    note = repository.top / ".statusgen" / "cache" / "build.json"
    written = note.stat().st_mtime_ns
    build_site(repository.content, tmp_path / "site", NOW)
    assert note.stat().st_mtime_ns == written, "nothing to do"
    assert 'edited <time datetime="2026-11-02T09:30:00' in page.read_text()
    files = {path: path.stat().st_ctime_ns for path in repository.content.rglob("*")}
    repository.commit("2026-11-02T09:50:00Z")
    assert {path: path.stat().st_ctime_ns for path in repository.content.rglob("*")} == files
    build_site(repository.content, tmp_path / "site", NOW)
    assert 'edited <time datetime="2026-11-02T09:50:00' in page.read_text()


@pytest.mark.usefixtures("no_git")
def test_what_could_not_be_told_is_asked_for_again(repository, tmp_path, monkeypatch):
    page = tmp_path / "site" / "incidents" / "2026-11-02-api" / "index.html"
    time.sleep(0.15)
    build_site(repository.content, tmp_path / "site", NOW)
    assert '"edited"' not in page.read_text()
    monkeypatch.setenv("PATH", str(Path(GIT).parent))
    build_site(repository.content, tmp_path / "site", NOW)
    assert '"edited"' in page.read_text()


# --- Where git cannot tell


@pytest.mark.usefixtures("no_git")
def test_without_git_a_site_is_built_and_a_word_is_said(repository, tmp_path):
    bare = shutil.copytree(repository.content, tmp_path / "elsewhere" / "content")
    assert digests(repository.content, tmp_path / "a") == digests(bare, tmp_path / "b")
    assert why_untraced(repository.content).endswith("edited: there is no git (install it)")
    assert why_untraced(bare) == ""


def test_advice_is_given_once_and_is_never_a_problem(repository, tmp_path):
    shallow = repository.clone(tmp_path / "clone", "--depth=1")
    arguments = ["--content", str(shallow.content), "--strict", "--now", "2026-11-24T00:00:00Z"]
    built = CliRunner().invoke(cli, ["build", "--out", str(tmp_path / "site"), *arguments])
    assert built.exit_code == 0, built.stderr
    assert built.stderr.count("fetch-depth: 0") == built.stderr.count("note: ") == 1
    assert "fetch-depth" not in CliRunner().invoke(cli, ["check", *arguments]).stderr


def test_a_repository_of_another_user_is_told_with_the_cure(repository, other_git, monkeypatch):
    other_git('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "$GIT" "$@"')
    told = why_untraced(repository.content)
    assert told.endswith(f"another user (git config --global --add safe.directory {repository.top})")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repository.top))
    assert edited(repository) == ONCE


def test_a_clone_without_old_texts_is_told_and_never_completed(repository, tmp_path):
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none")
    missing = ("rev-list", "--objects", "--missing=print", "HEAD")
    before = clone.git(*missing)
    assert "\n?" in before
    assert why_untraced(clone.content).endswith("this is a partial clone (clone it without --filter)")
    assert clone.git(*missing) == before
    trees = repository.clone(tmp_path / "trees", "--filter=tree:0", "--no-checkout")
    trees.content.mkdir()
    trees.write({"status.yaml": SETTINGS})
    assert "this is a partial clone" in why_untraced(trees.content)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('echo "fatal: no luck" >&2; exit 128', 'git says "fatal: no luck"'),
        ("exit 1", 'git says "nothing"'),
        ("kill -9 $$", 'git says "nothing"'),
        ("exec sleep 30", "git took more than 2 s"),
        ('case "$*" in *cat-file*) exec sleep 30;; *) exec "$GIT" "$@";; esac', "git broke off, or took too long"),
        ('case "$*" in *cat-file*) exit 1;; *) exec "$GIT" "$@";; esac', "git broke off, or took too long"),
        ('case "$*" in *cat-file*) echo x y z;; *) exec "$GIT" "$@";; esac', "git broke off, or took too long"),
        ('case "$*" in *cat-file*) "$GIT" "$@" | head -c 99;; *) exec "$GIT" "$@";; esac', "git broke off"),
    ],
)
def test_git_may_fail_in_any_way(repository, other_git, monkeypatch, script, told):
    if "sleep" in script:
        monkeypatch.setattr(git, "LONGEST", 2.0)
    other_git(script)
    begun = time.monotonic()
    assert told in why_untraced(repository.content)
    assert time.monotonic() - begun < 20


def test_a_git_that_cannot_be_started_is_told(repository, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("no script")
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "git cannot be started: Exec format error" in why_untraced(repository.content)


def test_texts_without_end_are_not_read(repository, monkeypatch):
    monkeypatch.setattr(git, "MOST_BYTES", 100)
    assert "the former versions are more than 100 bytes" in why_untraced(repository.content)


def test_a_former_version_that_no_file_could_be_is_none(repository, monkeypatch):
    repository.commit("2026-11-02T09:40:00Z", {API: incident(said("09:20", "x" * 500))})
    repository.commit("2026-11-02T09:45:00Z", {API: incident(A2)})
    assert edited(repository) == {"20261102T0920Z": "2026-11-02T09:45:00Z"}
    monkeypatch.setattr(revisions, "LARGEST", 400)
    assert edited(repository) == ONCE


def test_problems_are_told_before_a_slow_git_has_ended(repository, other_git):
    repository.write({API: "no front matter"})
    other_git("exec sleep 30")
    begun = time.monotonic()
    with pytest.raises(ContentError):
        read_content(repository.content, NOW, edits=True)
    assert time.monotonic() - begun < 10


def test_other_commands_do_not_ask_git(repository, monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr(subprocess, "Popen", never)
    check_content(repository.content, NOW)
    with pytest.raises(AssertionError):
        read_content(repository.content, NOW, edits=True)


# --- Repositories and surroundings that mean harm


def test_no_variable_leads_git_elsewhere(repository, tmp_path, monkeypatch):
    other = Repository(tmp_path / "other")
    other.commit("2026-11-03T00:00:00Z")
    surroundings = {
        "GIT_DIR": str(other.top / ".git"), "GIT_WORK_TREE": str(other.top), "GIT_INDEX_FILE": "/nowhere",
        "GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_COMMON_DIR": "/nowhere", "GIT_NAMESPACE": "x", "GIT_PREFIX": "x/",
        "GIT_CEILING_DIRECTORIES": str(repository.content), "GIT_LITERAL_PATHSPECS": "0", "GIT_GLOB_PATHSPECS": "1",
        "GIT_PAGER": "false", "GIT_EXTERNAL_DIFF": "false", "GIT_TRACE": "2", "LANG": "de_DE.UTF-8", "LC_ALL": "",
    }  # fmt: skip
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert edited(repository) == ONCE


def test_nothing_runs_and_nothing_changes_whatever_a_repository_configures(repository, tmp_path):
    marker, script = tmp_path / "it-ran", tmp_path / "script"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\nexit 1\n')
    script.chmod(0o755)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change"):
        (tmp_path / "hooks").mkdir(exist_ok=True)
        shutil.copy(script, tmp_path / "hooks" / hook)
    repository.commit("2026-11-02T09:35:00Z", {".gitattributes": "*.md diff=x filter=x\n", API: incident(A2, B)})
    repository.git("checkout", "--quiet", "-b", "request")
    repository.commit("2026-11-02T09:40:00Z", {API: incident(said("09:20", "Merged."), B)})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "x", "request", at="2026-11-02T09:41:00Z")
    sign(repository)
    settings = {
        **dict.fromkeys(
            ("core.fsmonitor", "core.pager", "pager.log", "core.sshCommand", "core.askPass", "gpg.program",
             "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.smudge", "filter.x.clean",
             "filter.x.process", "credential.helper", "uploadpack.packObjectsHook", "core.gitProxy"), str(script),
        ),
        **dict.fromkeys(("alias.log", "alias.cat-file"), f"!{script}"),
        **dict.fromkeys(("log.showSignature", "log.follow", "log.mailmap", "diff.mnemonicPrefix"), "true"),
        **dict.fromkeys(("log.showRoot", "diff.relative", "core.quotePath"), "false"),
        "core.hooksPath": str(tmp_path / "hooks"), "log.diffMerges": "combined", "diff.orderFile": "/nowhere",
        "diff.renames": "copies", "format.pretty": "fuller", "color.ui": "always", "log.decorate": "full",
        "diff.ignoreSubmodules": "none", "core.abbrev": "4", "notes.displayRef": "*", "diff.noPrefix": "true",
        "remote.origin.url": f"ext::{script}", "remote.origin.promisor": "true", "protocol.ext.allow": "always",
        "remote.origin.partialCloneFilter": "blob:none",
    }  # fmt: skip
    config = repository.top / ".git" / "config"
    for name, value in settings.items():
        repository.git("config", "--file", str(config), name, value)
    assert edited(repository) == {"20261102T0920Z": "2026-11-02T09:41:00Z"}
    assert not marker.exists(), marker.read_text()
    first = git_alone(repository, "rev-list", "--max-parents=0", "HEAD")
    blob = git_alone(repository, "rev-parse", f"{first}:content/{API}")
    (repository.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    assert why_untraced(repository.content).endswith("(clone it without --filter)")
    assert not marker.exists(), marker.read_text()


def git_alone(repository: Repository, *arguments: str) -> str:
    """Ask a repository that means harm, without its configuration."""
    config = repository.top / ".git" / "config"
    aside = config.rename(config.with_name("aside"))
    try:
        return repository.git(*arguments)
    finally:
        aside.rename(config)


def sign(repository: Repository) -> None:
    """Give the last commit a signature, which git would let a program check."""
    head, _, message = repository.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----"
    path = repository.top.parent / "signed"
    path.write_text(f"{head}\n{signature}\n\n{message}\n")
    repository.git("update-ref", "HEAD", repository.git("hash-object", "-t", "commit", "-w", str(path)))


def test_a_history_that_is_told_otherwise_is_that_which_was_committed(repository):
    first = repository.git("rev-list", "--max-parents=0", "HEAD")
    repository.git("replace", "--graft", "HEAD")
    assert repository.git("rev-list", "--count", "HEAD") == "1"
    assert edited(repository) == ONCE
    repository.git("replace", "--delete", "HEAD")
    (repository.top / ".git" / "info" / "grafts").write_text(f"{repository.git('rev-parse', 'HEAD')}\n")
    assert first not in repository.git("rev-list", "HEAD")
    assert edited(repository) == ONCE


def test_references_that_lead_out_of_the_repository_are_none(repository, tmp_path):
    (tmp_path / "secret").write_text("0" * 40)
    (repository.top / ".git" / "HEAD").write_text("ref: ../../secret\n")
    assert why_untraced(repository.content) == "" or 'git says "' in why_untraced(repository.content)
