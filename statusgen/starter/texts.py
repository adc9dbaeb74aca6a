"""The texts of files to be written: package data, in which @@NAME@@ is replaced."""

import re
from collections.abc import Mapping
from importlib.resources import files

_PLACE = re.compile(r"@@([A-Z_]+)@@")


def fill(name: str, values: Mapping[str, str]) -> str:
    """Give the text of a file below files/ with its places filled in, those of filled-in texts, too.

    KeyError where a place has no value.
    """
    text = files(__package__).joinpath("files", *name.split("/")).read_text(encoding="utf-8")
    while _PLACE.search(text):
        text = _PLACE.sub(lambda match: values[match[1]], text)
    return text
