"""Which updates were edited after they were published, from the texts of a file in the order of their commits.

An update is known again by its permanent key (design.md §5). Most commits add an update and touch no other: that shows
in the bare text, and only where it does not are texts parsed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from statusgen.model.history import Phase, Update
from statusgen.model.status import Status
from statusgen.read.document import Document, DocumentError, Marked, split_sections
from statusgen.read.versions import Text

HEAD = ""
"""The key of what stands before the updates, where that is followed, too: no update has it."""


class Said(NamedTuple):
    """What counts of an update: blanks at the ends of lines do not, nor in which order it names its components."""

    at: int
    phase: Phase
    changes: frozenset[tuple[str, Status]]
    text: str


def said_by(update: Update, public: Callable[[str], bool]) -> Said:
    """Give what an update says to the public."""
    changes = frozenset(change for change in update.changes if public(change[0]))
    text = "\n".join(line.rstrip() for line in update.text.split("\n")).strip("\n")
    return Said(update.at, update.phase, changes, text)


Read = Callable[[Text], Mapping[str, Said] | None]
"""Parses a text and gives its updates by their keys; None where it is not valid, and so was never published."""


def find_edits(texts: Sequence[Text], read: Read, *, head_matters: bool = False) -> dict[str, int]:
    """Give the instant (Unix seconds) of the last edit of each update that was edited, by its key.

    `texts` are those of one incident or maintenance, oldest first. An edit is what makes an update other than it was
    in the text before, or when it was last there. As long as its own time had not come nobody saw it, and a change is
    none; nor is a change of its time, which makes it another update. Where the head of a text decides how its times
    are read, `head_matters`.
    """
    stretches = list(_cut(texts, head_matters=head_matters))
    known: dict[str, Said] = {}
    edits: dict[str, int] = {}
    for stretch in stretches if len(stretches) > 1 else ():
        for text, said in _telling(stretch, read, known):
            for key, now in said.items():
                if key in known and known[key] != now and text.at > now.at:
                    edits[key] = text.at
            known |= said
    return edits


def _telling(
    stretch: Sequence[Text], read: Read, known: Mapping[str, Said]
) -> Iterator[tuple[Text, Mapping[str, Said]]]:
    """Give those texts of a stretch that can tell of an edit: the first, and the last for those after the stretch.

    Where an update is gone all can: it may come back in any of them.
    """
    valid = ((text, said) for text in stretch if (said := read(text)) is not None)
    first = next(valid, None) if known else None
    if first:
        all_there = known.keys() <= first[1].keys()
        yield first
        if not all_there:
            yield from valid
            return
    later = takewhile(lambda text: not first or text is not first[0], reversed(stretch))
    last = next(((text, said) for text in later if (said := read(text)) is not None), None)
    if last:
        yield last


# --- What shows without parsing


class Outline(NamedTuple):
    """A text cut at its headings: what stands before the first, and each section with its heading."""

    head: str
    sections: tuple[str, ...]


_HEADING = re.compile(r"^(?= {0,3}##(?!#))", re.MULTILINE)
_BLOCKS = ("```", "~~~", "<!--")


def outline(text: Text) -> Outline | None:
    """Cut a text at its headings; None where it has no front matter, or a block never ends."""
    if not text.front:
        return None
    if not any(mark in text.body for mark in _BLOCKS):
        before, *sections = _HEADING.split(text.body)
        return Outline(text.front + before, tuple([section.rstrip() for section in sections]))
    try:
        summary, found = split_sections(Document(text.path, Marked(None), tuple(text.body.split("\n")), 1))
    except DocumentError:
        return None
    return Outline(text.front + summary, tuple(f"## {section.heading}\n{section.text}" for section in found))


def _cut(texts: Sequence[Text], *, head_matters: bool) -> Iterator[Sequence[Text]]:
    """Cut texts into stretches in which each only adds updates to that before, if it changes any at all."""
    outlines = [outline(text) for text in texts]
    begun = 0
    for number in range(1, len(texts) + 1):
        if number < len(texts) and _adds(outlines[number - 1], outlines[number], head_matters=head_matters):
            continue
        # Of updates at one time the keys count, and one more may change those of others.
        if number - begun > 1 and not _apart(outlines[number - 1]):
            yield from ([text] for text in texts[begun:number])
        else:
            yield texts[begun:number]
        begun = number


def _adds(before: Outline | None, after: Outline | None, *, head_matters: bool) -> bool:
    """Tell whether a text has all sections of the one before it, word for word and in the same order."""
    if before is None or after is None or (head_matters and before.head != after.head):
        return False
    rest = iter(after.sections)
    return all(section in rest for section in before.sections)


_WHEN = re.compile(r"[^\n]*?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?([^\n{]*)", re.ASCII)


def _apart(found: Outline | None) -> bool:
    """Tell whether the headings show that no two sections are of one time: other minutes, in one zone."""
    matches = [_WHEN.match(section) for section in found.sections] if found else []
    minutes = {(match[1], match[2]) for match in matches if match}
    zones = {match[3].strip() for match in matches if match}
    return len(minutes) == len(matches) and len(zones) <= 1
