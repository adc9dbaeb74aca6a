"""`statusgen maintenance`: plan it, say how it goes, move its end."""

from collections.abc import Sequence
from pathlib import Path

import click

from statusgen.cli import HelpfulGroup
from statusgen.cli.findings import echo_done
from statusgen.cli.options import content_option, format_option, now_option, resolve_now
from statusgen.cli.responding import (
    WhenType,
    ask_text,
    ask_which,
    complete_files,
    conclude,
    keeping,
    message_options,
    note_untouched,
)
from statusgen.errors import UnknownNameError
from statusgen.model.calendar import iso_utc, short_time
from statusgen.model.history import Maintenance, Phase
from statusgen.model.printable import printable
from statusgen.model.report import Occurrence
from statusgen.read.source import Desk, Source, open_desk
from statusgen.read.whens import parse_when
from statusgen.respond import (
    ManyOpenError,
    find_maintenance,
    list_maintenance,
    plan_maintenance,
    update_maintenance,
)


@click.group("maintenance", cls=HelpfulGroup)
def command() -> None:
    """Write maintenance: new, start, complete, cancel, extend, list.

    Example: statusgen maintenance new "DB upgrade" -c api --start 22:00 --end 23:00 -m "Writes may fail for a minute."
    """


@command.command("new")
@click.argument("title")
@click.option("-c", "--component", "components", multiple=True, help="What it touches.")
@click.option("--start", required=True, type=WhenType(), help="22:00, +2h or a full time.")
@click.option("--end", required=True, type=WhenType(), help="23:30, +3h or a full time.")
@click.option("--every", help="Repeat by this RRULE, as in FREQ=WEEKLY;BYDAY=SU, by the clock of status.yaml.")
@message_options
@content_option
@now_option
def new(
    *, title: str, components: Sequence[str], start: str, end: str, every: str | None, text: str | None,
    commit: bool, push: bool, form: str, content: Path, now: int | None,
) -> None:  # fmt: skip
    """Announce a maintenance.

    Example: statusgen maintenance new "DB upgrade" -c api --start +26h --end +27h -m "Writes may fail for a minute."
    """
    at = resolve_now(now)
    desk = open_desk(content)
    begin, finish = _when(start, at, desk), _when(end, at, desk)
    if stated := [name for name in components if "=" in name]:
        raise click.UsageError(f'"{stated[0]}": a maintenance takes no state (write -c {stated[0].partition("=")[0]})')
    try:
        ids = [desk.names.find(name) for name in components]
    except ValueError as error:
        raise UnknownNameError(str(error)) from None
    words = ask_text(text, f"{title}\n{iso_utc(begin)} to {iso_utc(finish)}\n{', '.join(ids)}")
    with keeping(words, typed=text is None):
        written = plan_maintenance(
            desk, title, ids, words, at, start=begin, end=finish, every=every, zone=desk.site.zone
        )
    note_untouched(ids, "-c ID")
    if finish <= at:
        _note(f"it is over already, at {short_time(finish)}: readers will see it as past")
    elif begin < at:
        _note(f"it begins before now, at {short_time(begin)}: its time counts where an SLA asks for notice")
    conclude(written, commit=commit, push=push, form=form)


def _say_command(name: str, phase: Phase, text: str) -> None:
    """Make a command that says one thing about a maintenance."""

    @command.command(name, help=f'{text}\n\nExample: statusgen maintenance {name} -m "{_EXAMPLES[name]}"')
    @click.argument("slug", required=False, shell_complete=complete_files("maintenance"))
    @message_options
    @content_option
    @now_option
    def say(
        *, slug: str | None, text: str | None, commit: bool, push: bool, form: str, content: Path, now: int | None
    ) -> None:  # fmt: skip
        _update(slug, phase, text, commit=commit, push=push, form=form, content=content, now=now)

    del say


_EXAMPLES = {
    "start": "We have begun.",
    "complete": "All is done.",
    "cancel": "We will do it another day.",
}
_say_command("start", Phase.IN_PROGRESS, "Say that the maintenance SLUG, or the only one ahead, has begun.")
_say_command("complete", Phase.COMPLETED, "Say that the maintenance SLUG, or the only running one, is over.")
_say_command("cancel", Phase.CANCELLED, "Call the maintenance SLUG, or the only one ahead, off.")


@command.command("extend")
@click.argument("slug", required=False, shell_complete=complete_files("maintenance"))
@click.option("--end", required=True, type=WhenType(), help="Its new end: 23:30, +1h or a full time.")
@message_options
@content_option
@now_option
def extend(
    *, slug: str | None, end: str, text: str | None, commit: bool, push: bool, form: str, content: Path, now: int | None
) -> None:
    """Move the end of the maintenance SLUG, or of the only running one, and say so.

    Example: statusgen maintenance extend --end +1h -m "We need another hour."
    """
    _update(slug, Phase.UPDATE, text, commit=commit, push=push, form=form, content=content, now=now, end=end)


@command.command("list")
@content_option
@format_option("text", "json")
@now_option
def list_ahead(content: Path, form: str, now: int | None) -> None:
    """List the maintenance that runs or is to come.

    Example: statusgen maintenance list
    """
    at = resolve_now(now)
    found = list_maintenance(open_desk(content), at)
    if form == "json":
        echo_done(now=iso_utc(at), maintenance=[_occurrence_json(source, o, at) for source, o in found])
        return
    lines = [
        f"{printable(source.path.stem)}  {printable(source.fact.title)}\n  {occurrence.phase_at(at + 1).label}, "
        f"{iso_utc(occurrence.planned.start)} to {iso_utc(occurrence.planned.end)}"
        for source, occurrence in found
    ]
    click.echo("\n".join(lines) or "no maintenance is ahead")


def _occurrence_json(source: Source[Maintenance], occurrence: Occurrence, now: int) -> dict[str, object]:
    fact = source.fact
    return {
        "id": fact.id, "file": source.path.as_posix(), "title": fact.title,
        "phase": occurrence.phase_at(now + 1).value.replace(" ", "_"), "start": iso_utc(occurrence.planned.start),
        "end": iso_utc(occurrence.planned.end), "components": [name for name, _ in fact.components],
    }  # fmt: skip


_EARLY = 3600
"""So many seconds before its plan a maintenance that begins may be another than the one that is meant."""


def _note(text: str) -> None:
    click.echo(f"note: {text}", err=True)


def _update(
    slug: str | None, phase: Phase, text: str | None, *,
    commit: bool, push: bool, form: str, content: Path, now: int | None, end: str | None = None,
) -> None:  # fmt: skip
    at = resolve_now(now)
    desk = open_desk(content)
    source = _find(desk, slug, at)
    fact = source.fact
    finish = None if end is None else _when(end, at, desk)
    words = ask_text(text, f"{phase.label}\n{fact.title}\n{iso_utc(fact.start)} to {iso_utc(fact.end)}")
    with keeping(words, typed=text is None):
        written = update_maintenance(desk, source, words, at, phase=phase, end=finish)
    if phase is Phase.IN_PROGRESS and not fact.recurrence and fact.start - at > _EARLY:
        _note(f"it was planned for {short_time(fact.start)}: from now on readers see it as in progress")
    conclude(written, commit=commit, push=push, form=form)


def _find(desk: Desk, slug: str | None, now: int) -> Source[Maintenance]:
    try:
        return find_maintenance(desk, slug, now)
    except ManyOpenError as error:
        return find_maintenance(desk, ask_which(error), now)


def _when(text: str, now: int, desk: Desk) -> int:
    try:
        return parse_when(text, now, desk.clock, ahead=True)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
