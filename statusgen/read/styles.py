"""Stylesheets of the content: what in them would make a page ask for another file."""

from collections.abc import Iterable, Iterator

import tinycss2
from tinycss2.ast import AtKeywordToken, FunctionBlock, Node, StringToken, URLToken

from statusgen.model.code import Code
from statusgen.model.problem import Problem

# Functions in which a text is an address (CSS Images 4, CSS Values 5).
_LOADERS = {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"}
_SHORT = 60


def check_style(text: str, path: str, first_line: int = 1) -> list[Problem]:
    """Find what a stylesheet must not hold: the site asks nothing of other hosts, and its files have other names.

    `first_line` is the line of the file at which the text begins.
    """
    tokens = tinycss2.parse_component_value_list(text)
    found = [(line + first_line - 1, told) for line, told in _walk(tokens)]
    return [Problem(path, line, told, Code.STYLESHEET) for line, told in found]


def _walk(tokens: Iterable[Node]) -> Iterator[tuple[int, str]]:
    """Look at every token, however deep: blocks of a stranger may nest deeper than Python's calls can."""
    left = [*tokens]
    while left:
        token = left.pop()
        match token:
            case AtKeywordToken(lower_value="import"):
                yield token.source_line, "@import asks for another file (copy its rules into this one)"
            case URLToken():
                yield from _check_address(token, token.value)
            case FunctionBlock(lower_name=name):
                if name in _LOADERS:
                    for argument in token.arguments:
                        if isinstance(argument, StringToken):
                            yield from _check_address(argument, argument.value)
                left += token.arguments
        left += getattr(token, "content", None) or ()


def _check_address(token: Node, address: str) -> Iterator[tuple[int, str]]:
    """Find an address that is not inside of the file itself."""
    if not address.strip().startswith(("#", "data:")):
        shown = address if len(address) <= _SHORT else f"{address[: _SHORT - 1]}…"
        yield token.source_line, f'url("{shown}") asks for another file (write what is in it as data:, or delete it)'
