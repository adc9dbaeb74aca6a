"""`statusgen build`."""

import time
from pathlib import Path

import click

from statusgen.cli.options import (
    content_option,
    echo_remarks,
    now_option,
    resolve_now,
    show_progress,
    strict_option,
)
from statusgen.errors import count
from statusgen.project import build_site


@click.command("build")
@content_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("site"), show_default=True,
    help="The output folder, exchanged as a whole at the very end.",
)  # fmt: skip
@click.option("--theme", help="A theme's name, or its folder.")
@now_option
@strict_option
def command(content: Path, out: Path, theme: str | None, now: int | None, strict: bool) -> None:
    """Build the site from a content folder.

    Problems in the content are told all at once, and then nothing is written. The site before stays for `rollback`.

    Example: statusgen build --content content --out site
    """
    begun = time.perf_counter()
    with show_progress() as progress:
        built = build_site(content, out, resolve_now(now), theme=theme, strict=strict, progress=progress)
    echo_remarks(built.remarks)
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
    click.echo(f"wrote  {out}: {files}, {', '.join(told) or 'nothing changed'} ({time.perf_counter() - begun:.1f} s)")
    click.echo(f"state  {built.state}")
