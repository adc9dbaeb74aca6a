"""Where templates run that nobody vouched for: they see what pages show, do nothing else, and come to an end.

Jinja's own sandbox keeps templates from Python's insides. What it lacks is a bound: here every turn of a loop, every
call and every character that is made is paid for out of one budget a page, which no honest page uses up. The budget
counts work, not time, so that a template works or fails alike on every machine.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from functools import wraps
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, cast

from jinja2 import Environment, TemplateSyntaxError, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import do_replace, do_tojson
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, Undefined, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import escape

from statusgen.render.costs import as_text, cost_of, weigh
from statusgen.render.guard import CONCAT, SEARCHED, SPOKEN, TURNS, WEIGHED, guard

BUDGET = 64_000_000
"""What a page may cost: a character costs one, a call or a turn of a loop costs CALL."""
CALL = 100
LARGEST_TEMPLATE = 100_000  # characters

# What a template may ask of values that are not statusgen's own. What makes texts longer than they are is not there.
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(
        {
            *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isdigit"),
            *("islower", "isspace", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix"),
            *("rfind", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "title"),
            "upper",
        }
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
    tuple: frozenset({"count", "index"}),
    list: frozenset({"count", "index"}),
    int: frozenset({"numerator", "denominator"}),
    Fraction: frozenset({"numerator", "denominator"}),
    Enum: frozenset({"name", "value"}),
    LoopContext: frozenset(
        {
            *("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0"),
            *("previtem", "nextitem", "cycle", "changed"),
        }
    ),
}
# Jinja's filters: those that look at nothing of what goes in, those that make a text of it, and those whose work grows
# with it and with what comes out. None makes HTML of a text.
_FREE = ("count", "d", "default", "first", "last", "length")
_TEXTS = (
    *("capitalize", "e", "escape", "float", "forceescape", "int", "lower", "string", "title", "trim", "truncate"),
    *("upper", "urlencode", "wordcount"),
)
_OTHERS = (
    *("abs", "dictsort", "groupby", "items", "list", "map", "max", "min", "reject", "rejectattr", "reverse"),
    *("select", "selectattr", "sort", "unique"),
)
_GLOBALS = ("range", "dict", "namespace", "_")


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """Runs templates within a budget; SecurityError for what they must not do."""

    intercepted_binops = frozenset({"+", "*", "/", "**", "%"})

    def __init__(self, filters: Mapping[str, Callable[..., Any]], **options: Any) -> None:  # noqa: ANN401 - Jinja's
        super().__init__(**options, finalize=self._written)
        self.left = BUDGET
        self.globals = {name: self.globals[name] for name in _GLOBALS if name in self.globals}
        own = {name: self.filters[name] for name in _FREE}
        own |= {name: self._paid(self.filters[name], text=True) for name in _TEXTS}
        own |= {name: self._paid(function) for name, function in filters.items()}
        own |= {name: self._paid(self.filters[name]) for name in _OTHERS}
        own |= {TURNS: self._turns, CONCAT: self._concat, WEIGHED: self._weighed, SEARCHED: self._searched}
        self.filters = own | {"join": self._join, "replace": self._replace, "tojson": self._tojson}
        self.tests = {name: self._paid(cast("Callable[..., Any]", test)) for name, test in self.tests.items()}

    def begin(self) -> None:
        """Fill the budget, for the next page."""
        self.left = BUDGET

    def pay(self, cost: int) -> None:
        """Take something off the budget; SecurityError where it is used up."""
        self.left -= cost
        if self.left < 0:
            raise SecurityError("the page never ends, or grows beyond all bounds")

    def pay_for(self, *values: Any) -> None:  # noqa: ANN401 - whatever a template makes
        """Pay for values by all that is in them."""
        for value in values:
            self.pay(weigh(value, self.left))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401
        """Tell whether a template may ask for an attribute: what our values say of themselves, little of Python's."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if isinstance(obj, (TemplateModule, Namespace)) or _says(type(obj), attr):
            return True
        return any(isinstance(obj, kind) and attr in names for kind, names in _METHODS.items())

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
        """Tell whether a template may call something: macros, what our pages give it, and methods named above."""
        if isinstance(obj, (Macro, BlockReference)):
            return True
        if isinstance(obj, FunctionType):
            return _is_ours(obj) or obj is self.globals["range"]
        if isinstance(obj, (MethodType, BuiltinMethodType)):
            named = (names for kind, names in _METHODS.items() if isinstance(obj.__self__, kind))
            return _is_ours(getattr(obj, "__func__", None)) or any(obj.__name__ in names for names in named)
        return obj is dict or obj is Namespace

    def call(self, context: Context, obj: Any, /, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """Call something, and pay for it."""
        if isinstance(obj, Undefined):
            return obj()  # which tells what is missing
        if any(obj is self.globals.get(name) for name in SPOKEN):
            return self._speak(context, obj, given, named)
        if not self.is_safe_callable(obj):
            name = getattr(obj, "__name__", type(obj).__name__)
            raise SecurityError(f"{name}() is for themes with trusted: true alone")
        self.pay(CALL)
        if not isinstance(obj, (Macro, FunctionType)):
            owner = getattr(obj, "__self__", None)
            self.pay_for(given, _given(named), None if isinstance(owner, dict) else owner)
        made = super().call(context, obj, *given, **named)
        self.pay_for(made)
        return made

    def _speak(self, context: Context, obj: Any, texts: tuple[Any, ...], values: dict[str, Any]) -> Any:  # noqa: ANN401
        """Look a text up, and fill it: each of its holes may hold any of the values."""
        holes = sum(str(text).count("%") for text in texts)
        for value in _given(values):
            self.pay(weigh(as_text(value), self.left) * holes)
        return context.call(obj, *texts, **values)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Calculate, where what comes out is not much larger than what goes in, or is paid for before."""
        self.pay(cost_of(operator, left, right, self.left))
        return super().call_binop(context, operator, left, right)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Give an element."""
        if isinstance(argument, tuple):
            self.pay_for(argument)
        return super().getitem(obj, argument)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > LARGEST_TEMPLATE:
            raise TemplateSyntaxError(f"more than {LARGEST_TEMPLATE:,} characters", 1, name, filename)
        return guard(super()._parse(source, name, filename), name, filename)

    def _load_template(self, name: str, globals: Any) -> Any:  # noqa: A002, ANN401 - Jinja's own names
        self.pay(CALL)
        return super()._load_template(name, globals)

    def _written(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
        text = value if isinstance(value, Undefined) else as_text(value)
        self.pay(CALL)
        self.pay_for(text)
        return text

    def _paid(self, function: Callable[..., Any], *, text: bool = False) -> Callable[..., Any]:
        """Let a filter or test be paid for: what goes in, which may be a `text` alone, and what comes out."""

        @wraps(function, updated=("__dict__",) if isinstance(function, FunctionType) else ())
        def paid(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - what the filter takes and gives
            self.pay(CALL)
            self.pay_for(*given, *named.values())
            if text:
                as_text(next(value for value in given if not isinstance(value, (Context, EvalContext, Environment))))
            made = function(*given, **named)
            self.pay_for(made)
            return made

        return paid

    @pass_context
    def _turns(self, _: Context, values: Any, text: int) -> Any:  # noqa: ANN401 - whatever a loop goes over
        """Pay for the turns of a loop in which so many characters of plain text stand."""
        cost = CALL + text
        if isinstance(values, (str, list, tuple, dict)):
            self.pay(cost * len(values))
            return values
        return self._paid_turns(values, cost)

    def _paid_turns(self, values: Iterable[Any], cost: int) -> Iterator[Any]:
        for value in values:
            self.pay(cost)
            yield value

    @pass_context
    def _concat(self, _: Context, parts: list[Any]) -> str:
        """Join what stands on both sides of a ~."""
        texts = list(map(as_text, parts))
        self.pay_for(texts)
        return markup_join(texts)

    @pass_context
    def _weighed(self, _: Context, value: Any) -> Any:  # noqa: ANN401 - what a template makes or compares
        """Pay for a value."""
        self.pay_for(value)
        return value

    @pass_context
    def _searched(self, _: Context, value: Any) -> Any:  # noqa: ANN401 - what another is looked for in
        """Pay for a value, if it must be gone through to find something in it."""
        if not isinstance(value, dict):
            self.pay_for(value)
        return value

    @pass_context
    def _join(self, _: Context, values: Iterable[Any], between: str = "") -> str:
        """Join the texts of a list, with something between them."""
        texts = list(map(as_text, self._paid_turns(values, CALL)))
        self.pay_for(texts)
        self.pay(len(between) * len(texts))
        return escape(between).join(texts)

    @pass_context
    def _tojson(self, context: Context, value: Any) -> str:  # noqa: ANN401 - what JSON can hold
        """Write a value as JSON that no <script> ends at."""
        self.pay(CALL)
        self.pay_for(value)
        made = do_tojson(context.eval_ctx, value)
        self.pay_for(made)
        return made

    @pass_context
    def _replace(self, context: Context, text: Any, old: str, new: str) -> str:  # noqa: ANN401 - what is or can be a text
        """Put a text in the place of each occurrence of another."""
        whole = as_text(text)
        self.pay_for(whole)
        self.pay((whole.count(old) + 1) * len(new))
        return do_replace(context.eval_ctx, whole, old, new)


def _given(named: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the values that a template gives by name; the others Jinja hands on."""
    return tuple(value for name, value in named.items() if name not in ("_block_vars", "_loop_vars"))


def _is_ours(thing: object) -> bool:
    return str(getattr(thing, "__module__", "")).partition(".")[0] == "statusgen"


def _says(kind: type, attribute: str) -> bool:
    """Tell whether it is a class of ours that gives its values an attribute."""
    owner = next((parent for parent in kind.__mro__ if attribute in vars(parent)), None)
    return owner is not None and _is_ours(owner)
