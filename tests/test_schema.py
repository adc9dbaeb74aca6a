"""The JSON Schemas take what we take, once YAML has made numbers of it, and refuse what is bad by itself."""

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from statusgen.cli import cli
from statusgen.cli.schema import KINDS
from statusgen.read import fields, schema
from statusgen.read.document import parse_yaml
from statusgen.read.shapes import SHAPES, make_shape
from statusgen.read.times import Clock

ROOT = Path(__file__).parent.parent
PROBLEMS = Path(__file__).parent / "problems"
FOLDERS = {"incidents": "incident", "maintenance": "maintenance", "pages": "page"}


class Loader(yaml.SafeLoader):
    """Loads YAML as editors and checkers of JSON Schemas do: plainly, but days and times are text to them."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str):
    """Give what a checker of JSON Schemas sees of a YAML text, whose keys are text to it."""
    return with_text_keys(yaml.load(text, Loader=Loader))


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(inner) for key, inner in value.items()}
    return [with_text_keys(inner) for inner in value] if isinstance(value, list) else value


def refused(kind: str, text: str) -> set[str]:
    """Give the places in a YAML text that the schema refuses."""
    found = Draft202012Validator(make_shape(kind)).iter_errors(load(text))
    return {".".join(map(str, place)) for error in found for place in innermost(error)}


def innermost(error) -> set[tuple]:
    """Give the places of an error: of a mapping or nothing, that is where the mapping is wrong."""
    if not isinstance(error.instance, dict) or not error.context:
        return {tuple(error.absolute_path)}
    inside = [inner for inner in error.context if inner.validator != "type" or inner.path]
    return {place for inner in inside for place in innermost(inner)}


def front_matter(text: str) -> str:
    return text.split("---\n", 2)[1]


def sources(root: Path) -> list[tuple[str, Path]]:
    """Give each file of a content folder that has a schema, with the kind of it."""
    found = [("status", root / "status.yaml")] if (root / "status.yaml").is_file() else []
    return found + [
        (kind, path)
        for folder, kind in FOLDERS.items()
        for path in sorted((root / folder).rglob("*.md"))
        if "." not in path.stem
    ]


def yaml_of(kind: str, path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text if kind == "status" else front_matter(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed_as_json_that_is_a_schema(kind):
    result = CliRunner().invoke(cli, ["schema", kind])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed == make_shape(kind)
    Draft202012Validator.check_schema(printed, Draft202012Validator.FORMAT_CHECKER)


def test_without_a_kind_it_is_that_of_status_yaml():
    assert json.loads(CliRunner().invoke(cli, ["schema"]).stdout) == make_shape("status")
    assert set(KINDS) == set(SHAPES)
    assert CliRunner().invoke(cli, ["schema", "incidents"]).exit_code == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind):
    made = make_shape(kind)
    parts = [made, *made.get("$defs", {}).values()]
    assert len(parts) > (kind == "status") * 15
    for part in parts:
        assert part["description"], part["title"]
        assert part["additionalProperties"] is False, part["title"]
        for name, value in part["properties"].items():
            described = value.get("description") or any("$ref" in option for option in value.get("anyOf", [value]))
            assert described, (part["title"], name)


def test_the_example_is_taken():
    found = sources(ROOT / "content")
    assert len(found) > 20
    assert {path.name: refused(kind, yaml_of(kind, path)) for kind, path in found} == {
        path.name: set() for _, path in found
    }


def test_the_examples_of_the_documentation_are_taken():
    seen = 0
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            data = load(block)
            if not isinstance(data, dict) or not set(data) <= set(make_shape("status")["properties"]):
                continue
            whole = json.dumps({"title": "Acme", "url": "https://status.acme.example/", **data})
            assert refused("status", whole) == set(), path
            seen += 1
        for block in re.findall(r"^```markdown\n(---\n.*?)^```$", text, re.MULTILINE | re.DOTALL):
            kind = "maintenance" if "\nstart:" in block else "incident"
            keys = set(load(front_matter(block)))
            if "title" in keys and keys != {"title"}:
                assert refused(kind, front_matter(block)) == set(), path
                seen += 1
    assert seen >= 5


# What is bad by the file alone, by what is told of it. All else takes another file, the calendar or the text below.
BAD = {
    "accent-that-is-a-word": {"status.yaml": {"theme.accent"}},
    "accent-without-quotes": {"status.yaml": {"theme.accent"}},
    "exclusion-that-ends-before-it-starts": {"2026-11-02-api.md": {"exclude"}},
    "front-matter-that-is-a-list": {"2026-11-02-api.md": {""}},
    "front-matter-that-is-text": {"2026-11-02-api.md": {""}},
    "languages-that-are-empty": {"status.yaml": {"languages"}},
    "languages-that-are-none": {"status.yaml": {"languages.1", "languages.2"}},
    "many-files-at-once": {
        "2026-11-02-api.md": {"impact"}, "2026-12-05-db.md": {"", "end"},
    },
    "missing-title": {"2026-11-02-api.md": {""}},
    "odd-characters-in-times": {"2026-11-02-api.md": {"started"}},
    "page-whose-address-is-taken": {"about.md": {"nav", ""}},
    "settings": {
        "status.yaml": {
            "", "url", "components", "components.api.checks.confirm.down", "components.api.checks.interval",
            "components.api.checks.quorum", "slas.standard.hours.days.1", "slas.standard.hours.from",
            "slas.standard.target", "slas.standard.weights.partial_outage",
        },
    },
    "unknown-impact": {"2026-11-02-api.md": {"impact"}},
    "unknown-key": {"2026-11-02-api.md": {""}},
    "unknown-key-in-settings": {"status.yaml": {"components.web", "slas.standard"}},
    "unknown-state": {"2026-11-02-api.md": {"components.api"}},
    "unparseable-time": {"2026-11-02-api.md": {"started"}},
}  # fmt: skip
# YAML itself refuses these, or it is another parser's to do so.
UNREAD = {
    "aliases-and-tags", "broken-yaml", "conflict-in-settings", "conflict-that-git-left", "duplicate-key",
    "front-matter-that-never-ends", "no-front-matter", "no-settings", "not-utf-8",
}  # fmt: skip


@pytest.mark.parametrize("folder", sorted(path.name for path in PROBLEMS.iterdir() if path.is_dir()))
def test_of_the_mistakes_those_are_refused_that_a_file_shows_by_itself(folder):
    if folder in UNREAD:
        return
    found: dict[str, set[str]] = {}
    for kind, path in sources(PROBLEMS / folder / "content"):
        places = refused(kind, yaml_of(kind, path))
        if places:
            found[path.name] = found.get(path.name, set()) | places
    assert found == BAD.get(folder, {})


SCALARS = [
    *("0", "1", "00", "7", "60", "999", "1000", "2026", "999999999", "1000000000", "-1", "1.5", "1e3"),
    *(".5", "5.", "0x1f"),
    *("true", "false", "True", "yes", "no", "on", "off", '"true"', '"0"', "''", '" "', "~", "null"),
    *("a", "A b", "überall"),
    *("99.8", "99.8%", "100", "100%", "100.00%", "100.01", "101", "33.33%", "33.333%", "050%", "12.5 %", "0.10", '"%"'),
    *("90s", "5m", "1h30m", "2d", "5 m", "5w", "m5", "1.5h"),
    *("09:00", "17:00", '"17:00"', "24:00", "24:01", "9:00", "09:60", "17:00:00"),
    *("2026-11-02", "2026-11-02 09:20 UTC", "2026-11-02T09:20Z", "2026-11-02T09:20:30.5+01:00", "2026-11-02 09:20"),
    *("2026-11-02 09:20utc", "2026-11-02  09:20 UTC", "2026-1-2", "02.11.2026", "2026-11-02 09:20 +0130"),
    *("2026-11-02 09:20:00", "2026-11-02T09:20:30Z", "2026-11-02 09:20\u00a0UTC", '" 2026-11-02 "'),
    *("Europe/Dublin", "UTC", "Etc/GMT+5", "Mars", "America/Argentina/Buenos_Aires", "GB-Eire"),
    *("https://a.example/", "http://a.example:8080/x/y", "https://a", "a.example", "https://a b/"),
    *("mailto:a@b.example",),
    *("https://u@a.example/", "https://a.example/?q=1", "https://a.example/#x", "javascript:alert(1)"),
    *('"#1a4fb4"', '"#123"', '"#12345"', "teal", "worst", "majority", "best", "mean", "any-fail", "any fail"),
    *("operational", "major_outage", "down", "none", "critical", "overall", "groups", "api", "-api"),
    *("a" * 100, "a" * 101),
]  # fmt: skip
TYPES = {
    **{name: getattr(fields, name) for name in (
        "Text", "Id", "Boolean", "Integer", "Positive", "Duration", "Percent", "Weight", "ZoneName", "StatusWord",
        "ImpactWord", "Address", "LinkAddress", "Accent", "ClockTime", "Time",
    )},
    "quorum": schema.MonitoringSchema.__annotations__["quorum"],
    "rule": schema.SlicesSchema.__annotations__["rule"],
    "nav": SHAPES["page"].__annotations__["nav"],
}  # fmt: skip


def takes(kind, text: str) -> bool:
    try:
        data = parse_yaml(f"x: {text}", "x").data["x"]
        TypeAdapter(kind).validate_python(data, context={"clock": Clock(declared=True)})
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("name", TYPES)
def test_what_a_type_takes_its_schema_takes_and_little_more(name):
    kind = TYPES[name]
    checker = Draft202012Validator(TypeAdapter(kind).json_schema())
    verdicts = {text: (takes(kind, text), checker.is_valid(load(f"x: {text}")["x"])) for text in SCALARS}
    # A plain null is a text to us: `title: null` is about nothing, and an editor may well say so.
    ours = {text for text, (taken, _) in verdicts.items() if taken} - {"~", "null"}
    theirs = {text for text, (_, taken) in verdicts.items() if taken}
    assert ours - theirs == set()
    assert ours, "nothing is taken"
    more = {text for text in theirs - ours if isinstance(load(f"x: {text}")["x"], str)}
    assert more <= TOLD_BY_CHECK_ALONE.get(name, set())


# What takes a list of time zones, or arithmetic, and not a pattern.
TOLD_BY_CHECK_ALONE = {
    "ZoneName": set(SCALARS),
}
