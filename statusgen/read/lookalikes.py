"""Lines of a text that look like something that they are not: updates to their author, images to nobody."""

import re
from collections.abc import Iterator
from itertools import pairwise

from statusgen.model.code import Code
from statusgen.model.history import Phase
from statusgen.model.problem import Problem
from statusgen.read.document import Document, scan_lines

_PHASES = "|".join(phase.value for phase in Phase)
_UPDATE = re.compile(
    rf"(?! {{0,3}}\#\#(?!\#))[^\S\t]{{0,3}}(?P<mark>\#{{1,6}}\s*|[*_]{{1,3}})?(?P<phase>{_PHASES})[\s*_:–—-]+"
    r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[ ]?(?:UTC|Z|[+-]\d\d:?\d\d))?)",
    re.IGNORECASE,
)
UNDERLINE = re.compile(r" {0,3}(?:-+|=+)\s*")
REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`")
IMAGE = re.compile(
    r"!\[[^\[\]]*\](?:\(\s*<?(?P<inline>[^\s<>()]+)|\[)"
    r"|<img\s[^<>]*?\bsrc\s*=[\"'\s]*(?P<tag>[^\"'\s<>]+)",
    re.IGNORECASE,
)


def find_lookalikes(document: Document, *, updates: bool = True) -> Iterator[Problem]:
    """Find lines that a reader of the file may take for an update, and images, of which a page shows the words alone.

    Code blocks and comments are left out. The document has been read without a problem; `updates` is whether its
    kind has any.
    """
    lines = [*scan_lines(document), (0, "", False)]
    for (number, line, plain), (_, below, _) in pairwise(lines):
        if not plain or line.startswith(("    ", "\t")):
            continue
        update = _UPDATE.match(line) if updates else None
        if update and (update["mark"] or UNDERLINE.fullmatch(below)):
            cure = f"## {update['phase'].capitalize()} — {update['time']}"
            text = f'"{line.strip()[:60]}" looks like an update and is none (write {cure})'
            yield Problem(document.path, number, text, Code.LOOKALIKE)
        for image in IMAGE.finditer(CODE.sub("", line)):
            address = image["inline"] or image["tag"]
            if address and not REMOTE.match(address):
                continue  # which is told as a link that leads nowhere
            named = f"the image {address[:200]}" if address else "this image"
            text = f"{named} is shown as its words (a page loads no images: write a link)"
            yield Problem(document.path, number, text, Code.IMAGE)
