"""Renew the catalogues of statusgen/locale/ from the texts in the code and in the templates (`make messages`).

A new text is added without a translation, and one that is gone is taken out; nothing is guessed. The tests ask for
every text in every language, so this is run, and the gaps are filled, with each change of a text.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from statusgen.model.languages import LANGUAGES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "statusgen" / "locale"
SOURCES = ((ROOT / "statusgen", "**.py", "python"), (ROOT / "themes", "**.html", "jinja2"))
KEYWORDS = {"_": None, "gettext": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
OPTIONS = {"jinja2": {"newstyle_gettext": "true", "trimmed": "false", "silent": "false"}}
WIDTH = 120


def extract() -> Catalog:
    """Give all texts of the interface, each with the files that it stands in."""
    texts = Catalog(charset="utf-8")
    for folder, pattern, kind in SOURCES:
        options = {pattern: OPTIONS.get(kind, {})}
        found = extract_from_dir(folder, [(pattern, kind)], options, KEYWORDS, comment_tags=("i18n:",),
                                 strip_comment_tags=True)  # fmt: skip
        for file, _, message, comments, context in sorted(found, key=lambda text: (text[0], text[1])):
            place = (folder / file).relative_to(ROOT).as_posix()
            texts.add(message, None, [(place, None)], auto_comments=comments, context=context)
    return texts


def read(path: Path) -> Catalog:
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def renew(catalogue: Catalog, texts: Catalog) -> Catalog:
    """Give a catalogue the texts that there are."""
    catalogue.update(texts, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue below the head that it has: the same texts, the same bytes."""
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    body = BytesIO()
    write_po(body, catalogue, width=WIDTH, omit_header=True, include_lineno=False)
    path.write_text(f"{head.rstrip()}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")


def gaps(catalogue: Catalog) -> Iterator[str]:
    """Give the texts that have no translation."""
    for message in catalogue:
        if message.id and not (all(message.string) if message.pluralizable else message.string):
            yield message.id[0] if message.pluralizable else message.id


def main() -> None:
    """Renew all catalogues; tell what is missing."""
    texts = extract()
    for code in LANGUAGES[1:]:
        path = FOLDER / f"{code}.po"
        catalogue = renew(read(path), texts)
        write(catalogue, path)
        missing = list(gaps(catalogue))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing)} to translate")
        for text in missing:
            print(f"  {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
