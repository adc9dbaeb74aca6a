"""A site's own look within any theme: its pictures, and a stylesheet of its accent and its own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from statusgen.model.artifact import Artifact
from statusgen.model.color import DARK_PAPER, nearest_passing
from statusgen.model.history import Site, SiteFile
from statusgen.render.theme import hash_asset

TYPES: Mapping[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".ico": "image/x-icon",
}
"""The media type of a picture, by the ending of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the site: its address, its media type, and its size in pixels, where it says one."""

    address: str
    type: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What status.yaml adds to the theme; what it leaves out is None. `css` is an address.

    `logo_dark` is there only beside a `logo` from which it differs.
    """

    css: str | None = None
    icon: Picture | None = None
    logo: Picture | None = None
    logo_dark: Picture | None = None


def make_look(site: Site) -> tuple[Look, tuple[Artifact, ...]]:
    """Give the look of a site, and the files that it needs; their addresses change with what is in them."""
    theme = site.theme
    written: dict[str, Artifact] = {}

    def write(name: str, content: bytes) -> str:
        artifact = hash_asset(name, content)
        written[artifact.path] = artifact
        return artifact.path

    def show(name: str | None) -> Picture | None:
        if name is None:
            return None
        file = site.files[name]
        return _picture(file, write(f"own/{PurePosixPath(name).name}", file.content))

    rules = own_rules(site)
    light = show(theme.logo_light or theme.logo_dark)
    dark = show(theme.logo_dark)
    look = Look(
        css=write("own.css", rules) if rules else None,
        icon=show(theme.favicon),
        logo=light,
        logo_dark=dark if dark != light else None,
    )
    return look, tuple(written.values())


def _picture(file: SiteFile, address: str) -> Picture:
    width, height = file.size or (None, None)
    return Picture(
        address=address, type=TYPES[PurePosixPath(file.name).suffix.lower()], width=width, height=height
    )  # fmt: skip


def own_rules(site: Site) -> bytes:
    """Write the site's accent, for light and dark pages, and after it the rules of its own stylesheet."""
    accent, css = site.theme.accent, site.theme.css
    rules = b""
    if accent is not None:
        dark = nearest_passing(accent, DARK_PAPER)
        rules += f":root {{ --accent: {accent}; }}\n".encode()
        rules += f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n".encode()
    return rules + (site.files[css].content if css is not None else b"")
