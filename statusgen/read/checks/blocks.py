r"""From a block of a log to lines that SQL may look at: one row a line, and nothing that a CSV reader might think about.

A line that is odd on its face (a NUL, a carriage return, bytes that are no UTF-8, very long) is put as a mark that no
template accepts, so that `lines` judges what stood there.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

PLAIN_LIMIT = 1 << 16
"""The most bytes of a line that SQL looks at."""

_ODD = b"\x01"
_BLANK = re.compile(rb"\n[ \t\r\n]*\n")
_FULL = re.compile(rb"^[ \t\r]*[^ \t\r\n][^\n]*", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


class Block:
    r"""Whole lines, each with an `\n`, the first of which has the number `first` in its file."""

    def __init__(self, data: bytes, first: int) -> None:
        if b"\r\n" in data:
            data = data.replace(b"\r\n", b"\n")
        self.data = data.removesuffix(b"\r") if data.endswith(b"\r") else data
        if self.data and not self.data.endswith(b"\n"):
            self.data += b"\n"
        self.first = first

    @cached_property
    def full(self) -> bytes:
        """The lines that are not blank."""
        data = self.data
        if _BLANK.search(b"\n" + data[:4096]) or any(blank in data for blank in (b"\n\n", b"\n ", b"\n\t", b"\n\r")):
            return _BLANK.sub(b"\n", b"\n" + data)[1:]
        return data

    @cached_property
    def count(self) -> int:
        """How many lines are not blank."""
        return self.full.count(b"\n")

    def plain(self) -> bytes:
        """Give the lines that are not blank, the odd ones as marks."""
        data = self.full
        for odd in (b"\r", b"\0"):
            data = _mark(data, odd) if odd in data else data
        data = _mark_long(data)
        if data.startswith(_BOM):
            data = _ODD + data[data.index(b"\n") :]
        return data if data.isascii() else _mark_undecodable(data)

    def lines(self, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Give lines that are not blank by their places among those, from 0 and rising, with their numbers in the file."""
        if len(self.full) == len(self.data):
            every = self.data.split(b"\n")
            return ((self.first + row, every[row]) for row in rows)
        return self._find(rows)

    def _find(self, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        wanted = iter(rows)
        row = next(wanted, None)
        number, behind = self.first, 0
        for place, match in enumerate(_FULL.finditer(self.data)):
            if row is None:
                return
            if place == row:
                number += self.data.count(b"\n", behind, match.start())
                behind = match.start()
                yield number, match[0]
                row = next(wanted, None)


def _mark(data: bytes, odd: bytes) -> bytes:
    """Put a mark for each line that holds an odd byte."""
    parts: list[bytes] = []
    behind = 0
    at = data.find(odd)
    while at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.index(b"\n", at)
        parts += [data[behind:start], _ODD]
        behind = end
        at = data.find(odd, end)
    return b"".join((*parts, data[behind:]))


def _mark_long(data: bytes) -> bytes:
    """Put a mark for each line that is certainly long: one that fills a whole stride."""
    stride = PLAIN_LIMIT // 2
    parts: list[bytes] = []
    behind = 0
    for at in range(0, len(data) - stride, stride):
        if at >= behind and data.find(b"\n", at, at + stride) < 0:
            start, end = data.rfind(b"\n", 0, at) + 1, data.index(b"\n", at)
            parts += [data[behind:start], _ODD]
            behind = end
    return b"".join((*parts, data[behind:])) if parts else data


def _mark_undecodable(data: bytes) -> bytes:
    """Put a mark for each line that is no UTF-8."""
    parts: list[bytes] = []
    behind = 0
    while True:
        piece = data[behind:] if behind else data
        try:
            piece.decode()
        except UnicodeDecodeError as error:
            # All lines of the next stretch are looked at alone, or many bad lines would cost their square.
            start = piece.rfind(b"\n", 0, error.start) + 1
            end = piece.index(b"\n", min(error.start + PLAIN_LIMIT, len(piece) - 1)) + 1
            parts.append(piece[:start])
            parts += [line if _decodes(line) else _ODD + b"\n" for line in piece[start:end].splitlines(keepends=True)]
            behind += end
        else:
            return b"".join((*parts, piece)) if parts else data


def _decodes(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
