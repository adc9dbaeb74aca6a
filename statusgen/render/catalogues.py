"""From a language's code to its texts: the catalogues of statusgen/locale/, as gettext has them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from statusgen.render.language import ENGLISH, Language

FOLDER = Path(__file__).parent.parent / "locale"


def find_languages(codes: Sequence[str]) -> tuple[Language, ...]:
    """Give the languages of a site: the first at its root, each other in a folder of its own."""
    first, *others = (find_language(code) for code in codes)
    return (first, *(replace(language, folder=f"{language.code}/") for language in others))


@cache
def find_language(code: str) -> Language:
    """Give a language of LANGUAGES with its texts, its name for itself and its direction, which the CLDR knows."""
    if code == ENGLISH.code:
        return ENGLISH
    from babel import Locale  # noqa: PLC0415 - what only speaks English does without it

    locale = Locale.parse(code)
    name = locale.display_name or code
    return Language(code, code, locale.text_direction, read_texts(FOLDER / f"{code}.po"), name[:1].upper() + name[1:])


def read_texts(path: Path) -> GNUTranslations:
    """Read a catalogue; a text that it lacks stays English."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
