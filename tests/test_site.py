"""The whole way from the example to its site: the golden bytes, and the same bytes anywhere."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from statusgen.model.addresses import TAKEN
from statusgen.project import build_site
from statusgen.read.content import read_documents
from statusgen.read.times import Clock, parse_time
from statusgen.render import urls
from statusgen.render.api.statuspage.ids import make_id

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"
NOW = "2026-11-24T09:30:00Z"  # that of the Makefile


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def build(content: Path, out: Path, *, cwd: Path = ROOT, **environment: str) -> None:
    command = [sys.executable, "-m", "statusgen", "build", "--content", str(content), "--out", str(out), "--now", NOW]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def site(example, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("example") / "site"
    build(example, out)
    return out


def test_the_makefile_builds_the_example_at_this_instant():
    assert f"NOW := {NOW}\n" in (ROOT / "Makefile").read_text()


def test_the_example_builds_its_golden_site(site):
    """Renewed with `make golden`; a failure is a diff to read: `git diff --no-index tests/golden SITE`."""
    expected, found = digests(GOLDEN), digests(site)
    assert sorted(found) == sorted(expected)
    differing = [path for path in found if found[path] != expected[path]]
    if differing:
        shown = subprocess.run(
            ["git", "diff", "--no-index", str(GOLDEN / differing[0]), str(site / differing[0])],
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        pytest.fail(f"{len(differing)} files differ, as {differing[0]}:\n{shown[:3000]}")


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LANG": "C", "PYTHONHASHSEED": "4242", "COLUMNS": "40", "PYTHONUTF8": "0"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_the_same_content_gives_the_same_bytes_anywhere(example, site, tmp_path, environment):
    content = tmp_path / "elsewhere" / "content"
    shutil.copytree(example, content)
    build(content, tmp_path / "site", cwd=tmp_path, **environment)
    assert digests(tmp_path / "site") == digests(site)


def test_a_second_build_over_the_first_touches_no_file(example, site, tmp_path):
    out = tmp_path / "site"
    shutil.copytree(site, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    build(example, out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_one_edit_changes_only_the_pages_that_tell_of_it(example, site, tmp_path):
    out, content = tmp_path / "site", tmp_path / "content"
    shutil.copytree(site, out)
    shutil.copytree(example, content)
    edited = content / "incidents" / "2026-07-09-messenger-slow-to-load.md"
    edited.write_text(edited.read_text(encoding="utf-8") + "\nOne more word.\n", encoding="utf-8")
    before = {path.relative_to(out): path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    changes = build_site(content, out, parse_time(NOW, Clock())).changes
    touched = {path for path, mtime in before.items() if (out / path).stat().st_mtime_ns != mtime}
    # Each page carries the digest of all facts, by which an open one knows that there is news.
    pages = {
        path.as_posix()
        for path in touched
        if path.suffix == ".html" and without_digest(site / path) != without_digest(out / path)
    }
    assert "incidents/2026-07-09-messenger-slow-to-load/index.html" in pages
    assert len(pages) < 4
    feeds = {path.stem for path in touched if path.suffix in {".rss", ".atom", ".json"} and path.parts[0] != "api"}
    assert feeds <= {"history", "incidents", "resolved", "messenger", "messaging", "build"}
    name = "2026-07-09-messenger-slow-to-load"
    documents = {path.as_posix().removeprefix("api/") for path in touched if path.parts[0] == "api"}
    assert documents == {
        f"v1/incidents/{name}.json",
        f"v2/incidents/{make_id('incident', name)}.json",
        "v2/incidents.json",
    }
    assert changes.changed == len(touched)
    assert without_digest(site / "index.html") == without_digest(out / "index.html")


def without_digest(path):
    return re.sub(rb'data-content="[0-9a-f]+"', b"", path.read_bytes())


def test_the_marker_is_an_empty_file(site):
    assert (site / ".statusgen").read_bytes() == b""


def test_no_file_holds_a_path_of_this_machine_or_the_time_of_the_build(site):
    for path in site.rglob("*"):
        if path.is_file():
            assert str(ROOT).encode() not in path.read_bytes()


def test_no_page_of_ones_own_can_take_an_address_of_the_site(site):
    pages = {page.id for page in read_documents(ROOT / "content").pages}
    first = {path.relative_to(site).parts[0].split(".")[0] for path in site.rglob("*")} - {""}
    assert first - pages <= TAKEN
    built = [make("x") for make in (urls.incident, urls.maintenance, urls.component)]
    built += [urls.history_month("2026-01"), urls.uptime_month("2026-01"), urls.explanation("2026-01", "x")]
    built += [value for name, value in vars(urls).items() if name.isupper() and isinstance(value, str) and value]
    assert {address.partition("/")[0].split(".")[0] for address in built} <= TAKEN
