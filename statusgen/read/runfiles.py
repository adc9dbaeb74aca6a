"""Run files: from their text to the runs that were kept (written by `statusgen compact`)."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from statusgen.errors import suggest
from statusgen.model.calendar import DAY, iso_utc
from statusgen.model.code import Code
from statusgen.model.compacted import ENDING, HEAD, LOGS_HEAD, Kept, KeptLog, by_probe
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import CHECK_WORDS
from statusgen.model.window import Window
from statusgen.read.times import Clock, parse_time

RENEW = "write the file anew with statusgen compact, or take it from git"

_DAYS = re.compile(r"days (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)", re.ASCII)
_MONITOR = re.compile(r'monitor (".*") probe (".*")')
_RUN = re.compile(r"(\w+) (\S+Z) (\S+Z) (\d{1,12}) (\d{1,12})", re.ASCII)
_LOG = re.compile(r'(\d{4}-\d\d-\d\d) (\d{4}-\d\d-\d\d) (\d{1,18}) ([0-9a-f]{32}|-) (".*")', re.ASCII)


@dataclass(slots=True)
class RunFile:
    """What was read of one run file."""

    path: str
    days: list[Window] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse_run_file(text: str, path: str) -> RunFile:
    """Read a run file; what is wrong with it stands in its problems, all at once."""
    found = RunFile(path)
    lines = text.split("\n")
    if lines[0] != HEAD:
        found.problems.append(Problem(path, 1, f'"{lines[0][:60]}" is not "{HEAD}" ({RENEW})', Code.RUN_FILE))
        return found
    probe: tuple[str, str] | None = None
    for number, line in enumerate(lines[1:], 2):
        try:
            if not line:
                continue
            if days := _DAYS.fullmatch(line):
                found.days.append(_parse_month_days(*days.groups()))
            elif monitor := _MONITOR.fullmatch(line):
                probe = _parse_name(monitor[1]), _parse_name(monitor[2])
            elif probe and (run := _RUN.fullmatch(line)):
                found.kept.append(Kept(_parse_run(probe, run.groups()), path, number))
            else:
                raise ValueError("is neither days, a monitor nor a run")
        except ValueError as error:
            found.problems.append(Problem(path, number, f'"{line[:80]}" {error} ({RENEW})', Code.RUN_FILE))
    found.problems += _check_runs(found)
    return found


def _parse_days(first: str, last: str) -> Window:
    start, end = (parse_time(day, Clock()) for day in (first, last))
    if end < start:
        raise ValueError("ends before it begins")
    return Window(start, end + DAY)


def _parse_month_days(first: str, last: str) -> Window:
    days = _parse_days(first, last)
    if first[:7] != last[:7]:
        raise ValueError("is more than a month, which is a file of its own")
    return days


def _parse_text(quoted: str) -> str:
    try:
        text = json.loads(quoted)
    except json.JSONDecodeError as error:
        raise ValueError(f"holds no text in quotes: {error.msg}") from None
    return str(text)


def _parse_name(quoted: str) -> str:
    text = _parse_text(quoted)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half a character")
    return text


def _parse_run(probe: tuple[str, str], fields: Sequence[str]) -> Run:
    """Read outcome, first and last instant, number of checks and longest gap."""
    word, first, last = fields[:3]
    if word not in CHECK_WORDS:
        raise ValueError(f"has no outcome that is known{suggest(word, CHECK_WORDS)}")
    start, end = parse_time(first, Clock()), parse_time(last, Clock())
    run = Run(*probe, CHECK_WORDS[word], start, end, *map(int, fields[3:]))
    if not can_be(run):
        raise ValueError("is a run that cannot be: its times, checks and longest gap do not agree")
    return run


def can_be(run: Run) -> bool:
    """Tell whether so many checks can lie between two instants with this longest gap: each gap is a second or more."""
    gaps, length = run.checks - 1, run.last - run.start
    if gaps <= 0:
        return run.checks == 1 and length == run.longest == 0
    return gaps - 1 + run.longest <= length <= gaps * run.longest


def _check_runs(found: RunFile) -> Iterator[Problem]:
    """Find days that the file's name does not name, and runs outside of the days."""
    month = found.path.rpartition("/")[2].removesuffix(ENDING)
    if any(iso_utc(day.start)[:7] != month for day in found.days):
        yield Problem(found.path, 2, f"these days are not those of {month} ({RENEW})", Code.RUN_FILE)
    for kept in found.kept:
        run = kept.run
        if not any(run.start in day and run.last in day for day in found.days):
            yield Problem(
                found.path, kept.line, f"this run lies outside of the days of the file ({RENEW})", Code.RUN_FILE
            )


def check_overlaps(kept: Iterable[Kept]) -> Iterator[Problem]:
    """Find runs of one probe that begin before another ends, in whichever section or file they stand."""
    for own in by_probe(kept, lambda one: one.run).values():
        for before, after in pairwise(own):
            if after.run.start <= before.run.last:
                place = f"{before.path}:{before.line}"
                yield Problem(
                    after.path, after.line, f"this run begins before that of {place} ends ({RENEW})", Code.RUN_FILE
                )


def parse_logs(text: str, path: str) -> tuple[list[KeptLog], list[Problem]]:
    """Read the list of logs of which runs were kept."""
    lines = text.split("\n")
    if lines[0] != LOGS_HEAD:
        return [], [Problem(path, 1, f'"{lines[0][:60]}" is not "{LOGS_HEAD}" ({RENEW})', Code.RUN_FILE)]
    logs, problems = [], []
    for number, line in enumerate(lines[1:], 2):
        try:
            if line:
                match = _LOG.fullmatch(line)
                if not match:
                    raise ValueError("is not a log: first day, last day, bytes, digest and name")
                days = _parse_days(match[1], match[2])
                logs.append(KeptLog(_parse_text(match[5]), int(match[3]), days, match[4]))
        except ValueError as error:
            problems.append(Problem(path, number, f'"{line[:80]}" {error} ({RENEW})', Code.RUN_FILE))
    return logs, problems
