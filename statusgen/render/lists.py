"""Words one after the other, with what a language puts between them."""

from collections.abc import Iterable

from statusgen.render.language import ENGLISH, gettext, spoken


def isolate(words: str) -> str:
    """Keep words that may run the other way from mixing with those around them, where a language runs right to left."""
    return f"\u2068{words}\u2069" if spoken().direction == "rtl" else words


def list_words(words: Iterable[str]) -> str:
    """Join words as in `API, Web, Docs`."""
    return gettext(", ").join(words)


def list_clauses(clauses: Iterable[str]) -> str:
    """Join what may have commas in it, as in `one, two; three`."""
    return gettext("; ").join(clauses)


def list_together(words: Iterable[str]) -> str:
    """Join words of which all are meant, as in `Monday, Tuesday and Friday`."""
    *first, last = words
    locale = spoken().locale
    if locale == ENGLISH.locale:
        return f"{', '.join(first)} and {last}" if first else last
    from babel.lists import format_list  # noqa: PLC0415 - what only speaks English does without it

    return format_list([*first, last], locale=locale)
