"""`statusgen build`."""

import time
from dataclasses import asdict
from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_done
from statusgen.cli.options import (
    content_option,
    echo_remarks,
    format_option,
    now_option,
    resolve_now,
    show_progress,
    strict_option,
)
from statusgen.errors import count
from statusgen.model.calendar import iso_utc
from statusgen.project import Built, build_site


@click.command("build", cls=Helpful)
@content_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("site"), show_default=True,
    help="The output folder, exchanged as a whole at the very end.",
)  # fmt: skip
@click.option("--theme", help="A theme's name, or its folder.")
@now_option
@strict_option
@format_option("text", "json")
def command(*, content: Path, out: Path, theme: str | None, now: int | None, strict: bool, form: str) -> None:
    """Build the site from a content folder.

    Problems in the content are told all at once, and then nothing is written. The site before stays for `rollback`.

    Example: statusgen build --content content --out site
    """
    begun = time.perf_counter()
    instant = resolve_now(now)
    with show_progress() as progress:
        built = build_site(content, out, instant, theme=theme, strict=strict, progress=progress)
    echo_remarks(built.remarks)
    if form == "json":
        echo_done(
            content=content.as_posix(), out=out.as_posix(), now=iso_utc(instant), state=built.state.replace(" ", "_"),
            read=built.amounts, files=asdict(built.changes),
        )  # fmt: skip
    else:
        _tell(built, content, out, time.perf_counter() - begun)


def _tell(built: Built, content: Path, out: Path, seconds: float) -> None:
    changes = built.changes
    files = count(changes.added + changes.changed + changes.unchanged, "file")
    told = [
        f"{number:,} {word}"
        for number, word in (
            (changes.added, "new"), (changes.changed, "changed"), (changes.removed, "gone"),
        )
        if number
    ]  # fmt: skip
    click.echo(f"read   {content}: {built.reading}")
    click.echo(f"wrote  {out}: {files}, {', '.join(told) or 'nothing changed'} ({seconds:.1f} s)")
    click.echo(f"state  {built.state}")
