"""A remark about a place in the content or in a log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to put right: the file, the line (0 where it is the file as a whole), and what to do."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """Write it as `file:line: text`."""
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"
