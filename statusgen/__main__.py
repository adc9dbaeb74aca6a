"""The command `statusgen`."""

import os
import sys

import click

from statusgen.cli import cli
from statusgen.errors import describe_os_error


def main() -> None:
    """Run the command line; what a user can do something about never shows a traceback."""
    try:
        sys.exit(cli.main(prog_name="statusgen", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader has gone (`statusgen uptime | head`): there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        print(describe_os_error(error), file=sys.stderr)  # noqa: T201 - click is done by now
        sys.exit(3)


if __name__ == "__main__":
    main()
