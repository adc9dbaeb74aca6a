# ruff: noqa: S608 - what is put into SQL are names and numbers of ours, and texts that _quote has quoted
"""The scan in DuckDB: lines of a known shape are read in SQL, and what SQL is not sure of is left to `lines`.

SQL takes a line only where it is certain of what `lines` would make of it, so there is one definition of a good line,
and SQL is no more than the fast way through the many that are plain.
"""

import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb

from statusgen.model.status import Status
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.lines import EXAMPLES, LAST_INSTANT, Check, is_blank, parse_fields, too_long
from statusgen.read.checks.parquet import TableColumns
from statusgen.read.checks.runs import PACKED_SQL, PAIR_BITS, STATUS_BITS, UNNAMED
from statusgen.read.checks.template import Column, Template

FEW = 400
"""So many lines are judged in Python without ado."""
_ROUNDS = 6
_PAIRS_LIMIT = 1 << 22
CLOCK_BITS = PAIR_BITS - STATUS_BITS

T = TypeVar("T")
Parse = Callable[[str], Check | str]
Learn = Callable[[str], Template | None]


class TooManyPairsError(Exception):
    """A log names more pairs of monitor and probe than checks can be packed for."""


class Row(NamedTuple):
    """A run in numbers, with its pair of monitor and probe; see Run."""

    pair: int
    status: int
    start: int
    last: int
    checks: int
    longest: int


class Stretch(NamedTuple):
    """What a table of packed checks holds before `now`, and how many are later, the first of them at `until`."""

    rows: list[Row]
    lines: dict[int, int]
    later: int
    until: int | None


class Verdict(NamedTuple):
    """How many lines were good and bad, and the first bad ones with their numbers and reasons."""

    good: int
    bad: int
    examples: list[tuple[int, str]]


class Pairs:
    """The pairs of monitor and probe that were met, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def number(self, monitor: str, probe: str) -> int:
        """Give the number of a pair."""
        found = self._numbers.get((monitor, probe))
        if found is None:
            with self._lock:
                found = self._numbers.setdefault((monitor, probe), len(self._numbers))
            if found >= _PAIRS_LIMIT:
                raise TooManyPairsError
        return found

    def names(self) -> list[tuple[str, str]]:
        """Give all pairs by their numbers."""
        with self._lock:
            return list(self._numbers)


class Shapes:
    """The templates of a file, those that served last first."""

    def __init__(self, parse: Parse, learn: Learn, words: Mapping[str, Status]) -> None:
        self.parse = parse
        self.words = words
        self._learn = learn
        self.templates: list[Template] = []
        self.lock = threading.Lock()

    def study(self, line: str, check: Check) -> None:
        """Learn from a good line: the texts of a template that it fits, or a template of its own."""
        with self.lock:
            if any(template.learn(line, check) for template in self.templates) or len(self.templates) > _ROUNDS:
                return
            template = self._learn(line)
            if template and template.learn(line, check):
                self.templates.append(template)


class Engine:
    """A database in memory that gathers packed checks, and the numbers that they are packed by."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._db = connection
        self._folder = folder
        self._counter = count()
        self.pairs = Pairs()

    def hand(self) -> "Hand":
        """Give a connection of its own, for a thread of its own."""
        return Hand(self._db.cursor(), self, self._folder)

    def name(self) -> str:
        """Give a name that no table and no file has yet."""
        return f"part_{next(self._counter)}"

    def drop(self, tables: Iterable[str]) -> None:
        """Forget tables."""
        # A connection belongs to one thread at a time, and any thread may ask for this.
        with self._db.cursor() as cursor:
            for table in tables:
                cursor.execute(f"DROP TABLE IF EXISTS {table}")


class Hand:
    """One connection, with the tables that it needs to compare."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, engine: Engine, folder: Path) -> None:
        self.db = cursor
        self.engine = engine
        self._file = folder / f"{engine.name()}.lines"
        self._file.touch()
        self._tables: dict[int, _Tables] = {}

    def close(self) -> None:
        """Let go of everything."""
        self._file.unlink(missing_ok=True)
        self.db.close()

    def judge_block(self, block: Block, shapes: Shapes, table: str) -> Verdict:
        """Put the checks of a block into a new table; give what became of its lines."""
        self.db.execute(f"CREATE TABLE {table} (v BIGINT)")
        if not block.data.strip(b" \t\r\n"):
            return Verdict(0, 0, [])
        good, left = self._take_plain(block, shapes, table)
        verdict = _judge(block.lines(left), shapes)
        self.add(verdict.checks, table)
        return Verdict(good + len(verdict.checks), verdict.bad, verdict.examples)

    def _take_plain(self, block: Block, shapes: Shapes, table: str) -> tuple[int, list[int]]:
        """Let SQL take what it is sure of; give how many lines, and the places of the others."""
        left: Sequence[int] = range(block.count)
        if len(left) <= FEW:
            return 0, list(left)
        good = 0
        data = block.plain()
        filled = False
        tried: dict[int, int] = {}
        for _ in range(_ROUNDS):
            template = self._choose(block, left, shapes, tried)
            if template is None:
                break
            tried[template.serial] = template.size
            rows = self._take(data, len(left), template, shapes.lock, table)
            if rows is None and not filled:
                data, filled = block.filled(), True
                data = data if len(left) == block.count else _pick(data.split(b"\n"), left)
                rows = self._take(data, len(left), template, shapes.lock, table)
            if rows is None or len(rows) == len(left):
                continue
            good += len(left) - len(rows)
            left = [left[row] for row in rows]
            if len(left) <= FEW:
                break
            data = _pick(data.split(b"\n"), rows)
        return good, list(left)

    @staticmethod
    def _choose(block: Block, left: Sequence[int], shapes: Shapes, tried: Mapping[int, int]) -> Template | None:
        """Give a template that was not tried as it is now; where there is none, learn from some of what is left."""
        for _ in range(2):
            for template in list(shapes.templates):
                if tried.get(template.serial) != template.size:
                    return template
            # Not at even steps, which may meet the same of many monitors over and over.
            some = sorted(random.Random(0).sample(left, min(FEW, len(left))))  # noqa: S311
            _judge(block.lines(some), shapes)
        return None

    def _take(self, data: bytes, rows: int, template: Template, lock: threading.Lock, table: str) -> list[int] | None:
        """Take the lines that a template fits, and give the places of the others; None where SQL lost its count."""
        with self._file.open("r+b") as file:
            file.write(data)
            file.truncate()
        tables = self._tables.get(template.serial) or _Tables(self.engine, template)
        self._tables[template.serial] = tables
        with lock:
            tables.fill(self.db)
        self.db.execute("BEGIN")
        try:
            taken = self.db.execute(f"INSERT INTO {table} {tables.sql}", {"path": str(self._file)}).fetchone()
        except duckdb.Error:
            taken = None
        if taken != (rows,):
            self.db.execute("ROLLBACK")
            return None
        self.db.execute("COMMIT")
        left = [row for (row,) in self.db.execute(f"SELECT -1 - v FROM {table} WHERE v < 0 ORDER BY v DESC").fetchall()]
        if left:
            self.db.execute(f"DELETE FROM {table} WHERE v < 0")
        return left

    def add(self, checks: Sequence[Check], table: str) -> None:
        """Put checks that were read without SQL into a table."""
        if checks:
            # One text of numbers: a list of Python values would be converted one by one, far more slowly.
            packed = ",".join(str(self.pack(check)) for check in checks)
            self.db.execute(f"INSERT INTO {table} SELECT UNNEST(STRING_SPLIT($1, ',')::BIGINT[])", [packed])

    def pack(self, check: Check) -> int:
        """Give a check as one number."""
        pair = self.engine.pairs.number(check.monitor, check.probe)
        return pair << PAIR_BITS | check.instant << STATUS_BITS | int(check.status) + 1

    def compute(
        self, tables: Sequence[str], settings: Mapping[str, tuple[int, int]], now: int, only: Iterable[int] = ()
    ) -> Stretch:
        """Give the runs of the checks in tables before `now`; `settings` are max_gap and exact of monitors."""
        source = " UNION ALL ".join(f"SELECT v FROM {table}" for table in tables)
        clock = f"(v >> {STATUS_BITS} & {(1 << CLOCK_BITS) - 1})"
        chosen = list(only)
        pairs = f" AND v >> {PAIR_BITS} IN ({','.join(map(str, chosen))})" if chosen else ""
        later, until = self.db.execute(
            f"SELECT COUNT(*), MIN({clock}) FROM ({source}) WHERE {clock} >= {now}{pairs}"
        ).fetchone() or (0, None)
        known = [(n, *settings.get(names[0], UNNAMED)) for n, names in enumerate(self.engine.pairs.names())]
        rows = ", ".join(map(str, known)) or "(-1, 0, 0)"
        before = f" AND {clock} < {now}" if later else ""
        with_checks = (
            f"WITH packed AS NOT MATERIALIZED (SELECT v FROM ({source}) WHERE v IS NOT NULL{before}{pairs}), "
            f"pairs (pair, max_gap, exact) AS (VALUES {rows}), "
        )
        found = self.db.execute(PACKED_SQL.replace("WITH ", with_checks, 1)).fetchall()
        lines = self.db.execute(
            f"SELECT v >> {PAIR_BITS}, COUNT(*) FROM ({source}) WHERE v IS NOT NULL{before}{pairs} GROUP BY 1"
        ).fetchall()
        return Stretch([Row(*row) for row in found], dict(lines), later, until)

    def judge_parquet(self, path: Path, columns: TableColumns, shapes: Shapes, table: str) -> Verdict:
        """Put the checks of a Parquet file into a new table; give what became of its rows.

        duckdb.Error where the file breaks.
        """
        source = _write_source(columns)
        path_in = {"path": str(path)}
        known: dict[tuple[str, str, str], int] = {}
        self.db.execute(
            f"CREATE OR REPLACE TEMP TABLE {table}_texts (monitor VARCHAR, probe VARCHAR, word VARCHAR, base BIGINT)"
        )
        self._know(f"SELECT * FROM ({source} LIMIT 100000)", path_in, known, shapes, table)
        joined = (
            f"SELECT n, time, s.monitor, s.probe, s.word, "
            f"CASE WHEN t BETWEEN 0 AND {LAST_INSTANT} THEN base + t * {1 << STATUS_BITS} END AS v "
            f"FROM ({source}) s LEFT JOIN {table}_texts k "
            "ON k.monitor = s.monitor AND k.probe = s.probe AND k.word = s.word"
        )
        for _ in range(_ROUNDS):
            self.db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT v FROM ({joined})", path_in)
            rows, good = self.db.execute(f"SELECT COUNT(*), COUNT(v) FROM {table}").fetchone() or (0, 0)
            if rows - good <= FEW or not self._know(
                f"SELECT * FROM ({joined}) WHERE v IS NULL", path_in, known, shapes, table
            ):
                break
        verdict = _Verdict()
        if good < rows:
            line = "TO_JSON({'time': time, 'monitor': monitor, 'probe': probe, 'status': word})"
            self.db.execute(f"SELECT n, CAST({line} AS VARCHAR) FROM ({joined}) WHERE v IS NULL ORDER BY n", path_in)
            while some := self.db.fetchmany(10_000):
                for number, text in some:
                    check = shapes.parse(text)
                    if isinstance(check, str):
                        verdict.refuse(number, check)
                    else:
                        verdict.checks.append(check)
        self.db.execute(f"DROP TABLE {table}_texts")
        self.add(verdict.checks, table)
        return Verdict(good + len(verdict.checks), verdict.bad, verdict.examples)

    def _know(
        self, source: str, path: dict[str, str], known: dict[tuple[str, str, str], int], shapes: Shapes, table: str
    ) -> bool:
        """Judge texts that were not met before, each once; tell whether there was a good one among them."""
        query = f"SELECT DISTINCT monitor, probe, word FROM ({source}) LIMIT 10000"
        new = {}
        for texts in self.db.execute(query, path).fetchall():
            if texts not in known and None not in texts:
                monitor, probe, word = texts
                check = parse_fields("0", monitor, probe, word, shapes.words)
                if isinstance(check, Check):
                    new[texts] = self.pack(check)
        known |= new
        if new:
            columns = [*map(list, zip(*new, strict=True)), list(new.values())]
            self.db.execute(f"INSERT INTO {table}_texts SELECT UNNEST($1), UNNEST($2), UNNEST($3), UNNEST($4)", columns)
        return bool(new)

    def describe(self, path: Path) -> dict[str, str]:
        """Give the names and types of the columns of a Parquet file; duckdb.Error where it is none."""
        rows = self.db.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
        return {row[0]: row[1] for row in rows}

    def count_rows(self, path: Path) -> int:
        """Give the number of rows of a Parquet file; duckdb.Error where it is none."""
        found = self.db.execute("SELECT COUNT(*) FROM read_parquet($path)", {"path": str(path)}).fetchone()
        return int(found[0]) if found else 0

    def rows_of(self, path: Path, columns: TableColumns, instants: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the rows of a Parquet file that may be checks of some instants, as lines with their numbers."""
        times = ",".join(map(str, instants))
        line = "TO_JSON({'time': time, 'monitor': monitor, 'probe': probe, 'status': word})"
        self.db.execute(
            f"SELECT n, CAST({line} AS VARCHAR) FROM ({_write_source(columns)}) "
            f"WHERE t IS NULL OR t IN ({times}) ORDER BY n",
            {"path": str(path)},
        )
        while some := self.db.fetchmany(10_000):
            yield from some

    def find(self, table: str, wanted: Iterable[int]) -> set[int]:
        """Give those of the packed checks, without their status, that a table holds."""
        keys = ",".join(map(str, wanted)) or "-1"
        rows = self.db.execute(f"SELECT DISTINCT v >> {STATUS_BITS} FROM {table} WHERE v >> {STATUS_BITS} IN ({keys})")
        return {key for (key,) in rows.fetchall()}


def _write_source(columns: TableColumns) -> str:
    return (
        f"SELECT file_row_number + 1 AS n, {columns.texts}, {columns.instant} AS t "
        "FROM read_parquet($path, file_row_number = true)"
    )


def _pick(lines: Sequence[bytes], rows: Sequence[int]) -> bytes:
    return b"\n".join([*(lines[row] for row in rows), b""])


class _Verdict:
    """What `lines` has said of some lines: the checks, the number of bad lines and the first reasons."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.bad = 0
        self.examples: list[tuple[int, str]] = []

    def refuse(self, number: int, reason: str) -> None:
        """Count a bad line."""
        self.bad += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append((number, reason))


def _judge(lines: Iterable[tuple[int, bytes]], shapes: Shapes) -> _Verdict:
    """Let `lines` judge, and learn from what is good."""
    verdict = _Verdict()
    for number, raw in lines:
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            verdict.refuse(number, too_long(len(raw)) or f"not UTF-8: {error.reason} at byte {error.start + 1}")
            continue
        if is_blank(line):
            continue
        check = shapes.parse(line)
        if isinstance(check, str):
            verdict.refuse(number, check)
        else:
            verdict.checks.append(check)
            shapes.study(line, check)
    return verdict


@contextmanager
def open_engine(folder: Path, paths: Iterable[Path] = ()) -> Iterator[Engine]:
    """Open an engine that may read nothing but `paths` and `folder`, has no net, and spills into `folder`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": "400MB",
        "temp_directory": str(folder / "duckdb"),
    }
    with duckdb.connect(":memory:", config=config) as connection:
        allowed = ", ".join(_quote(str(path)) for path in paths)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute(f"SET allowed_directories = [{_quote(str(folder))}]")
        # A log is never the small side of a join, whatever is guessed of its size.
        connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        # A file of this folder is written anew under its name, faster than a cache could tell.
        connection.execute("SET enable_external_file_cache = false")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield Engine(connection, folder)


class _Tables:
    """The tables of a template, as far as one connection has filled them, and the query that compares with them."""

    def __init__(self, engine: Engine, template: Template) -> None:
        self._name = engine.name()
        self._pairs = engine.pairs
        self._template = template
        self._filled: dict[str, int] = {}
        self.sql = _write_sql(template, self._name)

    def fill(self, db: duckdb.DuckDBPyConnection) -> None:
        """Add what the template has learned since."""
        template = self._template
        for number, known in enumerate(template.texts):
            new = self._new(f"r{number}", known)
            checks = [known[text] for text in new]
            columns = (
                [text.encode() for text in new],
                [check.monitor for check in checks],
                [check.probe for check in checks],
                [self._pairs.number(check.monitor, check.probe) << PAIR_BITS for check in checks],
                [int(check.status) + 1 for check in checks],
            )
            kinds = "(w BLOB, monitor VARCHAR, probe VARCHAR, pair BIGINT, status BIGINT)"
            self._insert(db, f"r{number}", kinds, *columns)
        pairs = self._new("pairs", template.pairs)
        numbers = [self._pairs.number(*pair) << PAIR_BITS for pair in pairs]
        kinds = "(monitor VARCHAR, probe VARCHAR, pair BIGINT)"
        self._insert(db, "pairs", kinds, [pair[0] for pair in pairs], [pair[1] for pair in pairs], numbers)

    def _new(self, name: str, known: Iterable[T]) -> list[T]:
        return list(islice(known, self._filled.get(name, 0), None))

    def _insert(self, db: duckdb.DuckDBPyConnection, name: str, kinds: str, *columns: Sequence[object]) -> None:
        if name not in self._filled:
            db.execute(f"CREATE TEMP TABLE {self._name}_{name} {kinds}")
        self._filled[name] = self._filled.get(name, 0) + len(columns[0])
        if columns[0]:
            unnested = ", ".join(f"UNNEST(${place})" for place in range(1, len(columns) + 1))
            db.execute(f"INSERT INTO {self._name}_{name} SELECT {unnested}", list(columns))


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _write_sql(template: Template, name: str) -> str:
    """Write the query that gives a packed check for each line of $path, or minus its number where it is not sure."""
    columns = template.columns
    # One column more than there should be, which must stay empty.
    kinds = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(columns) + 1))
    joins: list[str] = []
    tests = [f"c{len(columns)} IS NULL"]
    for number, column in enumerate(columns):
        _write_column(column, f"c{number}", name, joins, tests)
    where = {field: f"r{place}" for place, fields in enumerate(template.regions) for field in fields}
    pair = f"{where['monitor']}.pair"
    if where.get("probe", where["monitor"]) != where["monitor"]:
        joins.append(
            f"LEFT JOIN {name}_pairs pairs ON pairs.monitor = {where['monitor']}.monitor "
            f"AND pairs.probe = {where['probe']}.probe"
        )
        pair = "pairs.pair"
    at, column = next((at, column) for at, column in enumerate(columns) if column.kind in ("day", "unix"))
    text = f"SUBSTR(c{at}, {len(column.prefix) + 1}, {_WIDTHS[column.kind]})"
    if column.kind == "day":
        # An eighth of a second is a step of a packed check, and the text has whole seconds.
        cast, time = "TRY_CAST(text AS TIMESTAMP)", f"EPOCH_US(value) // 125000 - {template.shift << STATUS_BITS}"
        # The cast knows the calendar and passes over much else: what it is given has the one shape.
        tests.append(f"REGEXP_FULL_MATCH(text, '{_SHAPE.replace('T', template.separator)}')")
        # A day from either end, where no offset leads out of the years that are read.
        tests.append("value BETWEEN TIMESTAMP '1970-01-02' AND TIMESTAMP '9999-12-30'")
    else:
        cast, time = "TRY_CAST(text AS BIGINT)", f"value * {1 << STATUS_BITS}"
        tests.append("CAST(value AS VARCHAR) = text AND value >= 1000000000")
    return (
        f"SELECT COALESCE(CASE WHEN {' AND '.join(tests)} "
        f"THEN {pair} + {time} + {where['status']}.status END, -n) "
        # The rows are numbered before they are joined: a join does not keep their order.
        f"FROM (SELECT *, {cast} AS value FROM (SELECT *, {text} AS text, ROW_NUMBER() OVER () AS n "
        f"FROM read_csv($path, columns = {{{kinds}}}, delim = {_quote(template.delimiter)}, quote = '', escape = '', "
        "header = false, auto_detect = false, null_padding = true, strict_mode = false, nullstr = CHR(2), "
        f"buffer_size = 33554432, max_line_size = 1048576))) {' '.join(joins)}"
    )


_WIDTHS = {"day": 19, "unix": 10}
_SHAPE = "[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"


def _write_column(column: Column, at: str, name: str, joins: list[str], tests: list[str]) -> None:
    rest = f"ENCODE({at})"
    if column.kind in ("day", "unix"):
        start = len(column.prefix)
        if column.prefix:
            tests.append(f"STARTS_WITH({at}, {_quote(column.prefix)})")
        # By bytes, since the text would be counted through by characters.
        rest = f"ENCODE({at})[{len(column.prefix.encode()) + _WIDTHS[column.kind] + 1}:]"
        if column.after:
            tests.append(
                f"REGEXP_FULL_MATCH(SUBSTR({at}, {start + _WIDTHS[column.kind] + 1}), {_quote('(?s)' + column.after)})"
            )
        elif column.region is None:
            tests.append(f"{rest} = ENCODE({_quote(column.rest)})")
    elif column.kind == "fixed":
        tests.append(f"{at} = {_quote(column.prefix)}")
    elif column.kind in ("free", "csv"):
        tests.append(f"REGEXP_FULL_MATCH({at}, {_quote('(?s)' + column.pattern)})")
    if column.region is not None:
        joins.append(f"LEFT JOIN {name}_r{column.region} r{column.region} ON r{column.region}.w = {rest}")
