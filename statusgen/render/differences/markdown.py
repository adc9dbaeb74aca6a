"""A difference as a comment on a merge request, for GitHub and GitLab.

Texts of the content come from strangers. They stand in code alone, where no host reads markup, HTML, names of people
or numbers of issues, and in fences that no text can end.
"""

import re
from collections.abc import Iterator, Sequence

from statusgen.errors import count
from statusgen.model.difference import Difference
from statusgen.render.differences.lines import NOTHING, align_rows
from statusgen.render.differences.sections import Section, clean, sections_of

MARK = "<!-- statusgen diff -->"
"""The first line, by which a program finds its comment again to renew it."""
TOLD = 5
"""So many items that notify, and warnings, are seen without unfolding."""
MOST = 60_000
"""Characters; GitHub takes no comment of more than 65,536."""


def write_comment(difference: Difference, *, base: str, head: str, moment: str, refused: Sequence[str] = ()) -> str:
    """Write the comment: what is urgent, then each part folded; parts that would make it too long are left out."""
    sections = () if difference.nothing else sections_of(difference)
    top = [MARK, "### What readers will get", "", *_top(difference, sections)]
    if refused:
        top += ["", f"The base does not build ({count(len(refused), 'problem')}), so everything is new. The first:"]
        top += ["", code(refused[0])]
    end = ["", f"<sub>From {code(base)} to {code(head)}, as of {moment}.</sub>", ""]
    lines = list(top)
    for section in sections:
        folded = list(_fold(section))
        if sum(len(line) + 1 for line in (*lines, *folded, *end)) <= MOST:
            lines += folded
    return "\n".join([*lines, *end])


def code(text: str) -> str:
    """Write a text as code, in a fence that is longer than any in it."""
    text = clean(text) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if len(fence) > 1 else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _top(difference: Difference, sections: Sequence[Section]) -> Iterator[str]:
    if not sections:
        yield f"{NOTHING.capitalize()}."
        return
    for section in sections:
        sign = ":warning: " if section.warns else ""
        yield f"- {sign}**{section.name}**: {section.summary}"
    shown = [f"- notifies {count(len(n.feeds), 'feed')}: {code(n.item.title)}" for n in difference.notices]
    shown = shown[:TOLD] + [f"- and {len(shown) - TOLD:,} more"] * (len(shown) > TOLD)
    warnings = [row for section in sections for row in section.rows if row.mark == "!"]
    shown += [f"- :warning: {code(' '.join(filter(None, row.cells)))}" for row in warnings[:TOLD]]
    if shown:
        yield ""
        yield from shown


def _fold(section: Section) -> Iterator[str]:
    """Fold the rows of a part. Every line begins with a mark of ours, so that none can end the fence."""
    if section.rows:
        yield from ("", f"<details><summary>{section.name}: {section.summary}</summary>", "", "```diff")
        yield from align_rows(section.rows)
        yield from ("```", "", "</details>")
