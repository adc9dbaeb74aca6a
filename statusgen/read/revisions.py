"""When updates were edited, as git has it: asked while the files are read, and added to what they say.

What counts is what the main line showed: the first parents of the commit that is checked out, so that a merge request
is one publication. A history that is cut off is none, and without one nothing is said.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from statusgen.model.code import Code
from statusgen.model.history import History, Incident, Maintenance, Phase, Site
from statusgen.model.problem import Problem
from statusgen.read.document import Document, DocumentError, find_conflicts, parse_document
from statusgen.read.edits import HEAD, Said, find_edits, said_by
from statusgen.read.git import GitError, find_checkout, is_shallow, read_blobs, read_head, start_log
from statusgen.read.incidents import parse_incident
from statusgen.read.maintenance import parse_maintenance
from statusgen.read.times import Clock
from statusgen.read.updates import Names
from statusgen.read.versions import FOLDERS, Name, Text, follow_texts, parse_log

T = TypeVar("T", Incident, Maintenance)
Parse = Callable[[Document, str, Names, Clock], T | list[Problem]]

INCIDENTS, MAINTENANCE = FOLDERS
LARGEST = 4_000_000  # bytes of a former version, as of a file


@contextmanager
def asked_of_git(root: Path) -> Iterator[Callable[[History, int], History]]:
    """Let git go through its log meanwhile; give what adds to a history, of an instant, when updates were edited.

    Where git would know more than it can tell, `untraced` of the history says why; it is no problem.
    """
    checkout = find_checkout(root)
    head = read_head(checkout) if checkout else ""
    if not checkout or not head:
        yield lambda history, _: history
    elif is_shallow(checkout):
        cure = "fetch its whole history: git fetch --unshallow, or fetch-depth: 0 in CI"
        yield lambda history, _: _untraced(history, root, f"this is a shallow clone ({cure})")
    else:
        with start_log(root, head, FOLDERS) as wait:
            yield partial(_add_edits, root, wait)


def _untraced(history: History, root: Path, why: str) -> History:
    note = Problem(root.as_posix(), 0, f"it is not known which updates were edited: {why}", Code.UNTRACED)
    return replace(history, untraced=note)


def _add_edits(root: Path, wait: Callable[[], bytes], history: History, now: int) -> History:
    try:
        versions = parse_log(wait(), now)
        blobs = dict(read_blobs(root, versions.blobs(renamed=_any_renamed(history)), LARGEST))
    except GitError as error:
        return _untraced(history, root, str(error))
    edits = {name: _edits_of(name, texts, history.site) for name, texts in follow_texts(versions, blobs).items()}
    return replace(
        history,
        incidents=tuple(_with_edits(item, edits.get((INCIDENTS, item.id), {})) for item in history.incidents),
        maintenances=tuple(
            replace(_with_edits(item, own), edited=own.get(HEAD))
            for item in history.maintenances
            for own in (edits.get((MAINTENANCE, item.id), {}),)
        ),
    )


def _any_renamed(history: History) -> bool:
    items: tuple[Incident | Maintenance, ...] = (*history.incidents, *history.maintenances)
    return any(PurePosixPath(item.path).stem != item.id for item in items)


def _with_edits(item: T, edits: Mapping[str, int]) -> T:
    if not edits:
        return item
    return replace(item, updates=tuple(replace(update, edited=edits.get(update.key)) for update in item.updates))


def _edits_of(name: Name, texts: list[Text], site: Site) -> dict[str, int]:
    """Find the edits of an incident or a maintenance. The zone of a maintenance stands in its head."""
    if name[0] == INCIDENTS:
        return find_edits(texts, _reader(parse_incident, name[1], site))
    return find_edits(texts, _reader(parse_maintenance, name[1], site, _head_of), head_matters=True)


def _head_of(maintenance: Maintenance, private: set[str]) -> dict[str, Said]:
    """Give what the public reads of a maintenance before its updates; it says so from its announcement on."""
    components = [pair for pair in maintenance.components if pair[0] not in private]
    told = (maintenance.title, maintenance.start, maintenance.end, components, maintenance.recurrence)
    said = f"{told}\n{maintenance.summary.strip()}"
    return {HEAD: Said(maintenance.announced, Phase.SCHEDULED, frozenset(), said)}


def _reader(
    parse: Parse[T], item_id: str, site: Site, head: Callable[[T, set[str]], dict[str, Said]] = lambda *_: {}
) -> Callable[[Text], dict[str, Said] | None]:
    """Give what reads a former text by the settings of today, in which components may be gone that it names.

    `head` adds what is to be followed besides the updates.
    """
    ids = [component.id for component in site.components]
    aliases = {alias: component.id for component in site.components for alias in component.aliases}
    private = {component.id for component in site.components if not component.public}
    names, clock = Names(ids, aliases, known=False), Clock(site.zone, declared=True)

    def read(version: Text) -> dict[str, Said] | None:
        try:
            document = parse_document(version.whole, version.path)
        except DocumentError:
            return None
        parsed = parse(document, item_id, names, clock)
        if isinstance(parsed, list) or find_conflicts(version.whole, version.path):
            return None
        said = {update.key: said_by(update, lambda component: component not in private) for update in parsed.updates}
        return said | head(parsed, private)

    return read
