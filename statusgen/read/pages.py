"""Files of content/pages: from a document to a CustomPage."""

from typing import Annotated

from statusgen.model.addresses import TAKEN
from statusgen.model.code import Code
from statusgen.model.history import CustomPage
from statusgen.model.problem import Problem
from statusgen.read import written
from statusgen.read.document import Document, DocumentError, read_body
from statusgen.read.fields import Schema, Text, reads, validate
from statusgen.read.times import Clock

LAST = 10**9
"""The place of `nav: true`: after all numbers."""


def _place(text: str) -> int | None:
    if text in ("true", "false"):
        return LAST if text == "true" else None
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LAST - 1)):
        raise ValueError(f'"{text}" is not true, false or a whole number (its place in the navigation, lowest first)')
    return int(text)


class PageSchema(Schema):
    """The front matter of a page."""

    title: Text
    """Its heading and its name in the navigation."""
    nav: Annotated[int | None, reads(_place, written.NAV)] = None
    """true, or its place in the navigation, lowest first."""


def parse_page(document: Document, page_id: str, clock: Clock) -> CustomPage | list[Problem]:
    """Read a page; all problems at once where there are any. `page_id`, its file's name, is its address."""
    schema = validate(PageSchema, document.front, document.path, clock)
    problems = schema if isinstance(schema, list) else []
    if page_id in TAKEN:
        text = f'the file\'s name is the address, and "{page_id}" is taken by the site itself (choose another name)'
        problems = [*problems, Problem(document.path, 0, text, Code.FILE_NAME)]
    try:
        text = read_body(document)
    except DocumentError as error:
        return [*problems, error.problem]
    if isinstance(schema, list) or problems:
        return problems
    return CustomPage(id=page_id, title=schema.title, text=text, nav=schema.nav, path=document.path)
