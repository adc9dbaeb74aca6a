"""Lines of a known shape are read from their bytes, many at once: where each byte is what it must be, a line is taken.

A template is read so where the texts that it knows stand together. Everything before them, and everything after them,
is fixed, a time, a number or null, so that it can be measured from the beginning or from the end of a line. What is not
sure is left to others: the rule stays that of `template`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statusgen.model.calendar import DAY
from statusgen.model.latency import LIMIT
from statusgen.read.checks.lines import BLANKS, Check
from statusgen.read.checks.packed import PAIR_BITS, STATUS_BITS, Numbers, Packed, Truths, find_buckets, join_packed
from statusgen.read.checks.template import Part, Spine

Bytes = NDArray[np.uint64]
"""Eight bytes each, the first of them the lowest."""

TEXTS_LIMIT = 20_000
"""The most texts that are looked up here."""

CHUNK = 1 << 15
"""So many lines are looked at at once: few enough for what is made of them to stay near the processor."""

_LONGEST = 24
_AROUND = _LONGEST + 16
_PIECE = 1 << 18
_LEVELS = 4

_NONE: Numbers = np.zeros(0, np.int64)
_ONES = np.uint64(0x0101010101010101)
_HIGHS = np.uint64(0x8080808080808080)
_LOWS = np.uint64(0x7F7F7F7F7F7F7F7F)
_NINES = np.uint64(0x7676767676767676)
_ZEROS = np.uint64(0x3030303030303030)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
_POWERS = np.array([10**size for size in range(9)], np.uint64)
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD], np.uint64)


def find_ends(data: bytes) -> Numbers:
    r"""Give the place of each `\n`."""
    view = np.frombuffer(data, np.uint8)
    # In pieces that stay near the processor.
    found = [np.flatnonzero(view[at : at + _PIECE] == 10) + at for at in range(0, len(view), _PIECE)]
    return np.concatenate([_NONE, *found])


def count_lines(data: bytes) -> int:
    r"""Give the number of `\n`."""
    view = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(view[at : at + _PIECE] == 10)) for at in range(0, len(view), _PIECE))


class Lines:
    r"""Lines that end in `\n`: where each begins and ends, and the eight bytes at any place."""

    def __init__(self, data: bytes) -> None:
        self.ends = find_ends(data)
        self.starts = np.concatenate([np.zeros(1, np.int64), self.ends[:-1] + 1])[: len(self.ends)]
        self.size = len(data)
        self._data = data
        self._view = np.frombuffer(data, np.uint8)
        self.at: Bytes = np.ndarray(max(0, len(data) - 7), "<u8", data, strides=(1,))

    def rows(self, words: int) -> Bytes:
        """Give so many eights of bytes from any place on."""
        return np.ndarray((max(0, self.size - 8 * words + 1), words), "<u8", self._data, strides=(1, 8))

    def find_short(self, rows: Numbers, least: int) -> Numbers:
        """Give those of some lines that hold something, and too little: not `least` bytes."""
        sizes = self.ends[rows] - self.starts[rows]
        short: Numbers = rows[(sizes > 0) & (sizes < least)]
        # One that begins with a blank may be blank as a whole.
        blank = np.isin(self._view[self.starts[short]], list(BLANKS.encode()))
        return short[~blank]

    def pick(self, rows: Iterable[int], first: int) -> Iterator[tuple[int, bytes]]:
        """Give lines by their places from 0, with their numbers in the file; `first` is that of the first of all."""
        return ((first + row, self._data[self.starts[row] : self.ends[row]]) for row in rows)


class Known(NamedTuple):
    """Texts as arrays: their bytes by eights, their lengths, what each adds to a packed check, and ways to find one."""

    words: Sequence[Bytes]
    lengths: Numbers
    bases: Numbers
    told: Sequence[int]
    tables: Sequence[NDArray[np.int32]]


def know(texts: Mapping[str, Check], number: Callable[[str, str], int]) -> Known:
    """Prepare the texts of a spine for being found; `number` gives that of a pair of monitor and probe."""
    raw = [text.encode() for text in texts]
    lengths = np.array([len(text) for text in raw], np.int64)
    count = -(-int(lengths.max()) // 8)
    joined = b"".join(text.ljust(8 * count, b"\0") for text in raw)
    words = np.ascontiguousarray(np.frombuffer(joined, "<u8").reshape(len(raw), count).T).astype(np.uint64)
    bases = [number(check.monitor, check.probe) << PAIR_BITS | int(check.status) + 1 for check in texts.values()]
    told = _tell_apart(words, lengths)
    tables = _place(_hash([words[k] for k in told], lengths))
    return Known(list(words), lengths, np.array(bases, np.int64), told, tables)


def _tell_apart(words: NDArray[np.uint64], lengths: Numbers) -> list[int]:
    """Choose words that tell texts apart, together with their lengths."""
    classes = lengths.copy()
    told: list[int] = []
    while len(told) < len(words):
        best, found = max(
            ((k, np.unique(np.stack([classes, word.astype(np.int64)]), axis=1, return_inverse=True)[1])
             for k, word in enumerate(words) if k not in told),
            key=lambda one: int(one[1].max()),
        )  # fmt: skip
        if found.max() == np.unique(classes).size - 1:
            break
        told.append(best)
        classes = found.reshape(-1).astype(np.int64)
    return told


def _hash(words: Sequence[Bytes], lengths: Numbers) -> Bytes:
    mixed: Bytes = lengths.astype(np.uint64) * _FACTORS[0]
    for word in words:
        mixed ^= word
        mixed *= _FACTORS[1]
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _place(hashes: Bytes) -> list[NDArray[np.int32]]:
    """Make tables from hashes to places; what finds its place taken goes into the next table."""
    tables: list[NDArray[np.int32]] = []
    left = np.arange(len(hashes))
    while len(left) and len(tables) < _LEVELS:
        table = np.full(1 << max(10, int(16 * len(left)).bit_length()), -1, np.int32)
        slots = _slot(hashes[left], len(tables), len(table))
        table[slots[::-1]] = left[::-1]
        tables.append(table)
        left = left[table[slots] != left]
    return tables


def _slot(hashes: Bytes, level: int, size: int) -> Bytes:
    mixed: Bytes = hashes * _FACTORS[level]
    return mixed >> np.uint64(65 - size.bit_length())


class Hashes:
    """Hashes that are known, of which one that is there twice cannot be told apart."""

    def __init__(self, known: Bytes) -> None:
        self._known = known
        values, counts = np.unique(known, return_counts=True)
        self._places = np.append(np.where(np.isin(known, values[counts > 1]), -1, np.arange(len(known))), -1)
        self._tables = _place(known)

    def find(self, wanted: Bytes) -> Numbers:
        """Give the place of each hash among the known ones, -1 where it cannot be told."""
        found = np.full(len(wanted), -1)
        for level, table in enumerate(self._tables):
            left = np.flatnonzero(found < 0) if level else slice(None)
            place = table[_slot(wanted[left], level, len(table))]
            found[left] = np.where(self._known[place] == wanted[left], place, -1)
        places: Numbers = self._places[found]
        return places


def take_lines(lines: Lines, rows: Numbers, spine: Spine, known: Known, shift: int) -> tuple[Packed, Numbers]:
    """Take those of some lines that a spine fits; give the places of the others. `shift` is that of the template."""
    if lines.size <= _reach(spine.left) + _reach(spine.right) + 8 * len(known.words):
        return Packed(), rows
    taken: list[Packed] = []
    left: list[Numbers] = []
    for at in range(0, len(rows), CHUNK):
        some = rows[at : at + CHUNK]
        sure, packed = _Reading(lines, some, spine, known).take(shift)
        taken.append(packed)
        left.append(some[~sure])
    return join_packed(taken), np.concatenate([_NONE, *left])


def _reach(side: Sequence[tuple[Part, int]]) -> int:
    """Give how far from the end of a line its parts on one side may be looked for."""
    return _AROUND + sum(max(_AROUND, len(part.text.encode())) for part, _ in side)


class _Reading:
    """Some lines that are being read from both ends: what is not read yet of each lies from `start` to `end`."""

    def __init__(self, lines: Lines, rows: Numbers, spine: Spine, known: Known) -> None:
        self._at = lines.at
        self._rows = lines.rows(len(known.words))
        self._known = known
        self._spine = spine
        starts, ends = lines.starts[rows], lines.ends[rows]
        # So that no look around a line, however short it is, leaves the block.
        before, after = _reach(spine.right), _reach(spine.left) + 8 * len(known.words)
        self.sure: Truths = (starts >= before) & (ends < lines.size - after)
        self.start = np.where(self.sure, starts, min(before, lines.size - after))
        self.end = np.where(self.sure, ends, min(before, lines.size - after))
        self._instants = _NONE
        self._buckets: Numbers | None = None

    def take(self, shift: int) -> tuple[Truths, Packed]:
        """Tell which lines are sure, and give their checks; `shift` is what the offset of their times adds."""
        for part, stop in self._spine.left:
            self._read(part, stop, forward=True)
        for part, stop in reversed(self._spine.right):
            self._read(part, stop, forward=False)
        bases = self._find_texts()
        sure = self.sure
        checks = bases[sure] + (self._instants[sure] - shift << STATUS_BITS)
        return sure, Packed(checks, None if self._buckets is None else self._buckets[sure])

    def _read(self, part: Part, stop: int, *, forward: bool) -> None:
        """Read a part, after which or before which the byte `stop` stands."""
        if part.kind in ("free", "csv"):
            self._read_value(part, stop, forward=forward)
            return
        size = len(part.text.encode())
        at = self.start if forward else self.end - size
        if part.kind == "fixed":
            self._compare(at, part.text.encode())
        elif part.kind == "fraction":
            self._compare(at, b".")
            self.sure &= self._are_digits(at + 1, size - 1)
        elif part.kind == "day":
            self._read_date(at, part.field.encode())
        else:
            self._read_unix(at)
        if forward:
            self.start = at + size
        else:
            self.end = at

    def _compare(self, at: Numbers, text: bytes) -> None:
        for place in range(0, len(text), 8):
            size = min(8, len(text) - place)
            word = self._at[at + place]
            if size < 8:
                word &= _MASKS[size]
            self.sure &= word == np.uint64(int.from_bytes(text[place : place + size], "little"))

    def _are_digits(self, at: Numbers, size: int) -> Truths:
        sure = np.ones(len(at), np.bool_)
        for place in range(0, size, 8):
            sure &= _are_small((self._at[at + place] ^ _ZEROS) & _MASKS[min(8, size - place)], _NINES)
        return sure

    def _read_date(self, at: Numbers, separator: bytes) -> None:
        """Read a time as in 2026-11-02T09:20:00; many lines in a row have the same one."""
        words = [self._at[at], self._at[at + 8], self._at[at + 11]]
        new = np.zeros(len(at), np.bool_)
        new[:1] = True
        for word in words:
            new[1:] |= word[1:] != word[:-1]
        places = np.cumsum(new) - 1
        year, day, clock = (word[new] for word in words)
        sure, instants = _parse_date(year, day, clock, separator)
        self.sure &= sure[places]
        self._instants = instants[places]

    def _read_unix(self, at: Numbers) -> None:
        """Read ten digits, the first of which is not 0."""
        first, last = self._at[at] ^ _ZEROS, self._at[at + 2] ^ _ZEROS
        self.sure &= _are_small(first, _NINES) & _are_small(last, _NINES) & (first & _MASKS[1] != 0)
        self._instants = (_parse_digits(first) * _POWERS[2] + _parse_digits(last) % _POWERS[2]).astype(np.int64)

    def _read_value(self, part: Part, stop: int, *, forward: bool) -> None:
        """Read a number without an exponent, or null; in a CSV nothing at all is no number either."""
        size = self._measure(stop, forward=forward)
        at = self.start if forward else self.end - size
        word = self._at[at]
        nothing = size == 0 if part.kind == "csv" else (size == 4) & (word & _MASKS[4] == _NULL)
        good, buckets = self._parse_number(at, word, size, wanted=part.field == "latency")
        self.sure &= good | nothing
        if part.field == "latency":
            self._buckets = np.where(nothing, -1, buckets)
        if forward:
            self.start = at + size
        else:
            self.end = at

    def _measure(self, stop: int, *, forward: bool) -> Numbers:
        """Give how many bytes there are before the next `stop`, or after the last; more than _LONGEST are not sure."""
        stops = _ONES * np.uint64(stop)
        size = np.zeros(len(self.start), np.int64)
        left = np.arange(len(size))
        for step in range(0, _LONGEST + 8, 8):
            at = self.start[left] + step if forward else self.end[left] - step - 8
            word = self._at[at] ^ stops
            before = _count_before(_find_zero(word if forward else word.byteswap()))
            size[left] += before
            left = left[before == 8]
            if not len(left):
                break
        self.sure &= size <= _LONGEST
        return np.minimum(size, _LONGEST)

    def _parse_number(self, at: Numbers, word: Bytes, size: Numbers, *, wanted: bool) -> tuple[Truths, Numbers]:
        """Tell which texts are numbers, and give the buckets of these as latencies, where `wanted`."""
        whole = np.minimum(_count_before(_find_zero(word ^ _DOTS)), size)
        digits = _align(word ^ _ZEROS, whole)
        places = np.maximum(size - whole - 1, 0)
        short = np.minimum(places, 8)
        fraction = _align(self._at[at + whole + 1] ^ _ZEROS, short)
        good = _are_small(digits, _NINES) & _are_small(fraction, _NINES) & (whole > 0)
        # More than eight digits before the point, a point at the end, and a zero before other digits are not sure.
        good &= (whole == size) | ((whole < 8) & (places > 0))
        good &= (whole == 1) | (word & _MASKS[1] != np.uint64(ord("0")))
        long = np.flatnonzero(places > 8)
        for step in (8, 16):
            rest = np.minimum(np.maximum(places[long] - step, 0), 8)
            good[long] &= _are_small(_align(self._at[at[long] + whole[long] + 1 + step] ^ _ZEROS, rest), _NINES)
        if not wanted:
            return good, size
        value = _parse_digits(digits)
        good &= value < np.uint64(LIMIT // 1000)
        scale = _POWERS[short]
        total = np.where(good, value * scale + _parse_digits(fraction), 0)
        # Both are exact, and so their quotient is the nearest that there is: the same as of the text.
        buckets = _sort_in(total, scale)
        # Of more digits only a part was read: what it could be at most must be in the same bucket.
        good[long] &= _sort_in(total[long] + np.uint64(1), scale[long]) == buckets[long]
        return good, buckets

    def _find_texts(self) -> Numbers:
        """Find what is left of each line among the known texts, and give what they add to a packed check."""
        known = self._known
        size = self.end - self.start
        self.sure &= (size >= known.lengths.min()) & (size <= known.lengths.max())
        words = self._load_words(np.where(self.sure, size, 0))
        hashes = _hash([words[k] for k in known.told], size)
        found = self._compare_texts(0, words, hashes, size)
        for level in range(1, len(known.tables)):
            left = np.flatnonzero(self.sure & (found < 0))
            found[left] = self._compare_texts(level, [word[left] for word in words], hashes[left], size[left])
        self.sure &= found >= 0
        bases: Numbers = known.bases[found]
        return bases

    def _compare_texts(self, level: int, words: Sequence[Bytes], hashes: Bytes, sizes: Numbers) -> Numbers:
        """Give the place of each text among those that one table knows, -1 where it is not there."""
        known = self._known
        table = known.tables[level]
        place: Numbers = table[_slot(hashes, level, len(table))].astype(np.int64)
        same = (place >= 0) & (known.lengths[place] == sizes)
        for have, want in zip(words, known.words, strict=True):
            same &= have == want[place]
        return np.where(same, place, -1)

    def _load_words(self, size: Numbers) -> list[Bytes]:
        """Give the bytes of the rest of each line by eights, with zeros behind its end."""
        words: list[Bytes] = []
        least = int(self._known.lengths.min())
        rows = self._rows[self.start]
        for place in range(0, 8 * len(self._known.words), 8):
            word = rows[:, place // 8]
            if place + 8 > least:
                word = word & _MASKS[np.clip(size - place, 0, 8)]
            words.append(word)
        return words


def _find_zero(words: Bytes) -> Bytes:
    """Mark the first byte that is zero; marks behind it may be wrong."""
    return (words - _ONES) & ~words & _HIGHS


def _count_before(marks: Bytes) -> Numbers:
    """Give how many bytes are before the first mark; 8 where there is none."""
    return (np.bitwise_count((marks & (~marks + np.uint64(1))) - np.uint64(1)) >> 3).astype(np.int64)


def _are_small(words: Bytes, room: np.uint64) -> Truths:
    """Tell whether no byte is so large that with that of `room` it is above 127."""
    high: Bytes = ((words & _LOWS) + room | words) & _HIGHS
    small: Truths = high == 0
    return small


def _align(words: Bytes, size: Numbers) -> Bytes:
    """Move the first `size` bytes to the end, and let zeros come before them."""
    return words << ((8 - size) * 8).astype(np.uint64)


def _parse_digits(words: Bytes) -> Bytes:
    """Give the number that eight digits make, each a byte from 0 to 9."""
    words = words * np.uint64(10) + (words >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    words = words * np.uint64(100) + (words >> np.uint64(16)) & np.uint64(0x0000FFFF0000FFFF)
    return words * np.uint64(10000) + (words >> np.uint64(32)) & np.uint64(0xFFFFFFFF)


def _sort_in(total: Bytes, scale: Bytes) -> Numbers:
    buckets = find_buckets(total.astype(np.float64) / scale.astype(np.float64))
    return np.full(len(total), -1) if buckets is None else buckets


def _parse_date(year: Bytes, day: Bytes, clock: Bytes, separator: bytes) -> tuple[Truths, Numbers]:
    """Read times as in 2026-11-02T09:20:00, of which there are the bytes from 0, from 8 and from 11 on."""
    year = year ^ _word(b"0000-00-")
    day = (day ^ _word(b"00" + separator)) & _MASKS[3]
    clock = clock ^ _word(b"00:00:00")
    sure = _are_small(year, _word(b"vvvv\x7fvv\x7f")) & _are_small(day, _word(b"vv\x7f")) & _are_small(clock, _CLOCKS)
    years, days, clocks = (word * np.uint64(10) + (word >> np.uint64(8)) for word in (year, day, clock))
    months = (_byte(years, 0) * 100 + _byte(years, 2) - 1970) * 12 + _byte(years, 5) - 1
    sure &= (_byte(years, 5) >= 1) & (_byte(years, 5) <= 12) & (months >= 0)
    months[~sure] = 0
    ordinals = _MONTHS[months] + _byte(days, 0)
    sure &= (_byte(days, 0) >= 1) & (ordinals <= _MONTHS[months + 1])
    hours, minutes, seconds = (_byte(clocks, place) for place in (0, 3, 6))
    sure &= (hours <= 23) & (minutes <= 59) & (seconds <= 59)
    # A day from either end, where no offset leads out of the years that are read.
    sure &= (ordinals >= 2) & (ordinals <= int(_MONTHS[-1]) - 1)
    return sure, (ordinals - 1) * DAY + hours * 3600 + minutes * 60 + seconds


def _byte(words: Bytes, place: int) -> Numbers:
    return (words >> np.uint64(8 * place) & np.uint64(255)).astype(np.int64)


def _word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


_DOTS = _ONES * np.uint64(ord("."))
_NULL = _word(b"null")
_CLOCKS = _word(b"vv\x7fvv\x7fvv")
_MONTHS: Numbers = np.arange((10000 - 1970) * 12 + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
