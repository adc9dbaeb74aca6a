"""What docs/themes.md promises, and what there is: the tables of the one and the types of the other."""

import dataclasses
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import statusgen

DOC = Path(__file__).parent.parent / "docs" / "themes.md"
MARK = "<!-- types -->\n"
# What an explanation and a timeline are drawn from: too near to the machine to be promised.
INSIDE = {"Record", "Explanation", "JointExplanation", "Timeline", "NullTranslations", "Callable"}


def cells(row: str) -> list[str]:
    return [cell.strip().replace("\\|", "|").strip("`") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def tables(text: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Give each table of a page with the heading above it, its own headings and its rows."""
    heading = ""
    for block in text.split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("#"):
            heading = lines[0].lstrip("# ").strip("`")
        elif len(lines) > 1 and lines[1].startswith("|---"):
            yield heading, cells(lines[0]), [cells(line) for line in lines[2:]]


def known_classes() -> dict[str, type]:
    """Give all classes of the model and of what pages are made of, by their names; two of one name by their modules."""
    found: dict[str, list[type]] = {}
    for part in ("model", "render"):
        package = import_module(f"statusgen.{part}")
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.startswith("statusgen.render.api"):  # no template sees what is for programs
                continue
            for name, value in vars(import_module(info.name)).items():
                if inspect.isclass(value) and value.__module__ == info.name and not name.startswith("_"):
                    found.setdefault(name, []).append(value)
    named: dict[str, type] = {}
    for name, kinds in found.items():
        for kind in kinds:
            short = name if len(kinds) == 1 else f"{kind.__module__.rpartition('.')[2]}.{name}"
            named[short] = kind
    return named


CLASSES = known_classes()
NAMES = {kind: name for name, kind in CLASSES.items()}


def read_type(text: str) -> Any:
    """Read a type as the tables write it."""
    if text == "function":
        return types.FunctionType
    scope: dict[str, Any] = {"Any": Any}
    for name, kind in CLASSES.items():
        module, dot, plain = name.partition(".")
        if dot:
            scope.setdefault(module, types.SimpleNamespace())
            setattr(scope[module], plain, kind)
        else:
            scope[name] = kind
    return eval(text, scope)


def fits(value: Any, kind: Any) -> bool:  # noqa: PLR0911 - one for each kind of type
    """Tell whether a value is of a type, all the way down."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return True
    if origin is typing.Union or isinstance(kind, types.UnionType):
        return any(fits(value, part) for part in inner)
    if kind is None or kind is type(None):
        return value is None
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if inner[-1:] == (...,):
            return all(fits(item, inner[0]) for item in value)
        return len(value) == len(inner) and all(map(fits, value, inner))
    if origin in (dict, Mapping):
        return isinstance(value, Mapping) and all(fits(k, inner[0]) and fits(v, inner[1]) for k, v in value.items())
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def write_type(kind: Any) -> str:
    """Write a type as the tables do."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is type(None):
        return "None"
    if origin is typing.Union or isinstance(kind, types.UnionType):
        return " | ".join(map(write_type, inner))
    if origin is not None and inner and origin is not typing.Literal:
        parts = ["..." if part is ... else write_type(part) for part in inner]
        return f"{ {Mapping: 'dict'}.get(origin, getattr(origin, '__name__', str(origin))) }[{', '.join(parts)}]"
    return NAMES.get(kind, getattr(kind, "__name__", str(kind)))


def parts_of(kind: type) -> Iterator[tuple[str, Any]]:
    """Give what a template may ask of a value: fields, properties, and methods with what they take."""
    hints = typing.get_type_hints(kind)
    fields = (
        [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else getattr(kind, "_fields", ())
    )
    for name in fields:
        yield name, hints[name]
    for name, value in vars(kind).items():
        if name.startswith("_"):
            continue
        if isinstance(value, property):
            yield name, typing.get_type_hints(value.fget)["return"]
        elif isinstance(value, types.FunctionType):
            given = ", ".join(list(inspect.signature(value).parameters)[1:])
            yield f"{name}({given})", typing.get_type_hints(value)["return"]


def classes_in(kind: Any) -> Iterator[type]:
    """Give our classes that a type speaks of."""
    if kind in NAMES:
        yield kind
    for part in typing.get_args(kind):
        yield from classes_in(part)


def is_told(kind: Any) -> bool:
    """Tell whether a type is one that themes may count on."""
    return not any(getattr(part, "__name__", "") in INSIDE for part in [kind, *_flat(kind)]) and "Callable" not in str(
        kind
    )


def _flat(kind: Any) -> Iterator[Any]:
    for part in typing.get_args(kind):
        yield part
        yield from _flat(part)


def write_types(first: list[type]) -> str:
    """Write the table of all types that can be reached from some."""
    found: dict[str, str] = {}
    waiting = list(first)
    while waiting:
        kind = waiting.pop()
        name = NAMES[kind]
        if name in found:
            continue
        if issubclass(kind, Enum):
            rows = [f"`{member.name}`" for member in kind]
            rows += [f"`{name}: {write_type(hint)}`" for name, hint in parts_of(kind)]
        else:
            told = [(name, hint) for name, hint in parts_of(kind) if is_told(hint)]
            waiting += [part for _, hint in told for part in classes_in(hint)]
            rows = [f"`{name}: {write_type(hint)}`" for name, hint in told]
        found[name] = f"| `{name}` | {'<br>'.join(rows)} | {_meaning(kind)} |"
    lines = [found[name] for name in sorted(found, key=str.lower)]
    return "\n".join(["| type | parts | what it is |", "|---|---|---|", *(_escaped(line) for line in lines), ""])


def _meaning(kind: type) -> str:
    """Give the first words on a class, without those to its makers."""
    said = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
    return re.sub(r" \((?:design|uptime)\.md[^)]*\)|; the words of design\.md §\d+", "", said)


def _escaped(line: str) -> str:
    """Escape the bars inside of code."""
    return re.sub(r"`[^`]*`", lambda m: re.sub(r"(?<!\\)\|", r"\\|", m[0]), line)


def shipped_folder() -> Path:
    return Path(statusgen.__file__).parent.parent / "themes"
