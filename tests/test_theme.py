from pathlib import Path

import pytest
from jinja2 import UndefinedError

from statusgen.compute.report import compute_report
from statusgen.errors import ThemeError
from statusgen.model.history import CustomPage, History, Site
from statusgen.render.dates import show_days, show_span
from statusgen.render.durations import show_length
from statusgen.render.site import render_site
from statusgen.render.theme import Theme, hash_asset, load_theme
from statusgen.render.words import FILTERS


def write(folder: Path, **files: str) -> Path:
    """Write files whose names have `__` for `/` and `_` for the dot of the ending."""
    for name, text in files.items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def own_theme(tmp_path: Path, **files: str) -> Theme:
    """Load the theme `mine` beside a content folder."""
    write(tmp_path / "themes" / "mine", **files)
    return load_theme("mine", tmp_path / "content")


def test_a_theme_is_looked_for_beside_the_content_folder(tmp_path):
    assert own_theme(tmp_path, hello_html="mine").render("hello.html", {}) == "mine"


def test_a_theme_may_be_a_folder(tmp_path):
    write(tmp_path / "look", hello_html="look")
    assert load_theme(tmp_path / "look", None).render("hello.html", {}) == "look"
    assert load_theme(str(tmp_path / "look"), None).render("hello.html", {}) == "look"


def test_what_a_theme_lacks_is_the_default_themes(tmp_path):
    theme = own_theme(tmp_path, hello_html='{% import "macros.html" as m %}{{ m.shape("unknown") }}')
    assert 'href="#s-unknown"' in theme.render("hello.html", {})
    assert theme.asset("style.css").startswith("assets/style.")


def test_a_theme_can_extend_the_template_that_it_replaces(tmp_path):
    theme = own_theme(tmp_path, shapes_html='<i></i>{% include "default/shapes.html" %}')
    assert theme.render("shapes.html", {}).startswith("<i></i>")
    assert "s-unknown" in theme.render("shapes.html", {})


@pytest.mark.parametrize("trusted", [True, False])
def test_a_template_that_was_changed_is_read_anew(tmp_path, trusted):
    for text in ("one", "two", "one"):
        own_theme(tmp_path, **{"t.html": text})
        theme = load_theme("mine", tmp_path / "content", trusted=trusted)
        assert theme.render("t.html", {}) == text


def test_an_unknown_theme_is_told_with_the_nearest_name(tmp_path):
    with pytest.raises(ThemeError, match=r'no theme "defualt".*did you mean default\?'):
        load_theme("defualt", tmp_path / "content")
    with pytest.raises(ThemeError, match="there is no such folder"):
        load_theme(tmp_path / "nowhere", None)


def test_a_theme_error_stops_with_exit_code_1():
    assert ThemeError("x").exit_code == 1


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("one\n{{ missing }}", "hello.html:2: 'missing' is undefined"),
        ("{{ page.nothing }}", "hello.html:1: 'str object' has no attribute 'nothing'"),
        ("one\ntwo\n{% if %}", "hello.html:3: Expected an expression"),
        ("{{ 1|no_filter }}", "hello.html:1: No filter named 'no_filter'"),
        ('\n{% include "nowhere.html" %}', "hello.html:2: no template nowhere.html"),
        ("{{ 'x'|iso }}", "hello.html:1: "),
    ],
)
def test_an_error_names_the_template_the_line_and_the_variable(tmp_path, template, said):
    theme = own_theme(tmp_path, hello_html=template)
    with pytest.raises(ThemeError) as caught:
        theme.render("hello.html", {"page": "text"})
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ pag.title }}", "'pag' is undefined (did you mean page?)"),
        ("{{ page.titel }}", "has no attribute 'titel' (did you mean title?)"),
        ("{% for row in rows %}{{ rwo }}{% endfor %}", "'rwo' is undefined (did you mean row?)"),
        ("{% for row in rows %}{{ row.idd }}{% endfor %}", "has no attribute 'idd' (did you mean id?)"),
        ("{{ names.aip }}", "has no attribute 'aip' (did you mean api?)"),
        ("{% macro m(figure) %}{{ figre }}{% endmacro %}{{ m(1) }}", "'figre' is undefined (did you mean figure?)"),
        ("{{ urls.hom }}", "has no attribute 'hom' (did you mean home?)"),
        ("{{ 1|duraton }}", "No filter named 'duraton'. (did you mean duration?)"),
        ("{{ 1 is evn }}", "No test named 'evn'. (did you mean even?)"),
        ('{% include "macro.html" %}', "no template macro.html (did you mean macros.html?)"),
        ("{{ nothing_like_it }}", "'nothing_like_it' is undefined"),
    ],
)
@pytest.mark.parametrize("trusted", [False, True], ids=["guarded", "trusted"])
def test_the_nearest_name_is_suggested(tmp_path, template, said, trusted):
    write(tmp_path / "themes" / "mine", hello_html=f"\n{template}")
    theme = load_theme("mine", tmp_path / "content", trusted=trusted)
    page = CustomPage(id="a", title="A")
    with pytest.raises(ThemeError) as caught:
        theme.render("hello.html", {"page": page, "rows": (page,), "names": {"api": "API"}})
    assert caught.value.message.startswith(f"{tmp_path}/themes/mine/hello.html:2: ")
    assert caught.value.message.endswith(said)


def test_mistakes_of_all_templates_are_told_at_once(tmp_path):
    files = {
        "404_html": "{% extends 'base.html' %}\n{% block main %}{{ pgae }}{% endblock %}",
        "uptime_html": "{{ boards|legnth }}",
        "never_html": "{% if %}",
        "part_html": "{% endfor %}",
    }
    report = compute_report(History(site=Site(title="T", url="https://x.example/")), 1795512600)
    with pytest.raises(ThemeError) as caught:
        list(render_site(report, own_theme(tmp_path, **files)))
    assert [line.removeprefix(f"{tmp_path}/themes/mine/") for line in caught.value.message.splitlines()] == [
        "never.html:1: Expected an expression, got 'end of statement block'",
        "part.html:1: Encountered unknown tag 'endfor'.",
        "uptime.html:1: No filter named 'legnth'. (did you mean length?)",
        "404.html:2: 'pgae' is undefined (did you mean page?)",
        "4 problems in the theme; nothing was written.",
    ]


def test_a_mistake_in_the_shell_is_told_once(tmp_path):
    report = compute_report(History(site=Site(title="T", url="https://x.example/")), 1795512600)
    with pytest.raises(ThemeError) as caught:
        list(render_site(report, own_theme(tmp_path, base_html="\n{{ site.titel }}{% block main %}{% endblock %}")))
    assert caught.value.message.splitlines()[1:] == ["1 problem in the theme; nothing was written."]
    assert "base.html:2: 'statusgen.model.history.Site object' has no attribute 'titel'" in caught.value.message


def test_a_template_that_is_no_text_is_told(tmp_path):
    theme = own_theme(tmp_path, hello_html="")
    (tmp_path / "themes" / "mine" / "hello.html").write_bytes(b"\xff")
    with pytest.raises(ThemeError, match=r"hello\.html: not UTF-8"):
        theme.render("hello.html", {})


def test_the_line_is_that_of_the_innermost_template(tmp_path):
    theme = own_theme(tmp_path, hello_html='{% include "inner.html" %}', inner_html="\n\n{{ gone }}")
    with pytest.raises(ThemeError, match=r"inner\.html:3: 'gone' is undefined") as caught:
        theme.render("hello.html", {})
    assert isinstance(caught.value.__cause__, UndefinedError)


def test_what_is_not_markup_is_escaped_whatever_the_files_ending(tmp_path):
    theme = own_theme(tmp_path, a_html="{{ x }}", b_xml="{{ x }}", c_txt="{{ x }}")
    for name in ("a.html", "b.xml", "c.txt"):
        assert theme.render(name, {"x": '<b title="&">'}) == "&lt;b title=&#34;&amp;&#34;&gt;"


def test_only_markdown_makes_markup():
    samples = {"markdown": ("*a*",), "plain": ("*a*",), "shorten": ("<b>", 9), "state": ("unknown",)}
    made = {name for name, arguments in samples.items() if hasattr(FILTERS[name](*arguments), "__html__")}
    assert made == {"markdown"}


def test_static_files_have_addresses_that_change_with_their_content(tmp_path):
    theme = own_theme(tmp_path, static__fonts__text_woff2="font", static__style_css="p {}")
    assert theme.asset("fonts/text.woff2") == hash_asset("fonts/text.woff2", b"font").path
    assert theme.assets["style.css"].content == b"p {}"
    assert hash_asset("style.css", b"a").path != hash_asset("style.css", b"b").path
    assert hash_asset("a.b.css", b"").path.startswith("assets/a.b.")


def test_an_unknown_static_file_is_told_with_its_line(tmp_path):
    theme = own_theme(tmp_path, hello_html="\n{{ asset('styl.css') }}")
    with pytest.raises(ThemeError, match=r'hello.html:2: .*no static file "styl.css".*did you mean style.css\?'):
        theme.render("hello.html", {"asset": theme.asset})


@pytest.mark.parametrize(
    ("name", "target", "told"),
    [
        ("hello.html", "../../secret.txt", "a link that leads out of the theme"),
        ("hello.html", "hello.html", "cannot be read .a link that leads to itself"),
        ("hello.html", "gone.html", "a link that leads nowhere"),
        ("hello.html", "static", "a link to a folder"),
        ("static/leak.txt", "../../../secret.txt", "a link that leads out of the theme"),
        ("static/leak.txt", "leak.txt", "cannot be read .a link that leads to itself"),
        ("static/leak.txt", "gone.txt", "a link that leads nowhere"),
        ("static/up", "../static", "a link to a folder"),
        ("static/up", "../../..", "a link that leads out of the theme"),
        ("static", "static", "cannot be read .a link that leads to itself"),
        ("static", "..", "a link that leads out of the theme"),
    ],
)
def test_links_that_lead_astray_are_refused(tmp_path, name, target, told):
    write(tmp_path, secret_txt="secret")
    folder = tmp_path / "themes" / "mine"
    (folder / name).parent.mkdir(parents=True)
    if target == "static" != name:
        (folder / target).mkdir(exist_ok=True)
    (folder / name).symlink_to(target)
    with pytest.raises(ThemeError, match=f"{name}: {told}"):
        load_theme("mine", tmp_path / "content").render("hello.html", {})


def test_a_link_within_a_theme_is_a_file_like_others(tmp_path):
    folder = write(tmp_path / "themes" / "mine", one_html="one", static__a_txt="a")
    (folder / "two.html").symlink_to("one.html")
    (folder / "static" / "b.txt").symlink_to("a.txt")
    (tmp_path / "themes" / "linked").symlink_to("mine")
    for name in ("mine", "linked"):
        theme = load_theme(name, tmp_path / "content")
        assert theme.render("two.html", {}) == "one"
        assert theme.assets["b.txt"].content == b"a"


def test_a_name_that_leads_out_of_a_theme_is_no_template(tmp_path):
    write(tmp_path, secret_txt="secret")
    theme = own_theme(tmp_path, a_html="a")
    for name in ("../../secret.txt", "default/../../secret.txt"):
        with pytest.raises(ThemeError, match="no template"):
            theme.render(name, {})


@pytest.mark.parametrize("theme", ["loop", "ring", "themes/loop"])
def test_a_theme_that_is_a_link_to_itself_is_told(tmp_path, theme):
    (tmp_path / "themes").mkdir()
    for name, target in (("loop", "loop"), ("ring", "gnir"), ("gnir", "ring")):
        (tmp_path / "themes" / name).symlink_to(target)
    with pytest.raises(ThemeError, match="no theme"):
        load_theme(tmp_path / theme if "/" in theme else theme, tmp_path / "content")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (59, "59 s"), (3600, "1 h"), (93784, "1 d 2 h 3 min 4 s"), (86460, "1 d 1 min")]
)
def test_a_length_is_written_to_the_second(seconds, shown):
    assert show_length(seconds) == shown


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        ((0, 3600), ("1 January 1970, 00:00", "01:00 UTC")),
        ((0, 90000), ("1 January 1970, 00:00", "2 January 1970, 01:00 UTC")),
    ],
)
def test_a_span_says_nothing_twice(window, shown):
    assert show_span(window, "UTC") == shown
    assert show_span((1792884600, 1792891800), "Europe/Berlin") == (
        "25 October 2026, 01:30 CEST",
        "02:30 CET",
    )  # 2 h later by the clock of the world, 1 h by the one on the wall


@pytest.mark.parametrize(
    ("days", "shown"),
    [((0, 1), "1 January 1970"), ((0, 2), "1 – 3 January 1970"), ((0, 40), "1 January – 10 February 1970")],
)
def test_days_are_joined(days, shown):
    first, last = days
    assert show_days((first * 86400, last * 86400 if last > 1 else 1), "UTC") == shown
