"""Numbers as a language writes them. The digits are made elsewhere and never touched here: only what stands between."""

from dataclasses import dataclass
from functools import cache

from statusgen.render.language import ENGLISH, ngettext, spoken


@dataclass(frozen=True, slots=True)
class Signs:
    """What a locale puts between and around the digits of a number, and around those of a percentage."""

    decimal: str
    group: str
    minus: str
    percent: tuple[str, str]


@cache
def signs_of(locale: str) -> Signs:
    """Give the signs of a locale, for Latin digits."""
    if locale == ENGLISH.locale:
        return Signs(".", ",", "-", ("", "%"))
    from babel import Locale  # noqa: PLC0415 - what only speaks English does without it

    known = Locale.parse(locale)
    latin = known.number_symbols["latn"]
    pattern = known.percent_formats[None]
    before, after = (part.replace("%", latin["percentSign"]) for part in (pattern.prefix[0], pattern.suffix[0]))
    return Signs(latin["decimal"], latin["group"], latin["minusSign"], (before, after))


def show_integer(number: int) -> str:
    """Write a whole number with its thousands parted, as in 1,024."""
    signs = signs_of(spoken().locale)
    return f"{number:,}".replace("-", signs.minus).replace(",", signs.group)


def show_decimal(digits: str) -> str:
    """Write a number that is given in digits with a point, as in -1234.5, which is kept in English."""
    signs = signs_of(spoken().locale)
    return digits.replace("-", signs.minus).replace(".", signs.decimal)


def show_percentage(digits: str) -> str:
    """Write a percentage that is given in digits with a point, as in 99.953%."""
    before, after = signs_of(spoken().locale).percent
    return f"{before}{show_decimal(digits)}{after}"


def show_checks(number: int) -> str:
    """Write a number of checks, as in 1,024 checks."""
    return ngettext("%(number)s check", "%(number)s checks", number) % {"number": show_integer(number)}


def show_slices(number: int) -> str:
    """Write a number of slices of an SLA's time."""
    return ngettext("%(number)s slice", "%(number)s slices", number) % {"number": show_integer(number)}
