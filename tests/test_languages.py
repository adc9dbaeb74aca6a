"""A site in several languages: every page in each, the words of each, and the same figures in all."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statusgen.model.history import Recurrence, Sla, Translation
from statusgen.model.languages import LANGUAGES
from statusgen.read.times import Clock, parse_time
from statusgen.render import urls
from statusgen.render.catalogues import find_language, find_languages
from statusgen.render.dates import show_date, show_days, show_month, show_short_month, show_span, show_time, show_wall
from statusgen.render.durations import show_length
from statusgen.render.figures import format_percent, show_exact
from statusgen.render.headers import find_kind
from statusgen.render.language import ENGLISH, gettext, speaking, spoken
from statusgen.render.lists import list_together, list_words
from statusgen.render.numbers import show_integer, signs_of
from statusgen.render.pages.explain import explain_recurrence, explain_sla
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme
from tools import messages

SPOKEN = ("en", "de", "ar")
ROOT = "https://status.parley.example/"
INCIDENT = "2026-11-24-webhooks-failing"
SAID = "20261124T0926Z"


class Page(HTMLParser):
    """The words of a page, each with the language that it is in and what it stands in, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang, self.dir = "", ""
        self.open: list[tuple[str, str]] = []
        self.words: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.lang, self.dir = given["lang"], given["dir"]
        language = given.get("lang", self.open[-1][1] if self.open else self.lang)
        if tag not in {"meta", "link", "br", "hr", "img", "source"}:
            self.open.append((tag, language))
        for name in ("aria-label", "alt", "data-said"):
            if given.get(name):
                self.words.append((given[name], language, name))
        for name in ("data-flip",):
            self.words += [(word, language, name) for _, _, word in json.loads(given.get(name, "[]"))]
        if tag == "meta" and given.get("name") == "description":
            self.words.append((given["content"], language, "description"))
        if "href" in given:
            self.links.append((given["href"], given))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        inside = {tag for tag, _ in self.open}
        if data.strip() and not inside & {"script", "style"}:
            kind = next((tag for tag in ("code", "title") if tag in inside), "text")
            self.words.append((" ".join(data.split()), self.open[-1][1], kind))


@pytest.fixture(scope="module")
def history(report):
    """The example in three languages, of which one incident has some words in German."""

    def put(incident):
        if incident.id != INCIDENT:
            return incident
        updates = tuple(
            replace(u, translations=(("de", "Siehe [alle](../../history/) und den [Feed](../../history.rss)."),))
            if u.key == SAID
            else u
            for u in incident.updates
        )
        return replace(incident, translations=(("de", Translation(title="Webhooks fallen aus")),), updates=updates)

    return replace(
        report,
        site=replace(report.site, languages=SPOKEN),
        incidents=tuple(replace(r, incident=put(r.incident)) for r in report.incidents),
    )


@pytest.fixture(scope="module")
def files(history):
    artifacts = list(render_site(history, load_theme("default", None)))
    assert len({a.path for a in artifacts}) == len(artifacts)
    return {a.path: a.content for a in artifacts}


@pytest.fixture(scope="module")
def pages(files):
    return {path: Page(content.decode()) for path, content in files.items() if path.endswith(".html")}


def own(pages, code):
    """Give the pages of a language by the paths that they have in the first."""
    if code == SPOKEN[0]:
        return {path: page for path, page in pages.items() if language_of(path) == code}
    found = {path: page for path, page in pages.items() if language_of(path) == code}
    return {path.replace(f"{code}/", "", 1): page for path, page in found.items()}


def language_of(path):
    """Give the language by the address: the first folder, or that of the card for frames."""
    folder = next((code for code in SPOKEN if path.removeprefix("embed/").startswith(f"{code}/")), None)
    return folder or SPOKEN[0]


def test_every_page_is_there_in_each_language(pages):
    first = own(pages, "en")
    assert len(first) > 100
    for code in ("de", "ar"):
        assert own(pages, code).keys() == first.keys() - {"404.html"}


def test_a_page_says_its_language_and_direction(pages):
    assert {(language_of(path), page.lang, page.dir) for path, page in pages.items()} == {
        ("en", "en", "ltr"), ("de", "de", "ltr"), ("ar", "ar", "rtl"),
    }  # fmt: skip


def test_what_is_no_page_is_there_once(files):
    once = {path for path in files if not path.endswith(".html")}
    assert not [path for path in once if language_of(path) != "en"]
    assert {"history.rss", "build.json", "sitemap.xml", "badges/overall.svg", "maintenance.ics"} <= once


def test_one_language_makes_the_same_bytes_as_ever(report, files):
    alone = {a.path: a.content for a in render_site(report, load_theme("default", None))}
    assert [path for path in files if language_of(path) == "en" and path not in alone] == []
    page = alone["index.html"].decode()
    assert "hreflang" not in page
    assert 'class="languages"' not in page
    shared = [path for path in alone if not path.endswith(".html") and path not in ("sitemap.xml", "build.json")]
    assert [path for path in shared if alone[path] != files[path]] == []


def test_every_page_names_itself_in_all_languages(pages):
    for path, page in pages.items():
        if path == "404.html" or path.startswith("embed/"):
            continue
        base = path.removeprefix(f"{language_of(path)}/").removesuffix("index.html")
        named = {given["hreflang"]: href for href, given in page.links if given.get("rel") == "alternate"
                 and "hreflang" in given}  # fmt: skip
        assert named == {
            "en": ROOT + base, "de": f"{ROOT}de/{base}", "ar": f"{ROOT}ar/{base}", "x-default": ROOT + base,
        }  # fmt: skip
        (canonical,) = (href for href, given in page.links if given.get("rel") == "canonical")
        assert canonical == named[language_of(path)]


def test_the_switch_leads_to_the_same_page_in_each_language_by_its_own_name(pages):
    page = pages["de/uptime/2026-10/index.html"]
    switch = [(href, given["lang"], given.get("aria-current")) for href, given in page.links if "lang" in given
              and "hreflang" in given]  # fmt: skip
    assert switch == [
        ("../../../uptime/2026-10/", "en", None), ("./", "de", "true"), ("../../../ar/uptime/2026-10/", "ar", None),
    ]  # fmt: skip
    assert [word for word, lang, _ in page.words if word in ("English", "Deutsch", "العربية") and lang != "de"] == [
        "English",
        "العربية",
    ]


def test_links_stay_in_the_language_and_lead_somewhere(files, pages):
    for path, page in pages.items():
        if path == "404.html":
            continue
        for href, said in page.links:
            there = urlsplit(urljoin(f"{ROOT}{path}", href))
            if there.netloc != "status.parley.example":
                continue
            target = urls.file_of(unquote(there.path).removeprefix("/"))
            assert target in files, (path, href)
            # An author who writes a full address means just that one.
            if target.endswith(".html") and "hreflang" not in said and not href.startswith(ROOT):
                assert language_of(target) == language_of(path), (path, href)


def test_the_page_for_the_lost_is_in_the_first_language(pages):
    assert pages["404.html"].lang == "en"


def test_the_map_lists_every_page_in_every_language(files, pages):
    listed = set(re.findall(r"<loc>(.*?)</loc>", files["sitemap.xml"].decode()))
    assert listed == {
        ROOT + path.removesuffix("index.html") for path in pages if path != "404.html" and not path.startswith("embed/")
    }


# What a German page and an English one may both say.
SAME = {"Status", "Name", "Messenger", "Feed", "Slack", "Microsoft Teams"}


def test_no_text_of_the_interface_is_english_on_a_german_page(pages):
    german = find_language("de").texts
    english = []
    for message in messages.extract():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if not message.id or german.gettext(ids[0]) == ids[0] or not re.search("[A-Za-z]{3}", urls_out(ids[0])):
            continue
        english += [re.sub(r"%\\\(\w+\\\)[sd]", "(.+?)", re.escape(urls_out(id_, "%(x)s"))) for id_ in ids]
    found = re.compile("|".join(f"(?:{text})" for text in english))
    checked = 0
    for path, page in own(pages, "de").items():
        for words, language, _ in page.words:
            checked += language == "de"
            assert language != "de" or words in SAME or not found.fullmatch(words), (path, words)
    assert checked > 5000


def urls_out(text, hole=""):
    return re.sub(r"%\(\w+\)[sd]", hole, text)


# The only Latin words that an Arabic page says in its own voice: names of formats, zones and promises.
LATIN = {
    *("UTC", "GMT", "RSS", "Atom", "JSON", "CSV", "ICS", "Europe", "Dublin", "standard", "business"),
    *("Parley", "Status", "Slack", "Microsoft", "Teams", "When", "a", "feed", "item", "is", "published"),
}


def test_an_arabic_page_says_nothing_in_latin_letters_but_names(pages, history):
    """Whatever was left untranslated, in a catalogue or in the code, shows here."""
    isolated = re.compile("\u2068.*?\u2069", re.DOTALL)
    parts = [*(c.component.name for c in history.components), *(g.group.name for g in history.groups if g.group)]
    checked = 0
    for path, page in own(pages, "ar").items():
        for words, language, kind in page.words:
            if language == "ar" and kind in ("text", "data-flip", "data-said") and not words.startswith("https://"):
                # Only the title of a feed may hold a name without saying in which language it is.
                said = next((words.removesuffix(name) for name in parts if words.endswith(f": {name}")), words)
                assert set(re.findall(r"[A-Za-z]+", isolated.sub("", said))) <= LATIN, (path, words)
                checked += 1
    assert checked > 5000


def numbers(page):
    """Give the numbers that a page says, without what parts their digits."""
    said = " ".join(words for words, _, kind in page.words if kind in ("text", "aria-label"))
    return Counter(re.sub(r"\D", "", number) for number in re.findall(r"\d+(?:[.,]\d+)*", said))


@pytest.mark.parametrize("code", ["de", "ar"])
def test_the_figures_are_the_same_in_all_languages(pages, code):
    first, others = own(pages, "en"), own(pages, code)
    differing = [
        path for path in others
        if not path.startswith(("incidents/2026-11-24", "index", "history/2026-11"))  # where one is translated
        and numbers(first[path]) != numbers(others[path])
    ]  # fmt: skip
    assert differing == []


def test_what_is_translated_stands_in_the_place_of_the_original(pages):
    page = own(pages, "de")[f"incidents/{INCIDENT}/index.html"]
    (title,) = ((words, lang) for words, lang, kind in page.words if words == "Webhooks fallen aus" and kind == "text")
    assert title == ("Webhooks fallen aus", "de")
    said = [lang for words, lang, kind in page.words if kind == "text"
            and words.startswith(("Siehe", "One of the three", "About a third"))]  # fmt: skip
    assert said == ["de", "en", "en"]
    assert not [words for words, _, _ in page.words if words.startswith("Half of the full queue")]


def test_what_is_not_translated_says_in_which_language_it_is(pages):
    page = own(pages, "ar")[f"incidents/{INCIDENT}/index.html"]
    said = [(words, lang) for words, lang, kind in page.words if kind == "text"
            and words.startswith(("Webhooks fail", "Half of the full"))]  # fmt: skip
    assert {lang for _, lang in said} == {"en"}
    assert len(said) == 2


def test_the_translation_is_in_no_other_language_and_in_no_feed(files, pages):
    for path, content in files.items():
        if language_of(path) != "de":
            assert "Webhooks fallen aus" not in content.decode("utf-8", "replace"), path
    assert "Webhooks fallen aus" in " ".join(words for words, _, _ in pages["de/index.html"].words)


def test_an_open_page_hears_of_a_new_translation(history, files):
    untold = replace(history, incidents=tuple(
        replace(r, incident=replace(r.incident, translations=())) for r in history.incidents
    ))  # fmt: skip
    build = {a.path: a.content for a in render_site(untold, load_theme("default", None))}["build.json"]
    assert json.loads(build)["content"] != json.loads(files["build.json"])["content"]


def test_an_authors_links_lead_to_pages_of_the_language_and_to_the_files_of_all(pages):
    """The same text is shown on the incident's page and on the first one."""
    for path in ("de/index.html", f"de/incidents/{INCIDENT}/index.html"):
        authors = [href for href, said in pages[path].links if "nofollow" in (said.get("rel") or "")]
        assert {"/de/history/", "/history.rss"} <= {urlsplit(urljoin(f"{ROOT}{path}", href)).path for href in authors}


@pytest.mark.parametrize(
    ("address", "placed"),
    [
        ("", "de/"), ("history/", "de/history/"), ("incidents/a/#u-1", "de/incidents/a/#u-1"), ("about/", "de/about/"),
        ("history.rss", "history.rss"), ("assets/style.1.css", "assets/style.1.css"), ("404.html", "404.html"),
        ("uptime/figures.csv", "uptime/figures.csv"), ("embed/", "embed/de/"),
    ],
)  # fmt: skip
def test_pages_lie_below_the_folder_of_their_language_and_files_do_not(address, placed):
    assert urls.placed(address, "de/") == placed
    assert urls.placed(address, "") == address


@pytest.mark.parametrize(
    ("link", "led"),
    [
        ("../../history/", "../../history/"), ("../../history.rss", "../../../history.rss"),
        ("data.csv", "../../../incidents/a/data.csv"), ("../b", "../b"), ("#u-1", "#u-1"), ("", ""),
        ("../../../x.pdf", "../../../x.pdf"), ("/x.pdf", "/x.pdf"), ("https://a.example/x.pdf", "https://a.example/x.pdf"),
        ("mailto:a@a.example", "mailto:a@a.example"), ("../../a%20b.pdf?x=1#y", "../../../a%20b.pdf?x=1#y"),
        (".", "."), ("..", ".."),
    ],
)  # fmt: skip
def test_a_link_to_a_file_leads_out_of_the_language(link, led):
    assert urls.shared(link, "de/incidents/a/", "de/") == led


def test_the_card_for_frames_may_be_framed_in_every_language(pages):
    assert "embed/de/index.html" in pages
    assert find_kind("embed/de/index.html").name == "embed"
    assert find_kind("de/index.html").name == find_kind("de/uptime/index.html").name == "page"


def test_the_first_language_need_not_be_english(report):
    german = replace(report, site=replace(report.site, languages=("de", "en")))
    files = {a.path: a.content.decode("utf-8", "replace") for a in render_site(german, load_theme("default", None))}
    assert Page(files["index.html"]).lang == "de"
    assert Page(files["en/index.html"]).lang == "en"
    assert Page(files["404.html"]).lang == "de"
    assert "<h1>Seite nicht gefunden</h1>" in files["404.html"]
    assert "[Meldung]" in files["history.rss"]
    assert json.loads(files["history.json"])["language"] == "de"
    assert "Teilausfall" in files["badges/overall.svg"]
    # What programs read is not for people.
    assert json.loads(files["uptime/2026-10/figures.json"])["components"][0]["shown"].endswith("%")
    assert 'lang="de"' in files["en/index.html"]
    assert spoken() is ENGLISH


def test_an_own_theme_speaks_every_language(report, tmp_path):
    theme = tmp_path / "mine"
    theme.mkdir()
    (theme / "404.html").write_text('{{ "unknown"|state }}')
    (theme / "history.html").write_text(
        '{{ _("History") }}: {{ "unknown"|state }} {{ ngettext("%(num)d more", "%(num)d more", 2) }} {{ 1234|integer }}'
        ' {{ "[a](x.pdf)"|markdown }}'
    )
    for trusted in (True, False):
        told = replace(report, site=replace(report.site, languages=SPOKEN))
        files = {a.path: a.content.decode("utf-8", "replace") for a in render_site(
            told, load_theme(theme, None, trusted=trusted))}  # fmt: skip
        assert files["history/index.html"].startswith("History: No data 2 more 1,234 ")
        assert files["de/history/index.html"].startswith("Verlauf: Keine Daten 2 weitere 1.234 ")
        assert 'href="../../history/x.pdf"' in files["de/history/index.html"]
        assert files["ar/history/index.html"].startswith("السجل: لا توجد بيانات 2 غيرها 1,234 ")


LONG, TIME = parse_time("2026-11-29 09:30 UTC", Clock()), parse_time("2026-11-02 09:14 UTC", Clock())


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ("29 November 2026", "November 2026", "Nov 2026", "29 November 2026, 09:30 UTC",
                "2 – 29 November 2026")),
        ("de", ("29. November 2026", "November 2026", "Nov. 2026", "29. November 2026, 09:30 UTC", "2.–29. Nov. 2026")),
        ("fr", ("29 novembre 2026", "novembre 2026", "nov. 2026", "29 novembre 2026, 09:30 UTC", "2–29 nov. 2026")),
        ("es", ("29 de noviembre de 2026", "noviembre de 2026", "nov 2026", "29 de noviembre de 2026, 09:30 UTC",
         "2–29 de noviembre de 2026")),
        ("it", ("29 novembre 2026", "novembre 2026", "nov 2026", "29 novembre 2026, 09:30 UTC", "02–29 nov 2026")),
        ("pt", ("29 de novembro de 2026", "novembro de 2026", "nov. de 2026", "29 de novembro de 2026 09:30 UTC",
         "2 – 29 de nov. de 2026")),
        ("ja", ("2026年11月29日", "2026年11月", "2026年11月", "2026年11月29日 09:30 UTC", "2026年11月2日～29日")),
        ("ar", ("29 نوفمبر 2026", "نوفمبر 2026", "نوفمبر 2026", "29 نوفمبر 2026، 09:30 UTC", "2–29 نوفمبر 2026")),
    ],
)  # fmt: skip
def test_dates_are_written_as_the_language_writes_them(code, written):
    date, month, short, time, days = written
    with speaking(find_language(code)):
        assert show_date(LONG, "UTC") == date
        assert show_month(LONG, "UTC") == month
        assert show_short_month("2026-11") == short
        assert show_time(LONG, "UTC") == time
        assert show_wall("2026-11-29T09:30:00") == time.removesuffix(" UTC")
        assert re.sub("[\u00a0\u2009\u202f]", " ", show_days((TIME, LONG), "UTC")) == days
        assert show_days((LONG, LONG), "UTC") == date
        first, last = show_span((LONG, LONG + 3600), "UTC")
        assert (first, last) == (time.removesuffix(" UTC"), "10:30 UTC")


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ("99.953%", "1,234,567", "33.333333333…%", "a, b and c", "1 d 2 h 30 min")),
        ("de", ("99,953\u00a0%", "1.234.567", "33,333333333…\u00a0%", "a, b und c", "1 d 2 h 30 min")),
        ("fr", ("99,953\u00a0%", "1\u202f234\u202f567", "33,333333333…\u00a0%", "a, b et c", "1 j 2 h 30 min")),
        ("es", ("99,953\u00a0%", "1.234.567", "33,333333333…\u00a0%", "a, b y c", "1 d 2 h 30 min")),
        ("it", ("99,953%", "1.234.567", "33,333333333…%", "a, b e c", "1 g 2 h 30 min")),
        ("pt", ("99,953%", "1.234.567", "33,333333333…%", "a, b e c", "1 d 2 h 30 min")),
        ("ja", ("99.953%", "1,234,567", "33.333333333…%", "a、b、c", "1日 2時間 30分")),
        ("ar", ("99.953\u200e%\u200e", "1,234,567", "33.333333333…\u200e%\u200e", "a وb وc", "1 ي 2 س 30 د")),
    ],
)
def test_numbers_and_lists_are_written_as_the_language_writes_them(code, written):
    percent, integer, exact, listed, length = written
    with speaking(find_language(code)):
        assert format_percent(Fraction(99953, 100000), 3) == percent
        assert show_integer(1234567) == integer
        assert show_exact(Fraction(1, 3)) == exact
        assert list_together(["a", "b", "c"]) == listed
        assert list_together(["a"]) == "a"
        assert list_words(["a", "b"]) == {"ja": "a、b", "ar": "a، b"}.get(code, "a, b")
        assert show_length(95400) == length


@given(st.fractions(min_value=-3, max_value=1), st.integers(0, 12), st.sampled_from(LANGUAGES))
def test_a_language_dresses_the_digits_of_a_percentage_and_changes_none(share, places, code):
    language = find_language(code)
    signs = signs_of(language.locale)
    with speaking(language):
        dressed = format_percent(share, places)
    before, after = signs.percent
    assert dressed.startswith(before)
    assert dressed.endswith(after)
    plain = dressed.removeprefix(before).removesuffix(after).replace(signs.decimal, ".").replace(signs.minus, "-")
    assert f"{plain}%" == format_percent(share, places)
    assert Fraction(plain) == Fraction(share * 100 * 10**places // 1, 10**places)
    assert len(plain.partition(".")[2]) == (0 if share == 1 else places)


@given(st.integers(-(10**15), 10**15), st.sampled_from(LANGUAGES))
def test_a_whole_number_keeps_its_digits_in_every_language(number, code):
    language = find_language(code)
    with speaking(language):
        shown = show_integer(number)
    signs = signs_of(language.locale)
    assert int(shown.replace(signs.group, "").replace(signs.minus, "-")) == number
    assert len(shown.split(signs.group)) == (len(str(abs(number))) + 2) // 3


@pytest.mark.parametrize("code", LANGUAGES)
def test_rules_are_explained_in_whole_sentences_of_every_language(code):
    promise = Sla(id="x", target=Fraction(998, 1000), zone="Europe/Dublin", unknown="down", method="slices")
    with speaking(find_language(code)):
        said = explain_sla(promise, combined=True)
        weekly = explain_recurrence(Recurrence(rule="FREQ=WEEKLY;BYDAY=SU,MO", zone="UTC"))
        seldom = explain_recurrence(Recurrence(rule="FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR;COUNT=3", zone="UTC"))
        last = gettext("the last Friday")
        assert last in seldom
        assert gettext("Sunday") in weekly
    assert "Europe/Dublin" in said
    assert "%(" not in said + weekly + seldom
    if code != "en":
        assert not re.search(r"\b(each|every|counts|state|second|the)\b", said + weekly + seldom)


def test_speaking_ends_with_its_block():
    english = gettext("History")
    with speaking(find_language("de")) as german:
        assert spoken() is german
        assert gettext("History") == "Verlauf"
        with speaking(ENGLISH):
            assert gettext("History") == english
        assert gettext("History") == "Verlauf"
    assert spoken() is ENGLISH


def test_the_first_language_lies_at_the_root():
    assert [(language.code, language.folder) for language in find_languages(("fr", "en", "ja"))] == [
        ("fr", ""), ("en", "en/"), ("ja", "ja/"),
    ]  # fmt: skip


def test_what_only_speaks_english_does_without_babel():
    code = """
import sys
import statusgen.cli.build, statusgen.render.site
from statusgen.render import dates, durations, figures, lists, numbers
from statusgen.render.catalogues import find_languages
find_languages(("en",))
print(dates.show_time(0, "UTC"), dates.show_days((0, 86400), "UTC"), lists.list_together(["a", "b"]),
      numbers.show_integer(1000), figures.show_target(1), durations.show_length(60), "babel" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 January 1970, 00:00 UTC 1 – 2 January 1970 a and b 1,000 100% 1 min False\n"
