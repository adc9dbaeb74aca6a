"""Every text of the interface, in every language: complete, with the same holes, and fit for a page."""

import re
from copy import deepcopy
from functools import cache

import pytest

from statusgen.model.languages import LANGUAGES
from statusgen.render.catalogues import FOLDER, find_language
from tools import messages

OTHERS = LANGUAGES[1:]
HOLES = re.compile(r"%\((\w+)\)([sd])")
WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def extracted():
    return messages.extract()


@pytest.fixture(scope="module")
def texts():
    return {(m.id, m.context) for m in extracted() if m.id}


@pytest.fixture(params=OTHERS)
def catalogue(request):
    return messages.read(FOLDER / f"{request.param}.po")


def forms(message):
    """Give each translation with the texts that it may have the holes of."""
    if not message.pluralizable:
        return [(message.string, (message.id,))]
    return [(string, message.id) for string in message.string]


def translated(catalogue):
    return [(m, string, ids) for m in catalogue if m.id for string, ids in forms(m)]


def test_there_is_a_catalogue_for_each_language_and_no_other():
    assert {path.stem for path in FOLDER.glob("*.po")} == set(OTHERS)


def test_every_text_is_translated_and_no_other_is_kept(catalogue, texts):
    """`make messages` renews the catalogues and lists what is to be translated."""
    assert {(m.id, m.context) for m in catalogue if m.id} == texts
    assert [m.id for m, string, _ in translated(catalogue) if not string.strip(" ") and m.id not in (", ", "; ")] == []
    assert [m.id for m in catalogue if m.id and m.fuzzy] == []


def test_a_translation_has_the_holes_of_its_text(catalogue):
    wrong = []
    for message, string, ids in translated(catalogue):
        wanted = {hole for id_ in ids for hole in HOLES.findall(id_)}
        missing = wanted - set(HOLES.findall(string))
        # A form for one number alone need not write it.
        single = message.pluralizable and len(message.string) > 1 and string is not message.string[-1]
        if set(HOLES.findall(string)) - wanted or missing - ({("num", "d")} if single else set()):
            wrong.append((message.id, string))
        assert "%" not in HOLES.sub("", string), string
    assert wrong == []


def test_a_translation_holds_nothing_that_a_page_takes_for_markup(catalogue):
    """Texts are written into pages as they are, in attributes too; what fills their holes is escaped."""
    assert [string for _, string, _ in translated(catalogue) if re.search(r"[<>&\"]", string)] == []


def test_the_texts_themselves_hold_no_markup():
    in_pages = {m.id for m in extracted() if m.id and any(f.startswith("themes/") for f, _ in m.locations)}
    said = [text for id_ in in_pages for text in ([id_] if isinstance(id_, str) else id_)]
    assert len(said) > 150
    assert [text for text in said if re.search(r"[<>&\"]", text)] == []


def test_a_translation_begins_and_ends_as_its_text_does(catalogue):
    """A full stop that is missing, or a blank too many, is seen beside what is right."""
    ends = {".": ".。", ":": ":：", "": "", " ": " ", ",": ",،、"}
    for message, string, ids in translated(catalogue):
        if message.id in (", ", "; "):
            continue
        assert string == string.strip(), string
        end = ids[-1][-1]
        if end in ".:":
            assert string[-1] in ends[end], (ids[-1], string)
        else:
            assert string[-1] not in ".:。：", (ids[-1], string)


def test_digits_are_those_of_the_text(catalogue):
    """The languages of a site differ in words alone; `\\d` finds those of all scripts."""
    for _, string, ids in translated(catalogue):
        assert re.findall(r"\d+", HOLES.sub("", string)) == re.findall(r"\d+", HOLES.sub("", ids[-1])), string


@pytest.mark.parametrize("code", OTHERS)
def test_most_words_differ_from_the_english_ones(code, texts):
    """What was left in English by mistake shows here; short names such as RSS are the same everywhere."""
    language = find_language(code)
    same = [id_ for id_, context in texts if isinstance(id_, str) and WORD.search(HOLES.sub("", id_))
            and not context and language.texts.gettext(id_) == id_]  # fmt: skip
    assert len(same) < 12, same
    assert [text for text in same if len(WORD.findall(HOLES.sub("", text))) > 2] == []


@pytest.mark.parametrize("code", OTHERS)
def test_making_the_messages_again_changes_nothing(code, tmp_path):
    path = FOLDER / f"{code}.po"
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    messages.write(messages.renew(messages.read(copy), deepcopy(extracted())), copy)
    assert copy.read_bytes() == path.read_bytes(), "run make messages"


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_names_its_terms(code):
    """Each has a glossary on top, so that one thing has one word."""
    head = (FOLDER / f"{code}.po").read_text(encoding="utf-8").split('msgid ""')[0]
    assert all(term in head for term in ("uptime", "incident", "maintenance", "outage", "credit", "update"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", {1: "1 Störung", 2: "2 Störungen", 0: "0 Störungen"}),
        ("fr", {0: "0 incident", 1: "1 incident", 2: "2 incidents"}),
        ("pt", {0: "0 incidente", 1: "1 incidente", 2: "2 incidentes"}),
        ("ja", {1: "障害1件", 5: "障害5件"}),
        ("ar", {1: "1 حادث", 2: "2 حادث", 3: "3 حوادث", 10: "10 حوادث", 11: "11 حادثًا", 100: "100 حادث"}),
        ("ar", {0: "0 حادث", 99: "99 حادثًا", 101: "101 حادث", 103: "103 حوادث", 111: "111 حادثًا"}),
    ],
)  # fmt: skip
def test_a_number_chooses_its_form(code, expected):
    texts = find_language(code).texts
    assert {
        number: texts.ngettext("%(num)d incident", "%(num)d incidents", number) % {"num": number} for number in expected
    } == expected


def test_languages_know_their_names_and_directions():
    known = [find_language(code) for code in LANGUAGES]
    assert [language.name for language in known] == [
        "English", "Deutsch", "Français", "Español", "Italiano", "Português", "日本語", "العربية",
    ]  # fmt: skip
    assert [language.direction for language in known] == ["ltr"] * 7 + ["rtl"]


def test_a_text_that_a_catalogue_lacks_stays_english():
    assert find_language("de").texts.gettext("No such text") == "No such text"


def test_catalogues_are_compiled_in_memory():
    assert [path.name for path in FOLDER.iterdir() if path.suffix != ".po"] == []
