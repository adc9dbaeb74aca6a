"""The standard streams as every command may take them for granted: they are there, and a reader may go away."""

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from statusgen.errors import OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Outlet(FileIO):
    """A standard stream.

    Where its reader has gone (`statusgen explain … | head`) what is written goes nowhere, and the command does the
    rest of its work and ends with the exit code that it earns. Any other failure is told, once: OutputError; one of
    stderr cannot be.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._gone = False

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write, or do as if."""
        if not self._gone:
            try:
                return super().write(data)
            except BrokenPipeError:
                self._gone = True
            except OSError as error:
                self._gone = True
                if self.fileno() != _STDERR:
                    raise OutputError(f"the result cannot be printed: {error.strerror}") from None
        return memoryview(data).nbytes


_STDERR = 2


def guard_streams() -> None:
    """Put outlets in the places of stdout and stderr; what is closed becomes a stream to nowhere.

    Left closed, its number would be that of the next file that is opened, and what is printed would land in there.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the least number that is free
    sys.stdout = _guard(sys.stdout, 1)
    sys.stderr = _guard(sys.stderr, _STDERR)


def _guard(stream: TextIO | None, descriptor: int) -> TextIO:
    buffer = getattr(stream, "buffer", None)
    if stream and not isinstance(getattr(buffer, "raw", buffer), FileIO):  # PYTHONUNBUFFERED leaves the buffer out
        return stream  # somebody listens to it already
    outlet = Outlet(descriptor)
    encoding, errors = (stream.encoding, stream.errors) if stream else ("utf-8", "strict")
    # What the terminal's alphabet lacks is written as its escape.
    errors = "backslashreplace" if errors == "strict" else errors
    lines = descriptor == _STDERR or outlet.isatty() or isinstance(buffer, FileIO)
    return TextIOWrapper(BufferedWriter(outlet), encoding=encoding, errors=errors, line_buffering=lines)
