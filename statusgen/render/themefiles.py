"""The folders of themes, and the files in them; no link leads out of a theme."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from jinja2 import Environment, TemplateNotFound
from jinja2.loaders import BaseLoader

from statusgen.errors import ThemeError, suggest

DEFAULT = "default"


def find_folders(name_or_dir: str | Path, content: Path | None) -> tuple[Path, ...]:
    """Give the folder that a name or path means; ThemeError where there is none."""
    if isinstance(name_or_dir, Path) or not re.fullmatch(r"[\w-]+", name_or_dir):
        folder = Path(name_or_dir)
        if not folder.is_dir():
            raise ThemeError(f'no theme "{folder}": there is no such folder')
        return (folder,)
    places = [shipped(name_or_dir)]
    if content is not None:
        beside = content.parent if content.name else content / ".."
        places.insert(0, beside / "themes" / name_or_dir)
    found = next((place for place in places if place.is_dir()), None)
    if found and found != places[-1] and not found.resolve().is_relative_to(found.parent.parent.resolve()):
        raise ThemeError(f"{found}: a link that leads out of the folder of the site (copy the folder)")
    if found is None:
        looked = " and ".join(str(place.parent) for place in places)
        raise ThemeError(f'no theme "{name_or_dir}" in {looked}{suggest(name_or_dir, _names(places))}')
    return (found,)


def _names(places: list[Path]) -> list[str]:
    """Give the names of the themes beside those that were looked for."""
    beside = [place.parent for place in places if place.parent.is_dir()]
    return sorted({folder.name for themes in beside for folder in themes.iterdir() if folder.is_dir()})


def shipped(name: str) -> Path:
    """Give the folder of a theme that comes with statusgen: in the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    themes = package / "themes"
    return (themes if themes.is_dir() else package.parent / "themes") / name


def is_shipped(folder: Path) -> bool:
    """Tell whether a theme came with statusgen."""
    return folder.resolve().parent == shipped(DEFAULT).resolve().parent


def has_file(folder: Path, file: Path) -> bool:
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


def files_below(folder: Path, ending: str = "") -> Iterator[Path]:
    """Give what lies below a folder and is none, in any order; no folder behind a link is looked into."""
    left = [os.fspath(folder)]
    while left:
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                elif entry.name.endswith(ending):
                    yield Path(entry.path)


def read_file(file: Path) -> bytes:
    """Read a file of a theme; ThemeError where that fails."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ThemeError(f"{file}: cannot be read: {error.strerror}") from None


class Loader(BaseLoader):
    """Finds templates; `default/NAME` is that of the default theme, so that a theme can extend what it replaces."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders

    def get_source(self, _: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Give a template's text and file."""
        searched, wanted = self.folders, template
        if template.startswith(f"{DEFAULT}/"):
            searched, wanted = self.folders[-1:], template.removeprefix(f"{DEFAULT}/")
        for folder in searched:
            file = folder / wanted
            if ".." not in PurePosixPath(wanted).parts and has_file(folder, file):
                return _read_text(file), str(file), lambda: True
        raise TemplateNotFound(template)

    def list_templates(self) -> list[str]:
        """Give the names of all templates."""
        files = ((folder, file) for folder in self.folders for file in files_below(folder, ".html"))
        return sorted({file.relative_to(folder).as_posix() for folder, file in files})


def _read_text(file: Path) -> str:
    try:
        return read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ThemeError(f"{file}: not UTF-8 (save the file as UTF-8)") from None
