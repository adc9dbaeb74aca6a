"""What only the look of the default theme promises."""

import pytest
from kinds import ALL, MISSING

pytestmark = pytest.mark.browser


def test_states_are_seen_in_forced_colours(visit, address):
    page = visit(viewport={"width": 320, "height": 800}, forced_colors="active")
    page.goto(address)
    fill = "getComputedStyle(document.querySelector('.bars .operational')).fill"
    ink = "getComputedStyle(document.body).color"
    assert page.evaluate(fill) == page.evaluate(ink)


def test_bars_lie_on_whole_pixels(visit, address):
    page = visit()
    phones = ((300, 30, 9), (320, 30, 10), (360, 30, 11), (375, 30, 11), (393, 30, 12), (430, 30, 13))
    for width, days, expected in (*phones, (500, 60, 8), (600, 60, 9), (768, 90, 8), (1280, 90, 8), (1281, 90, 8)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        strip = page.locator(".components .strip").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        bars = page.locator(".components .bars").first.evaluate("e => e.getBoundingClientRect().toJSON()")
        assert (bars["width"], strip["width"]) == (90 * expected, days * expected), width
        assert bars["right"] == strip["right"], "today is at the right"
        assert bars["left"] % 1 == 0, width
        main = page.locator("main").evaluate("e => e.getBoundingClientRect().toJSON()")
        assert (main["left"], main["right"]) == (strip["left"], strip["right"]), "the bars are the measure of the page"


def test_names_without_a_blank_wrap(visit, address):
    page = visit(viewport={"width": 320, "height": 800})
    for path in ALL:
        if path in MISSING:
            continue
        page.goto(address + path)
        page.evaluate("""document.querySelectorAll('h1, h2, .line a, .what a, .brand a, .text p, dd, .meta')
            .forEach(e => { e.textContent = 'W'.repeat(120) })""")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_what_is_pressed_is_large_enough(visit, address):
    page = visit(viewport={"width": 320, "height": 800})
    page.goto(address)
    heights = page.locator("summary, nav a, footer a").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
