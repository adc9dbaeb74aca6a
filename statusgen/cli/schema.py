"""`statusgen schema`."""

import json

import click

from statusgen.cli import Helpful
from statusgen.cli.options import Word

KINDS = ("status", "incident", "maintenance", "page")


@click.command("schema", cls=Helpful)
@click.argument("kind", type=Word(KINDS), default="status")
def command(kind: str) -> None:
    """Print the JSON Schema of status.yaml, or of the front matter of a KIND of file.

    Editors complete and check by it: a line `# yaml-language-server: $schema=FILE` in status.yaml names one.

    Example: statusgen schema incident
    """
    from statusgen.read.shapes import make_shape  # noqa: PLC0415 - a help text needs none

    click.echo(json.dumps(make_shape(kind), indent=2))
