"""A difference as lines of text: short, and aligned within each part."""

from collections.abc import Iterator, Sequence

from statusgen.render.differences.sections import Row, Section

NOTHING = "nothing changes for readers"


def section_lines(section: Section) -> Iterator[tuple[str, str]]:
    """Give the lines of a part, each with its mark; that of its first line is #."""
    yield "#", f"{section.name}: {section.summary}"
    for row, text in zip(section.rows, align_rows(section.rows), strict=True):
        yield row.mark, text


def align_rows(rows: Sequence[Row]) -> list[str]:
    """Write rows one below the other; a row of one cell takes no part in how wide the first column is."""
    several = [row.cells for row in rows if len(row.cells) > 1]
    widths = [max((len(cells[n]) for cells in several if len(cells) > n), default=0) for n in range(8)]
    return [_line(row, widths) for row in rows]


def _line(row: Row, widths: Sequence[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row.cells, widths, strict=False)]
    return f"{row.mark} {'  '.join(cells)}".rstrip()
