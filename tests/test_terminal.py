"""The second theme that is shipped: small, and as good to everyone as the first."""

from pathlib import Path

import pytest
from axe import find_violations
from conftest import needs, write_site
from contract import shipped_folder
from kinds import ALL
from serving import serve
from test_pages import Document, documents, example
from test_pages_browser import DESK, PHONE, WIDE, read
from test_policy_browser import Watch
from test_vnu import NO_ERRORS, VNU, check

from statusgen.render.sandbox import GuardedEnvironment
from statusgen.render.theme import load_theme

FOLDER = shipped_folder() / "terminal"


@pytest.fixture(scope="module")
def terminal(report, tmp_path_factory) -> Path:
    """Give a folder that holds the site of the example in the theme."""
    return write_site(report, tmp_path_factory.mktemp("terminal"), "terminal")


@pytest.fixture(scope="module")
def terminal_address(terminal):
    with serve(terminal) as address:
        yield address


def test_it_is_one_file_of_templates_and_one_of_style_in_five_kilobytes():
    files = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
    assert files == ["base.html", "static/style.css"]
    assert sum((FOLDER / name).stat().st_size for name in files) <= 5 * 1024


def test_it_is_a_shipped_theme_and_a_user_may_name_it(tmp_path):
    theme = load_theme("terminal", tmp_path / "content")
    assert not isinstance(theme.environment, GuardedEnvironment)
    assert theme.assets["style.css"].content == (FOLDER / "static" / "style.css").read_bytes()
    assert "page.js" in theme.assets


def test_its_pages_say_what_those_of_the_default_theme_say(terminal):
    found = {path.relative_to(terminal).as_posix(): path.read_bytes() for path in terminal.rglob("*") if path.is_file()}
    default = example()
    assert {path for path in found if "/style." not in path} == {path for path in default if "/style." not in path}
    plain = documents(default)
    for path, page in documents(found).items():
        assert isinstance(page, Document)
        assert page.headings == plain[path].headings, path
        assert [link for link in page.links if "style." not in link] == [
            link for link in plain[path].links if "style." not in link
        ], path
        words = page.text
        if path != "embed/index.html":
            assert words.count("$ ") >= 2, path
            for prompt in ("$ status ~/", "$ █"):
                assert prompt in words, path


def test_it_validates(terminal):
    needs(found=VNU.exists(), what="vnu")
    assert [said for said in check(terminal) if said[2] not in NO_ERRORS] == []


test_it_validates = pytest.mark.vnu(test_it_validates)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_anyone_can_read_it_on_any_screen_under_a_strict_policy(visit, terminal_address, viewport, scheme):
    page = visit(viewport=viewport, color_scheme=scheme)
    watch = Watch(page)
    found = []
    for path in ALL:
        page.goto(terminal_address + path)
        found += find_violations(page)
        read(page)
        found += [f"{path}: {what}" for what in page.evaluate(WIDE)]
        assert page.evaluate("reports") == [], path
        if path != "embed/":
            assert "monospace" in page.evaluate("getComputedStyle(document.querySelector('main')).fontFamily")
    assert found == [], "\n".join(found)
    assert {url.startswith(terminal_address) for url in watch.asked} == {True}


@pytest.mark.browser
def test_states_are_seen_in_forced_colours(visit, terminal_address):
    page = visit(viewport=PHONE, forced_colors="active")
    page.goto(terminal_address)
    fill = "getComputedStyle(document.querySelector('.bars .operational')).fill"
    assert page.evaluate(fill) == page.evaluate("getComputedStyle(document.body).color")
    assert find_violations(page) == []


@pytest.mark.browser
def test_bars_lie_on_whole_pixels(visit, terminal_address):
    page = visit()
    for width, days, expected in ((320, 30, 9), (500, 30, 9), (768, 90, 8), (1280, 90, 8)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(terminal_address)
        strip = page.locator(".components .strip").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        bars = page.locator(".components .bars").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        assert (bars["width"], strip["width"]) == (90 * expected, days * expected), width
        assert bars["right"] == strip["right"], "today is at the right"
        assert bars["left"] % 1 == 0, width
