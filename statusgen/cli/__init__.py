"""Arguments, the clock, exit codes and printing."""

import os
from importlib import import_module
from inspect import cleandoc
from itertools import pairwise
from typing import Any

import click

from statusgen import __version__
from statusgen.errors import FAILED, ContentError, OutputError, SlaMissedError, suggest

FORM = "statusgen.form"
"""Where a run keeps the form of its output, so that an error can be told in it, too."""

# Each command with its module and its short help, so that `--help` imports none of them.
COMMANDS = {
    "build": ("statusgen.cli.build", "Build the site from a content folder."),
    "check": ("statusgen.cli.check", "Tell all that is wrong with a content folder; write nothing."),
    "compact": ("statusgen.cli.compact", "Keep days of logs as run files, after which they may go."),
    "diff": ("statusgen.cli.diff", "Tell what readers will get: pages, feed items, states, figures."),
    "explain": ("statusgen.cli.explain", "List every stretch of a period with its reason, and the sum."),
    "incident": ("statusgen.cli.incident", "Write incidents: new, update, resolve, list."),
    "init": ("statusgen.cli.init", "Write a folder that builds at once, with all around it."),
    "maintenance": ("statusgen.cli.maintenance", "Write maintenance: new, start, complete, cancel, extend, list."),
    "next": ("statusgen.cli.next", "Print when the site changes by itself, and what happens then."),
    "rollback": ("statusgen.cli.rollback", "Put the site before this one back, in an instant."),
    "scan": ("statusgen.cli.scan", "Print the runs of the logs, or SQL that makes them elsewhere."),
    "schema": ("statusgen.cli.schema", "Print JSON Schemas of status.yaml and of front matter."),
    "serve": ("statusgen.cli.serve", "Show the site on this machine, built again at each save."),
    "uptime": ("statusgen.cli.uptime", "Print uptime figures, exact and explainable."),
}


class Helpful(click.Command):
    """A command whose help has an example in one piece, to be copied: no width of a terminal breaks it."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does, and below that the example."""
        text, _, example = cleandoc(self.help or "").partition(_EXAMPLE)
        whole, self.help = self.help, text
        super().format_help_text(ctx, formatter)
        self.help = whole
        if example:
            with formatter.section("Example"):
                formatter.write(f"  {' '.join(example.split())}\n")


_EXAMPLE = "\n\nExample: "


class HelpfulGroup(Helpful, click.Group):
    """A group of such commands."""

    command_class = Helpful

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names; a misspelt one is told with the nearest."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            near = suggest(args[0], known) or f" (there are {', '.join(known)})"
            ctx.fail(f'no command "{args[0]}"{near}')
        return super().resolve_command(ctx, args)


class LazyGroup(HelpfulGroup):
    """A group that imports a command's module only when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is wanted, before anything else can be wrong with the arguments."""
        if "--format=json" in [*args, *map("=".join, pairwise(args))]:
            ctx.meta[FORM] = "json"
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what the command gives
        """Run a command; where it was to print JSON, so is what went wrong."""
        try:
            return super().invoke(ctx)
        except (SlaMissedError, OutputError):
            raise  # the figures were printed; or nothing can be
        except (click.ClickException, OSError) as error:
            if ctx.meta.get(FORM) != "json":
                if isinstance(error, ContentError):
                    from statusgen.cli.whereabouts import find_way  # noqa: PLC0415

                    error.hint = find_way(error.problems)
                raise
            from statusgen.cli.findings import tell_failure  # noqa: PLC0415

            tell_failure(error)
            ctx.exit(error.exit_code if isinstance(error, click.ClickException) else FAILED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their short help."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


def wants_color() -> bool | None:
    """Tell whether to colour (None: if it is a terminal); click itself does not look at NO_COLOR."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE") else None


def _print_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    import tzdata  # noqa: PLC0415 - for this line alone

    click.echo(f"statusgen {__version__} (time zones {tzdata.IANA_VERSION})")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version,
    help="Print the versions of statusgen and of its time zone data.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A static status page from a folder; begin with: statusgen init DIR --sample"""  # noqa: D400, D401 - a line of --help
    ctx.color = wants_color()
