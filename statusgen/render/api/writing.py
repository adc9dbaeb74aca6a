"""How documents for programs are written: compact JSON, and an author's text as HTML that leads to the right places."""

import json
from functools import lru_cache
from typing import Any

from statusgen.model.artifact import Artifact
from statusgen.render.text import absolute_links, render_markdown, without_controls


def document(address: str, content: Any) -> Artifact:  # noqa: ANN401 - whatever JSON can hold
    """Write a document as JSON in UTF-8, on one line."""
    return Artifact(address, (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


@lru_cache(maxsize=20_000)
def body(text: str, page: str) -> str:
    """Give an author's Markdown as sanitised HTML; `page` is the full address that its relative links are meant for."""
    return absolute_links(str(render_markdown(text)), page)


def one_line(text: str) -> str:
    """Give a name for a format of lines: without control characters, blanks in the place of ends of lines."""
    return " ".join(without_controls(text).split())
