"""The files that status.yaml names for the look: which they are, and whether they may be shown (safety.md §3.1)."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from statusgen.model.code import Code
from statusgen.model.history import SiteFile
from statusgen.model.problem import Problem
from statusgen.read.document import Data, DocumentError, Path, decode_text
from statusgen.read.pictures import MEASURES

LARGEST = 500_000  # bytes of a file; every visitor loads it
MOST_PIXELS = 4096 * 4096  # of a picture; a small file can hold many more than a browser has memory for
_DRAWINGS = (".svg", ".png", ".webp", ".jpg", ".jpeg")
# The key below `theme:`, what its file is, and the endings of which one is its name's.
_KEYS: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    ("logo", "light"): ("a picture", _DRAWINGS),
    ("logo", "dark"): ("a picture", _DRAWINGS),
    ("favicon",): ("a picture", (*_DRAWINGS, ".ico")),
    ("css",): ("a stylesheet", (".css",)),
}


class Named(NamedTuple):
    """A file as status.yaml names it: at which place, and what is wrong with the name itself."""

    place: Path
    name: str
    fault: str | None

    @property
    def key(self) -> str:
        """Give the place as problems write it."""
        return ".".join(map(str, self.place))


def named_files(data: Data) -> Iterator[Named]:
    """Give the files that status.yaml names for the look, also where other things in it are wrong."""
    for keys, (kind, endings) in _KEYS.items():
        found, place = data, ("theme", *keys)
        for step in place:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str) and found.strip():
            name = " ".join(found.split())
            yield Named(place, name, _fault(name, kind, endings))


def _fault(name: str, kind: str, endings: tuple[str, ...]) -> str | None:
    path = PurePosixPath(name)
    if path.suffix.lower() not in endings:
        listed = f"{', '.join(endings[:-1])} or {endings[-1]}" if endings[1:] else endings[0]
        return f'"{name}" is not {kind} that a page can show (its name must end in {listed})'
    if path.is_absolute() or ".." in path.parts:
        return f'"{name}" leads out of the content folder (copy the file into it)'
    return None


def check_file(name: str, content: bytes, path: str) -> SiteFile | list[Problem]:
    """Take a file in; all that is wrong with it where something is. `path` is how problems call it."""
    ending = PurePosixPath(name).suffix.lower()
    if ending == ".css":
        return _check_css(name, content, path)
    if ending == ".svg":
        from statusgen.read.svg import check_svg  # noqa: PLC0415 - not needed without a drawing

        size, problems = check_svg(content, path)
        return problems or SiteFile(name=name, content=content, size=size)
    size = MEASURES[ending](content)
    if size is None or 0 in size:
        kind = ending[1:].upper()
        return [
            Problem(path, 0, f"is not the {kind} that its name says (save it as {kind}, or rename it)", Code.PICTURE)
        ]
    if size[0] * size[1] > MOST_PIXELS:
        told = f"has {size[0]:,} x {size[1]:,} pixels, for which a browser needs too much memory (make it smaller)"
        return [Problem(path, 0, told, Code.PICTURE)]
    return SiteFile(name=name, content=content, size=size)


def _check_css(name: str, content: bytes, path: str) -> SiteFile | list[Problem]:
    from statusgen.read.styles import check_style  # noqa: PLC0415 - not needed without a stylesheet

    try:
        text = decode_text(content, path)
    except DocumentError as error:
        return [error.problem]
    return check_style(text, path) or SiteFile(name=name, content=text.encode())
