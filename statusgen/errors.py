"""The errors that a user sees, and the words that help to put them right."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Self

import click

from statusgen.model.printable import printable

if TYPE_CHECKING:
    from statusgen.model.problem import Problem  # `--help` needs none

# The exit codes (design.md §6; docs/commands.md tells them to people).
FINE, PROBLEMS, USAGE, FAILED, MISSED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 5, 130, 143

# What people write for our words; used only to suggest, never to guess.
_MEANT = {
    "severe": "major", "high": "major", "medium": "minor", "low": "minor", "outage": "major_outage",
    "down": "major_outage", "major": "major_outage", "partial": "partial_outage", "degraded": "degraded_performance",
    "slow": "degraded_performance", "minor": "degraded_performance", "up": "operational", "ok": "operational",
    "fixed": "resolved", "closed": "resolved", "done": "completed", "finished": "completed", "started": "in progress",
    "announced": "scheduled", "planned": "scheduled", "canceled": "cancelled", "review": "postmortem",
}  # fmt: skip


_MOST_NAMES = 1000  # among more it takes too long to find the nearest, for each of as many misspelt ones


def suggest(word: str, known: Iterable[str]) -> str:
    """Give ` (did you mean X?)` for the nearest known word, or nothing where none is near."""
    names = {name.lower(): name for name in islice(known, _MOST_NAMES + 1)}
    if len(names) > _MOST_NAMES:
        return ""
    meant = {ours: theirs for ours, theirs in _MEANT.items() if theirs in names}
    from difflib import get_close_matches  # noqa: PLC0415 - for those who misspelt something

    near = get_close_matches(word.lower(), [*names, *meant], n=1)
    if not near:
        return ""
    nearest = near[0] if near[0] in names else meant[near[0]]
    return f" (did you mean {names[nearest]}?)"


def count(number: int, noun: str) -> str:
    """Write a number with its noun: `1 file`, `1,024 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def describe_os_error(error: OSError) -> str:
    """Say what the system refused, and of which file."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


class StatusgenError(click.ClickException):
    """Any error that a user can do something about: told on stderr, with its exit code (design.md §6)."""

    def show(self, file: object = None) -> None:
        """Print the message; it already says what is wrong and where, and names files as strangers may have."""
        del file
        click.echo("\n".join(map(printable, self.format_message().split("\n"))), err=True)


class ContentError(StatusgenError):
    """Problems in the content, all of them; nothing was written.

    `notes` is advice that was found on the way, `hint` a line below all of it for those who are in the wrong place.
    """

    exit_code = PROBLEMS
    hint = ""

    def __init__(self, problems: "Sequence[Problem]", files: int, notes: "Sequence[Problem]" = ()) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.notes = tuple(notes)
        self.files = files
        lines = [str(problem) for problem in self.problems]
        lines.append(f"{count(len(lines), 'problem')} in {count(files, 'file')}; nothing was written.")
        super().__init__("\n".join(lines))

    def show(self, file: object = None) -> None:
        """Print the problems, and the hint."""
        super().show(file)
        if self.hint:
            click.echo(self.hint, err=True)


class PublishError(StatusgenError):
    """Reading or publishing failed; the old site is still live."""

    exit_code = FAILED


class OutputError(StatusgenError):
    """The result cannot be printed, as on a full disk; what the command was to do is done."""

    exit_code = FAILED


class ThemeError(StatusgenError):
    """A theme that is not there, or a template that does not work; nothing was written. `lines` are its mistakes."""

    exit_code = PROBLEMS

    def __init__(self, message: str, lines: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lines = tuple(lines) or (message,)

    @classmethod
    def of(cls, mistakes: Iterable[str]) -> Self:
        """Tell several mistakes, each once."""
        lines = list(dict.fromkeys(mistakes))
        told = f"{count(len(lines), 'problem')} in the theme; nothing was written."
        return cls("\n".join([*lines, told]), lines)


class UnknownNameError(StatusgenError):
    """A component was named that is not there: wrong usage."""

    exit_code = USAGE


class SlaMissedError(StatusgenError):
    """A target is missed (only with `uptime --fail-under`)."""

    exit_code = MISSED
