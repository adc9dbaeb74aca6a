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
import numpy as np

from statusgen.model.latency import bucket_of
from statusgen.model.status import Status
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.lines import EXAMPLES, LAST_INSTANT, NUMBER, Check, is_blank, parse_fields, too_long
from statusgen.read.checks.packed import (
    PAIR_BITS,
    PAIRS_LIMIT,
    STATUS_BITS,
    Numbers,
    Packed,
    find_buckets,
    join_packed,
)
from statusgen.read.checks.parquet import NO_LATENCY, TableColumns
from statusgen.read.checks.plainly import CHUNK, TEXTS_LIMIT, Bytes, Hashes, Known, Lines, know, take_lines
from statusgen.read.checks.template import Column, Template

FEW = 400
"""So many lines are judged in Python without ado."""
_ROUNDS = 6
_SPACE = b" \t\r\n"
_AT_ONCE = 10_000
_UNSURE, _BAD = -1, -2
_HASH = "HASH(monitor, probe, word)"
_FIELDS = "{'time': time, 'monitor': monitor, 'probe': probe, 'status': word, 'latency_ms': latency}"
_LINE = f"CAST(TO_JSON({_FIELDS}) AS VARCHAR)"

T = TypeVar("T")
Parse = Callable[[str], Check | str]
Learn = Callable[[str], Template | None]


class TooManyPairsError(Exception):
    """A log names more pairs of monitor and probe than checks can be packed for."""


class Verdict(NamedTuple):
    """The checks of the good lines, how many were bad, and the first of these with their numbers and reasons."""

    packed: Packed
    bad: int
    examples: list[tuple[int, str]]
    older: bool = False
    """Whether there may be latencies that were too old to be looked at."""


class Table(NamedTuple):
    """A Parquet file: where it lies, its columns, and the texts that were met in it, with what they say."""

    path: Path
    columns: TableColumns
    texts: dict[tuple[str, str, str], int]

    @property
    def values(self) -> dict[str, object]:
        """Give the values of a query that reads it."""
        return {"path": str(self.path)}


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
            if found >= PAIRS_LIMIT:
                raise TooManyPairsError
        return found

    def names(self) -> list[tuple[str, str]]:
        """Give all pairs by their numbers."""
        with self._lock:
            return list(self._numbers)


class Shapes:
    """The templates of a file, those that served last first."""

    def __init__(self, parse: Parse, learn: Learn, words: Mapping[str, Status], least: int = 0) -> None:
        self.parse = parse
        self.least = least
        """So many bytes a good line has at least."""
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
    """A database in memory that tells checks from other lines, and the numbers that they are packed by."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._db = connection
        self._folder = folder
        self._counter = count()
        self.pairs = Pairs()
        self.known: dict[int, Known] = {}

    def hand(self) -> "Hand":
        """Give a connection of its own, for a thread of its own."""
        return Hand(self._db.cursor(), self, self._folder)

    def name(self) -> str:
        """Give a name that no table and no file has yet."""
        return f"part_{next(self._counter)}"


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

    def judge_block(self, block: Block, shapes: Shapes) -> Verdict:
        """Tell what became of the lines of a block."""
        if not block.data[:4096].strip(_SPACE) and not block.data.strip(_SPACE):
            return Verdict(Packed(), 0, [])
        lines = Lines(block.data)
        taken, left = self._take_plain(block, lines, shapes)
        short = lines.find_short(left, shapes.least)
        judged = np.setdiff1d(left, short[EXAMPLES:], assume_unique=True)
        verdict = _judge(lines.pick(judged.tolist(), block.first), shapes)
        bad = verdict.bad + len(short[EXAMPLES:])
        return Verdict(join_packed([*taken, self.pack(verdict.checks)]), bad, verdict.examples)

    def _take_plain(self, block: Block, lines: Lines, shapes: Shapes) -> tuple[list[Packed], Numbers]:
        """Take the lines that are like others in all that matters; give their checks, and the places of the rest."""
        left: Numbers = np.arange(block.count)
        taken: list[Packed] = []
        if len(left) <= FEW:
            return taken, left
        tried: dict[tuple[int, bool], int] = {}
        for _ in range(2 * _ROUNDS):
            template, quick = self._choose(lines, left, shapes, tried)
            if template is None:
                break
            tried[template.serial, quick] = template.size
            if quick:
                packed, rest = self._take_quickly(lines, left, template, shapes.lock)
            else:
                packed, rest = self._take_slowly(block, left, template, shapes.lock)
                if len(packed.checks) > len(rest):
                    template.spine = None  # for lines as these are it is of no use
            if len(packed.checks):
                taken.append(packed)
                left = rest
            if len(left) <= FEW:
                break
        return taken, left

    @staticmethod
    def _choose(
        lines: Lines, left: Numbers, shapes: Shapes, tried: Mapping[tuple[int, bool], int]
    ) -> tuple[Template | None, bool]:
        """Give a template that was not tried as it is now, and whether quickly; learn from some of what is left."""
        for last in (False, True):
            templates = list(shapes.templates)
            ways = [(template, True) for template in templates if template.spine]
            ways += [(template, False) for template in templates] if last or not ways else []
            for template, quick in ways:
                if tried.get((template.serial, quick)) != template.size:
                    return template, quick
            if not last:
                # Not at even steps, which may meet the same of many monitors over and over.
                some = sorted(random.Random(0).sample(range(len(left)), min(FEW, len(left))))  # noqa: S311
                _judge(lines.pick(left[some].tolist(), 1), shapes)
        return None, False

    def _take_quickly(
        self, lines: Lines, left: Numbers, template: Template, lock: threading.Lock
    ) -> tuple[Packed, Numbers]:
        """Take the lines whose bytes say enough, and give the places of the others."""
        with lock:
            spine = template.spine
            if spine is None or not 0 < len(spine.texts) <= TEXTS_LIMIT:
                return Packed(), left
            known = self.engine.known.get(template.serial)
            if known is None or len(known.lengths) < len(spine.texts):
                known = know(spine.texts, self.engine.pairs.number)
                self.engine.known[template.serial] = known
        return take_lines(lines, left, spine, known, template.shift)

    def _take_slowly(
        self, block: Block, left: Numbers, template: Template, lock: threading.Lock
    ) -> tuple[Packed, Numbers]:
        """Take the lines that SQL is sure of, and give the places of the others."""
        for write in (block.plain, block.filled):
            data = write()
            if len(left) < block.count:
                data = _pick(data.split(b"\n"), left.tolist())
            found = self._take(data, len(left), template, lock)
            if found is not None:
                return found[0], left[found[1]]
        return Packed(), left

    def _take(
        self, data: bytes, rows: int, template: Template, lock: threading.Lock
    ) -> tuple[Packed, list[int]] | None:
        """Take the lines that a template fits, and give the places of the others; None where SQL lost its count."""
        with self._file.open("r+b") as file:
            file.write(data)
            file.truncate()
        tables = self._tables.get(template.serial) or _Tables(self.engine, template)
        self._tables[template.serial] = tables
        with lock:
            tables.fill(self.db)
        try:
            packed, left = self._fetch(tables.sql, {"path": str(self._file)})
        except duckdb.Error:
            return None
        return (packed, left) if len(packed.checks) + len(left) == rows else None

    def _fetch(self, query: str, values: Mapping[str, object]) -> tuple[Packed, list[int]]:
        """Give the checks that a query gives as `v`, and the places of rows of which it gives minus their number."""
        found = self.db.execute(query, values).fetchnumpy()
        numbers: Numbers = found["v"]
        taken = numbers >= 0
        buckets = find_buckets(found["latency"][taken]) if "latency" in found else None
        return Packed(numbers[taken], buckets), np.sort(-1 - numbers[~taken]).tolist()

    def pack(self, checks: Sequence[Check]) -> Packed:
        """Pack checks that were read without SQL."""
        numbers = [
            self.engine.pairs.number(c.monitor, c.probe) << PAIR_BITS | c.instant << STATUS_BITS | int(c.status) + 1
            for c in checks
        ]
        buckets = [-1 if check.latency is None else bucket_of(check.latency) for check in checks]
        known = any(bucket >= 0 for bucket in buckets)
        return Packed(np.array(numbers, np.int64), np.array(buckets, np.int64) if known else None)

    def judge_rows(self, table: Table, rows: range, since: int, shapes: Shapes) -> Verdict:
        """Tell what became of some rows of a Parquet file, from 0; duckdb.Error where it breaks.

        Latencies are of no interest where all of the rows are from before `since`.
        """
        source = f"({_write_source(table.columns)} WHERE file_row_number BETWEEN {rows.start} AND {rows.stop - 1})"
        # Every text that there is, so that their hashes stand for them if no two have the same.
        query = f"(SELECT DISTINCT monitor, probe, word FROM {source} LIMIT {TEXTS_LIMIT + 1})"
        met = self.db.execute(f"SELECT monitor, probe, word, {_HASH} FROM {query}", table.values).fetchall()
        if len(met) > TEXTS_LIMIT:
            halves = (rows[: len(rows) // 2], rows[len(rows) // 2 :])
            first, last = (self.judge_rows(table, half, since, shapes) for half in halves)
            bad, examples = first.bad + last.bad, [*first.examples, *last.examples][:EXAMPLES]
            return Verdict(join_packed([first.packed, last.packed]), bad, examples, first.older or last.older)
        bases = [self._judge_texts((monitor, probe, word), table, shapes) for monitor, probe, word, _ in met]
        found = self.db.execute(
            f"SELECT COALESCE(t, -1) AS t, {_HASH} AS hash FROM {source}", table.values
        ).fetchnumpy()
        instants: Numbers = found["t"]
        base = _look_up(np.array([row[-1] for row in met], np.uint64), bases, found["hash"])
        stated = table.columns.latency != NO_LATENCY
        wanted = stated and bool((instants >= since).any())
        buckets = self._fetch_buckets(source, table) if wanted else None
        sure = (base >= 0) & (instants >= 0) & (instants <= LAST_INSTANT)
        packed = Packed(base[sure] + (instants[sure] << STATUS_BITS), None if buckets is None else buckets[sure])
        unusable = np.flatnonzero(base == _BAD)
        left = np.union1d(np.flatnonzero(~sure & (base != _BAD)), unusable[:EXAMPLES])
        verdict = self._judge_left(table, left + rows.start + 1, shapes)
        return Verdict(
            packed=join_packed([packed, self.pack(verdict.checks)]),
            bad=verdict.bad + len(unusable[EXAMPLES:]),
            examples=verdict.examples,
            older=stated and not wanted,
        )

    def _fetch_buckets(self, source: str, table: Table) -> Numbers | None:
        found = self.db.execute(f"SELECT COALESCE(latency, -1.0) AS latency FROM {source}", table.values).fetchnumpy()
        numbers = found["latency"]
        several = [find_buckets(numbers[at : at + CHUNK]) for at in range(0, len(numbers), CHUNK)]
        if all(buckets is None for buckets in several):
            return None
        sizes = [len(numbers[at : at + CHUNK]) for at in range(0, len(numbers), CHUNK)]
        return np.concatenate(
            [np.full(n, -1) if buckets is None else buckets for n, buckets in zip(sizes, several, strict=True)]
        )

    def _judge_left(self, table: Table, numbers: Numbers, shapes: Shapes) -> "_Verdict":
        """Judge rows by their numbers one after the other."""
        verdict = _Verdict()
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            chosen = f"n BETWEEN {some[0]} AND {some[-1]} AND n IN (SELECT UNNEST($numbers))"
            query = f"SELECT n, {_LINE} FROM ({_write_source(table.columns)}) WHERE {chosen} ORDER BY n"
            for number, text in self.db.execute(query, {**table.values, "numbers": some.tolist()}).fetchall():
                verdict.add(number, shapes.parse(text))
        return verdict

    def _judge_texts(self, met: tuple[str, str, str], table: Table, shapes: Shapes) -> int:
        """Give what texts add to a packed check; _BAD where a row that has them is bad, whatever its time."""
        base = table.texts.get(met)
        if base is None:
            check = parse_fields("0", *met, shapes.words)
            base = _BAD if isinstance(check, str) else int(self.pack([check]).checks[0])
            if len(table.texts) < TEXTS_LIMIT:
                table.texts[met] = base
        return base

    def describe(self, path: Path) -> dict[str, str]:
        """Give the names and types of the columns of a Parquet file; duckdb.Error where it is none."""
        rows = self.db.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
        return {row[0]: row[1] for row in rows}

    def count_rows(self, path: Path) -> list[int]:
        """Give the number of rows of each group of a Parquet file; duckdb.Error where it is none."""
        source = "(SELECT DISTINCT row_group_id AS n, row_group_num_rows AS rows FROM parquet_metadata($path))"
        query = f"SELECT rows FROM {source} ORDER BY n"
        return [int(rows) for (rows,) in self.db.execute(query, {"path": str(path)}).fetchall()]

    def rows_of(self, table: Table, rows: range, instants: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give those of some rows of a Parquet file that may be checks of some instants, as lines with numbers."""
        times = ",".join(map(str, instants))
        self.db.execute(
            f"SELECT n, {_LINE} FROM ({_write_source(table.columns)}) "
            f"WHERE n BETWEEN {rows.start + 1} AND {rows.stop} AND (t IS NULL OR t IN ({times})) ORDER BY n",
            table.values,
        )
        while some := self.db.fetchmany(10_000):
            yield from some


def _write_source(columns: TableColumns) -> str:
    return (
        f"SELECT file_row_number + 1 AS n, {columns.texts}, {columns.latency} AS latency, {columns.instant} AS t "
        "FROM read_parquet($path, file_row_number = true)"
    )


def _look_up(hashes: Bytes, bases: Sequence[int], wanted: Bytes) -> Numbers:
    """Give what belongs to each hash, _UNSURE where it cannot be told."""
    places = Hashes(hashes)
    known = np.array([*bases, _UNSURE], np.int64)
    return np.concatenate([known[places.find(wanted[at : at + CHUNK])] for at in range(0, len(wanted), CHUNK)])


def _pick(lines: Sequence[bytes], rows: Sequence[int]) -> bytes:
    return b"\n".join([*(lines[row] for row in rows), b""])


class _Verdict:
    """What `lines` has said of some lines: the checks, the number of bad lines and the first reasons."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.bad = 0
        self.examples: list[tuple[int, str]] = []

    def add(self, number: int, check: Check | str) -> None:
        """Take a check, or the reason why a line is none."""
        if isinstance(check, str):
            self.refuse(number, check)
        else:
            self.checks.append(check)

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
        verdict.add(number, check)
        if isinstance(check, Check):
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
    latency = "".join(
        f", COALESCE({_write_latency(column, f'c{number}')}, -1.0) AS latency"
        for number, column in enumerate(columns)
        if column.latency
    )
    return (
        f"SELECT COALESCE(CASE WHEN {' AND '.join(tests)} "
        f"THEN {pair} + {time} + {where['status']}.status END, -n) AS v{latency} "
        # The rows are numbered before they are joined: a join does not keep their order.
        f"FROM (SELECT *, {cast} AS value FROM (SELECT *, {text} AS text, ROW_NUMBER() OVER () AS n "
        f"FROM read_csv($path, columns = {{{kinds}}}, delim = {_quote(template.delimiter)}, quote = '', escape = '', "
        "header = false, auto_detect = false, null_padding = true, strict_mode = false, nullstr = CHR(2), "
        f"buffer_size = 33554432, max_line_size = 1048576))) {' '.join(joins)}"
    )


def _write_latency(column: Column, at: str) -> str:
    """Write the SQL for the number that a column holds between fixed texts."""
    text = f"SUBSTR({at}, {len(column.prefix) + 1}, LENGTH({at}) - {len(column.prefix) + len(column.rest)})"
    # The cast reads more than a number as JSON has it, and no text in quotes.
    shape, end = (
        (f"CASE WHEN REGEXP_FULL_MATCH({text}, '{NUMBER}') THEN ", " END") if column.kind == "csv" else ("", "")
    )
    return f"{shape}TRY_CAST({text} AS DOUBLE){end}"


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
