"""From a file to blocks of whole lines, however it is packed and wherever it breaks."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

import zstandard

BLOCK = 8 << 20
"""How many bytes are looked at in one go: few enough to stay near the processor."""
LINES_LIMIT = 500_000
"""How many lines are looked at in one go."""
LINE_LIMIT = 1 << 20
"""The most bytes that a line may have."""

_FREE = 16 << 20
_RATIO = 200
_BOM = b"\xef\xbb\xbf"


class BrokenFileError(Exception):
    """A file cannot be read from here on; what came before stands."""


def read_pieces(path: Path, packing: str | None, tell: Callable[[int], object] = lambda _: None) -> Iterator[bytes]:
    """Give the unpacked bytes of a file; BrokenFileError where it breaks, after all that could be got.

    `tell` is told how many bytes of the file were read since it was told last.
    """
    try:
        with path.open("rb") as file:
            told = 0
            for piece in _UNPACKERS[packing](file):
                yield piece
                tell(file.tell() - told)
                told = file.tell()
    except OSError as error:
        raise BrokenFileError(f"cannot be read ({error.strerror or error})") from error
    except (zlib.error, zstandard.ZstdError) as error:
        raise BrokenFileError(f"its {packing} data is damaged ({error})") from error


def read_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""Cut bytes into blocks of whole lines that end in `\n`, without a byte order mark at the start.

    A line longer than LINE_LIMIT may lose its middle, but stays longer than that. Where the bytes break off with
    BrokenFileError, the whole lines before come first, and the piece of a line is dropped: half a line could read as
    another line.
    """
    parts: list[bytes] = []
    size = 0
    try:
        for piece in _without_bom(pieces):
            parts.append(piece)
            size += len(piece)
            if size >= BLOCK:
                if b"\n" not in piece:
                    parts = [b"".join(parts)]
                cut = parts[-1].rfind(b"\n") + 1
                rest = parts[-1][cut:][: LINE_LIMIT + 1]
                parts[-1] = parts[-1][:cut]
                if cut:
                    yield b"".join(parts)
                parts, size = [rest], len(rest)
    except BrokenFileError:
        buffer = b"".join(parts)
        yield buffer[: buffer.rfind(b"\n") + 1]
        raise
    yield b"".join(parts)


def limit_lines(
    blocks: Iterable[bytes], count: Callable[[bytes], int] = lambda data: data.count(b"\n")
) -> Iterator[tuple[bytes, int]]:
    """Cut blocks of very many lines, so that none holds more than LINES_LIMIT; and give their number, by `count`."""
    for block in blocks:
        stack = [block]
        while stack:
            top = stack.pop()
            lines = count(top)
            cut = top.rfind(b"\n", 0, len(top) // 2) + 1 if lines > LINES_LIMIT else 0
            if cut:
                stack += [top[cut:], top[:cut]]
            else:
                yield top, lines


def _without_bom(pieces: Iterable[bytes]) -> Iterator[bytes]:
    start = b""
    rest = iter(pieces)
    while len(start) < len(_BOM) and (piece := next(rest, None)) is not None:
        start += piece
    yield start.removeprefix(_BOM)
    yield from rest


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


D = TypeVar("D", bound=_Decoder)


def _read(size: int, file: BinaryIO) -> Iterator[bytes]:
    return iter(partial(file.read, size), b"")


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    return _unpack(_read(4096, file), partial(zlib.decompressobj, 31), _inflate)


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    # Small pieces: what a piece holds before a break is lost, and a piece may unpack to 32,000 times its size.
    decoder = zstandard.ZstdDecompressor()
    return _unpack(_read(128, file), decoder.decompressobj, lambda part, piece: iter((part.decompress(piece),)))


_UNPACKERS: Mapping[str | None, Callable[[BinaryIO], Iterator[bytes]]] = {
    None: partial(_read, 1 << 20),
    "gzip": _gunzip,
    "zstd": _unzstd,
}


def _inflate(decoder: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    spare = decoder.copy()
    try:
        whole = decoder.decompress(piece)
    except zlib.error:
        # Byte by byte, so that nothing before the break is lost; this raises again at the break.
        for at in range(len(piece)):
            yield spare.decompress(piece[at : at + 1])
    else:
        yield whole


def _unpack(
    pieces: Iterable[bytes], start: Callable[[], D], feed: Callable[[D, bytes], Iterator[bytes]]
) -> Iterator[bytes]:
    """Unpack members one after the other, as `cat a.gz b.gz` leaves them, and stop at a bomb."""
    decoder: D | None = None
    taken = given = 0
    for piece in pieces:
        taken += len(piece)
        rest = piece
        while rest := rest if decoder else rest.lstrip(b"\0"):  # tapes and disks pad with zeros
            decoder = decoder or start()
            for unpacked in feed(decoder, rest):
                given += len(unpacked)
                yield unpacked
            if given > _FREE and given > _RATIO * taken:
                raise BrokenFileError(f"unpacks to more than {_RATIO} times its size; the rest of it is not read")
            rest, decoder = (decoder.unused_data, None) if decoder.eof else (b"", decoder)
    if decoder:
        raise BrokenFileError("its packed data ends too early")
