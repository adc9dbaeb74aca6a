"""Badges: the state and the uptime of a component, a group or the whole, as SVG and as shields.io reads them.

Each is complete in itself: it loads nothing, has a title for those who do not see it, and knows light and dark.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from statusgen.model.artifact import Artifact
from statusgen.model.calendar import DAY
from statusgen.model.figure import Figure
from statusgen.model.report import Report
from statusgen.render import urls
from statusgen.render.figures import show_uptime
from statusgen.render.language import gettext, ngettext
from statusgen.render.words import name_headline, name_state

FIGURE = "figure"
"""A percentage is neither good nor bad: promised are calendar months, and the pages say whether that is met."""

STATE_COLORS: Mapping[str, tuple[str, str]] = {
    "operational": ("#0a6b2d", "#5fd68b"),
    "degraded_performance": ("#7a5200", "#ffd166"),
    "partial_outage": ("#a13d00", "#ff9f5a"),
    "major_outage": ("#a3001b", "#ff8a8a"),
    "under_maintenance": ("#1a4fb4", "#8ab4ff"),
    "unknown": ("#5c5c5c", "#a8a8a8"),
    FIGURE: ("#1a4fb4", "#8ab4ff"),
}
"""The colours of the default theme: on light with white words, on dark with black ones (conventions.md §2.6)."""

# What shields.io draws: 20 high, 11 px Verdana. Widths in tenths of a pixel by group of letters; others are square.
_WIDTHS = {
    letter: width
    for width, letters in (
        (39, "ijl|!.,:;'` "),
        (50, "frtI()[]{}/\\-"),
        (58, 'Jcsz"'),
        (66, "abdeghknopquvxyLFT?*_"),
        (70, "0123456789+=<>~#$€^EPSBXKRCZVAY"),
        (82, "GDNHUOQ&"),
        (107, "mMwW@%"),
    )
    for letter in letters
}
_SQUARE = 110
_PADDING = 6


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge says; `state` is the word of the state whose colour it has."""

    address: str
    label: str
    message: str
    state: str


def render_badges(report: Report) -> Iterator[Artifact]:
    """Write the badges below /badges/, each as SVG and as JSON for shields.io."""
    for badge in _badges(report):
        yield Artifact(urls.badge(badge.address, "svg"), draw_badge(badge))
        yield Artifact(urls.badge(badge.address, "json"), _endpoint(badge))


def _badges(report: Report) -> Iterator[Badge]:
    title = report.site.title
    yield Badge("overall", title, name_headline(report.shown), report.shown)
    if report.recent:
        yield _uptime("overall", title, report.recent)
    for group in report.groups:
        if group.group and group.components:
            yield Badge(f"groups/{group.group.id}", group.group.name, _name(group.shown), group.shown)
            if group.recent:
                yield _uptime(f"groups/{group.group.id}", group.group.name, group.recent)
    for component in report.components:
        if not component.retired:
            name, shown = component.component.name, component.shown
            yield Badge(component.component.id, name, _name(shown), shown)
            yield _uptime(component.component.id, name, component.recent)


def _name(word: str) -> str:
    """Name a state in small letters, where the language has them."""
    return gettext("no data") if word == "unknown" else name_state(word)


def _uptime(address: str, name: str, figure: Figure) -> Badge:
    days = -(-figure.period.seconds // DAY)  # today is not over
    text = ngettext("%(name)s uptime, %(num)d day", "%(name)s uptime, %(num)d days", days)
    label = text % {"name": name, "num": days}
    return Badge(f"{address}/uptime", label, show_uptime(figure), "unknown" if figure.uptime is None else FIGURE)


def draw_badge(badge: Badge) -> bytes:
    """Draw a badge."""
    label, message = _printable(badge.label), _printable(badge.message)
    left, right = (_measure(text) + 2 * _PADDING for text in (label, message))
    light, dark = STATE_COLORS[badge.state]
    title = escape(f"{label}: {message}")
    words = _word("l", _PADDING, label) + _word("m", left + _PADDING, message)
    # The light look stands in attributes: it holds where a strict policy leaves the style out.
    style = f"@media(prefers-color-scheme:dark){{.a{{fill:#333}}.b{{fill:{dark}}}.m{{fill:#111}}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{style}</style>"
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect class="a" width="{left}" height="20" fill="#444"/>'
        f'<rect class="b" x="{left}" width="{right}" height="20" fill="{light}"/></g>'
        f'<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">{words}</g></svg>\n'
    ).encode()


def _word(name: str, x: int, text: str) -> str:
    length = _measure(text)
    fit = f'textLength="{length}" lengthAdjust="spacingAndGlyphs"'
    return f'<text class="{name}" x="{x}" y="14" {fit}>{escape(text)}</text>'


def _printable(text: str) -> str:
    """Give a text without what XML may not hold, on one line, and never empty."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or "–"


def _measure(text: str) -> int:
    """Give about how wide a text is drawn, in pixels; the drawing stretches it to just that."""
    return -(-sum(_WIDTHS.get(letter, _SQUARE) for letter in text) // 10)


def _endpoint(badge: Badge) -> bytes:
    document = {
        "schemaVersion": 1,
        "label": _printable(badge.label),
        "message": _printable(badge.message),
        "color": STATE_COLORS[badge.state][0],
        "cacheSeconds": 300,
    }
    return (json.dumps(document, ensure_ascii=False) + "\n").encode()
