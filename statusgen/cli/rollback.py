"""`statusgen rollback`."""

from pathlib import Path

import click

from statusgen.publish import rollback


@click.command("rollback")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("site"), show_default=True, help="The output folder."
)
def command(out: Path) -> None:
    """Put the site before this one back, in an instant. A second rollback undoes the first.

    Example: statusgen rollback --out site
    """
    rollback(out)
    click.echo(f"{out} is the site before; `statusgen rollback` again undoes this.")
