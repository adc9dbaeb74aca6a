"""The verbs, composed: what each command does, without its arguments and its printing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ContentError, PublishError
from statusgen.model.history import History
from statusgen.model.problem import Problem
from statusgen.model.report import Report
from statusgen.publish import Changes, publish
from statusgen.read.content import read_content

Progress = Callable[[int, int], object]
"""Told how many bytes of the logs are scanned, and how many there are to scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: what it read, what that means, and what changed in the output."""

    history: History
    report: Report
    changes: Changes


def check_content(content: Path, now: int, *, strict: bool = False, progress: Progress | None = None) -> History:
    """Read a content folder; ContentError with all problems. `strict` makes problems of bad log lines and advice."""
    cache = content.resolve().parent / ".statusgen" / "cache"
    history = read_content(content, now, cache=cache, progress=progress)
    remarks = remarks_of(history, content)
    if strict and remarks:
        raise ContentError(remarks, history.files)
    return history


def build_site(
    content: Path, out: Path, now: int, *, theme: str | None = None, strict: bool = False,
    progress: Progress | None = None,
) -> Built:  # fmt: skip
    """Read, compute, render and publish; the output folder is touched at the very end, all at once."""
    from statusgen.render.site import render_site  # noqa: PLC0415 - Jinja and lxml serve this verb alone
    from statusgen.render.theme import load_theme  # noqa: PLC0415

    _refuse_precious(content, out)
    history = check_content(content, now, strict=strict, progress=progress)
    report = compute_report(public_history(history, now), now)
    artifacts = list(render_site(report, load_theme(theme or history.site.theme.name, content)))
    return Built(history=history, report=report, changes=publish(artifacts, out))


def _refuse_precious(content: Path, out: Path) -> None:
    """Refuse an output that would take something else with it when it is exchanged."""
    if _resolved(out).is_relative_to(_resolved(content)):
        raise PublishError(f"{out}: lies in the content folder {content} (choose a folder beside it)")
    if (out / ".git").exists():
        raise PublishError(f"{out}: holds a .git, which an exchange would take away (choose another folder)")


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: Python 3.11 says so of a link that leads to itself
        raise PublishError(f"{path}: cannot be read (a link that leads to itself?)") from None


def remarks_of(history: History, content: Path) -> list[Problem]:
    """Give what stops nothing and yet is told: advice, and examples of bad log lines with their files' full names."""
    return [
        *history.notes,
        *(_named(p, content) for p in (*history.observations.notes, *history.observations.bad_lines)),
    ]


def _named(problem: Problem, content: Path) -> Problem:
    """Write the file of a log problem, which is relative to the content folder, as the user would."""
    return replace(problem, path=(content / problem.path).as_posix() if problem.path else content.as_posix())
