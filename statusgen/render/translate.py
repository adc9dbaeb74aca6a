"""From a report to the same in another language: where the content has its words, they take the place of the original.

The figures are the same in all languages: nothing here looks at one.
"""

from dataclasses import replace
from typing import TypeVar

from statusgen.model.history import CustomPage, Incident, Maintenance, Translation, Update
from statusgen.model.report import Occurrence, Report
from statusgen.render.language import spoken

T = TypeVar("T", Incident, Maintenance)

_NOTHING = Translation()


def translate_report(report: Report, code: str) -> Report:
    """Give a report with the words of a language, as far as there are any."""
    maintenances = {o.maintenance.id: o.maintenance for o in report.occurrences}
    translated = {id_: _translate(maintenance, code) for id_, maintenance in maintenances.items()}
    return replace(
        report,
        incidents=tuple(replace(r, incident=_translate(r.incident, code)) for r in report.incidents),
        pages=tuple(_translate_page(page, code) for page in report.pages),
        occurrences=tuple(_translate_occurrence(o, translated[o.maintenance.id], code) for o in report.occurrences),
    )


def _translate(item: T, code: str) -> T:
    words = dict(item.translations).get(code, _NOTHING)
    return replace(
        item,
        title=words.title or item.title,
        summary=words.summary or item.summary,
        updates=tuple(_translate_update(update, code) for update in item.updates),
    )


def _translate_page(page: CustomPage, code: str) -> CustomPage:
    words = dict(page.translations).get(code, _NOTHING)
    return replace(page, title=words.title or page.title, text=words.summary or page.text)


def _translate_occurrence(occurrence: Occurrence, maintenance: Maintenance, code: str) -> Occurrence:
    updates = tuple(_translate_update(update, code) for update in occurrence.updates)
    return replace(occurrence, maintenance=maintenance, updates=updates)


def _translate_update(update: Update, code: str) -> Update:
    text = dict(update.translations).get(code)
    return replace(update, text=text) if text else update


def is_translated(item: Incident | Maintenance | CustomPage | Update, part: str = "title") -> bool:
    """Tell whether an update's text, or the title or summary of something, is there in the language being written."""
    words = dict(item.translations).get(spoken().code)
    return bool(words if isinstance(words, str) else getattr(words, part, ""))
