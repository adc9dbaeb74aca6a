"""`statusgen rollback`."""

from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_done
from statusgen.cli.options import format_option
from statusgen.publish import rollback


@click.command("rollback", cls=Helpful)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("site"), show_default=True, help="The output folder."
)
@format_option("text", "json")
def command(out: Path, form: str) -> None:
    """Put the site before this one back, in an instant. A second rollback undoes the first.

    Example: statusgen rollback --out site
    """
    rollback(out)
    if form == "json":
        echo_done(out=out.as_posix())
        return
    click.echo(f"{out} is the site before; `statusgen rollback` again undoes this.")
