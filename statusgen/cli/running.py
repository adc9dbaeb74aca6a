"""One run of the command line, and the exit code that it earns (docs/commands.md has the table)."""

import sys

import click

from statusgen.cli import cli
from statusgen.errors import FAILED, INTERRUPTED, describe_os_error


def run() -> int:
    """Run the command that the arguments name; give its exit code. What was printed has left the program."""
    try:
        code = cli.main(prog_name="statusgen", standalone_mode=False) or 0
        sys.stdout.flush()
    except click.exceptions.Abort:  # the end of input where an answer was asked for
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except OSError as error:
        click.echo(describe_os_error(error), err=True)
        code = FAILED
    return int(code)
