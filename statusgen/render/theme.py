"""A theme: templates and static files, where those of a user go before those of the default theme."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from statusgen.errors import ThemeError, suggest
from statusgen.model.artifact import Artifact
from statusgen.render import urls
from statusgen.render.language import gettext, ngettext, pgettext, spoken
from statusgen.render.mistakes import FAILURES, Missing, explain_mistake
from statusgen.render.sandbox import GuardedEnvironment
from statusgen.render.text import share_files, show_markdown
from statusgen.render.themefiles import (
    DEFAULT,
    Loader,
    files_below,
    find_folders,
    has_file,
    is_shipped,
    read_file,
    shipped,
)
from statusgen.render.words import FILTERS

STATIC = "static"
ASSETS = "assets/"


class Compiled(BytecodeCache):
    """Compiled templates, kept while the process lasts: where several sites are made, most are of the same ones.

    What is kept has the digest of its text, so that a template which was changed is compiled anew.
    """

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is known of a template."""
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self.known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
"""Those that run in no sandbox; one looks at each template anew."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Templates and static files that are ready for use; `assets` are the files by their names in the theme."""

    folders: tuple[Path, ...]
    assets: Mapping[str, Artifact] = field(repr=False)
    environment: Environment = field(repr=False, compare=False)

    @property
    def shipped(self) -> bool:
        """Tell whether all of it came with statusgen."""
        return all(map(is_shipped, self.folders))

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """Fill a template; ThemeError with the template's line where that fails."""
        with self._explained(template, context):
            return self.environment.get_template(template).render(context)

    def find_mistakes(self) -> list[str]:
        """Find templates of the user's that cannot even be read, whether a page is made of them or not."""
        found = []
        for folder in self.folders[:-1]:
            for file in sorted(files_below(folder, ".html")):
                name = file.relative_to(folder).as_posix()
                try:
                    with self._explained(name):
                        self.environment.get_template(name)
                except ThemeError as error:
                    found.append(error.message)
        return found

    @contextmanager
    def _explained(self, template: str, names: Iterable[str] = ()) -> Iterator[None]:
        """Make a ThemeError of what a template does wrong; `names` are the variables that it receives."""
        if isinstance(self.environment, GuardedEnvironment):
            self.environment.begin()
        try:
            yield
        except FAILURES as error:
            known = (*names, *self.environment.globals)
            raise ThemeError(explain_mistake(error, template, self.folders, self.environment, known)) from error

    def asset(self, name: str) -> str:
        """Give the address of a static file."""
        if name not in self.assets:
            raise LookupError(f'no static file "{name}" in the theme{suggest(name, self.assets)}')
        return self.assets[name].path


def load_theme(name_or_dir: str | Path, content: Path | None, *, trusted: bool = False) -> Theme:
    """Load a theme by its name or folder; what it lacks is the default theme's.

    `themes/NAME` is looked for beside the content folder, then in the package. Templates that did not come with
    statusgen run in a sandbox, unless they are `trusted`.
    """
    folders = tuple(dict.fromkeys((*find_folders(name_or_dir, content), shipped(DEFAULT))))
    environment = _make_environment(folders, guarded=not trusted and not all(map(is_shipped, folders)))
    theme = Theme(folders, {a.name: a.artifact for a in _read_assets(folders)}, environment)
    theme.environment.globals["urls"] = URLS
    return theme


def _make_environment(folders: tuple[Path, ...], *, guarded: bool) -> Environment:
    options: dict[str, Any] = {
        "loader": Loader(folders),
        "autoescape": True,
        "undefined": Missing,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
    }
    filters = {name: _in_time(function) for name, function in FILTERS.items()} | {"markdown": _markdown}
    if guarded:
        environment: Environment = GuardedEnvironment(filters, **options)
    else:
        environment = Environment(**options, bytecode_cache=COMPILED)  # noqa: S701 - autoescape is among them
        environment.filters.update(filters)
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
def _markdown(context: Context, text: str, page: str = "", *, top: int = 3) -> Markup:
    """Turn an author's Markdown into HTML for the page that is written, in its language."""
    html, folder = show_markdown(text, page, top=top), spoken().folder
    return share_files(html, folder + context["page"].address, folder) if folder else html


@dataclass(frozen=True, slots=True)
class _Asset:
    """A static file: its name in the theme, and what is written."""

    name: str
    artifact: Artifact


MOST_FOLDERS = 20
"""Inside each other, above a static file."""


def _read_assets(folders: tuple[Path, ...]) -> Iterator[_Asset]:
    """Read the static files of all folders; those of the first folder win."""
    files: dict[str, Path] = {}
    for folder in folders:
        has_file(folder, folder / STATIC)
        for file in sorted(files_below(folder / STATIC)):
            if len(file.relative_to(folder).parts) > MOST_FOLDERS:
                raise ThemeError(f"{folder}: has a file below more than {MOST_FOLDERS} folders (move it up)")
            if has_file(folder, file):
                files.setdefault(file.relative_to(folder / STATIC).as_posix(), file)
    for name, file in sorted(files.items()):
        yield _Asset(name, hash_asset(name, read_file(file)))


def hash_asset(name: str, content: bytes) -> Artifact:
    """Give a static file an address that changes with its content, so that it may be cached for ever."""
    path = PurePosixPath(name)
    digest = blake2b(content, digest_size=6).hexdigest()
    return Artifact(f"{ASSETS}{path.with_name(f'{path.stem}.{digest}{path.suffix}')}", content)


URLS: Mapping[str, Any] = {
    "home": urls.HOME,
    "history": urls.HISTORY,
    "uptime": urls.UPTIME,
    "feed": urls.feed,
    "subscribe": urls.SUBSCRIBE,
    "incident": urls.incident,
    "maintenance": urls.maintenance,
    "component": urls.component,
    "page": urls.page,
    "history_month": urls.history_month,
    "uptime_month": urls.uptime_month,
    "explanation": urls.explanation,
    "component_calendar": urls.component_calendar,
    "build": urls.BUILD,
    "uptime_csv": urls.UPTIME_CSV,
    "uptime_json": urls.UPTIME_JSON,
    "uptime_month_csv": urls.uptime_month_csv,
    "uptime_month_json": urls.uptime_month_json,
    "anchor": urls.anchor,
}
"""The addresses of the site, for `link(…)`."""
