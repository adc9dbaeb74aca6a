"""Maintenance files: from a document to a Maintenance (design.md §5)."""

import re
from datetime import UTC, datetime
from typing import Annotated

from dateutil.rrule import rrulestr
from pydantic import Field

from statusgen.errors import suggest
from statusgen.model.calendar import DAY, find_zone, local_time, short_time
from statusgen.model.code import Code
from statusgen.model.history import Maintenance, Recurrence
from statusgen.model.problem import Problem
from statusgen.model.status import STATUS_WORDS, Status
from statusgen.read.document import Data, Document, DocumentError, Marked, split_sections
from statusgen.read.fields import Id, Schema, StatusWord, Text, Time, ZoneName, holds, one_of, validate
from statusgen.read.times import Clock, time_given
from statusgen.read.updates import MAINTENANCE_PHASES, Names, code_of, parse_updates

LONGEST_OCCURRENCE = 366 * DAY


class MaintenanceFileSchema(Schema):
    """The front matter of a maintenance."""

    title: Text
    """As readers see it."""
    id: Id | None = None
    """Pins the id and the address where the file is renamed."""
    components: Annotated[Data, holds(list[Text] | dict[Text, StatusWord] | None)] = None
    """A list of components, or component: state that it would be if it counted."""
    start: Time
    """As planned; an update "In progress" says when it really was."""
    end: Time
    """As planned; an update "Completed" says when it really was."""
    announced: Time | None = None
    """The time of the first update where left out."""
    rrule: Text | None = None
    """Repeats it, as in FREQ=WEEKLY;BYDAY=SU (RFC 5545)."""
    timezone: ZoneName | None = None
    """Of its times and its repetition; that of the site where left out."""
    skipped: list[Text] = Field(default=[], alias="except")
    """Local days or times at which there is none."""


def parse_maintenance(
    document: Document, maintenance_id: str, names: Names, clock: Clock
) -> Maintenance | list[Problem]:
    """Read a maintenance; all problems at once where there are any. `maintenance_id` is what the file's name says."""
    front, path = document.front, document.path
    clock = own_clock(front.data.get("timezone"), clock)
    schema = validate(MaintenanceFileSchema, front, path, clock)
    problems = schema if isinstance(schema, list) else []
    components, more = _parse_components(front, names, path)
    problems += more
    try:
        summary, sections = split_sections(document)
    except DocumentError as error:
        return [*problems, error.problem]
    updates, more = parse_updates(sections, MAINTENANCE_PHASES, names, clock, path)
    problems += more
    start, end = (time_given(front.data.get(key), clock) for key in ("start", "end"))
    if start is not None and end is not None and end <= start:
        text = f'end: {short_time(end, start)} is not later than "start" ({short_time(start, end)})'
        problems.append(Problem(path, front.line(("end",)), text, Code.CONTRADICTION))
    if start is not None and end is not None and end - start > LONGEST_OCCURRENCE and "rrule" in front.data:
        text = f'end: {short_time(end)} is more than a year after "start", in a maintenance that recurs'
        problems.append(Problem(path, front.line(("end",)), text, Code.CONTRADICTION))
    if "announced" not in front.data and not sections:
        text = '"announced" is missing, and there is no update (write ## Scheduled — with the time of the announcement)'
        problems.append(Problem(path, 1, text, Code.NOT_ANNOUNCED))
    skipped, unread = _parse_skipped(front, path)
    problems += unread
    if isinstance(schema, list):
        return problems
    recurrence, wrong = _parse_recurrence(schema, skipped, clock)
    problems += [Problem(path, front.line(("rrule",)), text, Code.RECURRENCE) for text in wrong]
    if problems:
        return problems
    return Maintenance(
        id=schema.id or maintenance_id,
        title=schema.title,
        start=schema.start,
        end=schema.end,
        announced=updates[0].at if schema.announced is None else schema.announced,
        components=components,
        recurrence=recurrence,
        updates=updates,
        summary=summary,
        path=path,
    )


def own_clock(zone: Data, clock: Clock) -> Clock:
    """Give the clock of a maintenance's times: that of the zone which its file names, if it names one."""
    return Clock(zone, declared=True) if isinstance(zone, str) and _is_zone(zone) else clock


def _is_zone(name: str) -> bool:
    try:
        find_zone(name)
    except LookupError:
        return False
    return True


def _parse_components(
    front: Marked, names: Names, path: str
) -> tuple[tuple[tuple[str, Status | None], ...], list[Problem]]:
    data = front.data.get("components")
    if data is None:
        return (), []
    if not isinstance(data, (dict, list)):
        text = "components: a list, or each with the state that it would be in (write it as in [api, web])"
        return (), [Problem(path, front.line(("components",)), text, Code.WRONG_VALUE)]
    listed = data.items() if isinstance(data, dict) else ((name, None) for name in data)
    found: dict[str, Status | None] = {}
    problems: list[Problem] = []
    for index, (name, word) in enumerate(listed):
        place = ("components", name if isinstance(data, dict) else index)
        try:
            component = names.find(str(name))
            if component in found:
                raise ValueError(f'"{name}" means the component {component}, which is named already')
            found[component] = STATUS_WORDS[one_of(str(word), STATUS_WORDS)] if isinstance(data, dict) else None
        except ValueError as error:
            problems.append(Problem(path, front.line(place), f"components: {error}", code_of(error)))
    return tuple(found.items()), problems


_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH_DAY = r"-?(?:[1-9]|[12]\d|3[01])"
_MONTH = r"(?:[1-9]|1[0-2])"
_NTH_WEEKDAY = rf"(?:[+-]?[1-5])?{_WEEKDAY}"
_OFTEN = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}|1000",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": f"{_WEEKDAY}(?:,{_WEEKDAY})*",
    "BYMONTH": f"{_MONTH}(?:,{_MONTH})*",
    "WKST": _WEEKDAY,
}
_SELDOM = {
    **_OFTEN,
    "BYDAY": f"{_NTH_WEEKDAY}(?:,{_NTH_WEEKDAY})*",
    "BYMONTHDAY": f"{_MONTH_DAY}(?:,{_MONTH_DAY})*",
    "BYSETPOS": r"-?[1-9]\d{0,2}",
}
_PARTS = {"DAILY": _OFTEN, "WEEKLY": _OFTEN, "MONTHLY": _SELDOM, "YEARLY": _SELDOM}
"""The parts of RFC 5545 §3.3.10 that are taken for each frequency. A rule by days or weeks takes only those that come
true within a year: for one that never does, all days up to the year 9999 would be tried."""


def _parse_skipped(front: Marked, path: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Read `except:`, the local days or times at which there is no occurrence."""
    data = front.data.get("except")
    skipped: list[str] = []
    problems: list[Problem] = []
    for index, text in enumerate(data if isinstance(data, list) else ()):
        try:
            moment = datetime.fromisoformat(str(text).strip().replace(" ", "T")).replace(tzinfo=None).isoformat()
        except ValueError:
            message = f'except.{index}: "{text}" is not a local day or time (write it as in 2026-12-27)'
            problems.append(Problem(path, front.line(("except", index)), message, Code.RECURRENCE))
        else:
            skipped.append(str(text).strip() if len(str(text).strip()) == len("2026-12-27") else moment)
    return tuple(skipped), problems


def _parse_recurrence(
    schema: MaintenanceFileSchema, skipped: tuple[str, ...], clock: Clock
) -> tuple[Recurrence | None, list[str]]:
    if schema.rrule is None:
        return None, ["except: there is no rrule for it to except from"] if skipped else []
    zone = schema.timezone or clock.zone
    try:
        rule, until = _check_rule(schema.rrule.upper().removeprefix("RRULE:"), schema.start, zone)
    except ValueError as error:
        return None, [f"rrule: {error}"]
    return Recurrence(rule=rule, zone=zone, until=until, skipped=skipped), []


def _check_rule(text: str, start: int, zone: str) -> tuple[str, datetime | None]:
    """Give a rule without its UNTIL, and that as a local time; ValueError says what is wrong."""
    parts = dict(part.partition("=")[::2] for part in text.strip(";").split(";"))
    taken = _PARTS.get(parts.get("FREQ", ""))
    if taken is None:
        raise ValueError(
            f'"{text}" has no FREQ that is taken: {", ".join(_PARTS)} (write it as in FREQ=WEEKLY;BYDAY=SU)'
        )
    for key, value in parts.items():
        if key not in taken:
            cure = suggest(key, taken) or f" (taken are {', '.join(taken)})"
            raise ValueError(f'"{key}={value}" is not taken with FREQ={parts["FREQ"]}{cure}')
        if not re.fullmatch(taken[key], value):
            raise ValueError(
                f'"{key}={value}" is not a value of {key} that is taken (write it as in FREQ=WEEKLY;BYDAY=SU)'
            )
    try:
        until = _until(parts.pop("UNTIL", None), zone)
    except (ValueError, OverflowError):
        raise ValueError(f'"{text}" has an UNTIL that is no day (write it as in UNTIL=20261231)') from None
    rule = ";".join(f"{key}={value}" for key, value in parts.items())
    once = re.sub(r";?COUNT=\d+", "", rule)
    first = local_time(start, zone).replace(tzinfo=None)
    try:
        begins = next(iter(rrulestr(f"{once};UNTIL={first:%Y%m%dT%H%M%S}", dtstart=first, ignoretz=True)), None)
    except (ValueError, TypeError) as error:
        raise ValueError(f'"{text}" is not a rule: {error}') from None
    if begins != first:
        raise ValueError(f'"{text}" does not fall on "start" ({first:%A, %Y-%m-%d %H:%M} in {zone})')
    return rule, until


def _until(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    if text.endswith("Z"):
        instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return _within(instant.astimezone(find_zone(zone)).replace(tzinfo=None))
    form = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    until = datetime.strptime(text, form)  # noqa: DTZ007 - a local time is meant
    return _within(until if "T" in text else until.replace(hour=23, minute=59, second=59))


def _within(until: datetime) -> datetime:
    """Give back a time of the years that content may speak of; ValueError for another."""
    if not 1970 < until.year < 9999:
        raise ValueError(until)
    return until
