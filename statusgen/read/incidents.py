"""Incident files: from a document to an Incident (design.md §5)."""

from typing import Annotated

from pydantic import Field

from statusgen.model.calendar import short_time
from statusgen.model.code import Code
from statusgen.model.history import Exclusion, Incident, Update
from statusgen.model.problem import Problem
from statusgen.model.status import STATUS_WORDS, Status
from statusgen.model.window import Window
from statusgen.read import written
from statusgen.read.document import Data, Document, DocumentError, Marked, split_sections
from statusgen.read.fields import Id, ImpactWord, Schema, StatusWord, Text, Time, holds, one_of, validate
from statusgen.read.times import Clock, time_given
from statusgen.read.updates import INCIDENT_PHASES, Names, code_of, parse_updates


class ExclusionSchema(Schema):
    """A stretch of an incident that leaves the figure."""

    start: Time = Field(alias="from")
    """Its first instant."""
    end: Time = Field(alias="to")
    """Its end."""
    reason: Text
    """Why, as pages tell it."""


class IncidentSchema(Schema):
    """The front matter of an incident."""

    title: Text
    """As readers see it."""
    id: Id | None = None
    """Pins the id and the address where the file is renamed."""
    components: Annotated[Data, holds(dict[Text, StatusWord] | written.NOTHING | None)] = None
    """What is hit: component: state, from `started` on."""
    started: Time | None = None
    """The time of the first update where left out."""
    impact: ImpactWord | None = None
    """That of the worst state where left out."""
    override: Annotated[Text, holds(written.REASON)] | None = None
    """The reason why what checks say of its components is left out: a false alarm."""
    exclude: Annotated[Data, holds(written.REASON | list[ExclusionSchema])] = None
    """The reason why its whole time leaves the figure, or a list of {from, to, reason}."""


def parse_incident(document: Document, incident_id: str, names: Names, clock: Clock) -> Incident | list[Problem]:
    """Read an incident; all problems at once where there are any. `incident_id` is what the file's name says."""
    front, path = document.front, document.path
    schema = validate(IncidentSchema, front, path, clock)
    problems = schema if isinstance(schema, list) else []
    components, more = _parse_components(front, names, path)
    problems += more
    reason, exclusions, more = _parse_exclude(front, clock, path)
    problems += more
    try:
        summary, sections = split_sections(document)
    except DocumentError as error:
        return [*problems, error.problem]
    override = front.data.get("override")
    if isinstance(override, str) and override.strip().lower() in _NO_REASON:
        text = f'override: "{override}" is no reason (write why, or leave the key out)'
        problems.append(Problem(path, front.line(("override",)), text, Code.NO_REASON_GIVEN))
    updates, more = parse_updates(sections, INCIDENT_PHASES, names, clock, path)
    problems += more
    if not sections:
        text = "no update (write one as in ## Investigating — 2026-11-02 09:20 UTC)"
        problems.append(Problem(path, document.body_line, text, Code.NO_UPDATE))
    started = time_given(front.data.get("started"), clock)
    if started is not None:
        problems += _check_started(updates, started, path)
    if isinstance(schema, list) or problems:
        return problems
    return Incident(
        id=schema.id or incident_id,
        title=schema.title,
        started=updates[0].at if started is None else started,
        updates=updates,
        components=components,
        impact=schema.impact,
        override=schema.override,
        exclude=reason,
        exclusions=exclusions,
        summary=summary,
        path=path,
    )


_NO_REASON = ("true", "false", "yes", "no", "on", "off", "none", "null", "~")


def _check_started(updates: tuple[Update, ...], started: int, path: str) -> list[Problem]:
    return [
        Problem(
            path,
            update.line,
            f'update at {short_time(update.at, started)} is earlier than "started" ({short_time(started, update.at)})',
            Code.TOO_EARLY,
        )
        for update in updates
        if update.at < started
    ]


def _parse_components(front: Marked, names: Names, path: str) -> tuple[tuple[tuple[str, Status], ...], list[Problem]]:
    data = front.data.get("components")
    if data in (None, []):
        return (), []
    if not isinstance(data, dict):
        text = "components: name each with its state (write it as in api: major_outage)"
        return (), [Problem(path, front.line(("components",)), text, Code.WRONG_VALUE)]
    found: dict[str, Status] = {}
    problems: list[Problem] = []
    for name, word in data.items():
        place = ("components", name)
        try:
            component = names.find(name)
            if component in found:
                raise ValueError(f'"{name}" means the component {component}, which is named already')
            found[component] = STATUS_WORDS[one_of(word if isinstance(word, str) else "", STATUS_WORDS)]
        except ValueError as error:
            problems.append(Problem(path, front.line(place), f"components: {error}", code_of(error)))
    return tuple(found.items()), problems


class _ExclusionList(Schema):
    exclude: list[ExclusionSchema]


def _parse_exclude(front: Marked, clock: Clock, path: str) -> tuple[str | None, tuple[Exclusion, ...], list[Problem]]:
    """Read `exclude:`, which is a reason for the whole window, or a list of stretches with a reason each."""
    if "exclude" not in front.data:
        return None, (), []
    data, line = front.data["exclude"], front.line(("exclude",))
    if isinstance(data, str) and data.strip().lower() in _NO_REASON:
        return (
            None,
            (),
            [
                Problem(
                    path,
                    line,
                    f'exclude: "{data}" is no reason (write why, or leave the key out)',
                    Code.NO_REASON_GIVEN,
                )
            ],
        )
    if isinstance(data, str) and data.strip():
        return " ".join(data.split()), (), []
    if not isinstance(data, list):
        text = "exclude: write the reason, or a list of {from, to, reason}"
        return None, (), [Problem(path, line, text, Code.WRONG_VALUE)]
    schema = validate(_ExclusionList, Marked({"exclude": data}, front.lines), path, clock)
    problems = schema if isinstance(schema, list) else []
    for index, part in enumerate(data):
        start, end = (time_given(part.get(key), clock) if isinstance(part, dict) else None for key in ("from", "to"))
        if start is not None and end is not None and end < start:
            text = f'exclude.{index}: "to" is earlier than "from"'
            problems.append(Problem(path, front.line(("exclude", index)), text, Code.CONTRADICTION))
    if isinstance(schema, list) or problems:
        return None, (), problems
    return None, tuple(Exclusion(window=Window(p.start, p.end), reason=p.reason) for p in schema.exclude), []
