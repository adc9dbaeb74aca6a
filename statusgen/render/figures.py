"""How figures are written: the one place where a share becomes a percentage (uptime.md §7.3, §7.5)."""

from fractions import Fraction
from typing import Any

from statusgen.model.calendar import iso_utc
from statusgen.model.figure import Figure
from statusgen.render.language import gettext
from statusgen.render.numbers import show_percentage


def format_percent(share: Fraction, places: int) -> str:
    """Write a share of one as a percentage with so many decimals, cut off downwards.

    "100%" is written only for exactly that: 99.9996 % must not read as 100 % in a contract (uptime.md §7.3).
    """
    if share == 1:
        return show_percentage("100")
    grid = 10**places
    cut = share * 100 * grid // 1
    whole, rest = divmod(abs(cut), grid)
    sign = "-" if cut < 0 else ""
    return show_percentage(f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}")


def show_uptime(figure: Figure) -> str:
    """Write the uptime of a figure, or the words for want of data."""
    if figure.uptime is None:
        return gettext("no data") if figure.sufficient else gettext("insufficient data")
    return format_percent(figure.uptime, places_of(figure))


def places_of(figure: Figure) -> int:
    """Give the decimals of a figure: those of the SLA, or of its target where it has more (uptime.md §7.3)."""
    return max(figure.sla.decimals, figure.sla.target_places)


def show_coverage(figure: Figure) -> str | None:
    """Write what part was measured, with one decimal; None where everything was, or nothing counts."""
    if figure.coverage is None or figure.coverage == 1 or figure.uptime is None:
        return None
    return format_percent(figure.coverage, 1)


def show_exact(share: Fraction) -> str:
    """Write a share of one as a percentage, whole where it ends within nine decimals, and else cut off with dots."""
    digits = share * 100 * 10**9
    if digits.denominator == 1:
        return show_percentage(decimal_text(share * 100))
    cut = digits // 1
    return show_percentage(f"{cut // 10**9}.{cut % 10**9:09d}…")


def show_target(share: Fraction) -> str:
    """Write a target or tier exactly, as in 99.8%."""
    return show_percentage(decimal_text(share * 100))


def show_seconds_up(seconds: Fraction) -> int:
    """Give whole seconds of downtime, rounded up (uptime.md §7.3)."""
    return -(-seconds.numerator // seconds.denominator)


def decimal_text(value: Fraction) -> str:
    """Write a fraction that has an end in decimals without loss, as in 99.8; as n/d where it has none."""
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return fraction_text(value)
    places = max(twos, fives)
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def fraction_text(value: Fraction) -> str:
    """Write a fraction exactly: `n/d`, or a whole number (design.md §7)."""
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def figure_json(figure: Figure) -> dict[str, Any]:
    """Give a figure as JSON has it (design.md §7); what does not exist is null."""

    def exact(value: Fraction | None) -> str | None:
        return None if value is None else fraction_text(value)

    seconds = {name: getattr(figure.seconds, name) for name in figure.seconds.__slots__}
    return {
        "sla": figure.sla.id,
        "target": None if figure.sla.target is None else decimal_text(figure.sla.target * 100),
        "window": {"from": iso_utc(figure.window.start), "to": iso_utc(figure.window.end)},
        "uptime": exact(figure.uptime),
        "shown": show_uptime(figure),
        "met": figure.met,
        "downtime": exact(figure.downtime),
        "accounted": exact(figure.accounted),
        "seconds": seconds,
        "coverage": exact(figure.coverage),
        "lower": exact(figure.lower),
        "upper": exact(figure.upper),
        "budget": exact(figure.budget),
        "remaining": exact(figure.remaining),
        "burned": exact(figure.burned),
        "final_if_no_more": exact(figure.final_if_no_more),
        "credit": None if figure.credit is None else decimal_text(figure.credit * 100),
    }
