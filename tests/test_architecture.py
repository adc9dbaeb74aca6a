"""The shape of the house: which part may import which (design.md §1)."""

import ast
from functools import cache
from pathlib import Path

import statusgen

PACKAGE = Path(statusgen.__file__).parent

# What each part may import, besides itself. A part that is not named here does not belong to the house.
MAY_IMPORT = {
    "statusgen": set(),
    "statusgen.model": set(),
    "statusgen.errors": {"statusgen.model"},
    "statusgen.read": {"statusgen.model", "statusgen.errors"},
    "statusgen.compute": {"statusgen.model"},
    "statusgen.render": {"statusgen.model", "statusgen.errors"},
    "statusgen.publish": {"statusgen.model", "statusgen.errors"},
    "statusgen.edit": {"statusgen.model", "statusgen.errors"},
    "statusgen.respond": {"statusgen.model", "statusgen.errors", "statusgen.read", "statusgen.compute",
                          "statusgen.edit", "statusgen.publish"},
    "statusgen.starter": {"statusgen.model"},
    "statusgen.remember": set(),
    "statusgen.advise": {"statusgen.model", "statusgen.errors", "statusgen.compute"},
    "statusgen.project": {"statusgen.advise", "statusgen.remember", "statusgen.model", "statusgen.errors",
                          "statusgen.read", "statusgen.compute", "statusgen.render", "statusgen.publish"},
    "statusgen.survey": {"statusgen.advise", "statusgen.project", "statusgen.model", "statusgen.errors",
                         "statusgen.read", "statusgen.compute", "statusgen.render"},
    "statusgen.compare": {"statusgen.project", "statusgen.model", "statusgen.errors", "statusgen.read",
                          "statusgen.compute", "statusgen.render"},
    "statusgen.fix": {"statusgen.model", "statusgen.errors", "statusgen.read", "statusgen.edit", "statusgen.publish"},
    "statusgen.serve": set(),
    "statusgen.preview": {"statusgen.project", "statusgen.model", "statusgen.errors", "statusgen.read",
                          "statusgen.compute", "statusgen.render", "statusgen.serve"},
    "statusgen.cli": {"statusgen", "statusgen.survey", "statusgen.compare", "statusgen.fix",
                      "statusgen.preview", "statusgen.serve",
                      "statusgen.model", "statusgen.errors", "statusgen.read", "statusgen.compute",
                      "statusgen.render", "statusgen.publish", "statusgen.project", "statusgen.respond",
                      "statusgen.starter"},
    "statusgen.__main__": {"statusgen.cli", "statusgen.errors"},
}  # fmt: skip
# Heavy libraries, each with the parts that alone may import it.
HEAVY = {
    "duckdb": {"statusgen.read.checks"},
    "feedgen": {"statusgen.render.feeds.xml"},
    "icalendar": {"statusgen.render.calendars"},
    "lxml": {"statusgen.render.feeds.xml"},
    "numpy": {"statusgen.read.checks"},
    "http": {"statusgen.serve"},
    "jinja2": {"statusgen.render"},
    "babel": {"statusgen.render"},
    "markdown": {"statusgen.render.text"},
    "pydantic": {"statusgen.read", "statusgen.render.api.own"},
    "rich": {"statusgen.cli"},
    "subprocess": {"statusgen.read.git", "statusgen.publish.git"},
    "pyspark": {"statusgen.read.checks.spark"},
    "watchdog": {"statusgen.serve.watch"},
    "py4j": {"statusgen.read.checks.spark"},
}


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ("statusgen", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = ast.parse(path.read_text())
    return found


def part_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


@cache
def imports_of(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the direction"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def arrows() -> set[tuple[str, str]]:
    known = modules()
    return {
        (module, target)
        for module, tree in known.items()
        for target in imports_of(tree)
        if target in known and target != module
    }


def test_no_part_imports_what_is_above_or_beside_it():
    wrong = {
        (module, target)
        for module, target in arrows()
        if part_of(target) != part_of(module)
        and part_of(target) not in MAY_IMPORT[part_of(module)]
        and target != "statusgen"
    }
    assert wrong == set()


def test_every_part_has_its_place():
    assert {part_of(module) for module in modules()} == set(MAY_IMPORT)


def test_no_modules_import_each_other_in_a_circle():
    targets: dict[str, set[str]] = {}
    for module, target in arrows():
        if not module.startswith(f"{target}."):
            targets.setdefault(module, set()).add(target)
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for target in sorted(targets.get(module, ())):
                if target.startswith(f"{module}."):
                    continue
                walk(target, (*path, module))
            done.add(module)

    for module in sorted(targets):
        walk(module, ())


def test_heavy_libraries_stay_where_they_are_used():
    wrong = {
        (module, name)
        for module, tree in modules().items()
        for name in imports_of(tree)
        if name.split(".")[0] in HEAVY and not any(module.startswith(place) for place in HEAVY[name.split(".")[0]])
    }
    assert wrong == set()


def test_the_middle_does_no_input_or_output():
    forbidden = {"os", "io", "pathlib", "socket", "subprocess", "time", "sys", "shutil", "tempfile"}
    wrong = {
        (module, name)
        for module, tree in modules().items()
        if part_of(module) in ("statusgen.model", "statusgen.compute")
        for name in imports_of(tree)
        if name.split(".")[0] in forbidden
    }
    assert wrong == set()


def test_no_conclusion_depends_on_what_git_knows():
    wrong = {
        (module, node.attr)
        for module, tree in modules().items()
        if part_of(module) == "statusgen.compute"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("edited", "untraced")
    }
    assert wrong == set()
