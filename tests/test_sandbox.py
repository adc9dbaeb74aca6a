"""Themes that nobody vouched for: what they cannot reach, and that they come to an end."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from statusgen.compute.public import public_history
from statusgen.compute.report import compute_report
from statusgen.errors import ThemeError
from statusgen.model.history import Phase, Site
from statusgen.model.status import Status
from statusgen.read.content import read_content
from statusgen.render.sandbox import BUDGET, GuardedEnvironment
from statusgen.render.site import render_site
from statusgen.render.theme import load_theme

EXAMPLE = Path(__file__).parent.parent / "content"
NOW = 1795512600  # 2026-11-24T09:30:00Z
SECRET = "s3cr3t"


def link(target: str) -> str:
    return f"../{target}"


link.__module__ = "statusgen.render.pages"  # as the real one has it

CONTEXT = {
    "link": link,
    "site": Site(title="Acme", url="https://x.example/"),
    "status": Status.PARTIAL_OUTAGE,
    "phase": Phase.RESOLVED,
    "share": Fraction(1, 3),
    "until": datetime(2026, 1, 1, tzinfo=UTC),
    "raw": b"bytes",
    "names": {"api": "API"},
    "rows": ((1, "a"), (2, "b")),
    "title": "<b>Title</b>",
}


def render(folder: Path, text: str, *, trusted: bool = False) -> str:
    theme = folder / "themes" / "mine"
    theme.mkdir(parents=True, exist_ok=True)
    (theme / "t.html").write_text(text, encoding="utf-8")
    return load_theme("mine", folder / "content", trusted=trusted).render("t.html", CONTEXT)


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ link.__globals__ }}",
    "{{ link.__code__.co_code }}",
    "{{ link.__module__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__.os }}",
    "{{ site.__class__.__init__.__globals__ }}",
    "{{ site.__dataclass_fields__ }}",
    "{{ '{0.__class__}'.format(site) }}",
    "{{ '{a.__class__}'.format_map({'a': site}) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(site) }}",
    "{{ ('{0.__class__}'|attr('format'))(site) }}",
    "{{ '%s'|format(site) }}",
    "{{ ['{0.__class__}']|map('format', site)|list }}",
    "{{ [site]|map(attribute='__class__')|list }}",
    "{{ [site]|map('attr', '__class__')|list }}",
    "{{ [site]|groupby('__class__') }}",
    "{{ [site]|selectattr('__class__')|list|first|attr('x') }}",
    "{% for x in rows %}{{ loop.__class__ }}{% endfor %}",
    "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
    "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "{{ phase.__class__.__members__ }}",
    "{{ status.to_bytes(9, 'big') }}",
    "{{ status.from_bytes(raw, 'big') }}",
    "{{ share.from_float(1.5) }}",
    "{{ until.strftime('%Y') }}",
    "{{ raw.decode() }}",
    "{{ names.update({'a': 1}) }}",
    "{{ names.__setitem__('a', 1) }}",
    "{{ [].append(1) }}",
    "{{ ''.join(['a']) }}",
    "{{ 'a'.replace('a', 'b') }}",
    "{{ 'a'.encode() }}",
    "{{ 'a'.ljust(9) }}",
    "{{ title|safe }}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{% import 'os' as os %}",
    "{% include '/etc/passwd' %}",
    "{% include '../../secret.txt' %}",
    "{% include 'default/../../../secret.txt' %}",
    "{% extends 'static/../../../secret.txt' %}",
    "{{ urls.incident.__globals__ }}",
    "{{ _(title) }}",
    "{{ gettext(title) }}",
    "{{ ngettext('a', title, 2) }}",
    "{% set f = _ %}{{ f(title) }}",
    "{{ _('%(a)0999999999d', a=1) }}",
    "{{ _('%(a)r', a=site) }}",
    "{{ _('%(a)s', a=[site]) }}",
    "{{ _('%(a)s', **names) }}",
    "{{ _(*rows) }}",
    "{{ gettext.__globals__ }}",
    "{{ title|tojson(indent=999999999) }}",
    "{{ dict.fromkeys([1]) }}",
    "{{ range.__class__ }}",
    "{{ ().__class__ }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_a_template_cannot_get_out(tmp_path, text):
    (tmp_path / "secret.txt").write_text(SECRET)
    with pytest.raises(ThemeError, match=r"t\.html:1: |no template|leads out"):
        render(tmp_path, text)


def grow(start: str, step: str, after: str = "") -> str:
    """Make something of itself, 99 times."""
    turns = "{% for i in range(99) %}{% set ns.a = " + step + " %}{% endfor %}"
    return "{% set ns = namespace(a=" + start + ") %}" + turns + after


ENDLESS = [
    "{{ 'a' * 10**9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 1000000000 * 'a' }}",
    "{{ ['a'] * 1000000000 }}",
    "{{ (1, 2) * share * 10 }}{{ 'a' * 99999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ 'a'|indent(1000000000) }}",
    "{{ 'a'|format(1) }}",
    "{{ [1]|batch(1000000000, 1)|list }}",
    "{{ 1|round(-1000000000) }}",
    "{{ lipsum(n=100000) }}",
    "{{ range(1000000000) }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999)|map('string') %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}{% set x = range(99999)|list|max %}{% endfor %}",
    "{% for a in range(99999) %}{{ range(99999)|join }}{% endfor %}",
    grow("'aaaaaaaaaa'", "ns.a ~ ns.a"),
    grow("'aaaaaaaaaa'", "ns.a + ns.a"),
    grow("[1]", "ns.a + ns.a"),
    grow("[1]", "[ns.a, ns.a]", "{{ ns.a }}"),
    grow("(1,)", "(ns.a, ns.a)", "{{ {ns.a: 1} }}"),
    grow("[1]", "[ns.a] * 2"),
    grow("[1]", "{1: ns.a, 2: ns.a}"),
    grow("[1]", "dict(a=ns.a, b=ns.a)"),
    grow("[1]", "['', '']|map('default', ns.a, true)|list"),
    "{% set ns = namespace(a=[1]) %}{% macro m() %}{% set ns.a = varargs %}{% endmacro %}{{ m(ns.a, ns.a) }}",
    grow("1", "namespace(a=ns.a, b=ns.a)", "{{ ns.a }}"),
    grow("1", "namespace(a=ns.a, b=ns.a)", "{{ ns.a|e }}"),
    "{% set a = 'a' * 9999999 %}{% for i in range(99999) %}{% if a.count('a') %}{% endif %}{% endfor %}",
    "{% set a = ['a'] * 999999 %}{% set b = ['a'] * 999999 %}{% for i in range(99999) %}{{ a == b }}{% endfor %}",
    "{% set a = ['a'] * 999999 %}{% for i in range(99999) %}{{ 'b' in a }}{% endfor %}",
    "{% set a = ['a'] * 999999 %}{% for i in range(99999) %}{{ a is eq a }}{% endfor %}",
    "{% set a = ('a',) * 999999 %}{% for i in range(99999) %}{{ names[a]|default(1) }}{% endfor %}",
    "{% set a = ('a',) * 999999 %}{% for i in range(99999) %}{{ names.get(a) }}{% endfor %}",
    "{{ _('" + "%(a)s" * 9999 + "', a='a' * 99999) }}",
    grow("7", "ns.a * ns.a"),
    grow("share", "ns.a / (1 / ns.a)"),
    grow("'aa'", "ns.a|replace('a', 'aa')"),
    grow("'aa'", "[ns.a, ns.a]|join"),
    "{% set a = 'a' * 999999 %}{% for i in range(9999) %}{{ [a, a, a]|map('upper')|list|length }}{% endfor %}",
    "{% set a = 'a' * 999999 %}{% for i in range(9999) %}{% set b = [a[1:], a[2:]] %}{% endfor %}",
    "{% set a = 'a' * 999999 %}{% set b %}{% for i in range(9999) %}{{ a }}{% endfor %}{% endset %}",
    f"{{% set b %}}{{% for i in range(99999) %}}{'a' * 9999}{{% endfor %}}{{% endset %}}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(99) }}",
    "{% include 't.html' %}",
    "{% set n = n|default(30) - 1 %}{% if n %}{% include 't.html' %}{% include 't.html' %}{% endif %}",
    "{% for a in range(99999) recursive %}{{ loop(range(99999)) }}{% endfor %}",
    "{% for a in range(99) %}" * 21 + "{% endfor %}" * 21,
    "{{ " + "(" * 9999 + ")" * 9999 + " }}",
    "{{ " + "-" * 9999 + "1 }}",
    "a" * 200_000,
]


PART = 8
WHOLE = (
    ENDLESS[0],
    grow("[1]", "{1: ns.a, 2: ns.a}"),
    "{% for a in range(99999) %}{{ range(99999)|join }}{% endfor %}",
)
"""What is tried with the whole budget, all else with a part of it, and with that part of time and memory."""


def test_every_template_comes_to_an_end_with_its_place_and_fills_no_memory():
    """All of them are let loose in a process of its own, in which a bomb that goes off hurts nobody."""
    assert set(WHOLE) <= set(ENDLESS)
    code = f"""
import json, resource, sys, tempfile, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_sandbox as t
from statusgen.render import sandbox
def megabytes():
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = {{}}
with tempfile.TemporaryDirectory() as folder:
    for text in sorted(t.ENDLESS, key=t.WHOLE.__contains__):
        if text in t.WHOLE and sandbox.BUDGET != t.BUDGET:
            found["part"] = "", megabytes()
        sandbox.BUDGET = t.BUDGET if text in t.WHOLE else t.BUDGET // t.PART
        begun, told = time.process_time(), "nothing"
        try:
            t.render(Path(folder), text)
        except t.ThemeError as error:
            told = error.message
        found[text] = told, time.process_time() - begun
found["whole"] = "", megabytes()
print(json.dumps(found))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    assert outcomes.pop("whole")[1] < 1000
    assert outcomes.pop("part")[1] < 1000 / PART
    assert [told for told, _ in outcomes.values() if not re.search(r"/themes/mine/t\.html(:\d+)?: ", told)] == []
    assert all(seconds < 10 / (1 if text in WHOLE else 4) for text, (_, seconds) in outcomes.items())
    for text in ("{{ 'a' * 10**9 }}", "{{ 'a' * 1000000000 }}"):
        assert outcomes[text][1] < 2


USED = [
    ("{{ link('a/') }}", "../a/"),
    ("{{ site.title|upper }}", "ACME"),
    ("{{ site.find_component('api') is none }}", "True"),
    ("{{ status.word }} {{ phase.label }} {{ phase.value }}", "partial_outage Resolved resolved"),
    ("{{ phase.name }}", "RESOLVED"),
    ("{{ share.denominator }}", "3"),
    ("{{ names.api }}{{ names['api'] }}{{ names.get('web', '-') }}{{ names.items()|list|length }}", "APIAPI-1"),
    ("{{ title }}", "&lt;b&gt;Title&lt;/b&gt;"),
    ("{{ title ~ '<' ~ 1 }}", "&lt;b&gt;Title&lt;/b&gt;&lt;1"),
    ("{{ [title, 2]|join('<br>') }}", "&lt;b&gt;Title&lt;/b&gt;&lt;br&gt;2"),
    ("{{ title|replace('<b>', '') }}", "Title&lt;/b&gt;"),
    ("{{ 'a*b*'|markdown }}", "<p>a<em>b</em></p>"),
    ("{% for n, x in rows if n > 1 %}{{ loop.index }}{{ loop.length }}{{ loop.last }}{{ x }}{% endfor %}", "11Trueb"),
    ("{% for n, x in rows %}{{ loop.cycle('-', '+') }}{% else %}none{% endfor %}", "-+"),
    ("{% for x in ()|map('upper') %}{% else %}none{% endfor %}", "none"),
    ("{% macro m(x) %}<i>{{ x }}{{ caller() }}</i>{% endmacro %}{% call m('<') %}!{% endcall %}", "<i>&lt;!</i>"),
    ("{% set ns = namespace(n=0) %}{% for n, _ in rows %}{% set ns.n = ns.n + n %}{% endfor %}{{ ns.n }}", "3"),
    ("{{ 7 * 6 }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 'ab' * 2 }} {{ 'abc'[1:] }} {{ -1 }}", "42 3 3 abab bc -1"),
    ("{{ 'x'.upper() }}{{ 'a b'.split()|last }}{{ 'ab'.startswith('a') }}", "XbTrue"),
    ("{% import 'macros.html' as m %}{{ m.shape('a')[:4] }}", "<svg"),
    ("{% block a %}<b>{% endblock %}{{ self.a() }}", "<b><b>"),
    ("{{ 1200|duration }}", "20\xa0min"),
    ("{{ _('Status') }} {{ _('%(n)s of <b>%(a)s</b>', n=1, a=title) }}", "Status 1 of <b>&lt;b&gt;Title&lt;/b&gt;</b>"),
    ("{% trans n=2, a=title %}{{ n }} of {{ a }}{% endtrans %}", "2 of &lt;b&gt;Title&lt;/b&gt;"),
    ("{% trans n=2 %}{{ n }} day{% pluralize %}{{ n }} days{% endtrans %}", "2 days"),
    ("{% for _, x in rows %}{{ x }}{% endfor %}", "ab"),
    ("{{ {'a': title}|tojson }}", '{"a": "\\u003cb\\u003eTitle\\u003c/b\\u003e"}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), USED)
def test_what_themes_need_is_there_as_it_is_in_a_trusted_one(tmp_path, text, shown):
    assert render(tmp_path, text).strip() == render(tmp_path, text, trusted=True).strip() == shown


def test_a_trusted_theme_may_do_what_jinja_can(tmp_path):
    assert render(tmp_path, "{{ title|safe }}", trusted=True) == "<b>Title</b>"
    assert render(tmp_path, "{{ 'x'.center(3) }}", trusted=True) == " x "


def test_what_a_trusted_theme_alone_may_do_is_told_so(tmp_path):
    for text in (
        "{{ title|safe }}",
        "{{ '{}'.format(1) }}",
        "{{ 2 ** 3 }}",
        "{% autoescape false %}{% endautoescape %}",
    ):
        with pytest.raises(ThemeError, match="for themes with trusted: true alone"):
            render(tmp_path, text)


def test_shipped_themes_and_trusted_ones_are_not_slowed_down(tmp_path):
    (tmp_path / "themes" / "mine").mkdir(parents=True)
    for theme, guarded in (
        (load_theme("default", None), False),
        (load_theme("default", tmp_path / "content"), False),
        (load_theme("mine", tmp_path / "content"), True),
        (load_theme(tmp_path / "themes" / "mine", None), True),
        (load_theme("mine", tmp_path / "content", trusted=True), False),
    ):
        assert isinstance(theme.environment, GuardedEnvironment) == guarded


def test_a_default_theme_of_ones_own_is_not_a_shipped_one(tmp_path):
    (tmp_path / "themes" / "default").mkdir(parents=True)
    assert isinstance(load_theme("default", tmp_path / "content").environment, GuardedEnvironment)


def test_in_the_sandbox_the_example_is_the_same_and_costs_little_of_what_a_page_may(tmp_path, monkeypatch):
    (tmp_path / "themes" / "mine").mkdir(parents=True)
    report = compute_report(public_history(read_content(EXAMPLE, NOW), NOW), NOW)
    guarded = load_theme("mine", tmp_path / "content")
    least = [BUDGET]
    begin = GuardedEnvironment.begin
    monkeypatch.setattr(GuardedEnvironment, "begin", lambda self: (least.append(self.left), begin(self)))
    assert list(render_site(report, guarded)) == list(render_site(report, load_theme("default", None)))
    assert BUDGET * 0.99 < min(least) < BUDGET


def test_the_budget_is_one_of_each_page(tmp_path):
    theme = tmp_path / "themes" / "mine"
    theme.mkdir(parents=True)
    (theme / "t.html").write_text("{% set a = 'a' * 40000000 %}")
    loaded = load_theme("mine", tmp_path / "content")
    for _ in range(3):
        loaded.render("t.html", {})
