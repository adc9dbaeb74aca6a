"""A remark about a place in the content or in a log."""

from dataclasses import dataclass

from statusgen.model.code import Code
from statusgen.model.printable import printable


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to put right: the file, the line (0 where it is the file as a whole), what to do, and its code."""

    path: str
    line: int
    text: str
    code: Code

    def __str__(self) -> str:
        """Write it as `file:line: text [code]`, on one line that steers no terminal: files are named by strangers."""
        return printable(f"{self.place}: {self.text} [{self.code}]")

    @property
    def place(self) -> str:
        """Write where it is, as `file:line`."""
        return f"{self.path}:{self.line}" if self.line else self.path
