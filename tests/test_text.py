"""Markdown, dates and durations."""

import re
import sys
from html import escape
from time import process_time

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from statusgen.render import text as module
from statusgen.render.dates import show_clock, show_date, show_time
from statusgen.render.durations import show_duration
from statusgen.render.text import (
    LONGEST_BODY,
    is_plain,
    plain_text,
    render_markdown,
    shorten,
    show_markdown,
)

ANY = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab1 \n.,:;-*_#[]()<>&`'\"!|\\/+=~^{}%$é’—…")), st.characters(codec="utf-8")
    ),
    max_size=80,
)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<svg onload=alert(1)>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "<iframe src=//x></iframe>",
    "<style>*{display:none}</style>",
    '<p style="position:fixed">x</p>',
    '<p id="main" class="alert">x</p>',
    '![x](x "onerror=alert(1)")',
    "```<script>\nx\n```",
    "[x]: javascript:alert(1)\n[x]",
    "<form action=//x><input name=q></form>",
    "a {: onclick=alert(1) }",
]


@pytest.mark.parametrize(
    ("text", "inside", "alone"),
    [
        ("# A", "<h3>A</h3>", "<h2>A</h2>"),
        ("## A", "<h3>A</h3>", "<h2>A</h2>"),
        ("### A", "<h3>A</h3>", "<h3>A</h3>"),
        ("<h1>A</h1>", "<h3>A</h3>", "<h2>A</h2>"),
        ("<H1>A</H1>", "A", "A"),
        ("<H2>A</H2>", "A", "<h2>A</h2>"),
    ],
)
def test_headings_begin_below_those_of_the_page(text, inside, alone):
    assert render_markdown(text).strip() == show_markdown(text).strip() == inside
    assert show_markdown(text, top=2).strip() == alone


def naive(text):
    """Markdown as it would be made without the short way for plain words."""
    return module._CLEANERS[3].clean(module._shift_headings(module._markdown().reset().convert(text), 3))


@settings(max_examples=1500)
@example("0 ")
@given(ANY)
def test_plain_words_need_no_parser(text):
    if is_plain(text):
        assert str(render_markdown(text)) == naive(text)


@pytest.mark.parametrize(
    "text",
    [
        "We are looking into it.",
        "Two lines\nof one paragraph.",
        'One.\n\nTwo (really), at 10:30: "yes"!',
        "São Paulo — 100% ok",
    ],
)
def test_most_updates_take_the_short_way(text):
    assert is_plain(text)
    assert str(render_markdown(text)) == naive(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_loads_or_restyles_comes_through(text):
    html = str(render_markdown(text))
    forbidden = r"<(?:script|img|style|svg|math|iframe|form|input|object|embed|link|meta|base)\b"
    assert not re.search(forbidden, html, re.IGNORECASE)
    assert not re.search(r"<[^>]*\s(?:on\w+|style|id|class)\s*=", html, re.IGNORECASE)
    assert not re.search(r"(?:href|src)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):", html, re.IGNORECASE)


@settings(max_examples=600)
@given(st.lists(st.sampled_from([*HOSTILE, "<", ">", "`", "*", "[", "](", "\n", " ", "{{7*7}}", "&lt;"]), max_size=6))
def test_what_was_sanitised_stays_what_it_is(parts):
    html = str(render_markdown("".join(parts)))
    assert nh3.clean(html, tags=module._TAGS, attributes=module._ATTRIBUTES, url_schemes={"http", "https", "mailto"},
                     link_rel="nofollow noopener noreferrer") == html  # fmt: skip


def test_markdown_makes_what_authors_use():
    html = str(render_markdown("## A\n\n1. one\n2. *two*\n\n| a | b |\n|--:|---|\n| 1 | `2` |\n\n```\n<b>\n```\n"))
    assert "<h3>A</h3>" in html
    assert '<td align="right">1</td>' in html
    assert "<code>&lt;b&gt;" in html
    assert "<ol>" in html


def test_text_that_would_take_for_ever_is_shown_as_it_was_written():
    assert str(render_markdown("[" * 5000)).startswith("<pre>[[[")
    assert str(render_markdown("<a " * 5000)).startswith("<pre>&lt;a")
    assert str(render_markdown("=\n" * 8000)).startswith("<pre>=")
    assert str(render_markdown("word *x* " * 20_000)).startswith("<pre>word")


SLOW = [
    "-\n", "- \n", "=\n", "#\n", "***\n", "a\n---\n", "a\n: b", ">- \n", "- - ", "1. ", "* ", "> ", "_", "*", "`", "[",
    "![", "[a](", '[a]: b"', "<a ", "<", "\\", "&", "|", "\t\n", "``` x\n", "~~~\n", "*[a]: b\n", "[^1]: a\n",
    "| a | b |\n",
]  # fmt: skip


@pytest.mark.parametrize("token", SLOW)
@pytest.mark.parametrize("shape", ["{0}{0}", "a\n{0}{0}b", "[a]:\n{0}'", '{0}\n[a]:\n"', "{0}*", "a|b\n-|-\n{0}{0}"])
def test_no_text_takes_long_whatever_it_repeats(token, shape):
    repeated = token * (LONGEST_BODY // 2 // len(token) - 10)
    last = shape[-1] if not shape.endswith("}") else ""
    text = shape.format(repeated) + last * (LONGEST_BODY // 2 - 30 if last else 0)
    begun = process_time()
    plain_text(text)
    assert process_time() - begun < 2


@pytest.mark.parametrize("nested", ["- " * 900, "> " * 900 + "x", "1. " * 900, "a\n: b\n" * 1000])
def test_text_that_nests_too_deep_is_shown_as_it_was_written_and_harms_no_other(nested):
    before = naive("* one\n* two")
    assert str(render_markdown(nested)) == f"<pre>{escape(nested)}</pre>"
    assert naive("* one\n* two") == before


def test_the_parser_itself_gives_up_at_the_same_depth_wherever_it_is_called():
    def deeper(calls, text):
        return deeper(calls - 1, text) if calls else module._convert(text)

    limit = sys.getrecursionlimit()
    for levels in (60, 120, 150, 180, 300):
        text = "\n".join("    " * level + "- x" for level in range(levels))
        assert deeper(0, text) == deeper(100, text)
    assert module._convert(text) is None
    assert module._convert("*x*") == "<p><em>x</em></p>"
    assert sys.getrecursionlimit() == limit


def test_long_texts_that_people_write_are_markdown():
    listed = "\n".join(f"- [INFO](https://a.example/{n}) *worker* `w_{n}` has restarted at 09:20" for n in range(220))
    table = "| time | what |\n|--|--|\n" + "| 09:20 | the *third* worker died |\n" * 600
    log = "```\n" + '2026-11-02T09:20:00Z [INFO] worker_1: "done" in <5> ms\n' * 250 + "```"
    paragraph = "A *long* paragraph, with `code` and [a link](https://a.example/). " * 12
    prose = "\n\n".join(["## A heading", paragraph] * 60)
    for text in (listed, table, log, prose):
        assert str(render_markdown(text)) == naive(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![a](http://x.example/y.png)", "{}http://x.example/y.png{}a</a>"),
        ("![](https://x.example/y.png)", "{}https://x.example/y.png{}https://x.example/y.png</a>"),
        ("![a](//x.example/y.png)", "{}//x.example/y.png{}a</a>"),
        ("![a][r]\n\n[r]: HTTP://x.example/?a=1&b=2 'title'", "{}HTTP://x.example/?a=1&amp;b=2{}a</a>"),
        ("<IMG SRC=http://x.example/y.png ALT='<b>&amp;'>", "{}http://x.example/y.png{}&lt;b&gt;&amp;</a>"),
        ("[![a](https://x.example/y.png)](https://x.example/)", "{}https://x.example/{}a</a>"),
        ("![a](graph.png)", "a"),
        ("![](graph.png)", "graph.png"),
        ("![a](javascript:alert)", "a"),
        ("<img src='data:image/png;base64,xx' alt=a>", "a"),
    ],
)
def test_an_image_is_shown_as_a_link_or_as_its_words(text, html):
    shown = html.format('<a href="', '" rel="nofollow noopener noreferrer">')
    assert str(render_markdown(text)).strip() in (f"<p>{shown}</p>", shown)


def test_text_is_data_and_never_a_template():
    assert str(render_markdown("{{ 7*7 }} {% include 'x' %}")) == "<p>{{ 7*7 }} {% include 'x' %}</p>"


def test_plain_text_and_cutting():
    assert plain_text("# Hi\n\n* a & b\n* [c](http://x)\n") == "Hi a & b c"
    assert shorten("one two three four", 12) == "one two…"
    assert shorten("short", 12) == "short"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3600, "1 h"), (5184, "1 h 26 min"),
     (90000, "1 d 1 h"), (86401, "1 d")],
)  # fmt: skip
def test_durations_have_their_two_largest_units(seconds, text):
    assert show_duration(seconds) == text


def test_dates_are_local_and_name_their_zone():
    assert show_time(1793610000, "Europe/Dublin") == "2 November 2026, 09:00 GMT"
    assert show_date(1793574000, "America/New_York") == "1 November 2026"
    assert show_clock(1793610015, "Asia/Kolkata") == "14:30:15 IST"
    assert show_clock(1793610000, "America/Sao_Paulo") == "06:00 UTC-03"
