"""`statusgen check`."""

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
from statusgen.project import check_content, describe_history, remarks_of


@click.command("check")
@content_option
@now_option
@strict_option
def command(content: Path, now: int | None, strict: bool) -> None:
    """Tell everything that is wrong with a content folder, with file, line and cure; write nothing.

    Example: statusgen check --content content
    """
    with show_progress() as progress:
        history = check_content(content, resolve_now(now), strict=strict, progress=progress)
    echo_remarks(remarks_of(history, content))
    click.echo(f"no problem in {count(history.files, 'file')}: {describe_history(history)}")
