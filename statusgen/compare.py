"""Two sides of a change as sites in memory, and what readers get that is new."""

from dataclasses import dataclass, replace
from pathlib import Path

from statusgen.compute.difference import compare_sites
from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ContentError, ThemeError
from statusgen.model.difference import Difference, Seen
from statusgen.model.history import Site
from statusgen.project import Progress, cache_of
from statusgen.read.content import read_content


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What readers get that is new; `base` and `head` are how people call the sides.

    `refused` are the problems of the base, which is then as if there were nothing.
    """

    difference: Difference
    site: Site
    now: int
    base: str
    head: str
    refused: tuple[str, ...] = ()


def compare_content(content: Path, asked: str | None, now: int, *, progress: Progress | None = None) -> Compared:
    """Build both sides in memory, of one instant, and tell what readers get that is new; nothing is written.

    `asked` is as `git diff` has it: BASE, BASE..HEAD or BASE...HEAD; None is from where the main branch was left.
    ContentError and ThemeError with the problems of the head.
    """
    from statusgen.read.sides import Side, open_sides  # noqa: PLC0415 - Jinja and git serve this verb alone
    from statusgen.render.seen import look_at, read_apart  # noqa: PLC0415
    from statusgen.render.theme import load_theme  # noqa: PLC0415

    def see(side: Side, cache: Path) -> tuple[Seen, Site]:
        try:
            history = read_content(side.content, now, cache=cache, progress=progress, beside=side.beside)
            public = public_history(history, now)
            theme = load_theme(history.site.theme.name, side.content, trusted=history.site.theme.trusted)
            return look_at(public, compute_report(public, now), theme), public.site
        except ContentError as error:
            problems = [replace(p, path=side.rename(p.path), text=side.rename(p.text)) for p in error.problems]
            raise ContentError(problems, error.files) from None
        except ThemeError as error:
            raise ThemeError(side.rename(error.message), tuple(map(side.rename, error.lines))) from None

    refused: tuple[str, ...] = ()
    with open_sides(content, asked, cache_of(content)) as sides:
        before = None
        try:
            before = see(sides.base, sides.cache)[0] if sides.base else None
        except ContentError as error:
            refused = tuple(map(str, error.problems))
        except ThemeError as error:
            refused = (error.message,)
        after, site = see(sides.head, sides.cache)
        if before:
            before, after = read_apart(before, after)
    return Compared(
        difference=compare_sites(before, after),
        site=site,
        now=now,
        base=sides.said,
        head=sides.head.said,
        refused=refused,
    )
