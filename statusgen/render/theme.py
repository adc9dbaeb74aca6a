"""A theme: templates and static files, where those of a user go before those of the default theme."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from traceback import walk_tb
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from statusgen.errors import StatusgenError, suggest
from statusgen.model.artifact import Artifact
from statusgen.render import urls
from statusgen.render.language import gettext, ngettext, pgettext, spoken
from statusgen.render.text import show_markdown
from statusgen.render.words import FILTERS

DEFAULT = "default"
STATIC = "static"
ASSETS = "assets/"


class ThemeError(StatusgenError):
    """A theme that is not there, or a template that does not work; nothing was written."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Theme:
    """Templates and static files that are ready for use; `assets` are the files by their names in the theme."""

    folders: tuple[Path, ...]
    assets: Mapping[str, Artifact] = field(repr=False)
    environment: Environment = field(repr=False, compare=False)

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """Fill a template; ThemeError with the template's line where that fails."""
        try:
            return self.environment.get_template(template).render(context)
        except _FAILURES as error:
            raise ThemeError(self._explain(error, template)) from error

    def asset(self, name: str) -> str:
        """Give the address of a static file."""
        if name not in self.assets:
            raise LookupError(f'no static file "{name}" in the theme{suggest(name, self.assets)}')
        return self.assets[name].path

    def _explain(self, error: Exception, template: str) -> str:
        """Say where a template failed, and at what."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or error.name or template}:{error.lineno}: {error.message}"
        if isinstance(error, TemplateNotFound):
            return f"{self._place(error, template)}: no template {error}"
        return f"{self._place(error, template)}: {error}"

    def _place(self, error: Exception, template: str) -> str:
        """Give the innermost line of a template that an error came through: `file:line`."""
        roots = tuple(f"{folder}/" for folder in self.folders)
        lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        found = [f"{file}:{line}" for file, line in lines if file.startswith(roots) and file.endswith(_ENDINGS)]
        return found[-1] if found else template


_ENDINGS = (".html", ".xml", ".txt")
# What a template can do wrong: use what is not there, or use a value as what it is not.
_FAILURES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


def load_theme(name_or_dir: str | Path, content: Path | None) -> Theme:
    """Load a theme by its name or folder; what it lacks is the default theme's.

    `themes/NAME` is looked for beside the content folder, then in the package.
    """
    folders = tuple(dict.fromkeys((*_find_folders(name_or_dir, content), _shipped(DEFAULT))))
    theme = Theme(folders, {a.name: a.artifact for a in _read_assets(folders)}, _make_environment(folders))
    theme.environment.globals["urls"] = URLS
    return theme


def _find_folders(name_or_dir: str | Path, content: Path | None) -> tuple[Path, ...]:
    """Give the folder that a name or path means; ThemeError where there is none."""
    if isinstance(name_or_dir, Path) or not re.fullmatch(r"[\w-]+", name_or_dir):
        folder = Path(name_or_dir)
        if not folder.is_dir():
            raise ThemeError(f'no theme "{folder}": there is no such folder')
        return (folder,)
    places = [_shipped(name_or_dir)]
    if content is not None:
        beside = content.parent if content.name else content / ".."
        places.insert(0, beside / "themes" / name_or_dir)
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        looked = " and ".join(str(place.parent) for place in places)
        raise ThemeError(f'no theme "{name_or_dir}" in {looked}{suggest(name_or_dir, _names(places))}')
    return (found,)


def _names(places: list[Path]) -> list[str]:
    """Give the names of the themes beside those that were looked for."""
    beside = [place.parent for place in places if place.parent.is_dir()]
    return sorted({folder.name for themes in beside for folder in themes.iterdir() if folder.is_dir()})


def _shipped(name: str) -> Path:
    """Give the folder of a theme that comes with statusgen: in the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    themes = package / "themes"
    return (themes if themes.is_dir() else package.parent / "themes") / name


def _has(folder: Path, file: Path) -> bool:
    """Tell whether a theme has a file; ThemeError for a link that leads nowhere, to itself or out of the theme."""
    try:
        target = file.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        if file.is_symlink():
            raise ThemeError(f"{file}: a link that leads nowhere (copy the file)") from None
        return False
    except (OSError, RuntimeError):  # RuntimeError: Python 3.11 says so of a link that leads to itself
        raise ThemeError(f"{file}: cannot be read (a link that leads to itself?)") from None
    if not target.is_relative_to(folder.resolve()):
        raise ThemeError(f"{file}: a link that leads out of the theme (copy the file)")
    if file.is_symlink() and target.is_dir():
        raise ThemeError(f"{file}: a link to a folder (copy the folder)")
    return target.is_file()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ThemeError(f"{file}: cannot be read: {error.strerror}") from None


def _make_environment(folders: tuple[Path, ...]) -> Environment:
    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """Find a template; `default/NAME` is that of the default theme, so that a theme can extend what it replaces."""
        searched, wanted = folders, name
        if name.startswith(f"{DEFAULT}/"):
            searched, wanted = folders[-1:], name.removeprefix(f"{DEFAULT}/")
        for folder in searched:
            file = folder / wanted
            if ".." not in PurePosixPath(wanted).parts and _has(folder, file):
                return _content(file).decode("utf-8"), str(file), lambda: True
        return None

    environment = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters.update({name: _in_time(function) for name, function in FILTERS.items()})
    environment.filters["markdown"] = _markdown
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext
    )
    return environment


def _in_time(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a filter work while a page is written, and no earlier.

    What it makes of a constant Jinja would else keep for all pages, in the language of the first of them.
    """

    @pass_context
    def work(_: Context, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - what the filter takes and gives
        return function(*given, **named)

    return work


@pass_context
def _markdown(context: Context, text: str, page: str = "") -> Markup:
    """Turn an author's Markdown into HTML for the page that is written, in its language."""
    folder = spoken().folder
    return show_markdown(text, page, here=folder + context["page"].address if folder else "", folder=folder)


@dataclass(frozen=True, slots=True)
class _Asset:
    """A static file: its name in the theme, and what is written."""

    name: str
    artifact: Artifact


def _read_assets(folders: tuple[Path, ...]) -> Iterator[_Asset]:
    """Read the static files of all folders; those of the first folder win."""
    files: dict[str, Path] = {}
    for folder in folders:
        _has(folder, folder / STATIC)
        for file in sorted((folder / STATIC).rglob("*")):
            if _has(folder, file):
                files.setdefault(file.relative_to(folder / STATIC).as_posix(), file)
    for name, file in sorted(files.items()):
        yield _Asset(name, hash_asset(name, _content(file)))


def hash_asset(name: str, content: bytes) -> Artifact:
    """Give a static file an address that changes with its content, so that it may be cached for ever."""
    path = PurePosixPath(name)
    digest = blake2b(content, digest_size=6).hexdigest()
    return Artifact(f"{ASSETS}{path.with_name(f'{path.stem}.{digest}{path.suffix}')}", content)


URLS: Mapping[str, Any] = {
    "home": urls.HOME,
    "history": urls.HISTORY,
    "uptime": urls.UPTIME,
    "rss": urls.RSS,
    "atom": urls.ATOM,
    "incident": urls.incident,
    "maintenance": urls.maintenance,
    "component": urls.component,
    "history_month": urls.history_month,
    "uptime_month": urls.uptime_month,
    "explanation": urls.explanation,
    "build": urls.BUILD,
    "uptime_csv": urls.UPTIME_CSV,
    "uptime_json": urls.UPTIME_JSON,
    "uptime_month_csv": urls.uptime_month_csv,
    "uptime_month_json": urls.uptime_month_json,
    "anchor": urls.anchor,
}
"""The addresses of the site, for `link(…)`."""
