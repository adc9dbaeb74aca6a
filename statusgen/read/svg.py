"""Drawings of the content: what in an SVG could run, load or hide something (safety.md §3.1)."""

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from statusgen.model.code import Code
from statusgen.model.problem import Problem
from statusgen.read.styles import check_style

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

_ELEMENTS = {
    *("svg", "g", "defs", "symbol", "use", "switch", "view", "title", "desc", "metadata", "style"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "filter"),
    *("feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting"),
    *("feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR"),
    *("feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting"),
    *("feSpotLight", "feTile", "feTurbulence"),
}
# What programs that draw leave in a file; browsers do nothing with it.
_NOTES = (
    *("http://www.inkscape.org/namespaces/", "http://sodipodi.sourceforge.net/", "http://creativecommons.org/ns"),
    *("http://web.resource.org/cc/", "http://purl.org/dc/", "http://www.w3.org/1999/02/22-rdf-syntax-ns"),
    *("http://ns.adobe.com/", "adobe:ns:meta/", "http://www.bohemiancoding.com/sketch/ns", "http://www.serif.com/"),
    *("http://www.figma.com/figma/ns", "http://vectornator.io", "https://boxy-svg.com"),
)
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|webp|gif);base64,)", re.ASCII)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*", re.ASCII)


class _RefusedError(Exception):
    """What must not be in a drawing; stops reading it where there is no sense in going on."""


def check_svg(content: bytes, path: str) -> tuple[tuple[int, int] | None, list[Problem]]:
    """Read a drawing; give its width and height, where it says them, and all that must not be in it."""
    reader = _Reader(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, [Problem(path, 0, "not UTF-8 (save the drawing as UTF-8)", Code.PICTURE)]
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code]
        reader.problems.append(Problem(path, error.lineno, f"broken SVG: {what}", Code.PICTURE))
    except _RefusedError as refused:
        reader.problems.append(Problem(path, reader.line, str(refused), Code.PICTURE))
    return reader.size, list(dict.fromkeys(reader.problems))


class _Reader:
    """Takes a drawing in element by element; expat opens nothing, and no entity is let in."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.size: tuple[int, int] | None = None
        self._root = True
        self._style: list[str] | None = None
        self._style_line = 0
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def _tell(self, text: str) -> None:
        self.problems.append(Problem(self.path, self.line, text, Code.PICTURE))

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        del version, standalone
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
            self._tell(f'the encoding "{encoding}" (save the drawing as UTF-8)')

    def _doctype(self, *_: object) -> NoReturn:
        raise _RefusedError("a DOCTYPE has no place in a drawing of the site (delete it)")

    def _instruction(self, target: str, _: str) -> None:
        self._tell(f"<?{target}?> has no place in a drawing of the site (delete it)")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, local = _split(name)
        if self._root:
            self._root = False
            self._begin(namespace, local, attributes)
        if namespace != SVG:
            if not namespace.startswith(_NOTES):
                self._tell(f"<{local}> is no element of SVG (delete it)")
        elif local not in _ELEMENTS:
            self._tell(f"<{local}> has no place in a drawing of the site (delete it)")
        elif local == "style":
            self._style, self._style_line = [], self.line
        for key, value in attributes.items():
            self._attribute(*_split(key), value)

    def _begin(self, namespace: str, local: str, attributes: Mapping[str, str]) -> None:
        if local != "svg":
            raise _RefusedError(f"is no SVG: it begins with <{local}>")
        if namespace != SVG:
            raise _RefusedError(f'<svg> is not named one (write <svg xmlns="{SVG}">)')
        self.size = _size(attributes)

    def _attribute(self, namespace: str, local: str, value: str) -> None:
        if local.lower().startswith("on") and not namespace.startswith(_NOTES):
            self._tell(f"{local}= runs a script (delete it)")
        elif namespace == _XML and local == "base":
            self._tell("xml:base= moves every address (delete it)")
        elif local in ("href", "src") and namespace in ("", XLINK):
            if not _INSIDE.match(value):
                self._tell(f'{local}="{value[:60]}" asks for another file (put a picture itself in, as data:)')
        elif "(" in value or "\\" in value or local == "style":
            self.problems += check_style(value, self.path, self.line)

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, name: str) -> None:
        if _split(name) == (SVG, "style") and self._style is not None:
            self.problems += check_style("".join(self._style), self.path, self._style_line)
            self._style = None


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _size(attributes: Mapping[str, str]) -> tuple[int, int] | None:
    """Give width and height in whole pixels: those that are said, else those of the view."""
    said = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    numbers = [match[1] for match in said if match]
    if len(numbers) < 2:
        numbers = attributes.get("viewBox", "").replace(",", " ").split()[2:]
    try:
        width, height = (round(float(number)) for number in numbers)
    except (ValueError, OverflowError):
        return None
    return (width, height) if 0 < width < 100_000 and 0 < height < 100_000 else None
