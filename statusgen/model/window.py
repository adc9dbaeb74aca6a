"""Half-open stretches of time in whole Unix seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The seconds from `start` up to, not including, `end` (uptime.md §1.2).

    Both are whole Unix seconds (UTC). A window that runs backward cannot be built: ValueError.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            message = f"a window cannot end ({self.end}) before it starts ({self.start})"
            raise ValueError(message)

    @property
    def seconds(self) -> int:
        """Give the length in seconds."""
        return self.end - self.start

    def __bool__(self) -> bool:
        """Tell whether there is any second in it."""
        return self.end > self.start

    def __contains__(self, instant: int) -> bool:
        """Tell whether the second that begins at `instant` lies in it."""
        return self.start <= instant < self.end

    def __and__(self, other: "Window") -> "Window":
        """Give what both share; empty, at the later start, where they share nothing."""
        start = max(self.start, other.start)
        return Window(start, max(start, min(self.end, other.end)))

    def before(self, instant: int) -> "Window":
        """Give the part that lies before an instant; empty, at its start, where there is none."""
        return Window(self.start, max(self.start, min(self.end, instant)))

    def after(self, instant: int) -> "Window":
        """Give the part at and after an instant; empty, at its end, where there is none."""
        return Window(min(self.end, max(self.start, instant)), self.end)
