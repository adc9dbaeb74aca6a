"""From the logs that status.yaml names to the runs of checks before `now`."""

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from statusgen.errors import count
from statusgen.model.history import Observations, Run, Site
from statusgen.model.problem import Problem
from statusgen.model.status import Status
from statusgen.read.checks.engine import Engine, open_engine
from statusgen.read.checks.files import LogFile, find_logs
from statusgen.read.checks.lines import (
    BLANKS,
    Check,
    Columns,
    Dialect,
    find_dialect,
    is_blank,
    parse_csv,
    parse_heading,
    parse_json,
    quote,
    too_long,
)
from statusgen.read.checks.parquet import explain_columns, write_columns
from statusgen.read.checks.streams import BrokenFileError, read_blocks, read_pieces

EXAMPLES = 20
"""How many bad lines of a file are told with their places; all are counted."""

_NAMED = 5


def read_checks(root: Path, site: Site, now: int) -> Observations:
    """Read the logs of a site and give the runs of its monitors before `now` (Unix seconds); see uptime.md §2.1.

    `root` is the content folder. Nothing in a log stops the build: what cannot be used is counted and told
    (design.md §6). The order of lines and files never matters to runs, nor does reading a line twice.
    """
    if not site.logs:
        return Observations()
    logs, notes = find_logs(root, site.logs)
    max_gaps = _find_max_gaps(site)
    with tempfile.TemporaryDirectory(prefix="statusgen-") as name:
        folder = Path(name).resolve()
        # DuckDB opens Parquet alone, and where that is packed, what Python unpacks.
        tables = [folder / f"{number}.parquet" if log.format.packing else log.path for number, log in enumerate(logs)]
        allowed = [table for log, table in zip(logs, tables, strict=True) if log.format.kind == "parquet"]
        with open_engine(now, folder, allowed) as engine:
            tallies = [_read_log(engine, log, table) for log, table in zip(logs, tables, strict=True)]
            lines = engine.count_lines()
            runs = engine.compute_runs(sorted(max_gaps.items()))
            duplicates = engine.count_duplicates()
    return Observations(
        runs=tuple(Run(**{**row._asdict(), "status": Status(row.status)}) for row in runs),
        good=sum(tally.good for tally in tallies),
        bad=sum(tally.bad for tally in tallies),
        duplicates=duplicates,
        later=sum(tally.later for tally in tallies),
        bad_lines=tuple(problem for tally in tallies for problem in tally.examples),
        notes=(*notes, *_note_monitors(lines, max_gaps), *_note_components(site, lines)),
    )


@dataclass(slots=True)
class _Tally:
    """What is being counted of one file; `line` is the number of lines that are behind."""

    told: str
    good: int = 0
    bad: int = 0
    later: int = 0
    line: int = 0
    examples: tuple[Problem, ...] = ()

    def refuse(self, line: int, reason: str, lines: int = 1) -> None:
        """Count so many bad lines and tell of them once; `line` is that of the file, 0 for the file as a whole."""
        self.bad += lines
        if len(self.examples) < EXAMPLES:
            self.examples += (Problem(self.told, line, reason),)

    def refuse_all(self, refused: Iterable[tuple[int, str]]) -> None:
        """Count and tell bad lines, each with its number after those that are behind, and its reason."""
        for number, reason in sorted(refused):
            self.refuse(self.line + number, reason)


def _read_log(engine: Engine, log: LogFile, table: Path) -> _Tally:
    """Read one file into the engine, as far as it can be read."""
    tally = _Tally(log.told)
    dialect = find_dialect(log.source)
    try:
        _READERS[log.format.kind](engine, log, table, dialect, tally)
    except BrokenFileError as error:
        # What is lost begins after the last whole line; a table has no lines.
        tally.refuse(0 if log.format.kind == "parquet" else tally.line + 1, str(error))
    return tally


def _read_jsonl(engine: Engine, log: LogFile, _table: Path, dialect: Dialect, tally: _Tally) -> None:
    for block in read_blocks(read_pieces(log.path, log.format.packing)):
        text, bad = _decode(block)
        _finish(engine, engine.judge_json(text, dialect), partial(parse_json, dialect=dialect), tally, bad)
        tally.line += text.count("\n")


def _read_csv(engine: Engine, log: LogFile, _table: Path, dialect: Dialect, tally: _Tally) -> None:
    columns: Columns | str | None = None
    for block in read_blocks(read_pieces(log.path, log.format.packing)):
        text, bad = _decode(block)
        if columns is None:
            line, heading, text = _cut_heading(text)
            columns = parse_heading(heading, dialect) if heading else None
            if isinstance(columns, str):
                tally.refuse(tally.line + line, columns, lines=0)
        if isinstance(columns, str):
            tally.bad += len(bad) + sum(not is_blank(line) for line in text.split("\n"))
        elif columns:
            parse = partial(parse_csv, columns=columns, words=dialect.words)
            _finish(engine, engine.judge_csv(text, columns, dialect), parse, tally, bad)
        else:
            tally.refuse_all(bad)
        tally.line += text.count("\n")


def _read_parquet(engine: Engine, log: LogFile, table: Path, dialect: Dialect, tally: _Tally) -> None:
    try:
        if log.format.packing:
            with table.open("wb") as file:
                file.writelines(read_pieces(log.path, log.format.packing))
        types = engine.describe(table)
        if reasons := explain_columns(types, dialect):
            reason = f"{' and '.join(reasons)}; no row of the file can be used"
            tally.refuse(0, reason, engine.count_rows(table))
            return
        rest = engine.judge_parquet(table, write_columns(types, dialect), dialect)
    except duckdb.Error as error:
        raise BrokenFileError(f"cannot be read as Parquet ({str(error).partition(chr(10))[0]})") from error
    finally:
        if log.format.packing:
            table.unlink(missing_ok=True)
    _finish(engine, rest, partial(parse_json, dialect=Dialect(words=dialect.words)), tally, [])


_READERS: Mapping[str, Callable[[Engine, LogFile, Path, Dialect, _Tally], None]] = {
    "jsonl": _read_jsonl,
    "csv": _read_csv,
    "parquet": _read_parquet,
}


def _decode(block: bytes) -> tuple[str, list[tuple[int, str]]]:
    """Give a block as text with plain line ends, the lines that are no text left blank; and those, by number from 1."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").removesuffix(b"\r")
    try:
        return block.decode(), []
    except UnicodeDecodeError:
        pass
    lines: list[str] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(block.split(b"\n"), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            lines.append("")
            bad.append((number, too_long(len(line)) or f"not UTF-8: {error.reason} at byte {error.start + 1}"))
    return "\n".join(lines), bad


def _cut_heading(text: str) -> tuple[int, str, str]:
    """Give the number of the first line that is not blank, that line, and the text with it left blank."""
    blank = _BLANK_LINES.match(text)
    start = blank.end() if blank else 0
    heading = text[start:].partition("\n")[0]
    return (
        text.count("\n", 0, start) + 1,
        "" if is_blank(heading) else heading,
        text[:start] + text[start + len(heading) :],
    )


_BLANK_LINES = re.compile(rf"(?:[{BLANKS}]*\n)*")


def _finish(
    engine: Engine,
    rest: Iterable[tuple[int, str]],
    parse: Callable[[str], Check | str],
    tally: _Tally,
    bad: list[tuple[int, str]],
) -> None:
    """Let `lines` judge what SQL left, and count all."""
    good: list[Check] = []
    refused = list(bad)
    for number, line in rest:
        check = parse(line)
        if isinstance(check, str):
            refused.append((number, check))
        else:
            good.append(check)
    engine.add(good)
    counts = engine.take()
    tally.good += counts.good
    tally.later += counts.later
    tally.refuse_all(refused)


def _find_max_gaps(site: Site) -> dict[str, int]:
    """Give the longest gap within a run (seconds) of each monitor, the least of the components that name it."""
    max_gaps: dict[str, int] = {}
    for component in site.components:
        for monitor in component.checks.monitors:
            max_gap = component.checks.max_gap
            max_gaps[monitor] = min(max_gap, max_gaps.get(monitor, max_gap))
    return max_gaps


def _note_monitors(lines: Mapping[str, int], named: Iterable[str]) -> list[Problem]:
    """Tell of monitors that no component names, with the number of their lines before now."""
    strange = sorted(lines.keys() - set(named))
    if not strange:
        return []
    first = ", ".join(quote(monitor)[1:-1] for monitor in strange[:_NAMED])
    more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
    monitors, total = count(len(strange), "monitor"), count(sum(lines[monitor] for monitor in strange), "line")
    return [Problem("", 0, f"checks: {monitors} that no component names: {first}{more} ({total})")]


def _note_components(site: Site, lines: Mapping[str, int]) -> list[Problem]:
    """Tell of components that have monitors, none of which has a line before now."""
    return [
        Problem(
            "status.yaml", 0, f"components.{component.id}: the logs have no line of {', '.join(monitors)} before now"
        )
        for component in site.components
        if (monitors := component.checks.monitors) and not any(monitor in lines for monitor in monitors)
    ]
