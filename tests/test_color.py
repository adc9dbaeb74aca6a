import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from statusgen.model.color import (
    DARK_PAPER,
    LEAST_CONTRAST,
    LIGHT_PAPER,
    contrast,
    from_oklch,
    nearest_passing,
    parse_color,
    passes,
    to_oklch,
)

COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
PAPERS = pytest.mark.parametrize("paper", [LIGHT_PAPER, DARK_PAPER])


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),  # the grey that is famous for falling short
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#1a4fb4", "#ffffff", 7.44),  # conventions.md §2.6
        ("#8ab4ff", "#121212", 8.97),
        ("#fc0", "#ffffff", 1.51),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("text", ["", "#", "#12", "#1234", "#12345g", "red", "1a4fb4", "#1a4fb4 ", "#١٢٣", "#1a4fb4ff"])
def test_what_is_no_colour_is_told(text):
    with pytest.raises(ValueError, match="is not a colour"):
        parse_color(text)


def test_three_digits_are_six():
    assert parse_color("#fc0") == parse_color("#ffcc00") == (1, 0.8, 0)


@given(COLORS)
def test_a_colour_comes_back_from_its_lightness_chroma_and_hue(color):
    assert from_oklch(to_oklch(color)) == color


@pytest.mark.parametrize(
    ("color", "lightness", "chroma", "degrees"),
    [
        ("#ffffff", 1, 0, None),
        ("#000000", 0, 0, None),
        ("#ff0000", 0.628, 0.2577, 29.23),
        ("#0000ff", 0.452, 0.3132, 264.05),
    ],
)
def test_lightness_chroma_and_hue_are_those_of_css(color, lightness, chroma, degrees):
    found = to_oklch(color)
    assert found.lightness == pytest.approx(lightness, abs=0.001)
    assert found.chroma == pytest.approx(chroma, abs=0.001)
    if degrees is not None:
        assert found.hue % 6.283185307 * 57.29577951 == pytest.approx(degrees, abs=0.1)


@PAPERS
@given(color=COLORS)
@example(color="#000000")
@example(color="#ffffff")
@example(color="#777777")
@example(color="#ffff00")
@example(color="#0000ff")
def test_the_nearest_colour_always_passes_and_a_colour_that_passes_is_left_alone(paper, color):
    found = nearest_passing(color, paper)
    assert contrast(found, paper) >= LEAST_CONTRAST
    assert (found == color) == passes(color, paper)
    assert nearest_passing(found, paper) == found


@PAPERS
@given(color=COLORS)
def test_lightness_changes_by_no_percent_more_than_is_needed(paper, color):
    if not passes(color, paper):
        start, away = to_oklch(color), -1 if paper == LIGHT_PAPER else 1
        nearest = to_oklch(nearest_passing(color, paper)).lightness
        assert (nearest - start.lightness) * away > 0
        before = start._replace(lightness=nearest - away * 0.01)
        assert abs(nearest - start.lightness) <= 0.01 or not passes(from_oklch(before), paper)


@PAPERS
@given(color=COLORS)
def test_the_hue_stays_and_chroma_is_never_added(paper, color):
    start, found = to_oklch(color), to_oklch(nearest_passing(color, paper))
    assert found.chroma <= start.chroma + 0.005
    if found.chroma > 0.03:  # of a colour that is almost grey, rounding to whole steps of a screen turns the hue
        assert abs((found.hue - start.hue + 3.14159) % 6.283185 - 3.14159) < 0.15


def test_chroma_stays_where_a_screen_can_show_it():
    start, found = to_oklch("#1a4fb4"), to_oklch(nearest_passing("#1a4fb4", DARK_PAPER))
    assert found.chroma == pytest.approx(start.chroma, abs=0.003)


def test_the_papers_are_those_of_the_shipped_themes():
    for style in (Path(__file__).parent.parent / "themes").glob("*/static/style.css"):
        rules = style.read_text(encoding="utf-8")
        found = [f"#{h[1:] * 2 if len(h) == 4 else h[1:]}" for h in re.findall(r"--paper:\s*(#[0-9a-f]+)", rules)]
        assert set(found) == {LIGHT_PAPER, DARK_PAPER}, style
