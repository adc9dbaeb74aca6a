"""From bytes to plain data that knows its lines: text, front matter and YAML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from statusgen.model.code import Code
from statusgen.model.problem import Problem

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, only slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Path = tuple[str | int, ...]
"""Where a value lies in YAML: keys and indices."""

Data = Any
"""Mappings, lists, text, and None for a value that is left empty: YAML with every scalar read as text."""

MOST_NODES = 200_000
DEEPEST = 20
LONGEST_TEXT = 2_000_000  # characters of one file

# What XML and HTML cannot hold, or a terminal obeys, must not reach a feed, a page or a table (libraries.md §1.2); lone
# surrogates cannot come out of UTF-8.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


class DocumentError(Exception):
    """A file that cannot be read at all; carries its problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Marked:
    """Plain data with the line on which each of its values (for a key: the key) stands."""

    data: Data
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Give the line of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file: its front matter, and the lines of its body, of which the first is line `body_line`."""

    path: str
    front: Marked
    body: tuple[str, ...]
    body_line: int


def decode_text(content: bytes, path: str, longest: int = LONGEST_TEXT) -> str:
    """Read UTF-8 with or without a byte order mark, any line ends, without control characters."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        offending = content[error.start : error.end].hex(" ")
        raise DocumentError(
            Problem(path, line, f"not UTF-8: byte {offending} (save the file as UTF-8)", Code.NOT_UTF8)
        ) from None
    if len(text) > longest:
        raise DocumentError(
            Problem(path, 0, f"{len(text):,} characters are too many (at most {longest:,})", Code.TOO_LARGE)
        )
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_CONFLICT = re.compile(r"([<=>])\1{6}(?: .*)?")


def find_conflicts(text: str, path: str) -> list[Problem]:
    """Find what Git leaves where two changes meet, wherever it stands in a file.

    A line of = alone underlines a heading, and one that begins with > alone is a quotation.
    """
    found: list[Problem] = []
    before = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = line[:1] if line[:1] in ("<", "=", ">") and _CONFLICT.fullmatch(line.rstrip()) else ""
        if mark == "<" or mark + before == ">=":
            told = f'"{_short(line)}" is of a conflict that Git left (keep one side, and delete the marks)'
            found.append(Problem(path, number, told, Code.CONFLICT))
        before = mark or before
    return found


def parse_document(text: str, path: str) -> Document:
    """Split a Markdown file into front matter and body; DocumentError where there is no front matter that is one."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        message = 'no front matter (the first line must be "---")'
        raise DocumentError(Problem(path, 1, message, Code.FRONT_MATTER))
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        message = 'the front matter never ends (a line "---" is missing below it)'
        raise DocumentError(Problem(path, 1, message, Code.FRONT_MATTER))
    front = parse_yaml("\n".join(lines[1:end]), path, first_line=2)
    if front.data is not None and not isinstance(front.data, dict):
        kind = "a list" if isinstance(front.data, list) else f'only the text "{_short(front.data)}"'
        raise DocumentError(
            Problem(path, 2, f"the front matter is {kind} (write it as lines of key: value)", Code.FRONT_MATTER)
        )
    return Document(path, Marked(front.data or {}, front.lines), tuple(lines[end + 1 :]), end + 2)


def parse_yaml(text: str, path: str, first_line: int = 1) -> Marked:
    """Read YAML with every scalar as text; DocumentError for anything that is more than mappings, lists and text."""
    builder = _Builder(path, first_line)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line if mark is None else mark.line + first_line
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise DocumentError(Problem(path, line, f"broken YAML: {what}{_cure(text, mark)}", Code.BROKEN_YAML)) from None
    except yaml.YAMLError as error:
        what = str(error).splitlines()[0]
        raise DocumentError(Problem(path, first_line, f"broken YAML: {what}", Code.BROKEN_YAML)) from None
    return Marked(builder.data, builder.lines)


def _cure(text: str, mark: yaml.Mark | None) -> str:
    """Show the offending line, with the commonest cure."""
    lines = text.split("\n")
    if mark is None or mark.line >= len(lines):
        return ""
    line = lines[mark.line].strip()
    return f' at "{_short(line)}" (text with : or # in it wants quotes around it)' if line else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


class _Builder:
    """Makes plain data of YAML's events one by one, so that neither depth nor size of hostile input can hurt."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path = path
        self.first_line = first_line
        self.data: Data = None
        self.lines: dict[Path, int] = {}
        self._open: list[dict[str, Data] | list[Data]] = []
        self._place: list[str | int] = []
        self._key: list[str | None] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = self.first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(line, "more than one YAML document in a file")
        if isinstance(event, yaml.AliasEvent):
            self._refuse(line, f"the alias *{event.anchor} (write the value out)")
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            self._take_node(event, line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close()

    def _take_node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            self._refuse(line, f"the anchor &{event.anchor} (write the value out)")
        if event.tag is not None and event.tag != "!":
            self._refuse(line, f"the tag {event.tag} (leave it out)")
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(line, f"more than {MOST_NODES:,} values")
        if isinstance(event, yaml.ScalarEvent):
            # An escape such as "\\x00" can bring back what decode_text took out.
            value = _CONTROL.sub("", event.value)
            self._scalar(value if value or event.style else None, line)
        else:
            if len(self._open) >= DEEPEST:
                self._refuse(line, f"more than {DEEPEST} levels inside each other")
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)

    def _scalar(self, value: str | None, line: int) -> None:
        if self._open and isinstance(self._open[-1], dict) and self._key[-1] is None:
            self._begin_key(value or "", line)
        else:
            self._add(value, line)
            self._done()

    def _begin_key(self, key: str, line: int) -> None:
        mapping = self._open[-1]
        if key in mapping:
            before = self.lines[(*self._place, key)]
            self._refuse(line, f'the key "{_short(key)}" for the second time (first on line {before})')
        self._key[-1] = key
        self.lines[(*self._place, key)] = line

    def _begin(self, container: dict[str, Data] | list[Data], line: int) -> None:
        if self._open and isinstance(self._open[-1], dict) and self._key[-1] is None:
            self._refuse(line, "a key that is no text")
        place = self._add(container, line)
        if place is not None:
            self._place.append(place)
        self._open.append(container)
        self._key.append(None)

    def _add(self, value: Data, line: int) -> str | int | None:
        """Put a value where it belongs; give its key or index."""
        if not self._open:
            self.data = value
            self.lines[()] = line
            return None
        parent = self._open[-1]
        if isinstance(parent, list):
            place: str | int = len(parent)
            parent.append(value)
            self.lines[(*self._place, place)] = line
        else:
            place = self._key[-1] or ""
            parent[place] = value
        return place

    def _done(self) -> None:
        if self._key:
            self._key[-1] = None

    def _close(self) -> None:
        self._open.pop()
        self._key.pop()
        if self._open:
            self._place.pop()
            self._done()

    def _refuse(self, line: int, what: str) -> None:
        raise DocumentError(Problem(self.path, line, f"broken YAML: {what}", Code.BROKEN_YAML))


@dataclass(frozen=True, slots=True)
class Section:
    """A second-level heading with the text below it; `line` is that of the heading."""

    line: int
    heading: str
    text: str


_HEADING = re.compile(r" {0,3}##(?!#)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def split_sections(document: Document) -> tuple[str, tuple[Section, ...]]:
    """Give the text before the first second-level heading, and the sections; DocumentError where a block never ends.

    Only `## …` outside of code blocks and comments is a heading (design.md §5).
    """
    summary: list[str] = []
    found: list[tuple[int, str, list[str]]] = []
    for number, line, plain in scan_lines(document):
        heading = _HEADING.match(line) if plain else None
        if heading:
            found.append((number, _heading_text(line[heading.end() :]), []))
        else:
            (found[-1][2] if found else summary).append(line)
    sections = tuple(Section(number, heading, _strip(lines)) for number, heading, lines in found)
    return _strip(summary), sections


def read_body(document: Document) -> str:
    """Give all the text; DocumentError where a block never ends."""
    return _strip([line for _, line, _ in scan_lines(document)])


def _heading_text(text: str) -> str:
    """Give the words of a heading, without the #s that may close it, and with single blanks between them."""
    text = text.strip()
    opened = text.rstrip("#")
    if opened != text and (not opened or opened[-1].isspace()):
        text = opened
    return " ".join(text.split())


def _strip(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def scan_lines(document: Document) -> Iterator[tuple[int, str, bool]]:
    """Give each line with its number, and whether it lies outside of code blocks and comments."""
    opened = 0
    fence = ""
    comment = False
    for number, line in enumerate(document.body, document.body_line):
        if fence:
            match = _FENCE.fullmatch(line)
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
            yield number, line, False
        elif comment:
            comment = "-->" not in line
            yield number, line, False
        else:
            match = _FENCE.fullmatch(line)
            if match and not (match[1][0] == "`" and "`" in match[2]):
                fence, opened = match[1], number
            elif "<!--" in line and "-->" not in line.rsplit("<!--", 1)[1]:
                comment, opened = True, number
            yield number, line, not fence and not line.lstrip().startswith("<!--")
    if fence or comment:
        what = f'the code block ("{fence}")' if fence else 'the comment ("<!--")'
        end = fence or "-->"
        raise DocumentError(
            Problem(document.path, opened, f'{what} that opens here never ends (add "{end}")', Code.NEVER_ENDS)
        )
