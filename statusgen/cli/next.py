"""`statusgen next`."""

from collections.abc import Sequence
from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_json
from statusgen.cli.options import InstantType, content_option, format_option, now_option, resolve_now, show_progress
from statusgen.compute.turns import Turn
from statusgen.model.calendar import iso_utc
from statusgen.model.printable import printable
from statusgen.project import find_next


@click.command("next", cls=Helpful)
@content_option
@click.option("--after", type=InstantType(), help="The first change after TIME, which is not before now.")
@format_option("text", "json")
@now_option
def command(content: Path, after: int | None, form: str, now: int | None) -> None:
    """Print the next moment at which the site changes by itself, and what happens then, a line each.

    It is the first second of which a build says something else: an update dated ahead, a maintenance that begins or
    ends, a component that comes or goes, service hours and allowances where they matter, the end of a day or month,
    and data that get older than `fresh_for`. Not told: percentages, which move every second of an outage, new checks
    and their silence, old items that leave the feeds, and what somebody may yet write.

    Example: statusgen next --format json
    """
    instant = resolve_now(now)
    after = instant if after is None else after
    if after < instant:
        raise click.UsageError(f"--after {iso_utc(after)} is earlier than now, {iso_utc(instant)} (give --now as well)")
    with show_progress() as progress:
        turns = find_next(content, instant, after, progress=progress)
    if form == "json":
        echo_json(_turns_json(turns, instant, after))
        return
    for turn in turns:
        click.echo(f"{iso_utc(turn.at)}  {printable(turn.text)}")


def _turns_json(turns: Sequence[Turn], now: int, after: int) -> dict[str, object]:
    at = turns[0].at
    what = [{"kind": turn.kind, "subject": turn.subject or None, "text": turn.text} for turn in turns]
    return {"now": iso_utc(now), "after": iso_utc(after), "next": iso_utc(at), "in_seconds": at - now, "what": what}
