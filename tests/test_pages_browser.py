"""What pages promise whatever they look like: anyone can read them, with any means, on any screen."""

import re

import pytest
from axe import find_violations
from kinds import ADDRESSES, ALL, test_every_kind_of_page_is_visited  # noqa: F401 - collected here

from statusgen.model.history import Phase
from statusgen.render.text import plain_text
from statusgen.render.words import show_phase, show_state

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 800}
DESK = {"width": 1280, "height": 800}
# How far a page scrolls sideways, and the innermost elements that make it so; nothing where it fits.
WIDE = """() => {
    const root = document.documentElement
    const overflow = e => getComputedStyle(e).overflowX
    if ([root, document.body].some(e => overflow(e) != 'visible')) return ['overflow is hidden']
    const scrolls = e => e != document.body && (overflow(e) != 'visible' || scrolls(e.parentElement))
    const beyond = e => {
        const { left, right } = e.getBoundingClientRect()
        return root.dir == 'rtl' ? -left : right - root.clientWidth
    }
    const out = [...document.body.querySelectorAll(':not(svg *)')]
        .filter(e => beyond(e) > .5 && !scrolls(e.parentElement))
    const innermost = out.filter(e => !out.some(other => other != e && e.contains(other)))
    const over = root.scrollWidth - root.clientWidth
    return over ? [`${over} px`, ...innermost.map(e => `${Math.round(beyond(e))} px: ${e.outerHTML.slice(0, 90)}`)] : []
}"""
SIZES = "() => [...document.querySelectorAll('h1, p')].map(e => parseFloat(getComputedStyle(e).fontSize))"


def squeeze(text):
    return " ".join(text.split())


def read(page):
    """Give what a person can read in a page once all is unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    return squeeze(page.locator("main").inner_text())


def without_style_and_script(visit, address):
    page = visit(viewport=PHONE)
    blocked = []
    page.route(re.compile(r"\.(css|js)$"), lambda route: (blocked.append(route.request.url), route.abort()))
    page.goto(address)
    assert blocked, "the page asks for no style"
    return page


@pytest.mark.parametrize(
    ("viewport", "media"),
    [
        (PHONE, {"color_scheme": "light"}),
        (PHONE, {"color_scheme": "dark"}),
        (DESK, {"color_scheme": "light"}),
        (DESK, {"color_scheme": "dark"}),
        (PHONE, {"forced_colors": "active"}),
        (DESK, {"media": "print"}),
    ],
    ids=["phone-light", "phone-dark", "desk-light", "desk-dark", "phone-forced-colours", "print"],
)
def test_axe_finds_nothing(visit, address, viewport, media):
    page = visit(viewport=viewport)
    page.emulate_media(**media)
    # On paper nothing is pressed.
    without = ["target-size"] if media.get("media") == "print" else []
    found = []
    for path in ALL:
        page.goto(address + path)
        found += find_violations(page, without)
    assert found == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_scrolls_sideways(visit, address, viewport, size, direction):
    page = visit(viewport=viewport)
    found = []
    for path in ALL:
        page.goto(address + path)
        read(page)
        before = page.evaluate(SIZES)
        page.evaluate(
            "([d, s]) => Object.assign(document.documentElement, {dir: d}).style.fontSize = `${s}%`",
            [direction, size],
        )
        grown = [after / each for after, each in zip(page.evaluate(SIZES), before, strict=True)]
        # A headline that follows the width of the window grows less than text.
        assert min(grown) > 0.75 * size / 100, f"{path}: a text has a size of its own"
        found += [f"{path}: {what}" for what in page.evaluate(WIDE)]
    assert found == [], "\n".join(found)


def test_every_page_can_be_read_without_script(visit, address):
    page = visit(java_script_enabled=False)
    for path in ALL:
        page.goto(address + path)
        assert page.get_by_role("heading", level=1).is_visible()
        assert len(page.locator("main").inner_text()) > 40


def test_the_overview_tells_all_states_in_order_without_style_and_script(visit, address, report):
    page = without_style_and_script(visit, address)
    assert page.get_by_role("heading", level=1).is_visible()
    text, position = read(page), 0
    shown = [component for group in report.groups for component in group.components]
    assert len(shown) > 5
    names = "|".join(re.escape(component.component.name) for component in shown)
    for component in shown:
        name, word = component.component.name, show_state(component.shown)
        told = re.compile(rf"\b{re.escape(name)}\b(?:(?!\b(?:{names})\b).)*?{word}").search(text, position)
        assert told, f"{name} is not said to be in {word} after {text[:position][-80:]!r}"
        position = told.end()
    for incident in (incident for incident in report.incidents if incident.active):
        assert incident.incident.title in text
        assert squeeze(plain_text(incident.latest.text)) in text


@pytest.mark.parametrize("path", ADDRESSES["incident.html"])
def test_an_incident_tells_its_updates_in_order_without_style_and_script(visit, address, report, path):
    page = without_style_and_script(visit, address + path)
    incident = next(each for each in report.incidents if path == f"incidents/{each.incident.id}/")
    assert page.get_by_role("heading", level=1).inner_text() == incident.incident.title
    text = read(page)
    said = [update for update in incident.incident.updates if update.phase is not Phase.POSTMORTEM]
    places = [text.index(squeeze(plain_text(update.text))) for update in said]
    assert places in (sorted(places), sorted(places, reverse=True))
    labels = [match.start() for update in said for match in re.finditer(show_phase(update.phase), text)]
    assert len(set(labels)) >= len(said)
    names = {component.component.id: component.component.name for component in report.components}
    for component, worst in incident.components:
        assert re.search(rf"{re.escape(names[component])}.{{0,40}}{show_state(worst.word)}", text)
