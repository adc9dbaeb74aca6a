import re
import struct
import zlib

import pytest
from click.testing import CliRunner

from statusgen.cli import cli
from statusgen.errors import ContentError
from statusgen.model.code import Code
from statusgen.model.color import DARK_PAPER, passes
from statusgen.model.history import Site, SiteFile, ThemeSettings
from statusgen.model.problem import Problem
from statusgen.read.content import read_documents
from statusgen.read.look import LARGEST, check_file
from statusgen.read.styles import check_style
from statusgen.read.svg import check_svg
from statusgen.render.look import make_look

SETTINGS = """\
title: Acme
url: https://status.acme.example/
components: {api: {name: API}}
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
DRAWING = f'{SVG} viewBox="0 0 40 10"><path d="M0 0h40v10H0z"/></svg>'


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\x20\0\x30\3" + b"\0" * 12
WEBP = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (47).to_bytes(3, "little") + (31).to_bytes(3, "little")
LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x30\0\x20\0"
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (47 | 31 << 14).to_bytes(4, "little") + b"\0" * 5
ICON = b"\0\0\1\0\1\0\x30\x20" + b"\0" * 14


def told(world, files, theme: str) -> list[str]:
    root = world({"status.yaml": f"{SETTINGS}theme: {theme}\n", **files})
    with pytest.raises(ContentError) as caught:
        read_documents(root)
    return [f"{p.place}: {p.text}".replace(f"{root}", "content") for p in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png(48, 32)), ("a.jpg", JPEG), ("b.JPEG", JPEG), ("a.webp", WEBP), ("b.webp", LOSSY),
        ("c.webp", LOSSLESS), ("a.ico", ICON),
        ("a.svg", f'{SVG} width="48px" height="32"/>'.encode()), ("b.svg", f'{SVG} viewBox="0 0 48 32"/>'.encode()),
    ],
)  # fmt: skip
def test_a_picture_is_measured(name, content):
    assert check_file(name, content, name) == SiteFile(name=name, content=content, size=(48, 32))


@pytest.mark.parametrize(
    "attributes", ["", ' width="100%" height="50%"', ' viewBox="0 0 x 1"', ' viewBox="0 0 1e999 1"']
)
def test_a_drawing_need_not_say_its_size(attributes):
    assert check_svg(f"{SVG}{attributes}/>".encode(), "a.svg") == (None, [])


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "ico"])
@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\1\0"]
)
def test_a_picture_that_is_another_is_told(ending, content):
    found = check_file(f"a.{ending}", content, "content/a")
    assert found == [Problem("content/a", 0, f"is not the {ending.upper()} that its name says (save it as "
                             f"{ending.upper()}, or rename it)", Code.PICTURE)]  # fmt: skip


def test_pictures_cut_short_anywhere_are_read_or_told():
    for name, whole in (("a.png", png(3, 2)), ("a.jpg", JPEG), ("a.webp", WEBP), ("a.webp", LOSSY), ("a.ico", ICON)):
        for end in range(len(whole)):
            assert check_file(name, whole[:end], name)


HOSTILE = [
    ("<script>x</script>", "<script> has no place"),
    ("<g><script/></g>", "<script> has no place"),
    ('<h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script>', "<script> is no element of SVG"),
    ('<script xmlns="">x</script>', "<script> is no element of SVG"),
    ("<foreignObject/>", "<foreignObject> has no place"),
    ('<a href="#b"/>', "<a> has no place"),
    ('<set attributeName="href" to="javascript:x"/>', "<set> has no place"),
    ('<animate attributeName="x" to="1"/>', "<animate> has no place"),
    ('<handler type="text/ecmascript"/>', "<handler> has no place"),
    ('<g onclick="x"/>', "onclick= runs a script"),
    ('<g ONLOAD="x"/>', "ONLOAD= runs a script"),
    ('<g xmlns:e="urn:e" e:onload="x"/>', "onload= runs a script"),
    ('<use href="https://x.example/a.svg#b"/>', 'href="https://x.example/a.svg#b" asks for another file'),
    ('<use xlink:href="a.svg#b"/>', 'href="a.svg#b" asks'),
    ('<image href="//x.example/a.png"/>', 'href="//x.example/a.png" asks'),
    ('<image href="data:image/svg+xml,&lt;svg/>"/>', "asks for another file"),
    ('<image href="java&#115;cript:x"/>', 'href="javascript:x" asks'),
    ('<g xml:base="https://x.example/"/>', "xml:base= moves every address"),
    ('<rect fill="url(https://x.example/a.svg#b)"/>', 'url("https://x.example/a.svg#b") asks'),
    ('<rect style="fill:u\\72l(//x.example/a)"/>', 'url("//x.example/a") asks'),
    ('<rect style="background-image:image-set(&quot;//x.example/a&quot; 1x)"/>', 'url("//x.example/a") asks'),
    ("<style>@import url(//x.example/a.css);</style>", "@import asks"),
    ("<style><![CDATA[ a { fill: url(/a) } ]]></style>", 'url("/a") asks'),
    ("<style>@\\69mport 'a'</style>", "@import asks"),
    ("<?xml-stylesheet href='a.css'?>", "<?xml-stylesheet?> has no place"),
    ("<g>", "broken SVG"),
    ("&what;", "broken SVG"),
]


@pytest.mark.parametrize(("inside", "expected"), HOSTILE)
def test_a_drawing_that_could_run_or_load_is_refused(inside, expected):
    text = f'{SVG} xmlns:xlink="http://www.w3.org/1999/xlink">\n{inside}\n</svg>'
    _, problems = check_svg(text.encode(), "a.svg")
    assert [problem.line for problem in problems if expected in problem.text] == [3 if inside == "<g>" else 2]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "broken SVG: no element found"),
        (b"<html/>", "is no SVG: it begins with <html>"),
        (b"<svg/>", '<svg> is not named one (write <svg xmlns="http://www.w3.org/2000/svg">)'),
        (b"<!DOCTYPE svg>" + DRAWING.encode(), "a DOCTYPE has no place"),
        (b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>', "a DOCTYPE has no place"),
        (b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>', "a DOCTYPE has no place"),
        (DRAWING.encode("utf-16"), "not UTF-8"),
        (b'<?xml version="1.0" encoding="iso-2022-jp"?>' + DRAWING.encode(), 'the encoding "iso-2022-jp"'),
        (b"\x00" + DRAWING.encode(), "broken SVG"),
    ],
)
def test_what_is_no_drawing_is_told(content, expected):
    _, problems = check_svg(content, "a.svg")
    assert expected in problems[0].text


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><path d="M0 0" fill="url(#g)"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        "<style>.a { fill: url(#g) } /* @import url(x) */ .b::after { content: 'url(x)' }</style>",
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>',
        "<title>Acme (since 1903) :)</title><desc>\\o/ url(x) is only text</desc>",
        '<g transform="translate(1 2) rotate(3)" aria-label="a :) {"/>',
        '<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>',
        '<g xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:label="Layer 1"/>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
        '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>',
    ],
)
def test_what_drawing_programs_write_is_let_in(inside):
    assert check_svg(f"{SVG}>{inside}</svg>".encode(), "a.svg") == (None, [])


@pytest.mark.parametrize(
    ("css", "line", "expected"),
    [
        ("a {}\n@import 'x.css';", 2, "@import asks for another file (copy its rules into this one)"),
        ("@IMPORT 'x.css';", 1, "@import asks"),
        ("a { background: url(https://x.example/a.png) }", 1, 'url("https://x.example/a.png") asks'),
        ("a { background: URL('//x.example/a.png') }", 1, 'url("//x.example/a.png") asks'),
        ("a { background: u\\72 l(a.png) }", 1, 'url("a.png") asks'),
        ("@media print {\n a { b { background:\nurl(a.png) } } }", 3, 'url("a.png") asks'),
        ("a { background: image-set('a.png' 1x) }", 1, 'url("a.png") asks'),
        ("a { background: -webkit-image-set(url(a.png) 1x) }", 1, 'url("a.png") asks'),
        ("a { background: calc(url(a.png)) }", 1, 'url("a.png") asks'),
        ("@font-face { src: url(a.woff2) }", 1, 'url("a.woff2") asks'),
        ("a { background: url(data:,/*) url(a.png) /* */ }", 1, 'url("a.png") asks'),
        ("/* ' */ a { background: url(a.png) /* ' */ }", 1, 'url("a.png") asks'),
        ("a { --x: url(a.png) }", 1, 'url("a.png") asks'),
        ("} a { background: url(a.png) }", 1, 'url("a.png") asks'),
    ],
)
def test_a_stylesheet_that_loads_is_told_with_its_line(css, line, expected):
    (problem,) = check_style(css, "a.css")
    assert problem.line == line
    assert expected in problem.text


@pytest.mark.parametrize(
    "css",
    [
        "/* @import 'x'; url(x) */", "a::after { content: 'url(x) @import' }",
        "a { background: url(data:image/png;base64,AA==) }", "a { fill: url(#a) }",
        "a { color: var(--accent); width: calc(1px + 2%) }", "@media print { a { color: red } }",
        "a { b:hover & { color: red } }", "é { }", "a { src: local('x') }",
    ],
)  # fmt: skip
def test_a_stylesheet_that_loads_nothing_is_let_in(css):
    assert check_style(css, "a.css") == []


def test_files_are_read_by_the_names_that_status_yaml_gives(world):
    theme = "{logo: {light: a/logo.svg, dark: a/dark.png}, favicon: a/logo.svg, css: extra.css, accent: '#1a4fb4'}"
    root = world(
        {
            "status.yaml": f"{SETTINGS}theme: {theme}\n",
            "a/logo.svg": DRAWING,
            "a/dark.png": png(2, 1),
            "extra.css": "\ufeffa { color: red }\r\n",
        }
    )
    history = read_documents(root)
    assert {name: (file.size, len(file.content)) for name, file in history.site.files.items()} == {
        "a/logo.svg": ((40, 10), len(DRAWING)),
        "a/dark.png": ((2, 1), len(png(2, 1))),
        "extra.css": (None, len(b"a { color: red }\n")),
    }
    assert history.files == 4


def test_what_is_wrong_with_the_look_is_told_beside_all_else(world):
    files = {"logo.svg": f"{SVG} onload='x'/>", "incidents/a.md": "no front matter"}
    found = told(world, files, "{logo: {light: logo.svg}, favicon: gone.svg, accent: red, colour: red}")
    assert len(found) == 5
    assert any('theme.favicon: there is no file "gone.svg" in' in problem for problem in found)


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("logo.svg", "../secret.svg", "content/logo.svg: a link that leads out of the content folder (copy the file)"),
        ("logo.svg", "logo.svg", "content/logo.svg: cannot be read"),
        ("a/logo.svg", None, "content/a/logo.svg: a link that leads out of the content folder (copy the file)"),
    ],
)
def test_a_link_out_of_the_content_is_refused(world, name, target, expected):
    root = world({})
    (root.parent / "secret.svg").write_text(DRAWING)
    (root.parent / "out").mkdir()
    (root.parent / "out" / "logo.svg").write_text(DRAWING)
    if target is None:
        (root / "a").symlink_to("../out")
    else:
        (root / name).symlink_to(target)
    (found,) = told(world, {}, f"{{favicon: {name}}}")
    assert expected in found


def test_a_link_within_the_content_is_a_file_like_others(world):
    root = world({"status.yaml": f"{SETTINGS}theme: {{favicon: b.svg}}\n", "a.svg": DRAWING})
    (root / "b.svg").symlink_to("a.svg")
    assert read_documents(root).site.files["b.svg"].content == DRAWING.encode()


def test_a_file_that_every_visitor_would_load_has_a_largest_size(world):
    content = f"{SVG}><!--{'x' * LARGEST}--></svg>"
    assert told(world, {"a.svg": content}, "{favicon: a.svg}") == ["content/a.svg: larger than 500,000 bytes"]


def own(**theme) -> Site:
    files = {
        name: SiteFile(name=name, content=DRAWING.encode() + name.encode(), size=(40, 10))
        for key, name in theme.items()
        if key not in ("accent", "css")
    }
    if "css" in theme:
        files[theme["css"]] = SiteFile(name=theme["css"], content=b".brand { color: red }\n")
    return Site(title="T", url="https://x.example/", theme=ThemeSettings(**theme), files=files)


def test_a_site_without_a_look_of_its_own_needs_no_file():
    look, assets = make_look(own())
    assert (look.css, look.icon, look.logo, look.logo_dark, assets) == (None, None, None, None, ())


def test_the_accent_is_that_of_light_pages_and_a_lighter_one_that_of_dark_pages():
    _, (sheet,) = make_look(own(accent="#1a4fb4", css="extra.css"))
    text = sheet.content.decode()
    light, dark = re.findall(r"--accent: (#\w+);", text)
    assert light == "#1a4fb4"
    assert passes(dark, DARK_PAPER)
    assert text.endswith(" } }\n.brand { color: red }\n")
    assert re.fullmatch(r"assets/own\.[0-9a-f]{12}\.css", sheet.path)


def test_a_logo_may_be_there_for_dark_pages_alone():
    look, _ = make_look(own(logo_dark="dark.svg"))
    assert look.logo is not None
    assert look.logo_dark is None


def test_one_file_in_two_roles_is_written_once():
    look, assets = make_look(own(logo_light="a.svg", logo_dark="a.svg", favicon="a.svg"))
    assert len(assets) == 1
    assert look.logo == look.icon
    assert look.logo_dark is None


WHOLE = {
    "status.yaml": SETTINGS
    + """\
theme:
  accent: "#063"
  logo: {light: logo.svg, dark: "d ä,.png"}
  favicon: icon.ico
  css: extra.css
""",
    "logo.svg": DRAWING,
    "d ä,.png": png(80, 20),
    "icon.ico": ICON,
    "extra.css": ".brand { letter-spacing: 0 }\n",
    "pages/about.md": """\
---
title: About us
nav: true
---
We are **Acme**.

## Where

# Here

<h2 onclick=x>Raw</h2>
""",
    "pages/imprint.md": "---\ntitle: Imprint\n---\n",
    "pages/first.md": "---\ntitle: First\nnav: 2\n---\n",
    "pages/_draft.md": "not read",
}


@pytest.fixture
def built(world):
    root = world(WHOLE)
    out = root.parent / "site"
    result = CliRunner().invoke(cli, ["build", "--content", str(root), "--out", str(out), "--now", "2026-11-24T09:30Z"])
    assert result.exit_code == 0, result.output
    return out


def test_the_look_reaches_every_page(built):
    for page in set(built.rglob("*.html")) - {built / "embed" / "index.html"}:
        text = page.read_text(encoding="utf-8")
        for pattern in (
            r'href="\S*assets/style\.\w+\.css">\n<link rel="stylesheet" href="\S*assets/own\.\w+\.css">',
            r'<link rel="icon" type="image/x-icon" href="\S*assets/own/icon\.\w+\.ico">',
            r'<source media="\(prefers-color-scheme: dark\)" srcset="\S*/d%20%C3%A4%2C\.\w+\.png" type="image/png">',
            r'<img src="\S*assets/own/logo\.\w+\.svg" alt="Acme" width="40" height="10">',
        ):
            assert re.search(pattern, text), (page, pattern)
        assert text.count('rel="icon"') == 1
    assert len(list((built / "assets" / "own").iterdir())) == 3


def test_pages_of_ones_own_are_pages_like_others(built):
    about = (built / "about" / "index.html").read_text(encoding="utf-8")
    assert "<h1>About us</h1>" in about
    assert "<p>We are <strong>Acme</strong>.</p>\n<h2>Where</h2>\n<h2>Here</h2>" in about
    assert "onclick" not in about
    assert "<h2>Raw</h2>" in about
    assert '<a href="./" aria-current="page">About us</a>' in about
    assert "<title>About us · Acme</title>" in about
    assert '<meta name="description" content="We are Acme. Where Here Raw">' in about
    assert '<meta name="description" content="Imprint">' in (built / "imprint" / "index.html").read_text()
    sitemap = (built / "sitemap.xml").read_text()
    assert all(f"<loc>https://status.acme.example/{name}/</loc>" in sitemap for name in ("about", "imprint", "first"))
    assert not (built / "_draft").exists()


def test_the_navigation_has_pages_by_their_numbers_and_then_the_others(built):
    text = (built / "index.html").read_text(encoding="utf-8")
    nav = text.split("<nav", 1)[1].split("</nav>", 1)[0]
    assert re.findall(r'href="([^"]*)"', nav)[-2:] == ["first/", "about/"]
    assert "imprint" not in nav


def test_a_translation_of_a_page_is_no_page(world):
    page = "---\ntitle: About\n---\n"
    settings = SETTINGS + "languages: [en, de]\n"
    root = world({"status.yaml": settings, "pages/about.md": page, "pages/about.de.md": page})
    assert [found.id for found in read_documents(root).pages] == ["about"]


@pytest.mark.parametrize("name", ["History", "a.b", "overall", "-a"])
def test_a_page_whose_name_is_no_address_is_told(world, name):
    (found,) = told(world, {f"pages/{name}.md": "---\ntitle: About\n---\n"}, "{}")
    assert "the file's name is the address" in found


def test_a_language_of_the_site_is_no_page(world):
    settings = SETTINGS + "languages: [en, pt]\n"
    root = world({"status.yaml": settings, "pages/pt.md": "---\ntitle: Portuguese\n---\n"})
    with pytest.raises(ContentError, match='"pt" is taken by the site itself'):
        read_documents(root)


def test_an_image_in_a_page_is_told_and_a_line_like_an_update_is_not(world):
    text = "---\ntitle: About\n---\n![us](us.png)\n\n### Resolved — 2026-01-02 10:00 UTC\n"
    notes = read_documents(world({"status.yaml": SETTINGS, "pages/about.md": text})).notes
    assert [(note.line, note.text) for note in notes] == [
        (4, "the image us.png is not on the site (write a link to where it is)")
    ]
