"""The codes of problems and advice: what a tool or a person may hold on to, however the words change.

A code keeps its meaning for ever. docs/problems.md has a section for each.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Level = Literal["error", "warning", "info"]
"""How much it matters: an error stops a build, a warning is likely a mistake, an info is worth a look."""


class Code(StrEnum):
    """What is wrong, in one word."""

    # Any file
    UNREADABLE = "SG101"
    LEADS_OUT = "SG102"
    TOO_LARGE = "SG103"
    NOT_UTF8 = "SG104"
    CONFLICT = "SG105"
    BROKEN_YAML = "SG106"
    FRONT_MATTER = "SG107"
    FILE_NAME = "SG108"
    ID_TWICE = "SG109"
    NEVER_ENDS = "SG110"
    NO_FILE = "SG111"
    # Keys and values
    MISSING_KEY = "SG201"
    UNKNOWN_KEY = "SG202"
    WRONG_VALUE = "SG203"
    UNKNOWN_NAME = "SG204"
    CONTRADICTION = "SG205"
    NO_REASON_GIVEN = "SG206"
    PICTURE = "SG207"
    STYLESHEET = "SG208"
    # Incidents and maintenance
    NO_UPDATE = "SG301"
    HEADING = "SG302"
    TIME = "SG303"
    STATES = "SG304"
    ORDER = "SG305"
    TOO_EARLY = "SG306"
    PINNED_TWICE = "SG307"
    NOT_ANNOUNCED = "SG308"
    RECURRENCE = "SG309"
    TRANSLATION = "SG310"
    # Logs and run files
    LOG_LINE = "SG401"
    NO_LOG = "SG402"
    LOG_UNREADABLE = "SG403"
    NO_MONITOR = "SG404"
    NO_CHECKS = "SG405"
    RUN_FILE = "SG406"
    NEEDS_LOGS = "SG407"
    LATE_CHECKS = "SG408"
    # Advice
    AFTER_RESOLVED = "SG501"
    IN_FUTURE = "SG502"
    FORGOTTEN = "SG503"
    LOOKALIKE = "SG504"
    UNTRACED = "SG505"
    SILENT = "SG506"
    NO_REASON = "SG507"
    NO_LENGTH = "SG508"
    PHASES = "SG509"
    OTHER_DATE = "SG510"
    RETIRED = "SG511"
    PRIVATE = "SG512"
    BROKEN_LINK = "SG513"
    IMAGE = "SG514"
    HIGH_HEADING = "SG515"
    NO_ALT = "SG516"
    SHORT_NOTICE = "SG517"
    OVERLAP = "SG518"
    EXAMPLE = "SG519"
    NO_EFFECT = "SG520"
    # The look
    THEME = "SG601"

    @property
    def level(self) -> Level:
        """Tell how much it matters."""
        if self in _INFOS:
            return "info"
        return "error" if self.value[2] in "1236" or self in (Code.RUN_FILE, Code.NEEDS_LOGS) else "warning"


_INFOS = frozenset(
    {Code.IN_FUTURE, Code.UNTRACED, Code.NO_CHECKS, Code.NO_LENGTH, Code.PHASES, Code.IMAGE, Code.OVERLAP, Code.EXAMPLE}
)


TITLES: Mapping[Code, str] = {
    Code.UNREADABLE: "A file that cannot be read",
    Code.LEADS_OUT: "A link that leads out of the folder",
    Code.TOO_LARGE: "A file that is too large",
    Code.NOT_UTF8: "A file that is not UTF-8",
    Code.CONFLICT: "A conflict that Git left",
    Code.BROKEN_YAML: "YAML that cannot be read",
    Code.FRONT_MATTER: "No front matter",
    Code.FILE_NAME: "A file name that is no address",
    Code.ID_TWICE: "Two files with one id",
    Code.NEVER_ENDS: "A code block or comment that never ends",
    Code.NO_FILE: "A file that is not there",
    Code.MISSING_KEY: "A key that is missing",
    Code.UNKNOWN_KEY: "A key that is not known",
    Code.WRONG_VALUE: "A value that is none of its kind",
    Code.UNKNOWN_NAME: "A name that nothing has",
    Code.CONTRADICTION: "Settings that contradict each other",
    Code.NO_REASON_GIVEN: "A reason that is none",
    Code.PICTURE: "A picture that cannot be shown",
    Code.STYLESHEET: "A stylesheet that loads something",
    Code.NO_UPDATE: "An incident without an update",
    Code.HEADING: "A heading that is no update",
    Code.TIME: "An update without a time",
    Code.STATES: "States that cannot be set",
    Code.ORDER: "Updates out of order",
    Code.TOO_EARLY: "An update before the start",
    Code.PINNED_TWICE: "A name pinned twice",
    Code.NOT_ANNOUNCED: "Maintenance without an announcement",
    Code.RECURRENCE: "A recurrence that is not taken",
    Code.TRANSLATION: "A translation of something else",
    Code.LOG_LINE: "A bad line in a log",
    Code.NO_LOG: "No log where one is named",
    Code.LOG_UNREADABLE: "A log that cannot be read",
    Code.NO_MONITOR: "A monitor that no component names",
    Code.NO_CHECKS: "A component without checks",
    Code.RUN_FILE: "A run file that was changed",
    Code.NEEDS_LOGS: "Days that need their logs again",
    Code.LATE_CHECKS: "Checks that came late",
    Code.AFTER_RESOLVED: "An update after resolved",
    Code.IN_FUTURE: "An update dated in the future",
    Code.FORGOTTEN: "Maintenance that was never completed",
    Code.LOOKALIKE: "A line that looks like an update",
    Code.UNTRACED: "Git cannot tell what was edited",
    Code.SILENT: "An open incident without word",
    Code.NO_REASON: "Resolved without a reason",
    Code.NO_LENGTH: "An incident without length",
    Code.PHASES: "Phases that go back",
    Code.OTHER_DATE: "A date that contradicts the incident",
    Code.RETIRED: "A component that is retired",
    Code.PRIVATE: "Words that customers should not see",
    Code.BROKEN_LINK: "A link that leads nowhere",
    Code.IMAGE: "An image that is shown as its words",
    Code.HIGH_HEADING: "A heading above level three",
    Code.NO_ALT: "An image without words",
    Code.SHORT_NOTICE: "Maintenance with too little notice",
    Code.OVERLAP: "Incidents that overlap",
    Code.EXAMPLE: "Example content left in",
    Code.NO_EFFECT: "States that maintenance does not set",
    Code.THEME: "A theme that does not work",
}
"""What each code is, in a line; docs/problems.md says the rest under the same heading."""
