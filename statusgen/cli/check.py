"""`statusgen check`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from statusgen.cli import Helpful
from statusgen.cli.findings import echo_json, findings_json, github_annotations, gitlab_report, sarif_log, write_json
from statusgen.cli.options import (
    content_option,
    echo_remarks,
    format_option,
    now_option,
    resolve_now,
    show_progress,
    strict_option,
)
from statusgen.errors import FINE, PROBLEMS, ContentError, count
from statusgen.model.printable import printable
from statusgen.model.problem import Problem
from statusgen.project import describe_history
from statusgen.survey import Survey, survey_content

_FORMS: Mapping[str, Callable[[Sequence[Problem]], str]] = {
    "github": github_annotations,
    "sarif": lambda found: write_json(sarif_log(found)),
    "gitlab": lambda found: write_json(gitlab_report(found)),
}


@click.command("check", cls=Helpful)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@content_option
@now_option
@strict_option
@click.option("--fix", is_flag=True, help="Put right what is safe: times, aliases, an update without a time.")
@format_option("text", "json", "github", "sarif", "gitlab")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], content: Path, now: int | None, *, strict: bool, fix: bool, form: str
) -> None:
    """Tell everything that is wrong with a content folder, with file, line and cure; and give advice.

    All of the folder is read; with FILES, what is told is of these alone. Each code, as in [SG203], has a section in
    docs/problems.md.

    Example: statusgen check --strict --format github
    """
    instant = resolve_now(now)
    if fix:
        from statusgen.fix import fix_content  # noqa: PLC0415

        for fixed in fix_content(content, files, instant):
            click.echo(f"fixed  {fixed.place}: {printable(fixed.told)}", err=form != "text")
    with show_progress() as progress:
        survey = survey_content(content, instant, progress=progress)
    survey = survey.of(content, files) if files else survey
    grave = [p for p in survey.advice if strict and p.code.level != "info"]
    problems = (*survey.problems, *grave)
    if form == "text":
        _tell(survey, problems)
        return
    found = sorted((*survey.problems, *survey.advice))
    if form == "json":
        echo_json(findings_json(found, ok=not problems, files=survey.files))
    elif written := _FORMS[form](found):
        click.echo(written)
    ctx.exit(PROBLEMS if problems else FINE)


def _tell(survey: Survey, problems: Sequence[Problem]) -> None:
    """Tell a person; advice goes before, so that what must be put right stands at the end."""
    echo_remarks(note for note in survey.advice if note not in problems)
    if problems:
        raise ContentError(problems, survey.files)
    said = f": {describe_history(survey.history)}" if survey.history else ""
    noted = f" ({count(len(survey.advice), 'note')})" if survey.advice else ""
    click.echo(f"no problem in {count(survey.files, 'file')}{noted}{said}")
