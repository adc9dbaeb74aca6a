"""How percentages and fractions are written (uptime.md §7.3)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen.render.figures import decimal_text, format_percent, fraction_text, show_seconds_up

SHARES = st.fractions(min_value=0, max_value=1, max_denominator=10**9)


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (Fraction(1), 3, "100%"),
        (Fraction(0), 3, "0.000%"),
        (Fraction(499, 500), 3, "99.800%"),
        (Fraction(517363, 518400), 2, "99.79%"),
        (Fraction(2678399, 2678400), 3, "99.999%"),
        (Fraction(999999999, 10**9), 0, "99%"),
        (Fraction(1, 3), 0, "33%"),
    ],
)
def test_percentages_are_cut_off_downwards(share, places, text):
    assert format_percent(share, places) == text


@given(SHARES, st.integers(0, 9))
def test_what_is_shown_is_never_above_what_is(share, places):
    shown = Fraction(format_percent(share, places).removesuffix("%")) / 100
    assert share - Fraction(1, 100 * 10**places) < shown <= share
    assert (format_percent(share, places) == "100%") == (share == 1)


@given(SHARES, st.integers(0, 6), st.integers(0, 10**4))
def test_a_target_on_the_grid_is_shown_as_reached_exactly_when_it_is(share, places, steps):
    target = Fraction(steps, 10**4)
    places = max(places, 2)
    shown = Fraction(format_percent(share, places).removesuffix("%")) / 100
    assert (shown >= target) == (share >= target)


@given(st.integers(-(10**12), 10**12), st.integers(0, 9))
def test_decimals_are_written_without_loss(numerator, places):
    value = Fraction(numerator, 10**places)
    assert Fraction(decimal_text(value)) == value


def test_a_fraction_without_end_stays_a_fraction():
    assert decimal_text(Fraction(1, 3)) == "1/3"
    assert (fraction_text(Fraction(6, 3)), fraction_text(Fraction(-1, 2))) == ("2", "-1/2")


@given(st.fractions(min_value=0, max_value=10**6))
def test_downtime_is_shown_in_whole_seconds_rounded_up(seconds):
    assert 0 <= show_seconds_up(seconds) - seconds < 1
