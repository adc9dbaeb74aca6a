"""What untrusted templates pay for the values that they make and look at, in characters and elements."""

from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined

ELEMENT = 20
"""What an element of a list costs beside what is in it."""
LARGEST_NUMBER = 1024  # bits: a number multiplied by itself again and again would fill the memory

_SCALARS = (str, int, float, Fraction, Enum, date, type(None), Undefined)


def weigh(value: Any, most: int) -> int:  # noqa: ANN401 - whatever a template makes
    """Give how many characters and elements a value shows when all of it is written out; at most a little over `most`.

    A list that holds another twice, which holds another twice, and so on, is small to make and endless to look at.
    """
    weight, waiting = 0, [value]
    while waiting and weight <= most:
        item = waiting.pop()
        if isinstance(item, (str, bytes)):
            weight += len(item)
        elif isinstance(item, (list, tuple, dict)):
            weight += ELEMENT * len(item)
            if weight <= most:
                waiting += item
                if isinstance(item, dict):
                    waiting += item.values()
    return weight


def cost_of(sign: str, left: Any, right: Any, most: int) -> int:  # noqa: ANN401
    """Give what a calculation costs; SecurityError for one whose result could be of any size."""
    if sign == "**" or (sign == "%" and isinstance(left, (str, bytes))):
        raise SecurityError(f'the operator "{sign}" is for themes with trusted: true alone')
    weights = weigh(left, most), weigh(right, most)
    if sign == "+":
        return sum(weights)
    numbers = [number for number in (left, right) if isinstance(number, (int, Fraction))]
    if len(numbers) == 2:
        if sum(number.numerator.bit_length() + number.denominator.bit_length() for number in numbers) > LARGEST_NUMBER:
            raise SecurityError(f"a number of more than {LARGEST_NUMBER} bits")
        return 0
    if sign != "*" or not numbers:
        return 0
    return max(*weights, *(1 for side in (left, right) if hasattr(side, "__len__"))) * max(int(numbers[0]), 0)


def as_text(value: Any) -> Any:  # noqa: ANN401
    """Give the text of a text, number, word or date; SecurityError for what consists of parts."""
    if hasattr(value, "__html__"):
        return value
    if not isinstance(value, _SCALARS):
        raise SecurityError(f"a {type(value).__name__} has no text of its own (write what is in it)")
    return str(value)
