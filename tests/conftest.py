"""What the tests share: a tiny world on disk, the example and a browser, and the profile of Hypothesis."""

import os
import shutil
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from statusgen.model.calendar import to_instant

settings.register_profile(
    "statusgen", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("statusgen")

SETTINGS = """\
title: Acme Status
id: acme
url: https://status.acme.example/
timezone: Europe/London
components:
  api: {name: API, aliases: [rest-api, The API]}
  web: {name: Web}
  old: {name: Old thing, retired: 2026-06-01}
"""

World = Callable[..., Path]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Write a content folder from texts by file name; without a status.yaml it gets SETTINGS."""

    def write(files: dict[str, str | bytes] | None = None) -> Path:
        root = tmp_path / "content"
        for name, text in {"status.yaml": SETTINGS, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return root

    return write


EXAMPLE = Path(__file__).parent.parent / "content"
NOW = 1795512600  # 2026-11-24T09:30:00Z, the moment at which the example's story stops
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--no-first-run", "--disable-component-update", "--disable-sync"),
)


def needs(*, found: bool, what: str) -> None:
    """Skip a test for want of a tool that `make test` installs; in CI that is a failure."""
    if not found and "CI" not in os.environ:
        pytest.skip(f"there is no {what} (make test installs it)")
    assert found, f"there is no {what}"


@pytest.fixture(scope="session")
def example(tmp_path_factory) -> Path:
    """Give a copy of the example of which git knows nothing: what it tells differs with the checkout."""
    return Path(shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("copy") / "content"))


@pytest.fixture(scope="session")
def report():
    """Give the report of the example."""
    from statusgen.compute.public import public_history
    from statusgen.compute.report import compute_report
    from statusgen.read.content import read_content

    return compute_report(public_history(read_content(EXAMPLE, NOW), NOW), NOW)


@pytest.fixture(scope="session")
def site(report, tmp_path_factory) -> Path:
    """Give a folder that holds the site of the example."""
    return write_site(report, tmp_path_factory.mktemp("example"))


def write_site(report, folder: Path, theme: str = "default") -> Path:
    """Write the site of a report into a folder."""
    from statusgen.render.site import render_site
    from statusgen.render.theme import load_theme

    for artifact in render_site(report, load_theme(theme, None)):
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(artifact.content)
    return folder


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    """Give the address at which the example is served, with the headers that hosts are told to send."""
    from serving import serve

    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Give the one Chromium of the session; a context of it costs next to nothing."""
    from playwright.sync_api import sync_playwright

    needs(found=shutil.which(CHROMIUM) is not None, what="Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open a page in a context of its own; options are those of Browser.new_context."""
    contexts = []

    def open_page(**options):
        contexts.append(browser.new_context(**options))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def at(text: str) -> int:
    """Give the instant of an ISO time with an offset."""
    from datetime import datetime

    return to_instant(datetime.fromisoformat(text))
