"""What the one script adds to an open page, and that it takes nothing away.

The reader's own time, ages, what the plan brings, a banner when the page is old, newer facts, the days behind the bars.
"""

import re
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from time import sleep

import pytest
from axe import find_violations
from conftest import write_site
from playwright.sync_api import expect
from serving import Handler, serve
from test_future import QUIET, WORK
from test_pages import DAY, HOUR, NOW, OVER, TINY, say, tiny_site
from test_policy_browser import Watch

from statusgen.compute.report import compute_report
from statusgen.model.history import Component, Group, History, Incident, Phase
from statusgen.model.status import Status
from statusgen.render.catalogues import find_language
from statusgen.render.durations import keep_together, show_duration
from statusgen.render.language import speaking

pytestmark = pytest.mark.browser

MINUTE = 60
SAID = "This page was brought up to date."
CALM = History(site=tiny_site(fresh_for=15 * MINUTE), incidents=(OVER,))
AGAIN = "Failed to load resource"


class Stage:
    """A site that changes while it is looked at, and whose server has a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, NOW

    def build(self, history: History, now: int = NOW) -> None:
        """Publish a history as of `now`; the server's clock is at least there, then."""
        write_site(compute_report(history, now), self.folder)
        self.clock = max(self.clock, now)

    def edit(self, path: str, change) -> None:
        file = self.folder / path
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path / "site")

    class Told(Handler):
        """Says what the stage says."""

        def date_time_string(self, _: float | None = None) -> str:
            return formatdate(stage.clock, usegmt=True)

    with serve(tmp_path / "site", handler=Told) as stage.address:
        yield stage


@pytest.fixture
def look(visit):
    """Open a page of a site while the reader's clock is faked; whatever it logs or violates is an error."""
    seen = []

    def open_page(stage, path="", now=NOW, **options):
        page = visit(**{"timezone_id": "UTC", **options})
        page.stage, page.watch = stage, Watch(page)
        seen.append(page)
        page.clock.install(time=now)
        with page.expect_response("**/build.json"):
            page.goto(stage.address + path)
        return page

    yield open_page
    for page in seen:
        assert page.watch.said == []
        assert page.evaluate("reports") == []


def pass_time(page, seconds):
    """Let all clocks go on by so much; whoever is asked meanwhile has time to answer.

    The page's clock goes on by itself, too: what a busy machine takes is a part of the time that is to pass.
    """
    end = page.evaluate("Date.now()") + seconds * 1000
    while (left := end - page.evaluate("Date.now()")) > 0:
        step = min(left, 40_000)
        page.stage.clock += step / 1000
        page.clock.run_for(step)
        page.wait_for_timeout(30)


def wait_for(page, shown):
    """Let seconds pass until something is seen: an answer of the server takes its time on a busy machine."""
    for _ in range(40):
        page.clock.run_for(1000)
        if shown.is_visible():
            return
        page.wait_for_timeout(50)
    expect(shown).to_be_visible()


def ask_again(page, *, renewed=True):
    """Let a minute and a quarter pass, in which the page asks for news, and wait until it has them."""
    answers = "**/build.json" if not renewed else lambda answer: answer.request.resource_type == "xhr"
    with page.expect_response(answers):
        pass_time(page, 76)
    page.wait_for_timeout(100)


def news(page):
    return page.locator("#news").inner_text()


def frozen(page):
    """Give all of a page but what time changes."""
    return re.sub(
        r"(<span[^>]* data-(?:age|since)=[^>]*>)[^<]*", r"\1", page.locator("body").evaluate("e => e.outerHTML")
    )


def count_said(page):
    """Count from now on how often something is announced; gives what reads the count."""
    page.evaluate("""() => {
        window.announced = []
        const news = document.querySelector('#news')
        new MutationObserver(() => news.textContent && announced.push(news.textContent))
            .observe(news, {childList: true, characterData: true, subtree: true})
    }""")
    return lambda: page.evaluate("announced")


# --- the reader's own time ---


@pytest.mark.parametrize(
    ("zone", "as_of", "planned"),
    [
        ("Europe/Berlin", "(10:30 CET)", "(10:40–11:40 CET)"),
        ("Asia/Kolkata", "(15:00 GMT+5:30)", "(15:10–16:10 GMT+5:30)"),
        ("Pacific/Kiritimati", "(23:30 GMT+14)", "(24 Nov, 23:40 GMT+14 – 25 Nov, 00:40 GMT+14)"),
    ],
)
def test_a_readers_own_time_stands_beside_that_of_the_site(stage, look, zone, as_of, planned):
    stage.build(replace(QUIET, maintenances=(WORK,)))
    page = look(stage, timezone_id=zone)
    expect(page.locator("main .asof time + .local")).to_have_text(f" {as_of}")
    assert "24 November 2026, 09:30 UTC" in page.locator("main .asof").inner_text()
    assert page.locator(".entry .phase-word ~ .local").inner_text().strip().replace("\u2009", " ") == planned


def test_another_day_is_told(stage, look):
    stage.build(CALM, NOW + HOUR)
    page = look(stage, now=NOW + HOUR, timezone_id="Pacific/Kiritimati")
    assert page.locator("main .asof .local").inner_text().strip() == "(25 Nov, 00:30 GMT+14)"


@pytest.mark.parametrize(
    ("site", "reader"), [("UTC", "UTC"), ("UTC", "Europe/London"), ("Europe/Berlin", "Europe/Rome")]
)
def test_who_has_the_same_clock_is_told_nothing(stage, look, site, reader):
    stage.build(replace(TINY, site=tiny_site(zone=site)))
    for path in ("", "incidents/open/"):
        page = look(stage, path, timezone_id=reader)
        assert page.locator("time[data-at]").count() > 1
        assert page.locator(".local").count() == 0
        assert page.locator("#zone").is_hidden()


def test_a_site_with_a_zone_of_its_own_is_told_in_utc_to_who_has_that(stage, look):
    stage.build(replace(TINY, site=tiny_site(zone="Europe/Berlin")))
    page = look(stage)
    assert page.locator("main .asof").inner_text().startswith("As of 24 November 2026, 10:30 CET (09:30 UTC)")


def test_own_time_can_be_switched_off_and_that_is_remembered(stage, look):
    stage.build(CALM)
    page = look(stage, timezone_id="Europe/Berlin")
    switch, local = page.get_by_role("button", name="Show my own time too"), page.locator("main .asof .local")
    assert local.is_visible()
    assert switch.get_attribute("aria-pressed") == "true"
    switch.press("Enter")
    assert local.is_hidden()
    page.goto(stage.address + "history/")
    page.goto(stage.address)
    assert local.is_hidden()
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    assert local.is_visible()
    page.reload()
    assert local.is_visible()


def test_a_browser_that_remembers_nothing_shows_it_all_the_same(stage, visit):
    stage.build(CALM)
    page = visit(timezone_id="Europe/Berlin")
    watch = Watch(page)
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    page.goto(stage.address)
    assert page.locator("main .asof .local").is_visible()
    page.locator("#zone").click()
    assert page.locator("main .asof .local").is_hidden()
    assert watch.said == []


# --- what time alone changes ---


def test_ages_grow(stage, look):
    stage.build(replace(TINY, site=tiny_site()))
    stage.clock = NOW + 5 * MINUTE
    page = look(stage, now=stage.clock)
    age, since = page.locator("main .asof .age"), page.locator(".active [data-since]")
    assert (age.inner_text(), since.inner_text()) == ("5 minutes ago", "1\u00a0h 5\u00a0min")
    pass_time(page, 60)
    assert (age.inner_text(), since.inner_text()) == ("6 minutes ago", "1\u00a0h 6\u00a0min")
    written = {30: "0 minutes ago", 3599: "59 minutes ago", 3600: "1 hour ago", 40 * HOUR: "1 day ago"}
    assert {seconds: page.evaluate("ago", seconds) for seconds in written} == written


def test_an_update_that_was_promised_and_did_not_come_is_overdue_in_an_open_page(stage, look):
    stage.build(replace(TINY, site=tiny_site(expect_update_within=31 * MINUTE)))
    page = look(stage)
    page.wait_for_timeout(100)
    promise = page.locator(".next")
    assert promise.inner_text().rstrip() == "Next update by 09:31 UTC"
    pass_time(page, 62)
    assert promise.inner_text() == "Next update by 09:31 UTC overdue"


@pytest.mark.parametrize("code", ["en", "fr", "ja"])
def test_a_duration_goes_on_as_the_build_wrote_it(stage, look, code):
    stage.build(replace(CALM, site=tiny_site(languages=(code,))))
    page = look(stage)
    whole = [60 * minutes for minutes in (1, 42, 60, 65, 1439, 1440, 1500, 2887, 14400)]
    with speaking(find_language(code)):
        written = [keep_together(show_duration(seconds)) for seconds in whole]
        assert [page.evaluate("lasting", seconds) for seconds in whole] == written
    assert page.evaluate("lasting", 42 * 60 + 59) == page.evaluate("lasting", 42 * 60)


def shape(page, selector):
    return page.locator(f"{selector} use").first.get_attribute("href")


def test_a_maintenance_begins_and_ends_on_time_in_an_open_page(stage, look):
    stage.build(replace(QUIET, incidents=(), maintenances=(WORK,)))
    stage.clock = NOW + 590
    page = look(stage, now=stage.clock)
    title, icon, docs = (
        page.title(),
        page.locator("link[rel=icon]").get_attribute("href"),
        page.locator("#c-docs .state"),
    )
    said = count_said(page)
    before = (docs.inner_text(), docs.get_attribute("class"), shape(page, "#c-docs .state"), news(page))
    page.clock.pause_at(NOW + 599)
    page.wait_for_timeout(100)
    assert before == (docs.inner_text(), docs.get_attribute("class"), shape(page, "#c-docs .state"), news(page))
    assert page.locator(".phase-word").inner_text() == "Scheduled"
    page.clock.run_for(1100)
    expect(docs).to_have_text("Under maintenance")
    assert docs.get_attribute("class") == "state under_maintenance"
    assert shape(page, "#c-docs .state") == "#s-under_maintenance"
    assert page.get_by_role("heading", level=1).inner_text() == "Maintenance in progress"
    assert shape(page, ".headline") == "#s-under_maintenance"
    assert page.title() == "Maintenance in progress · Tiny"
    assert "under_maintenance" in page.locator("link[rel=icon]").get_attribute("href")
    assert page.locator(".phase-word").inner_text() == "In progress"
    stage.clock = NOW + 600
    pass_time(page, HOUR - 20)
    assert docs.inner_text() == "Under maintenance"
    pass_time(page, 20)
    assert page.locator(".phase-word").inner_text() == "Completed"
    assert before[:3] == (docs.inner_text(), docs.get_attribute("class"), shape(page, "#c-docs .state"))
    assert (page.title(), page.locator("link[rel=icon]").get_attribute("href")) == (title, icon)
    assert said() == ["Maintenance in progress", title.removesuffix(" · Tiny")]


def test_what_is_the_matter_is_over_in_the_first_sentence_too(stage, look):
    begun = replace(WORK, start=NOW - HOUR, end=NOW + 600, updates=(say(2880, Phase.SCHEDULED),))
    other = replace(begun, id="other", end=NOW + 4200, components=(("fax", None), ("web", None)))
    stage.build(replace(QUIET, incidents=(), maintenances=(begun, other)))
    page = look(stage)
    conditions = page.locator(".conditions li")
    assert conditions.all_inner_texts() == ["Under maintenance: Web", "Under maintenance: Docs"]
    pass_time(page, 600)
    assert conditions.all_inner_texts() == ["Under maintenance: Web", "Operational: Docs"]


@pytest.mark.parametrize("wrong", [-DAY, -HOUR, HOUR, DAY])
def test_a_wrong_clock_flips_nothing_too_early_or_late(stage, look, wrong):
    stage.build(replace(QUIET, incidents=(), maintenances=(WORK,)))
    page = look(stage, now=NOW + wrong)
    docs = page.locator("#c-docs .state")
    page.wait_for_timeout(100)
    assert docs.inner_text() == "Operational"
    assert news(page) == ""
    pass_time(page, 620)
    assert docs.inner_text() == "Under maintenance"


# --- the page is old ---


def test_a_page_that_is_no_longer_renewed_says_so(stage, look):
    stage.build(CALM)
    page = look(stage)
    banner = page.locator("#stale")
    assert banner.is_hidden()
    pass_time(page, 880)
    assert banner.is_hidden()
    pass_time(page, 22)
    wait_for(page, banner)
    assert "how things stood on 24 November 2026, 09:30 UTC" in banner.inner_text()
    assert page.locator("[role=status]", has=banner).count() == 1, "it is said aloud where it already was"
    stage.build(CALM, NOW + 930)
    ask_again(page, renewed=False)
    page.clock.run_for(1100)
    expect(banner).to_be_hidden()


def test_a_page_that_is_old_when_it_comes_says_so_at_once(stage, look):
    stage.build(CALM)
    stage.clock = NOW + DAY
    page = look(stage, now=NOW + DAY)
    page.clock.run_for(1100)
    expect(page.locator("#stale")).to_be_visible()


PHONE = {"width": 360, "height": 640}
SHIFTS = """() => {
    window.shifts = []
    const note = list => shifts.push(...list.getEntries().map(each => each.value))
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true })
}"""


def test_nothing_that_the_script_adds_moves_the_page(stage, visit):
    """Not even where the script comes late: nothing is painted before."""
    stage.build(WORSE)
    stage.clock = NOW + DAY
    page = visit(timezone_id="Asia/Tokyo", viewport=PHONE)
    page.clock.install(time=NOW + DAY)
    page.route("**/page.*.js", lambda route: (sleep(0.4), route.continue_()))
    page.goto(stage.address)
    wait_for(page, page.locator("#stale"))
    assert page.locator(".local").count() > 5
    page.evaluate(SHIFTS)
    page.wait_for_timeout(200)
    assert page.evaluate("shifts") == []


def bottom_of(element):
    box = element.bounding_box()
    return box["y"] + box["height"]


def test_the_banner_covers_nothing_that_has_the_focus_nor_the_end_of_the_page(stage, look):
    stage.build(CALM)
    stage.clock = NOW + DAY
    page = look(stage, now=NOW + DAY, viewport=PHONE)
    wait_for(page, page.locator("#stale"))
    banner = page.locator("#stale")
    link = page.locator("main a").last
    page.set_viewport_size({"width": 360, "height": round(bottom_of(link)) + 8})
    assert bottom_of(link) > banner.bounding_box()["y"]
    link.focus()
    assert bottom_of(link) <= banner.bounding_box()["y"]
    page.evaluate("scrollTo(0, 1e6)")
    assert bottom_of(page.locator("footer > :visible").last) <= banner.bounding_box()["y"]


def test_in_a_short_window_the_banner_stands_in_the_page(stage, look):
    """As on a screen that is enlarged to 400 %: it would cover too much."""
    stage.build(CALM)
    stage.clock = NOW + DAY
    page = look(stage, now=NOW + DAY, viewport={"width": 320, "height": 256})
    banner = page.locator("#stale")
    wait_for(page, banner)
    assert bottom_of(banner) <= page.locator("main").bounding_box()["y"]


@pytest.mark.parametrize("wrong", [-DAY, DAY, 365 * DAY])
def test_a_readers_wrong_clock_makes_no_page_old(stage, look, wrong):
    stage.build(CALM)
    page = look(stage, now=NOW + wrong)
    page.clock.run_for(1100)
    page.wait_for_timeout(100)
    assert page.locator("#stale").is_hidden()
    pass_time(page, 950)
    assert page.locator("#stale").is_visible()


def test_without_an_answer_the_readers_clock_has_to_be_far_off(stage, visit):
    """Nobody knows better then; but a clock that is a little wrong shall not raise an alarm."""
    stage.build(CALM)
    for late, told in ((25 * MINUTE, False), (31 * MINUTE, True)):
        page = visit(timezone_id="UTC")
        page.clock.install(time=NOW + late)
        page.route("**/build.json", lambda route: route.abort())
        with page.expect_event("requestfailed"):
            page.goto(stage.address)
        page.wait_for_timeout(50)
        page.clock.run_for(1100)
        assert page.locator("#stale").is_visible() is told


def test_the_same_facts_told_anew_make_no_noise(stage, look):
    stage.build(CALM)
    page = look(stage)
    said = count_said(page)
    page.evaluate("document.querySelector('main').mark = 'the same'")
    stage.build(CALM, NOW + 300)
    ask_again(page, renewed=False)
    assert page.locator("main .asof").inner_text().startswith("As of 24 November 2026, 09:30 UTC")
    stage.build(CALM, NOW + 1200)
    ask_again(page)
    assert page.locator("main .asof").inner_text().startswith("As of 24 November 2026, 09:50 UTC")
    assert page.evaluate("document.querySelector('main').mark") == "the same"
    assert (said(), news(page)) == ([], "")


# --- newer facts ---

MANY = History(
    site=tiny_site(
        fresh_for=15 * MINUTE,
        groups=tuple(Group(id=f"g{n}", name=f"Group {n}", collapsed=n == 1) for n in range(3)),
        components=tuple(
            Component(id=f"c{n}", name=f"Component {n}", group=f"g{n % 3}", since=NOW - 100 * DAY) for n in range(12)
        ),
    ),
    incidents=tuple(
        Incident(
            id=f"old-{n}",
            title=f"Old trouble {n}",
            started=NOW - n * DAY - HOUR,
            components=((f"c{n % 12}", Status.MAJOR_OUTAGE),),
            updates=(say(n * 1440 + 60, Phase.INVESTIGATING), say(n * 1440, Phase.RESOLVED)),
        )
        for n in range(1, 6)
    ),
)
FRESH = Incident(
    id="fresh",
    title="Something broke",
    started=NOW - 60,
    components=(("c1", Status.MAJOR_OUTAGE),),
    updates=(say(1, Phase.INVESTIGATING, "We are looking. " * 30),),
)
WORSE = replace(MANY, incidents=(*MANY.incidents, FRESH))


@pytest.fixture
def many(stage, look):
    """Give a page of many components, read somewhere in its middle."""
    stage.build(MANY)
    return look(stage, viewport={"width": 800, "height": 600}, timezone_id="Europe/Berlin")


def top_of(page, selector):
    return page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top")


@pytest.mark.parametrize("anchoring", ["auto", "none"], ids=["where browsers hold the place", "where they do not"])
def test_newer_facts_come_without_losing_place_focus_or_what_was_unfolded(stage, many, anchoring):
    many.evaluate("value => { document.documentElement.style.overflowAnchor = value }", anchoring)
    many.locator("#d-c5 > summary").click()
    many.locator("#g-g0 > summary").click()
    many.locator("#d-c5 > summary").focus()
    many.locator("#c-c5").scroll_into_view_if_needed()
    many.evaluate("document.querySelector('#c-c5').mark = 'the same'")
    said, before = count_said(many), top_of(many, "#c-c5")
    assert many.evaluate("scrollY") > 100
    stage.build(WORSE)
    ask_again(many)
    expect(many.locator(".incident h3")).to_have_text("Something broke")
    assert many.get_by_role("heading", level=1).inner_text() == "Major outage"
    assert many.title() == "Major outage · Tiny"
    assert "major_outage" in many.locator("link[rel=icon]").get_attribute("href")
    assert abs(top_of(many, "#c-c5") - before) <= 1
    assert many.evaluate("document.activeElement.parentElement.id") == "d-c5"
    assert many.evaluate("document.querySelector('#c-c5').mark") == "the same"
    assert many.locator("#d-c5").evaluate("e => e.open"), "unfolded by the reader"
    assert not many.locator("#g-g0").evaluate("e => e.open"), "folded by the reader"
    assert many.locator("#g-g1").evaluate("e => e.open"), "unfolded by the trouble in it"
    assert many.locator(".incident .local").count() > 0
    assert said() == [f"{SAID} Major outage"]
    stage.build(MANY, NOW + 1)
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(0)
    assert abs(top_of(many, "#c-c5") - before) <= 1
    assert many.evaluate("document.activeElement.parentElement.id") == "d-c5"
    assert many.locator("#g-g1").evaluate("e => e.open"), "nothing is folded before a reader's eyes"


def test_who_is_at_the_top_sees_what_comes_there(stage, many):
    stage.build(WORSE)
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(1)
    assert many.evaluate("scrollY") == 0


def test_the_focus_follows_a_link_to_its_new_place(stage, many):
    link = many.locator(".days a[href='incidents/old-1/']")
    link.focus()
    stage.build(
        replace(WORSE, incidents=(*MANY.incidents, replace(FRESH, updates=(*FRESH.updates, say(0, Phase.RESOLVED))))),
        NOW + 1,
    )
    ask_again(many)
    expect(many.locator(".days a[href='incidents/fresh/']")).to_have_count(1)
    assert many.evaluate("document.activeElement.getAttribute('href')") == "incidents/old-1/"


def test_a_day_that_is_read_stays_read(stage, many):
    strip = many.locator("#c-c5 .strip")
    strip.focus()
    for _ in range(5):
        many.keyboard.press("ArrowLeft")
    read = many.locator(".reading").inner_text()
    assert read.startswith("19 November 2026 · Major outage")
    stage.build(WORSE)
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(1)
    assert many.locator(".reading").inner_text() == read
    assert many.evaluate("document.activeElement.getAttribute('aria-valuetext')") == read
    many.keyboard.press("ArrowRight")
    assert many.locator(".reading").inner_text().startswith("20 November 2026")


def test_what_a_reader_marked_stays_marked(stage, many):
    many.evaluate("getSelection().selectAllChildren(document.querySelector('#c-c5 .line a'))")
    stage.build(WORSE)
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(1)
    assert many.evaluate("String(getSelection())") == "Component 5"


def test_a_page_that_the_news_do_not_touch_says_nothing(stage, look):
    stage.build(MANY)
    page = look(stage, "incidents/old-3/")
    said = count_said(page)
    stage.build(WORSE)
    ask_again(page)
    assert page.locator("body").get_attribute("data-content") in (stage.folder / "build.json").read_text()
    assert said() == []


def test_a_page_of_an_older_build_than_the_notice_renews_itself_at_once(stage, look):
    """As a host's cache may give it."""
    stage.build(MANY)
    old = (stage.folder / "index.html").read_bytes()
    stage.build(WORSE)
    new = (stage.folder / "index.html").read_bytes()
    (stage.folder / "index.html").write_bytes(old)
    page = look(stage)
    page.wait_for_timeout(100)
    assert page.locator(".incident").count() == 0
    (stage.folder / "index.html").write_bytes(new)
    ask_again(page)
    expect(page.locator(".incident")).to_have_count(1)


@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.6, 0.98])
def test_half_a_page_is_not_taken(stage, many, share):
    before = frozen(many)
    stage.build(WORSE)
    whole = (stage.folder / "index.html").read_text(encoding="utf-8")
    stage.edit("index.html", lambda text: text[: int(len(text) * share)])
    ask_again(many)
    assert frozen(many) == before
    stage.edit("index.html", lambda _: whole)
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(1)


def test_another_page_is_not_taken(stage, many):
    """A login, a portal of a hotel, a page of an error."""
    before = frozen(many)
    stage.build(WORSE)
    stage.edit("index.html", lambda _: "<!doctype html><title>Hello</title><main>Buy</main><p id=news>")
    ask_again(many)
    assert frozen(many) == before


def test_newer_files_of_the_theme_need_no_reload(stage, many):
    stage.build(WORSE)
    stage.edit("index.html", lambda text: re.sub(r"style\.\w+\.css", "style.new.css", text))
    ask_again(many)
    expect(many.locator(".incident")).to_have_count(1)
    assert "style.new.css" not in many.content()


def test_only_the_notice_is_asked_for_and_once_a_minute_at_most(stage, many):
    many.watch.asked.clear()
    pass_time(many, 1200)
    asked = [
        path for url in many.watch.asked if not (path := url.removeprefix(stage.address)).startswith("assets/icons/")
    ]
    assert set(asked) == {"build.json"}
    assert 1200 / 75 - 2 <= len(asked) <= 1200 / 45 + 1


def hide(page, hidden):
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})
            document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))
        }""",
        hidden,
    )


def test_a_page_that_nobody_sees_asks_nothing_and_asks_at_once_when_it_is_seen(stage, many):
    hide(many, hidden=True)
    many.watch.asked.clear()
    pass_time(many, 600)
    assert many.watch.asked == []
    stage.build(WORSE, NOW + 600)
    hide(many, hidden=False)
    many.clock.run_for(1100)
    expect(many.locator(".incident")).to_have_count(1)


def test_a_server_in_trouble_is_asked_less_and_less(stage, many):
    (stage.folder / "build.json").unlink()
    many.watch.asked.clear()
    pass_time(many, 2 * HOUR)
    assert 5 <= len(many.watch.asked) <= 14
    assert all(text.startswith(AGAIN) for _, text in many.watch.said)
    many.watch.said.clear()
    stage.build(WORSE, NOW + 2 * HOUR)
    pass_time(many, 1300)
    expect(many.locator(".incident")).to_have_count(1)


@pytest.mark.parametrize("path", ["404.html", "uptime/", "subscribe/", "history/"])
def test_other_pages_are_as_quiet(stage, visit, path):
    stage.build(MANY)
    page = visit()
    watch = Watch(page)
    page.goto(stage.address + path)
    page.wait_for_timeout(200)
    asked = {url.removeprefix(stage.address) for url in watch.asked if "assets/" not in url}
    assert asked - {"favicon.ico"} == ({path} if path == "404.html" else {path, "build.json"})
    assert watch.said == page.evaluate("reports") == []


def test_a_page_from_a_disk_is_as_quiet(stage, visit):
    stage.build(MANY)
    page = visit(timezone_id="Europe/Berlin")
    watch = Watch(page)
    page.goto((stage.folder / "index.html").as_uri())
    page.wait_for_timeout(200)
    assert page.locator("main .asof .local").is_visible()
    assert watch.said == page.evaluate("reports") == []
    assert not [url for url in watch.asked if "build.json" in url]


# --- the days behind the bars ---

HELP = "#c-help .strip"
BAD = "6 October 2026 · Major outage · 37 min · Help centre not reachable"


@pytest.fixture
def bars(visit, address):
    def open_page(path="", **options):
        page = visit(**{"viewport": {"width": 1000, "height": 800}, **options})
        page.goto(address + path)
        return page

    return open_page


def place_of(page, selector, day):
    """Give the middle of a day's bar, days before today."""
    box = page.locator(f"{selector} svg").evaluate("e => e.getBoundingClientRect().toJSON()")
    return box["right"] - (day + 0.5) * box["width"] / 90, box["top"] + 20


def test_a_pointer_reads_a_day_and_moves_nothing(bars):
    page = bars()
    page.locator(HELP).scroll_into_view_if_needed()
    height = page.evaluate("document.documentElement.scrollHeight")
    x, y = place_of(page, HELP, 49)
    page.mouse.move(x, y)
    assert page.locator(".reading").inner_text() == BAD
    cursor = page.locator(".cursor").evaluate("e => e.getBoundingClientRect().toJSON()")
    assert cursor["left"] < x < cursor["right"]
    assert cursor["width"] == 8
    assert page.evaluate("document.documentElement.scrollHeight") == height
    page.mouse.move(x + 8, y)
    assert page.locator(".reading").inner_text() == "7 October 2026 · Operational"
    # One can go to it, by way of what stands between; elsewhere it is gone.
    page.locator("#c-help summary").hover()
    page.locator(".reading").hover()
    assert page.locator(".reading").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".reading, .cursor").count() == 0
    page.mouse.move(x, y)
    page.mouse.move(x, y - 300)
    assert page.locator(".reading, .cursor").count() == 0


def test_a_reading_hides_no_part_of_what_it_belongs_to(bars):
    page = bars()
    page.locator(HELP).focus()
    line = page.locator(".reading").evaluate("e => e.getBoundingClientRect().toJSON()")
    caption = page.locator("#c-help summary").evaluate("e => e.getBoundingClientRect().toJSON()")
    assert caption["bottom"] <= line["top"] + 1
    page.locator("#c-help summary").click()
    page.locator(HELP).focus()
    assert top_of(page, ".reading") < top_of(page, "#c-help tbody")


def test_the_keyboard_reads_all_days(bars):
    page = bars()
    strip = page.locator(HELP)
    strip.focus()
    assert page.locator(".reading").inner_text() == "24 November 2026 · Operational"
    for _ in range(49):
        page.keyboard.press("ArrowLeft")
    assert page.locator(".reading").inner_text() == strip.get_attribute("aria-valuetext") == BAD
    page.keyboard.press("ArrowRight")
    assert page.locator(".reading").inner_text().startswith("7 October 2026")
    page.keyboard.press("Home")
    assert page.locator(".reading").inner_text() == "27 August 2026 · Operational"
    page.keyboard.press("ArrowLeft")
    assert page.locator(".reading").inner_text().startswith("27 August 2026")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.locator(".reading").inner_text().startswith("24 November 2026")
    page.keyboard.press("Escape")
    assert page.locator(".reading").count() == 0
    assert strip.evaluate("e => e == document.activeElement")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".reading").inner_text().startswith("23 November 2026")
    page.keyboard.press("Tab")
    assert page.locator(".reading").count() == 0


def test_keys_of_the_browser_stay_its_own(bars):
    page = bars()
    page.locator(HELP).focus()
    taken = page.evaluate("""() => [['ArrowLeft', {}], ['ArrowLeft', {altKey: true}], ['ArrowLeft', {metaKey: true}],
        ['PageDown', {}], ['Tab', {}], ['a', {}]].map(([key, more]) => !document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...more})))""")
    assert taken == [True, False, False, False, False, False]


def test_a_touch_reads_a_day(bars):
    page = bars(viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True)
    page.locator(HELP).scroll_into_view_if_needed()
    page.touchscreen.tap(*place_of(page, HELP, 20))
    assert page.locator(".reading").inner_text() == "4 November 2026 · Operational"
    page.locator("h1").first.scroll_into_view_if_needed()
    page.locator("h1").tap()
    assert page.locator(".reading").count() == 0
    assert page.locator(HELP).evaluate("e => getComputedStyle(e).touchAction") == "pan-y pinch-zoom"


@pytest.mark.parametrize(("width", "first"), [(340, "26 October"), (500, "26 September"), (1000, "27 August")])
def test_only_days_that_are_seen_are_read(bars, width, first):
    page = bars(viewport={"width": width, "height": 700})
    page.locator(HELP).focus()
    page.keyboard.press("Home")
    assert page.locator(".reading").inner_text().startswith(f"{first} 2026")
    cursor, strip = (page.locator(s).evaluate("e => e.getBoundingClientRect().left") for s in (f"{HELP} .cursor", HELP))
    assert cursor == strip
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_of_a_component_reads_its_days_too(bars):
    page = bars("components/messenger/")
    page.locator(".strip").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".reading").inner_text() == "23 November 2026 · Operational"


def test_a_strip_reads_from_left_to_right_in_arabic(stage, look):
    stage.build(replace(MANY, site=replace(MANY.site, languages=("ar",))))
    page = look(stage)
    strip = page.locator("#c-c3 .strip")
    strip.focus()
    page.keyboard.press("ArrowLeft")
    assert strip.get_attribute("aria-valuenow") == "88"
    x, y = place_of(page, "#c-c3 .strip", 0)
    page.mouse.move(x, y)
    assert strip.get_attribute("aria-valuenow") == "89"
    assert top_of(page, ".reading") > top_of(page, "#c-c3 .strip")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_the_script_was(stage, look, width, scheme):
    stage.build(WORSE)
    stage.clock = NOW + DAY
    page = look(stage, timezone_id="Asia/Kolkata", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.locator("#c-c5 .strip").focus()
    wait_for(page, page.locator("#stale"))
    assert page.get_by_role("slider").count() > 5
    assert find_violations(page) == []
    assert page.locator(".reading").count() == 1


def test_a_theme_may_lack_all_that_the_script_works_on(stage, look):
    stage.build(WORSE)
    lack = r'<div class="strip"|<ul class="legend"| id="(?:zone|stale|news)"| data-(?:since|age|flip)="[^"]*"'
    stage.edit("index.html", lambda text: re.sub(lack, lambda found: "<div" if "<" in found[0] else "", text))
    page = look(stage, timezone_id="Europe/Berlin")
    pass_time(page, 80)
    assert page.locator("main .asof .local").is_visible()
