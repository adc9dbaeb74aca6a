"""`statusgen incident`: what a responder says, in under a minute."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from statusgen.cli import HelpfulGroup
from statusgen.cli.findings import echo_done
from statusgen.cli.options import Word, content_option, format_option, now_option, resolve_now
from statusgen.cli.responding import (
    StateType,
    WhenType,
    ask_text,
    ask_which,
    complete_files,
    conclude,
    keeping,
    message_options,
    note_untouched,
    states_of,
)
from statusgen.model.calendar import iso_utc
from statusgen.model.history import Incident, Phase
from statusgen.model.status import STATUS_WORDS, Impact, Status
from statusgen.read.source import Desk, Source, open_desk, read_template
from statusgen.read.whens import parse_when
from statusgen.respond import (
    ManyOpenError,
    begin_incident,
    describe_incident,
    find_incident,
    list_incidents,
    update_incident,
)

PHASES = ("investigating", "identified", "monitoring", "update", "resolved", "postmortem")


@click.group("incident", cls=HelpfulGroup)
def command() -> None:
    """Write incidents: new, update, resolve, list.

    Example: statusgen incident new "API errors" -c api=major_outage -m "We are looking into it."
    """


@command.command("new")
@click.argument("title")
@click.option(
    "-c", "--component", "states", type=StateType(), multiple=True, help="What is hit, as in api=major_outage."
)
@click.option("-p", "--phase", type=Word(PHASES[:4]), default="investigating", show_default=True)
@click.option("--started", type=WhenType(), help="When it began: 14:05, -20m or a full time. Else now.")
@click.option("--impact", type=Word([impact.word for impact in Impact]), help="Else that of the worst state.")
@click.option("--template", help="Begin with content/templates/TEMPLATE.md.")
@message_options
@content_option
@now_option
def new(
    *, title: str, states: Sequence[tuple[str, Status]], phase: str, started: str | None, impact: str | None,
    template: str | None, text: str | None, commit: bool, push: bool, form: str, content: Path, now: int | None,
) -> None:  # fmt: skip
    """Tell of a new incident.

    Example: statusgen incident new "API errors" -c api=major_outage -m "We are looking into it."
    """
    at = resolve_now(now)
    desk = open_desk(content)
    front, draft = read_template(desk, template) if template else ({}, "")
    given = {name: STATUS_WORDS[word] for name, word in (front.get("components") or {}).items() if word in STATUS_WORDS}
    hit = {**given, **states_of(states, desk.names.find)}
    shown = "\n".join(f"{name}: {status.word}" for name, status in hit.items()) or "no component is hit (-c ID=STATUS)"
    words = draft if text is None and draft and not sys.stdin.isatty() else None
    begun = _when(started, at, desk)
    said = ask_text(text if text is not None else words, f"{title}\n{shown}", draft)
    with keeping(said, typed=text is None):
        written = begin_incident(
            desk, title, hit, said, at, phase=Phase(phase), started=begun, impact=impact or front.get("impact")
        )
    note_untouched(hit, "-c ID=STATUS")
    conclude(written, commit=commit, push=push, form=form)


def _update_options(function: click.decorators.FC) -> click.decorators.FC:
    options = (
        click.argument("slug", required=False, shell_complete=complete_files("incidents")),
        click.option(
            "-c", "--component", "states", type=StateType(), multiple=True, help="Its state now, as in api=operational."
        ),
        click.option("--at", "at_text", type=WhenType(), help="When it was: 14:05, -20m or a full time. Else now."),
        message_options,
        content_option,
        now_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


@command.command("update")
@click.option("-p", "--phase", type=Word(PHASES), default="update", show_default=True)
@_update_options
def update(
    *, slug: str | None, phase: str, states: Sequence[tuple[str, Status]], at_text: str | None, text: str | None,
    commit: bool, push: bool, form: str, content: Path, now: int | None,
) -> None:  # fmt: skip
    """Add an update to the incident SLUG, or to the only open one.

    Example: statusgen incident update -p identified -m "A bad deploy. We are rolling back."
    """
    _say(slug, Phase(phase), states, at_text, text, commit=commit, push=push, form=form, content=content, now=now)


@command.command("resolve")
@_update_options
def resolve(
    *, slug: str | None, states: Sequence[tuple[str, Status]], at_text: str | None, text: str | None,
    commit: bool, push: bool, form: str, content: Path, now: int | None,
) -> None:  # fmt: skip
    """Say that the incident SLUG, or the only open one, is over. Its components are operational again.

    Example: statusgen incident resolve -m "The rollback is done, and errors are gone."
    """
    _say(slug, Phase.RESOLVED, states, at_text, text, commit=commit, push=push, form=form, content=content, now=now)


@command.command("list")
@content_option
@format_option("text", "json")
@now_option
def list_open(content: Path, form: str, now: int | None) -> None:
    """List the open incidents with their last update.

    Example: statusgen incident list
    """
    at = resolve_now(now)
    found = list_incidents(open_desk(content), at)
    if form == "json":
        echo_done(now=iso_utc(at), incidents=[_incident_json(source) for source in found])
    else:
        click.echo("\n".join(describe_incident(source, at) for source in found) or "no incident is open")


def _incident_json(source: Source[Incident]) -> dict[str, object]:
    fact, last = source.fact, source.fact.updates[-1]
    return {
        "id": fact.id, "file": source.path.as_posix(), "title": fact.title, "phase": last.phase.value.replace(" ", "_"),
        "started": iso_utc(fact.started), "updated": iso_utc(last.at),
        "components": {name: status.word for name, status in states_now(fact).items()},
    }  # fmt: skip


def _say(
    slug: str | None, phase: Phase, states: Sequence[tuple[str, Status]], at_text: str | None, text: str | None, *,
    commit: bool, push: bool, form: str, content: Path, now: int | None,
) -> None:  # fmt: skip
    at = resolve_now(now)
    desk = open_desk(content)
    source = _find(desk, slug, at)
    changes = states_of(states, desk.names.find)
    when = _when(at_text, at, desk)
    words = ask_text(text, f"{phase.label}\n{_situation(source, at)}")
    with keeping(words, typed=text is None):
        written = update_incident(desk, source, words, at if when is None else when, phase=phase, changes=changes)
    conclude(written, commit=commit, push=push, form=form)


def _find(desk: Desk, slug: str | None, now: int) -> Source[Incident]:
    try:
        return find_incident(desk, slug, now)
    except ManyOpenError as error:
        return find_incident(desk, ask_which(error), now)


def states_now(incident: Incident) -> dict[str, Status]:
    """Give what is hit and how, as the last word on each has it."""
    return {**dict(incident.components), **{n: s for update in incident.updates for n, s in update.changes}}


def _situation(source: Source[Incident], now: int) -> str:
    """Show what was said last and what is hit, for the one who writes the next word."""
    last = source.fact.updates[-1]
    listed = "\n".join(f"{name}: {status.word}" for name, status in states_now(source.fact).items())
    return f"{describe_incident(source, now)}\n{listed}\n\nThe last update said:\n{last.text}"


def _when(text: str | None, now: int, desk: Desk) -> int | None:
    if text is None:
        return None
    try:
        return parse_when(text, now, desk.clock)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
