"""The verbs, composed: what each command does, without its arguments and its printing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from statusgen.advise import advise
from statusgen.compute.answers import compute_explanation
from statusgen.compute.compacting import amend_runs, compact_runs
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.compute.turns import Turn, next_turns
from statusgen.errors import ContentError, PublishError, UnknownNameError, count, suggest
from statusgen.model.compacted import PLAIN, Compacted
from statusgen.model.explanation import Check, Explanation
from statusgen.model.history import Component, History, Observations, Site
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.publish import Changes, publish
from statusgen.publish.sources import write_sources
from statusgen.read.checks.files import is_address
from statusgen.read.checks.kept import combine_kept
from statusgen.read.content import read_content, read_documents
from statusgen.read.git import describe_head
from statusgen.remember import recall, remember, take_print
from statusgen.render.explanations import Place, nowhere
from statusgen.render.reasons import reasons_of
from statusgen.render.runfiles import render_run_files

SHIPPED_THEMES = Path(__file__).parent.parent / "themes"
"""Where the themes lie in a checkout; in a package they are part of it."""

MOST_REMARKS = 10
"""How many remarks a build tells in full."""

Progress = Callable[[int, int], object]
"""Told how many bytes of the logs are scanned, and how many there are to scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: what it read, in words and numbers, the state that the page shows, and what changed.

    `remarks` are what stops nothing and is to be told.
    """

    reading: str
    amounts: Mapping[str, int]
    state: str
    changes: Changes
    remarks: tuple[str, ...] = ()


def check_content(
    content: Path, now: int, *, strict: bool = False, progress: Progress | None = None, edits: bool = False
) -> History:
    """Read a content folder; ContentError with all problems.

    `strict` makes problems of bad log lines and of advice, but not of what is only worth a look.
    With `edits` git is asked which updates were edited. That it cannot tell is never a problem: the same content is
    as good in any checkout.
    """
    history = read_content(content, now, cache=cache_of(content), progress=progress, edits=edits)
    remarks = [*remarks_of(history, content), *advise(history, now)] if strict else []
    if grave := [remark for remark in remarks if remark.code.level != "info"]:
        raise ContentError(grave, history.files)
    return history


def build_site(
    content: Path, out: Path, now: int, *, theme: str | None = None, strict: bool = False,
    progress: Progress | None = None,
) -> Built:  # fmt: skip
    """Read, compute, render and publish; the output folder is touched at the very end, all at once.

    Where nothing has changed since the last build, of the same instant, there is nothing to do.
    """
    _refuse_precious(content, out)
    facts = {"content": content.resolve(), "out": out.resolve(), "now": now, "theme": theme, "strict": strict}
    facts["head"] = describe_head(content)  # what was edited depends on it, and it may change where no file does
    beside = content.resolve().parent / "themes"
    themes = [*_linked(beside), *([Path(theme)] if theme else [])]
    key = take_print([content, beside, SHIPPED_THEMES, *themes], facts)
    if before := _built_before(recall(cache_of(content), key, out)):
        return before
    built, repeatable = _build(content, out, now, theme=theme, strict=strict, progress=progress)
    if repeatable:
        changes = built.changes
        files = changes.added + changes.changed + changes.unchanged
        words = {
            "reading": built.reading,
            "amounts": dict(built.amounts),
            "state": built.state,
            "remarks": built.remarks,
            "files": files,
        }
        remember(cache_of(content), key, out, words)
    return built


def _linked(themes: Path) -> list[Path]:
    """Give the folders that links in the folder of themes mean; one that leads elsewhere is no theme."""
    links = [path for path in themes.iterdir() if path.is_symlink() and path.is_dir()] if themes.is_dir() else []
    meant = {link.resolve() for link in links}
    return sorted(path for path in meant if path.is_relative_to(themes.parent) and not themes.is_relative_to(path))


def _built_before(words: Any) -> Built | None:  # noqa: ANN401 - whatever was noted, or somebody wrote there
    match words:
        case {
            "reading": str(reading), "amounts": dict(amounts), "state": str(state), "remarks": list(remarks),
            "files": int(files),
        }:  # fmt: skip
            changes = Changes(added=0, changed=0, removed=0, unchanged=files)
            told = tuple(map(str, remarks))
            return Built(reading=reading, amounts=amounts, state=state, remarks=told, changes=changes)
    return None


def _build(
    content: Path, out: Path, now: int, *, theme: str | None, strict: bool, progress: Progress | None
) -> tuple[Built, bool]:
    """Build, and tell whether all that was read lies below the content folder, in a theme or in the commit's past."""
    from statusgen.render.site import render_site  # noqa: PLC0415 - Jinja and lxml serve this verb alone
    from statusgen.render.theme import load_theme  # noqa: PLC0415

    history = check_content(content, now, strict=strict, progress=progress, edits=True)
    report = compute_report(public_history(history, now), now)
    look = load_theme(theme or history.site.theme.name, content, trusted=history.site.theme.trusted)
    artifacts = list(render_site(report, look))
    built = Built(
        reading=describe_history(history),
        amounts=count_history(history),
        state=report.shown.replace("_", " "),
        changes=publish(artifacts, out),
        remarks=tuple(_brief([*remarks_of(history, content), *advise(history, now)], history.untraced)),
    )
    elsewhere = any(Path(log.files).is_absolute() or is_address(log.files) for log in history.site.logs)
    return built, not elsewhere and history.untraced is None


def _brief(remarks: Sequence[Problem], untraced: Problem | None) -> Iterator[str]:
    """Give what a build tells of remarks: those that are likely mistakes, the first of them in full."""
    told = [remark for remark in remarks if remark.code.level != "info"]
    yield from map(str, told[:MOST_REMARKS])
    if told[MOST_REMARKS:]:
        yield f"{len(told) - MOST_REMARKS:,} more (statusgen check tells them all)"
    if untraced:
        yield str(untraced)


def find_next(content: Path, now: int, after: int, *, progress: Progress | None = None) -> tuple[Turn, ...]:
    """Tell what changes the site by itself first after an instant, which is not before `now`, and when."""
    from statusgen.render.notice import digest_facts  # noqa: PLC0415 - for this verb alone

    history = check_content(content, now, progress=progress)

    def says(instant: int) -> str:
        return digest_facts(compute_report(public_history(history, instant), instant))

    return next_turns(history, after, lambda at: says(at - 1) != says(at))


def find_components(site: Site, names: Sequence[str]) -> list[Component]:
    """Give the components of these ids or aliases, all where none is named; UnknownNameError for an unknown one."""
    if not names:
        return list(site.components)
    found = [(name, site.find_component(name)) for name in names]
    known = [name for component in site.components for name in (component.id, *component.aliases)]
    if unknown := [name for name, component in found if component is None]:
        raise UnknownNameError("\n".join(f'no component "{name}"{_cure(name, known, site)}' for name in unknown))
    return [component for _, component in found if component]


def _cure(name: str, known: Sequence[str], site: Site) -> str:
    if all(group.id != name for group in site.groups):
        return suggest(name, known)
    members = [component.id for component in site.components if component.group == name]
    return f" (it is a group: name one of its components, {', '.join(members)})"


def explain_content(
    content: Path, name: str, period: str, now: int, *, progress: Progress | None = None
) -> tuple[Explanation, History, Place]:
    """Explain the figure of a component over a period; give also where the logs hold the deciding checks.

    `name` is the component's id or an alias, `period` as in 2026-10. UnknownNameError where there is no such component.
    """
    history = read_content(content, now, progress=progress, exact=True)
    public = public_history(history, now)
    (component,) = find_components(public.site, (name,))
    explanation = compute_explanation(public, component, period, now)
    reasons = [reason for s in explanation.stretches for reason in reasons_of(s, explanation)]
    wanted = {(*check,) for reason in reasons for check in reason.checks}
    if not wanted or not history.site.logs:
        return explanation, history, nowhere
    from statusgen.read.checks.locate import locate_checks  # noqa: PLC0415 - zstandard

    found = locate_checks(content, history.site, wanted)
    places = {Check(*check): f"{told}:{line}" for check, (told, line) in found.items()}
    return explanation, history, places.get


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactedLogs:
    """What compacting did: what is kept now, the files that it wrote, the logs that may go, and what is to be told."""

    after: Compacted
    written: tuple[str, ...]
    settled: tuple[str, ...]
    late: int
    remarks: tuple[str, ...] = ()


def compact_logs(
    content: Path, now: int, *, until: int, amend: bool = False, runs: Path | None = None,
    progress: Progress | None = None,
) -> CompactedLogs:  # fmt: skip
    """Keep the runs of whole days before `until` as run files; with `amend` also those that came late.

    `runs` is a file of runs that another engine made, taken in instead of those of the logs. ContentError where
    something is wrong with it, and where late checks cannot be taken in.
    """
    from statusgen.read.checks.given import read_given  # noqa: PLC0415
    from statusgen.read.checks.observe import find_gone, is_settled, note_logs, open_scan  # noqa: PLC0415 - zstandard
    from statusgen.read.checks.scan import find_readings  # noqa: PLC0415

    documents = read_documents(content)
    site, before = documents.site, documents.compacted
    given = None if runs is None else read_given(runs)
    readings = find_readings(site)
    with open_scan(content, site, readings, now, cache=cache_of(content), progress=progress) as scan:
        logs, notes = scan.logs, scan.notes
        unread = [log for log in logs if given is None and (amend or not is_settled(log, before))]
        scanned = scan.read(unread)
    rows = scanned.rows if given is None else given
    # Runs from elsewhere may be those of a few logs: what was kept must not be made anew of them alone.
    gone = find_gone(before, logs) if given is None else before.days
    late = combine_kept(before, rows, {**dict.fromkeys((row.monitor for row in rows), PLAIN), **readings}, now).late
    kept_logs = note_logs(before, [log for log, _ in scanned.found], scanned.days)
    after = compact_runs(before, rows, kept_logs, readings, until)
    if amend and late:
        amended = amend_runs(after, late, rows, readings, gone)
        if amended.problems:
            raise ContentError(amended.problems, documents.files)
        after = amended.compacted
    written = write_sources(render_run_files(after), content) if after.kept else []
    return CompactedLogs(
        after=after,
        written=tuple(written),
        settled=tuple(log.told for log in logs if is_settled(log, after)),
        late=0 if amend else sum(run.checks for run in late),
        remarks=tuple(map(str, notes)),
    )


def scan_content(content: Path, now: int, *, progress: Progress | None = None) -> tuple[list[Run], list[str]]:
    """Give the runs of all logs before `now`, each within its day (UTC), ordered as RUNS_SQL has them; and remarks."""
    from statusgen.read.checks.observe import open_scan  # noqa: PLC0415 - zstandard
    from statusgen.read.checks.scan import find_readings  # noqa: PLC0415

    site = read_documents(content).site
    with open_scan(content, site, find_readings(site), now, cache=cache_of(content), progress=progress) as scan:
        scanned = scan.read(scan.logs)
        remarks = list(map(str, scan.notes))
    bad = sum(found.bad for _, found in scanned.found)
    if bad:
        remarks.append(f"{count(bad, 'log line')} bad and not used (statusgen check tells which)")
    return sorted(scanned.rows, key=lambda run: (run.monitor, run.probe, run.start)), remarks


def write_scan_text(content: Path, dialect: str) -> str:
    """Write the SQL that makes runs of checks, with the settings of a content folder, for another engine."""
    from statusgen.read.checks.runs import write_scan  # noqa: PLC0415 - zstandard
    from statusgen.read.checks.scan import find_readings  # noqa: PLC0415

    return write_scan(dialect, find_readings(read_documents(content).site))


def cache_of(content: Path) -> Path:
    """Give the folder of what may be deleted at any time (design.md §3)."""
    return content.resolve().parent / ".statusgen" / "cache"


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
    """Give what was met while reading and stops nothing: what texts show, and bad log lines with their files' names."""
    return [
        *history.notes,
        *(_named(p, content) for p in (*history.observations.notes, *history.observations.bad_lines)),
    ]


def _named(problem: Problem, content: Path) -> Problem:
    """Write the file of a log problem, which is relative to the content folder, as the user would."""
    return replace(problem, path=(content / problem.path).as_posix() if problem.path else content.as_posix())


def count_history(history: History) -> dict[str, int]:
    """Give in numbers what was read."""
    return {
        "incidents": len(history.incidents),
        "maintenance": len(history.maintenances),
        "log_lines": history.observations.good + history.observations.bad,
        "bad_log_lines": history.observations.bad,
    }


def describe_history(history: History) -> str:
    """Say in one line what was read."""
    parts = [count(len(history.incidents), "incident"), count(len(history.maintenances), "maintenance window")]
    return ", ".join(parts) + describe_logs(history.observations)


def describe_logs(observations: Observations) -> str:
    """Say what the logs were, where there are any; bad lines are always told."""
    lines = observations.good + observations.bad
    if not lines:
        return ""
    text = f", {count(lines, 'log line')}"
    if observations.bad:
        text += f" of which {observations.bad:,} bad and not used"
    if observations.duplicates:
        text += f", {count(observations.duplicates, 'duplicate')} merged"
    return text
