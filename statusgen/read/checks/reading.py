"""From the files of a log to what they hold before `now`: blocks are read here, and judged two at a time."""

import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, TypeVar

import duckdb

from statusgen.read.checks.blocks import Block
from statusgen.read.checks.cache import Found, Probe
from statusgen.read.checks.engine import (
    CLOCK_BITS,
    Engine,
    Hand,
    Shapes,
    Stretch,
    TooManyPairsError,
    open_engine,
)
from statusgen.read.checks.files import LogFile
from statusgen.read.checks.lines import (
    BLANKS,
    EXAMPLES,
    Check,
    Columns,
    Dialect,
    find_dialect,
    parse_csv,
    parse_heading,
    parse_json,
)
from statusgen.read.checks.merge import Piece, Setting, find_clashes, join_pieces
from statusgen.read.checks.parquet import explain_columns, write_columns
from statusgen.read.checks.streams import BrokenFileError, limit_lines, read_blocks, read_pieces
from statusgen.read.checks.template import learn_csv, learn_json

_HANDS = 2

T = TypeVar("T")
Tell = Callable[[int], object]
Refused = list[tuple[int, str]]
Wanted = tuple[str, str, int]
"""A monitor, a probe and an instant."""


class Judged(NamedTuple):
    """What was made of a block or of a table: the table of its checks, and what is said of the others."""

    table: str
    good: int
    bad: int
    examples: Refused
    stretch: Stretch


@dataclass(slots=True)
class _File:
    """What is known of a file while its blocks are still being judged."""

    parts: list[Judged] = field(default_factory=list)
    bad: int = 0
    examples: Refused = field(default_factory=list)

    def refuse(self, line: int, reason: str, lines: int = 1) -> None:
        """Count so many bad lines and tell of them once; `line` is 0 for the file as a whole."""
        self.bad += lines
        self.examples.append((line, reason))


class Reader:
    """Reads logs; `settings` are those of the monitors that matter, `now` ends all."""

    def __init__(
        self,
        engine: Engine,
        pool: ThreadPoolExecutor,
        *,
        folder: Path,
        settings: Mapping[str, Setting],
        now: int,
        tell: Tell,
    ) -> None:
        self._engine = engine
        self._pool = pool
        self._folder = folder
        self._settings = settings
        self._now = now
        self._tell = tell
        self._hands: SimpleQueue[Hand] = SimpleQueue()
        self._made = [engine.hand() for _ in range(_HANDS)]
        for hand in self._made:
            self._hands.put(hand)
        self._shapes: dict[object, Shapes] = {}

    def close(self) -> None:
        """Let go of everything."""
        for hand in self._made:
            hand.close()

    @contextmanager
    def _hand(self) -> Iterator[Hand]:
        hand = self._hands.get()
        try:
            yield hand
        finally:
            self._hands.put(hand)

    def read(self, logs: Sequence[LogFile]) -> Iterator[Found]:
        """Read files one after the other, and give what each holds."""
        for file in self._read_files(logs):
            yield self._finish(file)
            self._engine.drop(part.table for part in file.parts if part.table)

    def read_together(self, logs: Sequence[LogFile], probes: Collection[Probe]) -> Found:
        """Read files as if they were one, and give what they hold of some probes."""
        tables = [part.table for file in self._read_files(logs) for part in file.parts if part.table]
        chosen = [self._engine.pairs.number(*probe) for probe in probes]
        with self._hand() as hand:
            found = self._collect([hand.compute(tables, self._settings, self._now, chosen)])
        self._engine.drop(tables)
        return found

    def locate(self, log: LogFile, wanted: Collection[Wanted]) -> dict[Wanted, int]:
        """Give the line (of Parquet: the row) of the first of each wanted check that a file holds."""
        file = _File()
        keys = {
            self._engine.pairs.number(monitor, probe) << CLOCK_BITS | at: (monitor, probe, at)
            for monitor, probe, at in wanted
        }
        found: dict[Wanted, int] = {}
        for job in self._jobs(log, file):
            try:
                table = job().table
            except (BrokenFileError, TooManyPairsError):
                continue
            with self._hand() as hand:
                held = {keys[key] for key in hand.find(table, keys)} - found.keys() if table else set()
                self._engine.drop([table])
                if held:
                    checks = self._checks_of(job, log, hand, {at for _, _, at in held})
                    for number, check in checks:
                        if check[:3] in held:
                            found.setdefault((check.monitor, check.probe, check.instant), number)
            if len(found) == len(keys):
                break
        return found

    def _checks_of(
        self, job: "partial[Judged]", log: LogFile, hand: Hand, instants: set[int]
    ) -> Iterator[tuple[int, Check]]:
        """Give the checks of a block, or of a table those of some instants, each with its number."""
        shapes: Shapes
        if log.format.kind == "parquet":
            with self._unpacked(log) as path:
                dialect = find_dialect(log.source)
                shapes = self._shapes_of("parquet", Dialect(words=dialect.words), None)
                columns = write_columns(hand.describe(path), dialect)
                lines = hand.rows_of(path, columns, instants)
        else:
            block: Block
            block, shapes = job.args
            lines = ((number, text) for number, raw in block.lines(range(block.count)) if (text := _text(raw)))
        for number, line in lines:
            check = shapes.parse(line)
            if not isinstance(check, str):
                yield number, check

    @contextmanager
    def _unpacked(self, log: LogFile) -> Iterator[Path]:
        """Give the path at which a Parquet file can be opened."""
        if not log.format.packing:
            yield log.path
            return
        path = self._folder / f"{self._engine.name()}.parquet"
        try:
            with path.open("wb") as unpacked:
                unpacked.writelines(read_pieces(log.path, log.format.packing, self._tell))
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _read_files(self, logs: Sequence[LogFile]) -> Iterator[_File]:
        """Give files in order, each when all of its parts are judged; the next is begun meanwhile."""
        waiting: deque[tuple[_File, Future[Judged] | None]] = deque()
        for log in logs:
            file = _File()
            for job in self._jobs(log, file):
                waiting.append((file, self._pool.submit(job)))
                while len(waiting) > _HANDS + 1:
                    yield from self._settle(waiting)
            waiting.append((file, None))
        while waiting:
            yield from self._settle(waiting)

    @staticmethod
    def _settle(waiting: "deque[tuple[_File, Future[Judged] | None]]") -> Iterator[_File]:
        file, future = waiting.popleft()
        if future is None:
            yield file
            return
        try:
            file.parts.append(future.result())
        except BrokenFileError as error:
            file.refuse(0, str(error))
        except TooManyPairsError:
            file.refuse(0, "names too many monitors and probes; not all of it is read")

    def _jobs(self, log: LogFile, file: _File) -> Iterator[partial[Judged]]:
        """Give what there is to do for a file, as far as it can be read."""
        dialect = find_dialect(log.source)
        if log.format.kind == "parquet":
            yield partial(self._judge_parquet, log, dialect, file)
            return
        line = 1
        try:
            columns: Columns | str | None = None
            for data, lines in limit_lines(read_blocks(read_pieces(log.path, log.format.packing, self._tell))):
                block = Block(data, line, lines)
                line += lines
                if log.format.kind == "csv" and columns is None:
                    block, columns = _read_heading(block, dialect, file)
                if isinstance(columns, str):
                    file.bad += block.count_full()
                elif block.data:
                    yield partial(self._judge_block, block, self._shapes_of(log.format.kind, dialect, columns))
        except BrokenFileError as error:
            file.refuse(line, str(error))

    def _shapes_of(self, kind: str, dialect: Dialect, columns: Columns | None) -> Shapes:
        key = (kind, dialect[:4], tuple(dialect.words.items()), columns)
        found = self._shapes.get(key)
        if found is None:
            if columns:
                csv = partial(parse_csv, columns=columns, words=dialect.words)
                found = Shapes(csv, partial(learn_csv, columns=columns), dialect.words)
            else:
                json = partial(parse_json, dialect=dialect)
                found = Shapes(json, partial(learn_json, dialect=dialect), dialect.words)
            self._shapes[key] = found
        return found

    def _judge_block(self, block: Block, shapes: Shapes) -> Judged:
        table = self._engine.name()
        with self._hand() as hand:
            verdict = hand.judge_block(block, shapes, table)
            return Judged(table, *verdict, hand.compute([table], self._settings, self._now))

    def _judge_parquet(self, log: LogFile, dialect: Dialect, file: _File) -> Judged:
        table = self._engine.name()
        shapes = self._shapes_of("parquet", Dialect(words=dialect.words), None)
        try:
            with self._hand() as hand, self._unpacked(log) as path:
                types = hand.describe(path)
                if reasons := explain_columns(types, dialect):
                    reason = f"{' and '.join(reasons)}; no row of the file can be used"
                    file.refuse(0, reason, hand.count_rows(path))
                    return Judged("", 0, 0, [], Stretch([], {}, 0, None))
                verdict = hand.judge_parquet(path, write_columns(types, dialect), shapes, table)
                if not log.format.packing:
                    self._tell(log.path.stat().st_size)
                return Judged(table, *verdict, hand.compute([table], self._settings, self._now))
        except duckdb.Error as error:
            self._engine.drop([table])
            raise BrokenFileError(f"cannot be read as Parquet ({str(error).partition(chr(10))[0]})") from error

    def _finish(self, file: _File) -> Found:
        """Put the parts of a file together."""
        found = self._collect([part.stretch for part in file.parts], [part.table for part in file.parts if part.table])
        found.good = sum(part.good for part in file.parts)
        found.bad = file.bad + sum(part.bad for part in file.parts)
        examples = [example for part in file.parts for example in part.examples] + file.examples
        found.examples = sorted(examples, key=lambda example: example[0])[:EXAMPLES]
        return found

    def _collect(self, stretches: Sequence[Stretch], tables: Sequence[str] = ()) -> Found:
        """Join the runs of parts of one file; what intersects is computed again, together."""
        names = self._engine.pairs.names()
        found = Found(later=sum(stretch.later for stretch in stretches))
        found.until = min((stretch.until for stretch in stretches if stretch.until is not None), default=None)
        parts: list[dict[int, list[Piece]]] = []
        for stretch in stretches:
            parts.append({})
            for row in stretch.rows:
                parts[-1].setdefault(row.pair, []).append(Piece(*row[1:]))
            for pair, lines in stretch.lines.items():
                found.lines[names[pair]] = found.lines.get(names[pair], 0) + lines
        tables = list(tables)
        while clashes := find_clashes(parts):
            # All parts together, for those probes: their checks are at hand.
            probes = {probe for _, clashing in clashes for probe in clashing}
            with self._hand() as hand:
                rows = hand.compute(tables, self._settings, self._now, probes).rows
            parts = [{pair: pieces for pair, pieces in part.items() if pair not in probes} for part in parts]
            parts.append({})
            for row in rows:
                parts[-1].setdefault(row.pair, []).append(Piece(*row[1:]))
        for pair in dict.fromkeys(pair for part in parts for pair in part):
            pieces = [piece for part in parts for piece in part.get(pair, ())]
            found.pieces[names[pair]] = join_pieces(pieces, self._settings.get(names[pair][0]))
        found.since = 1 + max((pieces[-1].last for pieces in found.pieces.values()), default=-1)
        return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


def _read_heading(block: Block, dialect: Dialect, file: _File) -> tuple[Block, Columns | str | None]:
    """Read the first line that is not blank, and give what comes after it; None where there is no such line."""
    behind = 0
    for number, raw in enumerate(block.data.split(b"\n"), block.first):
        behind += len(raw) + 1
        if not raw.strip(BLANKS.encode()):
            continue
        try:
            columns = parse_heading(raw.decode(), dialect)
        except UnicodeDecodeError as error:
            columns = f"the heading is not UTF-8: {error.reason} at byte {error.start + 1}"
        if isinstance(columns, str):
            file.refuse(number, columns, lines=0)
        return Block(block.data[behind:], number + 1), columns
    return Block(b"", block.first), None


@contextmanager
def open_reader(logs: Sequence[LogFile], settings: Mapping[str, Setting], now: int, tell: Tell) -> Iterator[Reader]:
    """Open a reader that may open no table but those of `logs`."""
    with tempfile.TemporaryDirectory(prefix="statusgen-") as name:
        folder = Path(name).resolve()
        allowed = [log.path for log in logs if log.format.kind == "parquet" and not log.format.packing]
        with open_engine(folder, allowed) as engine, ThreadPoolExecutor(_HANDS) as pool:
            reader = Reader(engine, pool, folder=folder, settings=settings, now=now, tell=tell)
            try:
                yield reader
            finally:
                reader.close()
