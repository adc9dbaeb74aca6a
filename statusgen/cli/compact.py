"""`statusgen compact`."""

from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_done
from statusgen.cli.options import (
    DayType,
    content_option,
    echo_remarks,
    format_option,
    now_option,
    resolve_now,
    show_progress,
)
from statusgen.errors import count
from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.printable import printable
from statusgen.model.window import Window
from statusgen.project import CompactedLogs, compact_logs

_NAMED = 10


@click.command("compact", cls=Helpful)
@content_option
@click.option("--until", type=DayType(), help="Keep only days before this one. Default: all that are over.")
@click.option(
    "--runs", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take the runs of FILE, which another engine made (statusgen scan --sql), instead of reading the logs.",
)  # fmt: skip
@click.option("--amend", is_flag=True, help="Take in checks that came late, after their day was compacted.")
@format_option("text", "json")
@now_option
def command(*, content: Path, until: int | None, runs: Path | None, amend: bool, form: str, now: int | None) -> None:
    """Keep complete days of raw checks as run files in content/history/, after which their logs may be deleted.

    Figures stay the same to the second. Days are those of UTC. Doing it twice changes nothing.

    Example: statusgen compact --content content
    """
    instant = resolve_now(now)
    end = min(instant if until is None else until, instant) // DAY * DAY
    with show_progress() as progress:
        done = compact_logs(content, instant, until=end, amend=amend, runs=runs, progress=progress)
    echo_remarks(done.remarks)
    if form == "json":
        echo_done(
            written=[(content / name).as_posix() for name in done.written],
            days=[{"from": iso_utc(days.start), "to": iso_utc(days.end)} for days in done.after.days],
            runs=len(done.after.kept), late_checks=done.late, may_be_deleted=list(done.settled),
        )  # fmt: skip
        return
    if done.late:
        click.echo(f"note: {count(done.late, 'check')} came late; --amend takes them in", err=True)
    _tell(done, content)


def _tell(done: CompactedLogs, content: Path) -> None:
    for name in done.written:
        click.echo(f"wrote  {content / name}")
    days = ", ".join(map(_span, done.after.days)) or "no days"
    lines = f"{len(done.after.kept):,} {'run' if len(done.after.kept) == 1 else 'runs'}"
    click.echo(f"kept   {days}: {lines}" + ("" if done.written else "; nothing changed"))
    if done.settled:
        names = ", ".join(map(printable, done.settled[:_NAMED]))
        more = f" and {len(done.settled) - _NAMED:,} more" if len(done.settled) > _NAMED else ""
        click.echo(f"may be deleted: {count(len(done.settled), 'log')}: {names}{more}")


def _span(days: Window) -> str:
    return f"{iso_utc(days.start)[:10]} to {iso_utc(days.end - 1)[:10]}"
