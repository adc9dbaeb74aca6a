"""`statusgen diff`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_json
from statusgen.cli.options import content_option, format_option, now_option, resolve_now, show_progress
from statusgen.compare import Compared, compare_content
from statusgen.errors import count
from statusgen.model.calendar import iso_utc
from statusgen.render.differences.document import difference_json
from statusgen.render.differences.lines import NOTHING, section_lines
from statusgen.render.differences.markdown import write_comment
from statusgen.render.differences.sections import clean, sections_of


@click.command("diff", cls=Helpful)
@click.argument("revisions", required=False, metavar="[BASE..HEAD]")
@content_option
@format_option("text", "json", "markdown")
@now_option
def command(revisions: str | None, content: Path, form: str, now: int | None) -> None:
    """Tell what readers will get: pages, feed items, states and figures that change; write nothing.

    BASE..HEAD compares two commits, BASE a commit with the files as they lie on disk. Without it they are compared with
    the commit at which the main branch was left. As `markdown` it is a comment on a merge request.

    Example: statusgen diff origin/main --format markdown
    """
    with show_progress() as progress:
        compared = compare_content(content, revisions, resolve_now(now), progress=progress)
    _WRITERS[form](compared)


def _write_text(compared: Compared) -> None:
    click.echo(f"from   {clean(compared.base)}")
    click.echo(f"to     {clean(compared.head)}, as of {iso_utc(compared.now)}")
    if compared.refused:
        click.echo(f"note: the base does not build ({count(len(compared.refused), 'problem')}), so everything is new;")
        click.echo(f"      the first: {clean(compared.refused[0])}")
    if compared.difference.nothing:
        click.echo(f"\n{NOTHING}")
        return
    for section in sections_of(compared.difference):
        click.echo()
        for mark, line in section_lines(section):
            click.echo(click.style(line, **_STYLES.get(mark, {})))


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "#": {"bold": True}, "+": {"fg": "green"}, "~": {"fg": "yellow"}, "-": {"fg": "red"},
    "!": {"fg": "red", "bold": True},
}  # fmt: skip


def _write_json(compared: Compared) -> None:
    head = {"now": iso_utc(compared.now), "base": compared.base, "head": compared.head}
    document = {**head, "base_problems": list(compared.refused), **difference_json(compared.difference)}
    echo_json(document)


def _write_markdown(compared: Compared) -> None:
    moment = iso_utc(compared.now)
    click.echo(
        write_comment(
            compared.difference, base=compared.base, head=compared.head, moment=moment, refused=compared.refused
        ),
        nl=False,
    )


_WRITERS: Mapping[str, Callable[[Compared], None]] = {
    "text": _write_text, "json": _write_json, "markdown": _write_markdown,
}  # fmt: skip
