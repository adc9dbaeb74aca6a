"""Pages of other languages fit the screen, keep to their direction, and can be read with any means."""

from dataclasses import replace

import pytest
from axe import find_violations
from conftest import write_site
from kinds import ADDRESSES, ALL, MISSING
from serving import serve
from test_pages_browser import PHONE, WIDE, read

from statusgen.model.languages import LANGUAGES
from statusgen.render import urls

pytestmark = pytest.mark.browser

OTHERS = LANGUAGES[1:]


@pytest.fixture(scope="module")
def spoken(report, tmp_path_factory):
    """Serve the example in all languages."""
    told = replace(report, site=replace(report.site, languages=LANGUAGES))
    with serve(write_site(told, tmp_path_factory.mktemp("languages"))) as address:
        yield address


def addresses(code):
    return [urls.placed(path, f"{code}/") for path in ALL if path not in MISSING]


@pytest.mark.parametrize("code", OTHERS)
def test_no_page_of_another_language_scrolls_sideways(visit, spoken, code):
    page, found = visit(viewport=PHONE), []
    for path in addresses(code):
        page.goto(spoken + path)
        read(page)
        found += [f"{path}: {what}" for what in page.evaluate(WIDE)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("code", ["de", "ar"])
def test_axe_finds_nothing_in_another_language(visit, spoken, code):
    page, found = visit(viewport=PHONE), []
    for path in addresses(code):
        page.goto(spoken + path)
        found += find_violations(page)
    assert found == []


def test_an_arabic_page_begins_at_the_right_and_keeps_formulas_the_other_way(visit, spoken):
    page = visit()
    page.goto(spoken + urls.placed(ADDRESSES["uptime_explained.html"][0], "ar/"))
    heading, width = page.locator("h1").bounding_box(), page.viewport_size["width"]
    text = page.evaluate(
        "() => { const r = document.createRange(); r.selectNodeContents(document.querySelector('h1')); "
        "const { left, right } = r.getBoundingClientRect(); return [left, right] }"
    )
    assert width - text[1] < text[0], (heading, text)
    order = page.evaluate(
        """() => {
            const bdi = [...document.querySelectorAll('bdi[dir=ltr]')].find(e => e.textContent.startsWith('1 −'))
            const at = text => {
                const range = document.createRange(), start = bdi.firstChild.data.indexOf(text)
                range.setStart(bdi.firstChild, start); range.setEnd(bdi.firstChild, start + 1)
                return range.getBoundingClientRect().left
            }
            return [at('1'), at('−'), at('÷'), at('=')]
        }"""
    )
    assert order == sorted(order)


def test_the_switch_leads_from_one_language_to_the_other_and_back(visit, spoken):
    page = visit()
    page.goto(spoken + "uptime/")
    page.get_by_role("link", name="Deutsch").click()
    assert page.url == spoken + "de/uptime/"
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="العربية").click()
    assert page.url == spoken + "ar/uptime/"
    page.get_by_role("link", name="English").click()
    assert page.url == spoken + "uptime/"
