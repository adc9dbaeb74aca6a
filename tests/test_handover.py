"""What we hand over runs: CI files, the action, hooks and the image, each by its own checker and as plain shell."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from commands import NOTED, ROOT, github_steps, gitlab_script, shell, stand_ins

from statusgen.cli import cli
from statusgen.cli.init import PUBLISH
from statusgen.starter import HOSTS

pytestmark = pytest.mark.handover

TOOLS = Path(sys.executable).parent
SCRIPTED = [name for name in PUBLISH if HOSTS[name].service is None]


def init(folder: Path, *options: str) -> Path:
    result = CliRunner().invoke(cli, ["init", str(folder), *options])
    assert result.exit_code == 0, result.output
    return folder


def tool(*words) -> str:
    """Run a checker of the environment; it must be content."""
    done = subprocess.run([TOOLS / words[0], *words[1:]], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=A", "-c", "user.email=a@acme.example", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


# Each by its checker


def test_github_takes_the_workflows_and_finds_no_way_in(tmp_path):
    hosts = ["github-pages", *SCRIPTED]
    folders = [init(tmp_path / host, "--ci", "github", "--publish", host) for host in hosts]
    workflows = [path for folder in folders for path in sorted((folder / ".github" / "workflows").iterdir())]
    assert len(workflows) == 3 * len(hosts)
    tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    tool("check-jsonschema", "--builtin-schema", "custom.github-workflows-require-timeout", *workflows)
    tool("zizmor", "--offline", "--no-config", "--persona", "pedantic", *folders)


def test_gitlab_takes_the_pipelines(tmp_path):
    folders = [init(tmp_path / host, "--ci", "gitlab", "--publish", host) for host in ["gitlab-pages", *SCRIPTED]]
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    tool("check-jsonschema", *schema, *(folder / ".gitlab-ci.yml" for folder in folders))


def test_the_files_of_the_project_are_taken_by_their_checkers():
    tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    tool("zizmor", "--offline", "--no-config", "--persona", "pedantic", "action.yml")
    gitlab = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    tool("check-jsonschema", *gitlab, ".gitlab/statusgen.yml")
    tool("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    tool("hadolint", "Dockerfile")


def test_the_checkers_find_what_is_wrong(tmp_path):
    """A checker that takes everything is none."""
    action = tmp_path / "action.yml"
    text = (ROOT / "action.yml").read_text()
    action.write_text(text.replace('check "${options[@]}"', 'check "${{ inputs.content }}"'))
    with pytest.raises(AssertionError, match="template-injection"):
        tool("zizmor", "--offline", "--no-config", action)
    action.write_text(text.replace("using: composite", "using: compost"))
    with pytest.raises(AssertionError, match="compost"):
        tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", action)
    pipeline = tmp_path / "pipeline.yml"
    pipeline.write_text((ROOT / ".gitlab" / "statusgen.yml").read_text().replace("artifacts:", "artefacts:"))
    with pytest.raises(AssertionError, match="artefacts"):
        tool("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", pipeline)


def test_the_hooks_are_taken_by_pre_commit(tmp_path):
    folder = init(tmp_path / "page")
    tool("pre-commit", "validate-config", folder / ".pre-commit-config.yaml")
    (ours,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (theirs,) = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert {key: theirs[key] for key in ("id", "entry", "files", "pass_filenames")} == {
        key: ours[key] for key in ("id", "entry", "files", "pass_filenames")
    }


# What a stranger must not get


def uses(folder: Path) -> list[str]:
    texts = [path.read_text() for path in (folder / ".github" / "workflows").iterdir()]
    return re.findall(r"uses: (.*)", "\n".join([*texts, (ROOT / "action.yml").read_text()]))


@pytest.mark.parametrize("publish", ["github-pages", *SCRIPTED])
def test_what_a_stranger_sends_runs_without_secrets_and_may_only_read(tmp_path, publish):
    folder = init(tmp_path / "page", "--ci", "github", "--publish", publish)
    for path in (folder / ".github" / "workflows").iterdir():
        document = yaml.safe_load(path.read_text())
        assert document["permissions"] == {}, path.name
        triggers = {document[True]} if isinstance(document[True], str) else set(document[True])
        assert triggers <= {"push", "pull_request", "schedule", "workflow_dispatch"}, path.name
        if "pull_request" in triggers:
            assert "secrets." not in path.read_text()
            assert document["jobs"].pop("check")["permissions"] == {"contents": "read"}
            (comment,) = document["jobs"].values()
            assert "head.repo.full_name == github.repository" in comment["if"]
            assert not any("checkout" in step.get("uses", "") for step in comment["steps"])
    for used in uses(folder):
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_gitlab_comments_for_this_project_alone(tmp_path):
    folder = init(tmp_path / "page", "--ci", "gitlab")
    document = yaml.safe_load((folder / ".gitlab-ci.yml").read_text())
    (rule,) = document["comment"]["rules"]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule["if"]
    assert "TOKEN" not in " ".join(document["check"]["script"])


# As plain shell


@pytest.fixture
def change(tmp_path) -> Path:
    """Give a repository of a page with a merge: an incident that a branch adds to it."""

    def make(*options: str) -> Path:
        folder = init(tmp_path / "page", "--sample", *options)
        git(folder, "init", "-q")
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "Begin")
        git(folder, "checkout", "-qb", "change")
        day = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
        (folder / "content" / "incidents" / "api.md").write_text(
            f"---\ntitle: API errors\ncomponents: {{api: major_outage}}\n---\n\n"
            f"## Investigating — {day} 09:20 UTC\n\nWe look into it.\n\n## Resolved — {day} 09:40 UTC\n\nRolled back.\n"
        )
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "Tell of errors")
        git(folder, "checkout", "-q", "main")
        git(folder, "merge", "-q", "--no-ff", "-m", "Merge", "change")
        return folder

    return make


def run_all(path: Path, values: dict[str, str], folder: Path, environment: dict[str, str]) -> list[str]:
    names = []
    for name, text, given in github_steps(path, values):
        done = shell(text, folder, {**environment, **given})
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        names.append(name)
    return names


def test_the_steps_of_a_pull_request_run_and_say_what_readers_will_get(change, tmp_path):
    folder = change("--ci", "github")
    environment = stand_ins(tmp_path / "bin", gh="") | {"GITHUB_REPOSITORY": "acme/status"}
    values = {"github.token": "t", "github.event.pull_request.number": "7"}
    ran = run_all(folder / ".github" / "workflows" / "check.yml", values, folder, environment)
    assert len(ran) == 5
    assert (folder / "site" / "incidents" / "api" / "index.html").is_file()
    assert "API errors" in (tmp_path / "bin" / "summary").read_text()
    called = (tmp_path / "bin" / "gh.called").read_text().splitlines()
    assert called[:3] == ["pr", "comment", "7"]


def test_the_steps_of_publishing_leave_the_moment_at_which_the_page_is_due(change, tmp_path):
    folder = change("--ci", "github")
    environment = stand_ins(tmp_path / "bin")
    assert len(run_all(folder / ".github" / "workflows" / "publish.yml", {}, folder, environment)) == 2
    left = (folder / "site" / "next.txt").read_text()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", left)
    assert datetime.fromisoformat(left.strip()) > datetime.now(UTC)


def test_the_jobs_of_gitlab_run(change, tmp_path):
    folder = change("--ci", "gitlab")
    environment = stand_ins(tmp_path / "bin") | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": git(folder, "rev-parse", "HEAD^1")}
    for job in ("check", "pages"):
        done = shell(gitlab_script(folder / ".gitlab-ci.yml", job), folder, environment)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "API errors" in (folder / "diff.md").read_text()
    assert re.fullmatch(r"[-\dT:]+Z\n", (folder / "public" / "next.txt").read_text())


def test_the_template_for_gitlab_runs_on_a_sample(tmp_path):
    environment = stand_ins(tmp_path / "bin") | {"STATUSGEN_CONTENT": "content", "STATUSGEN_INSTALL": "statusgen"}
    for job, out in (("statusgen", "site"), ("pages", "public")):
        folder = init(tmp_path / job, "--sample")
        done = shell(gitlab_script(ROOT / ".gitlab" / "statusgen.yml", job), folder, environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (folder / out / "index.html").is_file()


def test_the_check_and_the_build_of_the_action_run_on_the_example(example, tmp_path):
    """All steps but the installation, which the next test does for real."""
    environment = stand_ins(tmp_path / "bin") | {"SOURCE_DATE_EPOCH": "1"}
    (tmp_path / "bin" / "home" / "statusgen" / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "statusgen", tmp_path / "bin" / "home" / "statusgen" / "bin" / "statusgen")
    steps = list(github_steps(ROOT / "action.yml", action_values(out="a site")))
    assert len(steps) == 3
    for name, text, given in steps[1:]:
        done = shell(text, example.parent, {**environment, **given})
        assert done.returncode == 0, name + done.stderr
    assert (tmp_path / "bin" / "output").read_text() == "site=a site\n"
    assert (example.parent / "a site" / "index.html").is_file()
    shutil.rmtree(example.parent / "a site")


def action_values(**given: str) -> dict[str, str]:
    inputs = {"content": "content", "out": "site", "strict": "true", "now": "2026-11-24T09:30:00Z", **given}
    own = {"github.action_path": str(ROOT), "steps.python.outputs.python-path": sys.executable}
    return own | {f"inputs.{name}": value for name, value in inputs.items()}


@pytest.mark.wheel
def test_the_action_installs_itself_and_builds(example, tmp_path):
    folder = shutil.copytree(example.parent, tmp_path / "page")
    environment = stand_ins(tmp_path / "bin") | {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
    assert len(run_all(ROOT / "action.yml", action_values(), folder, environment)) == 3
    assert (folder / "site" / "index.html").is_file()


# Is it due?


class Site:
    """A live page that says when it is due, and what it was asked."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.asked: list[tuple[str, str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outer.asked.append((self.command, self.path, body))
                outer.token = self.headers.get("PRIVATE-TOKEN")
                text = answers.get(f"{self.command} {self.path}")
                self.send_response(200 if text is not None else 404)
                self.end_headers()
                self.wfile.write((text or "").encode())

            do_GET = do_POST = do_PUT = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def moment(minutes: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ\n")


@pytest.mark.parametrize(
    ("answer", "due"),
    [(60, False), (-1, True), ("", True), ("<!doctype html>", True), ("2026-11-24 09:30\n", True)],
)
def test_the_page_is_due_once_its_moment_has_passed_or_nobody_knows_it(tmp_path, answer, due):
    folder = init(tmp_path / "page", "--ci", "github")
    settings = folder / "content" / "status.yaml"
    said = moment(answer) if isinstance(answer, int) else answer
    with Site({"GET /path/next.txt": said}) as site:
        settings.write_text(settings.read_text().replace("https://status.example.com/", f'"{site.address}/path/"'))
        done = shell("python3 ci/due.py", folder, stand_ins(tmp_path / "bin"))
        assert site.asked == [("GET", "/path/next.txt", "")]
    assert (done.returncode == 0, done.stderr) == (due, ""), done.stdout
    done = shell("python3 ci/due.py", folder, {**os.environ})
    assert done.returncode == 0, "a page that cannot be reached is due"


def test_the_schedule_publishes_only_what_is_due(tmp_path):
    folder = init(tmp_path / "page", "--ci", "github")
    environment = stand_ins(tmp_path / "bin", gh="") | {"GITHUB_REPOSITORY": "acme/status", "GITHUB_REF_NAME": "main"}
    called = tmp_path / "bin" / "gh.called"
    for answer, runs in ((moment(60), False), (moment(-1), True)):
        with Site({"GET /next.txt": answer}) as site:
            run_all(
                folder / ".github" / "workflows" / "due.yml", {"github.token": "t"}, folder,
                environment | {"STATUS_URL": site.address},
            )  # fmt: skip
        assert called.exists() == runs
    assert called.read_text().splitlines()[:3] == ["workflow", "run", "publish.yml"]


def test_a_schedule_of_gitlab_that_comes_too_early_changes_nothing(tmp_path):
    folder = init(tmp_path / "page", "--ci", "gitlab")
    with Site({"GET /next.txt": moment(60)}) as site:
        environment = stand_ins(tmp_path / "bin") | {"STATUS_URL": site.address, "CI_PIPELINE_SOURCE": "schedule"}
        done = shell(gitlab_script(folder / ".gitlab-ci.yml", "pages"), folder, environment)
    assert done.returncode == 77
    assert not (folder / "public").exists()
    assert yaml.safe_load((folder / ".gitlab-ci.yml").read_text())["pages"]["allow_failure"] == {"exit_codes": 77}


@pytest.mark.parametrize("before", [False, True])
def test_a_merge_request_has_one_comment_however_often_it_changes(tmp_path, before):
    folder = init(tmp_path / "page", "--ci", "gitlab")
    (folder / "diff.md").write_text("**API** is down")
    notes = "/api/projects/3/merge_requests/7/notes"
    there = [{"id": 5, "body": "Looks good"}, *([{"id": 9, "body": "<!-- statusgen diff -->\nold"}] if before else [])]
    answers = {f"GET {notes}?per_page=100&page=1": json.dumps(there), f"GET {notes}?per_page=100&page=2": "[]"}
    answers |= {f"POST {notes}": "{}", f"PUT {notes}/9": "{}"}
    with Site(answers) as site:
        given = {
            "CI_API_V4_URL": f"{site.address}/api", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "7",
            "STATUSGEN_COMMENT_TOKEN": "secret",
        }  # fmt: skip
        done = shell(gitlab_script(folder / ".gitlab-ci.yml", "comment"), folder, stand_ins(tmp_path / "bin") | given)
        assert done.returncode == 0, done.stderr
        assert site.token == "secret"
    method, path, body = site.asked[-1]
    assert (method, path) == (("PUT", f"{notes}/9") if before else ("POST", notes))
    assert json.loads(body)["body"] == "<!-- statusgen diff -->\n**API** is down"


# Publishing

AWS = f"""#!{sys.executable}
import fnmatch, os, pathlib, sys
words = sys.argv[1:]
open(os.environ["STAND_INS"] + "/aws.called", "a").write(" ".join(words) + chr(10))
assert words[0] == "s3" and words[3] == "s3://status", words
source, bucket = pathlib.Path(words[2]), pathlib.Path(os.environ["BUCKET"])
filters = [(w, words[i + 1]) for i, w in enumerate(words) if w in ("--include", "--exclude")]
def taken(path):
    verdict = True
    for kind, pattern in filters:
        if fnmatch.fnmatchcase(path, pattern): verdict = kind == "--include"
    return verdict
def names(root): return [p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()]
for name in filter(taken, names(source)):
    target, fresh = bucket / name, (source / name).read_bytes()
    # A sync takes what is there for the same where it is newer and as long.
    if words[1] == "sync" and target.exists() and len(fresh) == target.stat().st_size: continue
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(fresh)
    open(os.environ["STAND_INS"] + "/aws.put", "a").write(name + chr(10))
if words[1] == "sync" and "--delete" in words:
    for name in filter(taken, names(bucket)):
        if not (source / name).exists():
            (bucket / name).unlink()
            open(os.environ["STAND_INS"] + "/aws.put", "a").write("-" + name + chr(10))
"""


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_bucket_holds_the_site_in_the_end_and_never_a_page_without_its_assets(site, tmp_path):
    folder = init(tmp_path / "page", "--publish", "s3")
    shutil.copytree(site, folder / "site")
    bucket = tmp_path / "bucket"
    for name in ("assets/old.css", "incidents/gone/index.html", "index.html"):
        path = bucket / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    environment = stand_ins(tmp_path / "bin", aws=AWS) | {
        "BUCKET": str(bucket), "S3_BUCKET": "status", "AWS_REGION": "eu-west-1",
    }  # fmt: skip
    done = shell("bash ci/publish.sh site", folder, environment)
    assert done.returncode == 0, done.stderr
    held = files_of(bucket)
    assert held.pop("assets/old.css") == b"old"
    assert held == files_of(site)
    order = (tmp_path / "bin" / "aws.put").read_text().splitlines()
    last_asset = max(at for at, name in enumerate(order) if name.startswith("assets/"))
    pages = [at for at, name in enumerate(order) if name.endswith(".html") and not name.startswith("-")]
    assert last_asset < min(pages)
    assert order[-2:] == ["index.html", "-incidents/gone/index.html"]
    types = (tmp_path / "bin" / "aws.called").read_text()
    for kind in ("application/rss+xml", "application/feed+json", "text/calendar", "application/openmetrics-text"):
        assert kind in types


def test_every_kind_of_file_has_its_type_in_a_bucket(site, tmp_path):
    """What only the last line uploads has the type that the client guesses."""
    folder = init(tmp_path / "page", "--publish", "s3")
    shutil.copytree(site, folder / "site")
    environment = stand_ins(tmp_path / "bin", aws=AWS.replace('words[1] == "sync" and target', "target"))
    (tmp_path / "bucket").mkdir()
    script = (folder / "ci" / "publish.sh").read_text()
    (folder / "ci" / "publish.sh").write_text(re.sub(r"^aws s3 sync.*$", "", script, flags=re.MULTILINE))
    given = {"BUCKET": str(tmp_path / "bucket"), "S3_BUCKET": "status", "AWS_REGION": "eu-west-1"}
    assert shell("bash ci/publish.sh site", folder, environment | given).returncode == 0
    assert set(files_of(site)) - set(files_of(tmp_path / "bucket")) == set()


def test_a_token_of_openid_connect_is_all_that_s3_is_given(site, tmp_path):
    del site
    folder = init(tmp_path / "page", "--publish", "s3")
    (folder / "site").mkdir()
    told = '#!/bin/sh\ncat "$AWS_WEB_IDENTITY_TOKEN_FILE" > "$STAND_INS/token"\n'
    environment = stand_ins(tmp_path / "bin", aws=told) | {"S3_BUCKET": "b", "AWS_REGION": "r"}
    assert shell("bash ci/publish.sh site", folder, environment | {"AWS_ID_TOKEN": "gl"}).returncode == 0
    assert (tmp_path / "bin" / "token").read_text() == "gl"
    with Site({"GET /token?v=1&audience=sts.amazonaws.com": '{"value": "gh"}'}) as server:
        given = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.address}/token?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x",
        }  # fmt: skip
        done = shell("bash ci/publish.sh site", folder, environment | given)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bin" / "token").read_text() == "gh\n"


def test_netlify_is_sent_the_site_and_no_process_list_shows_the_token(tmp_path):
    import zipfile

    folder = init(tmp_path / "page", "--publish", "netlify")
    (folder / "site" / "history").mkdir(parents=True)
    for name in ("index.html", "_headers", "history/index.html"):
        (folder / "site" / name).write_text(name)
    kept = NOTED.format(name="curl.called") + (
        'for word in "$@"; do case "$word" in @*/site.zip) cp "${word#@}" "$STAND_INS/site.zip";; '
        '@*/header) cp "${word#@}" "$STAND_INS/header";; esac; done\n'
    )
    environment = stand_ins(tmp_path / "bin", curl=kept) | {"NETLIFY_AUTH_TOKEN": "secret", "NETLIFY_SITE_ID": "abc"}
    done = shell("bash ci/publish.sh site", folder, environment)
    assert done.returncode == 0, done.stderr
    called = (tmp_path / "bin" / "curl.called").read_text()
    assert "https://api.netlify.com/api/v1/sites/abc/deploys" in called
    assert "secret" not in called
    assert (tmp_path / "bin" / "header").read_text() == "Authorization: Bearer secret\n"
    names = zipfile.ZipFile(tmp_path / "bin" / "site.zip").namelist()
    assert {name for name in names if not name.endswith("/")} == {"index.html", "_headers", "history/index.html"}


def test_cloudflare_is_given_the_folder_by_a_pinned_client(tmp_path):
    folder = init(tmp_path / "page", "--publish", "cloudflare")
    given = {"CLOUDFLARE_API_TOKEN": "t", "CLOUDFLARE_ACCOUNT_ID": "a", "CLOUDFLARE_PROJECT": "status"}
    environment = stand_ins(tmp_path / "bin", npx="")
    assert shell("bash ci/publish.sh site", folder, environment | given).returncode == 0
    called = (tmp_path / "bin" / "npx.called").read_text().splitlines()
    assert re.fullmatch(r"wrangler@\d+\.\d+\.\d+", called[1])
    assert called[2:7] == ["pages", "deploy", "site", "--project-name", "status"]


def test_rsync_sends_assets_first_knows_the_host_and_leaves_no_key(tmp_path):
    folder = init(tmp_path / "page", "--publish", "rsync")
    noted = NOTED.format(name="rsync.called") + (
        'echo "$RSYNC_RSH" >> "$STAND_INS/ssh"; set -- $RSYNC_RSH; stat -c %a "$3" >> "$STAND_INS/mode"; '
        'cat "$3" >> "$STAND_INS/key"\n'
    )
    given = {"SSH_PRIVATE_KEY": "k1\nk2", "SSH_KNOWN_HOSTS": "h", "RSYNC_TARGET": "d@h.example:/srv/site"}
    environment = stand_ins(tmp_path / "bin", rsync=noted)
    done = shell("bash ci/publish.sh site", folder, environment | given)
    assert done.returncode == 0, done.stderr
    called = (tmp_path / "bin" / "rsync.called").read_text()
    first, second = called.split("--recursive")[1:]
    assert "/assets/***" in first
    assert "--delete" not in first
    assert "--delete-after" in second
    assert "protect /assets/*" in second
    shown = (tmp_path / "bin" / "ssh").read_text()
    assert "StrictHostKeyChecking=yes" in shown
    assert not Path(shown.split()[2]).exists()
    assert (tmp_path / "bin" / "mode").read_text().split() == ["600", "600"]
    assert (tmp_path / "bin" / "key").read_text() == "k1\nk2\n" * 2


@pytest.mark.parametrize("publish", SCRIPTED)
def test_without_what_it_needs_nothing_is_published(tmp_path, publish):
    folder = init(tmp_path / "page", "--publish", publish)
    environment = stand_ins(tmp_path / "bin", aws="", curl="", npx="", rsync="")
    done = shell("bash ci/publish.sh site", folder, environment)
    assert done.returncode == 1
    assert "is not set" in done.stderr
    assert not list((tmp_path / "bin").glob("*.called"))


# The image


def test_the_image_is_pinned_runs_as_nobody_in_particular_and_installs_by_hash():
    text = (ROOT / "Dockerfile").read_text()
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-\w+", stage) for stage in stages)
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE)
    assert "--use-pep517 --require-hashes -r constraints.txt" in text
    assert 'ENTRYPOINT ["statusgen"]' in text


def test_what_the_image_is_made_of_is_let_through():
    """.dockerignore keeps out everything but what a line of the Dockerfile copies."""
    copied = re.findall(r"^COPY (?!--)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_through = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == set(let_through)
    assert all((ROOT / name).exists() for name in let_through)
