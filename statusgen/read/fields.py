"""The types that the schemas are made of: each reads the text that was written, and says what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import floor
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from statusgen.errors import suggest
from statusgen.model.calendar import find_zone
from statusgen.model.code import Code
from statusgen.model.color import LEAST_CONTRAST, LIGHT_PAPER, contrast, nearest_passing
from statusgen.model.problem import Problem
from statusgen.model.status import STATUS_WORDS, Impact, Status
from statusgen.read import written
from statusgen.read.document import Marked
from statusgen.read.times import Clock, parse_duration, parse_time

M = TypeVar("M", bound=BaseModel)
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}", re.ASCII)
RESERVED_IDS = ("overall", "groups")


class Schema(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def one_of(text: str, words: Iterable[str]) -> str:
    """Give back a word that is one of several; ValueError with the nearest where it is none."""
    known = tuple(words)
    if text in known:
        return text
    raise ValueError(f'"{text}" is not one of {", ".join(known)}{suggest(text, known)}')


def check_id(text: str) -> str:
    """Give back an id (design.md §5); ValueError where it is none."""
    if not ID.fullmatch(text):
        near = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:100]
        cure = f" (did you mean {near}?)" if ID.fullmatch(near) else ""
        raise ValueError(f'"{text}" is not an id: small letters a-z, digits, - and _, at most 100{cure}')
    if text in RESERVED_IDS:
        raise ValueError(f'"{text}" is taken by the site itself (choose another id)')
    return text


class Percentage(NamedTuple):
    """A share of one, exactly as written, and how many decimals it was written with."""

    share: Fraction
    places: int


def parse_percentage(text: str) -> Percentage:
    """Read `99.8%` or `99.8` exactly; ValueError where it is none, or not between 0 and 100."""
    match = re.fullmatch(r"(\d{1,3}(?:\.(\d{1,30}))?)\s*%?", text, re.ASCII)
    share = Fraction(match[1]) / 100 if match else Fraction(-1)
    if not match or not 0 <= share <= 1:
        raise ValueError(f'"{text}" is not a percentage from 0 to 100 (write it as in 99.8%)')
    return Percentage(share, len(match[2] or ""))


def _weight(text: str) -> int:
    weight = parse_percentage(text).share * 10000
    if weight.denominator != 1:
        raise ValueError(f'"{text}" is finer than a hundredth of a percent')
    return int(weight)


def _boolean(text: str) -> bool:
    return one_of(text, ("true", "false")) == "true"


def _integer(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(f'"{text}" is not a whole number')
    return int(text)


def _positive(text: str) -> int:
    number = _integer(text)
    if not number:
        raise ValueError(f'"{text}" is not at least 1')
    return number


@cache
def _zones() -> frozenset[str]:
    """Give the names of all zones; to list them takes as long as to read a file."""
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    try:
        find_zone(text)
    except LookupError:
        cure = suggest(text, _zones()) or " (write it as in Europe/Dublin or UTC)"
        raise ValueError(f'"{text}" is not a time zone{cure}') from None
    return text


def _status(text: str) -> Status:
    return STATUS_WORDS[one_of(text, STATUS_WORDS)]


def _impact(text: str) -> Impact:
    words = {impact.word: impact for impact in Impact}
    return words[one_of(text, words)]


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#\"'<>@]+(?:/[^\s?#\"'<>]*)?", text):
        raise ValueError(f'"{text}" is not an address (write it as in https://status.acme.example/)')
    return text if text.endswith("/") else text + "/"


def _link(text: str) -> str:
    if not re.fullmatch(r"(?:https?://|mailto:)[^\s\"'<>]+", text):
        raise ValueError(f'"{text}" is not an address that starts with https://, http:// or mailto:')
    return text


def _accent(text: str) -> str:
    has = contrast(text, LIGHT_PAPER)
    if has < LEAST_CONTRAST:
        told = f"has a contrast of {floor(has * 10) / 10}, at least {LEAST_CONTRAST} is needed"
        raise ValueError(f'"{text}" on white {told} (the nearest that passes: {nearest_passing(text, LIGHT_PAPER)})')
    return text


def _quoted(value: object) -> object:
    """Tell of a colour that YAML took for a comment."""
    if value is None:
        raise PydanticCustomError("empty", 'is empty (# begins a comment: write it in quotes, as in "#1a4fb4")')
    return value


def _clock_time(text: str) -> int:
    match = re.fullmatch(r"(\d\d):(\d\d)", text, re.ASCII)
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 if match else -1
    if not match or seconds > 86400 or int(match[2]) > 59:
        raise ValueError(f'"{text}" is not a time of the day (write it as in "09:00", at most "24:00")')
    return seconds


def _text(value: object) -> str:
    """Give back a scalar; what was left empty, or is no scalar, is told."""
    if value is None:
        raise PydanticCustomError("empty", "is empty (write a value, or leave the key out)")
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "a mapping"
        raise PydanticCustomError("text", "is {kind} (one value is wanted)", {"kind": kind})
    return value


def reads(parse: Callable[[str], Any], shape: Any = str) -> BeforeValidator:  # noqa: ANN401 - a type
    """Make a validator of a function over text whose ValueError is the whole message.

    `shape` is the type that a JSON Schema is made of: what YAML may hold there (see `written`).
    """

    def validate(value: object) -> Any:  # noqa: ANN401 - what `parse` gives
        if not isinstance(value, str):
            value = _text(value)
        try:
            return parse(value)
        except ValueError as error:
            raise PydanticCustomError("statusgen", "{message}", {"message": str(error)}) from None

    return BeforeValidator(validate, json_schema_input_type=shape)


def holds(shape: Any) -> BeforeValidator:  # noqa: ANN401 - a type
    """Say of a value that is read elsewhere what YAML may hold there, for JSON Schemas."""
    return BeforeValidator(lambda value: value, json_schema_input_type=shape)


def words(*known: str) -> BeforeValidator:
    """Make a validator for one of several words."""
    return reads(lambda text: one_of(text, known), written.one_word(known))


def _time(value: object, info: ValidationInfo) -> int:
    try:
        return parse_time(_text(value), (info.context or {}).get("clock", Clock()))
    except ValueError as error:
        raise PydanticCustomError("statusgen", "{message}", {"message": str(error)}) from None


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty (write a value, or leave the key out)")
    return " ".join(text.split())


Text = Annotated[str, reads(_filled, written.TEXT)]
Id = Annotated[str, reads(check_id, written.ID)]
Boolean = Annotated[bool, reads(_boolean, written.BOOLEAN)]
Integer = Annotated[int, reads(_integer, written.INTEGER)]
Positive = Annotated[int, reads(_positive, written.POSITIVE)]
Duration = Annotated[int, reads(parse_duration, written.DURATION)]
Percent = Annotated[Percentage, reads(parse_percentage, written.PERCENT)]
Weight = Annotated[int, reads(_weight, written.WEIGHT)]
ZoneName = Annotated[str, reads(_zone, written.ZONE)]
StatusWord = Annotated[Status, reads(_status, written.one_word(STATUS_WORDS))]
ImpactWord = Annotated[Impact, reads(_impact, written.one_word(i.word for i in Impact))]
Address = Annotated[str, reads(_address, written.ADDRESS)]
LinkAddress = Annotated[str, reads(_link, written.LINK)]
Accent = Annotated[
    str | None, reads(_accent, written.COLOR), BeforeValidator(_quoted, json_schema_input_type=written.COLOR)
]
ClockTime = Annotated[int, reads(_clock_time, written.CLOCK_TIME)]
Time = Annotated[int, BeforeValidator(_time, json_schema_input_type=written.TIME)]


def validate(model: type[M], marked: Marked, path: str, clock: Clock) -> M | list[Problem]:
    """Read plain data by a schema; all problems at once where there are any."""
    try:
        return model.model_validate(marked.data, context={"clock": clock})
    except ValidationError as error:
        return [_problem(details, model, marked, path) for details in error.errors(include_url=False)]


_KINDS = {"list_type": "a list", "dict_type": "a mapping", "model_type": "a mapping", "string_type": "text"}


def _problem(details: ErrorDetails, model: type[BaseModel], marked: Marked, path: str) -> Problem:
    place = details["loc"]
    name = ".".join(str(step) for step in place if step != "[key]")
    match details["type"]:
        case "missing":
            return Problem(path, marked.line(place[:-1]), f'"{name}" is missing', Code.MISSING_KEY)
        case "extra_forbidden":
            known = _known_keys(model, place[:-1])
            hint = suggest(str(place[-1]), known) or f" (known: {', '.join(known)})"
            return Problem(path, marked.line(place), f'{name}: unknown key "{place[-1]}"{hint}', Code.UNKNOWN_KEY)
        case kind if kind in _KINDS:
            what = "is empty" if details["input"] is None else f'"{_show(details["input"])}" is wrong'
            return Problem(path, marked.line(place), f"{name}: {what} ({_KINDS[kind]} is wanted)", Code.WRONG_VALUE)
        case _:
            return Problem(path, marked.line(place), f"{name}: {details['msg']}", Code.WRONG_VALUE)


def _show(value: object) -> str:
    text = value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, (list, dict)) else ""
    return text if len(text) <= 60 else text[:59] + "…"


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Follow a place through the schema to the mapping that it names; give that mapping's keys."""
    kind: Any = model
    for step in place:
        kind = _plain(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = next((f for n, f in kind.model_fields.items() if str(step) in (n, f.alias)), None)
            kind = field.annotation if field else None
        else:
            kind = get_args(kind)[-1] if get_args(kind) else None
    kind = _plain(kind)
    fields: Mapping[str, Any] = kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}
    return [field.alias or name for name, field in fields.items()]


def _plain(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Strip Annotated and Optional off a type."""
    while get_origin(kind) is Annotated or type(None) in get_args(kind):
        kind = next(part for part in get_args(kind) if part is not type(None))
    return kind
