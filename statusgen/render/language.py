"""The language that is being written: the only place where a text of the interface is looked up.

It is ambient, as gettext's is: every filter and every sentence would otherwise carry it through. `speaking` sets it
around the rendering of a language's pages; outside of that it is English, which is what the terminal speaks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code as in `languages:` of status.yaml, the locale of its dates and numbers, and its texts.

    `name` is what it calls itself, `direction` ltr or rtl. `folder` is where its pages lie in the site: nothing for the
    first language, and else as in `de/`.
    """

    code: str
    locale: str
    direction: str
    texts: NullTranslations
    name: str
    folder: str = ""


ENGLISH = Language("en", "en_GB", "ltr", NullTranslations(), "English")
_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[Language]:
    """Write everything inside in a language."""
    before = _spoken.set(language)
    try:
        yield language
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """Give the language that is being written."""
    return _spoken.get()


def gettext(message: str) -> str:
    """Give a text of the interface in the language that is being written."""
    return _spoken.get().texts.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Give a text that depends on a number, which is then to be put into it."""
    return _spoken.get().texts.ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """Give a text that means something else elsewhere; `context` says what it speaks of."""
    return _spoken.get().texts.pgettext(context, message)


def later(message: str) -> str:
    """Mark a text of a table for the catalogues; it is looked up where it is written."""
    return message
