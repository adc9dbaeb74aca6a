"""From the files of a log to what they hold before `now`: blocks are read here, and judged two at a time."""

import tempfile
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, TypeVar

import duckdb
import numpy as np

from statusgen.model.latency import first_day
from statusgen.read.checks.blocks import Block
from statusgen.read.checks.cache import Found, Probe
from statusgen.read.checks.engine import Engine, Hand, Shapes, Table, TooManyPairsError, Verdict, open_engine
from statusgen.read.checks.files import LogFile
from statusgen.read.checks.lines import (
    BLANKS,
    EXAMPLES,
    Check,
    Columns,
    Dialect,
    find_dialect,
    least_csv,
    least_json,
    parse_csv,
    parse_heading,
    parse_json,
)
from statusgen.read.checks.merge import Piece, Setting, find_clashes, join_pieces
from statusgen.read.checks.packed import (
    CLOCK_BITS,
    STATUS_BITS,
    Counts,
    Row,
    add_latencies,
    count_latencies,
    count_pairs,
    drop_doubles,
    make_rows,
    split_latencies,
    split_later,
)
from statusgen.read.checks.parquet import explain_columns, write_columns
from statusgen.read.checks.plainly import count_lines
from statusgen.read.checks.runs import UNNAMED
from statusgen.read.checks.store import Part, Store
from statusgen.read.checks.streams import BrokenFileError, limit_lines, read_blocks, read_pieces
from statusgen.read.checks.template import learn_csv, learn_json

_HANDS = 2
ROWS_LIMIT = 1 << 20
"""How many rows of a table are looked at in one go."""

T = TypeVar("T")
Tell = Callable[[int], object]
Refused = list[tuple[int, str]]
Wanted = tuple[str, str, int]
"""A monitor, a probe and an instant."""


class Judged(NamedTuple):
    """What was made of a block or of some rows: where its checks lie, and what is said of them and of the others.

    `rows` are the runs of the checks before now, `lines` their number by pair, duplicates too; `later` are the others,
    of which the first is at `until`. `older` tells whether there are latencies of days that are not counted any more.
    """

    part: Part
    good: int
    bad: int
    examples: Refused
    rows: list[Row]
    lines: dict[int, int]
    later: int
    until: int | None
    latencies: Counts
    older: bool


@dataclass(slots=True)
class _File:
    """What is known of a file while its blocks are still being judged."""

    parts: list[Judged] = field(default_factory=list)
    bad: int = 0
    examples: Refused = field(default_factory=list)
    whole: bool = False
    """Whether it is of no use once it breaks."""
    unpacked: Path | None = None
    """A copy of it that goes when it has been read."""

    def close(self) -> None:
        """Let go of what was made for its reading."""
        if self.unpacked:
            self.unpacked.unlink(missing_ok=True)

    def fail(self, reason: str) -> None:
        """Tell that it breaks, once."""
        if not self.whole or (0, reason) not in self.examples:
            self.refuse(0, reason)

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
        self._store = Store(folder)
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
            self._store.drop(judged.part for judged in file.parts)

    def read_together(self, logs: Sequence[LogFile], probes: Collection[Probe]) -> Found:
        """Read files as if they were one, and give what they hold of some probes."""
        parts = [judged for file in self._read_files(logs) for judged in file.parts]
        found = Found(later=sum(judged.later for judged in parts), until=_least(judged.until for judged in parts))
        for probe in probes:
            pair = self._engine.pairs.number(*probe)
            found.lines[probe] = sum(judged.lines.get(pair, 0) for judged in parts)
            found.pieces[probe] = self._recompute([judged.part for judged in parts], pair)
        found.since = _after(found.pieces)
        self._store.drop(judged.part for judged in parts)
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
                part = job().part
            except (BrokenFileError, TooManyPairsError):
                continue
            with self._hand() as hand:
                there = self._store.load(part) >> STATUS_BITS
                held = {keys[key] for key in there[np.isin(there, list(keys))].tolist()} - found.keys()
                self._store.drop([part])
                if held:
                    checks = self._checks_of(job, log, hand, {at for _, _, at in held})
                    for number, check in checks:
                        if check[:3] in held:
                            found.setdefault((check.monitor, check.probe, check.instant), number)
            if len(found) == len(keys):
                break
        file.close()
        return found

    def _checks_of(
        self, job: "partial[Judged]", log: LogFile, hand: Hand, instants: set[int]
    ) -> Iterator[tuple[int, Check]]:
        """Give the checks of a block, or of a table those of some instants, each with its number."""
        shapes: Shapes
        if log.format.kind == "parquet":
            table, rows, shapes = job.args
            lines = hand.rows_of(table, rows, instants)
        else:
            block: Block
            block, shapes = job.args
            lines = ((number, text) for number, raw in block.lines(range(block.count)) if (text := _text(raw)))
        for number, line in lines:
            check = shapes.parse(line)
            if not isinstance(check, str):
                yield number, check

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
            file.close()
            yield file
            return
        try:
            file.parts.append(future.result())
        except BrokenFileError as error:
            file.fail(str(error))
        except TooManyPairsError:
            file.fail("names too many monitors and probes; not all of it is read")

    def _jobs(self, log: LogFile, file: _File) -> Iterator[partial[Judged]]:
        """Give what there is to do for a file, as far as it can be read."""
        dialect = find_dialect(log.source)
        if log.format.kind == "parquet":
            yield from self._table_jobs(log, dialect, file)
            return
        line = 1
        try:
            columns: Columns | str | None = None
            pieces = read_pieces(log.path, log.format.packing, self._tell)
            for data, lines in limit_lines(read_blocks(pieces), count_lines):
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
        key = (kind, dialect[:4], dialect.latency, tuple(dialect.words.items()), columns)
        found = self._shapes.get(key)
        if found is None:
            if columns:
                csv = partial(parse_csv, columns=columns, words=dialect.words)
                found = Shapes(csv, partial(learn_csv, columns=columns), dialect.words, least_csv(columns))
            else:
                json = partial(parse_json, dialect=dialect)
                found = Shapes(json, partial(learn_json, dialect=dialect), dialect.words, least_json(dialect))
            self._shapes[key] = found
        return found

    def _table_jobs(self, log: LogFile, dialect: Dialect, file: _File) -> Iterator[partial[Judged]]:
        """Give what there is to do for a Parquet file, which is of use only as a whole."""
        file.whole = True
        path = log.path
        try:
            if log.format.packing:
                path = file.unpacked = self._folder / f"{self._engine.name()}.parquet"
                with path.open("wb") as unpacked:
                    unpacked.writelines(read_pieces(log.path, log.format.packing, self._tell))
            with self._hand() as hand:
                types, groups = hand.describe(path), hand.count_rows(path)
            if reasons := explain_columns(types, dialect):
                file.refuse(0, f"{' and '.join(reasons)}; no row of the file can be used", sum(groups))
                return
            table = Table(path, write_columns(types, dialect), {})
            shapes = self._shapes_of("parquet", Dialect(words=dialect.words), None)
            for rows in _cut(groups):
                yield partial(self._judge_rows, table, rows, shapes)
        except BrokenFileError as error:
            file.refuse(0, str(error))
        except duckdb.Error as error:
            file.fail(str(_broken(error)))
        if not log.format.packing:
            self._tell(_size(path))

    def _judge_block(self, block: Block, shapes: Shapes) -> Judged:
        with self._hand() as hand:
            return self._examine(hand.judge_block(block, shapes))

    def _judge_rows(self, table: Table, rows: range, shapes: Shapes) -> Judged:
        try:
            with self._hand() as hand:
                return self._examine(hand.judge_rows(table, rows, first_day(self._now), shapes))
        except duckdb.Error as error:
            raise _broken(error) from error

    def _examine(self, verdict: Verdict) -> Judged:
        """Make runs of what was judged, and put its checks away."""
        latencies, older = count_latencies(verdict.packed, first_day(self._now), self._now)
        checks, later, until = split_later(np.sort(verdict.packed.checks), self._now)
        pairs, starts = count_pairs(checks)
        lines = dict(zip(pairs.tolist(), np.diff(starts, append=len(checks)).tolist(), strict=True))
        checks = drop_doubles(checks)
        return Judged(
            part=self._store.keep(checks),
            good=len(verdict.packed.checks),
            bad=verdict.bad,
            examples=verdict.examples,
            rows=make_rows(checks, self._settings_of_pairs()),
            lines=lines,
            later=later,
            until=until,
            latencies=latencies,
            older=older or verdict.older,
        )

    def _settings_of_pairs(self) -> list[Setting]:
        unnamed = Setting(*UNNAMED)
        return [self._settings.get(monitor, unnamed) for monitor, _ in self._engine.pairs.names()]

    def _recompute(self, parts: Sequence[Part], pair: int) -> list[Piece]:
        """Give the runs of the checks that parts hold of a pair, together."""
        checks = np.sort(np.concatenate([self._store.load(part, pair) for part in parts]))
        return [Piece(*row[1:]) for row in make_rows(drop_doubles(checks), self._settings_of_pairs())]

    def _finish(self, file: _File) -> Found:
        """Put the parts of a file together; what intersects is computed again, together."""
        if file.whole and file.examples:
            return Found(bad=file.bad, examples=file.examples[:EXAMPLES])
        names = self._engine.pairs.names()
        found = Found(
            good=sum(judged.good for judged in file.parts),
            bad=file.bad + sum(judged.bad for judged in file.parts),
            later=sum(judged.later for judged in file.parts),
            until=_least(judged.until for judged in file.parts),
            latencies=self._gather([judged.latencies for judged in file.parts], names),
            measured=first_day(self._now) if any(judged.older for judged in file.parts) else 0,
        )
        examples = [example for judged in file.parts for example in judged.examples] + file.examples
        found.examples = sorted(examples, key=lambda example: example[0])[:EXAMPLES]
        pieces: list[dict[int, list[Piece]]] = []
        for judged in file.parts:
            pieces.append({})
            for row in judged.rows:
                pieces[-1].setdefault(row.pair, []).append(Piece(*row[1:]))
            for pair, lines in judged.lines.items():
                found.lines[names[pair]] = found.lines.get(names[pair], 0) + lines
        clashing = {pair for _, pairs in find_clashes(pieces) for pair in pairs}
        parts = [judged.part for judged in file.parts]
        for pair in dict.fromkeys(pair for held in pieces for pair in held):
            if pair in clashing:
                found.pieces[names[pair]] = self._recompute(parts, pair)
            else:
                own = [piece for held in pieces for piece in held.get(pair, ())]
                found.pieces[names[pair]] = join_pieces(own, self._settings.get(names[pair][0]))
        found.since = _after(found.pieces)
        return found

    @staticmethod
    def _gather(several: Sequence[Counts], names: Sequence[Probe]) -> dict[tuple[str, int], bytes]:
        """Add the latencies of all probes of a monitor up."""
        monitors: dict[str, int] = {}
        numbers = [monitors.setdefault(monitor, len(monitors)) for monitor, _ in names]
        known = list(monitors)
        return {
            (known[monitor], day): counts for monitor, day, counts in split_latencies(add_latencies(several), numbers)
        }


def _least(instants: Iterable[int | None]) -> int | None:
    return min((instant for instant in instants if instant is not None), default=None)


def _after(pieces: Mapping[Probe, Sequence[Piece]]) -> int:
    """Give the first instant after all runs."""
    return 1 + max((own[-1].last for own in pieces.values() if own), default=-1)


def _broken(error: duckdb.Error) -> BrokenFileError:
    return BrokenFileError(f"cannot be read as Parquet ({str(error).partition(chr(10))[0]})")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _cut(groups: Sequence[int]) -> Iterator[range]:
    """Cut the rows of a table into parts of at most ROWS_LIMIT, within its groups only where these are larger."""
    start = end = 0
    for rows in groups:
        if end > start and end + rows - start > ROWS_LIMIT:
            yield range(start, end)
            start = end
        end += rows
        while end - start > ROWS_LIMIT:
            yield range(start, start + ROWS_LIMIT)
            start += ROWS_LIMIT
    if end > start:
        yield range(start, end)


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
