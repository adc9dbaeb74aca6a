"""What the commands of responders share: their options, the text that they ask for, and what they say at the end."""

import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from statusgen.cli.options import format_option
from statusgen.errors import UnknownNameError, suggest
from statusgen.model.calendar import iso_utc
from statusgen.model.printable import printable
from statusgen.model.status import STATUS_WORDS, Status
from statusgen.respond import ManyOpenError, Written

F = TypeVar("F", bound=Callable[..., Any])

_OPENED = "<!-- What is in this comment is not published."


class WhenType(click.ParamType[str]):
    """A time as responders type it; it is read once the zone of status.yaml is known."""

    name = "TIME"


class StateType(click.ParamType[tuple[str, Status]]):
    """A component with its state, as in api=major_outage."""

    name = "ID=STATUS"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Status]:
        """Give the name and the status."""
        if isinstance(value, tuple):
            return value
        name, equals, word = str(value).partition("=")
        if not equals or word not in STATUS_WORDS:
            near = suggest(word, STATUS_WORDS)
            cure = near or " (write it as in api=major_outage)"
            self.fail(f'"{value}" is not ID=STATUS, with one of {", ".join(STATUS_WORDS)}{cure}', param, ctx)
        return name, STATUS_WORDS[word]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Complete the component, then its state."""
        del param
        from click.shell_completion import CompletionItem  # noqa: PLC0415

        name, equals, word = incomplete.partition("=")
        if equals:
            return [CompletionItem(f"{name}={state}") for state in STATUS_WORDS if state.startswith(word)]
        return [CompletionItem(f"{id_}=") for id_ in component_ids(ctx) if id_.startswith(name)]


def component_ids(ctx: click.Context) -> list[str]:
    """Give the ids of the components, for completion; nothing where they cannot be read."""
    from statusgen.read.source import open_desk  # noqa: PLC0415

    try:
        return [component.id for component in open_desk(Path(ctx.params.get("content") or "content")).site.components]
    except (OSError, click.ClickException):
        return []


def complete_files(folder: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Make a completion of the ids of the files in a folder, the newest name first."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        from statusgen.read.fields import ID  # noqa: PLC0415 - not needed without a completion
        from statusgen.read.source import list_files  # noqa: PLC0415

        root = Path(ctx.params.get("content") or "content") / folder
        stems = {path.stem for path in list_files(root)}
        # A shell reads what is completed as its own words: names that are no ids could run something.
        return sorted((stem for stem in stems if stem.startswith(incomplete) and ID.fullmatch(stem)), reverse=True)

    return complete


def message_options(command: F) -> F:
    """Add -m, --commit and --push."""
    options = [
        click.option("-m", "--message", "text", help="What readers read. Without it your editor opens."),
        click.option("--commit", is_flag=True, help="Commit the file with git."),
        click.option("--push", is_flag=True, help="Commit the file and push."),
        format_option("text", "json"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def ask_text(text: str | None, situation: str, draft: str = "") -> str:
    """Give the text of an update: as given, or as written in the editor below what is shown of the situation."""
    if text is not None:
        return text
    if not sys.stdin.isatty():
        raise click.UsageError("no text: give it with -m (an editor opens on a terminal only)")
    shown = situation.replace("--", "- -")
    try:
        with _leaving_ctrl_c_to_the_editor():
            written = click.edit(f"{draft}\n\n{_OPENED}\n{shown}\n-->\n", extension=".md")
    except click.ClickException as error:
        cure = "name another in EDITOR, or give the text with -m"
        raise click.ClickException(f"{error.format_message()} ({cure}); nothing was written") from None
    if written is None:
        raise click.ClickException("the editor was left without saving; nothing was written")
    words = written.partition(_OPENED)[0].strip()
    if not words:
        raise click.ClickException("the text is empty; nothing was written")
    return words


@contextmanager
def _leaving_ctrl_c_to_the_editor() -> Iterator[None]:
    """Let Ctrl-C be a key of the editor's; a handler that does nothing is not handed on to it, as SIG_IGN would be."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def keeping(words: str, *, typed: bool) -> Iterator[None]:
    """Show on stderr what somebody typed in the editor where it cannot be written, so that it is not lost."""
    try:
        yield
    except (click.ClickException, OSError):
        if typed:
            told = "\n".join(map(printable, words.splitlines()))
            click.echo(f"Your text, which was not written:\n\n{told}\n", err=True)
        raise


def ask_which(error: ManyOpenError) -> str:
    """Let somebody at a terminal choose by a number; elsewhere the error is theirs."""
    if not error.found or not sys.stdin.isatty():
        raise error
    head, *lines = error.format_message().splitlines()
    click.echo("\n".join([head, *(f"{number:>3}{line}" for number, line in enumerate(lines, 1))]), err=True)
    number: int = click.prompt("Which one", type=click.IntRange(1, len(error.found)), err=True)
    return error.found[number - 1]


def note_untouched(components: Collection[str], option: str) -> None:
    """Say of what was just written that it touches no component, which is seldom meant."""
    if not components:
        click.echo(f"note: no component is named, so that no state changes ({option} names one)", err=True)


def states_of(pairs: Iterable[tuple[str, Status]], find: Callable[[str], str]) -> Mapping[str, Status]:
    """Give the states by the ids of components, which may be named by an alias."""
    try:
        return {find(name): status for name, status in pairs}
    except ValueError as error:
        raise UnknownNameError(str(error)) from None


def conclude(written: Written, *, commit: bool, push: bool, form: str) -> None:
    """Commit where that is wanted, and say what was written."""
    if form == "text":
        click.echo(f"wrote  {written.path.as_posix()}")
    said = None
    if commit or push:
        from statusgen.publish.git import commit_file  # noqa: PLC0415

        said = commit_file(written.path, written.summary, push=push)
    if form == "json":
        from statusgen.cli.findings import echo_done  # noqa: PLC0415

        echo_done(
            file=written.path.as_posix(), id=written.path.stem, title=written.title,
            phase=written.phase.value.replace(" ", "_"), at=iso_utc(written.at), commit=said, pushed=push,
        )  # fmt: skip
    elif said:
        click.echo(f"commit {said}  {printable(written.summary)}{' (pushed)' if push else ''}")
