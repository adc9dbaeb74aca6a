"""How YAML writes what our types read, as JSON Schemas: for editors, which see numbers where we see text.

Each is what the type of the same name in `fields` takes, after any YAML parser has made numbers, booleans and nulls
of plain words. Patterns are those that both ECMAScript and Python read alike.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import WithJsonSchema

_ID = r"^(?!(?:overall|groups)$)[a-z0-9][a-z0-9_-]{0,99}$"
_BLANK = "[ \u00a0\u202f]"
_TIME = (
    rf"^\s*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:(?:[Tt]|{_BLANK})[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?"
    rf"{_BLANK}*(?:[Uu][Tt][Cc]|[Zz]|[+-][0-9]{{2}}:?[0-9]{{2}})?)?\s*$"
)


def shape(**schema: Any) -> Any:  # noqa: ANN401 - a type, and what a JSON Schema says
    """Make a type of a JSON Schema, to be given as `json_schema_input_type`."""
    return Annotated[str, WithJsonSchema(schema)]


def one_word(known: Iterable[str]) -> Any:  # noqa: ANN401 - a type
    """Make the type of one of several words."""
    return shape(type="string", enum=list(known))


def either(text: str, number: dict[str, Any], *words: str, **more: Any) -> Any:  # noqa: ANN401 - a type
    """Make the type of what is a number to YAML, or text of a pattern, or one of several words."""
    options: list[dict[str, Any]] = [{"type": "string", "enum": list(words)}] if words else []
    return shape(anyOf=[*options, number, {"type": "string", "pattern": text}], **more)


_SHARE = {"type": "number", "minimum": 0, "maximum": 100}
_PERCENT = r"^(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]{1,30})?|0[0-9]{2}(?:\.[0-9]{1,30})?)\s*%?$"

TEXT = shape(type=["string", "number", "boolean"], pattern=r"\S")
ID = either(_ID, {"type": ["integer", "boolean"], "minimum": 0})
BOOLEAN = shape(anyOf=[{"type": "boolean"}, {"type": "string", "enum": ["true", "false"]}])
INTEGER = either(r"^[0-9]{1,9}$", {"type": "integer", "minimum": 0, "maximum": 999_999_999})
POSITIVE = either(r"^0*[1-9][0-9]{0,8}$", {"type": "integer", "minimum": 1, "maximum": 999_999_999})
DURATION = shape(type="string", pattern=r"^(?:[0-9]{1,9}[smhd])+$", examples=["90s", "5m", "24h", "2d", "1h30m"])
PERCENT = either(_PERCENT, _SHARE, examples=["99.8%"])
WEIGHT = either(r"^(?:100(?:\.0+)?|0?[0-9]{1,2}(?:\.[0-9]{1,2}0*)?)\s*%?$", _SHARE, examples=["30%"])
ZONE = shape(type="string", pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$", examples=["Europe/Dublin", "UTC"])
ADDRESS = shape(
    type="string", format="uri", pattern=r"^https?://[^\s/?#\x22'<>@]+(?:/[^\s?#\x22'<>]*)?$",
    examples=["https://status.acme.example/"],
)  # fmt: skip
LINK = shape(type="string", pattern=r"^(?:https?://|mailto:)[^\s\x22'<>]+$", examples=["https://acme.example/help"])
COLOR = shape(type="string", pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$", examples=["#1a4fb4"])
# A plain 17:00 is the number 1020 to YAML 1.1, which counts in sixties; a plain 09:00 is text to it.
CLOCK_TIME = either(
    r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", {"type": "integer", "minimum": 600, "maximum": 1440},
    examples=["09:00"],
)  # fmt: skip
TIME = shape(type="string", pattern=_TIME, examples=["2026-11-02 09:20 UTC", "2026-11-02"])
QUORUM = either(
    r"^0*[1-9][0-9]{0,2}$", {"type": "integer", "minimum": 1, "maximum": 999}, "worst", "majority", "best"
)  # fmt: skip
SLICE_RULE = either(_PERCENT, _SHARE, "mean", "any-fail", "all-fail")
NAV = either(
    r"^(?:true|false|[0-9]{1,9})$",
    {"type": ["boolean", "integer"], "minimum": 0, "maximum": 999_999_999},
)  # fmt: skip
REASON = shape(
    type=["string", "number"], pattern=r"\S",
    **{"not": {"enum": ["true", "false", "yes", "no", "on", "off", "none", "null", "~"]}},
)  # fmt: skip
NOTHING = shape(type="array", maxItems=0)
