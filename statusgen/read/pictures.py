"""Pictures made of pixels: whether they are what their names say, and how large."""

from collections.abc import Callable, Iterator, Mapping

Size = tuple[int, int]
"""Width and height in pixels."""


def measure_png(content: bytes) -> Size | None:
    """Give the size of a PNG; None where it is none."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def measure_jpeg(content: bytes) -> Size | None:
    """Give the size of a JPEG; None where it is none, or says no size."""
    for marker, start in _segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a frame, whatever its kind
            return int.from_bytes(content[start + 3 : start + 5]), int.from_bytes(content[start + 1 : start + 3])
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Give the marker of each segment of a JPEG, and where what it holds begins."""
    at = 2 if content[:2] == b"\xff\xd8" else len(content)
    while at + 4 <= len(content) and content[at] == 0xFF:
        yield content[at + 1], at + 4
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))


def measure_webp(content: bytes) -> Size | None:
    """Give the size of a WebP; None where it is none."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    match content[12:16]:
        case b"VP8 ":
            return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF
        case b"VP8L":
            bits = _little(content[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    return None


def measure_icon(content: bytes) -> Size | None:
    """Give the size of the first picture of an ICO; None where it is none."""
    if content[:4] != b"\0\0\1\0" or len(content) < 22:
        return None
    return content[6] or 256, content[7] or 256


def _little(content: bytes) -> int:
    return int.from_bytes(content, "little")


MEASURES: Mapping[str, Callable[[bytes], Size | None]] = {
    ".png": measure_png,
    ".webp": measure_webp,
    ".jpg": measure_jpeg,
    ".jpeg": measure_jpeg,
    ".ico": measure_icon,
}
"""What measures a picture, by the ending of its name."""
