"""`statusgen init`."""

from pathlib import Path
from shlex import quote

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_done
from statusgen.cli.options import Word, format_option, now_option, resolve_now

CI = ("github", "gitlab")
PUBLISH = ("github-pages", "gitlab-pages", "netlify", "cloudflare", "s3", "rsync")
_FIRST_INCIDENT = 'statusgen incident new "API errors" -c website=major_outage'


@click.command("init", cls=Helpful)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--ci", type=Word(CI), help="Have changes checked, and what is merged published, there.")
@click.option("--publish", type=Word(PUBLISH), help="Where the page is to be. Else the pages of --ci.")
@click.option("--sample", is_flag=True, help="With an incident, a maintenance and some log lines to begin with.")
@click.option("--force", is_flag=True, help="Into a folder that is not empty; what is there is left as it is.")
@format_option("text", "json")
@now_option
def command(
    *, folder: Path, ci: str | None, publish: str | None, sample: bool, force: bool, form: str, now: int | None
) -> None:
    """Write a folder that builds at once, with all that a team needs around it.

    Example: statusgen init acme-status --ci github --sample
    """
    from statusgen import __version__  # noqa: PLC0415 - a help text needs none of these
    from statusgen.publish import write_new  # noqa: PLC0415
    from statusgen.read.shapes import make_shape  # noqa: PLC0415
    from statusgen.starter import Choice, ChoiceError, make_folder  # noqa: PLC0415

    try:
        choice = Choice.of(ci, publish, sample=sample)
    except ChoiceError as error:
        raise click.UsageError(str(error)) from None
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty (--force adds what is missing, and changes nothing)")
    made = make_folder(choice, make_shape("status"), __version__, resolve_now(now))
    written, there = write_new(made, folder)
    enter = [] if folder == Path() else [f"cd {quote(str(folder))}"]
    steps = [
        *enter,
        "statusgen check",
        "statusgen serve",
        'statusgen incident new "API errors" -c website=major_outage',
    ]
    if form == "json":
        named = {"written": written, "left": there}
        echo_done(
            folder=folder.as_posix(), next=steps[:3],
            **{name: [(folder / path).as_posix() for path in paths] for name, paths in named.items()},
        )  # fmt: skip
        return
    for path in there:
        click.echo(f"note: {folder / path} is there already, and was left as it is", err=True)
    click.echo(f"wrote  {folder}: {len(written)} files; README.md says how to go on\n")
    click.echo("\n".join(f"  {step}" for step in steps[:3]))
