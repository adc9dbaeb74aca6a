"""The scan on Spark, for logs that have outgrown one machine: the same definition of a good line, the same SQL.

A log is the work of one task, which reads it as it is read here: so packings, damage, headings and the numbers of lines
mean the same. Files on a shared disk are opened where the task runs; what lies at an address Spark fetches as a whole.
The workers need statusgen, too.
"""

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from statusgen.errors import FAILED, StatusgenError
from statusgen.model.code import Code
from statusgen.model.compacted import Reading
from statusgen.model.history import LogSource
from statusgen.model.problem import Problem
from statusgen.model.run import Run
from statusgen.model.status import Status
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.cache import Found
from statusgen.read.checks.files import NO_ENDING, LogFile
from statusgen.read.checks.formats import find_format
from statusgen.read.checks.lines import (
    BLANKS,
    EXAMPLES,
    Check,
    Dialect,
    find_dialect,
    parse_csv,
    parse_heading,
    parse_json,
    too_long,
)
from statusgen.read.checks.parquet import explain_columns, write_columns
from statusgen.read.checks.runs import RUNS_SQL, UNNAMED
from statusgen.read.checks.scan import Scanned, days_between
from statusgen.read.checks.streams import BrokenFileError, limit_lines, read_blocks, read_pieces

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LARGEST = (1 << 31) - 1024
"""The most bytes that Spark fetches of a file at an address."""
_TASKS = 10_000
_LINES = "log INT, monitor STRING, probe STRING, t BIGINT, status INT, note STRING"
"""What tasks give: a row for each check before now, and for each log one row with a note of everything else."""

Judge = Callable[[bytes], Check | str]
"""Makes a check of a line, or says why it is none; an empty text where that was told already."""
Line = tuple[int, str | None, str | None, int | None, int | None, str | None]


class SparkError(StatusgenError):
    """Spark is not there, or failed; the old site is still live."""

    exit_code = FAILED


class Task(NamedTuple):
    """A log to be read, and its number."""

    number: int
    log: LogFile
    dialect: Dialect


@dataclass(slots=True)
class Note:
    """What a log holds beside checks before now; see Found."""

    good: int = 0
    bad: int = 0
    later: int = 0
    until: int | None = None
    examples: list[tuple[int, str]] = field(default_factory=list)

    def refuse(self, line: int, reason: str, lines: int = 1) -> None:
        """Count so many bad lines and tell of them once; `line` is 0 for the file as a whole."""
        self.bad += lines
        if len(self.examples) < EXAMPLES:
            self.examples.append((line, reason))


class Spark:
    """A session at `master`, begun when there is something to do."""

    def __init__(self, master: str) -> None:
        self._master = master
        self._session: SparkSession | None = None

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.stop()

    def find(self, sources: Sequence[LogSource]) -> tuple[list[LogFile], list[Problem]]:
        """Give the files at the addresses of entries, each once, and what is to be told of them."""
        found: dict[str, LogFile] = {}
        notes: list[Problem] = []
        for source in sources:
            sizes = self._list(source.files)
            if not sizes:
                notes.append(Problem("status.yaml", 0, f'checks: no file matches "{source.files}"', Code.NO_LOG))
            for told, size in sizes.items():
                form = find_format(PurePosixPath(told).name, source.format)
                if form is None or size > LARGEST:
                    reason = NO_ENDING if form is None else f"larger than {LARGEST:,} bytes; passed over"
                    notes.append(Problem(told, 0, reason, Code.LOG_UNREADABLE))
                else:
                    found.setdefault(told, LogFile(Path(told), told, form, source, size))
        return list(found.values()), list(dict.fromkeys(notes))

    def _list(self, pattern: str) -> dict[str, int]:
        from pyspark.errors import AnalysisException  # noqa: PLC0415

        session = self._open()
        with _explain():
            try:
                rows = session.read.format("binaryFile").load(pattern).select("path", "length").collect()
            except AnalysisException as error:
                if "PATH_NOT_FOUND" not in str(error):
                    raise
                rows = []
        return dict(sorted((row[0], row[1]) for row in rows))

    def scan(self, logs: Sequence[LogFile], readings: Mapping[str, Reading], now: int) -> Scanned:
        """Read logs; see scan_logs."""
        if not logs:
            return Scanned((), (), 0, {})
        session = self._open()
        with _explain():
            lines = self._read(session, logs, now).persist()
            lines.createOrReplaceTempView("lines")
            notes = {row[0]: Note(**json.loads(row[1])) for row in session.sql(_NOTES_SQL).collect()}
            counts = [Count(*row) for row in session.sql(_COUNTS_SQL).collect()]
            rows = _compute_runs(session, {count.monitor for count in counts}, readings)
            lines.unpersist()
        return _gather(logs, notes, counts, rows)

    def _read(self, session: "SparkSession", logs: Sequence[LogFile], now: int) -> "DataFrame":
        """Give the rows of all logs, as _LINES has them."""
        tasks = [Task(number, log, find_dialect(log.source)) for number, log in enumerate(logs)]
        near = [task for task in tasks if task.log.size is None]
        far = {task.log.told: task for task in tasks if task.log.size is not None}
        context = session.sparkContext
        rows = context.parallelize(near, min(len(near), _TASKS) or 1).flatMap(partial(read_log, now=now))
        if far:
            files = session.read.format("binaryFile").load([_GLOB.sub(r"\\\g<0>", told) for told in far])
            fetched = files.select("path", "content").rdd.flatMap(partial(_read_fetched, tasks=far, now=now))
            rows = context.union([rows, fetched])
        return session.createDataFrame(rows, _LINES, verifySchema=False)

    def _open(self) -> "SparkSession":
        if self._session is None:
            self._session = _start(self._master)
        return self._session


_GLOB = re.compile(r"[\\*?\[\]{}]")


class Count(NamedTuple):
    """How many checks of a monitor and a probe a log holds before now, the first and the last of them."""

    log: int
    monitor: str
    probe: str
    lines: int
    first: int
    last: int


_NOTES_SQL = "SELECT log, note FROM lines WHERE note IS NOT NULL"
_COUNTS_SQL = """
SELECT log, monitor, probe, COUNT(*), MIN(t), MAX(t) FROM lines WHERE note IS NULL GROUP BY log, monitor, probe
"""
_CHECKS_SQL = "SELECT monitor, probe, t, status FROM lines WHERE note IS NULL"


def _compute_runs(session: "SparkSession", monitors: Iterable[str], readings: Mapping[str, Reading]) -> list[Run]:
    """Give the runs of the view `lines`."""
    plain = Reading(UNNAMED[0], bool(UNNAMED[1]))
    asked = ((monitor, readings.get(monitor, plain)) for monitor in sorted(monitors))
    settings = [(monitor, reading.max_gap, int(reading.exact)) for monitor, reading in asked]
    monitors_view = session.createDataFrame(settings, "monitor STRING, max_gap BIGINT, exact INT")
    monitors_view.createOrReplaceTempView("monitors")
    session.sql(_CHECKS_SQL).createOrReplaceTempView("checks")
    return [Run(row[0], row[1], Status(row[2]), *row[3:]) for row in session.sql(RUNS_SQL).collect()]


def _gather(logs: Sequence[LogFile], notes: Mapping[int, Note], counts: Sequence[Count], rows: list[Run]) -> Scanned:
    """Put together what Spark has told."""
    found: list[tuple[LogFile, Found]] = []
    days = {}
    by_log: dict[int, list[Count]] = {}
    for count in counts:
        by_log.setdefault(count.log, []).append(count)
    for number, log in enumerate(logs):
        note, own = notes[number], sorted(by_log.get(number, ()))
        one = Found(note.good, note.bad, note.later, until=note.until)
        one.examples = [(line, reason) for line, reason in note.examples]
        one.lines = {(count.monitor, count.probe): count.lines for count in own}
        one.since = 1 + max((count.last for count in own), default=-1)
        found.append((log, one))
        instants = [at for count in own for at in (count.first, count.last)]
        if window := days_between(instants if note.until is None else [*instants, note.until]):
            days[log.told] = window
    return Scanned(tuple(rows), tuple(found), sum(run.checks for run in rows), days)


def read_log(task: Task, now: int) -> Iterator[Line]:
    """Read a log where it lies: a row for each check before `now`, and at the end one with a note."""
    note = Note()
    read = _read_parquet if task.log.format.kind == "parquet" else _read_lines
    for check in read(task, note):
        note.good += 1
        if check.instant < now:
            yield task.number, check.monitor, check.probe, check.instant, int(check.status), None
        else:
            note.later += 1
            note.until = check.instant if note.until is None else min(note.until, check.instant)
    yield task.number, None, None, None, None, json.dumps(asdict(note))


def _read_fetched(row: Sequence[Any], tasks: Mapping[str, Task], now: int) -> Iterator[Line]:
    """Read a log that Spark has fetched."""
    task = tasks[row[0]]
    with tempfile.TemporaryDirectory(prefix="statusgen-") as folder:
        path = Path(folder).resolve() / "log"
        path.write_bytes(row[1])
        yield from read_log(task._replace(log=task.log._replace(path=path)), now)


def _read_lines(task: Task, note: Note) -> Iterator[Check]:
    """Give the checks of a log of lines, as far as it can be read."""
    judge: Judge | None = None
    if task.log.format.kind == "jsonl":
        judge = partial(_judge, parse=partial(parse_json, dialect=task.dialect))
    line = 1
    try:
        for data, lines in limit_lines(read_blocks(read_pieces(task.log.path, task.log.format.packing))):
            block = Block(data, line, lines)
            line += lines
            for number, raw in block.lines(range(block.count)):
                if not raw.strip(BLANKS.encode()):
                    continue
                if judge is None:
                    judge = _parse_heading(number, raw, task.dialect, note)
                    continue
                check = judge(raw)
                if isinstance(check, Check):
                    yield check
                elif check:
                    note.refuse(number, check)
                else:
                    note.bad += 1
    except BrokenFileError as error:
        note.refuse(line, str(error))


def _judge(raw: bytes, parse: Callable[[str], Check | str]) -> Check | str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return too_long(len(raw)) or f"not UTF-8: {error.reason} at byte {error.start + 1}"
    return parse(text)


def _parse_heading(number: int, raw: bytes, dialect: Dialect, note: Note) -> Judge:
    """Give what judges the lines below a heading; where it is useless, that is told once, and the lines are counted."""
    try:
        columns = parse_heading(raw.decode(), dialect)
    except UnicodeDecodeError as error:
        columns = f"the heading is not UTF-8: {error.reason} at byte {error.start + 1}"
    if isinstance(columns, str):
        note.refuse(number, columns, lines=0)
        return lambda _: ""
    return partial(_judge, parse=partial(parse_csv, columns=columns, words=dialect.words))


def _read_parquet(task: Task, note: Note) -> Iterator[Check]:
    """Give the checks of a Parquet file; of one that breaks there are none."""
    import duckdb  # noqa: PLC0415 - not needed for lines

    from statusgen.read.checks.engine import open_engine  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="statusgen-") as name:
        folder = Path(name).resolve()
        path, packing = task.log.path, task.log.format.packing
        try:
            if packing:
                path = folder / "log.parquet"
                with path.open("wb") as unpacked:
                    unpacked.writelines(read_pieces(task.log.path, packing))
            with open_engine(folder, [path]) as engine:
                hand = engine.hand()
                types = hand.describe(path)
                if reasons := explain_columns(types, task.dialect):
                    reason = f"{' and '.join(reasons)}; no row of the file can be used"
                    note.refuse(0, reason, sum(hand.count_rows(path)))
                    return
                # All of it before the first row is given: it may break at the end.
                hand.db.execute(_ROWS_SQL.format(texts=write_columns(types, task.dialect).texts), {"path": str(path)})
                hand.db.execute("SELECT n, line FROM rows ORDER BY n")
                while some := hand.db.fetchmany(10_000):
                    for number, line in some:
                        check = parse_json(line, Dialect(words=task.dialect.words))
                        if isinstance(check, str):
                            note.refuse(number, check)
                        else:
                            yield check
        except BrokenFileError as error:
            note.refuse(0, str(error))
        except duckdb.Error as error:
            # A file that was fetched is known by its address.
            said = str(error) if task.log.size is None else str(error).replace(str(path), task.log.told)
            note.refuse(0, f"cannot be read as Parquet ({said.partition(chr(10))[0]})")


_ROWS_SQL = """
CREATE TEMP TABLE rows AS
SELECT n, CAST(TO_JSON({{'time': time, 'monitor': monitor, 'probe': probe, 'status': word}}) AS VARCHAR) AS line
FROM (SELECT file_row_number + 1 AS n, {texts} FROM read_parquet($path, file_row_number = true))
"""


@contextmanager
def open_spark(master: str) -> Iterator[Spark]:
    """Open Spark at `master` for one reading; SparkError where it is not installed."""
    try:
        import pyspark  # noqa: F401, PLC0415
    except ImportError:
        text = "engine.spark is set, but pyspark is not installed: pip install statusgen[spark]"
        raise SparkError(text) from None
    spark = Spark(master)
    try:
        yield spark
    finally:
        spark.close()


def _start(master: str) -> "SparkSession":
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master(master).appName("statusgen")
    options = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    if master.startswith("local"):
        options |= {"spark.driver.host": "localhost", "spark.driver.bindAddress": "127.0.0.1"}
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name, value in options.items():
        builder = builder.config(name, value)
    with tempfile.TemporaryFile() as log:
        try:
            with _explain(), _divert(log.fileno()):
                return builder.getOrCreate()
        except SparkError as error:
            log.seek(0)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
            said = "; ".join(lines[-3:])
            raise SparkError(f"{error.message}" + (f" ({said[:500]})" if said else "")) from None


@contextmanager
def _divert(handle: int) -> Iterator[None]:
    """Let all that is begun meanwhile write into a file instead of the terminal: Spark says much when it starts."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [(target, os.dup(target)) for target in (1, 2)]
    try:
        for target, _ in kept:
            os.dup2(handle, target)
        yield
    finally:
        for target, copy in kept:
            os.dup2(copy, target)
            os.close(copy)


@contextmanager
def _explain() -> Iterator[None]:
    """Make what Spark throws into one line for people."""
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except Py4JError as error:
        cause = getattr(error, "java_exception", None)
        said = str(cause) if cause is not None else str(error)
    except PySparkException as error:
        said = str(error)
    except OSError as error:
        said = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return
    first = said.strip().partition("\n")[0][:300]
    # What a task could not do stands at the end of its traceback.
    causes = _PYTHON_ERROR.findall(said)
    raise SparkError(f"engine.spark: {first}" + (f" ({causes[-1][:300]})" if causes else "")) from None


_PYTHON_ERROR = re.compile(r"^[\w.]*(?:Error|Exception): [^\n]+", re.MULTILINE)
