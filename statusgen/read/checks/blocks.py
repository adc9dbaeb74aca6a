r"""From a block of a log to lines that SQL may look at: one row a line, nothing that a CSV reader may think about.

A line that is odd on its face (a NUL, a carriage return, bytes that are no UTF-8, very long) is put as a mark that no
template accepts, so that `lines` judges what stood there.
"""

import re
from collections.abc import Iterator, Sequence

PLAIN_LIMIT = 1 << 16
"""The most bytes of a line that SQL looks at."""

_ODD = b"\x01"
_BLANK = re.compile(rb"^[ \t\r]*\n", re.MULTILINE)
_EMPTY = re.compile(rb"^\n", re.MULTILINE)
_NEAR = 16
_BOM = b"\xef\xbb\xbf"


class Block:
    r"""Whole lines, each with an `\n`, the first of which has the number `first` in its file."""

    def __init__(self, data: bytes, first: int, count: int | None = None) -> None:
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").removesuffix(b"\r")
        if data and not data.endswith(b"\n"):
            data += b"\n"
            count = None
        self.data = data
        self.first = first
        self.count = data.count(b"\n") if count is None else count
        """How many lines there are."""

    def plain(self) -> bytes:
        """Give the lines, the odd ones and the blank ones as marks."""
        data = self.data
        for odd in (b"\r", b"\0"):
            data = _mark(data, odd) if odd in data else data
        data = _mark_long(data)
        if data.startswith(_BOM):
            data = _ODD + data[data.index(b"\n") :]
        return data if data.isascii() else _mark_undecodable(data)

    def filled(self) -> bytes:
        """Give plain lines with a mark for each that is empty, which a reader of CSV would skip."""
        return _EMPTY.sub(_ODD + b"\n", self.plain())

    def count_full(self) -> int:
        """Give how many lines are not blank."""
        return self.count - len(_BLANK.findall(self.data))

    def lines(self, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Give lines by their places, from 0 and rising, with their numbers in the file."""
        if len(rows) * 50 > self.count:
            every = self.data.split(b"\n")
            return ((self.first + row, every[row]) for row in rows)
        return self._walk(rows)

    def _walk(self, rows: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Find some lines among many: step over as many bytes as they are likely to be apart, and count."""
        data = self.data
        usual = len(data) / max(1, self.count)
        start = line = 0
        for row in rows:
            share = 0.95
            while line < row:
                jump = data.rfind(b"\n", start, start + int((row - line) * usual * share)) + 1
                lines = data.count(b"\n", start, jump) if jump > start else 0
                if 0 < lines <= row - line:
                    start, line = jump, line + lines
                elif row - line > _NEAR and lines:
                    share /= 2
                else:
                    start, line = data.index(b"\n", start) + 1, line + 1
            yield self.first + row, data[start : data.index(b"\n", start)]


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
