"""Where a content folder may be, for those who ran a command beside it."""

from collections.abc import Iterable
from pathlib import Path

from statusgen.model.code import Code
from statusgen.model.problem import Problem

_SETTINGS = "status.yaml"
_NEAR = (".", "content", "..", "../content", "../..", "../../content")


def find_way(problems: Iterable[Problem]) -> str:
    """Give a line that says where to look where the content folder is not there; else nothing."""
    missing = [problem.path for problem in problems if problem.code is Code.NO_FILE]
    asked = [Path(path).parent for path in missing if Path(path).name == _SETTINGS]
    if not asked or asked[0].exists():
        return ""
    found = next((near for near in _NEAR if Path(near, _SETTINGS).is_file()), None)
    if found:
        return f"There is one in another folder: --content {found}"
    return "Name the folder with --content DIR, or begin one: statusgen init DIR --sample"
