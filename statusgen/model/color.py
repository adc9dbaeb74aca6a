"""Colours: their contrast as WCAG 2.2 has it, and the nearest colour of the same hue that has enough of it.

Lightness, chroma and hue are those of OKLCH (CSS Color 4, §9.4): steps in it look like equal steps.
"""

import math
import re
from typing import NamedTuple

LIGHT_PAPER = "#ffffff"
DARK_PAPER = "#121212"
"""What text stands on in light and in dark pages; a theme may go further apart, not closer."""

LEAST_CONTRAST = 4.5
"""What text needs at any size (WCAG 2.2, 1.4.3)."""

_STEP = 0.002  # of lightness, from 0 to 1; eyes tell apart ten times as much
_HALVINGS = 16  # of the span in which the greatest chroma lies that a screen can show
_CLOSE = 1e-9  # a channel that is so far outside of what a screen shows is not


class Oklch(NamedTuple):
    """A colour by lightness (0 to 1), chroma (0 is grey) and hue (an angle)."""

    lightness: float
    chroma: float
    hue: float


Channels = tuple[float, float, float]
"""Red, green and blue from 0 to 1: as light, or as a screen is told."""


def parse_color(text: str) -> Channels:
    """Read `#rgb` or `#rrggbb`; ValueError where it is neither."""
    if not re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", text):
        raise ValueError(f'"{text}" is not a colour (write it as in "#1a4fb4")')
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def passes(color: str, paper: str) -> bool:
    """Tell whether text of a colour can be read on a paper."""
    return contrast(color, paper) >= LEAST_CONTRAST


def nearest_passing(color: str, paper: str) -> str:
    """Give the colour itself where it passes on a paper, else the nearest one of its hue that does.

    Its lightness changes as little as may be. Its chroma stays, up to what a screen can show.
    """
    start = to_oklch(color)
    away = -1 if _luminance(paper) > 0.5 else 1
    found, step = color, 0
    while not passes(found, paper):
        step += 1
        found = from_oklch(start._replace(lightness=min(max(start.lightness + away * step * _STEP, 0.0), 1.0)))
    return found


def to_oklch(color: str) -> Oklch:
    """Give lightness, chroma and hue of a colour."""
    red, green, blue = map(_to_light, parse_color(color))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def from_oklch(color: Oklch) -> str:
    """Write a colour as `#rrggbb`, with as much of its chroma as a screen can show."""
    if not _is_shown(_light_of(color)):
        low, high = 0.0, color.chroma
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _is_shown(_light_of(color._replace(chroma=middle))) else (low, middle)
        color = color._replace(chroma=low)
    return "#" + "".join(f"{round(255 * _to_screen(min(max(light, 0.0), 1.0))):02x}" for light in _light_of(color))


def _luminance(color: str) -> float:
    """Give the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    red, green, blue = map(_to_light, parse_color(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_light(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_screen(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _light_of(color: Oklch) -> Channels:
    a, b = color.chroma * math.cos(color.hue), color.chroma * math.sin(color.hue)
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(light: Channels) -> bool:
    return all(-_CLOSE <= channel <= 1 + _CLOSE for channel in light)
