"""What a template got wrong, in words: its file and line, the name that is not there, and the nearest that is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any

from jinja2 import (
    Environment,
    StrictUndefined,
    TemplateAssertionError,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.utils import missing

from statusgen.errors import suggest

FAILURES = (
    *(TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError),
    *(RecursionError, MemoryError, SyntaxError),
)
"""What a template can do wrong: use what is not there, use a value as what it is not, or never come to an end."""

_ENDINGS = (".html", ".xml", ".txt")
_NAME = re.compile(r"'(\w+)' is undefined")
_LACKING = re.compile(r"No (filter|test) named '(\w+)'\.")


class Missing(StrictUndefined):
    """A value that is not there: any use of it fails, with the nearest name that is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        message: str = super()._undefined_message
        whose, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or whose is missing or not isinstance(name, str):
            return message
        return message + suggest(name, _names_of(whose))


def _names_of(value: Any) -> list[str]:  # noqa: ANN401 - whatever a template asked for a part of
    """Give the names by which a template may ask for parts of a value."""
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    return [name for name in dir(value) if not name.startswith("_")]


def explain_mistake(
    error: BaseException, template: str, folders: Sequence[Path], environment: Environment, names: Iterable[str]
) -> str:
    """Say where a template failed, and at what. `names` are those that it may use anywhere."""
    if isinstance(error, TemplateSyntaxError):
        where = f"{error.filename or error.name or template}:{error.lineno}"
        return f"{where}: {error.message}{_nearest_function(error, environment)}"
    file, line, frame = _place(error, folders)
    files = (folder / template for folder in folders)
    where = f"{file}:{line}" if file else str(next((path for path in files if path.is_file()), template))
    if isinstance(error, TemplateNotFound):
        return f"{where}: no template {error}{suggest(str(error), environment.list_templates())}"
    if isinstance(error, (RecursionError, SyntaxError)):
        return f"{where}: parts that lie too deep inside each other, or include or call themselves without end"
    if isinstance(error, UndefinedError) and (name := _NAME.fullmatch(str(error))):
        here = [known for known in (frame.f_locals if frame else ()) if not known.startswith("_")]
        return f"{where}: {error}{suggest(name[1], sorted({*names, *here}))}"
    return f"{where}: {error}"


def _nearest_function(error: TemplateSyntaxError, environment: Environment) -> str:
    """Suggest a filter or test where the one that was named is not there."""
    lacking = _LACKING.match(str(error.message)) if isinstance(error, TemplateAssertionError) else None
    if lacking is None:
        return ""
    if lacking[1] == "filter" and lacking[2] in JINJA_FILTERS:
        return " (it is for themes with trusted: true alone)"
    known = environment.filters if lacking[1] == "filter" else environment.tests
    return suggest(lacking[2], sorted(name for name in known if not name.startswith("_")))


def _place(error: BaseException, folders: Sequence[Path]) -> tuple[str | None, int, FrameType | None]:
    """Give the innermost line of a template that an error came through."""
    roots = tuple(f"{folder}/" for folder in folders)
    found = [
        (frame.f_code.co_filename, line, frame)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(roots) and frame.f_code.co_filename.endswith(_ENDINGS)
    ]
    return found[-1] if found else (None, 0, None)
