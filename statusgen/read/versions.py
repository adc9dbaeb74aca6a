"""Former versions of incident and maintenance files: which there were, and of which file each is a text."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from statusgen.read.document import DocumentError, decode_text, parse_document
from statusgen.read.fields import ID

FOLDERS = ("incidents", "maintenance")

Name = tuple[str, str]
"""The folder of an incident or a maintenance, and its id: a file may move and be renamed, this stays."""


class Version(NamedTuple):
    """A file as a commit has it. `place` is that of the commit in the main line, `at` its instant (Unix seconds)."""

    place: int
    path: str
    at: int
    blob: str


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of each path, oldest first, and the paths at which there is no file any more."""

    by_path: Mapping[str, list[Version]] = field(default_factory=dict)
    gone: Collection[str] = ()

    def blobs(self, *, renamed: bool) -> list[str]:
        """Give the ids of the texts that can tell of an edit: those of paths with several.

        Where a file is gone, or one was `renamed`, a path with a single version may go on with another's.
        """
        several = renamed or bool(self.gone)
        return [v.blob for found in self.by_path.values() if several or len(found) > 1 for v in found]


class Text(NamedTuple):
    """What a version says, in two parts, and the instant (Unix seconds) from which it stood there.

    That is its commit's, or a later one. `front` is empty where there is no front matter.
    """

    at: int
    path: str
    front: str
    body: str

    @property
    def whole(self) -> str:
        """Give the text of the file."""
        return self.front + self.body


def parse_log(output: bytes, now: int) -> Versions:
    """Read what `git log --raw -z --format=%ct` prints of the main line; commits at or after `now` are passed over.

    What a commit is passed over for, the next one has.
    """
    by_path: dict[str, list[Version]] = defaultdict(list)
    gone = set()
    for place, (at, changes) in enumerate(reversed(list(_commits(output)))):
        if at is None or at >= now:
            continue
        for path, blob in changes:
            if blob is None:
                gone.add(path)
                continue
            gone.discard(path)
            if not by_path[path] or by_path[path][-1].blob != blob:
                by_path[path].append(Version(place, path, at, blob))
    ours = {path: found for path, found in by_path.items() if _is_document(path)}
    return Versions(ours, {path for path in gone if path in ours})


def _commits(output: bytes) -> Iterator[tuple[int | None, list[tuple[str, str | None]]]]:
    """Give the instant of each commit, and the blobs of the files that it changed; None for one that is gone."""
    tokens = iter(output.split(b"\0"))
    at: int | None = None
    changes: list[tuple[str, str | None]] = []
    begun = False
    for token in tokens:
        if token.lstrip(b"\n").startswith(b":"):
            _, mode, _, blob, *_ = (*token.decode("ascii", "replace").split(), *[""] * 4)
            path = next(tokens, b"").decode("utf-8", "surrogateescape")
            changes.append((path, blob if mode.startswith("100") else None))
        else:
            if begun:
                yield at, changes
            begun = True
            at, changes = int(token) if token.isdigit() else None, []
    # What follows the last NUL is empty: the last commit was given when it came.


def _is_document(path: str) -> bool:
    """Tell whether a file would be read as an incident or a maintenance; a translation would not, as yet."""
    folder, *between, name = path.split("/")
    if folder not in FOLDERS or not name.endswith(".md") or any(part.startswith((".", "_")) for part in between):
        return False
    return ID.fullmatch(_stem(path)) is not None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def follow_texts(versions: Versions, blobs: Mapping[str, bytes]) -> dict[Name, list[Text]]:
    """Give the texts of each incident and maintenance of which there were several, oldest first.

    They are followed by their ids, whatever the file was called. Of texts of one second only the last counts: nobody
    saw the others. An instant is never before that of an earlier text: a clock that jumped back brings no time back.
    """
    texts = {blob: text for blob, content in blobs.items() if (text := _decode(content)) is not None}
    found: dict[Name, list[Version]] = defaultdict(list)
    for path, listed in versions.by_path.items():
        for version in listed:
            if version.blob in texts:
                found[path.partition("/")[0], _id_of(path, texts[version.blob])].append(version)
    return {name: list(_in_time(sorted(listed), texts)) for name, listed in found.items() if len(listed) > 1}


def _in_time(versions: list[Version], texts: Mapping[str, tuple[str, str]]) -> Iterator[Text]:
    instants = accumulate((version.at for version in versions), max)
    following = [*(version.at for version in versions[1:]), None]
    for version, at, after in zip(versions, instants, following, strict=True):
        if version.at != after:
            yield Text(at, version.path, *texts[version.blob])


def _decode(content: bytes) -> tuple[str, str] | None:
    """Give the front matter of a file and what follows it; None where its bytes are no text."""
    try:
        text = decode_text(content, "")
    except DocumentError:
        return None
    end = _FRONT_END.search(text, 3) if text.startswith("---") else None
    return (text[: end.end()], text[end.end() :]) if end else ("", text)


_FRONT_END = re.compile(r"\n---[^\S\n]*(?:\n|\Z)")
_PINNED = re.compile(r"\bid\b|\\")


def _id_of(path: str, text: tuple[str, str]) -> str:
    """Give the id of a text: that which it pins, else the name of its file (design.md §5)."""
    front, body = text
    if _PINNED.search(front):
        try:
            pinned = parse_document(front + body, path).front.data.get("id")
        except DocumentError:
            pinned = None
        if isinstance(pinned, str):
            return pinned
    return _stem(path)
