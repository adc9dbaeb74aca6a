"""Everything that is to be said of a content folder: what a build refuses, and advice."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from statusgen.advise import advise
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ContentError, ThemeError
from statusgen.model.code import Code
from statusgen.model.history import History
from statusgen.model.problem import Problem
from statusgen.project import Progress, cache_of, remarks_of
from statusgen.read.content import SETTINGS, read_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found: `problems` stop a build, `advice` stops nothing. `history` is had where there is no problem."""

    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    files: int
    history: History | None = None

    def of(self, content: Path, files: Collection[Path]) -> "Survey":
        """Give what was found in some files alone; what is wrong with status.yaml bears on all of them."""
        wanted = {path.resolve() for path in files} | {(content / SETTINGS).resolve()}
        told = {path for path in files if (content / SETTINGS).resolve() != path.resolve()}
        advised = {path.resolve() for path in told} or wanted
        return Survey(
            problems=tuple(p for p in self.problems if Path(p.path).resolve() in wanted),
            advice=tuple(p for p in self.advice if Path(p.path).resolve() in advised),
            files=len(files),
            history=self.history,
        )


def survey_content(content: Path, now: int, *, progress: Progress | None = None) -> Survey:
    """Read a content folder, and say all that is to be said of it.

    Where something is wrong the advice is what texts show by themselves: nothing can be said of the whole.
    """
    try:
        history = read_content(content, now, cache=cache_of(content), progress=progress)
    except ContentError as error:
        return Survey(problems=error.problems, advice=tuple(sorted(set(error.notes))), files=error.files)
    advice = {*remarks_of(history, content), *advise(history, now)}
    return Survey(
        problems=tuple(_theme_problems(history, content, now)),
        advice=tuple(sorted(advice)),
        files=history.files,
        history=history,
    )


_PLACE = re.compile(r"(?P<path>.*?\.html)(?::(?P<line>\d+))?: (?P<text>.*)", re.DOTALL)


def _theme_problems(history: History, content: Path, now: int) -> list[Problem]:
    """Try a theme of the user's on all pages, as a build would; one that came with statusgen works."""
    from statusgen.render.theme import load_theme  # noqa: PLC0415 - Jinja

    settings = history.site.theme
    try:
        theme = load_theme(settings.name, content, trusted=settings.trusted)
        if theme.shipped:
            return []
        from statusgen.render.site import render_site  # noqa: PLC0415 - lxml

        list(render_site(compute_report(public_history(history, now), now), theme))
    except ThemeError as error:
        return [_theme_problem(line, content) for line in error.lines]
    return []


def _theme_problem(told: str, content: Path) -> Problem:
    place = _PLACE.fullmatch(told)
    if not place:
        return Problem((content / SETTINGS).as_posix(), 0, told, Code.THEME)
    return Problem(place["path"], int(place["line"] or 0), place["text"], Code.THEME)
