"""Runs that another engine made of the logs with the query of `statusgen scan --sql`: one row a run."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from statusgen.errors import ContentError
from statusgen.model.code import Code
from statusgen.model.compacted import by_probe, cut_at_midnight
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import CHECK_WORDS, Status
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.formats import find_format
from statusgen.read.checks.lines import BLANKS, parse_instant, quote, split_csv
from statusgen.read.checks.streams import BrokenFileError, limit_lines, read_blocks, read_pieces
from statusgen.read.runfiles import can_be

_NAMES: Mapping[str, tuple[str, ...]] = {
    "monitor": ("monitor",), "probe": ("probe",), "status": ("status",), "from": ("from", "first_t"),
    "last": ("last", "last_t"), "checks": ("checks",), "longest": ("longest",),
}  # fmt: skip
"""What a row has, and the names that a column of it may have; the probe may be left out."""

_STATUSES = {**CHECK_WORDS, **{status.word: status for status in Status}, **{str(int(s)): s for s in Status}}
_TEXTS = {"monitor", "probe"}
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)

Numbered = tuple[int, Run]


def read_given(path: Path) -> list[Run]:
    """Read a file of runs (CSV or JSON lines, plain, .gz or .zst), each cut at midnight (UTC).

    ContentError tells all that is wrong with it: rows that cannot be runs, that cross midnight with checks nobody
    knows, or that overlap with another of the same monitor and probe.
    """
    runs: list[Numbered] = []
    problems: list[Problem] = []
    form = find_format(path.name)
    if form is None or form.kind == "parquet":
        problems.append(
            Problem(path.as_posix(), 0, "is neither .csv nor .jsonl, with or without .gz or .zst", Code.RUN_FILE)
        )
    else:
        try:
            for number, row in _read_rows(path, form.kind, form.packing):
                run = row if isinstance(row, str) else _parse_run(row)
                if isinstance(run, str):
                    problems.append(Problem(path.as_posix(), number, run, Code.RUN_FILE))
                else:
                    runs.append((number, run))
        except BrokenFileError as error:
            problems.append(Problem(path.as_posix(), 0, str(error), Code.RUN_FILE))
    problems += [Problem(path.as_posix(), number, text, Code.RUN_FILE) for number, text in _find_overlaps(runs)]
    if problems:
        raise ContentError(problems, 1)
    return cut_at_midnight(run for _, run in runs)


def _read_rows(path: Path, kind: str, packing: str | None) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    """Give the rows with their lines, each by the names of its columns, or why one is none."""
    heading: Sequence[str] | None = None
    for number, line in _read_lines(path, packing):
        if isinstance(line, UnicodeDecodeError):
            yield number, f"not UTF-8: {line.reason} at byte {line.start + 1}"
        elif kind == "jsonl":
            yield number, _parse_json(line)
        elif (fields := split_csv(line)) and isinstance(fields, str):
            yield number, fields
        elif heading is None:
            heading = fields
            if missing := _find_missing(dict.fromkeys(heading)):
                yield number, f"the heading has no {missing}"
                return
        elif len(fields) != len(heading):
            yield number, f"{len(fields)} fields where the heading has {len(heading)}: {quote(line)}"
        else:
            yield number, dict(zip(heading, fields, strict=True))


def _read_lines(path: Path, packing: str | None) -> Iterator[tuple[int, str | UnicodeDecodeError]]:
    """Give the lines that are not blank, with their numbers."""
    first = 1
    for data, lines in limit_lines(read_blocks(read_pieces(path, packing))):
        block = Block(data, first, lines)
        first += lines
        for number, raw in block.lines(range(block.count)):
            if raw.strip(BLANKS.encode()):
                try:
                    yield number, raw.decode()
                except UnicodeDecodeError as error:
                    yield number, error


def _parse_json(line: str) -> Mapping[str, object] | str:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return f"not JSON: {quote(line)}"
    if not isinstance(row, dict):
        return f"not a JSON object: {quote(line)}"
    missing = _find_missing(row)
    return f"there is no {missing}: {quote(line)}" if missing else row


def _find_missing(row: Mapping[str, object]) -> str:
    missing = [names for name, names in _NAMES.items() if name != "probe" and not row.keys() & set(names)]
    return " and no ".join(" or ".join(map(quote, names)) for names in missing)


def _parse_run(row: Mapping[str, object]) -> Run | str:
    """Make a run of a row, or say what is wrong with it."""
    texts: dict[str, str] = {}
    for name, names in _NAMES.items():
        value = next((row[known] for known in names if known in row), None)
        number = isinstance(value, int) and not isinstance(value, bool)
        if name == "probe" and value is None:
            value = ""
        elif not isinstance(value, str) and (name in _TEXTS or not number):
            return f"{name}: {quote(json.dumps(value))} is not a {'text' if name in _TEXTS else 'number or text'}"
        texts[name] = str(value)
    return _check_run(texts)


def _check_run(texts: Mapping[str, str]) -> Run | str:
    if reason := _find_fault(texts):
        return reason
    start, last = (_read_instant(texts[name]) for name in ("from", "last"))
    status = _STATUSES[texts["status"]]
    run = Run(texts["monitor"], texts["probe"], status, start, last, int(texts["checks"]), int(texts["longest"]))
    if not can_be(run):
        return "is a run that cannot be: its times, checks and longest gap do not agree"
    try:
        cut_at_midnight([run])
    except ValueError:
        return "crosses midnight (UTC), and its checks do not lie evenly apart (use the query of statusgen scan --sql)"
    return run


def _find_fault(texts: Mapping[str, str]) -> str | None:
    """Say which text of a row cannot be what it should be."""
    if not texts["monitor"]:
        return "monitor: missing"
    if texts["status"] not in _STATUSES:
        return f"status: {quote(texts['status'])} is not one of {', '.join(CHECK_WORDS)} or -1 to 3"
    for name in ("from", "last"):
        if isinstance(instant := parse_instant(texts[name]), str):
            return f"{name}: {instant.removeprefix('time: ')}"
    for name in ("checks", "longest"):
        if not _WHOLE.fullmatch(texts[name]):
            return f"{name}: {quote(texts[name])} is not a whole number"
    return None


def _read_instant(text: str) -> int:
    instant = parse_instant(text)
    assert isinstance(instant, int)
    return instant


def _find_overlaps(runs: Sequence[Numbered]) -> Iterator[tuple[int, str]]:
    """Find runs of one monitor and probe that begin before another ends."""
    for own in by_probe(runs, lambda numbered: numbered[1]).values():
        reach, owner = -1, 0
        for number, run in own:
            if run.start <= reach:
                first, second = sorted((owner, number))
                yield second, f"overlaps with the run of the same monitor and probe in line {first}"
            if run.last > reach:
                reach, owner = run.last, number
