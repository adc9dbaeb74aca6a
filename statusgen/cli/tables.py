"""Tables on the terminal: plain where nobody looks, in colour where somebody does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from statusgen.cli import wants_color

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PLAIN_WIDTH = 200
"""Columns of what goes to a file or a pipe."""


def make_console() -> "Console":
    """Make the console for results: without colour and in one width where it is no terminal."""
    from rich.console import Console  # noqa: PLC0415 - for commands that print tables alone

    color = wants_color()
    console = Console(highlight=False, force_terminal=color, color_system=None if color is False else "auto")
    if console.is_terminal:
        return console
    return Console(highlight=False, force_terminal=False, color_system=None, width=PLAIN_WIDTH)


NARROW = 110
"""Columns below which tables are set more tightly, so that a terminal of 80 columns cuts nothing off."""


def make_table(columns: Mapping[str, Literal["left", "right"]], *, narrow: bool = False) -> "Table":
    """Make a table with these columns, by how they are set."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0) if narrow else (0, 1))
    for heading, justify in columns.items():
        table.add_column(heading, justify=justify, no_wrap=True)
    return table
