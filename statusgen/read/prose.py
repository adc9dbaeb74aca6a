"""What the lines of a text show by themselves: advice to their author, and the links that they hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.code import Code
from statusgen.model.history import Incident, WrittenLink
from statusgen.model.problem import Problem
from statusgen.read.document import Document, scan_lines
from statusgen.read.lookalikes import CODE, IMAGE, REMOTE, UNDERLINE, find_lookalikes

_TITLE = re.compile(r" {0,3}#(?!#)\s*\S")
_LINK = re.compile(r"(?<!!)\[[^\[\]]*\]\(\s*<?(?P<inline>[^\s<>()]+)|^ {0,3}\[[^\]]+\]:\s*<?(?P<named>[^\s<>]+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_INNER = re.compile(
    r"(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}"
    r"|127(?:\.\d{1,3}){3}|169\.254(?:\.\d{1,3}){2})(?![\w.]*\d)"
    r"|(?<![\w-])(?<![\w-]\.)(?:[\w-]+\.)+(?:internal|local|lan|corp|intranet)\b|\blocalhost\b",
    re.IGNORECASE | re.ASCII,
)
_ALT = re.compile(r"\balt\s*=\s*[\"']?[^\"'\s>]")
EXAMPLE_MARK = "statusgen: example"
"""What a comment holds in a file that was put there to begin with."""


@dataclass(frozen=True, slots=True)
class Prose:
    """What was found in a text."""

    notes: tuple[Problem, ...]
    links: tuple[WrittenLink, ...]


def read_prose(
    document: Document, page: str, private: Sequence[str], about: Incident | None, *, updates: bool
) -> Prose:
    """Look through the lines of a document that has been read without a problem.

    `page` is the address at which its text is shown, `private` are words that customers should not see, `about` is the
    incident that it tells of, and `updates` is whether its kind has any.
    """
    notes = list(find_lookalikes(document, updates=updates))
    taken = {note.line for note in notes}
    notes += _headings(document, taken, updates=updates)
    wordless = list(_images(document))
    bare = {note.line for note in wordless if note.code is Code.NO_ALT}
    notes = [*(note for note in notes if note.code is not Code.IMAGE or note.line not in bare), *wordless]
    notes += _private(document, private)
    notes += _examples(document)
    if about:
        notes += _dates(document, about)
    return Prose(tuple(notes), tuple(_links(document, page)))


def _plain_lines(document: Document) -> Iterator[tuple[int, str]]:
    """Give the lines outside of code blocks and comments, without the code in them."""
    for number, line, plain in scan_lines(document):
        if plain and not line.startswith(("    ", "\t")):
            yield number, CODE.sub("", line)


def _headings(document: Document, taken: set[int], *, updates: bool) -> Iterator[Problem]:
    """Find headings that the page's own stand on: its title, and in an incident that of an update."""
    cure = "write ###" if updates else "write ##"
    lines = [*scan_lines(document), (0, "", False)]
    for (number, line, plain), (_, below, _) in pairwise(lines):
        if not plain or number in taken:
            continue
        under = (
            UNDERLINE.fullmatch(below) if line.strip() and not line.lstrip().startswith(("#", ">", "-", "|")) else None
        )
        if _TITLE.match(line) or (under and (updates or "=" in below)):
            text = f'the heading "{line.strip()[:60]}" is as high as those of the page itself ({cure})'
            yield Problem(document.path, number, text, Code.HIGH_HEADING)


def _images(document: Document) -> Iterator[Problem]:
    """Find images without words: nothing is left of them on a page."""
    for number, line in _plain_lines(document):
        worded = bool(_ALT.search(line))
        for image in IMAGE.finditer(line):
            address = image["inline"] or image["tag"] or ""
            if re.match(r"!\[\s*\]", image[0]) or (image["tag"] and not worded):
                text = f"the image {address[:200]} has no words in their place (write ![what it shows](…))"
                yield Problem(document.path, number, text, Code.NO_ALT)
            if address and not REMOTE.match(address):
                text = f"the image {address[:200]} is not on the site (write a link to where it is)"
                yield Problem(document.path, number, text, Code.BROKEN_LINK)


def _examples(document: Document) -> Iterator[Problem]:
    for number, line in enumerate(document.body, document.body_line):
        if EXAMPLE_MARK in line:
            text = "this file is an example that was there to begin with (delete it, or this line)"
            yield Problem(document.path, number, text, Code.EXAMPLE)


def _private(document: Document, private: Sequence[str]) -> Iterator[Problem]:
    """Find words that customers should not see: those of `private_words:`, and hosts that only an inner net knows."""
    words = re.compile("|".join(re.escape(word) for word in private) or r"(?!)", re.IGNORECASE)
    title = str(document.front.data.get("title") or "")
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), "\n".join(document.body))
    lines = [(document.front.line(("title",)), title), *enumerate(text.split("\n"), document.body_line)]
    for number, line in lines:
        listed, inner = words.search(line), _INNER.search(line)
        if listed:
            told = f'"{listed[0]}" is one of private_words, and customers read it here (take it out)'
            yield Problem(document.path, number, told, Code.PRIVATE)
        elif inner:
            told = f'"{inner[0]}" is an address inside your own network, and customers read it here (take it out)'
            yield Problem(document.path, number, told, Code.PRIVATE)


def _links(document: Document, page: str) -> Iterator[WrittenLink]:
    for number, line in _plain_lines(document):
        for link in _LINK.finditer(line):
            yield WrittenLink(path=document.path, line=number, target=link["inline"] or link["named"], page=page)


_MONTHS = {
    name: number
    for number, month in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december"), 1,
    )
    for name in (month, month[:3], "sept" if number == 9 else month)
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?:\b(?P<weekday>{'|'.join(_DAYS)}),?\s+(?:the\s+)?)?"
    rf"(?:(?P<iso>\b(?:19|20)\d\d-\d\d-\d\d)(?!\d)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d\d)\b"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)
_NEAR = 2 * DAY


def _dates(document: Document, incident: Incident) -> Iterator[Problem]:
    """Find dates that cannot be meant: of another year than the incident's days, or on another day of the week."""
    first = min(incident.started, incident.updates[0].at) - _NEAR
    last = incident.updates[-1].at + _NEAR
    for number, line, plain in scan_lines(document):
        if not plain or line.lstrip().startswith("##"):
            continue
        for found in _DATE.finditer(line):
            day = _day_of(found)
            if day is None:
                continue
            if found["weekday"] and _DAYS[day.weekday()] != found["weekday"].lower():
                right = _DAYS[day.weekday()].capitalize()
                yield Problem(document.path, number, f'"{found[0]}" is a {right}', Code.OTHER_DATE)
            years = {int(iso_utc(first)[:4]), int(iso_utc(last)[:4])}
            meant = [near for year in sorted(years) if (near := _in_year(day, year)) and first <= _noon(near) <= last]
            if meant and not first <= _noon(day) <= last:
                text = f'"{found[0]}" is in another year than the incident (is {meant[0].isoformat()} meant?)'
                yield Problem(document.path, number, text, Code.OTHER_DATE)


def _day_of(found: re.Match[str]) -> date | None:
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = _MONTHS[(found["month"] or found["month2"]).lower()]
        return date(int(found["year"] or found["year2"]), month, int(found["day"] or found["day2"]))
    except ValueError:
        return None


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _noon(day: date) -> int:
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY + DAY // 2
