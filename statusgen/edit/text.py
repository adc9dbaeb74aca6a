"""Changes of a text that leave all that they do not mean as it is, line ends and last lines too."""

import re
from collections.abc import Sequence

from statusgen.errors import PROBLEMS, StatusgenError

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class EditError(StatusgenError):
    """A file that cannot be changed by a command; nothing was written."""

    exit_code = PROBLEMS


# A key, its value in quotes or without, what stands behind it, and the line's end.
_KEY = (
    r"(\s*[\"']?{key}[\"']?\s*:\s+)"
    r"(?:\"[^\"\\]*\"|'[^']*'|[^\s#\"'&*!|>{{\[][^#]*?)"
    r"(\s+#.*?|\s*)(\r\n|\r|\n|)"
)


def split_lines(text: str) -> list[str]:
    """Give the lines with their ends, counted as the reader of content counts them."""
    return _LINE.findall(text)


def insert_update(text: str, headings: Sequence[tuple[int, int]], at: int, block: str) -> str:
    """Put an update where it belongs by its time.

    `headings` are the line and the instant of those that there are, in the order of the file. It is that of their
    times, rising or falling; where that is not said by them, it rises. `block` is the update's text, without a last
    line end. Of updates at one time the new one is the last to happen.
    """
    lines = split_lines(text)
    end = _line_end(text)
    falling = bool(headings) and headings[0][1] > headings[-1][1]
    later = [line for line, there in headings if (there <= at if falling else there > at)]
    written = [f"{line}{end}" for line in block.split("\n")]
    if later:
        before = later[0] - 1
        return "".join([*lines[:before], *written, end, *lines[before:]])
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    if lines and lines[-1].strip():
        lines.append(end)
    return "".join([*lines, *written])


def set_value(text: str, line: int, key: str, value: str) -> str:
    """Replace the value of a key of front matter, which stands on `line` alone; a remark behind it stays.

    EditError where the line is of another form.
    """
    lines = split_lines(text)
    match = re.fullmatch(_KEY.format(key=re.escape(key)), lines[line - 1])
    if not match:
        what = lines[line - 1].strip()
        raise EditError(f'line {line}: "{what}" is written in a way that no command changes (edit the file)')
    lines[line - 1] = f"{match[1]}{value}{match[2]}{match[3]}"
    return "".join(lines)


def _line_end(text: str) -> str:
    """Give the line end that a text uses."""
    found = re.search(r"\r\n|\r|\n", text)
    return found[0] if found else "\n"
