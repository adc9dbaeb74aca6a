"""Files NAME.LANG.md: the words of an incident, a maintenance or a page in another language of the site.

Such a file has a title in its front matter, a summary and updates, or the text of a page. What heads an update is in
the author's language and says nothing; its time says which update of NAME.md it translates. States, phases and times
are those of NAME.md alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from statusgen.model.calendar import short_time
from statusgen.model.code import Code
from statusgen.model.history import CustomPage, Incident, Maintenance, Translation, Update
from statusgen.model.languages import LANGUAGES
from statusgen.model.problem import Problem
from statusgen.read.document import Document, DocumentError, Section, read_body, split_sections
from statusgen.read.fields import Schema, Text, validate
from statusgen.read.times import EXAMPLE, Clock, parse_time

T = TypeVar("T", Incident, Maintenance, CustomPage)

_CODE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,4})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAME = re.compile(r"\s*#(\S+)\s*\}")


@dataclass(frozen=True, slots=True)
class TranslationName:
    """What a file's name says: which file it translates, into which language."""

    original: Path
    language: str


class TranslationSchema(Schema):
    """The front matter of a translation."""

    title: Text | None = None


def split_name(path: Path, files: Collection[Path]) -> TranslationName | None:
    """Give what a file's name says if it is that of a translation; `files` are all that there are."""
    base, _, code = path.name.removesuffix(".md").rpartition(".")
    if not base:
        return None
    original = path.with_name(f"{base}.md")
    if code in LANGUAGES or (_CODE.fullmatch(code) and original in files):
        return TranslationName(original, code)
    return None


def check_name(name: TranslationName, files: Collection[Path], languages: Sequence[str], path: str) -> list[Problem]:
    """Tell a translation of nothing, and one into a language that has no pages.

    Of `languages`, those of the site, nothing is known where status.yaml is wrong.
    """
    code, original = name.language, name.original.name
    if name.original not in files:
        text = f'there is no {original} that it translates (write that first, or take ".{code}" out of the name)'
    elif languages and code == languages[0]:
        text = f'{original} is in "{code}" already, the first of languages in status.yaml (put the words there)'
    elif languages and code not in languages:
        cure = "add it there" if code in LANGUAGES else f"known are {', '.join(LANGUAGES)}"
        text = f'"{code}" is none of languages in status.yaml: {", ".join(languages)} ({cure}; or delete the file)'
    else:
        return []
    return [Problem(path, 0, text, Code.TRANSLATION)]


@dataclass(frozen=True, slots=True)
class _Heading:
    section: Section
    at: int
    name: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """What a translation says, in which language; `headings` are in order of happening."""

    path: str
    language: str
    title: str = ""
    summary: str = ""
    headings: tuple[_Heading, ...] = ()


def parse_translation(
    document: Document, language: str, clock: Clock, *, updates: bool = True
) -> tuple[Words, list[Problem]]:
    """Read a translation as far as it can be read, with all that is wrong with it.

    `clock` is the original's, `updates` is whether its kind has any.
    """
    path = document.path
    schema = validate(TranslationSchema, document.front, path, clock)
    problems: list[Problem] = schema if isinstance(schema, list) else []
    title = "" if isinstance(schema, list) else schema.title or ""
    try:
        summary, sections = split_sections(document) if updates else (read_body(document), ())
    except DocumentError as error:
        return Words(path, language, title), [*problems, error.problem]
    headings, wrong = _read_headings(sections, clock, path)
    return Words(path, language, title, summary, tuple(headings)), [*problems, *wrong]


def put_words(words: Words, original: T) -> T | list[Problem]:
    """Give an incident, maintenance or page with its words in another language; problems where they are not of it."""
    said = (words.language, Translation(title=words.title, summary=words.summary))
    translations = (*original.translations, said)
    if isinstance(original, CustomPage):
        return replace(original, translations=translations)
    texts, problems = _match(words, original)
    if problems:
        return problems
    updates = tuple(_translate(update, words.language, texts.get(update.key, "")) for update in original.updates)
    return replace(original, translations=translations, updates=updates)


def _translate(update: Update, language: str, text: str) -> Update:
    return replace(update, translations=(*update.translations, (language, text))) if text else update


def _read_headings(sections: Sequence[Section], clock: Clock, path: str) -> tuple[list[_Heading], list[Problem]]:
    """Read the headings, in order of happening."""
    found: list[_Heading] = []
    problems: list[Problem] = []
    for section in sections:
        try:
            found.append(_read_heading(section, clock))
        except ValueError as error:
            problems.append(Problem(path, section.line, str(error), Code.TRANSLATION))
    if found and found[0].at > found[-1].at:
        found.reverse()
    return sorted(found, key=lambda heading: heading.at), problems


def _read_heading(section: Section, clock: Clock) -> _Heading:
    """Read the time that a heading ends with, and the name in braces after it; what is before says nothing."""
    words, brace, name = section.heading.partition("{")
    pinned = _NAME.fullmatch(name)
    shown = section.heading if len(section.heading) <= 100 else f"{section.heading[:99]}…"
    if brace and not pinned:
        raise ValueError(f'"## {shown}": a translation sets nothing (leave the braces to the original)')
    starts = [match.start() for match in _DATE.finditer(words)]
    if not starts:
        raise ValueError(f'"## {shown}" has no time (end it with that of the update, as in ## … — {EXAMPLE})')
    return _Heading(section, parse_time(words[starts[-1] :], clock, dates=False), pinned[1] if pinned else None)


def _match(words: Words, original: Incident | Maintenance) -> tuple[Mapping[str, str], list[Problem]]:
    """Give each update's text by its key: of several at one time each in its turn, but a named one by its name."""
    named = {heading.name for heading in words.headings if heading.name}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for heading in words.headings:
        there = [update for update in original.updates if update.at == heading.at]
        meant = [u for u in there if u.key == heading.name or (not heading.name and u.key not in named)]
        key = next((update.key for update in meant if update.key not in texts), None)
        if key is not None:
            texts[key] = heading.section.text
        else:
            text = _explain(heading, bool(meant), bool(there), original)
            problems.append(Problem(words.path, heading.section.line, text, Code.TRANSLATION))
    return texts, problems


def _explain(heading: _Heading, meant: bool, there: bool, original: Incident | Maintenance) -> str:
    """Say why a heading is that of no update; `meant` is whether one was translated before, `there` whether one is."""
    name, when = Path(original.path).name, short_time(heading.at)
    if meant or (there and not heading.name):
        return f"the update at {when} is translated in this file already (one text is enough)"
    if there:
        return f'no update at {when} in {name} is called "#{heading.name}" (take the braces out)'
    listed = ", ".join(dict.fromkeys(short_time(update.at) for update in original.updates))
    return f"no update at {when} in {name} (its updates: {listed or 'none'})"
