"""A theme: templates and static files, where those of a user go before those of the default theme."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from traceback import walk_tb
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)

from statusgen.errors import StatusgenError, count, suggest
from statusgen.model.artifact import Artifact
from statusgen.model.calendar import iso_utc, local_time, month_of, parse_period, stamp
from statusgen.model.history import Phase
from statusgen.model.report import Figure, IncidentReport
from statusgen.model.status import STATUS_OF_IMPACT, Impact
from statusgen.render import urls
from statusgen.render.figures import (
    format_percent,
    places_of,
    show_coverage,
    show_seconds_up,
    show_target,
    show_uptime,
)
from statusgen.render.text import (
    plain_text,
    render_markdown,
    shorten,
    show_clock,
    show_date,
    show_day,
    show_duration,
    show_month,
    show_time,
)

DEFAULT = "default"
STATIC = "static"
ASSETS = "assets/"


class ThemeError(StatusgenError):
    """A theme that is not there, or a template that does not work; nothing was written."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Theme:
    """Templates and static files that are ready for use; `assets` are the files by their names in the theme."""

    folders: tuple[Path, ...]
    assets: Mapping[str, Artifact] = field(repr=False)
    environment: Environment = field(repr=False, compare=False)

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """Fill a template; ThemeError with the template's line where that fails."""
        try:
            return self.environment.get_template(template).render(context)
        except _FAILURES as error:
            raise ThemeError(self._explain(error, template)) from error

    def asset(self, name: str) -> str:
        """Give the address of a static file."""
        if name not in self.assets:
            raise LookupError(f'no static file "{name}" in the theme{suggest(name, self.assets)}')
        return self.assets[name].path

    def _explain(self, error: Exception, template: str) -> str:
        """Say where a template failed, and at what."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or error.name or template}:{error.lineno}: {error.message}"
        if isinstance(error, TemplateNotFound):
            return f"{self._place(error, template)}: no template {error}"
        return f"{self._place(error, template)}: {error}"

    def _place(self, error: Exception, template: str) -> str:
        """Give the innermost line of a template that an error came through: `file:line`."""
        roots = tuple(f"{folder}/" for folder in self.folders)
        lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        found = [f"{file}:{line}" for file, line in lines if file.startswith(roots) and file.endswith(_ENDINGS)]
        return found[-1] if found else template


_ENDINGS = (".html", ".xml", ".txt")
# What a template can do wrong: use what is not there, or use a value as what it is not.
_FAILURES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


def load_theme(name_or_dir: str | Path, content: Path | None) -> Theme:
    """Load a theme by its name or folder; what it lacks is the default theme's.

    `themes/NAME` is looked for beside the content folder, then in the package.
    """
    folders = tuple(dict.fromkeys((*_find_folders(name_or_dir, content), _shipped(DEFAULT))))
    theme = Theme(folders, {a.name: a.artifact for a in _read_assets(folders)}, _make_environment(folders))
    theme.environment.globals["urls"] = URLS
    return theme


def _find_folders(name_or_dir: str | Path, content: Path | None) -> tuple[Path, ...]:
    """Give the folder that a name or path means; ThemeError where there is none."""
    if isinstance(name_or_dir, Path) or not re.fullmatch(r"[\w-]+", name_or_dir):
        folder = Path(name_or_dir)
        if not folder.is_dir():
            raise ThemeError(f'no theme "{folder}": there is no such folder')
        return (folder,)
    places = [_shipped(name_or_dir)]
    if content is not None:
        beside = content.parent if content.name else content / ".."
        places.insert(0, beside / "themes" / name_or_dir)
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        looked = " and ".join(str(place.parent) for place in places)
        raise ThemeError(f'no theme "{name_or_dir}" in {looked}{suggest(name_or_dir, _names(places))}')
    return (found,)


def _names(places: list[Path]) -> list[str]:
    """Give the names of the themes beside those that were looked for."""
    beside = [place.parent for place in places if place.parent.is_dir()]
    return sorted({folder.name for themes in beside for folder in themes.iterdir() if folder.is_dir()})


def _shipped(name: str) -> Path:
    """Give the folder of a theme that comes with statusgen: in the package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    themes = package / "themes"
    return (themes if themes.is_dir() else package.parent / "themes") / name


def _inside(folder: Path, file: Path) -> bool:
    """Tell whether a file lies in a theme, and not behind a link that leads out of it."""
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _make_environment(folders: tuple[Path, ...]) -> Environment:
    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """Find a template; `default/NAME` is that of the default theme, so that a theme can extend what it replaces."""
        searched, wanted = folders, name
        if name.startswith(f"{DEFAULT}/"):
            searched, wanted = folders[-1:], name.removeprefix(f"{DEFAULT}/")
        for folder in searched:
            file = folder / wanted
            if ".." not in PurePosixPath(wanted).parts and _inside(folder, file):
                return file.read_text(encoding="utf-8"), str(file), lambda: True
        return None

    environment = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


@dataclass(frozen=True, slots=True)
class _Asset:
    """A static file: its name in the theme, and what is written."""

    name: str
    artifact: Artifact


def _read_assets(folders: tuple[Path, ...]) -> Iterator[_Asset]:
    """Read the static files of all folders; those of the first folder win."""
    files: dict[str, Path] = {}
    for folder in folders:
        for file in sorted((folder / STATIC).rglob("*")):
            if _inside(folder, file):
                files.setdefault(file.relative_to(folder / STATIC).as_posix(), file)
    for name, file in sorted(files.items()):
        yield _Asset(name, hash_asset(name, file.read_bytes()))


def hash_asset(name: str, content: bytes) -> Artifact:
    """Give a static file an address that changes with its content, so that it may be cached for ever."""
    path = PurePosixPath(name)
    digest = blake2b(content, digest_size=6).hexdigest()
    return Artifact(f"{ASSETS}{path.with_name(f'{path.stem}.{digest}{path.suffix}')}", content)


# The words and numbers of the pages that no other output has.

STATE_WORDS: Mapping[str, str] = {
    "operational": "Operational",
    "degraded_performance": "Degraded performance",
    "partial_outage": "Partial outage",
    "major_outage": "Major outage",
    "under_maintenance": "Under maintenance",
    "unknown": "No data",
    "not_counted": "Not counted",
}


def show_length(seconds: int) -> str:
    """Write a length of time to the second, as in 1 d 2 h 30 min; a part that is zero is left out."""
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts) or "0 s"


def show_downtime(figure: Figure) -> str:
    """Write what was lost, rounded up: time, or checks or slices of so many (uptime.md §7.3, design.md §7)."""
    lost = show_seconds_up(figure.downtime)
    if figure.sla.method in _COUNTED:
        return f"{lost:,} of {show_seconds_up(figure.accounted):,} {_COUNTED[figure.sla.method]}"
    return show_length(lost)


_COUNTED = {"checks": "checks", "slices": "slices"}


def show_accounted(figure: Figure) -> str:
    """Write what downtime is held against."""
    whole = show_seconds_up(figure.accounted)
    return f"{whole:,} {_COUNTED[figure.sla.method]}" if figure.sla.method in _COUNTED else show_length(whole)


def show_budget(seconds: Fraction) -> str:
    """Write what is left of an error budget, rounded down; what is lacking has a minus."""
    left = seconds // 1
    return show_length(left) if left >= 0 else f"\u2212{show_length(-left)}"


def show_percent(share: Fraction) -> str:
    """Write a share with one decimal."""
    return format_percent(share, 1)


def show_span(window: tuple[int, int], zone: str, *, dated: bool = True) -> tuple[str, str]:
    """Write the two ends of a span of time without saying twice what both share: `2 May 2026, 09:14`, `10:02 UTC`."""
    start, end = window
    first, last = show_clock(start, zone), show_clock(end, zone)
    same_day = local_time(start, zone).date() == local_time(end, zone).date()
    if first.rpartition(" ")[2] == last.rpartition(" ")[2]:
        first = first.rpartition(" ")[0]
    if dated:
        first = f"{show_date(start, zone)}, {first}"
    return first, last if same_day else f"{show_date(end, zone)}, {last}"


def show_days(window: tuple[int, int], zone: str) -> str:
    """Write the local days from one instant to another, as in `Mon 2 Nov` or `2 – 5 November 2026`."""
    first, last = show_date(window[0], zone), show_date(window[1], zone)
    if first == last:
        return first
    words, others = first.split(" "), last.split(" ")
    while words and words[-1] == others[-1]:
        words, others = words[:-1], others[:-1]
    return f"{' '.join(words)} \u2013 {last}"


def show_verdict(figure: Figure, now: int) -> str:
    """Say whether a target is met; of a period that lasts, whether it still can be (uptime.md §8)."""
    if figure.met is None or figure.sla.target is None:
        return "no verdict"
    if figure.period.end <= now:
        return "met" if figure.met else "missed"
    if figure.met:
        return "met so far"
    best = figure.final_if_no_more
    return "missed" if best is not None and best < figure.sla.target else "below so far"


def show_measured(figure: Figure) -> str:
    """Write what part of the time was measured; a dash where no time counts."""
    if figure.coverage is None:
        return "\u2013"
    return format_percent(figure.coverage, 1)


def show_bound(figure: Figure, side: str) -> str:
    """Write the lower or upper bound of an uptime as the uptime itself is written."""
    bound: Fraction | None = getattr(figure, side)
    return "" if bound is None else format_percent(bound, places_of(figure))


def show_credit(figure: Figure) -> str:
    """Write the credit that is due; a dash while that is not settled."""
    if figure.credit is None:
        return "\u2013"
    return show_target(figure.credit) if figure.credit else "none"


def show_count(number: int, noun: str) -> str:
    """Write a number with its noun, as in `1 incident` or `no incidents`."""
    return count(number, noun) if number else f"no {noun}s"


def name_month(instant: int, zone: str) -> str:
    """Give the name of the month of an instant in addresses, as in 2026-11."""
    return month_of(instant, zone).name


def show_named_month(name: str) -> str:
    """Write a month from its name in addresses, as in November 2026."""
    return show_month(parse_period(name, "UTC").window.start, "UTC")


def shape_of_impact(impact: Impact) -> str:
    """Give the shape that stands for an impact: that of the state that is as bad."""
    return "note" if impact is Impact.NONE else STATUS_OF_IMPACT[impact].word


def show_impact(impact: Impact) -> str:
    """Write an impact."""
    return "No impact" if impact is Impact.NONE else f"{impact.word.capitalize()} impact"


def show_last_words(report: IncidentReport) -> str:
    """Give the words of the last update that is no postmortem: how it ended, or stands."""
    said = [update.text for update in report.incident.updates if update.phase is not Phase.POSTMORTEM]
    return plain_text(said[-1]) if said else ""


FILTERS: Mapping[str, Callable[..., Any]] = {
    "accounted": show_accounted,
    "bound": show_bound,
    "budget": show_budget,
    "clock": show_clock,
    "number_of": show_count,
    "coverage": show_coverage,
    "credit": show_credit,
    "date": show_date,
    "day": show_day,
    "days": show_days,
    "downtime": show_downtime,
    "duration": show_duration,
    "impact": show_impact,
    "impact_shape": shape_of_impact,
    "iso": iso_utc,
    "exact": show_length,
    "last_words": show_last_words,
    "markdown": render_markdown,
    "measured": show_measured,
    "month": show_month,
    "month_name": name_month,
    "month_words": show_named_month,
    "percent": show_percent,
    "plain": plain_text,
    "shorten": shorten,
    "span": show_span,
    "stamp": stamp,
    "state": STATE_WORDS.__getitem__,
    "target": show_target,
    "time": show_time,
    "uptime": show_uptime,
    "verdict": show_verdict,
}
"""What templates may use beside what Jinja brings; `markdown` alone makes HTML."""

URLS: Mapping[str, Any] = {
    "home": urls.HOME,
    "history": urls.HISTORY,
    "uptime": urls.UPTIME,
    "rss": urls.RSS,
    "atom": urls.ATOM,
    "incident": urls.incident,
    "maintenance": urls.maintenance,
    "component": urls.component,
    "history_month": urls.history_month,
    "uptime_month": urls.uptime_month,
    "anchor": urls.anchor,
}
"""The addresses of the site, for `link(…)`."""
