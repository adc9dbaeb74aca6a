"""docs/themes.md is what templates receive: no name more, no name less, and each of the type that it says.

What is made of the code there (the table of types) is renewed with STATUSGEN_RENEW=1.
"""

import inspect
import os
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from contract import CLASSES, DOC, MARK, classes_in, fits, read_type, shipped_folder, tables, write_types
from jinja2 import nodes
from test_pages import EMPTY, EXAMPLE, NOW, TINY

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.read.content import read_content
from statusgen.render.pages import PAGES, render_pages
from statusgen.render.theme import URLS, Theme, load_theme
from statusgen.render.words import FILTERS

TEXT = DOC.read_text(encoding="utf-8")
BEFORE, _, TYPES = TEXT.partition(MARK)
TABLES = {heading: (titles, rows) for heading, titles, rows in tables(BEFORE)}
SHELL = {name: kind for name, kind, _ in TABLES["What every template receives"][1]}
CONTEXTS = {name: {row[0]: row[1] for row in TABLES.get(name, ([], []))[1]} for name in PAGES}


@pytest.fixture(scope="module")
def received() -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """Give what each template received in three worlds; behind a function, as a failure would write all of it out."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    patch = pytest.MonkeyPatch()
    patch.setattr(Theme, "render", lambda _, template, context: found[template].append(dict(context)) or "")
    theme = load_theme("default", None)
    for history in (TINY, EMPTY, read_content(EXAMPLE, NOW)):
        list(render_pages(compute_report(public_history(history, NOW), NOW), theme))
    patch.undo()
    return lambda: found


def test_each_page_has_a_table(received):
    assert set(received()) == set(PAGES)
    assert {name for name in TABLES if name.endswith(".html")} == {name for name in PAGES if CONTEXTS[name]}
    assert all(f"\n### `{name}`\n" in TEXT for name in PAGES)


@pytest.mark.parametrize("template", PAGES)
def test_a_template_receives_what_its_table_says(received, template):
    promised = SHELL | CONTEXTS[template]
    for context in received()[template]:
        assert set(context) == set(promised)
        wrong = {name: context[name] for name, kind in promised.items() if not fits(context[name], read_type(kind))}
        assert wrong == {}


def test_no_page_names_anew_what_every_template_receives():
    for template, own in CONTEXTS.items():
        assert not set(own) & set(SHELL), template


def test_the_filters_are_those_of_the_table():
    def written(name, function):
        more = list(inspect.signature(function).parameters)[1:]
        return f"{name}({', '.join(more)})" if more else name

    assert sorted(row[0] for row in TABLES["Filters"][1]) == sorted(written(*pair) for pair in FILTERS.items())


def test_the_addresses_are_those_of_the_table():
    def written(name, value):
        return f"urls.{name}({', '.join(inspect.signature(value).parameters)})" if callable(value) else f"urls.{name}"

    assert sorted(row[0] for row in TABLES["Addresses"][1]) == sorted(written(*pair) for pair in URLS.items())


def parsed(name: str) -> nodes.Template:
    environment = load_theme("default", None).environment
    return environment.parse((shipped_folder() / "default" / name).read_text(encoding="utf-8"))


def test_the_macros_are_those_of_the_table():
    macros = [
        f"{macro.name}({', '.join(argument.name for argument in macro.args)})"
        for macro in parsed("macros.html").find_all(nodes.Macro)
    ]
    assert sorted(row[0] for row in TABLES["Macros"][1]) == sorted(macros)


def test_the_pieces_are_all_templates_that_are_no_pages():
    pieces = {row[0]: row[1].replace("`", "").split() for row in TABLES["The shell and the pieces"][1]}
    templates = {path.name for path in (shipped_folder() / "default").glob("*.html")}
    assert set(pieces) == templates - set(PAGES)
    for name, blocks in pieces.items():
        assert sorted(block.name for block in parsed(name).find_all(nodes.Block)) == sorted(blocks), name


def test_the_types_are_those_of_the_code():
    hints = [read_type(kind) for table in (SHELL, *CONTEXTS.values()) for kind in table.values()]
    made = write_types([kind for hint in hints for kind in classes_in(hint)])
    if os.environ.get("STATUSGEN_RENEW"):
        DOC.write_text(BEFORE + MARK + made, encoding="utf-8")
    else:
        assert made == TYPES


def test_a_type_that_does_not_fit_is_found():
    for value, kind in (
        ((1, "a"), "tuple[int, ...]"), ((1,), "tuple[int, str]"), (None, "str"), (True, "int"),
        ({1: 2}, "dict[str, int]"), ([1], "tuple[int, ...]"), ("a", "int | None"), (NOW, "Site"), ("a", "function"),
    ):  # fmt: skip
        assert not fits(value, read_type(kind)), kind
    assert fits(((1, "a"), None), read_type("tuple[tuple[int, str] | None, ...]"))
    assert {"uptime.Row", "explanations.Row"} <= set(CLASSES)


def test_the_theme_of_six_lines_changes_the_footer(tmp_path):
    (example,) = re.findall(r"```jinja\n(.*?)```", TEXT, re.DOTALL)
    assert example.count("\n") == 6
    (tmp_path / "themes" / "acme").mkdir(parents=True)
    (tmp_path / "themes" / "acme" / "base.html").write_text(example, encoding="utf-8")
    report = compute_report(public_history(TINY, NOW), NOW)
    theme, default = load_theme("acme", tmp_path / "content"), load_theme("default", None)
    before = {artifact.path: artifact.content for artifact in render_pages(report, default)}
    for artifact in render_pages(report, theme):
        if artifact.path.endswith(".html") and artifact.path != "embed/index.html":
            page, old = artifact.content.decode(), before[artifact.path].decode()
            without = re.sub(r"\n<p>Acme Ltd, Dublin\. <a href=\"\S*\">About this page</a></p>\n", "", page)
            assert without == old
            assert page != old
        else:
            assert artifact.content == before[artifact.path]
