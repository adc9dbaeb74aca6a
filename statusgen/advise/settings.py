"""Advice on status.yaml, and on what was put there to begin with."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from statusgen.model.code import Code
from statusgen.model.history import History
from statusgen.model.problem import Problem

_NOBODYS = ("example", "test", "invalid", "localhost")
_EXAMPLES = ("example.com", "example.org", "example.net")


def advise_settings(history: History) -> Iterator[Problem]:
    """Find an address at which no site can be (RFC 2606)."""
    host = (urlsplit(history.site.url).hostname or "").rstrip(".")
    if host.rpartition(".")[2] in _NOBODYS or any(f".{host}".endswith(f".{name}") for name in _EXAMPLES):
        text = f"url: {history.site.url} is an example (write where the site will be: feeds and the API name it)"
        yield Problem(history.path, 0, text, Code.EXAMPLE)
