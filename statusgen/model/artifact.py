"""What a rendered site consists of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of the site: where it lies below the output folder (with `/`), and its bytes."""

    path: str
    content: bytes
