"""From an author's Markdown to HTML that is safe to show, and to plain words."""

import re
import sys
from collections.abc import Callable
from functools import cache, lru_cache
from html import escape, unescape
from traceback import walk_stack
from urllib.parse import urljoin

import nh3
from markdown import Markdown
from markupsafe import Markup

from statusgen.render import urls

# nh3's policy (safety.md, Appendix B): what python-markdown makes, and nothing that can run, load or restyle.
_TAGS = {
    *("p", "br", "hr", "em", "strong", "del", "ins", "mark", "code", "pre", "kbd", "samp", "blockquote"),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
    *("h3", "h4", "h5", "h6", "sup", "sub", "abbr", "details", "summary", "time"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"align", "scope"},
    "td": {"align"},
    "ol": {"start"},
    "abbr": {"title"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
_CLEANERS = {
    top: nh3.Cleaner(
        tags=tags,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    for top, tags in ((2, _TAGS | {"h2"}), (3, _TAGS))
}
"""What cleans a text, by the level at which its headings begin."""

LONGEST_BODY = 64 * 1024  # characters; python-markdown takes 4 s a megabyte
MOST_TAGS = 500  # python-markdown is quadratic on `<` (libraries.md §0.6)
MOST_WORK = 50_000_000  # as `_work` counts it: half a second
MOST_LEVELS = 50  # of lists and quotes that one line opens
MOST_CALLS = 800  # inside each other, of the 1,000 that Python allows

_LEVELS = re.compile(rf"^(?:[ \t]*(?:>|(?:[-+*]|\d+\.)(?=[ \t]))){{{MOST_LEVELS}}}", re.MULTILINE)

# A text of plain words needs no parser: no character that Markdown gives a meaning anywhere, and no line that could
# open a list, a heading, a code block or a definition.
_PLAIN = re.compile(r"(?!\s)(?:[^\W_]|[ ,.;:'\"()/?!%$€£@…’‘“”–—-](?!\n[-=:])|\n(?![\s:=.+-]|\d+[.)]))+", re.UNICODE)
_TROUBLE = re.compile(r"^[^\S\n]*(?:[-+*=:]|\d+[.)])|https?:|\S@|  |:[^\S\n]*$|&|<|>", re.MULTILINE)


@cache
def _markdown() -> Markdown:
    """Make the one parser: python-markdown costs three times as much made anew for each text."""
    return Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "def_list", "abbr"],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )


def render_markdown(text: str, top: int = 3) -> Markup:
    """Turn an author's Markdown into HTML that is safe to show; the only maker of Markup from content.

    Headings begin at level `top`, below those of the page: 3, or 2 where the text is all of the page. A text that would
    take too long, or that nests too deep, is shown as it was written.
    """
    return _render(text, top)  # a cache takes what is said and what is meant for two


@lru_cache(maxsize=20_000)
def _render(text: str, top: int) -> Markup:
    if not text.strip():
        return Markup("")
    if is_plain(text):
        return Markup("\n".join(f"<p>{escape(part, quote=False)}</p>" for part in text.strip("\n").split("\n\n")))  # noqa: S704 - escaped
    html = None if _takes_long(text) else _convert(text)
    if html is None:
        return Markup(f"<pre>{escape(text, quote=False)}</pre>")  # noqa: S704 - escaped
    clean = _CLEANERS[top].clean(_shift_headings(html, top))
    if "<img" in clean:
        clean = _CLEANERS[top].clean(_name_images(clean))
    return Markup(clean)  # noqa: S704 - just sanitised


def _takes_long(text: str) -> bool:
    """Tell whether python-markdown would take seconds."""
    return (
        len(text) > LONGEST_BODY
        or text.count("<") > MOST_TAGS
        or _LEVELS.search(text) is not None
        or _work(text) > MOST_WORK
    )


def _work(text: str) -> int:
    """Estimate what python-markdown does, in looks at a character (10 ns), at the worst that a text of its kind can be.

    It looks at the rest of a block for each of its lines, and for each bracket, mark of emphasis and quote that may
    close something; at the rest of the text for each fence of a code block.
    """
    work = len(text) * (text.count("```") + text.count("~~~"))
    for block in re.split(r"\n[ \t]*\n", text):
        marks = block.count("*") + block.count("_")
        quotes = block.count('"') + block.count("'") if "]:" in block else 0  # a link's title
        looks = 1 + block.count("\n") + 4 * block.count("[") + marks // 5 + 7 * quotes
        work += looks * len(block.expandtabs(4))
    return work


def _convert(text: str) -> str | None:
    """Let python-markdown make HTML; None where a text nests too deep for it.

    How deep that is must be said of the text alone, not of where this is called from.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(sum(1 for _ in walk_stack(None)) + MOST_CALLS)
    try:
        return _markdown().reset().convert(text)
    except RecursionError:
        _markdown.cache_clear()  # the parser is left in the midst of a list, and reads every later text as part of it
        return None
    finally:
        sys.setrecursionlimit(before)


def is_plain(text: str) -> bool:
    """Tell whether Markdown would make nothing of a text but paragraphs; a law in the tests holds it to that."""
    stripped = text.strip("\n")
    return (
        stripped == stripped.strip(" ") != ""
        and not _TROUBLE.search(text)
        and bool(_PLAIN.fullmatch(stripped.replace("\n\n", " ")))
    )


def _shift_headings(html: str, top: int) -> str:
    """Push headings above a level down to it."""
    return re.sub(rf"(</?h)[1-{top - 1}]\b", rf"\g<1>{top}", html)


_IMAGE = re.compile(r'<(?P<tag>/?a|img)(?P<attributes>(?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


def _name_images(html: str) -> str:
    """Put a link in the place of each image of sanitised HTML: the site asks nothing of other hosts (safety.md §3.2).

    Its words are the image's own, or else its address. An image that is part of a link, or that lies on no other host
    and hence nowhere, leaves its words alone.
    """
    linked = False

    def name(match: re.Match[str]) -> str:
        nonlocal linked
        if match["tag"] != "img":
            linked = match["tag"] == "a"
            return match[0]
        said = {key: unescape(value) for key, value in _ATTRIBUTE.findall(match["attributes"])}
        address = said.get("src", "")
        words = escape(said.get("alt", "").strip() or address)
        remote = re.match(r"(?:https?:)?//", address, re.IGNORECASE)
        return f'<a href="{escape(address)}">{words}</a>' if remote and not linked else words

    return _IMAGE.sub(name, html)


def show_markdown(text: str, page: str = "", *, top: int = 3) -> Markup:
    """Turn an author's Markdown into HTML, for any page, with headings from the level `top` on.

    `page` is the link to the page that it was written for; without it that is the page itself. A relative link then
    leads to the same place wherever the text is shown.
    """
    html = render_markdown(text, top)
    return Markup(_map_links(html, lambda link: urls.moved(link, page))) if page else html  # noqa: S704 - sanitised


def share_files(html: Markup, page: str, folder: str) -> Markup:
    """Let links to files lead out of the `folder` of a language; `page` is the address of the page that shows them."""
    return Markup(_map_links(html, lambda link: urls.shared(link, page, folder)))  # noqa: S704 - sanitised


def absolute_links(html: str, base: str) -> str:
    """Make the links of sanitised HTML absolute: a reader of feeds shows them far from the page."""
    return _map_links(html, lambda link: urljoin(base, link))


# An address in a tag as nh3 writes it; the same characters in the text between tags are words.
_LINK = re.compile(r'''(<a(?: [\w-]+="[^"]*")*? href=)"([^"]*)"''')


def _map_links(html: str, change: Callable[[str], str]) -> str:
    def replace(match: re.Match[str]) -> str:
        try:
            return f'{match[1]}"{escape(change(unescape(match[2])))}"'
        except ValueError:  # `//[` is no address: nobody can follow it anyway
            return match[0]

    return _LINK.sub(replace, html)


@lru_cache(maxsize=20_000)
def plain_text(text: str) -> str:
    """Give the words of a Markdown text without markup, on one line."""
    return html_text(str(render_markdown(text)))


def html_text(html: str) -> str:
    """Give the words of sanitised HTML without markup, on one line."""
    spaced = re.sub(r"</(?:p|li|h\d|tr|pre|dd|dt)>|<br>|<hr>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", spaced)).split())


_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160), 0xFFFE, 0xFFFF])


def without_controls(text: str) -> str:
    """Leave out what neither XML nor a calendar may hold; a line's end and a tab may stay."""
    return text.translate(_CONTROLS)


def shorten(text: str, length: int) -> str:
    """Cut a plain text at a word, to at most `length` characters."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip(" ,;:.") + "…"
