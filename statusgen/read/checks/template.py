"""The shape that most lines of a log share, learned from a line that `lines` has found good.

A line that is equal to it but for single values in the same places reads the same, so SQL need only compare: what is
fixed with what is fixed, our fields with texts that were met in good lines before, the others with the grammar of JSON.
That holds whatever the line was cut into, as long as every piece is compared.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

from statusgen.read.checks.lines import NUMBER, Check, Columns, Dialect

VALUE = rf'(?:"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}))*"|{NUMBER}|true|false|null)'
"""A single value of JSON, as Python's strict reader takes it."""
FRACTION = r"\.[0-9]{1,100}"

_TOKEN = re.compile(rf"([ \t]*)(?:({VALUE})|([{{}}\[\]:,]))")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)([Tt ])(\d\d:\d\d:\d\d)(\.\d{1,100})?(Z|z|[+-]\d\d:\d\d)", re.ASCII)
_UNIX = re.compile(r"([1-9]\d{9})(\.\d{1,100})?", re.ASCII)
_TEXTS_LIMIT = 200_000
_DELIMITERS = ('": ', '":')


class Part(NamedTuple):
    """A piece of a column: `fixed` text, a `day` or ten digits of `unix` time, a `known` field, or a `free` value."""

    kind: str
    text: str
    field: str = ""
    pattern: str = VALUE


class Column(NamedTuple):
    """What a column must be; `pattern` matches all of it.

    fixed: equal to `prefix`. known: one of the texts of `region`. free, csv: matched by `pattern`. day, unix: `prefix`,
    a time, and then one of the texts of `region`, or what `after` matches, or else `rest`. With `latency` it holds one,
    between `prefix` and `rest`.
    """

    kind: str
    prefix: str = ""
    rest: str = ""
    pattern: str = ""
    region: int | None = None
    after: str = ""
    latency: bool = False


class Spine(NamedTuple):
    """A template whose known texts stand together: the parts before and after them, each with the byte that ends it.

    `pattern` matches a line, and what is in its group `region` is one of `texts`.
    """

    left: tuple[tuple[Part, int], ...]
    right: tuple[tuple[Part, int], ...]
    pattern: re.Pattern[str]
    texts: dict[str, Check]


class Template:
    """A shape of lines, and the texts of their regions with what they say of monitor, probe and status."""

    def __init__(
        self, delimiter: str, columns: Sequence[Column], regions: Sequence[frozenset[str]], shift: int
    ) -> None:
        self.delimiter = delimiter
        self.columns = tuple(columns)
        self.regions = tuple(regions)
        self.shift = shift
        """Seconds to take from the wall time of a line, which its offset adds."""
        self.texts: list[dict[str, Check]] = [{} for _ in regions]
        self.pairs: dict[tuple[str, str], None] = {}
        self.separator = ""
        self.serial = next(_SERIALS)
        self.spine: Spine | None = None
        self._match = [re.compile(column.pattern, re.DOTALL) for column in columns]

    @property
    def size(self) -> int:
        """Give how much is known, which only grows."""
        return sum(map(len, self.texts)) + len(self.pairs)

    def learn(self, line: str, check: Check) -> bool:
        """Keep the texts of a good line; tell whether it has this shape."""
        parts = line.split(self.delimiter)
        if len(parts) != len(self.columns):
            return False
        matches = [match.fullmatch(part) for match, part in zip(self._match, parts, strict=True)]
        if not all(matches):
            return False
        for column, match in zip(self.columns, matches, strict=True):
            assert match is not None
            if column.region is not None:
                texts = self.texts[column.region]
                if match["region"] not in texts and len(texts) < _TEXTS_LIMIT:
                    texts[match["region"]] = check
        self.pairs[check.monitor, check.probe] = None
        if self.spine and len(self.spine.texts) < _TEXTS_LIMIT and (match := self.spine.pattern.fullmatch(line)):
            self.spine.texts[match["region"]] = check
        return True


_SERIALS = count()


def learn_json(line: str, dialect: Dialect) -> Template | None:
    """Make a template of a line of JSONL that is good; None where it has none, which costs only speed."""
    tokens = list(_tokens(line))
    if not tokens or tokens[-1][2] != len(line.rstrip(" \t")):
        return None
    parts = _name_parts(line, tokens, dialect)
    template = _fit(line, parts[0], parts[1]) if parts else None
    if template and parts:
        template.spine = _find_spine(parts[0])
    return template


def learn_csv(line: str, columns: Columns) -> Template | None:
    """Make a template of a line of a CSV that is good; None where it has none."""
    row = line.split(",")
    if '"' in line or len(row) != columns.width:
        return None
    names = {columns.time: "time", columns.monitor: "monitor", columns.status: "status"}
    if columns.probe is not None:
        names[columns.probe] = "probe"
    found: list[list[Part]] = []
    shift = 0
    for place, text in enumerate(row):
        name = names.get(place, "")
        if name == "time":
            time = _time_parts(text)
            if time is None:
                return None
            shift = time[1]
            found.append(time[0])
        elif place == columns.latency:
            found.append([Part("csv", text, "latency", '[^"]*')])
        else:
            found.append([Part("known" if name else "csv", text, name, '[^"]*')])
    template = _build(",", found, shift)
    if template:
        template.spine = _find_spine([part for column in found for part in (*column, Part("fixed", ","))][:-1])
    return template


def _tokens(line: str) -> Iterator[tuple[str, int, int]]:
    """Give the values and marks of a line of JSON with their places; stops where there is something else."""
    place = 0
    while match := _TOKEN.match(line, place):
        start = match.end(1)
        place = match.end()
        yield match[2] or match[3], start, place


def _name_parts(line: str, tokens: Sequence[tuple[str, int, int]], dialect: Dialect) -> tuple[list[Part], int] | None:
    """Tell what is fixed in a line, what is ours, and what may be anything."""
    ours = dict(zip(dialect[:4], ("time", "monitor", "probe", "status"), strict=True))
    parts: list[Part] = []
    depth = place = shift = latencies = 0
    key = ""
    for number, (text, start, end) in enumerate(tokens):
        if text in "{[":
            depth += 1
        elif text in "}]":
            depth -= 1
        elif text in ":,":
            continue
        elif text[0] == '"' and number + 1 < len(tokens) and tokens[number + 1][0] == ":":
            key = json.loads(text) if depth == 1 else ""
            latencies += depth == 1 and key == dialect.latency
        else:
            name = ours.get(key, "") if depth == 1 and line[0] == "{" else ""
            latency = depth == 1 and line[0] == "{" and key == dialect.latency
            parts.append(Part("fixed", line[place:start]))
            if name == "time":
                quoted = text[0] == '"'
                time = _time_parts(text[1:-1] if quoted else text)
                if time is None or (not quoted and time[0][0].kind == "day"):
                    return None
                parts += [Part("fixed", '"' if quoted else ""), *time[0], Part("fixed", '"' if quoted else "")]
                shift = time[1]
            else:
                parts.append(Part("known" if name else "free", text, "latency" if latency else name))
            place = end
            key = "" if depth == 1 else key
    parts.append(Part("fixed", line[place:]))
    if latencies > 1:  # either could be meant: then there is none
        parts = [part._replace(field="") if part.field == "latency" else part for part in parts]
    return parts, shift


def _time_parts(text: str) -> tuple[list[Part], int] | None:
    """Cut a time into what varies and what does not, and give the seconds that its offset adds."""
    if iso := _ISO.fullmatch(text):
        day, mark, clock, fraction, zone = iso.groups()
        hours, minutes = (0, 0) if zone in "Zz" else (int(zone[1:3]), int(zone[4:6]))
        shift = (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
        parts = [Part("day", day + mark + clock, mark)]
        return [*parts, *([Part("fraction", fraction)] if fraction else []), Part("fixed", zone)], shift
    if unix := _UNIX.fullmatch(text):
        seconds, fraction = unix.groups()
        return [Part("unix", seconds), *([Part("fraction", fraction)] if fraction else [])], 0
    return None


def _find_spine(parts: Sequence[Part]) -> Spine | None:
    """Find the spine of a line; None where something else stands between its known texts."""
    parts = _merge(parts)
    known = [place for place, part in enumerate(parts) if part.kind == "known"]
    first, last = known[0], known[-1] + 1
    first -= first > 0 and parts[first - 1].kind == "fixed"
    last += last < len(parts) and parts[last].kind == "fixed"
    if any(part.kind not in ("known", "fixed") for part in parts[first:last]):
        return None
    left = [(part, _stop(parts[place + 1], 0)) for place, part in enumerate(parts[:first])]
    right = [(part, _stop(parts[place - 1], -1)) for place, part in enumerate(parts[last:], last)]
    sides = [*left, *right]
    if sum(part.kind in ("day", "unix") for part, _ in sides) != 1 or any(
        part.kind in ("free", "csv") and stop not in _STOPS for part, stop in sides
    ):
        return None
    pieces = (parts[:first], parts[first:last], parts[last:])
    before, region, after = ("".join(map(_match_part, some)) for some in pieces)
    pattern = re.compile(f"{before}(?P<region>{region}){after}", re.DOTALL | re.ASCII)
    return Spine(tuple(left), tuple(right), pattern, {})


_STOPS = frozenset(b" ,:;}]\t")
"""What is no part of a number, and so tells where one begins or ends."""


def _stop(part: Part, place: int) -> int:
    return part.text.encode()[place] if part.kind == "fixed" else 0


def _merge(parts: Sequence[Part]) -> list[Part]:
    """Join fixed parts that follow each other."""
    merged: list[Part] = []
    for part in parts:
        if part.kind == "fixed" and merged and merged[-1].kind == "fixed":
            merged[-1] = Part("fixed", merged[-1].text + part.text)
        elif part.kind != "fixed" or part.text:
            merged.append(part)
    return merged


def _match_part(part: Part) -> str:
    times = {"day": _DAY_PATTERN, "unix": "[1-9][0-9]{9}", "csv": '[^"]*'}
    return times.get(part.kind) or _pattern(part)


_DAY_PATTERN = r"\d{4}-\d\d-\d\d.(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"


def _fit(line: str, parts: Sequence[Part], shift: int) -> Template | None:
    """Find the delimiter that cuts a line into the fewest columns that SQL can compare."""
    fixed = [part.text for part in parts if part.kind == "fixed"]
    windows = {text[at : at + size] for text in fixed for size in (4, 3, 2) for at in range(len(text) - size + 1)}
    found: list[tuple[int, int, str]] = [(99, 0, delimiter) for delimiter in _DELIMITERS]
    for window in windows:
        plain = window.isascii() and window.isprintable() and not set(window) & {"\\", "'"}
        if plain and window != window[0] * len(window):
            cuts = line.count(window)
            if cuts and cuts == sum(text.count(window) for text in fixed):
                # The later it stands, the shorter is what a pattern has to look at.
                found.append((cuts, -line.rfind(window), window))
    for _, _, delimiter in sorted(found):
        if (columns := _cut(parts, delimiter)) and (template := _build(delimiter, columns, shift)):
            return template
    return None


def _cut(parts: Sequence[Part], delimiter: str) -> list[list[Part]] | None:
    """Cut the fixed parts at a delimiter; None where another part holds it, or where it spans parts."""
    columns: list[list[Part]] = [[]]
    for part in _merge(parts):
        if part.kind != "fixed":
            if delimiter in part.text:
                return None
            columns[-1].append(part)
            continue
        first, *others = part.text.split(delimiter)
        columns[-1].append(Part("fixed", first))
        columns += [[Part("fixed", other)] for other in others]
    line = "".join(part.text for part in parts)
    cut = [[part for part in column if part.text] for column in columns]
    return cut if ["".join(part.text for part in column) for column in cut] == line.split(delimiter) else None


def _build(delimiter: str, cut: Sequence[Sequence[Part]], shift: int) -> Template | None:
    """Say of each column what it must be; None where SQL could not tell."""
    columns: list[Column] = []
    regions: list[frozenset[str]] = []
    separator = ""
    for place, parts in enumerate(cut):
        column = _describe(parts, len(regions), first=place == 0)
        if column is None:
            return None
        columns.append(column)
        if column.region is not None:
            regions.append(frozenset(part.field for part in parts if part.kind == "known"))
        separator = next((part.field for part in parts if part.kind == "day"), separator)
    fields = frozenset().union(*regions)
    if not {"monitor", "status"} <= fields or not any(column.kind in ("day", "unix") for column in columns):
        return None
    template = Template(delimiter, columns, regions, shift)
    template.separator = separator
    return template


def _describe(parts: Sequence[Part], region: int, *, first: bool) -> Column | None:
    kinds = [part.kind for part in parts if part.kind != "fixed"]
    whole = "".join(_pattern(part) for part in parts)
    if not kinds:
        text = "".join(part.text for part in parts)
        return Column("fixed", text, pattern=re.escape(text))
    if set(kinds) == {"known"}:
        return Column("known", pattern=f"(?P<region>{whole})", region=region)
    latency = any(part.field == "latency" for part in parts)
    if kinds == ["csv"]:
        return Column("csv", pattern=r'[^<>|="][^"]*|' if first else r'[^"]*', latency=latency)
    if latency and kinds == ["free"]:
        at = next(number for number, part in enumerate(parts) if part.kind == "free")
        prefix, rest = ("".join(part.text for part in some) for some in (parts[:at], parts[at + 1 :]))
        return Column("free", prefix, rest, whole, latency=True)
    if set(kinds) == {"free"} and not latency:
        return Column("free", pattern=whole)
    return _describe_time(parts, region)


def _describe_time(parts: Sequence[Part], region: int) -> Column | None:
    at = next((number for number, part in enumerate(parts) if part.kind in ("day", "unix")), None)
    if at is None or any(part.kind != "fixed" for part in parts[:at]):
        return None
    prefix = "".join(part.text for part in parts[:at])
    rest = parts[at + 1 :]
    time = r"\d{4}-\d\d-\d\d" + re.escape(parts[at].field) + r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    start = re.escape(prefix) + (f"(?a:{time})" if parts[at].kind == "day" else "[1-9][0-9]{9}")
    after = "".join(_pattern(part) for part in rest)
    kind = parts[at].kind
    choices = {
        frozenset(): Column(kind, prefix, "".join(part.text for part in rest), start + after),
        frozenset({"known"}): Column(kind, prefix, pattern=f"{start}(?P<region>{after})", region=region),
        frozenset({"fraction"}): Column(kind, prefix, pattern=start + after, after=after),
    }
    return choices.get(frozenset(part.kind for part in rest) - {"fixed"})


def _pattern(part: Part) -> str:
    return {"known": part.pattern, "free": part.pattern, "fraction": FRACTION}.get(part.kind, re.escape(part.text))
