"""Files that go back into the content folder: each is replaced whole, or not at all."""

from collections.abc import Iterable
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
