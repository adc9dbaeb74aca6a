"""Files that go back into the content folder: each is replaced whole, or not at all."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from statusgen.model.artifact import Artifact
from statusgen.publish.sync import sync_path


def write_sources(artifacts: Iterable[Artifact], root: Path) -> list[str]:
    """Write files below a folder, one after the other; give the paths of those whose bytes were not there already.

    Each is written aside, brought to the disk and renamed, so that a reader (or git) never sees half of one; an error
    or a kill leaves those before it new and those after it old. OSError where the disk fails.
    """
    changed = []
    for artifact in artifacts:
        target = root / artifact.path
        if target.is_file() and target.read_bytes() == artifact.content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.new")
        try:
            aside.write_bytes(artifact.content)
            sync_path(aside)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
        sync_path(target.parent)
        changed.append(artifact.path)
    return changed


def write_new(artifacts: Sequence[Artifact], root: Path) -> tuple[list[str], list[str]]:
    """Write the files that are not there yet; give the paths of those that were written, and of those that were there.

    All of them or none: an error or Ctrl-C takes away again what was written, and the folders made for it. OSError
    where the disk fails, or where a file is in the place of a folder.
    """
    missing = [artifact for artifact in artifacts if not os.path.lexists(root / artifact.path)]
    paths = [root / artifact.path for artifact in missing]
    made = {folder for path in paths for folder in path.parents if not os.path.lexists(folder)}
    try:
        written = write_sources(missing, root)
    except BaseException:
        for path in paths:
            with suppress(OSError):
                path.unlink()
        for folder in sorted(made, reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise
    return written, [artifact.path for artifact in artifacts if artifact not in missing]
