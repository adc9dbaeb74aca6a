"""Options that commands share, and what they all print the same way."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from statusgen.cli import FORM
from statusgen.errors import suggest
from statusgen.read.times import Clock, parse_time

F = TypeVar("F", bound=Callable[..., Any])


LATEST_NOW = 10**11  # Unix seconds, as for SOURCE_DATE_EPOCH: a calendar has to go on beyond it


class Word(click.Choice[str]):
    """One of some words; of a misspelt one the nearest is told."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Say which there are, and which may be meant."""
        del ctx
        return f'"{value}" is not one of {", ".join(self.choices)}{suggest(str(value), self.choices)}'


class InstantType(click.ParamType[int]):
    """A time with its zone: it is needed before status.yaml is read, which names that of times without one."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give Unix seconds."""
        if isinstance(value, int):
            return value
        text = str(value)
        try:
            instant = parse_time(text, _ANY, dates=False)
            zoned = instant == parse_time(text, _OTHER, dates=False)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not zoned:
            self.fail(f'"{text}" has no zone (write "{text} UTC", or an offset)', param, ctx)
        if instant > LATEST_NOW:
            self.fail(f'"{text}" is too far ahead (at most 5138)', param, ctx)
        return instant


class TimeType(click.ParamType[str]):
    """A time as in content: one without a zone, and a bare date, are in the zone that status.yaml names."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the text, which is a time in one zone at least."""
        try:
            parse_time(str(value), _ANY)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class DayType(click.ParamType[int]):
    """A day of UTC."""

    name = "DAY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give its first instant in Unix seconds."""
        if isinstance(value, int):
            return value
        try:
            return int(datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
        except ValueError:
            self.fail(f'"{value}" is not a day (write it as in 2026-11-02)', param, ctx)


# Two zones that never agree: what is the same in both says its own.
_ANY, _OTHER = Clock("UTC", declared=True), Clock("Asia/Tokyo", declared=True)


def content_option(command: F) -> F:
    """Add --content."""
    return click.option(
        "--content", type=click.Path(path_type=Path, file_okay=False), default=Path("content"), show_default=True,
        help="The folder with status.yaml, incidents/ and maintenance/.",
    )(command)  # fmt: skip


def now_option(command: F) -> F:
    """Add --now."""
    return click.option(
        "--now", type=InstantType(),
        help="As if it were TIME; nothing at or after it is looked at. "
        "Else SOURCE_DATE_EPOCH, else the clock.",
    )(command)  # fmt: skip


def format_option(*forms: str) -> Callable[[F], F]:
    """Add --format with these forms, the first being that for people."""

    def keep(ctx: click.Context, _: click.Parameter, form: str) -> str:
        ctx.meta[FORM] = form
        return form

    return click.option(
        "--format", "form", type=Word(forms), default=forms[0], show_default=True, callback=keep, is_eager=True,
        help="How to print what came of it.",
    )  # fmt: skip


def strict_option(command: F) -> F:
    """Add --strict."""
    return click.option(
        "--strict", is_flag=True, help="Bad log lines and advice are problems, too; what is only worth a look is not."
    )(command)


def resolve_now(given: int | None) -> int:
    """Give the one instant of a run (uptime.md §1.3), in Unix seconds."""
    if given is not None:
        return given
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return int(time.time())
    if not epoch.isascii() or not epoch.isdigit() or not 10**7 < int(epoch) < LATEST_NOW:
        raise click.UsageError(f'SOURCE_DATE_EPOCH: "{epoch}" is not a time in Unix seconds')
    return int(epoch)


@contextmanager
def show_progress() -> Iterator[Callable[[int, int], object] | None]:
    """Give what draws a bar on stderr once a scan of logs takes over a second; None where nobody would see it."""
    if not sys.stderr.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        yield None
        return
    begun = time.monotonic()
    bars: list[Any] = []

    def draw(done: int, total: int) -> None:
        if not bars and time.monotonic() - begun > 1:
            bars.append(_start_bar())
        for bar, task in bars:
            bar.update(task, completed=done, total=total)

    try:
        yield draw
    finally:
        for bar, _ in bars:
            bar.stop()


def _start_bar() -> tuple[Any, Any]:
    from rich.console import Console  # noqa: PLC0415 - for terminals on which something takes long
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    columns = (TextColumn("reading logs"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True)
    task = bar.add_task("", total=None)
    bar.start()
    return bar, task


def echo_remarks(remarks: Iterable[object]) -> None:
    """Tell what stops nothing, on stderr: results go to stdout."""
    for remark in remarks:
        click.echo(f"note: {remark}", err=True)
