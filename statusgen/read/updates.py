"""Second-level headings: from their text to updates (design.md §5)."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from statusgen.errors import suggest
from statusgen.model.calendar import short_time, stamp
from statusgen.model.code import Code
from statusgen.model.history import Phase, Update
from statusgen.model.problem import Problem
from statusgen.model.status import STATUS_WORDS, Status
from statusgen.read.document import Section
from statusgen.read.fields import ID, one_of
from statusgen.read.times import EXAMPLE, Clock, name_odd, parse_time

INCIDENT_PHASES = (
    Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.UPDATE, Phase.RESOLVED, Phase.POSTMORTEM,
)  # fmt: skip
MAINTENANCE_PHASES = (
    Phase.SCHEDULED, Phase.IN_PROGRESS, Phase.VERIFYING, Phase.COMPLETED, Phase.CANCELLED, Phase.UPDATE,
)  # fmt: skip

_PHASE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_SEPARATOR = re.compile(r" ?[-–—:] ?| ")
LONGEST_HEADING = 5000  # characters; that is a hundred components with their states


class UnknownComponentError(ValueError):
    """A name that is no component's."""


def code_of(error: ValueError) -> Code:
    """Give the code of what is wrong with a component and its state."""
    return Code.UNKNOWN_NAME if isinstance(error, UnknownComponentError) else Code.STATES


class _WrongError(Exception):
    """All that is wrong with a heading, each with its code."""

    def __init__(self, found: Sequence[tuple[str, Code]]) -> None:
        super().__init__(*found)
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class Names:
    """What components are called in content: their ids, and what is an alias of which.

    Where they are not all `known`, since status.yaml cannot be read or speaks of another day, every name is one.
    """

    ids: Collection[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    known: bool = True

    def find(self, name: str) -> str:
        """Give the id of a component by its id or an alias; ValueError with the nearest name where there is none."""
        if name in self.ids:
            return name
        if name in self.aliases:
            return self.aliases[name]
        if not self.known:
            return name
        cure = suggest(name, (*self.ids, *self.aliases)) or " (add it to components in status.yaml)"
        raise UnknownComponentError(f'no component "{name}"{cure}')


@dataclass(frozen=True, slots=True)
class _Draft:
    """A heading as read, with the name that its braces pin."""

    update: Update
    pinned: str | None


def parse_updates(
    sections: Sequence[Section], phases: Sequence[Phase], names: Names, clock: Clock, path: str
) -> tuple[tuple[Update, ...], list[Problem]]:
    """Read the sections of a file as updates, in order of happening, with their permanent keys; and all problems."""
    drafts: list[_Draft] = []
    problems: list[Problem] = []
    for section in sections:
        try:
            drafts.append(_parse_section(section, phases, names, clock))
        except _WrongError as error:
            problems += [Problem(path, section.line, text, code) for text, code in error.found]
    problems += _check_order(drafts, path)
    ordered = drafts[::-1] if drafts and drafts[0].update.at > drafts[-1].update.at else drafts
    updates, more = _with_keys(sorted(ordered, key=lambda draft: draft.update.at), path)
    return updates, problems + more


def _parse_section(section: Section, phases: Sequence[Phase], names: Names, clock: Clock) -> _Draft:
    """Read one heading; _WrongError carries all that is wrong with it."""
    try:
        word, time, braces = read_heading(section.heading)
    except ValueError as error:
        raise _WrongError([(str(error), Code.HEADING)]) from None
    wrong: list[tuple[str, Code]] = []
    phase, at = phases[0], 0
    try:
        phase = _parse_phase(word, section.heading, phases)
    except ValueError as error:
        wrong.append((str(error), Code.HEADING))
    else:
        try:
            at = _parse_time(time, section.heading, phase, clock)
        except ValueError as error:
            wrong.append((str(error), Code.TIME))
    changes, pinned, more = _parse_braces(braces, phase, names)
    wrong += more
    if wrong:
        raise _WrongError(wrong)
    update = Update(key="", at=at, phase=phase, changes=changes, text=section.text, line=section.line)
    return _Draft(update, pinned)


def read_heading(heading: str) -> tuple[str, str, str]:
    """Cut a heading, whose blanks are single, into phase, time and braces; step by step, so that none takes long."""
    if len(heading) > LONGEST_HEADING:
        raise ValueError(f'"## {heading[:40]}…" has {len(heading):,} characters (at most {LONGEST_HEADING})')
    text, opening, braces = heading.partition("{")
    phase = _PHASE.match(text)
    rest = text[phase.end() :] if phase else text
    separator = _SEPARATOR.match(rest)
    closed = not opening or (braces.endswith("}") and "{" not in braces and "}" not in braces[:-1])
    if rest and not separator and (odd := name_odd(rest)):
        raise ValueError(f'"## {heading}" {odd}')
    if not closed or "}" in text or (rest and not separator):
        raise ValueError(
            f'"## {heading}" is not a heading of an update (write it as in ## Resolved — {EXAMPLE} {{api=operational}})'
        )
    return phase[0] if phase else "", rest[separator.end() :].strip() if separator else "", braces.removesuffix("}")


def _parse_phase(text: str, heading: str, phases: Sequence[Phase]) -> Phase:
    word = " ".join(text.lower().split())
    known = {phase.value: phase for phase in phases}
    if word in known:
        return known[word]
    listed = ", ".join(known)
    near = suggest(word, known)
    raise ValueError(
        f'"## {heading}" is no update: "{text}" is not one of {listed}{near or " (a heading inside a text is ###)"}'
    )


def _parse_time(text: str, heading: str, phase: Phase, clock: Clock) -> int:
    if not text:
        raise ValueError(f'"## {heading}" has no time (write ## {phase.label} — {EXAMPLE})')
    return parse_time(text, clock, dates=False)


def _parse_braces(
    braces: str, phase: Phase, names: Names
) -> tuple[tuple[tuple[str, Status], ...], str | None, list[tuple[str, Code]]]:
    """Read `{api=operational, web=degraded_performance #name}`; give the changes, the pinned name and what is wrong."""
    changes: dict[str, Status] = {}
    pinned: str | None = None
    wrong: list[tuple[str, Code]] = []
    for word in braces.replace(",", " ").split():
        try:
            if word.startswith("#"):
                pinned = _parse_name(word, pinned)
            else:
                component, status = _parse_change(word, phase, names)
                if component in changes:
                    raise ValueError(f'"{word}" sets the component {component} a second time')
                changes[component] = status
        except ValueError as error:
            wrong.append((str(error), code_of(error)))
    return tuple(changes.items()), pinned, wrong


def _parse_name(word: str, before: str | None) -> str:
    if before is not None:
        raise ValueError(f'"{word}" is a second name for this update (one is enough)')
    if not ID.fullmatch(word[1:]):
        raise ValueError(f'"{word}" is not a name: small letters a-z, digits, - and _ after the #')
    return word[1:]


def _parse_change(word: str, phase: Phase, names: Names) -> tuple[str, Status]:
    name, equals, text = word.partition("=")
    if not equals:
        raise ValueError(f'"{word}" is neither ID=STATUS nor #NAME (write it as in {{api=operational}})')
    component = names.find(name)
    status = STATUS_WORDS[one_of(text, STATUS_WORDS)]
    if phase is Phase.RESOLVED and status is not Status.OPERATIONAL:
        raise ValueError(f'"{word}": an incident that is resolved leaves components operational')
    if phase is Phase.POSTMORTEM:
        raise ValueError(f'"{word}": a postmortem sets no component (write an update for it)')
    return component, status


def _check_order(drafts: Sequence[_Draft], path: str) -> list[Problem]:
    """Tell the first update that breaks the order: those of one file all rise or all fall in time."""
    times = [draft.update.at for draft in drafts]
    if times in (sorted(times), sorted(times, reverse=True)):
        return []
    falling = times[0] > times[-1]
    for before, after in pairwise(drafts):
        if before.update.at != after.update.at and (before.update.at < after.update.at) == falling:
            text = (
                f"update at {short_time(after.update.at, before.update.at)} is {'later' if falling else 'earlier'} "
                f"than the one above it ({short_time(before.update.at, after.update.at)}), while the file goes from "
                f"{'new to old' if falling else 'old to new'}"
            )
            return [Problem(path, after.update.line, text, Code.ORDER)]
    return []


def _with_keys(drafts: Sequence[_Draft], path: str) -> tuple[tuple[Update, ...], list[Problem]]:
    """Give each update its permanent key: the pinned name, or the time with a number for the second at it and on."""
    seen: Counter[int] = Counter()
    pinned: dict[str, int] = {}
    updates: list[Update] = []
    problems: list[Problem] = []
    for draft in drafts:
        at, line = draft.update.at, draft.update.line
        seen[at] += 1
        key = draft.pinned or (stamp(at) if seen[at] == 1 else f"{stamp(at)}-{seen[at]}")
        if draft.pinned and pinned.setdefault(draft.pinned, line) != line:
            first, second = sorted((pinned[draft.pinned], line))
            text = f'"#{draft.pinned}" names an update for the second time (first on line {first})'
            problems.append(Problem(path, second, text, Code.PINNED_TWICE))
        updates.append(replace(draft.update, key=key))
    return tuple(updates), problems
